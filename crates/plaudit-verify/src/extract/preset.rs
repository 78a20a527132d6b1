//! Extractors that have a name in recipes.

use super::{Boxes, Extractor, Found, Language, Rule};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Where to find the answer in a completion. Each rule takes the last place that fits and returns it trimmed; an empty
/// place counts as no answer. Every rule is linear in the length of the completion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Extraction {
    /// The text after the last `####`, to the end of its line.
    #[default]
    Marker,
    /// The content of the last complete `\boxed{...}`, nested braces included.
    Boxed,
    /// The content of the last complete `<answer>...</answer>`.
    Tag,
    /// The last number in plain notation, with its percent sign but without its unit.
    LastNumber,
    /// The whole completion.
    Whole,
    /// The multiple-choice letter in the last `\boxed{...}`, else after the last `####`, else in the last
    /// `<answer>...</answer>`, else after the last "answer is" or "answer:", else where one is said to be right (`B is correct`), else at the
    /// start of a completion that does not list the options. A letter that is denied, or one of several, is no answer.
    Choice,
    /// As `choice`, but after any thinking, where the answer may be stated or chosen in one of many languages.
    MultilingualChoice,
    /// After any thinking: what follows `####`, else the last number.
    Gsm8k,
    /// After any thinking, in the order of math-verify: the last of "final answer is ..." and boxes, those next to each other joined; else
    /// what "answer: ..." or "answer is ..." states, or the first value in that sentence; else all of it, where it is a formula; else the
    /// last of mathematical spans, equations in plain text and numbers.
    MathVerify,
    /// After any thinking: what "Final Answer: The final answer is ..." states, and nothing else, as the Minerva tasks of lm-eval want it.
    LmEval,
    /// After any thinking, in the order of the graders of Qwen and PRIME: the last box, else what "final answer is ..." or "answer is ..."
    /// states, else the last number.
    Qwen,
    /// After any thinking, wherever one may stand, in any language: the last of "final answer is ...", boxes, `####` and
    /// `<answer>...</answer>`; else what "answer: ..." or "answer is ..." states, or the first value in that sentence; else all of it, where
    /// it is a formula; else the last of mathematical spans, equations in plain text and numbers that are values of their own; else all of it.
    Anywhere,
}

const ENGLISH: Cow<'static, [Language]> = Cow::Borrowed(&[Language::English]);
const ANY: Cow<'static, [Language]> = Cow::Borrowed(&[]);
const ANSWER: Cow<'static, str> = Cow::Borrowed("answer");

impl Extraction {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 12] = [
        Self::Marker,
        Self::Boxed,
        Self::Tag,
        Self::LastNumber,
        Self::Whole,
        Self::Choice,
        Self::MultilingualChoice,
        Self::Gsm8k,
        Self::MathVerify,
        Self::LmEval,
        Self::Qwen,
        Self::Anywhere,
    ];

    /// The rules behind the name.
    pub fn extractor(self) -> Extractor {
        let steps = |steps: &[&[Rule]]| steps.iter().map(|step| step.to_vec()).collect();
        let plain = |rule: Rule| Extractor { steps: vec![vec![rule]], after_thinking: false };
        let ordered = |list: &[&[Rule]]| Extractor { steps: steps(list), after_thinking: true };
        let final_answer = Rule::FinalAnswer { languages: ENGLISH };
        let statement = Rule::Statement { languages: ENGLISH };
        let stated_value = Rule::StatedValue { languages: ENGLISH };
        match self {
            Self::Marker => plain(Rule::Marker),
            Self::Boxed => plain(Rule::Boxed { boxes: Boxes::Last, loose: false }),
            Self::Tag => plain(Rule::Tag { name: ANSWER }),
            Self::LastNumber => plain(Rule::LastNumber),
            Self::Whole => plain(Rule::Whole),
            Self::Choice => plain(Rule::Choice),
            Self::MultilingualChoice => ordered(&[&[Rule::StatedChoice { languages: ANY }]]),
            Self::Gsm8k => ordered(&[&[Rule::Marker], &[Rule::LastNumber]]),
            Self::MathVerify => ordered(&[
                &[final_answer, Rule::Boxed { boxes: Boxes::Joined, loose: true }],
                &[statement],
                &[stated_value],
                &[Rule::Formula],
                &[Rule::MathSpan, Rule::Relation, Rule::LastNumber],
            ]),
            Self::LmEval => ordered(&[&[final_answer]]),
            Self::Qwen => ordered(&[
                &[Rule::Boxed { boxes: Boxes::Last, loose: true }],
                &[final_answer],
                &[statement],
                &[Rule::LastNumber],
            ]),
            Self::Anywhere => ordered(&[
                &[
                    Rule::FinalAnswer { languages: ANY },
                    Rule::Boxed { boxes: Boxes::Joined, loose: true },
                    Rule::Marker,
                    Rule::Tag { name: ANSWER },
                ],
                &[Rule::Statement { languages: ANY }],
                &[Rule::StatedValue { languages: ANY }],
                &[Rule::Formula],
                &[Rule::MathSpan, Rule::Relation, Rule::LoneNumber],
                &[Rule::Whole],
            ]),
        }
    }

    /// The answer as the completion writes it, or `None` where it states none.
    ///
    /// ```
    /// use plaudit_verify::Extraction;
    /// let find = |rule: Extraction, text| rule.find(text).map(|found| found.text);
    /// assert_eq!(find(Extraction::Marker, "7+36\n43\n#### 43").as_deref(), Some("43"));
    /// assert_eq!(find(Extraction::Boxed, r"so \boxed{\frac{1}{2}}.").as_deref(), Some(r"\frac{1}{2}"));
    /// assert_eq!(find(Extraction::Tag, "no answer here"), None);
    /// ```
    pub fn find(self, completion: &str) -> Option<Found<'_>> {
        self.extractor().find(completion)
    }

    /// Writes `answer` so that this rule finds it: the last line of a worked solution.
    pub fn frame(self, answer: &str) -> String {
        match self {
            Self::Marker | Self::Gsm8k => format!("#### {answer}"),
            Self::Boxed | Self::Choice | Self::MultilingualChoice | Self::MathVerify | Self::Qwen | Self::Anywhere => {
                format!("\\boxed{{{answer}}}")
            }
            Self::Tag => format!("<answer>{answer}</answer>"),
            Self::LmEval => format!("Final Answer: The final answer is ${answer}$. I hope it is correct."),
            Self::LastNumber | Self::Whole => answer.to_owned(),
        }
    }
}
