//! From the inputs of a case to columns, and from our answer back to the outputs of the case.

use super::Case;
use crate::answer::deviation;
use crate::{Dialect, dialect};
use plaudit_core::{Advantages, Batch, CreditColumns, Derivatives, Loss, PolicyColumns, Sample};
use plaudit_objective::BatchTotals;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// What most functions agree to: rounding of double precision.
pub(super) const ROUNDING: f64 = 1e-9;

/// One output of a case: what it says and what we say.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    pub(super) output: &'static str,
    /// Expected, found, tolerance.
    pub(super) numbers: Vec<(f64, f64, f64)>,
}

/// Why a case could not be compared.
#[derive(Clone, Debug)]
pub(super) enum Unmatched {
    /// We have nothing that stands for it.
    Unknown(String),
    /// We have, and it gives no answer.
    Failed(String),
}

impl Comparison {
    pub(super) fn one(output: &'static str, expected: f64, found: f64, tolerance: f64) -> Self {
        Self { output, numbers: vec![(expected, found, tolerance)] }
    }

    pub(super) fn deviation(&self) -> f64 {
        self.numbers.iter().map(|(expected, found, _)| deviation(*expected, *found)).fold(0.0, f64::max)
    }

    /// The number farthest outside its tolerance.
    pub(super) fn fault(&self) -> Option<String> {
        let excess = |numbers: &(f64, f64, f64)| deviation(numbers.0, numbers.1) / numbers.2;
        let worst = self.numbers.iter().max_by(|a, b| excess(a).total_cmp(&excess(b)))?;
        let (expected, found, tolerance) = worst;
        (excess(worst) > 1.0).then(|| format!("{} is {found}, expected {expected} within {tolerance:.0e}", self.output))
    }
}

impl Case {
    fn field<T: DeserializeOwned>(place: &Value, name: &str) -> Result<T, Unmatched> {
        let failed = |error| Unmatched::Failed(format!("`{name}` cannot be read: {error}"));
        serde_json::from_value(place[name].clone()).map_err(failed)
    }

    /// An input by name.
    pub(super) fn input<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unmatched> {
        Self::field(&self.inputs, name)
    }

    /// The dialect whose own settings the case is evaluated with, instead of those that its parameters say.
    pub(super) fn dialect(&self) -> Result<Option<&'static Dialect>, Unmatched> {
        let Some(name) = &self.dialect else { return Ok(None) };
        dialect(name).map(Some).ok_or_else(|| Unmatched::Unknown(format!("the dialect {name} is not known")))
    }

    /// A number of things, which other libraries may write as a floating-point number; `default` where it is absent.
    pub(super) fn count_or(&self, name: &str, default: usize) -> Result<usize, Unmatched> {
        let count: f64 = self.param_or(name, default as f64)?;
        let whole = (count >= 0.0 && count.fract() == 0.0).then_some(count as usize);
        whole.ok_or_else(|| Unmatched::Unknown(format!("`{name}` is {count}, which is no number of things")))
    }

    /// A parameter by name.
    pub(super) fn param<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unmatched> {
        Self::field(&self.params, name)
    }

    /// An output by name.
    pub(super) fn output<T: DeserializeOwned>(&self, name: &str) -> Result<T, Unmatched> {
        Self::field(&self.outputs, name)
    }

    /// A parameter, or what stands for it where it is absent or null.
    pub(super) fn param_or<T: DeserializeOwned>(&self, name: &str, default: T) -> Result<T, Unmatched> {
        if self.params[name].is_null() { Ok(default) } else { self.param(name) }
    }

    /// One row per sample: a mask of 0 and 1.
    pub(super) fn mask(&self, name: &str) -> Result<Vec<Vec<bool>>, Unmatched> {
        let rows: Vec<Vec<f64>> = self.input(name)?;
        Ok(rows.into_iter().map(|row| row.into_iter().map(|written| written > 0.0).collect()).collect())
    }

    /// Writes a per-token input, where the case has it, into a field of the samples.
    pub(super) fn fill(
        &self,
        name: &str,
        samples: &mut [Sample],
        field: impl Fn(&mut Sample) -> &mut Option<Vec<f64>>,
    ) -> Result<(), Unmatched> {
        if !self.inputs[name].is_null() {
            let rows: Vec<Vec<f64>> = self.input(name)?;
            if rows.len() != samples.len() {
                let reason = format!("`{name}` has {} rows for {} samples", rows.len(), samples.len());
                return Err(Unmatched::Failed(reason));
            }
            samples.iter_mut().zip(rows).for_each(|(sample, row)| *field(sample) = Some(row));
        }
        Ok(())
    }
}

/// Groups as numbers: names of groups in the order of their first appearance.
pub(super) fn group_numbers(names: &[Value]) -> Vec<u64> {
    let mut numbers = BTreeMap::new();
    names
        .iter()
        .map(|name| {
            let next = numbers.len() as u64;
            *numbers.entry(name.to_string()).or_insert(next)
        })
        .collect()
}

pub(super) fn batch(samples: &[Sample]) -> Result<Batch, Unmatched> {
    Batch::from_samples(samples).map_err(|error| Unmatched::Failed(error.to_string()))
}

/// Reads a configuration of ours.
pub(super) fn config<T: DeserializeOwned>(config: Value) -> Result<T, Unmatched> {
    let shown = config.to_string();
    serde_json::from_value(config).map_err(|error| Unmatched::Unknown(format!("{error} in {shown}")))
}

/// Compares advantages (and returns, where the case has them) on the tokens that the policy wrote. `tolerance`: of a sample.
pub(super) fn credit(
    case: &Case,
    settings: Value,
    samples: &[Sample],
    tolerance: impl Fn(usize) -> f64,
) -> Result<Vec<Comparison>, Unmatched> {
    let credit = match case.dialect()? {
        Some(dialect) => dialect.credit.clone(),
        None => config(settings)?,
    };
    let batch = batch(samples)?;
    let mut advantage = vec![f64::NAN; batch.samples.total()];
    let mut returns = advantage.clone();
    let mut out = Advantages { advantage: &mut advantage, returns: Some(&mut returns) };
    let columns: CreditColumns<'_, f64> = batch.credit();
    credit.credit(&columns, &mut out).map_err(|error| Unmatched::Failed(error.to_string()))?;
    let mut comparisons = vec![per_token(case, "advantages", &batch, &advantage, &tolerance)?];
    if !case.outputs["returns"].is_null() {
        comparisons.push(per_token(case, "returns", &batch, &returns, &tolerance)?);
    }
    Ok(comparisons)
}

/// A loss with its derivatives.
#[derive(Clone, Debug)]
pub(super) struct Evaluated {
    pub(super) batch: Batch,
    pub(super) loss: f64,
    pub(super) metrics: Vec<(&'static str, f64)>,
    pub(super) gradient: Vec<f64>,
    pub(super) entropy_gradient: Vec<f64>,
}

/// Evaluates a loss of ours. `totals`: the sizes that it averages over.
pub(super) fn objective(
    case: &Case,
    settings: Value,
    samples: &[Sample],
    totals: impl Fn(&PolicyColumns<'_, f64>) -> Result<BatchTotals, Unmatched>,
) -> Result<Evaluated, Unmatched> {
    let objective = match case.dialect()? {
        Some(dialect) => dialect.objective.clone(),
        None => config(settings)?,
    };
    let batch = batch(samples)?;
    let policy = batch.policy().ok_or_else(|| Unmatched::Failed("no log-probabilities".to_owned()))?;
    if let Some(column) = objective.needs().missing(&policy) {
        return Err(Unmatched::Failed(format!(
            "`{}` reads `{column}`, which the case does not have",
            objective.kind()
        )));
    }
    let sizes = totals(&policy)?;
    let (mut gradient, mut entropy_gradient) = (vec![f64::NAN; batch.mask.len()], vec![f64::NAN; batch.mask.len()]);
    let mut out = Derivatives { logp: &mut gradient, entropy: Some(&mut entropy_gradient) };
    let Loss { value: loss, metrics } = objective.evaluate(&policy, &sizes, &mut out);
    Ok(Evaluated { batch, loss, metrics, gradient, entropy_gradient })
}

impl Evaluated {
    /// The sum of two losses of one batch.
    pub(super) fn plus(mut self, other: &Self) -> Self {
        self.loss += other.loss;
        self.gradient.iter_mut().zip(&other.gradient).for_each(|(sum, slope)| *sum += slope);
        self
    }

    /// The same for a loss of so many times the size.
    pub(super) fn times(mut self, factor: f64) -> Self {
        self.loss *= factor;
        self.gradient.iter_mut().chain(&mut self.entropy_gradient).for_each(|slope| *slope *= factor);
        self
    }
}

/// Compares the outputs `loss` and `grad_log_prob` (and `grad_entropy`, where the case has it).
pub(super) fn loss_and_gradient(case: &Case, ours: &Evaluated, tolerance: f64) -> Result<Vec<Comparison>, Unmatched> {
    let mut comparisons = vec![
        Comparison::one("loss", case.output("loss")?, ours.loss, tolerance),
        per_token(case, "grad_log_prob", &ours.batch, &ours.gradient, &|_| tolerance)?,
    ];
    if !case.outputs["grad_entropy"].is_null() {
        comparisons.push(per_token(case, "grad_entropy", &ours.batch, &ours.entropy_gradient, &|_| tolerance)?);
    }
    Ok(comparisons)
}

/// Compares a flat column of ours with an output: rows of tokens, or a number per sample.
pub(super) fn per_token(
    case: &Case,
    output: &'static str,
    batch: &Batch,
    found: &[f64],
    tolerance: &dyn Fn(usize) -> f64,
) -> Result<Comparison, Unmatched> {
    let is_matrix = case.outputs[output][0].is_array();
    let matrix: Vec<Vec<f64>> = if is_matrix { case.output(output)? } else { Vec::new() };
    let vector: Vec<f64> = if is_matrix { Vec::new() } else { case.output(output)? };
    let expected = |row: usize, offset: usize| match is_matrix {
        true => matrix.get(row).and_then(|row| row.get(offset)),
        false => vector.get(row),
    };
    let mut numbers = Vec::new();
    for (sample, range) in batch.samples.iter().enumerate() {
        let row = batch.row[sample];
        for (offset, token) in range.enumerate().filter(|(_, token)| batch.mask[*token]) {
            let absent = || Unmatched::Failed(format!("`{output}` has nothing for token {offset} of row {row}"));
            numbers.push((*expected(row, offset).ok_or_else(absent)?, found[token], tolerance(row)));
        }
    }
    Ok(Comparison { output, numbers })
}
