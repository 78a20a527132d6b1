//! A credit estimator and an objective, by a name that people know: a dialect, a recipe, or a kind of part.

use crate::ExplainError;
use plaudit_conformance::{dialect, dialects};
use plaudit_credit::CreditConfig;
use plaudit_objective::ObjectiveConfig;
use plaudit_recipe::{Keep, Learning, PartInfo, Recipe, did_you_mean, parts, recipes};
use serde::Serialize;

/// How scores become advantages and advantages derivatives.
#[derive(Clone, Debug, Serialize)]
pub struct Setting {
    /// The name it was asked for by.
    pub name: String,
    /// What the name is.
    #[serde(flatten)]
    pub origin: Origin,
    /// From scores to advantages.
    pub credit: CreditConfig,
    /// From advantages to derivatives.
    pub objective: ObjectiveConfig,
    /// Per signal of a recipe: its name, and its weight in the reward.
    pub signals: Vec<(String, f64)>,
    /// The most tokens a completion may have, where it is said.
    pub token_limit: Option<usize>,
    /// Which samples the policy learns from.
    pub keep: Keep,
    /// What draws them.
    pub seed: u64,
    /// Whether the objective's reference is a teacher.
    pub has_teacher: bool,
    /// Whether a token head says how much each token counts.
    pub has_token_head: bool,
    /// Whether it learns from rollouts: a recipe may consist of a warm start alone.
    pub has_steps: bool,
}

/// What a setting's name is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "origin", rename_all = "kebab-case")]
pub enum Origin {
    /// What a framework or a paper calls by the name.
    Dialect {
        /// What is particular to it.
        note: String,
        /// Where it is written.
        source: String,
    },
    /// A recipe.
    Recipe {
        /// Its title.
        title: String,
    },
    /// A kind of credit estimator, with the objective that is the default here.
    Credit,
    /// A kind of objective, with the credit estimator that is the default here.
    Objective,
}

/// What a kind leaves open.
const DEFAULT_CREDIT: &str = "group";
const DEFAULT_OBJECTIVE: &str = "clipped-pg";

impl Setting {
    /// The setting called `name`: a dialect (`grpo@verl-0.9`), a recipe or the file of one, or a kind of credit or objective (written
    /// `credit.KIND` or `objective.KIND` where both or a recipe are called so). What a kind leaves open is `group` and `clipped-pg`. Each
    /// override is `credit.KEY=VALUE` or `objective.KEY=VALUE`.
    ///
    /// # Errors
    /// A name that nothing has, with the nearest one; a recipe or override with mistakes, all of them with their place.
    pub fn named(name: &str, overrides: &[String]) -> Result<Self, ExplainError> {
        if name.contains('@') {
            return Self::of_dialect(name, overrides);
        }
        let is_file = name.contains(['/', '\\']) || name.ends_with(".toml");
        if is_file || recipes().iter().any(|recipe| recipe.name == name) {
            return Self::of_recipe(name, overrides);
        }
        let parts = parts();
        let is_meant = |part: &&PartInfo| name == part.kind || name == format!("{}.{}", part.stage, part.kind);
        let found = ["credit", "objective"]
            .iter()
            .find_map(|stage| parts.iter().filter(|part| part.stage == *stage).find(is_meant));
        let Some(part) = found else { return Err(unknown(name, &parts)) };
        let (origin, credit, objective) = match part.stage {
            "credit" => (Origin::Credit, part.kind.as_str(), DEFAULT_OBJECTIVE),
            _ => (Origin::Objective, DEFAULT_CREDIT, part.kind.as_str()),
        };
        let text = format!("[credit]\nkind = \"{credit}\"\n\n[objective]\nkind = \"{objective}\"\n");
        Self::of_learning(name, origin, &text, overrides)
    }

    fn of_dialect(name: &str, overrides: &[String]) -> Result<Self, ExplainError> {
        let Some(dialect) = dialect(name) else {
            let names = || dialects().iter().map(|dialect| dialect.name.as_str());
            let hint = did_you_mean(name, names());
            let method = name.split('@').next().unwrap_or(name);
            let relatives: Vec<&str> = names().filter(|other| other.split('@').next() == Some(method)).collect();
            let relatives = match relatives.is_empty() {
                true => "`plaudit diff --list` lists them".to_owned(),
                false => format!("those of {method} are {}", relatives.join(", ")),
            };
            return Err(ExplainError::Absent(format!("no dialect is called `{name}`{hint}; {relatives}")));
        };
        let learning = Learning { credit: dialect.credit.clone(), objective: dialect.objective.clone() };
        let source = format!("{} {}, {}", dialect.library, dialect.version, dialect.source);
        let origin = Origin::Dialect { note: dialect.note.clone(), source };
        Self::of_learning(name, origin, &learning.to_toml(), overrides)
    }

    fn of_recipe(name: &str, overrides: &[String]) -> Result<Self, ExplainError> {
        Ok(Self::of(name, &Recipe::load(name, overrides)?))
    }

    /// The setting of a recipe.
    pub fn of(name: &str, recipe: &Recipe) -> Self {
        Self {
            name: name.to_owned(),
            origin: Origin::Recipe { title: recipe.title.clone() },
            credit: recipe.credit.clone(),
            objective: recipe.objective.clone(),
            signals: recipe.signal.iter().map(|signal| (signal.name.clone(), signal.weight)).collect(),
            token_limit: Some(recipe.sample.max_tokens),
            keep: recipe.sample.keep,
            seed: recipe.train.seed,
            has_teacher: recipe.teacher.is_some(),
            has_token_head: recipe.token_head.is_some(),
            has_steps: recipe.train.steps > 0,
        }
    }

    fn of_learning(name: &str, origin: Origin, text: &str, overrides: &[String]) -> Result<Self, ExplainError> {
        let Learning { credit, objective } = Learning::parse(name, text, overrides)?;
        Ok(Self {
            name: name.to_owned(),
            origin,
            credit,
            objective,
            signals: Vec::new(),
            token_limit: None,
            keep: Keep::All,
            seed: 0,
            has_teacher: false,
            has_token_head: false,
            has_steps: true,
        })
    }
}

fn unknown(name: &str, parts: &[PartInfo]) -> ExplainError {
    let kinds = parts.iter().filter(|part| matches!(part.stage, "credit" | "objective"));
    let names = dialects().iter().map(|dialect| dialect.name.as_str());
    let names = names.chain(recipes().iter().map(|recipe| recipe.name)).chain(kinds.map(|part| part.kind.as_str()));
    let hint = did_you_mean(name, names);
    ExplainError::Absent(format!(
        "no dialect, recipe or kind is called `{name}`{hint}; `plaudit diff --list`, `plaudit recipes` and `plaudit parts` list them"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, overrides: &[&str]) -> String {
        let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
        Setting::named(name, &overrides).unwrap_err().to_string()
    }

    #[test]
    fn names_of_every_sort() {
        assert_eq!(Setting::named("group", &[]).unwrap().origin, Origin::Credit);
        assert_eq!(Setting::named("objective.weighted-likelihood", &[]).unwrap().origin, Origin::Objective);
        let recipe = Setting::named("grpo-nano", &[]).unwrap();
        assert_eq!((recipe.signals, recipe.token_limit), (vec![("outcome".to_owned(), 1.0)], Some(24)));
        for dialect in dialects() {
            let setting = Setting::named(&dialect.name, &[]).unwrap();
            assert_eq!((&setting.credit, &setting.objective), (&dialect.credit, &dialect.objective));
        }
    }

    #[test]
    fn the_nearest_name_is_said() {
        assert!(refusal("gruop", &[]).contains("did you mean `group`?"));
        assert!(refusal("grpo@verl-0.8", &[]).contains("did you mean `grpo@verl-0.9`?"));
        assert!(refusal("group", &["credit.scal=none"]).contains("did you mean `scale`?"));
    }
}
