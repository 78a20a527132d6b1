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
    /// Thai.
    Thai,
    /// Bengali.
    Bengali,
    /// Swahili.
    Swahili,
    /// Telugu.
    Telugu,
    /// Persian.
    Persian,
}

/// The words of a language, in lower case.
pub(super) struct Words {
    /// "answer".
    pub(super) answer: &'static [&'static str],
    /// "final answer".
    pub(super) final_answer: &'static [&'static str],
    /// "is"; a colon is understood in all languages.
    pub(super) is: &'static [&'static str],
    /// Whether "is" stands behind the value, or nowhere.
    pub(super) is_last: bool,
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
    pub const ALL: [Self; 22] = [
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
        Self::Thai,
        Self::Bengali,
        Self::Swahili,
        Self::Telugu,
        Self::Persian,
    ];

    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &Words {
                answer: &["answer", "ans", "correct option", "correct choice"],
                final_answer: &["final answer"],
                is: &["is", "are", "would be", "must be", "="],
                is_last: false,
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
                not: &["not", "never", "neither"],
            },
            Self::French => &Words {
                answer: &["réponse", "solution", "bonne option"],
                final_answer: &["réponse finale"],
                is: &["est", "sont"],
                is_last: false,
                choose: &["je choisis"],
                or: &["ou", "et"],
                fillers: &["donc", "environ", "exactement", "certainement", "l'option"],
                because: &["car", "parce que", "puisque"],
                not: &["pas", "pas être", "pas égal à", "pas égale à"],
            },
            Self::German => &Words {
                answer: &["antwort", "lösung"],
                final_answer: &["endgültige antwort", "finale antwort", "endantwort"],
                is: &["ist", "lautet", "sind", "lauten"],
                is_last: false,
                choose: &["ich wähle"],
                or: &["oder", "und"],
                fillers: &["also", "somit", "daher", "genau", "etwa", "ungefähr"],
                because: &["weil", "da", "denn"],
                not: &["nicht", "kein", "keine"],
            },
            Self::Spanish => &Words {
                answer: &["respuesta", "opción correcta"],
                final_answer: &["respuesta final"],
                is: &["es", "son", "sería"],
                is_last: false,
                choose: &["elijo", "la correcta es"],
                or: &["o", "y"],
                fillers: &["entonces", "aproximadamente", "exactamente", "la opción", "opción"],
                because: &["porque", "ya que"],
                not: &["no es", "no son", "no puede ser", "no sería", "no será", "no es igual a"],
            },
            Self::Portuguese => &Words {
                answer: &["resposta", "alternativa correta", "opção correta"],
                final_answer: &["resposta final"],
                is: &["é", "são"],
                is_last: false,
                choose: &["escolho"],
                or: &["ou", "e"],
                fillers: &["então", "aproximadamente", "exatamente", "a opção", "a alternativa"],
                because: &["porque", "pois"],
                not: &["não é", "não são", "não pode ser", "não seria"],
            },
            Self::Italian => &Words {
                answer: &["risposta", "opzione corretta"],
                final_answer: &["risposta finale"],
                is: &["è", "sono"],
                is_last: false,
                choose: &["scelgo"],
                or: &["o", "e"],
                fillers: &["quindi", "circa", "esattamente", "l'opzione", "opzione"],
                because: &["perché", "poiché"],
                not: &["non è", "non sono", "non può essere", "non sarebbe"],
            },
            Self::Dutch => &Words {
                answer: &["antwoord"],
                final_answer: &["eindantwoord", "definitieve antwoord"],
                is: &["is", "zijn"],
                is_last: false,
                choose: &["ik kies"],
                or: &["of", "en"],
                fillers: &["dus", "ongeveer"],
                because: &["omdat", "want"],
                not: &["niet", "geen"],
            },
            Self::Polish => &Words {
                answer: &["odpowiedź", "odpowiedzią"],
                final_answer: &["ostateczna odpowiedź"],
                is: &["to", "jest", "brzmi"],
                is_last: false,
                choose: &["wybieram"],
                or: &["lub", "i"],
                fillers: &[],
                because: &["ponieważ", "bo", "gdyż"],
                not: &["nie jest", "nie może być", "nie to"],
            },
            Self::Turkish => &Words {
                answer: &["cevap", "yanıt"],
                final_answer: &["nihai cevap", "son cevap"],
                is: &[],
                is_last: true,
                choose: &["doğru cevap", "doğru yanıt", "cevap", "yanıt"],
                or: &["veya", "ve"],
                fillers: &["kesinlikle", "yaklaşık"],
                because: &["çünkü", "zira"],
                not: &[],
            },
            Self::Vietnamese => &Words {
                answer: &["đáp án", "đáp số", "câu trả lời"],
                final_answer: &["đáp án cuối cùng", "câu trả lời cuối cùng"],
                is: &["là"],
                is_last: false,
                choose: &["chọn"],
                or: &["hoặc", "và"],
                fillers: &[],
                because: &["vì", "bởi vì", "do"],
                not: &["không phải là", "không là", "không phải", "không thể là"],
            },
            Self::Indonesian => &Words {
                answer: &["jawaban", "jawabannya"],
                final_answer: &["jawaban akhir"],
                is: &["adalah", "ialah"],
                is_last: false,
                choose: &["saya memilih"],
                or: &["atau", "dan"],
                fillers: &[],
                because: &["karena", "sebab"],
                not: &["bukan", "bukanlah", "tidak", "bukan adalah"],
            },
            Self::Russian => &Words {
                answer: &["ответ", "ответом"],
                final_answer: &["окончательный ответ", "итоговый ответ"],
                is: &["—", "–", "-", "это", "является", "будет"],
                is_last: false,
                choose: &["выбираю", "правильный вариант"],
                or: &["или", "и"],
                fillers: &["примерно", "именно", "это", "точно"],
                because: &["потому что", "так как"],
                not: &["не", "не может быть", "не равен", "не равно", "не является"],
            },
            Self::Chinese => &Words {
                answer: &["答案", "正确选项", "正确答案"],
                final_answer: &["最终答案", "最终的答案", "最後答案"],
                is: &["是", "为", "為", "应为", "应该是", "】"],
                is_last: false,
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
                because: &["因为", "因為"],
                not: &[
                    "不是",
                    "不为",
                    "不為",
                    "不可能是",
                    "不会是",
                    "不會是",
                    "并非",
                    "并不是",
                    "不应该是",
                    "不等于",
                    "绝不是",
                ],
            },
            Self::Japanese => &Words {
                answer: &["答え", "正解", "解答", "回答"],
                final_answer: &["最終的な答え", "最終回答", "最終解答", "最終的な回答"],
                is: &["は"],
                is_last: false,
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
                is_last: false,
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
                is_last: false,
                choose: &["أختار", "الخيار الصحيح هو", "الاختيار الصحيح هو"],
                or: &["أو", "و"],
                fillers: &[],
                because: &["لأن"],
                not: &["ليس", "ليست", "لا تساوي", "لا يساوي", "لا يمكن أن تكون", "لا يمكن أن يكون"],
            },
            Self::Hindi => &Words {
                answer: &["उत्तर", "जवाब"],
                final_answer: &["अंतिम उत्तर"],
                is: &["है"],
                is_last: true,
                choose: &["सही उत्तर", "सही विकल्प", "उत्तर"],
                or: &["या", "और"],
                fillers: &[],
                because: &["क्योंकि"],
                not: &[],
            },
            Self::Thai => &Words {
                answer: &["คำตอบ"],
                final_answer: &["คำตอบสุดท้าย"],
                is: &["คือ", "เป็น"],
                is_last: false,
                choose: &[],
                or: &["หรือ", "และ"],
                fillers: &[],
                because: &["เพราะ", "เนื่องจาก"],
                not: &["ไม่ใช่", "ไม่"],
            },
            Self::Bengali => &Words {
                answer: &["উত্তর"],
                final_answer: &["চূড়ান্ত উত্তর"],
                is: &["হল", "হলো", "হচ্ছে"],
                is_last: true,
                choose: &[],
                or: &["বা", "অথবা", "এবং"],
                fillers: &[],
                because: &["কারণ"],
                not: &[],
            },
            Self::Swahili => &Words {
                answer: &["jibu"],
                final_answer: &["jibu la mwisho"],
                is: &["ni"],
                is_last: false,
                choose: &[],
                or: &["au", "na"],
                fillers: &[],
                because: &["kwa sababu", "kwani"],
                not: &["si", "sio"],
            },
            Self::Telugu => &Words {
                answer: &["సమాధానం", "జవాబు"],
                final_answer: &["తుది సమాధానం"],
                is: &[],
                is_last: true,
                choose: &[],
                or: &["లేదా", "మరియు"],
                fillers: &[],
                because: &["ఎందుకంటే"],
                not: &[],
            },
            Self::Persian => &Words {
                answer: &["پاسخ", "جواب"],
                final_answer: &["پاسخ نهایی", "جواب نهایی"],
                is: &["برابر است با", "برابر با"],
                is_last: true,
                choose: &[],
                or: &["یا", "و"],
                fillers: &[],
                because: &["زیرا", "چون"],
                not: &[],
            },
        }
    }
}
