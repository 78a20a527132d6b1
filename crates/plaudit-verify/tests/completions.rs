//! Whole completions to verdicts: where the answer is found, and that another number nearby is not taken for it.

use plaudit_core::Verdict;
use plaudit_verify::Verifier;

#[test]
fn the_answer_of_a_completion() {
    for (gold, completion) in [
        ("9", r"So \boxed{4}? Wait, \boxed{9}."),
        ("4, 9", r"\boxed{4} cats and \boxed{9} dogs"),
        ("(4, 9)", r"$x = \boxed{4}$ and $y = \boxed{9}$"),
        ("x = 4, x = 9", "Thus x = 4 or x = 9."),
        ("b > 4", "So b > 4 holds for it. In the end, we have b > 4."),
        ("17", "**Answer:** 17"),
        ("17", "**Final Answer**\n\n17"),
        ("17", "Final Answer: The final answer is $17$. I hope it is correct."),
        ("17", "She sold 8+9=17 hats.\n#### 17 hats"),
        ("17", "<think>perhaps 8</think> <answer>17</answer>"),
        ("17", r"<think>\boxed{8}</think> \boxed{17}"),
        ("B", "The answer is (B) 17"),
        ("17", "The answer is (B) 17"),
        ("17", r"\boxed{17 \text{ cm}}"),
        ("17", "The answer is 17, not 18."),
        ("17", "The answer is seventeen."),
        ("17", "As the mass is 2 kg, the weight rises by 17"),
        ("17", "Final Answer: Ann has planted 17 trees in 3 years. I hope it is correct."),
        ("240", "Réponse : il lui restera 240 $ à payer d'ici 6 mois."),
        ("17", "答案：每份是17千克。"),
        ("3/4", r"The probability is $\frac{3}{4}$ or 75%."),
        ("5/2", "The answer is \\\"$\\frac52$\\\"."),
        ("March 9", "The answer is March 9."),
        ("no solution", r"Hence the answer is $\emptyset$."),
        ("Paris", "The answer is Paris."),
        ("17", "The answer is 17. The answer is not 18."),
        ("not possible", "The answer is not possible."),
        ("17", "It has 17 cm^2."),
        ("-17", "It is \u{2212}17."),
        ("5/3", "It is 1 2/3 of it."),
        ("5000000", "It costs 5 million."),
        // A heading is no statement, and a sentence of reasoning not its first number.
        ("17", "Solution:\nThere are 2 rows with 8 hats each and 1 more. So there are 2*8 + 1 = 17 hats."),
        ("17", "Lösung:\nEs sind 2 Reihen mit je 8 Hüten. Mit einem mehr sind es 17."),
        ("17", "Answer: There are 2 rows with 8 hats each. So with one more there are 17 hats."),
        ("17", "Réponse : Il y a 2 rangées de 8 chapeaux. Donc il y a 17 chapeaux."),
        ("17", "Lösung: 17"),
        // What only speaks about the answer states none.
        ("17", "Answer: 17\n\nExplanation: the answer is obtained by adding 8 and 9."),
        ("17", "The answer is 17.\n\nQuestion: How many are left of 9?\nAnswer: Let's think"),
        // A statement that is taken back.
        ("18", "The answer is 17. Wait, no: 18."),
        ("18", "The answer is 17. No, it's 18."),
        ("17", "The answer is 17. No other number will do."),
        // Headings with the sign of the marker.
        ("17", "#### Step 2\nThe answer is 17."),
        ("17", "#### 2. Sum\nThe answer is 17."),
        // What surrounds an answer.
        ("Yes", "**Yes**"),
        ("Paris", "`Paris`"),
        ("B", "**B**"),
        ("x^2", "**x^2**"),
        ("17", "<answer>**17**</answer>"),
        ("17", "<answer>The answer is 17</answer>"),
        ("17", "<answer>Final Answer: \\boxed{17}</answer>"),
        ("17", r"\boxed{\text{Answer: }17}"),
        ("17", "Answer: 17 (8 + 9)"),
        ("17", "答案：17（8＋9）"),
        ("3/4", "The answer is 3/4 (0.75)."),
        ("3/4", "The answer is 3/4, or 75%."),
        ("8", "The answer is 8!"),
        ("-8", "The answer is negative 8."),
        ("-8", "The answer is minus 8."),
        ("17", "[THINK]It is 8.[/THINK]17"),
        ("17", "<|channel|>analysis<|message|>8?<|end|><|start|>assistant<|channel|>final<|message|>17"),
        // Derivations.
        ("17", r"$2x = 34 \Rightarrow x = 17$"),
        ("17", r"\[\begin{aligned}2x&=34\\x&=17\end{aligned}\]"),
        ("17", "2x = 34, so x = 17"),
        ("17", "2x=34\nx=17"),
        // Languages.
        ("17", "คำตอบคือ 17 เพราะ 8 บวก 9"),
        ("17", "Jibu: 17\nMaelezo: 8 + 9"),
        ("17", "Cevap 17 çünkü 8+9."),
        ("17", "Đáp số: 17"),
        ("17", "Ans: 17"),
        ("17", "【答案】17"),
        // A base model goes on with other questions, or another turn follows.
        ("17", "The answer is 17.\n\nQ: What is 5 + 3?\nA: The answer is 8."),
        ("17", "A: 17\n\nQ: What is 5 + 3?\nA: 8"),
        ("17", "#### 17\n\nQuestion: What is 5 + 3?\nAnswer: 8\n#### 8"),
        ("17", "17<|im_end|>\n<|im_start|>user\nWhat is 5 + 3?"),
        ("17", "Antwort: 17\n\nFrage: Was ist 5 + 3?\nAntwort: 8"),
        ("17", "We have 8 and 9.\n\n**Question:** What is the sum?\n\n**Answer:** 17"),
        // Checks, remarks, reasons and conditions stand behind the result.
        ("17", "So $x = 17$. Check: $17 - 8 = 9$."),
        ("17", "So $x = 17$ for $n = 8$."),
        ("17", "It is 17, since 8 of 25 were eaten."),
        ("17", "The answer is 17 when x = 8."),
        ("17", "So he has 8 + 9 = 17 hats for 3 friends."),
        ("17", "So 17. Would you like the 3 steps again?"),
        ("17", "**17**\n\nThere are 8 hats in 9 boxes."),
        ("17", "It's 17, not 18."),
        // Corrections.
        ("17", "The answer is 18, I mean 17."),
        ("17", "The answer is 18, no wait, 17."),
        ("17", r"\boxed{17} \boxed{17}"),
        ("8, 9", r"(a) \boxed{8} (b) \boxed{9}"),
        // Formulas in plain text.
        ("12\\pi", "The area is 12π."),
        ("3/4", r"So the probability is \frac{3}{4}."),
        ("4, 9", "The roots are 4 and 9."),
        ("17", "<answer>She has 17 hats left.</answer>"),
        ("1234567", "It is 1 234 567 in all."),
        // Whole sentences that look like asides.
        ("17", "Since 8 + 9 = 17, there are 17."),
        ("17", "That is a contradiction, so $x = 17$."),
        ("17", "Note that 8 + 9 = 17."),
    ] {
        let verification = Verifier::default().verify(gold, completion);
        assert_eq!(verification.verdict, Verdict::Correct, "{completion}: {:?}", verification.found);
    }
}

#[test]
fn what_is_not_the_answer() {
    for (gold, completion) in [
        ("4", r"So \boxed{4}? Wait, \boxed{9}."),
        ("9", r"\boxed{4} is wrong and so is 9"),
        ("4, 9", r"\boxed{4} is right and \boxed{9}"),
        ("4", r"\boxed{4} cats and \boxed{9} dogs"),
        ("18", "The answer is 17, not 18."),
        ("17", r"\boxed{18} or 17"),
        ("17", "The answer is 17x"),
        ("17", "The answer is 17/3"),
        ("17", "The answer is 1, 17"),
        ("7", "Answer: B7"),
        ("C", "The answer is (B) 17"),
        ("7", "It is room QX7."),
        ("Paris", "The answer is London, not Paris."),
        ("17", "The answer is not 17."),
        ("17", "The answer is not $17$."),
        ("17", "So the answer cannot be 17."),
        ("17", "The answer isn't 17."),
        ("17", "Die Antwort ist nicht 17."),
        ("17", "La respuesta no es 17."),
        ("17", "It is not equal to $17$."),
        ("17", "It is \u{2212}17."),
        ("17", "It is 5 + 17."),
        ("17", "It is 2^17"),
        ("17", "It costs 17k."),
        ("17", "At 5:17 pm."),
        ("17", "It is 16 or 17."),
        ("2/3", "It is 1 2/3 of it."),
        ("2", "It has 17 cm^2."),
        ("2", "Solution:\nThere are 2 rows with 8 hats each and 1 more. So there are 2*8 + 1 = 17 hats."),
        ("2", "Answer: There are 2 rows with 8 hats each. So with one more there are 17 hats."),
        ("-8", "The answer is 8."),
        ("8", "The answer is negative 8."),
        ("8", "The answer is 7.\nThe answer is 8. That is incorrect."),
        ("8", "The answer is 17.\n\nQ: What is 5 + 3?\nA: The answer is 8."),
        ("17", "Is it 17?"),
        ("17", "答案是17吗？"),
        ("17", "The answer is 17. Or 18."),
        ("18", "$17$. Or $18$."),
        ("17", "The answer is 17, I mean 18."),
        ("17", r"It is not \boxed{17}."),
        ("17", r"\boxed{17}. Wait, that's wrong."),
        ("17", "Suppose the answer is 17."),
        ("17", "It might be 17."),
        ("17", "I don't know the answer. There are 17 hats."),
        ("17", "There are 17 hats. To find the"),
        ("17", "So we add 8 + 9 = 17, then subtract"),
        ("6", "There are 17 hats in 6 boxes."),
        ("4", "The chance is 3 out of 4."),
        ("4", "The answer is the interval [4, 9)."),
        ("6", "The answer is 6 × 7, which is 42."),
        ("9", "Part (a): 8\nPart (b): 9"),
        ("567", "It is 1 234 567 in all."),
        ("1", "Thus, we have 17 [1]."),
        ("8", "So $x = 17$, as $x = 8$ is not valid."),
    ] {
        let verification = Verifier::default().verify(gold, completion);
        assert!(!verification.verdict.is_correct(), "{completion}: {:?}", verification.found);
    }
}

#[test]
fn several_values_or_a_bound_are_none_of_them() {
    for completion in [
        "The answer is either 17 or 18.",
        "The answer is 17 (or 18).",
        "The answer is 17, or possibly 18.",
        "The answer is between 17 and 18.",
        "{\"answer\": [17, 18]}",
        "Die Antwort ist 17 oder 18.",
        "La réponse est 17 ou 18.",
        "Ответ: 17 или 18.",
        "答案是17或18。",
        "答えは17または18です。",
        "정답은 17 또는 18입니다.",
        "Đáp án là 17 hoặc 18",
        "Jawabannya adalah 17 atau 18",
    ] {
        for gold in ["17", "18"] {
            let verification = Verifier::default().verify(gold, completion);
            assert!(!verification.verdict.is_correct(), "{completion}: {:?}", verification.found);
        }
    }
    for completion in [
        "The answer is less than 17.",
        "The answer is at most 17.",
        "Die Antwort ist mehr als 17.",
        "答案小于17。",
        "Ответ больше 17.",
    ] {
        let verification = Verifier::default().verify("17", completion);
        assert!(!verification.verdict.is_correct(), "{completion}: {:?}", verification.found);
    }
}

#[test]
fn what_is_denied_or_taken_back_is_no_answer() {
    for completion in [
        "答えは17ではありません。",
        "정답은 17가 아닙니다.",
        "Cevap 17 değil.",
        "答案不可能是17。",
        "Ответ — это не 17.",
        "La respuesta no puede ser 17.",
        "La réponse n'est certainement pas 17.",
        "I don't think the answer is 17.",
        "One might think the answer is 17. That is incorrect.",
        "It is false that the answer is 17.",
        "The answer is anything but 17.",
        "The answer is no longer 17.",
        "The answer is 17. Wait, no: 18.",
        "The answer is 17. No, it's 18.",
        "The answer is 17... actually 18",
    ] {
        let verification = Verifier::default().verify("17", completion);
        assert!(!verification.verdict.is_correct(), "{completion}: {:?}", verification.found);
    }
}
