//! A mistake in a recipe, where it is, and how it is shown.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A text that a recipe is read from: the file, or one override of the command line.
#[derive(Debug)]
pub(crate) struct Source {
    /// What a person knows the text by.
    pub(crate) name: String,
    pub(crate) text: String,
    /// 0 for the file, else the override's position on the command line, from 1.
    pub(crate) order: usize,
}

impl Source {
    pub(crate) fn file(name: &str, text: &str) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), text: text.to_owned(), order: 0 })
    }

    pub(crate) fn set(text: &str, order: usize) -> Arc<Self> {
        Arc::new(Self { name: "--set".to_owned(), text: text.to_owned(), order })
    }

    /// Whether it has lines to number.
    fn is_file(&self) -> bool {
        self.order == 0
    }
}

/// A stretch of a source in bytes, or the source as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Option<Range<usize>>,
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What is wrong, a fragment in lower case.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    place: Place,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, place: Place) -> Self {
        Self { message: message.into(), help: None, place }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The name of the text it is in, with the line and the column of its first character (both from 1, in characters) where it
    /// concerns a place in it. An override is named `--set`.
    pub fn location(&self) -> (&str, Option<(usize, usize)>) {
        let position = self.place.span.as_ref().map(|span| Excerpt::of(&self.place.source.text, span).position());
        (&self.place.source.name, position)
    }
}

/// The line of a text where a span begins.
struct Excerpt<'a> {
    /// From 1.
    number: usize,
    line: &'a str,
    /// The part of the line before the span, and the span's part of the line.
    before: &'a str,
    marked: &'a str,
}

impl<'a> Excerpt<'a> {
    fn of(text: &'a str, span: &Range<usize>) -> Self {
        let start = text.floor_char_boundary(span.start);
        let from = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let to = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let line = text[from..to].trim_end_matches('\r');
        let end = text.ceil_char_boundary(span.end.max(start)).min(from + line.len());
        Self {
            number: text[..start].matches('\n').count() + 1,
            line,
            before: &text[from..start],
            marked: text.get(start..end).unwrap_or_default(),
        }
    }

    fn position(&self) -> (usize, usize) {
        (self.number, self.before.chars().count() + 1)
    }

    /// Carets under the marked part. Tabs before it stay tabs, so that the carets stand where the text does.
    fn underline(&self) -> String {
        let indent = self.before.chars().map(|letter| if letter == '\t' { '\t' } else { ' ' });
        let carets = std::iter::repeat_n('^', self.marked.chars().count().max(1));
        indent.chain(carets).collect()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = &self.place.source;
        write!(f, "error: {}", self.message)?;
        let mut gutter = 1;
        match &self.place.span {
            None => write!(f, "\n --> {}", source.name)?,
            Some(span) => {
                let excerpt = Excerpt::of(&source.text, span);
                let (number, column) = excerpt.position();
                let label = if source.is_file() { number.to_string() } else { String::new() };
                gutter = label.len().max(1);
                match source.is_file() {
                    true => write!(f, "\n{:gutter$}--> {}:{number}:{column}", "", source.name)?,
                    false => write!(f, "\n{:gutter$}--> {} {}", "", source.name, source.text)?,
                }
                write!(f, "\n{:gutter$} |\n{label:gutter$} | {}", "", excerpt.line)?;
                write!(f, "\n{:gutter$} | {}", "", excerpt.underline())?;
            }
        }
        match &self.help {
            Some(help) => write!(f, "\n{:gutter$} = help: {help}", ""),
            None => Ok(()),
        }
    }
}

/// All mistakes found in a recipe, in the order of its text and then of the overrides. Never empty.
#[derive(Clone, Debug)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| {
            let start = problem.place.span.as_ref().map_or(0, |span| span.start);
            (problem.place.source.order, start)
        });
        Self(problems)
    }

    /// The mistakes one by one.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
