//! Batches to test with, from the smallest up: every column filled, whatever the subject reads.

use plaudit_core::{Sample, StepSample, Stream};

/// Groups, samples a group and the most tokens of a sample: small ones first, so that the first counterexample is a small one.
const SHAPES: [(u64, u64, u64); 8] =
    [(1, 3, 1), (1, 3, 2), (2, 3, 1), (1, 4, 3), (2, 3, 3), (2, 4, 3), (3, 4, 4), (4, 6, 6)];

/// Batches of every shape, a few each.
pub(crate) fn batches() -> Vec<Vec<Sample>> {
    let draws = SHAPES.iter().flat_map(|shape| (0..4).map(move |draw| (*shape, draw)));
    draws.enumerate().map(|(item, (shape, draw))| batch(shape, draw, item as u64)).collect()
}

/// Even draws are dense, odd ones have masked tokens inside and scores of 0 and 1.
fn batch((groups, members, tokens): (u64, u64, u64), draw: u64, item: u64) -> Vec<Sample> {
    let mut stream = Stream::new(3, "conformance/batch", draw, item);
    let mut rows = Vec::new();
    for group in 0..groups {
        for member in 0..members {
            let length = 1 + stream.below(tokens) as usize;
            let has_mate = (member ^ 1) < members;
            let row = sample(&mut stream, group, member, length, draw % 2 == 1);
            rows.push(Sample { pair: row.pair.filter(|_| has_mate), ..row });
        }
    }
    rows
}

fn sample(stream: &mut Stream, group: u64, member: u64, length: usize, is_sparse: bool) -> Sample {
    let mut list = |low: f64, high: f64| Some((0..length).map(|_| low + (high - low) * stream.uniform()).collect());
    let old_logp: Option<Vec<f64>> = list(-3.0, -0.2);
    let moved: Option<Vec<f64>> = list(-0.4, 0.4);
    let logp = old_logp.iter().flatten().zip(moved.iter().flatten()).map(|(old, moved)| (old + moved).min(-0.01));
    let logp = Some(logp.collect());
    let (ref_logp, entropy, values) = (list(-3.0, -0.2), list(0.1, 2.0), list(-1.0, 1.0));
    let collision = list(0.1, 0.9);
    let score = stream.uniform() * 2.0 - 0.5;
    let is_right = stream.chance(0.5);
    let mut mask: Vec<bool> = (0..length).map(|_| !is_sparse || stream.chance(0.7)).collect();
    mask[length - 1] = true;
    let advantage = stream.normal();
    let first = length / 2;
    let mut step = |tokens| StepSample { tokens, score: Some(stream.uniform()), key: Some(stream.below(3)) };
    let steps = [first, length - first].into_iter().filter(|tokens| *tokens > 0).map(&mut step).collect();
    let sources = [("accuracy", f64::from(u8::from(is_right))), ("style", stream.uniform())];
    Sample {
        group,
        score: Some(if is_sparse { f64::from(u8::from(is_right)) } else { score }),
        mask: Some(mask),
        logp,
        old_logp,
        ref_logp,
        entropy,
        values,
        collision,
        advantage: Some(vec![advantage; length]),
        baseline: Some(stream.uniform()),
        role: Some(stream.below(2) as u32),
        label: Some(f64::from(u8::from(member.is_multiple_of(2)))),
        pair: Some(group * 1000 + member / 2),
        sources: sources.into_iter().map(|(name, score)| (name.to_owned(), Some(score))).collect(),
        steps: Some(steps),
        ..Sample::default()
    }
}
