//! Where a letter is stated, and where none is.

use super::*;
use crate::{Extraction, choice};

#[test]
fn a_choice_is_found_where_it_is_stated() {
    let find = |text| Extraction::Choice.find(text).map(|found| found.text);
    for text in [
        "A and B are out. \\boxed{C}",
        "\\boxed{\\text{C. aspirin}}",
        "14\n#### C",
        "<answer>(C)</answer>",
        "So the answer is (C) 12.",
        "Answer: C",
        "C",
        "(C) aspirin",
    ] {
        assert_eq!(find(text).as_deref(), Some("C"), "{text}");
    }
    assert_eq!(find("#### 12").as_deref(), Some("12"));
    assert_eq!(find("I do not know"), None);
    assert_eq!(find("no idea"), None);
    assert_eq!(find(""), None);
}

#[test]
fn a_letter_is_stated_in_many_languages() {
    for (text, letter) in [
        ("thinking about it I think the correct answer is C", "C"),
        ("The answer is\nC Cecile", "C"),
        ("D. it can't be A or B", "D"),
        ("(D) Alina", "D"),
        ("réponse est C non A", "C"),
        ("La bonne réponse est donc (C).", "C"),
        ("Die richtige Antwort ist B, weil A falsch ist.", "B"),
        ("La respuesta correcta es la opción B.", "B"),
        ("A resposta correta é C.", "C"),
        ("La risposta corretta è: D", "D"),
        ("Правильный ответ: Б", "Б"),
        ("Ответ — C", "C"),
        ("B。不是 A", "B"),
        ("B不是 A", "B"),
        ("因此，正确答案是（C）。", "C"),
        ("故选D。", "D"),
        ("答えはCです。", "C"),
        ("正解：B", "B"),
        ("정답은 C입니다.", "C"),
        ("الإجابة الصحيحة هي ب", "ب"),
        ("सही उत्तर B है", "B"),
        ("Doğru cevap B.", "B"),
        ("Đáp án đúng là C.", "C"),
        ("Jawaban yang benar adalah B.", "B"),
        ("Prawidłowa odpowiedź to C.", "C"),
        ("Ａ", "Ａ"),
        ("It must be C", "C"),
        ("So it is option (C).", "C"),
        ("Therefore, (C) is right", "C"),
        ("so **C**", "C"),
        ("The answer is \\(C\\).", "C"),
    ] {
        let found = stated(text, &[]).map(|place| &text[place.range]);
        assert_eq!(found, Some(letter), "{text}");
    }
}

#[test]
fn what_states_no_letter() {
    for text in [
        "",
        "I do not know",
        "A patient came",
        "The answer is A or B",
        "Réponse : A ou B",
        "答案是A或B",
        "no",
        "The answer is not A.",
        "x = 1",
        "vitamin B12",
        "x-C",
        "They are (A) 12 (B) 13 (C) 14",
        "It is f(C).",
    ] {
        assert_eq!(stated(text, &[]).map(|place| &text[place.range]), None, "{text}");
    }
}

/// Whether every text states the letter, or none that reads as one.
fn check(extraction: Extraction, cases: &[(&str, Option<&str>)]) {
    for (text, letter) in cases {
        let found = extraction.find(text);
        assert_eq!(found.as_ref().and_then(|found| choice::letter(&found.text)), *letter, "{extraction:?} {text}");
    }
}

#[test]
fn a_conclusion_counts_more_than_a_list_of_options() {
    let cases = [
        ("A) 3\nB) 5\nC) 7\n\nTherefore, option B is correct.", Some("B")),
        ("(A) is wrong. (B) is right.", Some("B")),
        ("A) is incorrect: too far.\nB) is correct.\nC) is incorrect.", Some("B")),
        ("A) is wrong.", None),
        ("A) 3\nB) 5\nC) 7", None),
        ("(A) 3 (B) 5 (C) 7", None),
        ("A. 3\nB. 5\n\nI cannot tell.", None),
        ("Answer:\nA) 3\nB) 5", None),
        ("A) 3\nB) 5\n\nThe answer is B.", Some("B")),
    ];
    check(Extraction::Choice, &cases);
    check(Extraction::MultilingualChoice, &cases);
    check(
        Extraction::MultilingualChoice,
        &[
            ("A) 3\nB) 5\n\nHence, B.", Some("B")),
            ("A) 3\nB) 5\n\nLa respuesta correcta es la B.", Some("B")),
            ("A) 3\nB) 5\n\nA alternativa correta é a letra B.", Some("B")),
            ("A) 3\nB) 5\n\nCevap B.", Some("B")),
            ("A) 3\nB) 5\n\nGabarito: B", Some("B")),
            ("A) 3\nB) 5\n\nAntwort B ist richtig.", Some("B")),
        ],
    );
}

#[test]
fn a_letter_that_is_denied_or_named_in_passing_is_no_answer() {
    check(
        Extraction::MultilingualChoice,
        &[
            ("Option C is correct. Option A ignores drag, and option D ignores both.", Some("C")),
            ("Thus, C, not A.", Some("C")),
            ("A fails, which makes C the correct answer.", Some("C")),
            ("My guess is C", Some("C")),
            ("✅ C", Some("C")),
            ("> C", Some("C")),
            ("It's option C: E = mc^2.", Some("C")),
            ("The correct answer is C: 7.\n\nThe others:\nA: too small\nB: too big", Some("C")),
            ("正确答案是选项B。选项E错误。", Some("B")),
            ("【答案】B\n选项E错误。", Some("B")),
            ("本题选B。选项E错误。", Some("B")),
            ("正しい選択肢はB。", Some("B")),
            ("الخيار الصحيح هو B", Some("B")),
            ("उत्तर B है", Some("B")),
            ("解答：A选项错误，B选项正确，故选B。", Some("B")),
            ("Answer: B) 7\n\nSolution: A body at rest stays at rest.", Some("B")),
            ("Answer: C\n\nWhy not A? The answer is not A because it is odd.", Some("C")),
            ("It can't be B.", None),
            ("B is incorrect.", None),
            ("Definitely not B.", None),
            ("It is rich in vitamin B", None),
            ("It is 20 °C", None),
            ("It costs 5 C", None),
            ("See figure B.", None),
            ("答案不是B。", None),
            ("答案不可能是B。", None),
            ("Ответ не B.", None),
            ("La respuesta no es B.", None),
            ("La risposta non è B.", None),
            ("الإجابة ليست B.", None),
            ("The answer isn't A.", None),
            ("I don't think the answer is B.", None),
            ("One might think the answer is B.", None),
            ("\\boxed{\\text{not }B}", None),
            ("答案不是A，而是B。", Some("B")),
            ("答えはAではなくBです。", Some("B")),
            ("La respuesta no es A sino B.", Some("B")),
            ("The answer is not B but C.", Some("C")),
            ("The answer is A. Wait, no: B.", Some("B")),
            ("The answer is A. No, it's B.", Some("B")),
            ("The answer is A... actually B", Some("B")),
        ],
    );
}

#[test]
fn several_letters_state_none() {
    for text in [
        "\\boxed{A \\text{ or } B}",
        "\\boxed{A;B}",
        "\\boxed{A B}",
        "\\boxed{(A)(B)}",
        "\\boxed{(A), (B)}",
        "\\boxed{\\text{A}, \\text{B}}",
        "\\boxed{A} or \\boxed{B}",
        "<answer>A\nB</answer>",
        "<answer>A|B</answer>",
        "<answer>A. 3 B. 5</answer>",
        "The answer is A (or B).",
        "The answer is A, possibly B.",
        "The answer is A as well as B.",
        "A\nB\nC\nD",
        "A, B, C, D",
        "A, B and C are all plausible.",
        "It could be B.",
    ] {
        check(Extraction::Choice, &[(text, None)]);
        check(Extraction::MultilingualChoice, &[(text, None)]);
    }
    check(Extraction::MultilingualChoice, &[("\\boxed{B} \\boxed{B}", Some("B"))]);
}

#[test]
fn statements_take_many_forms() {
    for text in [
        "La opción correcta es la B",
        "La risposta corretta è la B",
        "La réponse est la B",
        "Die richtige Antwort ist die Option B",
        "Правильный ответ: вариант B",
        "الإجابة الصحيحة هي الخيار B",
        "Doğru cevap B'dir",
        "The correct answer is most likely B.",
        "The correct answer is letter B",
        "The answer is 'B'",
        "The answer is _B_.",
        "The answer is {B}",
        "The answer is B(12).",
        "The answer is B, I think.",
        "The answer is B</s>",
        "B<|eot_id|>",
        "Therefore, choice B is best.",
    ] {
        check(Extraction::MultilingualChoice, &[(text, Some("B"))]);
    }
    check(
        Extraction::MultilingualChoice,
        &[
            ("A is correct.", Some("A")),
            ("So, A is the correct answer.", Some("A")),
            ("A number is even.", None),
            ("The answer is A good example.", None),
            ("I think so.", None),
        ],
    );
    for text in [
        "### Answer\nB",
        "The correct option is B.",
        "The answer is choice B.",
        "The answer is $B$.",
        "The answer is B because A is wrong.",
    ] {
        check(Extraction::Choice, &[(text, Some("B"))]);
    }
}
