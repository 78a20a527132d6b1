//! Verdicts on pairs whose truth is known, by family: `cargo run --release -p plaudit-verify --example truth -- 60000 [FAMILY [LIST]]` compares
//! about so many pairs and prints what came of them; with a family and a number, also so many of its pairs that were not decided rightly.

#![expect(clippy::print_stdout, reason = "the result")]

#[path = "../tests/truth/mod.rs"]
mod truth;

use std::time::{Duration, Instant};
use truth::{FAMILIES, Outcome, Pair};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let total: u64 =
        arguments.first().map_or(60_000, |text| text.parse().expect("the first argument is a number of pairs"));
    let only = arguments.get(1).map(String::as_str).filter(|name| *name != "all");
    let listed: usize =
        arguments.get(2).map_or(3, |text| text.parse().expect("the third argument is a number of pairs to list"));
    let families: Vec<_> = FAMILIES.iter().filter(|family| only.is_none_or(|name| name == family.name)).collect();
    let each = total.div_ceil(families.len() as u64);
    println!(
        "{:24} {:>8} {:>6} {:>8} {:>8} {:>9} {:>9}",
        "family", "pairs", "wrong", "unparsed", "unknown", "pairs/s", "slowest"
    );
    let mut sums = [0; 4];
    for family in families {
        let mut counts = [0; 4];
        let (mut spent, mut slowest) = (Duration::ZERO, Duration::ZERO);
        let mut slow = String::new();
        let mut shown = Vec::new();
        for number in 0..each {
            let pair = Pair::draw(family, number);
            let start = Instant::now();
            let outcome = pair.outcome();
            // Three comparisons.
            let time = start.elapsed() / 3;
            spent += time;
            if time > slowest {
                slowest = time;
                slow = format!("{} | {}", pair.gold, pair.answer);
            }
            counts[outcome as usize] += 1;
            if outcome != Outcome::Right && shown.len() < listed {
                shown
                    .push(format!("  {outcome:?} {number}, equal {}: {} | {}", pair.are_equal, pair.gold, pair.answer));
            }
        }
        let [_, wrong, unknown, unparsed] = counts;
        let rate = each as f64 / spent.as_secs_f64();
        println!(
            "{:24} {each:>8} {wrong:>6} {unparsed:>8} {unknown:>8} {rate:>9.0} {:>6} us",
            family.name,
            slowest.as_micros()
        );
        shown.iter().for_each(|line| println!("{line}"));
        if listed > 3 {
            println!("  slowest: {slow}");
        }
        sums = [0, 1, 2, 3].map(|kind| sums[kind] + counts[kind]);
    }
    let all: u64 = sums.iter().sum();
    println!(
        "{all} pairs, {} wrong, {} unparsed, {} unknown ({:.2} %)",
        sums[1],
        sums[3],
        sums[2],
        sums[2] as f64 * 100.0 / all as f64
    );
}
