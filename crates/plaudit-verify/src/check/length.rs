//! Sizes of a text: what length penalties and measures of style are made from.

use super::words::Normalisation;

/// The sizes of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// Unicode scalar values.
    pub characters: usize,
    /// Runs without white space.
    pub words: usize,
    /// Lines that are not blank.
    pub lines: usize,
    /// Tokens, as the tokenizer of the policy counted them.
    pub tokens: usize,
}

impl Lengths {
    /// The sizes of `text`, which has `tokens` tokens.
    ///
    /// ```
    /// use plaudit_verify::check::length::Lengths;
    /// assert_eq!(Lengths::of("so é\n\n7 ", 5), Lengths { characters: 8, words: 3, lines: 2, tokens: 5 });
    /// ```
    pub fn of(text: &str, tokens: usize) -> Self {
        Self {
            characters: text.chars().count(),
            words: text.split_whitespace().count(),
            lines: text.lines().filter(|line| !line.trim().is_empty()).count(),
            tokens,
        }
    }
}

/// The share of words that are markers, as "wait" and "check" are of reflection, in [0, 1]; 0 without words. Markers are single words in
/// lower case; case and punctuation of the text do not count.
///
/// ```
/// use plaudit_verify::check::length::marker_share;
/// assert_eq!(marker_share("a wait b Check, c wait d", &["wait", "check"]), 3.0 / 7.0);
/// ```
pub fn marker_share(text: &str, markers: &[&str]) -> f64 {
    let folded = Normalisation { case: true, punctuation: true, articles: false, white_space: false }.apply(text);
    let (mut words, mut marked) = (0_usize, 0_usize);
    for word in folded.split_whitespace() {
        words += 1;
        marked += usize::from(markers.contains(&word));
    }
    if words == 0 { 0.0 } else { marked as f64 / words as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_texts_have_no_length() {
        assert_eq!(Lengths::of("", 0), Lengths { characters: 0, words: 0, lines: 0, tokens: 0 });
        assert_eq!(marker_share(" . ", &["wait"]), 0.0);
    }
}
