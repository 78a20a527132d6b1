//! Whole completions to verdicts.

use crate::answer::{self, AnswerKind};
use crate::math::{Expr, Judgement, Policy, are_of_one_sort};
use crate::{Extraction, Extractor, Found, Rule, choice};
use plaudit_core::{Part, Verdict};
use std::borrow::Cow;

/// How the answer in a completion is found and compared with the reference.
///
/// ```
/// use plaudit_verify::Verifier;
/// let verifier = Verifier::default();
/// let verification = verifier.verify(r"\frac{1}{2}", "Half of it, so the final answer is $0.5$.");
/// assert!(verification.verdict.is_correct());
/// assert_eq!(verification.found.unwrap().text, "0.5");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Verifier {
    /// Where the answer stands.
    pub extractor: Extractor,
    /// How it is compared.
    pub kind: AnswerKind,
    /// What mathematical answers may differ in.
    pub policy: Policy,
}

impl Default for Verifier {
    /// An answer wherever it stands, compared as mathematics or words under the default policy.
    fn default() -> Self {
        Self { extractor: Extraction::Anywhere.extractor(), kind: AnswerKind::default(), policy: Policy::default() }
    }
}

/// What a verifier found in one completion.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification<'a> {
    /// How the check ended.
    pub verdict: Verdict,
    /// The answer that it is about; `None` where the completion states none.
    pub found: Option<Found<'a>>,
    /// How the two compared, where they were compared as mathematics.
    pub judgement: Option<Judgement>,
}

impl Verifier {
    /// The verdict on a completion.
    ///
    /// Of the places where the extractor finds an answer, the first decides that is marked as one (a box, a tag, `####`) or can be read as what
    /// the reference is; where none can, the first of all. So a completion cannot try its luck with several answers: whether one of them is
    /// right has no part in the choice.
    ///
    /// A completion that is the reference and nothing else is right, where the extractor takes a whole completion for an answer.
    pub fn verify<'a>(&self, gold: &str, completion: &'a str) -> Verification<'a> {
        let verification = self.verify_candidates(gold, completion);
        if !verification.verdict.is_correct() && self.is_whole(gold, completion) {
            return Verification { verdict: Verdict::Correct, found: Rule::Whole.find(completion), judgement: None };
        }
        verification
    }

    fn is_whole(&self, gold: &str, completion: &str) -> bool {
        self.kind == AnswerKind::Auto
            && self.extractor.steps.last().is_some_and(|step| step.contains(&Rule::Whole))
            && !gold.trim().is_empty()
            && answer::same_words(gold, completion.trim_end().trim_end_matches('.'), true)
    }

    fn verify_candidates<'a>(&self, gold: &str, completion: &'a str) -> Verification<'a> {
        let mut first = None;
        for found in self.extractor.candidates(completion) {
            let answer::Checked { verdict, judgement } = answer::check(gold, &found.text, self.kind, &self.policy);
            let verification = Verification { verdict, found: Some(found), judgement };
            if let Some(stated) = self.verify_sentence(gold, &verification) {
                return stated;
            }
            if verification.is_marked() || verification.is_readable() {
                return verification;
            }
            first.get_or_insert(verification);
        }
        let missing = Verdict::Unparsed { part: Part::Missing };
        first.unwrap_or(Verification { verdict: missing, found: None, judgement: None })
    }

    /// The verdict on what a marked answer says that is a sentence and reads as nothing else: `<answer>She has 42 apples.</answer>`.
    fn verify_sentence<'a>(&self, gold: &str, marked: &Verification<'a>) -> Option<Verification<'a>> {
        let found = marked.found.as_ref().filter(|_| marked.is_marked())?;
        let (Verdict::Unparsed { part: Part::Answer }, Cow::Borrowed(sentence)) = (&marked.verdict, &found.text) else {
            return None;
        };
        let value = crate::extract::number_of_sentence(sentence)?;
        let answer::Checked { verdict, judgement } = answer::check(gold, &value.text, self.kind, &self.policy);
        let range = found.range.start + value.range.start..found.range.start + value.range.end;
        Some(Verification { verdict, found: Some(Found { range, ..value }), judgement })
    }

    /// As [`Verifier::verify`], for an answer with several references any of which will do: the first verdict that is correct, else the
    /// first of all. Nothing can be compared with no reference at all, an error of the data.
    pub fn verify_any<'a, G: AsRef<str>>(&self, golds: &[G], completion: &'a str) -> Verification<'a> {
        let mut first = None;
        for gold in golds {
            let verification = self.verify(gold.as_ref(), completion);
            if verification.verdict.is_correct() {
                return verification;
            }
            first.get_or_insert(verification);
        }
        let no_gold = Verdict::Unparsed { part: Part::Gold };
        first.unwrap_or(Verification { verdict: no_gold, found: None, judgement: None })
    }
}

impl Verification<'_> {
    /// Whether the answer stands where nothing but an answer does.
    fn is_marked(&self) -> bool {
        let rule = self.found.as_ref().map(|found| &found.rule);
        matches!(rule, Some(Rule::Boxed { .. } | Rule::Tag { .. } | Rule::Marker | Rule::Json { .. }))
    }

    /// Whether the answer reads, and is not words where the reference is mathematics or the other way round.
    fn is_readable(&self) -> bool {
        match &self.judgement {
            Some(Judgement { gold: Ok(gold), answer: Ok(answer), .. }) => are_of_one_sort(gold, answer),
            // `A)` names an option, though it is no expression.
            Some(Judgement { gold: Ok(Expr::Symbol(_) | Expr::Constant(_)), .. }) => {
                self.found.as_ref().is_some_and(|found| choice::letter(&found.text).is_some())
            }
            Some(Judgement { gold: Ok(_), .. }) => false,
            Some(_) => true,
            None => self.verdict != Verdict::Unparsed { part: Part::Answer },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(gold: &str, completion: &str) -> Verdict {
        Verifier::default().verify(gold, completion).verdict
    }

    #[test]
    fn the_first_place_that_reads_decides() {
        assert_eq!(verdict("7", "The final answer is unclear to me. So $x = 7$."), Verdict::Correct);
        // The box decides, though another place has the right number.
        assert_eq!(verdict("7", r"It is 7, or \boxed{8}, or 7."), Verdict::Wrong);
        assert_eq!(verdict("7", r"\boxed{7} and 8"), Verdict::Correct);
        assert_eq!(verdict("yes", r"The answer is yes."), Verdict::Correct);
        assert_eq!(verdict("Paris", "paris"), Verdict::Correct);
        assert_eq!(verdict("7", ""), Verdict::Unparsed { part: Part::Missing });
        assert_eq!(verdict("7", "I do not know."), Verdict::Wrong);
        assert_eq!(verdict("5 apples and 3 pears", "5 apples and  3 pears."), Verdict::Correct);
        assert_eq!(verdict("March 14", "The answer is March 14."), Verdict::Correct);
        assert_eq!(verdict("March 14", "March 14 or 15"), Verdict::Wrong);
        assert!(!verdict("", "").is_correct());
    }

    #[test]
    fn of_several_answers_in_words_the_first_decides() {
        assert_eq!(verdict(r"\emptyset", r"\boxed{all real numbers}. So the answer is no solution."), Verdict::Wrong);
        assert_eq!(verdict("12", r"\boxed{\text{eleven}} and then the answer is twelve"), Verdict::Wrong);
        assert_eq!(verdict(r"\text{B}", r"\boxed{A}, and the answer is B"), Verdict::Wrong);
        assert_eq!(verdict("B", r"\boxed{\text{A}}, and the answer is B"), Verdict::Wrong);
        assert_eq!(verdict("B", r"\boxed{A)}, and the answer is B"), Verdict::Unparsed { part: Part::Answer });
        assert_eq!(verdict(r"\text{odd}", r"\boxed{even}, and the answer is odd"), Verdict::Wrong);
        // Words that are no answer to a question for a number decide nothing, but in a box.
        assert_eq!(verdict("12", r"The answer is not known yet. In the end it is $12$."), Verdict::Correct);
        assert_eq!(verdict("0", r"\boxed{\text{undefined}} because the denominator is 0"), Verdict::Wrong);
        assert_eq!(verdict("0", "The answer is undefined, as the denominator is 0."), Verdict::Wrong);
        assert_eq!(verdict(r"\text{B}", r"\boxed{B}"), Verdict::Correct);
    }

    #[test]
    fn no_other_number_of_a_place_counts() {
        let verdict = |gold, completion| {
            let kind = AnswerKind::Number;
            Verifier { kind, ..Verifier::default() }.verify(gold, completion).verdict
        };
        for (gold, completion) in [
            ("2", r"\boxed{\frac{1}{2}}"),
            ("43", r"\boxed{42, 43}"),
            ("43", "#### 42 43"),
            ("3", "<answer>18 in 3 boxes</answer>"),
        ] {
            assert!(!verdict(gold, completion).is_correct(), "{completion}");
            assert!(!self::verdict(gold, completion).is_correct(), "{completion}");
        }
    }

    #[test]
    fn a_marked_sentence_says_its_number() {
        assert_eq!(verdict("42", "<answer>She has 42 apples left.</answer>"), Verdict::Correct);
        assert_eq!(verdict("42", "#### She has 42 apples left"), Verdict::Correct);
        assert_eq!(verdict("41", "<answer>She has 42 apples left.</answer>"), Verdict::Wrong);
        for answer in [
            "She does not have 42 apples",
            "She has 42 apples, he has 43",
            "She has 42 or more apples",
            "She has half of 42 apples",
        ] {
            assert!(!verdict("42", &format!("<answer>{answer}</answer>")).is_correct(), "{answer}");
        }
    }

    #[test]
    fn any_of_several_references_will_do() {
        let verify = |golds: &[&str], completion| Verifier::default().verify_any(golds, completion).verdict;
        assert_eq!(verify(&["1", "2"], "#### 2"), Verdict::Correct);
        assert_eq!(verify(&["1", "2"], "#### 3"), Verdict::Wrong);
        assert_eq!(verify(&[], "#### 3"), Verdict::Unparsed { part: Part::Gold });
    }
}
