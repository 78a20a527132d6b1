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
    ] {
        let verification = Verifier::default().verify(gold, completion);
        assert!(!verification.verdict.is_correct(), "{completion}: {:?}", verification.found);
    }
}
