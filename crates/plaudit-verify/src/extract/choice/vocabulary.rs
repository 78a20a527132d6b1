//! Words of all languages by what they say, found at the start of a text.

use super::letter::word_prefix;
use super::words::{self, ChoiceWords};
use crate::extract::Language;
use crate::extract::language::Words;
use crate::extract::phrases::folded_byte;
use std::sync::LazyLock;

/// Words of one kind.
pub(super) struct Vocabulary {
    /// With the first byte without its case; in the order of these.
    words: Vec<(u8, &'static str, Language)>,
}

/// The kinds that letters are read by.
pub(super) struct Vocabularies {
    pub(super) or: Vocabulary,
    pub(super) because: Vocabulary,
    pub(super) not: Vocabulary,
    pub(super) option: Vocabulary,
    pub(super) right: Vocabulary,
    pub(super) wrong: Vocabulary,
    pub(super) instead: Vocabulary,
}

pub(super) static WORDS: LazyLock<Vocabularies> = LazyLock::new(|| Vocabularies {
    or: Vocabulary::new(|words, _| words.or),
    because: Vocabulary::new(|words, _| words.because),
    not: Vocabulary::new(|words, _| words.not),
    option: Vocabulary::new(|_, choices| choices.option),
    right: Vocabulary::new(|_, choices| choices.right),
    wrong: Vocabulary::new(|_, choices| choices.wrong),
    instead: Vocabulary::new(|_, choices| choices.instead),
});

impl Vocabulary {
    fn new(kind: impl Fn(&'static Words, &'static ChoiceWords) -> &'static [&'static str]) -> Self {
        let of_language = |language: Language| {
            let words = kind(language.words(), words::of(language));
            let with_first = move |word: &&'static str| Some((folded_byte(word.bytes().next()?), *word, language));
            words.iter().filter_map(with_first)
        };
        let mut words: Vec<_> = Language::ALL.into_iter().flat_map(of_language).collect();
        words.sort_by_key(|(first, ..)| *first);
        Self { words }
    }

    /// The length of the longest word of some languages at the start of `text`.
    pub(super) fn prefix(&self, text: &str, languages: &[Language]) -> Option<usize> {
        let first = folded_byte(*text.as_bytes().first()?);
        let start = self.words.partition_point(|(other, ..)| *other < first);
        let of_first = self.words[start..].iter().take_while(|(other, ..)| *other == first);
        of_first
            .filter(|(_, _, language)| languages.contains(language))
            .filter_map(|(_, word, _)| word_prefix(text, word))
            .max()
    }
}
