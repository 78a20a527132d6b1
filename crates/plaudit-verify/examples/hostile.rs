//! How long hostile answers take: `cargo run --release -p plaudit-verify --example hostile -- 10` prints all that take at least so many
//! milliseconds, each the least of several runs in the slower of both orders.

#[path = "../tests/hostile/cases.rs"]
mod cases;

use plaudit_verify::math::{Policy, judge};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

fn main() {
    let least: f64 =
        std::env::args().nth(1).map_or(10.0, |text| text.parse().expect("the argument is a number of milliseconds"));
    let part = std::env::args().nth(2).unwrap_or_default();
    let policy = Policy::default();
    let mut slowest = Duration::ZERO;
    let mut count = 0;
    for case in cases::cases().iter().filter(|case| case.name.contains(&part)) {
        let mut worst = Duration::ZERO;
        let mut result = None;
        for (gold, answer) in [(&case.gold, &case.answer), (&case.answer, &case.gold)] {
            let mut fastest = Duration::MAX;
            for _ in 0..RUNS {
                let start = Instant::now();
                result = Some(judge(gold, answer, &policy));
                fastest = fastest.min(start.elapsed());
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
            let verdict = result.map(|judgement| judgement.verdict());
            println!("{milliseconds:8.2} ms  {}: {verdict:?}", case.name);
        }
    }
    println!("{count} cases, the slowest {:.2} ms", slowest.as_secs_f64() * 1000.0);
}
