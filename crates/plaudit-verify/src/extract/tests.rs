//! What holds for all rules.

use super::*;
use proptest::prelude::*;

fn find(extraction: Extraction, text: &str) -> Option<String> {
    extraction.find(text).map(|found| found.text.into_owned())
}

fn all_rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> =
        Extraction::ALL.iter().flat_map(|extraction| extraction.extractor().steps).flatten().collect();
    rules.push(Rule::RightSide);
    rules.push(Rule::Boxed { boxes: Boxes::All, loose: true });
    rules.push(Rule::Statement { languages: Cow::Borrowed(&[]) });
    rules.push(Rule::Code { languages: Cow::Borrowed(&[]), fence: Fence::First });
    rules.push(Rule::Json { path: Cow::Borrowed(&[Cow::Borrowed("answer")]) });
    rules
}

#[test]
fn what_is_framed_is_found() {
    for extraction in Extraction::ALL {
        let is_choice = matches!(extraction, Extraction::Choice | Extraction::MultilingualChoice);
        let answer = if is_choice { "B" } else { "-3/4" };
        let framed = format!("some steps 12\n{}", extraction.frame(answer));
        let text = if extraction == Extraction::Whole { extraction.frame(answer) } else { framed };
        assert_eq!(find(extraction, &text).as_deref(), Some(answer), "{extraction:?}");
    }
}

#[test]
fn a_result_says_where_and_why() {
    let text = r"<think>\boxed{1}</think> So \boxed{2} and $\boxed{3}$. Done.";
    let found = Extraction::MathVerify.find(text).unwrap();
    assert_eq!((found.text.as_ref(), found.reason.as_ref()), ("2, 3", "2 of 2 boxes, joined"));
    assert_eq!(&text[found.range], r"2} and $\boxed{3");
    assert_eq!(found.rule, Rule::Boxed { boxes: Boxes::Joined, loose: true });
    let found = Extraction::Boxed.find("\\boxed{ 7 }").unwrap();
    assert_eq!((found.text.as_ref(), found.range, found.reason.as_ref()), ("7", 8..9, "the only box"));
}

#[test]
fn presets_take_their_places_in_order() {
    for (extraction, text, expected) in [
        (Extraction::Gsm8k, "3 apples\n#### 4 apples\nor 5", Some("4 apples")),
        (Extraction::Gsm8k, "it is 1,000 dollars", Some("1,000")),
        (Extraction::MathVerify, "Final Answer: The final answer is $3$. I hope it is correct. \\boxed{4}", Some("4")),
        (Extraction::MathVerify, "\\boxed{4} Final Answer: The final answer is $3$. I hope it is correct.", Some("3")),
        (Extraction::MathVerify, "The answer is $3$, with $x=2$ and 4 more", Some("3")),
        (Extraction::MathVerify, "So $x = 2$ and thus 7", Some("7")),
        (Extraction::MathVerify, "So 7 and thus $x = 2$", Some("x = 2")),
        (Extraction::LmEval, "Final Answer: The final answer is $3$. I hope it is correct.", Some("3")),
        (Extraction::LmEval, "\\boxed{4}", None),
        (Extraction::Qwen, "The answer is 5. \\boxed{4} and 6", Some("4")),
        (Extraction::Qwen, "The answer is 5 apples", Some("5 apples")),
        (Extraction::Qwen, "It is 5 apples", Some("5")),
        (Extraction::MultilingualChoice, "<think>The answer is A</think>故选C", Some("C")),
    ] {
        assert_eq!(find(extraction, text).as_deref(), expected, "{extraction:?} {text}");
    }
}

#[test]
fn thinking_counts_only_where_nothing_follows() {
    let find = |text| find(Extraction::Gsm8k, text);
    assert_eq!(find("<think>#### 1</think> 2").as_deref(), Some("2"));
    assert_eq!(find("<think>#### 1</think>").as_deref(), Some("1"));
    assert_eq!(Extraction::Marker.find("<think>#### 1</think> 2").unwrap().text, "1</think> 2");
}

#[test]
fn candidates_come_in_order() {
    let extractor = Extraction::Qwen.extractor();
    let texts: Vec<String> =
        extractor.candidates(r"\boxed{a} The answer is 5 apples").map(|found| found.text.into_owned()).collect();
    assert_eq!(texts, ["a", "5 apples", "5"]);
}

#[test]
fn long_hostile_text_takes_linear_time() {
    for piece in [
        "\\boxed{",
        "\\boxed ",
        "{",
        "}",
        "<answer>",
        "</answer>",
        "<answer ",
        "####",
        "1,",
        "1.",
        "1e",
        "answer is ",
        "answer ",
        "final answer ",
        "-",
        "$",
        "$1",
        "$$",
        "\\(",
        "\\[",
        "=",
        "= \\",
        "```\n",
        "~~~",
        "{\"a\":",
        "[",
        "{\"a\":[",
        "\"",
        "A ",
        "A or ",
        "A, ",
        "答案",
        "réponse ",
        "</think>",
        "<",
        "answer is not 7. ",
        "answer: let us see, ",
        "#### Step 2\n",
        "x = 2 \\\\ ",
        "(",
        "**",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        for rule in all_rules() {
            let _ = rule.find(&text);
        }
    }
}

#[test]
fn lists_of_rules_are_data() {
    let text = r#"{"steps":[[{"boxed":{"boxes":"joined","loose":true}}],["last-number",{"tag":{"name":"result"}}]],"after_thinking":true}"#;
    let extractor: Extractor = serde_json::from_str(text).unwrap();
    assert_eq!(extractor.find("<result>x</result>").unwrap().text, "x");
    assert_eq!(serde_json::to_string(&extractor).unwrap(), text);
    assert!(serde_json::from_str::<Extractor>(r#"{"steps":[["no-such-rule"]],"after_thinking":true}"#).is_err());
}

proptest! {
    #[test]
    fn an_answer_is_a_trimmed_part_of_any_text(
        text in "(\\PC|\\\\boxed\\{|\\\\fbox|\\}|####|<answer>|</answer>|answer is |final answer: |[0-9.,/e$=-]|\\\\\\(|\\\\\\)|minus |not | or |so |\\(3 x 6\\)|답변: 상|\\*\\*|answer: |\\\\\\\\|```|~~~|\\{\"answer\":|A|ß|\n){0,40}",
    ) {
        for rule in all_rules() {
            if let Some(found) = rule.find(&text) {
                prop_assert!(!found.text.is_empty() && found.text.trim() == found.text);
                prop_assert!(text.get(found.range.clone()).is_some());
                if let Cow::Borrowed(borrowed) = found.text {
                    prop_assert_eq!(&text[found.range], borrowed);
                }
            }
        }
        for extraction in Extraction::ALL {
            let _ = extraction.find(&text);
        }
    }
}
