//! Answers as models and data sets write them, class by class: pairs that are equal, and pairs that only look it.

use plaudit_verify::math::{Inequalities, Policy, Preset, Text, Tolerance, Tolerated, Units, Variables, judge};

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn check_under(policy: &Policy, equal: Pairs, different: Pairs) {
    for (pairs, expected) in [(equal, true), (different, false)] {
        for (gold, answer) in pairs {
            let found = judge(gold, answer, policy);
            assert_eq!(found.equality.is_equal(), expected, "{gold} and {answer}: {found:?}");
        }
    }
}

/// Under the default policy, in both orders.
fn check(equal: Pairs, different: Pairs) {
    check_under(&Policy::default(), equal, different);
    let [equal, different] =
        [equal, different].map(|pairs| pairs.iter().map(|(left, right)| (*right, *left)).collect::<Vec<_>>());
    check_under(&Policy::default(), &equal, &different);
}

#[test]
fn ordinals() {
    check(
        &[
            ("7", "7th"),
            ("31st", "31"),
            ("2nd", "2"),
            ("23", r"23^{\text{rd}}"),
            ("9", "9^{th}"),
            ("n", r"n^{\text{th}}"),
        ],
        &[("7th", "8th"), ("x^t", "x"), ("7", r"7^{\text{th}} + 1"), ("3rd", "3d")],
    );
}

#[test]
fn times_of_day() {
    check(
        &[("7:25", "7:25 PM"), ("7:25 p.m.", "7:25 PM"), ("11 am", "11 a.m."), ("12:00", "12:00")],
        &[("7:25 AM", "7:25 PM"), ("7:25", "7:52"), ("12:00", "2:00"), ("2:30 pm", "1:15 pm")],
    );
}

#[test]
fn ratios() {
    check(
        &[("5:7", r"\frac{5}{7}"), ("5:7", "10:14"), ("5 to 7", "5:7"), ("2:3:7", "4:6:14"), ("5 : 7", "5/7")],
        &[("5:7", "7:5"), ("5 to 7", "7 to 5"), ("2:3:7", "2:7:3"), ("5:7", "5:8")],
    );
}

#[test]
fn dates_and_words() {
    check(
        &[("March 9", "march  9"), ("May 12, 2020", "May 12, 2020"), ("Tuesday", r"\text{Tuesday}"), ("7", "seven")],
        &[("March 9", "March 8"), ("Tuesday", "Thursday"), ("7", "eight")],
    );
}

#[test]
fn combinations() {
    check(
        &[
            ("7 choose 3", "35"),
            (r"{7 \choose 3}", "35"),
            ("$_7C_3$", "35"),
            ("${}_{7}P_{2}$", "42"),
            ("$^7C_3$", r"\binom{7}{4}"),
            ("n choose 2", r"\frac{n(n-1)}{2}"),
        ],
        &[("7 choose 3", "210"), ("$_7P_3$", "35"), ("n choose 2", "n^2/2")],
    );
}

#[test]
fn numbers_of_all_notations() {
    check(
        &[
            ("4.5x10^3", "4500"),
            (r"4.5 \times 10^{3}", "4.5e3"),
            ("３／４", "¾"),
            (r"7{,}200", "7200"),
            (r"7\,200", "7 200"),
            ("7,200.50", "7200.5"),
            (r"0.\overline{27}", r"\frac{3}{11}"),
            ("0.(27)", r"0.\dot{2}\dot{7}"),
            ("0.2777...", "5/18"),
            ("1½", "1.5"),
            (r"2\frac13", "7/3"),
            ("2⁻²", "0.25"),
            ("−8", "-8"),
            ("1201_3", r"1201_{\text{three}}"),
            ("0012", "12"),
            ("3 x 4", "12"),
        ],
        &[
            ("4.5x10^3", "45000"),
            ("7,200", "7.2"),
            (r"0.\overline{27}", "0.27"),
            (r"2\frac13", r"\frac23"),
            ("1201_3", "1201_4"),
            ("2⁻²", "-4"),
            ("3x4", "7"),
        ],
    );
}

#[test]
fn money() {
    check(
        &[
            ("Rs. 650", "650"),
            (r"\$7.50", "7.5 dollars"),
            ("US$7", "7"),
            ("USD 7", "7"),
            ("-$7", "-7"),
            (r"-\$7", r"\$-7"),
            ("₹650", "650"),
        ],
        &[("-$7", "7"), ("Rs. 650", "65"), (r"\$7.50", "75")],
    );
}

#[test]
fn angles() {
    check(
        &[
            (r"30^\circ 45'", r"30.75^\circ"),
            (r"12^\circ 30' 36''", r"12.51^\circ"),
            ("12°30′36″", r"12.51^\circ"),
            (r"60^\circ", "60"),
            (r"\angle B = 35^\circ", "35"),
        ],
        &[(r"30^\circ 45'", r"30.45^\circ"), (r"30^\circ 45'", r"30^\circ 45''"), (r"60^\circ", r"61^\circ")],
    );
}

#[test]
fn cases_of_a_function() {
    let gold = r"f(x) = \begin{cases} x^2 & x > 3 \\ 2x & x \le 3 \end{cases}";
    check(
        &[
            (gold, r"f(x) = \begin{cases} 2x, & \text{if } x \leq 3, \\ x^2, & \text{if } x > 3. \end{cases}"),
            (gold, r"\left\{\begin{array}{ll} x^2 & 3 < x \\ 2x & x \le 3 \end{array}\right."),
            (
                r"\begin{cases} 4 & n > 7 \\ 5 & \text{otherwise} \end{cases}",
                r"\begin{dcases} 4 & \text{for } n > 7 \\ 5 & \text{else} \end{dcases}",
            ),
            (r"\begin{cases} x + y = 5 \\ x - y = 1 \end{cases}", r"x + y = 5, x - y = 1"),
            (r"\begin{cases} x = 3 \\ y = 2 \end{cases}", "(3, 2)"),
        ],
        &[
            (gold, r"f(x) = \begin{cases} x^2 & x < 3 \\ 2x & x \ge 3 \end{cases}"),
            (gold, r"f(x) = \begin{cases} x^2 & x > 3 \\ 3x & x \le 3 \end{cases}"),
            (gold, "x^2"),
            (r"\begin{cases} x = 3 \\ y = 2 \end{cases}", "(2, 3)"),
        ],
    );
}

#[test]
fn sets_and_what_names_them() {
    check(
        &[
            (r"\mathbb{R}", "all real numbers"),
            (r"(-\infty, \infty)", "all reals"),
            (r"x \in \mathbb{R}", "all real numbers"),
            (r"\emptyset", "no solution"),
            (r"\{\}", "no solutions"),
            ("infinitely many", "infinitely many solutions"),
            ("DNE", "does not exist"),
            (r"\{x \in \mathbb{R} : x > 4\}", r"(4, \infty)"),
            (r"\{x \mid x \neq 4\}", r"(-\infty, 4) \cup (4, \infty)"),
            (r"\mathbb{R} \setminus \{4\}", r"x \neq 4"),
        ],
        &[
            (r"\mathbb{R}", "no solution"),
            (r"\mathbb{N}", "all real numbers"),
            (r"\emptyset", "all real numbers"),
            ("infinitely many", "no solution"),
            (r"\{x \in \mathbb{R} : x > 4\}", r"[4, \infty)"),
            (r"\{x \in \mathbb{Z} : x > 4\}", r"(4, \infty)"),
            ("0", "no solution"),
        ],
    );
}

#[test]
fn residue_classes() {
    check(
        &[
            (r"n \equiv 3 \pmod 7", r"n \equiv 10 \pmod{7}"),
            (r"n \equiv -4 \pmod 7", r"n \equiv 3 \bmod 7"),
            (r"3 \pmod 7", "3"),
        ],
        &[
            (r"n \equiv 3 \pmod 7", r"n \equiv 4 \pmod 7"),
            (r"n \equiv 3 \pmod 7", r"n \equiv 3 \pmod{14}"),
            (r"n \equiv 3 \pmod 7", r"m \equiv 3 \pmod 7"),
            (r"3 \pmod 7", "4"),
        ],
    );
}

#[test]
fn layout() {
    check(
        &[
            (r"x = 4 \quad y = 9", "x = 4, y = 9"),
            (r"4 \qquad 9", r"\{4, 9\}"),
            (r"4 \quad \text{cm}", "4"),
            (r"4 \text{ and } 9", "4, 9"),
            (r"\mathbf{x}_1 + \underline{y}", "x_1 + y"),
            (r"\begin{aligned} x &= 3 + 4 \\ &= 7 \end{aligned}", "7"),
            (r"\color{blue}{7}", r"\displaystyle 7"),
            ("𝑥² + 𝐵", "x^2 + B"),
            (r"\hat{\imath} + 2\hat{\jmath}", r"2\hat{j} + \hat{i}"),
            (r"P(A|B) = \frac13", "1/3"),
            (r"(f \circ g)(x) = 4x + 1", "4x + 1"),
            ("A(4, 9)", "(4, 9)"),
        ],
        &[
            (r"x = 4 \quad y = 9", "x = 4, y = 8"),
            (r"4 \quad 9", "36"),
            (r"\mathbf{x}_1", "x"),
            ("A(4, 9)", "(9, 4)"),
            (r"\hat{\imath}", "i"),
        ],
    );
}

#[test]
fn options_with_their_values() {
    check(
        &[("(B) 12", "B"), ("(B) 12", "12"), (r"\textbf{(B)} \frac12", "0.5"), (r"\text{(B) } 12", "(B)")],
        &[("(B) 12", "C"), ("(B) 12", "13"), ("(B) 12", "(C) 12"), ("(B) + 12", "12")],
    );
}

#[test]
fn choices_of_a_policy() {
    let by_place = Policy { variables: Variables::ByPlace, ..Policy::default() };
    check_under(
        &by_place,
        &[("x + 1", "y + 1"), ("a - 2b", "x - 2y"), ("f(x)", "f(t)")],
        &[("x + 1", "y + 2"), ("x + y", "x + 1")],
    );
    check_under(&Policy::default(), &[], &[("x + 1", "y + 1")]);

    let all = Policy { tolerance: Tolerance::Absolute(1e-2), tolerated: Tolerated::All, ..Policy::default() };
    check_under(&all, &[("1/2", "101/200"), ("3.14", r"\pi")], &[("1/2", "3/5")]);
    let decimals = Policy { tolerated: Tolerated::Decimals, ..all };
    check_under(&decimals, &[("3.14", r"\pi")], &[("1/2", "101/200")]);

    let of_gold = Policy { inequalities_as_intervals: Inequalities::OfGold, ..Policy::default() };
    let (set, inequality) = ("(2, 7)", "2 < x < 7");
    check_under(
        &of_gold,
        &[(inequality, set), (r"2 < t", r"(2, \infty)")],
        &[(set, inequality), (r"x \in (2, 7)", inequality)],
    );
    let neither = Policy { inequalities_as_intervals: Inequalities::Neither, ..Policy::default() };
    check_under(&neither, &[(set, set)], &[(inequality, set), (set, inequality)]);

    let any_case = Policy { case: false, ..Policy::default() };
    check_under(&any_case, &[("C", "c"), ("2X", "2x")], &[("C", "b")]);
    check_under(&Policy::default(), &[], &[("C", "c")]);
}

#[test]
fn presets_of_graders() {
    let hendrycks = Preset::Hendrycks.policy();
    check_under(
        &hendrycks,
        &[
            ("12", r"12\text{ units}"),
            (r"\dfrac34", r"\frac{3}{4}"),
            ("x = 7", "7"),
            (r"40\%", "40"),
            (r"60^\circ", "60"),
        ],
        &[("3, 4", "4, 3"), ("3 + x", "x + 3"), ("2/4", "1/2")],
    );
    let qwen = Preset::Qwen.policy();
    check_under(&qwen, &[("1/7", "0.14286"), (r"35\%", "0.35"), ("C", "c")], &[("1/7", "0.143"), ("1/7", "0.15")]);
    let math_verify = Preset::MathVerify.policy();
    check_under(
        &math_verify,
        &[("1/7", "0.142857"), ("2,75", "2.75"), ("4, 4, 9", "9, 4"), ("x = 4", "y = 4")],
        &[("1/7", "0.14286"), ("1/2^{99}", "1/2^{98}"), ("4, 9", "4, 8")],
    );
}

#[test]
fn powers_of_ten_in_words() {
    check(
        &[
            (r"3 \text{ million}", "3000000"),
            ("12 thousand", "12,000"),
            (r"\$2.5 million", "2500000"),
            (r"\$4 \text{ billion}", r"\$4{,}000{,}000{,}000"),
            ("1/2 million", "500000"),
            (r"6 \text{ thousand dollars}", "6 thousand"),
            ("7 hundred", "700"),
            ("2 million km", "2000000 km"),
        ],
        &[
            (r"5 \text{ million}", "5"),
            ("5 million", "5 billion"),
            (r"5 \text{ million dollars}", r"\$5"),
            (r"x \text{ thousand}", "x"),
        ],
    );
    assert!(!judge("5", "5 million", &Preset::Hendrycks.policy()).equality.is_equal());
}

#[test]
fn digits_apart() {
    check(
        &[
            (r"0.\bar3\bar6", r"0.\overline{36}"),
            (r"0.\bar{1}\bar{8}", r"\frac{2}{11}"),
            ("2{,}75", "2.75"),
            ("0{,}125", "1/8"),
            ("2{,}750", "2750"),
            ("8{:}15", "8:15"),
            ("x{=}3", "x = 3"),
        ],
        &[(r"0.\bar3\bar6", r"0.\bar3"), ("2{,}750", "2.75"), ("2{,}75", "2, 75"), ("8{:}15", "8:16")],
    );
}

#[test]
fn words_with_joints() {
    check(
        &[
            (r"\text{Ann and Bob}", "Ann and Bob"),
            (r"\text{red, white and blue}", "white, red, blue"),
            (r"30 \text{ m}^2", "30 square m"),
            ("9 cubic cm", r"9 \text{ cm}^3"),
            ("yes", "yes!"),
            ("B", "B)"),
        ],
        &[(r"\text{Ann and Bob}", "Ann"), (r"\text{Ann and Bob}", "Ann and Eve"), ("B", "A)"), ("12", "1)")],
    );
    let compared = Policy { units: Units::Compared, ..Policy::default() };
    check_under(&compared, &[(r"9 \text{ cm}^2", "9 square cm")], &[(r"9 \text{ cm}^2", "9 cubic cm")]);
    let exact = Policy { text: Text { punctuation: true, ..Text::default() }, ..Policy::default() };
    check_under(&exact, &[("yes!", "yes!")], &[("yes", "yes!")]);
}

#[test]
fn choices_and_points_of_the_circle() {
    check(
        &[
            (r"\binom{9}{2}", "C(9,2)"),
            ("72", "P(9, 2)"),
            ("C(9, 2)/6", "6"),
            ("C(9, 2)", "(9, 2)"),
            (r"2\,\text{cis}\,90^\circ", "2i"),
            (r"\operatorname{cis}\left(\frac{\pi}{3}\right)", r"\frac{1 + i\sqrt3}{2}"),
            ("3 cis 180°", "-3"),
        ],
        &[("C(9, 2)", "C(36, 1)"), ("C(9, 2)", "35"), (r"\text{cis } 90^\circ", "-i")],
    );
}

#[test]
fn zero_of_both_signs() {
    check(&[(r"\pm 0", "0"), (r"x = \pm 0", "0")], &[(r"\pm 1", "1"), (r"\pm 0", "1")]);
}

#[test]
fn powers_of_matrices() {
    check(
        &[
            (r"\begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix}^3", r"\begin{pmatrix} 1 & 6 \\ 0 & 1 \end{pmatrix}"),
            (r"\begin{pmatrix} 1 & 1 \\ 0 & 1 \end{pmatrix}^{100}", r"\begin{pmatrix} 1 & 100 \\ 0 & 1 \end{pmatrix}"),
            (r"\begin{pmatrix} a & 0 \\ 0 & b \end{pmatrix}^2", r"\begin{pmatrix} a^2 & 0 \\ 0 & b^2 \end{pmatrix}"),
            (r"\begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}", "[[5, 6], [7, 8]]"),
        ],
        &[
            (r"\begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix}^3", r"\begin{pmatrix} 1 & 8 \\ 0 & 1 \end{pmatrix}"),
            (r"\begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}", "[[5, 7], [6, 8]]"),
            (r"\begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}", "[5, 6, 7, 8]"),
        ],
    );
}

#[test]
fn units_below_a_minus() {
    check(&[("-41", r"-41 \text{ units}"), (r"-\$8", "-8")], &[("-41", r"41 \text{ units}"), (r"-\$8", "8")]);
}

#[test]
fn written_as_gold() {
    check_under(
        &Preset::Hendrycks.policy(),
        &[("x = 8", "y = 8"), (r"-\$8", "-8"), ("8", r"8 \text{ cm}")],
        &[("a_1 = 8", "a_2 = 8"), ("y' = 8", "y = 8"), ("yes", "yes!"), ("0.5", r"\frac{1}{2}")],
    );
    check_under(
        &Preset::MathVerify.policy(),
        &[("x < 1 \\text{ or } x > 4", r"(-\infty, 1) \cup (4, \infty)")],
        &[(r"(-\infty, 1) \cup (4, \infty)", "x < 1 \\text{ or } x > 4")],
    );
}

#[test]
fn products_of_vectors() {
    check(
        &[(r"\vec{u} \times \vec{v}", r"\vec u\times\vec v"), (r"\vec{u} \cdot \vec{v}", r"\vec{v} \cdot \vec{u}")],
        &[
            (r"\vec{u} \times \vec{v}", r"\vec{u} \cdot \vec{v}"),
            (r"\vec{u} \times \vec{v}", r"\vec{v} \times \vec{u}"),
        ],
    );
}

#[test]
fn squares_in_inequalities() {
    check(
        &[
            ("x^2 < 25", "-5 < x < 5"),
            (r"x^2 \ge 2", r"x \le -\sqrt 2 \text{ or } x \ge \sqrt 2"),
            ("(x-1)^2 < 4", "(-1, 3)"),
        ],
        &[("x^2 < 25", "x < 5"), ("x^2 > 16", "x > 4")],
    );
}

#[test]
fn dots_upon_dots_end() {
    for text in [r"1 \cdots \cdots 2", r"4 \dots \ldots", r"\dots\dots", "1 ... ... ...", r"x \cdots \cdots"] {
        assert!(!judge(text, "7", &Policy::default()).equality.is_equal(), "{text}");
    }
}
