//! Where two settings differ on a batch, by how much, and which parameter makes the difference.
//!
//! The parameters in which B differs from A are switched one at a time. With g(S) the advantages (or derivatives) of setting S as one long
//! vector and |.| the sum of absolute values:
//!
//! ```text
//! alone(p) = 1 - |g(A with p as in B) - g(B)| / |g(A) - g(B)|      the share of the way to B that p goes by itself
//! last(p)  =     |g(B with p as in A) - g(B)| / |g(A) - g(B)|      the share of the way that is left when only p is missing
//! explains(p) = (alone(p) + last(p)) / 2
//! ```
//!
//! With one parameter all three are 1. The shares of several add up to 1 where they act independently; where they work with or against each
//! other, `alone` and `last` differ and say so. For two parameters the mean of both is the Shapley value of the distance covered.

use crate::outcome::{advantages, cosine, slopes};
use crate::{ExplainError, Record, Setting};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// How many samples and tokens are listed.
const LISTED: usize = 5;
/// Differences below this share of the larger one are rounding.
const ROUNDING: f64 = 1e-12;

/// Two settings on one batch.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// What they were compared on.
    pub input: String,
    /// The one.
    pub a: Setting,
    /// The other.
    pub b: Setting,
    /// How the advantages differ.
    pub advantage: Gap,
    /// How dL/dlogp differs, where both have it.
    pub gradient: Option<Gap>,
    /// Why there are no derivatives to compare.
    pub no_gradient: Option<String>,
    /// What differs in the settings, the parameter that explains most first.
    pub parameters: Vec<Parameter>,
    /// The samples whose derivatives (else advantages) differ most: their row in the input, and the sum of absolute differences.
    pub worst_samples: Vec<(usize, f64)>,
    /// The tokens that differ most.
    pub worst_tokens: Vec<TokenGap>,
}

/// How two columns over the same tokens differ.
#[derive(Clone, Debug, Serialize)]
pub struct Gap {
    /// The sum of absolute differences, as a share of the larger of both sums of absolute values; 0 where they are equal.
    pub relative: f64,
    /// The largest absolute difference.
    pub largest: f64,
    /// Tokens that differ by more than rounding, of those that take part.
    pub differing: usize,
    /// Tokens with opposite signs.
    pub opposite: usize,
    /// Tokens that are 0 in one and not in the other.
    pub silenced: usize,
    /// Tokens that take part.
    pub tokens: usize,
    /// The cosine of the angle between the two: 1 where they point the same way, whatever their lengths; nothing where one is 0.
    pub cosine: Option<f64>,
    /// The length of B's over that of A's.
    pub length: Option<f64>,
}

/// A parameter that differs, and how much of the difference it explains.
#[derive(Clone, Debug, Serialize)]
pub struct Parameter {
    /// Its dotted name, as in a recipe; the name of a table (`credit`) where even the kinds differ.
    pub name: String,
    /// Its value in A.
    pub a: Value,
    /// Its value in B.
    pub b: Value,
    /// Whether both settings with only this parameter switched can be computed; if not, it has no part of its own.
    pub is_separable: bool,
    /// Its part in the difference of advantages; nothing where there is none.
    pub advantage: Option<Share>,
    /// Its part in the difference of derivatives.
    pub gradient: Option<Share>,
}

/// A parameter's part in a difference; see the head of the file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The mean of the other two.
    pub explains: f64,
    /// The share of the way that it goes alone.
    pub alone: f64,
    /// The share of the way that is left without it.
    pub last: f64,
}

/// A token that differs.
#[derive(Clone, Debug, Serialize)]
pub struct TokenGap {
    /// The name of the prompt.
    pub group: u64,
    /// The sample's row in the input.
    pub row: usize,
    /// The token's position in its sample, from 0.
    pub token: usize,
    /// The advantage by A and by B.
    pub advantage: [f64; 2],
    /// dL/dlogp by A and by B, where there is one.
    pub gradient: Option<[f64; 2]>,
}

impl Difference {
    /// Compares two settings on a batch.
    ///
    /// # Errors
    /// A batch that lacks what the credit of one of them reads. Derivatives that cannot be computed are no error.
    pub fn between(a: &Setting, b: &Setting, record: &Record) -> Result<Self, ExplainError> {
        let batch = &record.batch;
        let advantage = [advantages(a, batch)?, advantages(b, batch)?];
        let derivatives =
            |setting, advantage: &[f64]| slopes(setting, record, batch, advantage).map(|slopes| slopes.logp);
        let gradient = derivatives(a, &advantage[0])
            .and_then(|first| Ok([first, derivatives(b, &advantage[1])?]))
            .map_err(|error| error.to_string());
        let (gradient, no_gradient) = match gradient {
            Ok(both) => (Some(both), None),
            Err(reason) => (None, Some(reason)),
        };
        let shown = gradient.as_ref().unwrap_or(&advantage);
        let places: Vec<(usize, usize)> = batch
            .samples
            .iter()
            .enumerate()
            .flat_map(|(sample, range)| range.map(move |token| (sample, token)))
            .collect();
        let apart = |token: usize| (shown[0][token] - shown[1][token]).abs();
        let sums = batch.samples.iter().zip(&batch.row).map(|(range, row)| (*row, range.map(apart).sum::<f64>()));
        let token_gap = |&(sample, token): &(usize, usize)| TokenGap {
            group: record.group_name(record.group_of(sample)),
            row: batch.row[sample],
            token: token - batch.samples.range(sample).start,
            advantage: [advantage[0][token], advantage[1][token]],
            gradient: gradient.as_ref().map(|both| [both[0][token], both[1][token]]),
        };
        Ok(Self {
            input: record.name.clone(),
            parameters: parameters(a, b, record, &advantage, gradient.as_ref()),
            worst_samples: greatest(sums.collect(), |sample| sample.1),
            worst_tokens: greatest(places, |place| apart(place.1)).iter().map(token_gap).collect(),
            advantage: Gap::of(&advantage, &batch.mask),
            gradient: gradient.map(|both| Gap::of(&both, &batch.mask)),
            no_gradient,
            a: a.clone(),
            b: b.clone(),
        })
    }
}

impl Gap {
    fn of(both: &[Vec<f64>; 2], mask: &[bool]) -> Self {
        let taking_part = |column: &Vec<f64>| -> Vec<f64> {
            column.iter().zip(mask).filter(|(_, written)| **written).map(|(value, _)| *value).collect()
        };
        let [a, b] = [taking_part(&both[0]), taking_part(&both[1])];
        let pairs = || a.iter().copied().zip(b.iter().copied());
        let count = |is: &dyn Fn((f64, f64)) -> bool| pairs().filter(|pair| is(*pair)).count();
        let size = |column: &[f64]| column.iter().map(|value| value.abs()).sum::<f64>();
        let square = |column: &[f64]| column.iter().map(|value| value * value).sum::<f64>();
        let apart: f64 = pairs().map(|(a, b)| (a - b).abs()).sum();
        let cosine = cosine(&a, &b);
        Self {
            relative: if apart == 0.0 { 0.0 } else { apart / size(&a).max(size(&b)) },
            largest: pairs().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max),
            differing: count(&|(a, b)| (a - b).abs() > ROUNDING * a.abs().max(b.abs())),
            opposite: count(&|(a, b)| a * b < 0.0),
            silenced: count(&|(a, b)| (a == 0.0) != (b == 0.0)),
            tokens: a.len(),
            cosine,
            length: cosine.map(|_| (square(&b) / square(&a)).sqrt()),
        }
    }

    /// Whether the difference is no more than rounding.
    pub fn is_equal(&self) -> bool {
        self.differing == 0
    }
}

/// The greatest items, greatest first, without those of size 0; of equal ones the earlier.
fn greatest<T>(mut items: Vec<T>, size: impl Fn(&T) -> f64) -> Vec<T> {
    items.retain(|item| size(item) > 0.0);
    items.sort_by(|a, b| size(b).total_cmp(&size(a)));
    items.truncate(LISTED);
    items
}

/// Which parameters differ, and the part of each.
fn parameters(
    a: &Setting,
    b: &Setting,
    record: &Record,
    advantage: &[Vec<f64>; 2],
    gradient: Option<&[Vec<f64>; 2]>,
) -> Vec<Parameter> {
    let tables = [a, b].map(tree);
    let mut names = Vec::new();
    for stage in ["credit", "objective", "sample"] {
        compare(stage, &tables[0][stage], &tables[1][stage], &mut names);
    }
    let switched = |name: &str, of: &Setting, with: &Value| {
        let mut table = tree(of);
        *at(&mut table, name)? = with.clone();
        let setting = from_tree(of, &table)?;
        let advantage = advantages(&setting, &record.batch).ok()?;
        let gradient = gradient.and_then(|_| Some(slopes(&setting, record, &record.batch, &advantage).ok()?.logp));
        Some((advantage, gradient))
    };
    let parameter = |(name, of_a, of_b): (String, Value, Value)| {
        let alone = switched(&name, a, &of_b);
        let without = switched(&name, b, &of_a);
        let (is_separable, advantage, gradient) = match (alone, without) {
            (Some(alone), Some(without)) => (
                gradient.is_none() || (alone.1.is_some() && without.1.is_some()),
                share(advantage, &alone.0, &without.0),
                gradient.zip(alone.1.zip(without.1)).and_then(|(both, (alone, without))| share(both, &alone, &without)),
            ),
            _ => (false, None, None),
        };
        Parameter { name, a: of_a, b: of_b, is_separable, advantage, gradient }
    };
    let mut parameters: Vec<Parameter> = names.into_iter().map(parameter).collect();
    // Most objectives do not read how long a completion may be.
    parameters.retain(|parameter| {
        parameter.name != "sample.max_tokens" || parameter.gradient.is_some_and(|share| share.explains != 0.0)
    });
    let explains =
        |parameter: &Parameter| parameter.gradient.or(parameter.advantage).map_or(-1.0, |share| share.explains);
    parameters.sort_by(|a, b| explains(b).total_cmp(&explains(a)));
    parameters
}

fn share([a, b]: &[Vec<f64>; 2], alone: &[f64], without: &[f64]) -> Option<Share> {
    let distance = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| (x - y).abs()).sum::<f64>();
    let size = |x: &[f64]| x.iter().map(|x| x.abs()).sum::<f64>();
    let whole = distance(a, b);
    if whole <= ROUNDING * size(a).max(size(b)) {
        return None;
    }
    let (alone, last) = (1.0 - distance(alone, b) / whole, distance(without, b) / whole);
    Some(Share { explains: 0.5 * (alone + last), alone, last })
}

/// The settings as tables.
fn tree(setting: &Setting) -> Value {
    let sample = json!({"max_tokens": setting.token_limit, "keep": setting.keep});
    json!({"credit": setting.credit, "objective": setting.objective, "sample": sample})
}

fn from_tree(setting: &Setting, tree: &Value) -> Option<Setting> {
    Some(Setting {
        credit: serde_json::from_value(tree["credit"].clone()).ok()?,
        objective: serde_json::from_value(tree["objective"].clone()).ok()?,
        token_limit: serde_json::from_value(tree["sample"]["max_tokens"].clone()).ok()?,
        keep: serde_json::from_value(tree["sample"]["keep"].clone()).ok()?,
        ..setting.clone()
    })
}

/// Lists what differs: the leaves of tables with the same keys, else the table as a whole. A table with a `kind` is whole where the kinds
/// differ.
fn compare(name: &str, a: &Value, b: &Value, found: &mut Vec<(String, Value, Value)>) {
    let keys = |table: &Map<String, Value>| table.keys().cloned().collect::<Vec<String>>();
    match (a, b) {
        (Value::Object(first), Value::Object(second))
            if keys(first) == keys(second) && first.get("kind") == second.get("kind") =>
        {
            for (key, value) in first {
                compare(&format!("{name}.{key}"), value, &second[key], found);
            }
        }
        _ if a != b => found.push((name.to_owned(), a.clone(), b.clone())),
        _ => {}
    }
}

/// The value of a dotted name.
fn at<'a>(tree: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    name.split('.').try_fold(tree, |tree, key| tree.get_mut(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated;

    fn between(a: &[&str], b: &[&str]) -> Difference {
        let setting = |sets: &[&str]| {
            Setting::named("group", &sets.iter().map(|set| (*set).to_owned()).collect::<Vec<String>>()).unwrap()
        };
        Difference::between(&setting(a), &setting(b), &generated(0)).unwrap()
    }

    #[test]
    fn equal_settings_do_not_differ() {
        let none = between(&[], &[]);
        assert!(none.advantage.is_equal() && none.gradient.unwrap().is_equal());
        assert!(none.parameters.is_empty() && none.worst_tokens.is_empty() && none.worst_samples.is_empty());
    }

    #[test]
    fn a_single_parameter_explains_everything() {
        let scale = between(&[], &["credit.scale=none"]);
        let [parameter] = &scale.parameters[..] else { panic!("one parameter") };
        assert_eq!(
            (&*parameter.name, &parameter.a, &parameter.b),
            ("credit.scale", &json!("group-std"), &json!("none"))
        );
        let whole = Share { explains: 1.0, alone: 1.0, last: 1.0 };
        assert_eq!((parameter.advantage, parameter.gradient), (Some(whole), Some(whole)));
    }

    #[test]
    fn the_large_cause_comes_first_and_shares_add_up() {
        let both =
            between(&["credit.eps=1e-6"], &["credit.eps=1e-4", "objective.aggregation=sequence-mean-token-mean"]);
        let names: Vec<&str> = both.parameters.iter().map(|parameter| &*parameter.name).collect();
        assert_eq!(names, ["objective.aggregation", "credit.eps"]);
        let shares: Vec<f64> = both.parameters.iter().map(|p| p.gradient.unwrap().explains).collect();
        assert!(shares[0] > 0.99 && shares[1] < 0.01 && (shares[0] + shares[1] - 1.0).abs() < 0.01, "{shares:?}");
        // Advantages do not know the aggregation.
        assert_eq!(both.parameters[0].advantage.unwrap().explains, 0.0);
        assert_eq!(both.parameters[1].advantage.unwrap().explains, 1.0);
    }

    #[test]
    fn a_constant_factor_is_seen_as_one() {
        let Some(gap) = between(&[], &["objective.aggregation=sequence-mean-token-sum"]).gradient else {
            panic!("a gap")
        };
        assert!((gap.cosine.unwrap() - 1.0).abs() < 1e-12 && gap.length.unwrap() > 2.0 && gap.opposite == 0);
    }
}
