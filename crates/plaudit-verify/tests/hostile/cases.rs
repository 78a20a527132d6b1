//! Answers that are meant to take for ever, or to break something.

/// A name, and two answers.
pub struct Case {
    pub name: String,
    pub gold: String,
    pub answer: String,
}

/// Texts compared with other answers: a number, a variable, and themselves written in another way.
pub fn cases() -> Vec<Case> {
    let case =
        |name: &str, gold: &str, answer: &str| Case { name: name.into(), gold: gold.into(), answer: answer.into() };
    let mut cases: Vec<Case> = texts()
        .iter()
        .flat_map(|(name, text)| {
            [
                case(&format!("{name} | 1"), text, "1"),
                case(&format!("{name} | x + 1/3"), text, "x + 1/3"),
                case(&format!("{name} | itself + 0"), text, &format!("({text}) + 0")),
                case(&format!("{name} | itself + 1"), text, &format!("({text}) + 1")),
            ]
        })
        .collect();
    cases.extend(pairs().iter().map(|(name, gold, answer)| case(name, gold, answer)));
    cases
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

/// Single expressions.
fn texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = SHORT.iter().map(|text| ((*text).into(), (*text).into())).collect();
    let mut add = |name: &str, text: String| texts.push((name.into(), text));
    for depth in [15, 60, 120, 500] {
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
        add(&format!("{depth} alternatives"), format!("x{}", " \\pm 1".repeat(depth)));
        add(&format!("{depth} percent"), format!("5{}", "\\%".repeat(depth)));
        add(&format!("{depth} functions"), nested(depth, "f(", "x", ")"));
        add(&format!("{depth} sets"), nested(depth, "\\{1, ", "2", "\\}"));
        add(&format!("{depth} maxima"), nested(depth, "\\max(1, ", "x", ")"));
        add(&format!("{depth} remainders"), nested(depth, "(7^{99} \\bmod ", "5", ")"));
        add(
            &format!("{depth} determinants"),
            nested(depth, "\\begin{vmatrix} 1 & 2 \\\\ 3 & ", "x", " \\end{vmatrix}"),
        );
        add(&format!("{depth} products of sums"), nested(depth, "\\prod_{k=1}^{3} (k+", "x", ")"));
    }
    for count in [10, 30, 100, 1000, 10_000] {
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
        add(&format!("{count} equations"), joined(count, "=", |k| format!("x+{k}")));
        add(&format!("{count} inequalities"), joined(count, "<", |k| format!("{k}")));
        add(&format!("{count} intervals"), joined(count, "\\cup", |k| format!("({k}, {k}+\\sqrt{{2}})")));
        add(&format!("{count} numbers in a gcd"), format!("\\gcd({})", joined(count, ",", |k| format!("{}", k * 6))));
        add(&format!("{count} mixed operations"), joined(count, "*", |k| format!("(\\sin({k})+e^{{{k}}}/\\pi)")));
        add(&format!("{count} words"), joined(count, " ", |_| "word".into()));
        add(&format!("{count} fractions side by side"), joined(count, "", |_| "\\frac12".into()));
        add(&format!("{count} numbers in a ratio"), joined(count, ":", |k| format!("{k}")));
    }
    for size in [3, 6, 7, 20, 60] {
        add(&format!("determinant of size {size}"), matrix(size, size, "vmatrix", |i, j| format!("x_{{{i},{j}}}")));
        add(
            &format!("determinant of numbers of size {size}"),
            matrix(size, size, "vmatrix", |i, j| format!("{}", i * j % 7)),
        );
        add(
            &format!("determinant of roots of size {size}"),
            matrix(size, size, "vmatrix", |i, j| format!("\\sqrt{{{}}}", i + j)),
        );
        add(&format!("matrix of size {size}"), matrix(size, size, "pmatrix", |i, j| format!("\\frac{{{i}}}{{{j}}}")));
        let factor = matrix(size, size, "pmatrix", |i, j| format!("{}", i + j));
        add(&format!("product of matrices of size {size}"), [factor.as_str(); 3].join(" "));
    }
    for digits in [1000, 10_000, 100_000, 260_000] {
        add(&format!("{digits} digits"), "7".repeat(digits));
        add(&format!("{digits} digits behind the point"), format!("0.{}", "7".repeat(digits)));
        add(&format!("{digits} digits in groups"), format!("7{}", ",777".repeat(digits / 4)));
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
        add(&format!("{digits} signs of Unicode"), "∑√∞≠²½é北".repeat(digits / 8));
        add(&format!("{digits} letters"), "q".repeat(digits));
        add(&format!("{digits} backslashes"), "\\".repeat(digits));
        add(&format!("{digits} spaces"), format!("1{}2", " ".repeat(digits)));
        add(&format!("{digits} braces"), nested(digits / 2, "{", "x", "}"));
        add(&format!("{digits} open brackets"), "(".repeat(digits));
        add(&format!("{digits} carets"), format!("x{}", "^".repeat(digits)));
        add(&format!("{digits} dollars"), "$".repeat(digits));
        add(&format!("{digits} bars"), "|".repeat(digits));
        add(&format!("{digits} frames"), "\\boxed{".repeat(digits / 7));
    }
    texts
}

/// Expressions that are short and mean a lot.
const SHORT: &[&str] = &[
    "2^{10^{10}}",
    "10^{10^{10}}",
    "9^{9^9}",
    "((10!)!)!",
    "10000000000!",
    "(10^6)!",
    "(10^5)!!",
    "2^{100000}",
    "3^{65535} \\bmod 7",
    "7^{10^{100}} \\bmod 13",
    "(-7)^{10^{100}} \\bmod 13",
    "(-7) \\bmod 0",
    "(-17) \\bmod (-5)",
    "\\gcd(0, 0)",
    "\\gcd(-12, 18)",
    "\\operatorname{lcm}(0, -5)",
    "\\sum_{k=1}^{1000000000} k",
    "\\sum_{k=1}^{1000000000} \\frac{1}{k}",
    "\\sum_{k=1}^{1000000000} \\sin k",
    "\\sum_{k=1}^{10^{100}} k^{50}",
    "\\sum_{k=1}^{n} k^{200}",
    "\\sum_{k=1}^{10000} \\frac{1}{k^2}",
    "\\sum_{k=1}^{10000} \\sqrt{k}",
    "\\sum_{k=1}^{10000} k!",
    "\\sum_{k=1}^{3000} \\binom{3000}{k}",
    "\\sum_{k=-10^9}^{10^9} \\frac{1}{k}",
    "\\prod_{k=1}^{1000000000} k",
    "\\prod_{k=1}^{100000} (1+\\frac{1}{k^2})",
    "\\sum_{k=1}^{\\infty} \\frac{1}{k^2}",
    "\\sum_{k=1}^{\\infty} k",
    "\\sum_{k=0}^{\\infty} 2^k",
    "\\sum_{k=1}^{\\infty} k^{99} (1/2)^k",
    "(x+y+z)^{200}",
    "(x+y+z+w)^{60}",
    "(1+x)^{1000000}",
    "(1+x)^{10^{15}}",
    "(1+x)^{-1000}",
    "(1+x)^{1000/7}",
    "(x+1)^{100} (y+1)^{100} (z+1)^{100}",
    "(1+\\sqrt{2}+\\sqrt{3}+\\sqrt{5})^{100}",
    "(1+\\sqrt{2})^{1000000}",
    "(1+\\sqrt[7]{2})^{-1}",
    "(1+\\sqrt[97]{2}+\\sqrt[89]{3})^{-1}",
    "(1+i)^{1000000}",
    "(1+i\\sqrt{3})^{100001}",
    "i^{i^{i^i}}",
    "(-1)^{10^{100}}",
    "(-8)^{1/3}",
    "(-8)^{1000001/3}",
    "0^0",
    "0^{-1}",
    "1/0",
    "0/0",
    "\\frac{1}{x-x}",
    "\\frac{1}{\\sqrt{2}\\sqrt{3}-\\sqrt{6}}",
    "\\frac{1}{\\sin(\\pi)}",
    "\\frac{1}{\\sin(10^{50}\\pi)}",
    "\\tan(\\pi/2)",
    "\\ln 0",
    "\\ln(-1)",
    "\\log_1 5",
    "\\log_0 5",
    "\\log_{-2} 8",
    "\\log_{2}(2^{10^6})",
    "\\log_{10^{10^{10}}} 10",
    "\\ln(10^{10^{10}})",
    "\\sqrt[0]{5}",
    "\\sqrt[-2]{5}",
    "\\sqrt[10^{9}]{2}",
    "\\sqrt[10^{30}]{2}",
    "\\sqrt{-10^{1000}}",
    "\\sqrt[3]{-10^{10^5}}",
    "2^{1/2^{1000}}",
    "2^{-10^{10}}",
    "x^{10^{30}}",
    "x^{x^{x^{x^x}}}",
    "e^{e^{e^{e^e}}}",
    "e^{-e^{e^{e}}}",
    "e^{10^{10}}",
    "e^{-10^{10}}",
    "\\sin(10^{10^{10}})",
    "\\sin(10^{1000})",
    "\\sin(e^{e^{10}})",
    "\\tan(10^{100}\\pi + 1)",
    "\\cos(2^{10000})",
    "\\sin^{200}x+\\cos^{200}x",
    "\\sin(200x)",
    "\\cos(1000x)",
    "\\sin(x)^{100}\\cos(y)^{100}",
    "\\tan(50x)",
    "\\binom{10^9}{5 \\cdot 10^8}",
    "\\binom{10^{30}}{10^{15}}",
    "\\binom{10^{30}}{10^{30}-3}",
    "\\binom{-5}{10^9}",
    "\\binom{1/2}{10000}",
    "\\binom{n}{1000}",
    "\\binom{x}{100000}",
    "\\binom{20000}{10000}",
    "\\frac{(n+1000)!}{n!}",
    "\\frac{(n+10^9)!}{n!}",
    "(x^2)!",
    "(-5)!",
    "(1/2)!",
    "\\Gamma(10^{30})",
    "\\Gamma(-3)",
    "\\Gamma(10001/2)",
    "\\lfloor 10^{10^{10}} \\rfloor",
    "\\lfloor e^{1000} \\rfloor",
    "\\lfloor \\pi 10^{1000} \\rfloor",
    "\\lfloor \\sqrt{2}\\sqrt{8} \\rfloor",
    "\\int_0^{1} x^x dx",
    "\\int x^{x^{x^x}} dx",
    "\\int_0^1 (1+x)^{1000} dx",
    "\\int_{-10^{10}}^{10^{10}} x^{99} dx",
    "\\int_0^{\\infty} e^{-x^2} dx",
    "\\int_{-1}^{1} \\frac{1}{x} dx",
    "\\int_0^1 \\frac{1}{x^{100}+1} dx",
    "\\int_0^1 x^{50} e^{x} \\sin(x) dx",
    "\\int_0^1 \\int_0^1 \\int_0^1 (x+y+z)^{50} dx dy dz",
    "\\lim_{x \\to 0} \\frac{\\sin(\\tan x)-\\tan(\\sin x)}{x^7}",
    "\\lim_{x \\to 0} \\frac{\\sin(x^{100})}{x^{100}}",
    "\\lim_{x \\to \\infty} \\frac{x^{1000}}{e^x}",
    "\\lim_{x \\to \\infty} x^{x^{x}}",
    "\\lim_{x \\to 0} \\sin(1/x)",
    "\\lim_{n \\to \\infty} (1+1/n)^{n^2}",
    "\\lim_{x \\to 0} \\lim_{y \\to 0} \\frac{x-y}{x+y}",
    "\\frac{d^{100}}{dx^{100}} e^{x^2}",
    "\\frac{d^{50}}{dx^{50}} \\tan x",
    "\\frac{d}{dx} x^{x^{x^x}}",
    "\\frac{d^{1000000}}{dx^{1000000}} x^{5}",
    "\\infty - \\infty",
    "\\frac{\\infty}{\\infty}",
    "0 \\cdot \\infty",
    "[2^{1/2^{1000}}, \\infty)",
    "1e1000000000",
    "1e-1000000000",
    "1.5 \\times 10^{10^{10}}",
    "10^{-10^{10}} + 1",
    "0.\\overline{0}",
    "0.1\\overline{9}",
    "\\sqrt{2+\\sqrt{2+\\sqrt{2+\\sqrt{2+\\sqrt{2}}}}} - 2\\cos(\\pi/64)",
    "\\cos(\\pi/65537)",
    "\\cos(\\pi/10^{100})",
    "e^{i\\pi/10^{30}}",
    "\\prod_{k=1}^{1000} \\cos(\\frac{k\\pi}{2001})",
    "\\prod_{k=1}^{100} (x+k)",
    "\\sum_{k=1}^{1000} \\frac{1}{x+k}",
    "\\sum_{k=1}^{1000} x^k",
    "\\sum_{j=1}^{1000} \\sum_{k=1}^{1000} \\frac{1}{j+k}",
    "\\sum_{j=1}^{100} \\sum_{k=1}^{j} \\sum_{l=1}^{k} jkl",
    "\\frac{x^{1000}-1}{x-1}",
    "\\frac{x^{1000}-y^{1000}}{x^{10}-y^{10}}",
    "\\frac{(x+y)^{50}}{(x-y)^{50}}",
    "\\frac{1}{(x^2+y^2+1)^{30}} + \\frac{1}{(x+y+3)^{30}}",
    "\\sqrt{x+\\sqrt{y+\\sqrt{z+\\sqrt{w}}}}^{40}",
    "|||||x|-1|-1|-1|-1|",
    "\\{x : x^2 < 10^{10^{10}}\\}",
    "\\arctan(10^{10^{5}})",
    "\\arcsin(1-10^{-300})",
    "\\arcsin(2)",
    "\\sinh(10^{6})",
    "\\operatorname{artanh}(1)",
    "\\log\\log\\log\\log 10",
    "1-10^{-400}",
    "e^{\\pi\\sqrt{163}} - 262537412640768744",
    "\\sin(2017\\sqrt[5]{2})",
    "99999999999999999999999999999999999999977 \\cdot 170141183460469231731687303715884105727",
    "\\sqrt{170141183460469231731687303715884105727 \\cdot 99999999999999999999999999999999999999977}",
    "\\ln(170141183460469231731687303715884105727)",
    "12_{37}",
    "12_{1}",
    "1_{0}",
    "9_{2}",
];

/// Pairs whose sides belong together.
fn pairs() -> Vec<(String, String, String)> {
    let mut pairs = Vec::new();
    let mut add = |name: &str, gold: String, answer: String| pairs.push((name.to_owned(), gold, answer));
    for count in [100, 1000, 10_000] {
        let list = |item: &dyn Fn(usize) -> String| joined(count, ", ", item);
        add(
            &format!("{count} items in another order"),
            list(&|k| k.to_string()),
            list(&|k| (count + 1 - k).to_string()),
        );
        add(
            &format!("{count} items, one of which differs"),
            list(&|k| k.to_string()),
            list(&|k| (count + 2 - k).to_string()),
        );
        add(
            &format!("a set of {count}"),
            format!("\\{{{}\\}}", list(&|k| k.to_string())),
            format!("\\{{{}\\}}", list(&|k| (count + 1 - k).to_string())),
        );
        add(
            &format!("{count} fractions in another order"),
            list(&|k| format!("\\frac{{1}}{{{k}}}")),
            list(&|k| format!("\\frac{{2}}{{{}}}", 2 * (count + 1 - k))),
        );
        add(
            &format!("{count} roots in another order"),
            list(&|k| format!("\\sqrt{{{k}}}")),
            list(&|k| format!("\\sqrt{{{}}}", count + 1 - k)),
        );
        add(
            &format!("{count} sums in another order"),
            list(&|k| format!("x+{k}")),
            list(&|k| format!("{}+x", count + 1 - k)),
        );
        add(&format!("{count} equal items"), list(&|_| "x".into()), list(&|_| "1x".into()));
        add(
            &format!("{count} words in a list"),
            list(&|k| format!("word{k}")),
            list(&|k| format!("word{}", count + 1 - k)),
        );
        add(
            &format!("a tuple of {count}"),
            format!("({})", list(&|k| format!("{k}/7"))),
            format!("({})", list(&|k| format!("{}/14", 2 * k))),
        );
        add(
            &format!("{count} terms in another order"),
            joined(count, "+", |k| format!("x_{{{k}}}")),
            joined(count, "+", |k| format!("x_{{{}}}", count + 1 - k)),
        );
        add(
            &format!("{count} factors in another order"),
            joined(count, "", |k| format!("(x+{k})")),
            joined(count, "", |k| format!("(x+{})", count + 1 - k)),
        );
        add(
            &format!("{count} intervals in another order"),
            joined(count, "\\cup", |k| format!("({k}, {k}.5)")),
            joined(count, "\\cup", |k| format!("({0}, {0}.5)", count + 1 - k)),
        );
        add(
            &format!("{count} inequalities of one variable"),
            joined(count, " \\text{ or } ", |k| format!("x = {k}")),
            joined(count, " \\text{ or } ", |k| format!("x = {}", count + 1 - k)),
        );
        add(
            &format!("{count} equal sets"),
            list(&|k| format!("\\{{{k}, x\\}}")),
            list(&|k| format!("\\{{x, {}\\}}", count + 1 - k)),
        );
    }
    for size in [10, 50] {
        let entry = |i: usize, j: usize| format!("\\sqrt{{{}}}", i * j);
        let other = |i: usize, j: usize| format!("{}^{{1/2}}", i * j);
        add(
            &format!("matrices of size {size}"),
            matrix(size, size, "pmatrix", entry),
            matrix(size, size, "bmatrix", other),
        );
    }
    let tiny = |exponent: u32| format!("1 + 10^{{-{exponent}}}");
    add("a difference of 10^-300", tiny(300), "1".into());
    add("a difference of 10^-30000", tiny(30_000), "1".into());
    add("a difference of e^-700", "1 + e^{-700}".into(), "1".into());
    add("a difference of e^-10^5", "1 + e^{-100000}".into(), "1".into());
    add("a difference of 10^-500 under a root", "\\sqrt{2 + 10^{-500}}".into(), "\\sqrt{2}".into());
    add("powers of sums", "(x+y+z)^{30}".into(), "(z+y+x)^{29}(x+y+z)".into());
    add("powers of sums that differ", "(x+y+z)^{40}".into(), "(x+y+z)^{40}+1".into());
    add("a power of two variables", "(x+y)^{100}".into(), "(y+x)^{100}".into());
    add("a power over a power", "\\frac{(x+1)^{300}}{(x+1)^{299}}".into(), "x+1".into());
    add("a geometric sum", "\\frac{x^{500}-1}{x-1}".into(), joined(500, "+", |k| format!("x^{{{}}}", k - 1)));
    add("sines of a hundred angles", "\\sin(100x)".into(), "2\\sin(50x)\\cos(50x)".into());
    add("equations of high degree", "(x+y)^{100} = 1".into(), "2(x+y)^{100} = 2".into());
    add("a pole at every point", "\\frac{1}{x-x}".into(), "\\frac{2}{x-x}".into());
    add(
        "congruences of large numbers",
        "x \\equiv 7^{1000} \\pmod{10^{30}}".into(),
        "x \\equiv 7^{1001} \\pmod{10^{30}}".into(),
    );
    add("negative remainders", "-1 \\bmod 5".into(), "4".into());
    pairs
}
