//! Mathematical spans: `$..$`, `$$..$$`, `\(..\)`, `\[..\]`.

use super::{Place, boxed};
use memchr::memchr3_iter;
use std::ops::Range;

/// A mathematical span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// With its delimiters.
    pub(super) outer: Range<usize>,
    /// Without them.
    pub(super) inner: Range<usize>,
}

/// The last span, joined with those before it from which only a separator divides it.
pub(super) fn last(text: &str) -> Option<Place> {
    let mut spans = all(text);
    spans.retain(|span| !is_no_value(&text[span.inner.clone()]));
    let apart = |pair: &[Span]| !boxed::is_separator(&text[pair[0].outer.end..pair[1].outer.start]);
    let first = spans.windows(2).rposition(apart).map_or(0, |before| before + 1);
    joined(text, spans.get(first..)?)
}

/// Whether a span is a power of the unit before it (`cm$^2$`) or the end of a proof.
fn is_no_value(inner: &str) -> bool {
    let inner = inner.trim();
    inner.starts_with('^') || matches!(inner, "\\square" | "\\blacksquare" | "\\Box" | "\\qed" | "\\checkmark")
}

/// One answer from neighbouring spans, with a percent sign or word that follows the last.
pub(super) fn joined(text: &str, spans: &[Span]) -> Option<Place> {
    let last = spans.last()?;
    let percent = percent(&text[last.outer.end..]);
    let range = match percent {
        Some(length) => spans[0].inner.start..last.outer.end + length,
        None => spans[0].inner.start..last.inner.end,
    };
    if spans.len() == 1 && percent.is_none() {
        return Some(Place::new(range, "the last mathematical span").unboxed(text));
    }
    let contents = spans.iter().map(|span| {
        let place = Place::new(span.inner.clone(), "").unboxed(text);
        place.text.unwrap_or_else(|| text[place.range].trim().to_owned())
    });
    let contents: Vec<String> = contents.collect();
    let made = format!("{}{}", contents.join(", "), if percent.is_some() { "\\%" } else { "" });
    let reason = match spans.len() {
        1 => "the last mathematical span".into(),
        count => format!("the last {count} mathematical spans, joined").into(),
    };
    Some(Place { range, text: Some(made), reason })
}

/// The length of white space and a percent sign or word at the start of `text`.
fn percent(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(' ');
    let word = ["\\%", "%", "percentage", "percent", "pct"].into_iter().find(|word| {
        let found = rest.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word));
        found && (word.ends_with('%') || !rest[word.len()..].starts_with(char::is_alphabetic))
    })?;
    Some(text.len() - rest.len() + word.len())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    Dollar,
    Dollars,
    Round,
    Square,
}

/// All spans, in order. A single dollar and a round bracket must close on their line, and a dollar before a digit closes nothing, so that
/// prices are no formulas; an empty line ends an open formula.
pub(super) fn all(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut open: Option<(Opened, Range<usize>)> = None;
    let mut next = 0;
    for at in memchr3_iter(b'\\', b'$', b'\n', bytes) {
        if at < next {
            continue;
        }
        let following = bytes.get(at + 1).copied();
        let (kind, closes, length) = match (bytes[at], following) {
            (b'\n', _) => {
                let is_inline = open.as_ref().is_some_and(|(kind, _)| matches!(kind, Opened::Dollar | Opened::Round));
                let is_blank = following == Some(b'\n');
                if is_inline || is_blank {
                    open = None;
                }
                continue;
            }
            (b'$', Some(b'$')) => (Opened::Dollars, true, 2),
            (b'$', _) => (Opened::Dollar, true, 1),
            (_, Some(b'(')) => (Opened::Round, false, 2),
            (_, Some(b')')) => (Opened::Round, true, 2),
            (_, Some(b'[')) => (Opened::Square, false, 2),
            (_, Some(b']')) => (Opened::Square, true, 2),
            // Any other command; `\\[2pt]` and `\$` open nothing.
            _ => {
                next = at + 2;
                continue;
            }
        };
        next = at + length;
        match &open {
            Some((opened, range)) if *opened == kind && closes => {
                let inner = range.end..at;
                let has_content = !text[inner.clone()].trim().is_empty();
                let is_price = kind == Opened::Dollar && following.is_some_and(|next| next.is_ascii_digit());
                if has_content && !is_price {
                    spans.push(Span { outer: range.start..next, inner });
                    open = None;
                } else {
                    // Then it may open a span instead.
                    open = (kind == Opened::Dollar || kind == Opened::Dollars).then_some((kind, at..next));
                }
            }
            // Dollars within brackets, and single ones within double ones, are the formula's own.
            Some((Opened::Round | Opened::Square | Opened::Dollars, _)) if bytes[at] == b'$' => {}
            _ if matches!(kind, Opened::Dollar | Opened::Dollars) || !closes => open = Some((kind, at..next)),
            _ => {}
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(text: &str) -> Vec<&str> {
        all(text).into_iter().map(|span| &text[span.inner]).collect()
    }

    fn found(text: &str) -> Option<String> {
        last(text).map(|place| place.text.unwrap_or_else(|| text[place.range].trim().to_owned()))
    }

    #[test]
    fn spans_of_all_delimiters() {
        assert_eq!(inner(r"$x$, \(y\), $$z$$ and \[w\]"), ["x", "y", "z", "w"]);
        assert_eq!(inner("\\[\n9 \n\\] and $$\n8\n$$"), ["\n9 \n", "\n8\n"]);
        assert_eq!(inner(r"\begin{matrix} 1 \\[2pt] 2 \end{matrix}"), [] as [&str; 0]);
        assert_eq!(inner("$a\nb$"), [] as [&str; 0]);
        assert_eq!(inner(r"\(x"), [] as [&str; 0]);
        assert_eq!(inner("$$a $1$ b$$"), ["a $1$ b"]);
        assert_eq!(inner("$$\n\n$x$"), ["x"]);
    }

    #[test]
    fn prices_are_no_formulas() {
        assert_eq!(inner("from $10 to $20"), [] as [&str; 0]);
        assert_eq!(inner(r"cost \$5 and $x$"), ["x"]);
        assert_eq!(inner("$5$ of $7"), ["5"]);
    }

    #[test]
    fn powers_of_units_and_ends_of_proofs_are_no_values() {
        assert_eq!(found(r"It is $12\pi$ cm$^2$.").as_deref(), Some(r"12\pi"));
        assert_eq!(found(r"It is $12$. $\square$").as_deref(), Some("12"));
        assert_eq!(found(r"$\blacksquare$"), None);
    }

    #[test]
    fn neighbours_are_one_answer() {
        assert_eq!(found("$a$. So $x=1$ and $x=2$").as_deref(), Some("x=1, x=2"));
        assert_eq!(found("$a$. So $x=1$ gives $x=2$.").as_deref(), Some("x=2"));
        assert_eq!(found("$28$ %").as_deref(), Some("28\\%"));
        assert_eq!(found("$28$ percent of it").as_deref(), Some("28\\%"));
        assert_eq!(found("$28$ percentiles").as_deref(), Some("28"));
        assert_eq!(found(r"$\boxed{28}$ %").as_deref(), Some("28\\%"));
        assert_eq!(found(r"so $x = \boxed{28}$").as_deref(), Some("28"));
        assert_eq!(found("no formula"), None);
    }
}
