//! How long the answer of a completion of 100 KB takes to find: `cargo run --release -p plaudit-verify --example extraction` prints, for every
//! preset, the milliseconds for texts as models write them and for texts that are hard to search, each the least of several runs.

#![expect(clippy::print_stdout, reason = "the result")]

mod timing;

use plaudit_verify::Extraction;
use timing::fastest;

const LENGTH: usize = 100_000;
const RUNS: usize = 15;

const REASONING: &str = "Let me reconsider the second case. We know that $x + y = 12$, and the area of the rectangle is \\(xy\\), so it follows \
    that \\[ x^2 - 12x + 35 = 0. \\] Wait, is that right? If x = 5, then y = 7, and 5 * 7 = 35. The answer to this part would be 35, but \
    we have to check the remaining cases first.\n\n";
const PROSE: &str = "The old harbour lay silent under a pale sky while the last of the fishing boats drifted towards the pier and nobody on \
    the shore had any reason to look up from the nets that were being mended.\n";
const OTHER: &str = "Nous savons que la réponse dépend du nombre de côtés. 因此，我们需要先计算面积，然后得到答案的一部分。Следовательно, ответ \
    зависит от числа сторон.\n";

/// Texts of about [`LENGTH`] bytes, with their names.
fn texts() -> Vec<(&'static str, String)> {
    let filled = |piece: &str| piece.repeat(LENGTH / piece.len());
    let hard =
        ["answer ", "answer is ", "final answer ", "\\boxed{", "$1", "A or ", "1, ", "答案", "x = ", "{\"answer\":"];
    let mut texts = vec![
        ("reasoning, boxed", filled(REASONING) + "So the final answer is \\boxed{35}."),
        ("reasoning, stated", filled(REASONING) + "So the answer is 35."),
        ("reasoning, letter", filled(REASONING) + "So the answer is (B)."),
        ("reasoning, none", filled(REASONING)),
        ("prose, boxed", filled(PROSE) + "\\boxed{35}"),
        ("prose, none", filled(PROSE)),
        ("languages, none", filled(OTHER)),
    ];
    texts.extend(hard.map(|piece| (piece, filled(piece))));
    texts
}

fn main() {
    let texts = texts();
    let mut slowest = 0.0_f64;
    for extraction in Extraction::ALL {
        let extractor = extraction.extractor();
        let mut line = format!("{extraction:?}");
        for (name, text) in &texts {
            let run = || drop(std::hint::black_box(extractor.find(std::hint::black_box(text))));
            let milliseconds = fastest(RUNS, 0.0, run);
            slowest = slowest.max(milliseconds);
            line += &format!("\n  {milliseconds:8.3} ms  {name}");
        }
        println!("{line}");
    }
    println!("the slowest {slowest:.3} ms");
}
