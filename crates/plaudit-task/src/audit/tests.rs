use super::*;
use crate::rows::Cell;
use FindingKind::*;

fn auditor() -> Auditor {
    let [prompt_column, answer_column] = ["prompt", "answer"].map(str::to_owned);
    let (gold_extraction, kind, policy) = (Extraction::Whole, AnswerKind::Auto, Policy::default());
    Auditor { prompt_column, answer_column, gold_extraction, kind, policy }
}

fn report(auditor: &Auditor, rows: &[(&str, &str)]) -> AuditReport {
    let mut audit = Audit::new(auditor.clone());
    let cell = |text: &str| Some(Cell::Text(text.to_owned()));
    for (prompt, answer) in rows {
        audit.add(auditor.examine(Ok(vec![cell(prompt), cell(answer)])));
    }
    audit.report()
}

/// The kinds of findings on one answer.
fn kinds(auditor: &Auditor, answer: &str) -> Vec<FindingKind> {
    report(auditor, &[("p", answer)]).findings.into_iter().map(|finding| finding.kind).collect()
}

#[test]
fn plain_answers_have_no_findings() {
    for answer in
        ["7", "-3.5", r"\frac{1}{2}", "x^2 + 1", "1, 2, 3", r"\{1, 2\}", "x = 4", "(1, 2, 3)", "f(x)", "2^{100}"]
    {
        assert_eq!(kinds(&auditor(), answer), [], "{answer}");
    }
}

#[test]
fn doubtful_answers_are_named() {
    for (answer, expected) in [
        ("12,345", CommaNumber),
        ("1,234 and 7", CommaNumber),
        ("2,75", DecimalComma),
        ("(1, 2)", PointOrInterval),
        ("[0, 5]", PointOrInterval),
        (r"40\%", Percent),
        ("x = 40%", Percent),
        (r"3\frac{1}{2}", MixedNumber),
        (r"5\text{ cm}", UnitIgnored),
        ("5 cm, 6 cm", UnitIgnored),
        (r"\frac{1}{", Unreadable),
        (r"\sum_{k=1}^{10^9} \frac{\sin k}{k^2+7}", OverBudget),
        (&format!("{}1", "1+".repeat(120)), Long),
    ] {
        assert_eq!(kinds(&auditor(), answer), [expected], "{answer}");
    }
}

#[test]
fn what_is_nested_too_deep_is_over_budget() {
    let deep = "(".repeat(150) + "1" + &")".repeat(150);
    assert_eq!(kinds(&auditor(), &deep), [OverBudget, Long]);
}

#[test]
fn a_policy_settles_some_doubts_and_raises_others() {
    let with = |policy| Auditor { policy, ..auditor() };
    use plaudit_verify::math::{Form, Percent as Percents, Units};
    assert_eq!(kinds(&with(Policy { percent: Percents::Unit, ..Policy::default() }), "40%"), []);
    assert_eq!(kinds(&with(Policy { units: Units::Compared, ..Policy::default() }), "5 cm"), []);
    assert_eq!(kinds(&with(Policy { form: Form::Simplified, ..Policy::default() }), "2/4"), [NotItself]);
    assert_eq!(kinds(&with(Policy { decimal_comma: true, ..Policy::default() }), "2,75"), [DecimalComma]);
}

#[test]
fn other_kinds_of_answers_have_faults_of_their_own() {
    let number = Auditor { kind: AnswerKind::Number, ..auditor() };
    assert_eq!(kinds(&number, "seven"), [Unreadable]);
    assert_eq!(kinds(&number, "1,234"), []);
    let choice = Auditor { kind: AnswerKind::Choice, ..auditor() };
    assert_eq!(kinds(&choice, "12"), [Unreadable]);
    assert_eq!(kinds(&choice, "(B)"), []);
    let text = Auditor { kind: AnswerKind::ExactText, ..auditor() };
    assert_eq!(kinds(&text, "New  York"), []);
}

#[test]
fn the_same_prompt_again_is_a_duplicate_or_a_conflict() {
    let rows = [("Half of 1?", "1/2"), ("Half  of 1?\n", "0.5"), ("half of 1?", "3"), ("Half of 1?", "2")];
    let report = report(&auditor(), &rows);
    assert_eq!((report.rows, report.usable, report.prompts), (4, 4, 2));
    let found: Vec<_> = report.findings.iter().map(|finding| (finding.kind, finding.line, &*finding.detail)).collect();
    assert_eq!(found, [(Conflict, 4, "row 1 has 1/2"), (Duplicate, 2, "as in row 1")]);
}

#[test]
fn words_and_letters_are_findings_among_numbers_alone() {
    let kinds = |answers: [&str; 4]| {
        let rows: Vec<(&str, &str)> = ["a", "b", "c", "d"].into_iter().zip(answers).collect();
        let found = report(&auditor(), &rows).findings;
        found.into_iter().map(|finding| (finding.kind, finding.line)).collect::<Vec<_>>()
    };
    assert_eq!(kinds(["1", "2", "blue", "(C)"]), [(Words, 3), (ChoiceLetter, 4)]);
    assert_eq!(kinds(["red", "green", "blue", "4"]), []);
    assert_eq!(kinds(["A", "B", "C", "D"]), []);
}

#[test]
fn rows_without_an_answer_say_why() {
    let boxed = Auditor { gold_extraction: Extraction::Boxed, ..auditor() };
    let rows = [("p", r"\boxed{1} or \boxed{2}"), ("q", "none"), ("", "1"), ("r", " ")];
    let found = report(&boxed, &rows).findings;
    let found: Vec<_> = found.iter().map(|finding| (finding.kind, finding.line, &*finding.detail)).collect();
    let expected = [
        (Unusable, 3, "column `prompt` is empty"),
        (Empty, 4, "column `answer` is empty"),
        (NoAnswer, 2, "in \"none\""),
        (SeveralBoxes, 1, "2 boxes; the last of 2 boxes was chosen"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn the_kinds_are_named_as_in_json() {
    for kind in FindingKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.to_string());
    }
    assert!(FindingKind::ALL.is_sorted());
}
