//! How long hostile answers take: `cargo run --release -p plaudit-verify --example hostile -- 10` prints all that take at least so many
//! milliseconds, each the least of several runs in the slower of both orders.

#![expect(clippy::print_stdout, reason = "the result")]

#[path = "../tests/hostile/cases.rs"]
mod cases;

use cases::{Kind, Sizes, cases};
use plaudit_verify::math::{Policy, judge};
use std::time::{Duration, Instant};

const RUNS: usize = 15;

const SIZES: Sizes = Sizes {
    depths: &[15, 60, 120, 500],
    counts: &[10, 30, 100, 1000, 10_000],
    matrices: &[3, 6, 7, 20, 60],
    digits: &[1000, 10_000, 80_000, 100_000, 260_000],
};

fn main() {
    let least: f64 =
        std::env::args().nth(1).map_or(10.0, |text| text.parse().expect("the argument is a number of milliseconds"));
    let part = std::env::args().nth(2).unwrap_or_default();
    let policy = Policy::default();
    let mut slowest = Duration::ZERO;
    let mut count = 0;
    for case in cases(&SIZES).iter().filter(|case| case.name.contains(&part)) {
        let mut worst = Duration::ZERO;
        for (gold, answer) in [(&case.gold, &case.answer), (&case.answer, &case.gold)] {
            let mut fastest = Duration::MAX;
            for _ in 0..RUNS {
                let start = Instant::now();
                let kind = Kind::of(&judge(gold, answer, &policy).verdict());
                fastest = fastest.min(start.elapsed());
                if !case.may_be.contains(&kind) && kind != Kind::Unparsed {
                    println!("{kind:?}, not {:?}: {}", case.may_be, case.name);
                }
                // What is fast needs no second look.
                if fastest.as_secs_f64() * 1000.0 < least {
                    break;
                }
            }
            worst = worst.max(fastest);
        }
        slowest = slowest.max(worst);
        count += 1;
        let milliseconds = worst.as_secs_f64() * 1000.0;
        if milliseconds >= least {
            println!("{milliseconds:8.2} ms  {}", case.name);
        }
    }
    println!("{count} cases, the slowest {:.2} ms", slowest.as_secs_f64() * 1000.0);
}
