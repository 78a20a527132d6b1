//! Chat templates: how a conversation becomes the text a model was tuned on.
//!
//! A template is a Jinja program that comes with a checkpoint. It runs in an interpreter that reaches no file, clock or network,
//! within a budget of steps, and sees what `transformers` shows it: the messages, the named special tokens, a flag that asks for the
//! opening of the model's turn, and a few functions.

mod date;
mod tojson;

pub use date::{Date, DateError};

use crate::CheckpointError;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const NAME: &str = "chat template";
/// Interpreter steps for one conversation: a thousand times what published templates take for a short one.
const STEPS: u64 = 10_000_000;

/// One message of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Who speaks: "system", "user" or "assistant".
    pub role: &'a str,
    /// What is said.
    pub content: &'a str,
}

/// A parsed chat template.
#[derive(Clone, Debug)]
pub struct ChatTemplate {
    environment: Environment<'static>,
    named_tokens: BTreeMap<String, String>,
}

impl ChatTemplate {
    /// Parses a template. `named_tokens` are the texts of special tokens by the names under which templates use them
    /// (`bos_token`, `eos_token`, ...).
    ///
    /// # Errors
    /// [`CheckpointError::ChatTemplate`] with the line that does not parse.
    pub fn new(source: &str, named_tokens: &BTreeMap<&str, String>) -> Result<Self, CheckpointError> {
        let mut environment = Environment::new();
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.expect("the delimiters are the default ones"));
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.set_fuel(Some(STEPS));
        environment.add_filter("tojson", tojson::tojson);
        environment.add_function("raise_exception", |message: String| -> Result<String, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, message))
        });
        environment.add_test("iterable", |value: &minijinja::Value| !value.is_none() && value.try_iter().is_ok());
        environment
            .add_template_owned(NAME, without_generation_tags(&with_plain_line_ends(source)))
            .map_err(refused)?;
        let named_tokens = named_tokens.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
        Ok(Self { environment, named_tokens })
    }

    /// Gives the template a date. Without one `strftime_now` does not exist: templates that ask first whether it does fall back
    /// to a date of their own, others refuse; the clock is never read, so that a run can be repeated.
    pub fn with_date(mut self, date: Date) -> Self {
        self.environment.add_function("strftime_now", move |format: String| date.format(&format));
        self
    }

    /// The text of a conversation, ending where the model's turn begins. Encode it with [`crate::Tokenizer::encode`]. `variables` are
    /// the template's own switches, such as `enable_thinking`; a template that prints an object among them sees its keys sorted.
    ///
    /// # Errors
    /// [`CheckpointError::ChatTemplate`] where the template refuses the conversation, uses something unknown or runs too long, or where
    /// `variables` would replace what every template is given.
    pub fn render(&self, messages: &[Message<'_>], variables: &Map<String, Value>) -> Result<String, CheckpointError> {
        let mut context: BTreeMap<String, minijinja::Value> =
            self.named_tokens.iter().map(|(name, text)| (name.clone(), text.as_str().into())).collect();
        context.extend(variables.iter().map(|(name, value)| (name.clone(), Serde(value).into())));
        // Pairs keep their order, which shows where a template prints a message as JSON.
        let pairs = |message: &Message<'_>| {
            minijinja::Value::from_pairs([("role", message.role), ("content", message.content)])
        };
        let given = [
            ("messages", messages.iter().map(pairs).collect()),
            ("add_generation_prompt", true.into()),
            ("tools", ().into()),
            ("documents", ().into()),
        ];
        for (name, value) in given {
            if context.insert(name.to_owned(), value).is_some() {
                let problem = format!("variable `{name}` is given to every template and cannot be set");
                return Err(CheckpointError::ChatTemplate { problem });
            }
        }
        let template = self.environment.get_template(NAME).map_err(refused)?;
        template.render(minijinja::Value::from_pairs(context)).map_err(refused)
    }
}

fn refused(error: Error) -> CheckpointError {
    // Inside a macro or an include the outer errors only say that something in it failed.
    let mut cause = &error;
    while let Some(inner) = std::error::Error::source(cause).and_then(|source| source.downcast_ref()) {
        cause = inner;
    }
    let advice = match cause.kind() {
        ErrorKind::OutOfFuel => "; it did not come to an end",
        ErrorKind::UnknownFunction if cause.to_string().contains("strftime_now") => "; give the template a date",
        _ => "",
    };
    CheckpointError::ChatTemplate { problem: format!("{cause}{advice}") }
}

/// Line ends of every kind become `\n`, as the lexer of Jinja has it.
fn with_plain_line_ends(source: &str) -> String {
    source.replace("\r\n", "\n").replace('\r', "\n")
}

/// Replaces the tags `generation` and `endgeneration`, by which `transformers` marks what the model wrote, by a block that
/// only opens a scope. Whitespace control around the word is kept.
fn without_generation_tags(source: &str) -> String {
    let mut result = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find("{%") {
        let (before, tag) = rest.split_at(start + 2);
        result.push_str(before);
        rest = tag;
        let word_start = tag.len() - tag.trim_start_matches(['-', '+']).trim_start().len();
        let (lead, body) = tag.split_at(word_start);
        for (word, replacement) in [("generation", "with"), ("endgeneration", "endwith")] {
            if let Some(tail) = body.strip_prefix(word)
                && tail.trim_start().trim_start_matches(['-', '+']).starts_with("%}")
            {
                result.push_str(lead);
                result.push_str(replacement);
                rest = tail;
            }
        }
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const USER: [Message<'_>; 1] = [Message { role: "user", content: "1 + 1 = <?>" }];

    fn render(source: &str) -> Result<String, CheckpointError> {
        ChatTemplate::new(source, &BTreeMap::from([("eos_token", "</s>".to_owned())]))?.render(&USER, &Map::new())
    }

    fn problem(source: &str) -> String {
        render(source).unwrap_err().to_string()
    }

    #[test]
    fn generation_tags_are_only_a_scope() {
        let source = "a\n  {%- generation -%}  b{% set x = 1 %}{%+ endgeneration +%}\n{{ x is defined }}{% generation %}\nc{%endgeneration%}";
        assert_eq!(render(source).unwrap(), "ab\nFalsec");
        assert_eq!(without_generation_tags("{% generations %}{{ generation }}"), "{% generations %}{{ generation }}");
    }

    #[test]
    fn a_template_can_refuse_a_conversation() {
        let message = problem("{{ raise_exception('roles must alternate') }}");
        assert!(message.contains("roles must alternate"), "{message}");
    }

    #[test]
    fn a_template_cannot_run_forever_or_reach_files() {
        let message = problem("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}");
        assert!(message.contains("did not come to an end"), "{message}");
        let message = problem("{% include '/etc/hostname' %}");
        assert!(message.contains("non-existing"), "{message}");
        let message = problem("{% include 'chat template' %}");
        assert!(message.contains("recursion"), "{message}");
    }

    #[test]
    fn syntax_errors_name_the_line() {
        let message = problem("fine\n{% if %}");
        assert!(message.contains("line 2") || message.contains(":2"), "{message}");
    }

    #[test]
    fn the_date_is_only_what_the_caller_gives() {
        let guarded = "{% if strftime_now is defined %}{{ strftime_now('%d %b %Y') }}{% else %}26 Jul 2024{% endif %}";
        assert_eq!(render(guarded).unwrap(), "26 Jul 2024");
        let message = problem("{{ strftime_now('%Y') }}");
        assert!(message.contains("give the template a date"), "{message}");
        let template = ChatTemplate::new(guarded, &BTreeMap::new()).unwrap().with_date("2025-03-01".parse().unwrap());
        assert_eq!(template.render(&USER, &Map::new()).unwrap(), "01 Mar 2025");
    }

    #[test]
    fn what_every_template_is_given_cannot_be_replaced() {
        let template = ChatTemplate::new("", &BTreeMap::new()).unwrap();
        let variables = Map::from_iter([("messages".to_owned(), json!([]))]);
        assert!(template.render(&USER, &variables).unwrap_err().to_string().contains("`messages`"));
    }

    #[test]
    fn no_tools_are_not_iterable() {
        let source =
            "{% if tools is iterable and tools | length > 0 %}t{% endif %}{{ [] is iterable }}{{ 'a' is iterable }}";
        assert_eq!(render(source).unwrap(), "TrueTrue");
    }

    #[test]
    fn line_ends_are_those_of_unix() {
        assert_eq!(render("a\r\n{% if true %}\r\nb\rc{% endif %}\r\n").unwrap(), "a\nb\nc");
    }

    #[test]
    fn text_is_not_escaped() {
        assert_eq!(render("{{ messages[0].content }}{{ eos_token }}").unwrap(), "1 + 1 = <?></s>");
    }
}
