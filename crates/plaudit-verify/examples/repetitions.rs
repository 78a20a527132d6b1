//! Texts of 100 KB that repeat two fragments without end, read, compared and searched for answers: what is not linear shows here.
//! `cargo run --release -p plaudit-verify --example repetitions -- 20` prints what takes at least so many milliseconds.

#![expect(clippy::print_stdout, reason = "the result")]

mod timing;

use plaudit_verify::Extraction;
use plaudit_verify::math::{Policy, judge};
use timing::fastest;

const LENGTH: usize = 100_000;
const RUNS: usize = 5;

const FRAGMENTS: [&str; 99] = [
    "",
    "a",
    "aa ",
    "x",
    "7",
    "7 ",
    ".",
    ", ",
    ",",
    ";",
    ": ",
    "!",
    "?",
    "'",
    "\"",
    "`",
    "-",
    "- ",
    "+",
    "*",
    "**",
    "/",
    "=",
    " = ",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "_",
    "^",
    "$",
    "$$",
    "%",
    "#",
    "&",
    "~",
    "\\",
    "\\\\",
    "\n",
    "\n\n",
    " ",
    "\\(",
    "\\[",
    "\\text{",
    "\\text{$",
    "\\mathrm{",
    "\\mathrm{+",
    "\\boxed{",
    "\\frac{1}{",
    "\\sqrt{",
    "\\left(",
    "\\right)",
    "\\begin{matrix}",
    "\\end{matrix}",
    "\\sin ",
    "\\pm ",
    "\\le ",
    "\\cup ",
    "\\ldots",
    "...",
    "and ",
    "or ",
    "not ",
    "answer",
    "answer is ",
    "the final answer is ",
    "is ",
    "A",
    "A) ",
    "(B) ",
    "option ",
    "wait ",
    "if ",
    "where ",
    "<answer>",
    "</answer>",
    "<think>",
    "</think>",
    "```",
    "#### ",
    "{\"answer\": ",
    "\"a\"",
    "km ",
    "m/s ",
    "percent ",
    "thousand ",
    "√",
    "π",
    "²",
    "½",
    "答案",
    "是",
    "–",
    "🙂",
];

fn main() {
    let least: f64 =
        std::env::args().nth(1).map_or(20.0, |text| text.parse().expect("the argument is a number of milliseconds"));
    let policy = Policy::default();
    let extractors = Extraction::ALL.map(|extraction| (extraction, extraction.extractor()));
    let (mut count, mut slowest) = (0, 0.0_f64);
    let mut tell = |name: String, milliseconds: f64| {
        count += 1;
        slowest = slowest.max(milliseconds);
        if milliseconds >= least {
            println!("{milliseconds:9.2} ms  {name}");
        }
    };
    for (first, second) in FRAGMENTS.iter().flat_map(|first| FRAGMENTS.map(|second| (first, second))) {
        let piece = format!("{first}{second}");
        if piece.is_empty() {
            continue;
        }
        let text = piece.repeat(LENGTH / piece.len());
        let nested = first.repeat(LENGTH / 2 / first.len().max(1)) + &second.repeat(LENGTH / 2 / second.len().max(1));
        let answers =
            [("alone", text.clone()), ("as text", format!("\\text{{a {text} a}}")), ("nested", nested.clone())];
        for (context, answer) in answers {
            let longer = format!("{answer}a");
            for gold in ["5", "a b", &longer] {
                let gold_name = if gold == longer { "itself and a" } else { gold };
                let run = || drop(std::hint::black_box(judge(gold, std::hint::black_box(&answer), &policy)));
                tell(format!("{piece:?} {context} beside {gold_name}"), fastest(RUNS, least, run));
            }
        }
        for (extraction, extractor) in &extractors {
            for (context, text) in [("alone", &text), ("nested", &nested)] {
                let run = || drop(std::hint::black_box(extractor.find(std::hint::black_box(text))));
                tell(format!("{piece:?} {context} by {extraction:?}"), fastest(RUNS, least, run));
            }
        }
    }
    println!("{count} cases, the slowest {slowest:.2} ms");
}
