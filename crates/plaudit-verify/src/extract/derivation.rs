//! The last step of a derivation: `2x = 36 \Rightarrow x = 18`.

use super::Place;
use std::ops::Range;

/// Signs and words between the steps of a derivation.
const ARROWS: [&str; 8] = ["\\Rightarrow", "\\Longrightarrow", "\\implies", "\\therefore", "⇒", "⟹", "=>", ", so "];

/// An arrow that is one only between equations, as it may also say where a variable goes.
const ARROW: &str = "→";

/// Environments whose rows are steps, unless they solve for several variables.
const ENVIRONMENTS: [&str; 9] =
    ["aligned", "align*", "align", "gathered", "gather*", "gather", "split", "eqnarray*", "eqnarray"];

/// The place without the steps before the last one.
pub(super) fn result(text: &str, place: Place) -> Place {
    if place.text.is_some() {
        return place;
    }
    let range = last_step(text, place.range);
    Place { range, ..place }
}

fn last_step(text: &str, range: Range<usize>) -> Range<usize> {
    let content = &text[range.clone()];
    let is_step = |at: &usize| content[..*at].contains('=') && content[*at..].contains('=');
    let after = ARROWS.iter().filter_map(|arrow| content.rfind(arrow).map(|at| at + arrow.len())).max();
    let after = after.max(content.rfind(ARROW).map(|at| at + ARROW.len()).filter(is_step));
    if let Some(after) = after.filter(|after| !content[*after..].trim().is_empty()) {
        return range.start + after..range.end;
    }
    let (start, body) = body(content);
    // Another environment is one expression.
    if body.contains("\\begin") {
        return range;
    }
    let separator = if body.contains("\\\\") { "\\\\" } else { "\n" };
    let rows: Vec<&str> = body.split(separator).filter(|row| !row.trim().is_empty()).collect();
    let [earlier @ .., last] = &rows[..] else { return range };
    let left = |row: &str| row.split_once('=').map(|(left, _)| left.replace(['&', ' ', '\n'], ""));
    let is_variable = |left: &str| left.len() == 1 && left.starts_with(|letter: char| letter.is_ascii_alphabetic());
    // A row without a left side goes on with the one before it.
    let named = rows.iter().rev().map(|row| left(row)).find(|left| left.as_ref().is_none_or(|left| !left.is_empty()));
    let (Some(Some(variable)), false) = (named, earlier.is_empty()) else { return range };
    let solves_another = |row: &&str| left(row).is_none_or(|other| is_variable(&other) && other != variable);
    let is_continued = left(last).is_some_and(|left| left.is_empty());
    if !(is_continued || is_variable(&variable)) || earlier.iter().any(solves_another) {
        return range;
    }
    let Some(at) = body.rfind(last) else { return range };
    let skipped = if is_continued { last.find('=').map_or(0, |equals| equals + 1) } else { 0 };
    let row = &last[skipped..];
    let row_start = last.len() - row.trim_start_matches(['&', ' ', '\n']).len();
    let is_plain = !last[row_start..].contains('&');
    // An alignment sign within the row would not read; what follows the equals sign does.
    let row_start = if is_plain { row_start } else { last.find('=').map_or(row_start, |equals| equals + 1) };
    let (from, end) = (range.start + start + at, last.trim_end().len());
    if row_start < end { from + row_start..from + end } else { range }
}

/// The rows of an environment around all of `content`, and where they start; else all of it.
fn body(content: &str) -> (usize, &str) {
    let inner = ENVIRONMENTS.iter().find_map(|name| {
        let opened = content.trim_start().strip_prefix("\\begin{")?.strip_prefix(name)?.strip_prefix('}')?;
        opened.trim_end().strip_suffix('}')?.strip_suffix(name)?.strip_suffix("\\end{")
    });
    match inner {
        Some(inner) => (content.find(inner).unwrap_or(0), inner),
        None => (0, content),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_step_is_the_result() {
        for (text, result) in [
            (r"2x = 36 \Rightarrow x = 18", "x = 18"),
            (r"2x = 36 \implies x = 18", "x = 18"),
            ("2x = 36, so x = 18", "x = 18"),
            ("2x = 36 → x = 18", "x = 18"),
            ("x → 18", "x → 18"),
            ("2x=36\nx=18", "x=18"),
            (r"\begin{aligned}2x&=36\\x&=18\end{aligned}", "18"),
            (r"\begin{align*} x &= 2 + 16 \\ &= 18 \end{align*}", "18"),
            // Several variables are solved for.
            (r"\begin{aligned}x&=1\\y&=2\end{aligned}", r"\begin{aligned}x&=1\\y&=2\end{aligned}"),
            ("x=1\ny=2", "x=1\ny=2"),
            (r"\begin{cases}x+y=3\\x=1\end{cases}", r"\begin{cases}x+y=3\\x=1\end{cases}"),
            (r"x = 18 \Rightarrow ", r"x = 18 \Rightarrow "),
            ("x = 1 \\\\ =", "x = 1 \\\\ ="),
            ("x = 18", "x = 18"),
            ("", ""),
        ] {
            assert_eq!(text[last_step(text, 0..text.len())].trim_start(), result, "{text}");
        }
    }
}
