//! How languages speak of options: data for the rules that look for a letter.

use crate::extract::Language;

/// The words of a language about options, in lower case.
pub(super) struct ChoiceWords {
    /// What may stand right before a letter, or right behind it, that names an option: "option", "the letter".
    pub(super) option: &'static [&'static str],
    /// What says behind a letter that it is right.
    pub(super) right: &'static [&'static str],
    /// What says behind a letter that it is not.
    pub(super) wrong: &'static [&'static str],
    /// "but", between the letter that is denied and the one that is not.
    pub(super) instead: &'static [&'static str],
}

const NONE: ChoiceWords = ChoiceWords { option: &[], right: &[], wrong: &[], instead: &[] };

/// The words of a language; none for one that has no entry.
pub(super) fn of(language: Language) -> &'static ChoiceWords {
    TABLE.iter().find(|(other, _)| *other == language).map_or(&NONE, |(_, words)| words)
}

static TABLE: [(Language, ChoiceWords); 17] = [
    (
        Language::English,
        ChoiceWords {
            option: &[
                "the option",
                "option",
                "the choice",
                "choice",
                "the letter",
                "letter",
                "answer",
                "the first option,",
                "the second option,",
                "the third option,",
                "the fourth option,",
                "the last option,",
            ],
            right: &[
                "is correct",
                "is right",
                "is the correct",
                "is the right",
                "is the answer",
                "is our answer",
                "is my answer",
                "is the best",
                "is best",
                "is better",
                "is the only",
                "is therefore correct",
                "is indeed correct",
                "must be correct",
                "must be right",
                "is most likely",
                "the correct answer",
                "the correct choice",
                "the correct option",
                "the right answer",
                "the right choice",
                "the right option",
                "it is",
            ],
            wrong: &[
                "is wrong",
                "is incorrect",
                "is not",
                "isn't",
                "is false",
                "is out",
                "cannot be",
                "can't be",
                "are wrong",
                "are incorrect",
                "are not",
                "is never",
            ],
            instead: &["but", "it is", "it's", "rather"],
        },
    ),
    (
        Language::French,
        ChoiceWords {
            option: &[
                "la réponse",
                "réponse",
                "l'option",
                "option",
                "la lettre",
                "lettre",
                "la proposition",
                "le choix",
                "la",
            ],
            right: &["est correct", "est correcte", "est juste", "est la bonne", "est la réponse", "est vraie"],
            wrong: &["est incorrect", "est incorrecte", "est faux", "est fausse", "n'est pas"],
            instead: &["mais"],
        },
    ),
    (
        Language::German,
        ChoiceWords {
            option: &["die option", "option", "antwort", "buchstabe", "der buchstabe", "die"],
            right: &["ist richtig", "ist korrekt", "ist die richtige", "ist die antwort", "stimmt"],
            wrong: &["ist falsch", "ist nicht", "ist inkorrekt", "stimmt nicht"],
            instead: &["sondern"],
        },
    ),
    (
        Language::Spanish,
        ChoiceWords {
            option: &["la opción", "opción", "la letra", "letra", "la alternativa", "alternativa", "el inciso", "la"],
            right: &["es correcta", "es la correcta", "es la respuesta", "es la opción correcta"],
            wrong: &["es incorrecta", "es falsa", "no es"],
            instead: &["sino"],
        },
    ),
    (
        Language::Portuguese,
        ChoiceWords {
            option: &["a letra", "letra", "a alternativa", "alternativa", "a opção", "opção"],
            right: &["está correta", "é correta", "é a correta", "é a resposta", "é a alternativa correta"],
            wrong: &["está incorreta", "está errada", "é incorreta", "não é", "não está"],
            instead: &["mas sim", "mas", "e sim"],
        },
    ),
    (
        Language::Italian,
        ChoiceWords {
            option: &["l'opzione", "opzione", "la lettera", "lettera", "la"],
            right: &["è corretta", "è giusta", "è la risposta", "è quella corretta"],
            wrong: &["è sbagliata", "è errata", "è falsa", "non è"],
            instead: &["ma", "bensì"],
        },
    ),
    (
        Language::Dutch,
        ChoiceWords {
            option: &["optie", "letter", "antwoord"],
            right: &["is juist", "is het juiste", "is het antwoord"],
            wrong: &["is onjuist", "is fout", "is niet"],
            instead: &["maar"],
        },
    ),
    (
        Language::Polish,
        ChoiceWords {
            option: &["opcja", "litera", "odpowiedź"],
            right: &["jest poprawna", "jest prawidłowa"],
            wrong: &["jest błędna", "jest niepoprawna", "nie jest"],
            instead: &["lecz", "ale"],
        },
    ),
    (
        Language::Turkish,
        ChoiceWords {
            option: &["seçenek", "şık"],
            right: &["doğrudur", "doğru", "seçeneğidir", "şıkkıdır"],
            wrong: &["değil", "değildir", "yanlış", "yanlıştır"],
            instead: &["aksine"],
        },
    ),
    (
        Language::Vietnamese,
        ChoiceWords {
            option: &["phương án", "lựa chọn", "đáp án"],
            right: &["là đúng", "đúng", "là đáp án đúng"],
            wrong: &["là sai", "sai", "không đúng"],
            instead: &["mà là"],
        },
    ),
    (
        Language::Indonesian,
        ChoiceWords {
            option: &["opsi", "pilihan", "huruf"],
            right: &["benar", "adalah benar", "adalah jawaban"],
            wrong: &["salah", "adalah salah", "bukan", "tidak benar"],
            instead: &["melainkan", "tetapi"],
        },
    ),
    (
        Language::Russian,
        ChoiceWords {
            option: &["вариант", "буква", "под буквой", "вариант ответа"],
            right: &["верен", "верно", "правильный", "является правильным", "— правильный"],
            wrong: &["неверен", "неверно", "неправильный", "не является", "не подходит"],
            instead: &["а"],
        },
    ),
    (
        Language::Chinese,
        ChoiceWords {
            option: &["选项", "選項", "项", "項"],
            right: &["正确", "是正确", "是正确的", "正確", "是对的", "是答案"],
            wrong: &["错误", "不正确", "錯誤", "不正確", "是错", "不对", "不是正确", "不是答案", "不符合"],
            instead: &["而是", "应该是"],
        },
    ),
    (
        Language::Japanese,
        ChoiceWords {
            option: &["選択肢", "記号"],
            right: &["が正しい", "が正解", "は正しい", "が適切"],
            wrong: &[
                "ではなく",
                "ではない",
                "ではありません",
                "じゃない",
                "は誤り",
                "は間違い",
                "は正しくない",
                "は不正解",
            ],
            instead: &["ではなく", "じゃなく"],
        },
    ),
    (
        Language::Korean,
        ChoiceWords {
            option: &["선택지", "보기"],
            right: &["가 정답", "이 정답", "가 맞", "이 맞", "가 옳", "이 옳"],
            wrong: &["가 아니", "이 아니", "가 아닙", "이 아닙", "는 틀", "은 틀"],
            instead: &["아니라"],
        },
    ),
    (
        Language::Arabic,
        ChoiceWords {
            option: &["الخيار", "الاختيار", "الحرف"],
            right: &["هو الصحيح", "هي الصحيحة", "صحيح", "هو الجواب", "هي الإجابة"],
            wrong: &["خطأ", "خاطئ", "غير صحيح", "ليس", "ليست"],
            instead: &["بل"],
        },
    ),
    (
        Language::Hindi,
        ChoiceWords {
            option: &["विकल्प"], right: &["सही है"], wrong: &["नहीं", "गलत", "सही नहीं"], instead: &["बल्कि"]
        },
    ),
];
