//! Every estimator and loss keeps what it promises, and what breaks an invariant is caught.

use plaudit_conformance::{Answer, Invariant, Outcome, Subject, SubjectError, check};
use plaudit_core::Sample;
use plaudit_credit::{CreditConfig, GroupConfig};
use plaudit_objective::ObjectiveConfig;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Every kind there is, as the refusal of another one lists them: a new one cannot be forgotten here.
fn kinds<T: DeserializeOwned>() -> Vec<String> {
    let refusal =
        serde_json::from_value::<T>(json!({"kind": ""})).err().expect("no kind has an empty name").to_string();
    let names: Vec<String> = refusal.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    assert!(names.len() > 10, "{refusal}");
    names
}

/// The settings that change what is promised, beside every kind's defaults.
fn credits() -> Vec<CreditConfig> {
    let kinds = kinds::<CreditConfig>();
    let mut settings: Vec<_> = kinds.iter().map(|kind| json!({"kind": kind})).collect();
    for centre in ["group-mean", "leave-one-out", "batch-mean", "length-weighted", "greedy", "none"] {
        for scale in ["none", "group-std", "batch-std", "leave-one-out-std", "nonzero-share"] {
            for whiten in ["none", "tokens", "samples"] {
                settings.push(json!({"kind": "group", "centre": centre, "scale": scale, "whiten": whiten}));
            }
        }
    }
    settings.push(json!({"kind": "gae", "whiten": false}));
    settings.push(json!({"kind": "reward-to-go", "whiten": false, "gamma": 0.9}));
    settings.push(json!({"kind": "reward-to-go", "baseline": "greedy"}));
    settings.push(json!({"kind": "pass-at-k", "divide": false, "singleton": "zero"}));
    settings.push(json!({"kind": "gdpo", "scale": "none", "whiten": "none"}));
    settings.push(json!({"kind": "gdpo", "whiten": "tokens"}));
    settings.push(json!({"kind": "optimal-token-baseline", "zero_tail": false, "positions": "all"}));
    settings.into_iter().map(|settings| serde_json::from_value(settings).expect("settings of a part")).collect()
}

fn objectives() -> Vec<ObjectiveConfig> {
    let kinds = kinds::<ObjectiveConfig>();
    let mut settings: Vec<_> = kinds.iter().map(|kind| json!({"kind": kind})).collect();
    for aggregation in ["sequence-mean-token-mean", "sequence-mean-token-sum", "fixed-length", "token-sum"] {
        settings.push(json!({"kind": "clipped-pg", "aggregation": aggregation, "ratio": "sequence"}));
        settings.push(json!({"kind": "clipped-pg", "aggregation": aggregation, "entropy_coefficient": 0.1,
            "kl": {"coefficient": 0.1}}));
    }
    for loss in ["ipo", "hinge", "exo-pair", "nca-pair", "bco-pair", "sppo-hard", "aot", "apo-zero", "discopop", "sft"]
    {
        settings.push(json!({"kind": "dpo", "label_smoothing": 0.1, "losses": [{"loss": loss}]}));
    }
    settings.into_iter().map(|settings| serde_json::from_value(settings).expect("settings of a part")).collect()
}

fn all_hold(subject: &mut dyn Subject, name: &str, faults: &mut Vec<String>) {
    for (invariant, outcome) in check(subject, 1e-9) {
        if !matches!(outcome, Outcome::Held(_) | Outcome::NotPromised(_)) {
            faults.push(format!("{name}: {invariant}: {outcome}"));
        }
    }
}

#[test]
fn every_estimator_keeps_its_promises() {
    let mut faults = Vec::new();
    for mut config in credits() {
        let name = serde_json::to_string(&config).unwrap();
        all_hold(&mut config, &name, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_loss_keeps_its_promises() {
    let mut faults = Vec::new();
    for mut config in objectives() {
        let name = serde_json::to_string(&config).unwrap();
        all_hold(&mut config, &name, &mut faults);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// An estimator with a mistake: what it answers is changed before it is handed on.
struct Mistaken(fn(&[Sample], &mut Vec<Vec<f64>>));

impl Subject for Mistaken {
    fn answer(&mut self, rows: &[Sample]) -> Result<Answer, SubjectError> {
        let mut answer = CreditConfig::Group(GroupConfig::default()).answer(rows)?;
        (self.0)(rows, &mut answer.columns[0].1);
        Ok(answer)
    }

    fn answer_parts(&mut self, parts: &[Vec<Sample>]) -> Result<Answer, SubjectError> {
        let answers = parts.iter().map(|part| self.answer(part)).collect::<Result<Vec<_>, _>>()?;
        let samples = answers.iter().flat_map(|answer| answer.columns[0].1.clone()).collect();
        Ok(Answer { loss: None, columns: vec![("advantage", samples)] })
    }

    fn promise(&self, invariant: Invariant) -> Result<f64, &'static str> {
        CreditConfig::Group(GroupConfig::default()).promise(invariant)
    }
}

fn broken(mistake: fn(&[Sample], &mut Vec<Vec<f64>>)) -> Vec<(Invariant, usize)> {
    let outcomes = check(&mut Mistaken(mistake), 1e-9).into_iter();
    let found = outcomes.filter_map(|(invariant, outcome)| match outcome {
        Outcome::Broken(example) => Some((invariant, example.rows.len())),
        _ => None,
    });
    found.collect()
}

#[test]
fn nothing_is_found_where_there_is_no_mistake() {
    assert_eq!(broken(|_, _| ()), []);
}

#[test]
fn reading_masked_tokens_is_found() {
    let leaks = broken(|rows, advantages| {
        for (row, tokens) in rows.iter().zip(advantages) {
            let sum: f64 = row.values.iter().flatten().sum();
            tokens
                .iter_mut()
                .zip(row.mask.iter().flatten())
                .filter(|(_, mask)| **mask)
                .for_each(|(token, _)| *token += sum);
        }
    });
    assert!(leaks.iter().any(|(invariant, _)| *invariant == Invariant::MaskedTokens), "{leaks:?}");
    assert!(leaks.iter().any(|(invariant, _)| *invariant == Invariant::Padding), "{leaks:?}");
}

#[test]
fn mixing_groups_is_found_on_the_smallest_batch_that_shows_it() {
    let mixes = broken(|_, advantages| {
        let sum: f64 = advantages.iter().flatten().map(|token| token.abs()).sum();
        advantages.iter_mut().flatten().for_each(|token| *token *= 1.0 + sum);
    });
    let (_, rows) = mixes.iter().find(|(invariant, _)| *invariant == Invariant::MicroBatch).unwrap();
    // Two groups of two: one sample alone would have no advantage to change.
    assert_eq!(*rows, 4);
}

#[test]
fn favouring_a_place_is_found() {
    let favours = broken(|_, advantages| advantages[0].iter_mut().for_each(|token| *token += 0.5));
    assert!(favours.iter().any(|(invariant, _)| *invariant == Invariant::SampleOrder), "{favours:?}");
}

#[test]
fn hiding_what_is_not_a_number_is_found() {
    struct Hides;
    impl Subject for Hides {
        fn answer(&mut self, rows: &[Sample]) -> Result<Answer, SubjectError> {
            Ok(Answer {
                loss: None,
                columns: vec![("advantage", rows.iter().map(|row| vec![0.0; row.len()]).collect())],
            })
        }
        fn answer_parts(&mut self, parts: &[Vec<Sample>]) -> Result<Answer, SubjectError> {
            self.answer(&parts.concat())
        }
        fn promise(&self, _: Invariant) -> Result<f64, &'static str> {
            Ok(0.0)
        }
    }
    let outcomes = check(&mut Hides, 1e-9);
    let broken: Vec<_> = outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Broken(_))).collect();
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0].0, Invariant::NotANumber);
}
