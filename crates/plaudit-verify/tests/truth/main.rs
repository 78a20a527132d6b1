//! No wrong verdict on pairs whose truth is known: some of each family. `cargo run --release --example truth` compares any number.

#[path = "mod.rs"]
mod truth;

use plaudit_verify::math::{Budget, Equality, Expr, Policy, ReadOptions, judge, read};
use truth::{FAMILIES, Outcome, Pair};

/// Pairs of each family.
const PAIRS: u64 = 60;
/// Pairs of each family of which more is asked.
const FEW: u64 = 12;

fn pairs(count: u64) -> impl Iterator<Item = (String, Pair)> {
    FAMILIES.iter().flat_map(move |family| {
        (0..count).map(move |number| {
            let pair = Pair::draw(family, number);
            (format!("{} {number}: {} | {} | {}", family.name, pair.gold, pair.answer, pair.again), pair)
        })
    })
}

fn judged(gold: &str, answer: &str) -> Equality {
    judge(gold, answer, &Policy::default()).equality
}

fn expr(text: &str) -> Expr {
    read(text, &ReadOptions::default(), &mut Budget::new()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn no_verdict_is_wrong_and_few_are_missing() {
    let mut unknown = Vec::new();
    let mut count = 0;
    for (shown, pair) in pairs(PAIRS) {
        match pair.outcome() {
            Outcome::Right => {}
            Outcome::Unknown => unknown.push(shown),
            other => panic!("{other:?} where equality is {}: {shown}", pair.are_equal),
        }
        count += 1;
    }
    assert!(unknown.len() * 200 < count, "{} of {count} unknown: {unknown:#?}", unknown.len());
}

#[test]
fn an_answer_equals_itself_in_any_notation() {
    for (shown, pair) in pairs(FEW) {
        assert!(judged(&pair.gold, &pair.gold).is_equal(), "{shown}");
        assert!(!matches!(judged(&pair.gold, &pair.again), Equality::NotEqual { .. }), "{shown}");
    }
}

#[test]
fn what_is_printed_is_read_as_the_same() {
    for (shown, pair) in pairs(FEW) {
        let first = expr(&pair.gold);
        assert_eq!(expr(&first.to_string()), first, "{shown}");
    }
}

#[test]
fn a_pair_is_the_same_in_every_run() {
    let [first, second] = [0, 1].map(|_| Pair::draw(&FAMILIES[3], 17));
    assert_eq!((first.gold, first.answer), (second.gold, second.answer));
}
