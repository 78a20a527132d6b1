//! What is read, family by family: the text, and the canonical LaTeX of what it means.

mod limits;
mod numbers;

use plaudit_verify::math::{
    Brackets, Budget, Comparison, Constant, Expr, Function, Number, ReadError, ReadErrorKind, ReadOptions, read,
};

fn parse(text: &str) -> Result<Expr, ReadError> {
    read(text, &ReadOptions::default(), &mut Budget::new())
}

/// Every text is printed as given, and what was printed is read back as the same.
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let expression = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(expression.to_string(), *expected, "{text:?}: {expression:?}");
        assert_eq!(parse(expected), Ok(expression), "{text:?}: read back");
    }
}

fn refused(texts: &[&str]) {
    for text in texts {
        match parse(text) {
            Err(ReadError { kind: ReadErrorKind::Syntax, at, .. }) => assert!(at <= text.len(), "{text:?}"),
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

fn symbol(name: &str) -> Expr {
    Expr::Symbol(name.into())
}

fn integer(value: u32) -> Expr {
    Expr::Number(Number { value: value.into(), decimals: None })
}

#[test]
fn what_is_read_is_kept_as_written() {
    let half = Expr::Fraction(Box::new([integer(2), integer(4)]));
    assert_eq!(parse("2/4"), Ok(half.clone()));
    assert_eq!(parse("x - 2/4"), Ok(Expr::Sum(vec![symbol("x"), Expr::Negative(Box::new(half))])));
    assert_eq!(parse("x + x"), Ok(Expr::Sum(vec![symbol("x"), symbol("x")])));
    assert_eq!(parse("2x y"), Ok(Expr::Product(vec![integer(2), symbol("x"), symbol("y")])));
    let sum = Expr::Sum(vec![symbol("a"), symbol("b")]);
    assert_eq!(parse("(a + b) + c"), Ok(Expr::Sum(vec![sum, symbol("c")])));
    let chain =
        Expr::Relation(vec![integer(1), symbol("x"), integer(3)], vec![Comparison::Less, Comparison::LessOrEqual]);
    assert_eq!(parse("1 < x <= 3"), Ok(chain));
    assert_eq!(parse("[1, 3]"), Ok(Expr::Tuple(Brackets::Square, vec![integer(1), integer(3)])));
    assert_eq!(parse(r"\pm 3"), Ok(Expr::PlusMinus(Box::new([integer(0), integer(3)]), false)));
    let modulus = Expr::Function(Function::Mod, vec![integer(7)]);
    let congruence = Expr::Relation(vec![symbol("x"), integer(3), modulus], vec![Comparison::Equivalent; 2]);
    assert_eq!(parse(r"x \equiv 3 \pmod 7"), Ok(congruence));
    let decimals = |text| match parse(text) {
        Ok(Expr::Number(Number { decimals, .. })) => decimals,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(
        ["2", "2.50", ".5", "1.5e3", "1.5e-3", r"0.\overline{3}"].map(decimals),
        [None, Some(2), Some(1), None, Some(4), None]
    );
}

#[test]
fn roots_powers_and_postfixes() {
    check(&[
        (r"\sqrt7", r"\sqrt{7}"),
        (r"\sqrt{x+7}", r"\sqrt{x + 7}"),
        (r"\sqrt[4]{x}", r"\sqrt[4]{x}"),
        (r"2\sqrt3x", r"2 \cdot \sqrt{3} \cdot x"),
        ("sqrt(x+7)", r"\sqrt{x + 7}"),
        ("cbrt(5)", r"\sqrt[3]{5}"),
        ("\u{221a}(x+7)", r"\sqrt{x + 7}"),
        ("\u{221b}5", r"\sqrt[3]{5}"),
        ("x^5", "x^{5}"),
        ("x^15", "x^{15}"),
        ("x**5", "x^{5}"),
        ("x\u{2075}y", r"x^{5} \cdot y"),
        ("x^{-1}", "x^{-1}"),
        ("x^-1", "x^{-1}"),
        ("2^3^2", "2^{3^{2}}"),
        ("-x^2", "-x^{2}"),
        ("(-x)^2", "(-x)^{2}"),
        (r"x^\frac12", r"x^{\frac{1}{2}}"),
        ("x^(a+b)", "x^{a + b}"),
        (r"(\frac xy)^2", r"(\frac{x}{y})^{2}"),
        ("6!", "6!"),
        ("6!!", "6!!"),
        ("(6!)!", "(6!)!"),
        ("5!=120", "5! = 120"),
        (r"35\%", r"35\%"),
        ("35%", r"35\%"),
        ("35 percent", r"35\%"),
        (r"35\text{ percent}", r"35\%"),
        (r"72^\circ", r"72^{\circ}"),
        (r"72^{\circ}", r"72^{\circ}"),
        ("72\u{b0}", r"72^{\circ}"),
        ("72 degrees", r"72^{\circ}"),
    ]);
    refused(&[r"\sqrt", r"\sqrt{}", "x^", "!4", r"\%7", "x^{}"]);
}

#[test]
fn tuples_sets_and_intervals() {
    check(&[
        ("(3, -1)", "(3, -1)"),
        (r"\left( 3 , -1 \right)", "(3, -1)"),
        ("(3; -1)", "(3, -1)"),
        ("(3)", "3"),
        ("[x + 1](y)", r"(x + 1) \cdot y"),
        (r"\{4, 9\}", r"\{4, 9\}"),
        (r"\left\{4; 9\right\}", r"\{4, 9\}"),
        ("{4, 9}", "4, 9"),
        ("{4}", "4"),
        (r"\{4\}", r"\{4\}"),
        (r"\{4 + a\}\{b - 1\}", r"(4 + a) \cdot (b - 1)"),
        (r"\{\}", r"\emptyset"),
        (r"\varnothing", r"\emptyset"),
        ("(a, 7]", "(a, 7]"),
        (r"\left[2, \infty\right)", r"[2, \infty)"),
        ("]a, 7[", "(a, 7)"),
        ("]a, 7]", "(a, 7]"),
        ("[a, 7[", "[a, 7)"),
        (r"(-\infty, 2) \cup (5, +\infty)", r"(-\infty, 2) \cup (5, \infty)"),
        ("(-oo, 2) U (5, oo)", r"(-\infty, 2) \cup (5, \infty)"),
        ("]-1, 2[ \u{222a} ]5, 6[", r"(-1, 2) \cup (5, 6)"),
        (r"\mathbb{R} \setminus \{2\}", r"\mathbb{R} \setminus \{2\}"),
        (r"A \cap {2}", r"A \cap \{2\}"),
        (r"A \cup B \cap C", r"(A \cup B) \cap C"),
        (r"\mathbb Z \times \mathbb Z", r"\mathbb{Z} \times \mathbb{Z}"),
        (r"[0,1] \times [2,3]", r"[0, 1] \times [2, 3]"),
        (r"\{x \mid x > 2\}", r"\{x \mid x > 2\}"),
        (r"\{x | x > 2\}", r"\{x \mid x > 2\}"),
        (r"\{ x \in \mathbb{R} : x \ne 2 \}", r"\{x \in \mathbb{R} \mid x \neq 2\}"),
        (r"\langle 2, -1, 4 \rangle", r"\langle 2, -1, 4 \rangle"),
        ("<2, -1, 4>", r"\langle 2, -1, 4 \rangle"),
        (r"\{1, 4, 9, \ldots\}", r"\{1, 4, 9, \ldots\}"),
        (r"\{(1,2),(3,4)\}", r"\{(1, 2), (3, 4)\}"),
    ]);
    refused(&["()", "[]", "(1, 2", "(1, )", "{", r"\{1, 2)", "]1, 2, 3[", "(1, 2, 3]", r"\langle 1, 2"]);
}

#[test]
fn lists_and_words_between_statements() {
    check(&[
        ("3, 5, 8", "3, 5, 8"),
        ("3; 5; 8", "3, 5, 8"),
        ("3, 5 and 8", "3, 5, 8"),
        ("3, 5, or 8", "3, 5, 8"),
        (r"3 \text{ and } 5", "3, 5"),
        ("$3$ and $5$", "3, 5"),
        (r"\boxed{3}, \boxed{5}", "3, 5"),
        (r"\boxed{3, 5}", "3, 5"),
        (r"\boxed{3} cats and \boxed{5} dogs", r"3\text{ cats}, 5\text{ dogs}"),
        ("x = 3, y = 5", "x = 3, y = 5"),
        ("x = 3 and y = 5", r"x = 3 \text{ and } y = 5"),
        ("x = 3orx = 5", r"x = 3 \text{ or } x = 5"),
        (r"x < 3 \lor x > 5", r"x < 3 \text{ or } x > 5"),
        ("x > 1 and x < 2 or x = 7", r"(x > 1 \text{ and } x < 2) \text{ or } x = 7"),
        ("a=3,b=5;a=4,b=6", "a = 3, b = 5; a = 4, b = 6"),
        (r"a=3,b=5 \quad\text{and}\quad a=4,b=6", "a = 3, b = 5; a = 4, b = 6"),
        ("1,2;3,4", "1, 2; 3, 4"),
        (r"2, 4, \dots, 2n", r"2, 4, \ldots, 2 \cdot n"),
        ("2, 4, 6, ...", r"2, 4, 6, \ldots"),
        ("3, 5.", "3, 5"),
    ]);
}

#[test]
fn relations_and_ratios() {
    check(&[
        ("y = 4x - 1", r"y = 4 \cdot x - 1"),
        ("= 6", "6"),
        ("a := 6", "a = 6"),
        ("2 < x <= 9", r"2 < x \leq 9"),
        (r"2 \lt x \leqslant 9", r"2 < x \leq 9"),
        ("2 \u{2264} x", r"2 \leq x"),
        ("x != 2", r"x \neq 2"),
        (r"x \not= 2", r"x \neq 2"),
        (r"x \not\in A", r"x \notin A"),
        ("x in [2, 9]", r"x \in [2, 9]"),
        (r"x \approx 2.24", r"x \approx 2.24"),
        ("5:3", "5 : 3"),
        ("1:2:6", "1 : 2 : 6"),
        ("a:b = 3:4", "a : b = 3 : 4"),
        ("7:45", "7 : 45"),
        (r"n \equiv 4 \pmod{9}", r"n \equiv 4 \pmod{9}"),
        ("n = 4 (mod 9)", r"n = 4 \pmod{9}"),
        (r"4 \pmod 9", r"4 \pmod{9}"),
        (r"n \bmod 9", r"n \bmod 9"),
        (r"-5 \bmod 9", r"(-5) \bmod 9"),
        (r"AB \parallel CD", r"A \cdot B \parallel C \cdot D"),
        (r"x \to 4", r"x \to 4"),
        (r"3 \mid n", r"3 \mid n"),
        (r"\begin{cases} x + y = 7 \\ x - y = 1 \end{cases}", r"x + y = 7 \text{ and } x - y = 1"),
        (r"\left\{\begin{array}{l} x = 4 \\ y = 3 \end{array}\right.", r"x = 4 \text{ and } y = 3"),
        (r"\begin{aligned} x &= 4 \\ y &= 3 \end{aligned}", r"x = 4 \text{ and } y = 3"),
    ]);
    refused(&["x =", "< 3", "x = = 3", r"\begin{cases} x & x > 0 \\ -x \end{cases}"]);
}

#[test]
fn signs_and_products() {
    check(&[
        ("3x", r"3 \cdot x"),
        (r"2\pi r", r"2 \cdot \pi \cdot r"),
        ("x2y", r"x \cdot 2 \cdot y"),
        ("ab", r"a \cdot b"),
        ("xyz", r"x \cdot y \cdot z"),
        ("k(k+1)/2", r"\frac{k \cdot (k + 1)}{2}"),
        ("(x-1)(x-2)", r"(x - 1) \cdot (x - 2)"),
        ("1/3x", r"\frac{1}{3 \cdot x}"),
        ("1/3 x", r"\frac{1}{3} \cdot x"),
        ("6/2*3", r"\frac{6}{2} \cdot 3"),
        ("4*-3", r"4 \cdot (-3)"),
        ("5--3", "5 - (-3)"),
        ("a - (b - c)", "a - (b - c)"),
        (r"2 \pm \sqrt3", r"2 \pm \sqrt{3}"),
        (r"2 \mp \sqrt3", r"2 \mp \sqrt{3}"),
        (r"\pm 4", r"\pm 4"),
        (r"2 \pm 1 + x", r"(2 \pm 1) + x"),
        (r"n(n-1) \cdots 1", r"n \cdot (n - 1) \cdot \ldots \cdot 1"),
        (r"1 + 2 + \cdots + n", r"1 + 2 + \ldots + n"),
        ("3 + 2i", r"3 + 2 \cdot \mathrm{i}"),
        (r"\mathrm{e}^{\mathrm{i}\pi}", r"\mathrm{e}^{\mathrm{i} \cdot \pi}"),
        (r"\exponentialE^2", r"\mathrm{e}^{2}"),
        ("2I + E", r"2 \cdot I + E"),
    ]);
    let letters = ReadOptions { euler: false, imaginary: false, ..ReadOptions::default() };
    assert_eq!(read("e", &letters, &mut Budget::new()), Ok(symbol("e")));
    assert_eq!(read("i", &letters, &mut Budget::new()), Ok(symbol("i")));
    assert_eq!(parse("e"), Ok(Expr::Constant(Constant::E)));
    refused(&["", " ", "-", "*3", "3*", "a +", "+", "~", "@", "#", "%", "&", "_", r"\$"]);
}

#[test]
fn bars_floors_and_functions() {
    check(&[
        ("|x - 4|", r"\left|x - 4\right|"),
        (r"\lvert x\rvert", r"\left|x\right|"),
        (r"\lvertx\rvert", r"\left|x\right|"),
        (r"\left|\frac{x}{2}\right|", r"\left|\frac{x}{2}\right|"),
        ("||x|-4|", r"\left|\left|x\right| - 4\right|"),
        ("|x-|y||", r"\left|x - \left|y\right|\right|"),
        ("|x||y|", r"\left|x\right| \cdot \left|y\right|"),
        (r"\|u\|", r"\left\|u\right\|"),
        (r"\lfloor 2.5 \rfloor", r"\lfloor 2.5 \rfloor"),
        ("\u{2308}x\u{2309}", r"\lceil x \rceil"),
        (r"\ulcorner x\urcorner", r"\lceil x \rceil"),
        (r"\operatorname{floor}(x)", r"\lfloor x \rfloor"),
        (r"\sin x", r"\operatorname{sin}(x)"),
        (r"\sin 3x \cos x", r"\operatorname{sin}(3 \cdot x) \cdot \operatorname{cos}(x)"),
        (r"\sin\cos x", r"\operatorname{sin}(\operatorname{cos}(x))"),
        (r"\sin x \cdot 2", r"\operatorname{sin}(x) \cdot 2"),
        (r"\sin(x) y", r"\operatorname{sin}(x) \cdot y"),
        (r"\sin^2 x", r"\operatorname{sin}(x)^{2}"),
        (r"\sin^{-1} x", r"\operatorname{arcsin}(x)"),
        (r"\sin^{-2} x", r"\operatorname{sin}(x)^{-2}"),
        (r"\cos 2\pi/5", r"\operatorname{cos}(\frac{2 \cdot \pi}{5})"),
        (r"\tan 30^\circ", r"\operatorname{tan}(30^{\circ})"),
        (r"\sin (-45)^\circ", r"\operatorname{sin}((-45)^{\circ})"),
        ("n-sqrt(5)", r"n - \sqrt{5}"),
        ("x-arctan(y)", r"x - \operatorname{arctan}(y)"),
        ("arctan(1)", r"\operatorname{arctan}(1)"),
        (r"\operatorname{arcsinh} x", r"\operatorname{arsinh}(x)"),
        ("2sin(x)", r"2 \cdot \operatorname{sin}(x)"),
        ("xsin(x)", r"x \cdot \operatorname{sin}(x)"),
        (r"\log x", r"\operatorname{log}(x)"),
        (r"\log_5 x", r"\log_{5}(x)"),
        (r"\log_{5}^2 x", r"\log_{5}(x)^{2}"),
        (r"\lg x", r"\log_{10}(x)"),
        (r"\ln 2x", r"\operatorname{ln}(2 \cdot x)"),
        (r"\exp(-x)", r"\operatorname{exp}(-x)"),
        (r"\max\{2, x\}", r"\operatorname{max}(2, x)"),
        (r"\binom{7}{3}", r"\binom{7}{3}"),
        (r"\dbinom73", r"\binom{7}{3}"),
        (r"{7 \choose 3}", r"\binom{7}{3}"),
        ("C_7^3", r"\binom{7}{3}"),
        (r"\Gamma(x)", r"\Gamma(x)"),
        (r"\overline{z}", r"\overline{z}"),
    ]);
    refused(&[
        r"\sin",
        r"\cos^2",
        r"\sin^x",
        r"\lfloor x",
        "|x",
        r"\sin(x, y)",
        r"\binom{7}",
        r"\frac{(2 + x}{1 - x)}",
    ]);
}

#[test]
fn calculus() {
    check(&[
        (r"\sum_{k=1}^{9} k^2", r"\sum_{k=1}^{9} k^{2}"),
        (r"\sum_{k=1}^9 k + 4", r"\sum_{k=1}^{9} k + 4"),
        (r"\sum^{\infty}_{i=0} 2^{-i}", r"\sum_{i=0}^{\infty} 2^{-i}"),
        (r"\prod_{j=2}^n \frac{j}{j+1}", r"\prod_{j=2}^{n} \frac{j}{j + 1}"),
        (r"\lim_{x \to 2} x^3", r"\lim_{x \to 2} x^{3}"),
        (r"\lim_{x\to 0^+} \ln x", r"\lim_{x \to 0^{+}} \operatorname{ln}(x)"),
        (r"\lim_{n \rightarrow \infty} \frac1n", r"\lim_{n \to \infty} \frac{1}{n}"),
        (r"\int x^3 \, dx", r"\int x^{3} \, dx"),
        (r"\int_1^4 (2x + 1) dx", r"\int_{1}^{4} (2 \cdot x + 1) \, dx"),
        (r"\int_1^4 2x + 1 \,\mathrm{d}x + 8", r"\int_{1}^{4} (2 \cdot x + 1) \, dx + 8"),
        (r"\int \frac{du}{u}", r"\int \frac{1}{u} \, du"),
        (r"\int_0^1\int_0^2 xy \, dx\, dy", r"\int_{0}^{1} (\int_{0}^{2} (x \cdot y) \, dx) \, dy"),
        (r"\int t \, d\theta", r"\int t \, d\theta"),
        (r"\frac{d}{dx} x^4", r"\frac{d}{dx} x^{4}"),
        (r"\frac{d^2 y}{dx^2}", r"\frac{d^{2}}{dx^{2}} y"),
        (r"\frac{\partial u}{\partial t}", r"\frac{d}{dt} u"),
        (r"\frac{d}{2}", r"\frac{d}{2}"),
    ]);
    let i = Expr::Series(Box::new(plaudit_verify::math::Series {
        is_product: false,
        index: "i".into(),
        from: integer(1),
        to: integer(3),
        body: symbol("i"),
    }));
    assert_eq!(parse(r"\sum_{i=1}^3 i"), Ok(i));
    refused(&[r"\sum_{k} k", r"\sum k", r"\lim x", r"\int_1 x dx", r"\int ab", r"\lim_{x} x"]);
}

#[test]
fn matrices() {
    check(&[
        (r"\begin{bmatrix} 2 & 7 \\ 1 & 8 \end{bmatrix}", r"\begin{pmatrix}2 & 7 \\ 1 & 8\end{pmatrix}"),
        (r"\begin{pmatrix}2\\7\\\end{pmatrix}", r"\begin{pmatrix}2 \\ 7\end{pmatrix}"),
        (r"\begin{pmatrix}x\\\sqrt2\end{pmatrix}", r"\begin{pmatrix}x \\ \sqrt{2}\end{pmatrix}"),
        (r"\left(\begin{array}{c|c} 2 & 7 \end{array}\right)", r"\begin{pmatrix}2 & 7\end{pmatrix}"),
        (r"\begin{vmatrix} 2 & 7 \\ 1 & 8 \end{vmatrix}", r"\begin{vmatrix}2 & 7 \\ 1 & 8\end{vmatrix}"),
        (r"\begin{pmatrix}2&7\end{pmatrix}^T", r"\begin{pmatrix}2 & 7\end{pmatrix}^{\top}"),
        (r"\begin{pmatrix} 2 \\[4pt] 7 \end{pmatrix}", r"\begin{pmatrix}2 \\ 7\end{pmatrix}"),
    ]);
    refused(&[
        r"\begin{pmatrix} 1 & 2 \\ 3 \end{pmatrix}",
        r"\begin{pmatrix}\end{pmatrix}",
        r"\begin{pmatrix} 1",
        "1 & 2",
    ]);
}

#[test]
fn variables_and_functions_without_a_meaning() {
    check(&[
        ("a_{12}", "a_{12}"),
        ("a_{1}", "a_1"),
        ("a_1^2", "a_1^{2}"),
        ("a^2_1", "a_1^{2}"),
        ("a\u{2081}\u{2082}", "a_{12}"),
        ("x_{i,j}", "x_{i,j}"),
        (r"v_{\text{max}}", "v_{max}"),
        (r"v_{initial}", "v_{initial}"),
        (r"\varphi + \beta_1", r"\phi + \beta_1"),
        ("\u{3b1}", r"\alpha"),
        ("alpha + theta", r"\alpha + \theta"),
        ("f'", "f'"),
        ("f(x) = x", "f(x) = x"),
        ("f''(x)", "f''(x)"),
        ("f^{-1}(3)", "f^{-1}(3)"),
        ("P(x)", r"\operatorname{P}(x)"),
        ("P(1 + r)", r"P \cdot (1 + r)"),
        ("y(t) = t", r"\operatorname{y}(t) = t"),
        ("r(t + 1)", r"r \cdot (t + 1)"),
        ("A(2, 3)", r"\operatorname{A}(2, 3)"),
        (r"\vec{v}", "v"),
        (r"\overrightarrow{AB}", r"\mathrm{AB}"),
        (r"\hat{p}", r"\mathrm{hatp}"),
        (r"\bar{x}_1", r"\overline{x_1}"),
        (r"\angle ABC = 40^\circ", r"\mathrm{angleABC} = 40^{\circ}"),
        (r"\mathbb{N}", r"\mathbb{N}"),
        ("\u{211d}", r"\mathbb{R}"),
        (r"\zzz", r"\mathrm{zzz}"),
    ]);
    refused(&["x_", "x_{}", r"\unknown{x}"]);
}

#[test]
fn unknown_commands_are_upright() {
    check(&[
        (r"3 \cm", r"3\text{ cm}"),
        (r"\oo", r"\infty"),
        (r"\qrs", r"\mathrm{qrs}"),
        (r"\mathbb{R}", r"\mathbb{R}"),
        (r"\mathbb{P}", "P"),
    ]);
    refused(&[r"\mathbb{!}", r"\mathbb{2}", "\\mathbb{\u{6}}"]);
}

#[test]
fn words() {
    check(&[
        ("Beatrice", r"\text{Beatrice}"),
        (r"\text{Beatrice}", r"\text{Beatrice}"),
        (r"\textbf{Beatrice  & co}", r"\text{Beatrice & co}"),
        (r"\textbf{Beatrice  and Eve}", r"\text{Beatrice}, \text{Eve}"),
        ("odd", r"\text{odd}"),
        ("no solution", r"\text{no solution}"),
        ("Not possible.", r"\text{Not possible}"),
        ("(B) Oslo", r"\text{(B) Oslo}"),
        (r"\text{(B)}", r"\text{(B)}"),
        ("B", "B"),
        (r"\text{B}", r"\text{B}"),
        ("Ann, Bob and Cleo", r"\text{Ann}, \text{Bob}, \text{Cleo}"),
        ("well-known", r"\text{well-known}"),
        ("Z\u{fc}rich", "\\text{Z\u{fc}rich}"),
        ("\u{5317}\u{4eac}", "\\text{\u{5317}\u{4eac}}"),
        ("Area = 12", r"\text{Area} = 12"),
        (r"\text{17}", "17"),
    ]);
    // Mathematics in a sentence is not taken apart.
    refused(&["The result is 12", "x = 3 for all y", "print(3)", "6 where x = 2"]);
    let letters = ReadOptions { words: false, ..ReadOptions::default() };
    assert_eq!(read("odd", &letters, &mut Budget::new()).unwrap().to_string(), r"o \cdot d \cdot d");
}

#[test]
fn what_surrounds_mathematics_is_dropped() {
    check(&[
        ("$x$", "x"),
        ("$$x$$", "x"),
        (r"\(x\)", "x"),
        (r"\[ x \]", "x"),
        (r"\displaystyle x", "x"),
        (r"\boxed{x}.", "x"),
        (r"\fbox{x}", "x"),
        (r"\boxed{x = 4", "x = 4"),
        (r"x \in \boxed{[0, 4)}", r"x \in [0, 4)"),
        (r"\left(x\right)", "x"),
        (r"\bigl(x\bigr)", "x"),
        (r"\mathbf{x}", "x"),
        (r"x \quad", "x"),
        (r"\\frac{1}{7}", r"\frac{1}{7}"),
        (r"\\left(\\frac{1}{7}, 2\\right)", r"(\frac{1}{7}, 2)"),
        (r"3 \\le x", r"3 \leq x"),
        (r"\frac{1}{7} + \\sqrt{2}", r"\frac{1}{7} + \sqrt{2}"),
        (r"\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", r"\begin{pmatrix}1 \\ 2\end{pmatrix}"),
        ("12\\", "12"),
    ]);
}
