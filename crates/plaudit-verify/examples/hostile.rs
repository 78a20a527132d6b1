//! How long hostile answers take: `cargo run --release -p plaudit-verify --example hostile -- 10` prints all that take at least so many
//! milliseconds, each the least of several runs in the slower of both orders.

#![expect(clippy::print_stdout, reason = "the result")]

#[path = "../tests/hostile/cases.rs"]
mod cases;
mod timing;

use cases::{Kind, Sizes, cases};
use plaudit_verify::math::{Policy, judge};
use timing::fastest;

const RUNS: usize = 15;

const SIZES: Sizes = Sizes {
    depths: &[15, 60, 120, 500],
    counts: &[10, 30, 100, 1000, 10_000],
    matrices: &[3, 6, 7, 20, 60],
    digits: &[1000, 10_000, 60_000, 100_000, 260_000],
};

fn main() {
    let least: f64 =
        std::env::args().nth(1).map_or(10.0, |text| text.parse().expect("the argument is a number of milliseconds"));
    let part = std::env::args().nth(2).unwrap_or_default();
    let policy = Policy::default();
    let mut slowest = 0.0_f64;
    let mut count = 0;
    for case in cases(&SIZES).iter().filter(|case| case.name.contains(&part)) {
        let mut worst = 0.0_f64;
        for (gold, answer) in [(&case.gold, &case.answer), (&case.answer, &case.gold)] {
            let kind = Kind::of(&judge(gold, answer, &policy).verdict());
            if !case.may_be.contains(&kind) && kind != Kind::Unparsed {
                println!("{kind:?}, not {:?}: {}", case.may_be, case.name);
            }
            let run = || drop(std::hint::black_box(judge(gold, answer, &policy)));
            worst = worst.max(fastest(RUNS, least, run));
        }
        slowest = slowest.max(worst);
        count += 1;
        if worst >= least {
            println!("{worst:8.2} ms  {}", case.name);
        }
    }
    println!("{count} cases, the slowest {slowest:.2} ms");
}
