//! A made-up batch that shows differences: what is compared on where no batch is given.
//!
//! Six prompts with four answers each, and a seventh with one. Scores are 0 or 1 with a bonus of 0.1 for form, one group is all wrong, one
//! sample has no score, completions have 3 to 24 tokens, the first one of every prompt with a tool's answer in it (masked). Log-probabilities
//! are those of a policy that has moved since it sampled (ratios around 1 with a spread of 0.25) and away from its reference. The first right
//! and the first wrong answer to a prompt are a pair. All columns that a [`plaudit_core::Sample`] can have are there but a weight and a
//! dense reward, so that nearly every part can be compared.

use crate::Record;
use plaudit_core::{Sample, StepSample, Stream};
use std::collections::BTreeMap;

const GROUPS: u64 = 6;
const MEMBERS: u64 = 4;

/// The made-up batch of a seed.
pub fn generated(seed: u64) -> Record {
    let members = |group: u64| if group == GROUPS { 1 } else { MEMBERS };
    let places = (0..=GROUPS).flat_map(|group| (0..members(group)).map(move |member| (group, member)));
    let mut rows: Vec<Sample> = places.map(|(group, member)| sample(seed, group, member)).collect();
    for group in 0..GROUPS {
        let labelled = |label: f64| rows.iter().position(|row| row.group == group && row.label == Some(label));
        if let (Some(right), Some(wrong)) = (labelled(1.0), labelled(0.0)) {
            (rows[right].pair, rows[wrong].pair) = (Some(group), Some(group));
        }
    }
    Record::from_rows(&format!("a generated batch (seed {seed})"), rows).expect("every row has the same finite columns")
}

fn sample(seed: u64, group: u64, member: u64) -> Sample {
    let mut stream = Stream::new(seed, "explain/generated", group, member);
    let tokens = stream.between(3, 24) as usize;
    let mut list =
        |value: &dyn Fn(&mut Stream) -> f64| -> Vec<f64> { (0..tokens).map(|_| value(&mut stream)).collect() };
    let old_logp = list(&|stream| -0.05 - 1.5 * stream.uniform() * stream.uniform());
    let moved = |by: &[f64]| old_logp.iter().zip(by).map(|(logp, by)| (logp + by).min(-1e-3)).collect::<Vec<f64>>();
    let step = list(&|stream| 0.25 * stream.normal());
    let drift = list(&|stream| 0.4 * stream.normal());
    let entropy = list(&|stream| 0.05 + stream.uniform());
    let values = list(&|stream| stream.uniform());
    let collision = list(&|stream| 0.2 + 0.7 * stream.uniform());
    let importance = list(&|stream| (0.1 * stream.normal()).exp());
    // The second prompt is never solved: a group that teaches nothing.
    let correct = group != 1 && stream.chance(0.25 + 0.1 * group as f64);
    let form = stream.chance(0.6);
    let score = f64::from(u8::from(correct)) + 0.1 * f64::from(u8::from(form));
    let unscored = (group, member) == (2, 3);
    let tool = |token: usize| member == 0 && (tokens / 3..tokens / 3 + 2).contains(&token);
    let first = tokens / 2;
    let steps = [first, tokens - first].map(|tokens| StepSample {
        tokens,
        score: Some(f64::from(u8::from(stream.chance(0.5)))),
        key: Some(stream.below(3)),
    });
    Sample {
        group,
        score: (!unscored).then_some(score),
        mask: Some((0..tokens).map(|token| !tool(token)).collect()),
        logp: Some(moved(&step)),
        ref_logp: Some(moved(&drift)),
        entropy: Some(entropy),
        values: Some(values),
        collision: Some(collision),
        importance: Some(importance),
        baseline: Some(0.5 * stream.uniform()),
        role: Some(member as u32 % 2),
        label: Some(f64::from(u8::from(correct))),
        sources: BTreeMap::from([
            ("correct".to_owned(), (!unscored).then_some(f64::from(u8::from(correct)))),
            ("form".to_owned(), (!unscored).then_some(0.1 * f64::from(u8::from(form)))),
        ]),
        steps: Some(steps.to_vec()),
        old_logp: Some(old_logp),
        ..Sample::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_described() {
        let record = generated(0);
        let batch = &record.batch;
        assert_eq!((batch.groups.len(), batch.samples.len()), (7, 25));
        assert_eq!(batch.scored.iter().filter(|scored| !**scored).count(), 1);
        assert!(batch.mask.iter().any(|written| !written));
        let tells = |group: &std::ops::Range<usize>| {
            batch.scores[group.clone()].iter().any(|score| *score != batch.scores[group.start])
        };
        assert!(batch.groups.iter().filter(tells).count() >= 4);
        assert_eq!(generated(0).rows, record.rows);
        assert_ne!(generated(1).rows, record.rows);
    }
}
