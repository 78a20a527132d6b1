//! Answers that are meant to take for ever, or to break something.

use Kind::{Open, Right, Unparsed, Wrong};
use plaudit_core::Verdict;

/// How a comparison ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Right,
    Wrong,
    /// A limit was met, or nothing was shown.
    Open,
    Unparsed,
}

impl Kind {
    pub(crate) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Correct => Right,
            Verdict::Unparsed { .. } => Unparsed,
            Verdict::OverBudget { .. } => Open,
            _ => Wrong,
        }
    }
}

/// Two answers.
pub(crate) struct Case {
    pub name: String,
    pub gold: String,
    pub answer: String,
    /// How their comparison may end.
    pub may_be: &'static [Kind],
}

/// How large the cases are.
pub(crate) struct Sizes {
    pub depths: &'static [usize],
    pub counts: &'static [usize],
    pub matrices: &'static [usize],
    pub digits: &'static [usize],
}

/// All cases: texts compared with a number and with themselves, and pairs.
pub(crate) fn cases(sizes: &Sizes) -> Vec<Case> {
    let case = |name: String, gold: &str, answer: &str, may_be| Case {
        name,
        gold: gold.into(),
        answer: answer.into(),
        may_be,
    };
    let mut cases: Vec<Case> =
        SHORT.iter().map(|(text, kind)| case((*text).into(), text, "1", std::slice::from_ref(kind))).collect();
    let short = SHORT.iter().map(|(text, _)| ((*text).to_owned(), (*text).to_owned()));
    for (name, text) in short.chain(values(sizes)) {
        let (same, other) = (format!("({text}) + 0"), format!("({text}) + 1"));
        cases.push(case(format!("{name} | itself + 0"), &text, &same, if is_set(&text) { ANY } else { NOT_WRONG }));
        cases.push(case(format!("{name} | itself + 1"), &text, &other, NOT_RIGHT));
    }
    for (name, text) in values(sizes).into_iter().chain(statements(sizes)) {
        cases.push(case(format!("{name} | 7/5"), &text, "7/5", NOT_RIGHT));
        cases.push(case(format!("{name} | x + 1/3"), &text, "x + 1/3", NOT_RIGHT));
    }
    cases.extend(pairs(sizes));
    cases
}

const ANY: &[Kind] = &[Right, Wrong, Open, Unparsed];
const NOT_WRONG: &[Kind] = &[Right, Open, Unparsed];
const NOT_RIGHT: &[Kind] = &[Wrong, Open, Unparsed];

/// Whether a sum with it is no value.
fn is_set(text: &str) -> bool {
    text.starts_with(['[', '\\']) && (text.ends_with("infty)") || text.ends_with("\\}"))
}

fn nested(count: usize, open: &str, middle: &str, close: &str) -> String {
    [&open.repeat(count), middle, &close.repeat(count)].concat()
}

fn joined(count: usize, separator: &str, item: impl Fn(usize) -> String) -> String {
    (1..=count).map(item).collect::<Vec<_>>().join(separator)
}

fn matrix(rows: usize, columns: usize, name: &str, entry: impl Fn(usize, usize) -> String) -> String {
    let row = |i: usize| joined(columns, " & ", |j| entry(i, j));
    format!("\\begin{{{name}}} {} \\end{{{name}}}", joined(rows, " \\\\ ", row))
}

/// Values.
fn values(sizes: &Sizes) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut add = |name: &str, text: String| texts.push((name.into(), text));
    for &depth in sizes.depths {
        add(&format!("{depth} brackets"), nested(depth, "(", "x", ")"));
        add(&format!("{depth} sums"), nested(depth, "\\sum_{k=1}^{9} ", "k", ""));
        add(&format!("{depth} sums of sums"), nested(depth, "\\sum_{k=1}^{2} (k+", "1", ")"));
        add(&format!("{depth} sums up to sums"), nested(depth, "\\sum_{k=1}^{", "3", "} k"));
        add(&format!("{depth} sines"), nested(depth, "\\sin(", "1", ")"));
        add(&format!("{depth} sines of a variable"), nested(depth, "\\sin(", "x", ")"));
        add(
            &format!("limit of {depth} sines"),
            format!("\\lim_{{x \\to 0}} \\frac{{{}}}{{x}}", nested(depth, "\\sin(", "x", ")")),
        );
        add(
            &format!("derivative of {depth} sines"),
            format!("\\frac{{d}}{{dx}} {}", nested(depth, "\\sin(", "x", ")")),
        );
        add(&format!("integral of {depth} sines"), format!("\\int_0^1 {} dx", nested(depth, "\\sin(", "x", ")")));
        add(&format!("{depth} roots"), nested(depth, "\\sqrt{2+", "x", "}"));
        add(&format!("{depth} roots of 2"), nested(depth, "\\sqrt{2+", "\\sqrt{2}", "}"));
        add(&format!("continued fraction of {depth}"), nested(depth, "1+\\frac{1}{", "x", "}"));
        add(&format!("continued fraction of {depth} in x"), nested(depth, "x+\\frac{1}{", "x", "}"));
        add(&format!("{depth} powers"), nested(depth, "2^{", "2", "}"));
        add(&format!("{depth} squares"), nested(depth, "(1+", "x", ")^2"));
        add(&format!("{depth} exponentials"), nested(depth, "e^{", "x", "}"));
        add(&format!("{depth} logarithms"), nested(depth, "\\ln(3+", "x", ")"));
        add(&format!("{depth} absolute values"), nested(depth, "|x+", "1", "|"));
        add(&format!("{depth} factorials"), format!("3{}", "!".repeat(depth)));
        add(&format!("{depth} derivatives"), nested(depth, "\\frac{d}{dx} (", "x \\sin(x)", ")"));
        add(&format!("{depth} integrals"), nested(depth, "\\int_0^x (1+", "x", ") dx"));
        add(&format!("{depth} limits"), nested(depth, "\\lim_{x \\to 0} (x+", "x", ")"));
        add(&format!("{depth} binomials"), nested(depth, "\\binom{9}{", "3", "}"));
        add(&format!("{depth} floors"), nested(depth, "\\lfloor 1.5 + ", "x", "\\rfloor"));
        add(&format!("{depth} signs"), format!("{}x", "-".repeat(depth)));
        add(&format!("{depth} percent"), format!("5{}", "\\%".repeat(depth)));
        add(&format!("{depth} functions"), nested(depth, "f(", "x", ")"));
        add(&format!("{depth} maxima"), nested(depth, "\\max(1, ", "x", ")"));
        add(&format!("{depth} remainders"), nested(depth, "(7^{99} \\bmod ", "5", ")"));
        add(
            &format!("{depth} determinants"),
            nested(depth, "\\begin{vmatrix} 1 & 2 \\\\ 3 & ", "x", " \\end{vmatrix}"),
        );
        add(&format!("{depth} products of sums"), nested(depth, "\\prod_{k=1}^{3} (k+", "x", ")"));
    }
    for &count in sizes.counts {
        add(&format!("{count} logarithms"), joined(count, "+", |k| format!("\\ln {}", k + 1)));
        add(&format!("{count} logarithms of sums"), joined(count, "+", |k| format!("\\ln(x+{k})")));
        add(&format!("{count} arctangents"), joined(count, "+", |k| format!("\\arctan(1/{k})")));
        add(&format!("{count} roots in a sum"), joined(count, "+", |k| format!("\\sqrt{{{}}}", k + 1)));
        add(&format!("{count} roots in a product"), joined(count, "", |k| format!("(1+\\sqrt{{{}}})", k + 1)));
        add(
            &format!("{count} roots in a denominator"),
            format!("1/({})", joined(count, "+", |k| format!("\\sqrt{{{}}}", k + 1))),
        );
        add(&format!("{count} cube roots"), joined(count, "+", |k| format!("\\sqrt[3]{{{}}}", k + 1)));
        add(&format!("{count} linear factors"), joined(count, "", |k| format!("(x+{k})")));
        add(&format!("{count} linear factors in other variables"), joined(count, "", |k| format!("(x_{{{k}}}+{k})")));
        add(&format!("{count} partial fractions"), joined(count, "+", |k| format!("\\frac{{1}}{{x+{k}}}")));
        add(&format!("{count} fractions"), joined(count, "+", |k| format!("\\frac{{1}}{{{k}}}")));
        add(&format!("{count} variables"), joined(count, "+", |k| format!("x_{{{k}}}")));
        add(&format!("{count} powers in a sum"), joined(count, "+", |k| format!("x^{{{k}}}")));
        add(&format!("{count} exponentials in a sum"), joined(count, "+", |k| format!("e^{{x/{k}}}")));
        add(&format!("{count} cosines"), joined(count, "+", |k| format!("\\cos({k}x)")));
        add(&format!("{count} cosines in a product"), joined(count, " ", |k| format!("\\cos({k}x)")));
        add(&format!("{count} cosines of fractions of pi"), joined(count, "+", |k| format!("\\cos(\\pi/{k})")));
        add(&format!("{count} absolute values in a sum"), joined(count, "+", |k| format!("|x-{k}|")));
        add(&format!("{count} factorials in a sum"), joined(count, "+", |k| format!("{k}!")));
        add(&format!("{count} functions in a sum"), joined(count, "+", |k| format!("f(x+{k})")));
        add(&format!("{count} numbers in a gcd"), format!("\\gcd({})", joined(count, ",", |k| format!("{}", k * 6))));
        add(&format!("{count} mixed operations"), joined(count, "*", |k| format!("(\\sin({k})+e^{{{k}}}/\\pi)")));
        add(&format!("{count} fractions side by side"), joined(count, "", |_| "\\frac12".into()));
    }
    for &size in sizes.matrices {
        add(&format!("determinant of size {size}"), matrix(size, size, "vmatrix", |i, j| format!("x_{{{i},{j}}}")));
        add(
            &format!("determinant of numbers of size {size}"),
            matrix(size, size, "vmatrix", |i, j| format!("{}", i * j % 7)),
        );
        add(
            &format!("determinant of roots of size {size}"),
            matrix(size, size, "vmatrix", |i, j| format!("\\sqrt{{{}}}", i + j)),
        );
    }
    for &digits in sizes.digits {
        add(&format!("{digits} digits"), "7".repeat(digits));
        add(&format!("{digits} digits behind the point"), format!("0.{}", "7".repeat(digits)));
        add(&format!("{digits} digits that recur"), format!("0.\\overline{{{}}}", "7".repeat(digits)));
        add(
            &format!("{digits} digits over as many"),
            format!("\\frac{{{}}}{{{}}}", "7".repeat(digits / 2), "3".repeat(digits / 2)),
        );
        add(&format!("{digits} digits in base 3"), format!("{}_3", "12".repeat(digits / 2)));
        add(&format!("{digits} digits in an exponent"), format!("2^{{{}}}", "7".repeat(digits)));
        add(&format!("{digits} digits under a root"), format!("\\sqrt{{{}}}", "7".repeat(digits)));
        add(&format!("{digits} digits modulo 97"), format!("{} \\bmod 97", "7".repeat(digits)));
        add(&format!("{digits} digits in a sine"), format!("\\sin({})", "7".repeat(digits)));
        add(&format!("{digits} digits in a logarithm"), format!("\\ln({})", "7".repeat(digits)));
    }
    texts
}

/// Statements, sets and what is no mathematics.
fn statements(sizes: &Sizes) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut add = |name: &str, text: String| texts.push((name.into(), text));
    for &depth in sizes.depths {
        add(&format!("{depth} alternatives"), format!("x{}", " \\pm 1".repeat(depth)));
        add(&format!("{depth} sets"), nested(depth, "\\{1, ", "2", "\\}"));
        add(&format!("{depth} texts"), nested(depth, "\\text{", "x = 5", "}"));
    }
    for &count in sizes.counts {
        add(&format!("{count} equations"), joined(count, "=", |k| format!("x+{k}")));
        add(&format!("{count} inequalities"), joined(count, "<", |k| format!("{k}")));
        add(&format!("{count} intervals"), joined(count, "\\cup", |k| format!("({k}, {k}+\\sqrt{{2}})")));
        add(&format!("{count} words"), joined(count, " ", |_| "word".into()));
        add(&format!("{count} numbers in a ratio"), joined(count, ":", |k| format!("{k}")));
    }
    for &size in sizes.matrices {
        add(&format!("matrix of size {size}"), matrix(size, size, "pmatrix", |i, j| format!("\\frac{{{i}}}{{{j}}}")));
        let factor = matrix(size, size, "pmatrix", |i, j| format!("{}", i + j));
        add(&format!("product of matrices of size {size}"), [factor.as_str(); 3].join(" "));
    }
    for &digits in sizes.digits {
        add(&format!("{digits} digits in groups"), format!("7{}", ",777".repeat(digits / 4)));
        add(&format!("{digits} signs of Unicode"), "∑√∞≠²½é北".repeat(digits / 8));
        add(&format!("{digits} letters"), "q".repeat(digits));
        add(&format!("{digits} backslashes"), "\\".repeat(digits));
        add(&format!("{digits} spaces"), format!("1{}2", " ".repeat(digits)));
        add(&format!("{digits} braces"), nested(digits / 2, "{", "x", "}"));
        add(&format!("{digits} open brackets"), "(".repeat(digits));
        add(&format!("{digits} carets"), format!("x{}", "^".repeat(digits)));
        add(&format!("{digits} dollars"), "$".repeat(digits));
        add(&format!("{digits} bars"), "|".repeat(digits));
        add(&format!("{digits} letters in a text"), format!("\\text{{no {}}}", "q".repeat(digits)));
        add(&format!("{digits} question marks in a text"), format!("\\text{{no{}}}", " ?".repeat(digits / 2)));
        add(&format!("{digits} brackets in a text"), format!("\\text{{no {}}}", "[a ".repeat(digits / 3)));
        add(&format!("{digits} upright brackets"), nested(digits / 9, "\\mathrm{", "x", "}"));
        add(&format!("{digits} rows with brackets"), "\\\\[".repeat(digits / 3));
        add(&format!("{digits} unknown commands"), "\\unheardof ".repeat(digits / 11));
        add(&format!("{digits} frames"), "\\boxed{".repeat(digits / 7));
    }
    texts
}

/// Expressions that are short and mean a lot, and what they are compared with 1.
const SHORT: &[(&str, Kind)] = &[
    ("2^{10^{10}}", Wrong),
    ("10^{10^{10}}", Wrong),
    ("9^{9^9}", Wrong),
    ("2^{100000}", Wrong),
    ("(-7) \\bmod 0", Wrong),
    ("(-17) \\bmod (-5)", Wrong),
    ("\\gcd(0, 0)", Wrong),
    ("\\gcd(-12, 18)", Wrong),
    ("\\operatorname{lcm}(0, -5)", Wrong),
    ("\\sum_{k=1}^{1000000000} k", Wrong),
    ("\\sum_{k=1}^{n} k^{200}", Wrong),
    ("\\sum_{k=1}^{\\infty} \\frac{1}{k^2}", Wrong),
    ("(x+y+z)^{200}", Wrong),
    ("(x+y+z+w)^{60}", Wrong),
    ("(1+x)^{1000000}", Wrong),
    ("(1+x)^{10^{15}}", Wrong),
    ("(1+x)^{-1000}", Wrong),
    ("(1+x)^{1000/7}", Wrong),
    ("(x+1)^{100} (y+1)^{100} (z+1)^{100}", Wrong),
    ("(1+\\sqrt{2}+\\sqrt{3}+\\sqrt{5})^{100}", Wrong),
    ("(1+\\sqrt{2})^{1000000}", Wrong),
    ("(1+\\sqrt[7]{2})^{-1}", Wrong),
    ("(1+\\sqrt[97]{2}+\\sqrt[89]{3})^{-1}", Wrong),
    ("(1+i)^{1000000}", Wrong),
    ("(1+i\\sqrt{3})^{100001}", Wrong),
    ("i^{i^{i^i}}", Wrong),
    ("(-8)^{1/3}", Wrong),
    ("(-8)^{1000001/3}", Wrong),
    ("0^{-1}", Wrong),
    ("1/0", Wrong),
    ("0/0", Wrong),
    ("\\frac{1}{x-x}", Wrong),
    ("\\ln 0", Wrong),
    ("\\ln(-1)", Wrong),
    ("\\log_1 5", Wrong),
    ("\\log_0 5", Wrong),
    ("\\log_{-2} 8", Wrong),
    ("\\log_{2}(2^{10^6})", Wrong),
    ("\\log_{10^{10^{10}}} 10", Wrong),
    ("\\ln(10^{10^{10}})", Wrong),
    ("\\sqrt[0]{5}", Wrong),
    ("\\sqrt[-2]{5}", Wrong),
    ("\\sqrt[10^{9}]{2}", Wrong),
    ("\\sqrt[10^{30}]{2}", Wrong),
    ("\\sqrt{-10^{1000}}", Wrong),
    ("\\sqrt[3]{-10^{10^5}}", Wrong),
    ("2^{1/2^{1000}}", Wrong),
    ("2^{-10^{10}}", Wrong),
    ("x^{x^{x^{x^x}}}", Wrong),
    ("e^{-e^{e^{e}}}", Wrong),
    ("e^{10^{10}}", Wrong),
    ("e^{-10^{10}}", Wrong),
    ("\\sin(10^{1000})", Wrong),
    ("\\tan(10^{100}\\pi + 1)", Wrong),
    ("\\sin^{200}x+\\cos^{200}x", Wrong),
    ("\\sin(200x)", Wrong),
    ("\\cos(1000x)", Wrong),
    ("\\sin(x)^{100}\\cos(y)^{100}", Wrong),
    ("\\tan(50x)", Wrong),
    ("\\binom{10^{30}}{10^{30}-3}", Wrong),
    ("\\frac{(n+1000)!}{n!}", Wrong),
    ("(x^2)!", Wrong),
    ("(-5)!", Wrong),
    ("(1/2)!", Wrong),
    ("\\Gamma(-3)", Wrong),
    ("\\lfloor e^{1000} \\rfloor", Wrong),
    ("\\lfloor \\pi 10^{1000} \\rfloor", Wrong),
    ("\\lfloor \\sqrt{2}\\sqrt{8} \\rfloor", Wrong),
    ("\\int_{-10^{10}}^{10^{10}} x^{99} dx", Wrong),
    ("\\frac{d}{dx} x^{x^{x^x}}", Wrong),
    ("[2^{1/2^{1000}}, \\infty)", Wrong),
    ("1.5 \\times 10^{10^{10}}", Wrong),
    ("0.\\overline{0}", Wrong),
    ("0.1\\overline{9}", Wrong),
    ("\\cos(\\pi/65537)", Wrong),
    ("\\cos(\\pi/10^{100})", Wrong),
    ("e^{i\\pi/10^{30}}", Wrong),
    ("\\prod_{k=1}^{100} (x+k)", Wrong),
    ("\\sum_{k=1}^{1000} x^k", Wrong),
    ("\\sum_{j=1}^{100} \\sum_{k=1}^{j} \\sum_{l=1}^{k} jkl", Wrong),
    ("\\frac{x^{1000}-1}{x-1}", Wrong),
    ("\\frac{x^{1000}-y^{1000}}{x^{10}-y^{10}}", Wrong),
    ("\\frac{(x+y)^{50}}{(x-y)^{50}}", Wrong),
    ("\\frac{1}{(x^2+y^2+1)^{30}} + \\frac{1}{(x+y+3)^{30}}", Wrong),
    ("\\sqrt{x+\\sqrt{y+\\sqrt{z+\\sqrt{w}}}}^{40}", Wrong),
    ("|||||x|-1|-1|-1|-1|", Wrong),
    ("\\arctan(10^{10^{5}})", Wrong),
    ("\\arcsin(1-10^{-300})", Wrong),
    ("\\arcsin(2)", Wrong),
    ("\\sinh(10^{6})", Wrong),
    ("\\operatorname{artanh}(1)", Wrong),
    ("\\log\\log\\log\\log 10", Wrong),
    ("1-10^{-400}", Wrong),
    ("e^{\\pi\\sqrt{163}} - 262537412640768744", Wrong),
    ("\\sin(2017\\sqrt[5]{2})", Wrong),
    ("\\ln(170141183460469231731687303715884105727)", Wrong),
    ("(-1)^{10^{100}}", Right),
    ("0^0", Right),
    ("\\lim_{x \\to 0} \\lim_{y \\to 0} \\frac{x-y}{x+y}", Right),
    ("((10!)!)!", Open),
    ("10000000000!", Open),
    ("(10^6)!", Open),
    ("(10^5)!!", Open),
    ("3^{65535} \\bmod 7", Open),
    ("7^{10^{100}} \\bmod 13", Open),
    ("(-7)^{10^{100}} \\bmod 13", Open),
    ("\\sum_{k=1}^{1000000000} \\frac{1}{k}", Open),
    ("\\sum_{k=1}^{1000000000} \\sin k", Open),
    ("\\sum_{k=1}^{10^{100}} k^{50}", Open),
    ("\\sum_{k=1}^{10000} \\frac{1}{k^2}", Open),
    ("\\sum_{k=1}^{10000} \\sqrt{k}", Open),
    ("\\sum_{k=1}^{10000} k!", Open),
    ("\\sum_{k=1}^{3000} \\binom{3000}{k}", Open),
    ("\\sum_{k=-10^9}^{10^9} \\frac{1}{k}", Open),
    ("\\prod_{k=1}^{1000000000} k", Open),
    ("\\prod_{k=1}^{100000} (1+\\frac{1}{k^2})", Open),
    ("\\sum_{k=1}^{\\infty} k", Open),
    ("\\sum_{k=0}^{\\infty} 2^k", Open),
    ("\\sum_{k=1}^{\\infty} k^{99} (1/2)^k", Open),
    ("\\frac{1}{\\sqrt{2}\\sqrt{3}-\\sqrt{6}}", Open),
    ("\\frac{1}{\\sin(\\pi)}", Open),
    ("\\frac{1}{\\sin(10^{50}\\pi)}", Open),
    ("\\tan(\\pi/2)", Open),
    ("x^{10^{30}}", Open),
    ("e^{e^{e^{e^e}}}", Open),
    ("\\sin(10^{10^{10}})", Open),
    ("\\sin(e^{e^{10}})", Open),
    ("\\cos(2^{10000})", Open),
    ("\\binom{10^9}{5 \\cdot 10^8}", Open),
    ("\\binom{10^{30}}{10^{15}}", Open),
    ("\\binom{-5}{10^9}", Open),
    ("\\binom{1/2}{10000}", Open),
    ("\\binom{n}{500}", Wrong),
    ("\\binom{x}{100000}", Open),
    ("\\binom{20000}{10000}", Open),
    ("\\frac{(n+10^9)!}{n!}", Open),
    ("\\Gamma(10^{30})", Open),
    ("\\Gamma(10001/2)", Open),
    ("\\lfloor 10^{10^{10}} \\rfloor", Open),
    ("\\int_0^{1} x^x dx", Open),
    ("\\int x^{x^{x^x}} dx", Open),
    ("\\int_0^1 (1+x)^{1000} dx", Open),
    ("\\int_0^{\\infty} e^{-x^2} dx", Wrong),
    ("\\int_{-1}^{1} \\frac{1}{x} dx", Open),
    ("\\int_0^1 \\frac{1}{x^{100}+1} dx", Open),
    ("\\int_0^1 x^{50} e^{x} \\sin(x) dx", Open),
    ("\\int_0^1 \\int_0^1 \\int_0^1 (x+y+z)^{50} dx dy dz", Open),
    ("\\lim_{x \\to 0} \\frac{\\sin(\\tan x)-\\tan(\\sin x)}{x^7}", Open),
    ("\\lim_{x \\to 0} \\frac{\\sin(x^{100})}{x^{100}}", Open),
    ("\\lim_{x \\to \\infty} \\frac{x^{1000}}{e^x}", Open),
    ("\\lim_{x \\to \\infty} x^{x^{x}}", Open),
    ("\\lim_{x \\to 0} \\sin(1/x)", Open),
    ("\\lim_{n \\to \\infty} (1+1/n)^{n^2}", Open),
    ("\\frac{d^{100}}{dx^{100}} e^{x^2}", Open),
    ("\\frac{d^{50}}{dx^{50}} \\tan x", Open),
    ("\\frac{d^{1000000}}{dx^{1000000}} x^{5}", Open),
    ("\\infty - \\infty", Open),
    ("\\frac{\\infty}{\\infty}", Open),
    ("0 \\cdot \\infty", Open),
    ("1e1000000000", Open),
    ("1e-1000000000", Open),
    ("10^{-10^{10}} + 1", Open),
    ("\\prod_{k=1}^{1000} \\cos(\\frac{k\\pi}{2001})", Open),
    ("\\sum_{k=1}^{1000} \\frac{1}{x+k}", Open),
    ("\\sum_{j=1}^{1000} \\sum_{k=1}^{1000} \\frac{1}{j+k}", Open),
    ("\\{x : x^2 < 10^{10^{10}}\\}", Open),
    ("12_{37}", Unparsed),
    ("12_{1}", Unparsed),
    ("1_{0}", Unparsed),
    ("9_{2}", Unparsed),
    ("\\frac{3000!}{2998!}", Wrong),
    ("\\frac{3^{20000}}{7^{11000}+1}", Wrong),
    ("\\frac{1}{2^{30000}+1} + \\frac{1}{3^{19000}+2}", Wrong),
    ("3^{20000} \\cdot 7^{11000}", Wrong),
    ("(\\frac{123456789}{987654321})^{1000} (\\frac{987654322}{123456788})^{999}", Wrong),
    ("\\gcd(3^{20000}+1, 7^{11000}+1)", Wrong),
    ("\\gcd(2^{30000}-1, 2^{29999}-1)", Right),
    ("\\sqrt{3^{40000}+1}", Wrong),
    ("\\sqrt{10^{10000}+1}", Wrong),
    ("\\prod_{k=1}^{300} \\frac{7^{k}+1}{5^{k}+3}", Open),
    ("\\sum_{k=1}^{200} \\frac{1}{2^{k}+1}", Wrong),
    ("\\sqrt{2+\\sqrt{2+\\sqrt{2+\\sqrt{2+\\sqrt{2}}}}} - 2\\cos(\\pi/64)", Wrong),
    ("99999999999999999999999999999999999999977 \\cdot 170141183460469231731687303715884105727", Wrong),
    ("\\sqrt{170141183460469231731687303715884105727 \\cdot 99999999999999999999999999999999999999977}", Wrong),
];

/// Pairs whose sides belong together.
fn pairs(sizes: &Sizes) -> Vec<Case> {
    let mut pairs = Vec::new();
    let mut add = |name: &str, gold: String, answer: String, may_be: &'static [Kind]| {
        pairs.push(Case { name: name.to_owned(), gold, answer, may_be });
    };
    for &n in sizes.counts {
        let list = |item: &dyn Fn(usize) -> String| joined(n, ", ", item);
        let set = |item: &dyn Fn(usize) -> String| format!("\\{{{}\\}}", list(item));
        let union = |item: &dyn Fn(usize) -> String| joined(n, "\\cup", item);
        let down = |k: usize| n + 1 - k;
        let number = |k: usize| k.to_string();
        add(&format!("{n} items in another order"), list(&number), list(&|k| number(down(k))), NOT_WRONG);
        add(&format!("{n} items, one of which differs"), list(&number), list(&|k| number(down(k) + 1)), NOT_RIGHT);
        add(&format!("a set of {n}"), set(&number), set(&|k| number(down(k))), NOT_WRONG);
        let halves = list(&|k| format!("\\frac{{2}}{{{}}}", 2 * down(k)));
        add(&format!("{n} fractions in another order"), list(&|k| format!("\\frac{{1}}{{{k}}}")), halves, NOT_WRONG);
        let root = |k: usize| format!("\\sqrt{{{k}}}");
        add(&format!("{n} roots in another order"), list(&root), list(&|k| root(down(k))), NOT_WRONG);
        let roots = list(&|k| format!("{}^{{1/2}}", down(k)));
        add(&format!("{n} roots in another notation"), list(&root), roots, NOT_WRONG);
        let sums = list(&|k| format!("{}+x", down(k)));
        add(&format!("{n} sums in another order"), list(&|k| format!("x+{k}")), sums, NOT_WRONG);
        add(&format!("{n} equal items"), list(&|_| "x".into()), list(&|_| "1x".into()), NOT_WRONG);
        let word = |k: usize| format!("word{k}");
        add(&format!("{n} words in a list"), list(&word), list(&|k| word(down(k))), NOT_WRONG);
        let tuples = [7, 14].map(|below| format!("({})", list(&|k| format!("{}/{below}", k * below / 7))));
        let [tuple, doubled] = tuples;
        add(&format!("a tuple of {n}"), tuple, doubled, NOT_WRONG);
        let terms = joined(n, "+", |k| format!("x_{{{}}}", down(k)));
        add(&format!("{n} terms in another order"), joined(n, "+", |k| format!("x_{{{k}}}")), terms, NOT_WRONG);
        let factors = joined(n, "", |k| format!("(x+{})", down(k)));
        add(&format!("{n} factors in another order"), joined(n, "", |k| format!("(x+{k})")), factors, NOT_WRONG);
        let interval = |k: usize| format!("({k}, {k}.5)");
        add(&format!("{n} intervals in another order"), union(&interval), union(&|k| interval(down(k))), NOT_WRONG);
        let equation = |k: usize| format!("x = {k}");
        let solutions =
            [1, -1].map(|sign| joined(n, " \\text{ or } ", |k| equation(if sign > 0 { k } else { down(k) })));
        let [up, back] = solutions;
        add(&format!("{n} solutions in another order"), up, back, NOT_WRONG);
        let pairs_of = list(&|k| format!("\\{{x, {}\\}}", down(k)));
        add(&format!("{n} sets in another order"), list(&|k| format!("\\{{{k}, x\\}}")), pairs_of, NOT_WRONG);
    }
    for &size in sizes.matrices {
        let roots = matrix(size, size, "pmatrix", |i, j| format!("\\sqrt{{{}}}", i * j));
        let powers = matrix(size, size, "bmatrix", |i, j| format!("{}^{{1/2}}", i * j));
        add(&format!("matrices of size {size}"), roots, powers, NOT_WRONG);
    }
    let polynomial = joined(500, "+", |k| format!("x^{{{}}}", k - 1));
    add("a geometric sum", "\\frac{x^{500}-1}{x-1}".into(), polynomial, NOT_WRONG);
    for (gold, answer, kind) in PAIRS {
        add(&format!("{gold} | {answer}"), (*gold).into(), (*answer).into(), std::slice::from_ref(kind));
    }
    pairs
}

const PAIRS: &[(&str, &str, Kind)] = &[
    ("1 + 10^{-300}", "1", Wrong),
    ("1 + 10^{-15000}", "1", Wrong),
    ("1 + e^{-700}", "1", Wrong),
    ("1 + e^{-100000}", "1", Wrong),
    ("\\sqrt{2 + 10^{-500}}", "\\sqrt{2}", Wrong),
    ("(x+y+z)^{30}", "(z+y+x)^{29}(x+y+z)", Right),
    ("(x+y+z)^{40}", "(x+y+z)^{40}+1", Wrong),
    ("(x+y)^{100}", "(y+x)^{100}", Right),
    ("\\frac{(x+1)^{200}}{(x+1)^{199}}", "x+1", Right),
    ("\\sin(100x)", "2\\sin(50x)\\cos(50x)", Right),
    ("(x+y)^{30} = 1", "2(x+y)^{30} = 2", Right),
    ("\\frac{1}{x-x}", "\\frac{2}{x-x}", Open),
    ("x \\equiv 7^{1000} \\pmod{10^{30}}", "x \\equiv 7^{1001} \\pmod{10^{30}}", Wrong),
    ("x \\equiv 7^{1000} \\pmod{10^{30}}", "x \\equiv 7^{1000} + 10^{31} \\pmod{10^{30}}", Right),
    ("-1 \\bmod 5", "4", Right),
    ("(-17) \\bmod (-5)", "-2", Right),
    ("\\frac{3000!}{2998!}", "3000 \\cdot 2999", Right),
];
