//! How languages say "the answer is": data for the rules that look for a statement.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language in which an answer may be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// Italian.
    Italian,
    /// Dutch.
    Dutch,
    /// Polish.
    Polish,
    /// Turkish.
    Turkish,
    /// Vietnamese.
    Vietnamese,
    /// Indonesian.
    Indonesian,
    /// Russian.
    Russian,
    /// Chinese.
    Chinese,
    /// Japanese.
    Japanese,
    /// Korean.
    Korean,
    /// Arabic.
    Arabic,
    /// Hindi.
    Hindi,
}

/// The words of a language, in lower case.
pub(super) struct Words {
    /// "answer".
    pub(super) answer: &'static [&'static str],
    /// "final answer".
    pub(super) final_answer: &'static [&'static str],
    /// "is"; a colon is understood in all languages.
    pub(super) is: &'static [&'static str],
    /// What comes right before the letter of a choice, without any "is".
    pub(super) choose: &'static [&'static str],
    /// "or" and "and", which make a letter one of several.
    pub(super) or: &'static [&'static str],
    /// Words between "is" and the answer that do not belong to it.
    pub(super) fillers: &'static [&'static str],
    /// Words after which a reason follows and no answer.
    pub(super) because: &'static [&'static str],
    /// What denies a statement, right behind "is" or in its place.
    pub(super) not: &'static [&'static str],
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::English,
        Self::French,
        Self::German,
        Self::Spanish,
        Self::Portuguese,
        Self::Italian,
        Self::Dutch,
        Self::Polish,
        Self::Turkish,
        Self::Vietnamese,
        Self::Indonesian,
        Self::Russian,
        Self::Chinese,
        Self::Japanese,
        Self::Korean,
        Self::Arabic,
        Self::Hindi,
    ];

    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &Words {
                answer: &["answer", "correct option", "correct choice"],
                final_answer: &["final answer"],
                is: &["is", "are", "would be", "must be", "="],
                choose: &[
                    "i choose",
                    "i pick",
                    "i select",
                    "i would choose",
                    "i'll go with",
                    "i go with",
                    "answer\n",
                    "answer**\n",
                ],
                or: &["or", "and"],
                fillers: &[
                    "approximately",
                    "about",
                    "therefore",
                    "thus",
                    "then",
                    "simply",
                    "just",
                    "exactly",
                    "indeed",
                    "equal to",
                ],
                because: &["because", "since", "as", "not"],
                not: &["not", "never"],
            },
            Self::French => &Words {
                answer: &["réponse", "solution", "bonne option"],
                final_answer: &["réponse finale"],
                is: &["est", "sont"],
                choose: &["je choisis"],
                or: &["ou", "et"],
                fillers: &["donc", "environ", "exactement", "l'option"],
                because: &["car", "parce que", "puisque"],
                not: &["pas"],
            },
            Self::German => &Words {
                answer: &["antwort", "lösung"],
                final_answer: &["endgültige antwort", "finale antwort", "endantwort"],
                is: &["ist", "lautet", "sind", "lauten"],
                choose: &["ich wähle"],
                or: &["oder", "und"],
                fillers: &["also", "somit", "daher", "genau", "etwa", "ungefähr"],
                because: &["weil", "da", "denn"],
                not: &["nicht"],
            },
            Self::Spanish => &Words {
                answer: &["respuesta", "opción correcta"],
                final_answer: &["respuesta final"],
                is: &["es", "son", "sería"],
                choose: &["elijo", "la correcta es"],
                or: &["o", "y"],
                fillers: &["entonces", "aproximadamente", "exactamente", "la opción", "opción"],
                because: &["porque", "ya que"],
                not: &["no es", "no son"],
            },
            Self::Portuguese => &Words {
                answer: &["resposta", "alternativa correta", "opção correta"],
                final_answer: &["resposta final"],
                is: &["é", "são"],
                choose: &["escolho"],
                or: &["ou", "e"],
                fillers: &["então", "aproximadamente", "exatamente", "a opção", "a alternativa"],
                because: &["porque", "pois"],
                not: &["não é", "não são"],
            },
            Self::Italian => &Words {
                answer: &["risposta", "opzione corretta"],
                final_answer: &["risposta finale"],
                is: &["è", "sono"],
                choose: &["scelgo"],
                or: &["o", "e"],
                fillers: &["quindi", "circa", "esattamente", "l'opzione", "opzione"],
                because: &["perché", "poiché"],
                not: &["non è", "non sono"],
            },
            Self::Dutch => &Words {
                answer: &["antwoord"],
                final_answer: &["eindantwoord", "definitieve antwoord"],
                is: &["is", "zijn"],
                choose: &["ik kies"],
                or: &["of", "en"],
                fillers: &["dus", "ongeveer"],
                because: &["omdat", "want"],
                not: &["niet"],
            },
            Self::Polish => &Words {
                answer: &["odpowiedź", "odpowiedzią"],
                final_answer: &["ostateczna odpowiedź"],
                is: &["to", "jest", "brzmi"],
                choose: &["wybieram"],
                or: &["lub", "i"],
                fillers: &[],
                because: &[],
                not: &["nie jest"],
            },
            Self::Turkish => &Words {
                answer: &["cevap", "yanıt"],
                final_answer: &["nihai cevap", "son cevap"],
                is: &[],
                choose: &["doğru cevap", "doğru yanıt", "cevap", "yanıt"],
                or: &["veya", "ve"],
                fillers: &[],
                because: &[],
                not: &[],
            },
            Self::Vietnamese => &Words {
                answer: &["đáp án", "câu trả lời"],
                final_answer: &["đáp án cuối cùng", "câu trả lời cuối cùng"],
                is: &["là"],
                choose: &["chọn"],
                or: &["hoặc", "và"],
                fillers: &[],
                because: &[],
                not: &["không phải là", "không là"],
            },
            Self::Indonesian => &Words {
                answer: &["jawaban", "jawabannya"],
                final_answer: &["jawaban akhir"],
                is: &["adalah", "ialah"],
                choose: &["saya memilih"],
                or: &["atau", "dan"],
                fillers: &[],
                because: &[],
                not: &["bukan", "bukanlah"],
            },
            Self::Russian => &Words {
                answer: &["ответ", "ответом"],
                final_answer: &["окончательный ответ", "итоговый ответ"],
                is: &["—", "–", "-", "это", "является", "будет"],
                choose: &["выбираю", "правильный вариант"],
                or: &["или", "и"],
                fillers: &["примерно", "именно"],
                because: &["потому что", "так как"],
                not: &["не"],
            },
            Self::Chinese => &Words {
                answer: &["答案", "正确选项", "正确答案"],
                final_answer: &["最终答案", "最终的答案", "最後答案"],
                is: &["是", "为", "為", "应为", "应该是"],
                choose: &[
                    "故选",
                    "应选",
                    "选择",
                    "所以选",
                    "因此选",
                    "本题选",
                    "答案选",
                    "应该选",
                    "答案】",
                    "答：",
                    "正确的选项是",
                    "正确选项为",
                    "正確選項為",
                    "答案選",
                    "答案",
                    "故答案选",
                ],
                or: &["或", "或者", "和", "与", "、"],
                fillers: &[],
                because: &[],
                not: &["不是", "不为"],
            },
            Self::Japanese => &Words {
                answer: &["答え", "正解", "解答", "回答"],
                final_answer: &["最終的な答え", "最終回答", "最終解答", "最終的な回答"],
                is: &["は"],
                choose: &["選択肢は", "正解は"],
                or: &["または", "か", "と", "、"],
                fillers: &[],
                because: &[],
                not: &[],
            },
            Self::Korean => &Words {
                answer: &["답변", "정답", "답"],
                final_answer: &["최종 답변", "최종 정답", "최종 답"],
                is: &["은", "는"],
                choose: &[],
                or: &["또는", "혹은", "와", "과"],
                fillers: &[],
                because: &[],
                not: &[],
            },
            Self::Arabic => &Words {
                answer: &["الإجابة", "الاجابة", "الجواب", "إجابة"],
                final_answer: &["الإجابة النهائية", "الجواب النهائي"],
                is: &["هي", "هو"],
                choose: &["أختار", "الخيار الصحيح هو", "الاختيار الصحيح هو"],
                or: &["أو", "و"],
                fillers: &[],
                because: &[],
                not: &["ليس", "ليست"],
            },
            Self::Hindi => &Words {
                answer: &["उत्तर", "जवाब"],
                final_answer: &["अंतिम उत्तर"],
                is: &["है"],
                choose: &["सही उत्तर", "सही विकल्प", "उत्तर"],
                or: &["या", "और"],
                fillers: &[],
                because: &[],
                not: &[],
            },
        }
    }
}
