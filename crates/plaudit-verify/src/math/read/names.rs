//! What commands, words and single characters mean.

use super::token::{Bracket, Kind};
use crate::math::{Comparison, Constant, Function, SetOperation};

/// Greek letters by their names, without those that look like Latin ones. Variants of shape are the same letter but for epsilon and phi, which are
/// folded as well.
const GREEK: [(&str, &str); 40] = [
    ("alpha", "alpha"),
    ("beta", "beta"),
    ("gamma", "gamma"),
    ("delta", "delta"),
    ("epsilon", "epsilon"),
    ("varepsilon", "epsilon"),
    ("zeta", "zeta"),
    ("eta", "eta"),
    ("theta", "theta"),
    ("vartheta", "theta"),
    ("iota", "iota"),
    ("kappa", "kappa"),
    ("varkappa", "kappa"),
    ("lambda", "lambda"),
    ("mu", "mu"),
    ("nu", "nu"),
    ("xi", "xi"),
    ("varpi", "varpi"),
    ("rho", "rho"),
    ("varrho", "rho"),
    ("sigma", "sigma"),
    ("varsigma", "sigma"),
    ("tau", "tau"),
    ("upsilon", "upsilon"),
    ("phi", "phi"),
    ("varphi", "phi"),
    ("chi", "chi"),
    ("psi", "psi"),
    ("omega", "omega"),
    ("Gamma", "Gamma"),
    ("Delta", "Delta"),
    ("Theta", "Theta"),
    ("Lambda", "Lambda"),
    ("Xi", "Xi"),
    ("Pi", "Pi"),
    ("Sigma", "Sigma"),
    ("Upsilon", "Upsilon"),
    ("Phi", "Phi"),
    ("Psi", "Psi"),
    ("Omega", "Omega"),
];

/// Functions by their names, as commands and as plain words.
const FUNCTIONS: [(&str, Function); 67] = [
    ("sin", Function::Sin),
    ("cos", Function::Cos),
    ("tan", Function::Tan),
    ("tg", Function::Tan),
    ("cot", Function::Cot),
    ("ctg", Function::Cot),
    ("sec", Function::Sec),
    ("csc", Function::Csc),
    ("cosec", Function::Csc),
    ("arcsin", Function::Arcsin),
    ("asin", Function::Arcsin),
    ("arccos", Function::Arccos),
    ("acos", Function::Arccos),
    ("arctan", Function::Arctan),
    ("arctg", Function::Arctan),
    ("atan", Function::Arctan),
    ("arccot", Function::Arccot),
    ("arcctg", Function::Arccot),
    ("acot", Function::Arccot),
    ("arcsec", Function::Arcsec),
    ("asec", Function::Arcsec),
    ("arccsc", Function::Arccsc),
    ("acsc", Function::Arccsc),
    ("sinh", Function::Sinh),
    ("cosh", Function::Cosh),
    ("tanh", Function::Tanh),
    ("coth", Function::Coth),
    ("arsinh", Function::Arsinh),
    ("arcsinh", Function::Arsinh),
    ("asinh", Function::Arsinh),
    ("arcosh", Function::Arcosh),
    ("arccosh", Function::Arcosh),
    ("acosh", Function::Arcosh),
    ("artanh", Function::Artanh),
    ("arctanh", Function::Artanh),
    ("atanh", Function::Artanh),
    ("exp", Function::Exp),
    ("ln", Function::Ln),
    ("log", Function::Log),
    ("abs", Function::Abs),
    ("norm", Function::Norm),
    ("floor", Function::Floor),
    ("ceil", Function::Ceiling),
    ("ceiling", Function::Ceiling),
    ("factorial", Function::Factorial),
    ("doublefactorial", Function::DoubleFactorial),
    ("binomial", Function::Binomial),
    ("permutations", Function::Permutations),
    ("gcd", Function::Gcd),
    ("gcf", Function::Gcd),
    ("hcf", Function::Gcd),
    ("GCD", Function::Gcd),
    ("lcm", Function::Lcm),
    ("LCM", Function::Lcm),
    ("max", Function::Max),
    ("min", Function::Min),
    ("sgn", Function::Sign),
    ("sign", Function::Sign),
    ("Re", Function::Re),
    ("Im", Function::Im),
    ("conj", Function::Conjugate),
    ("conjugate", Function::Conjugate),
    ("arg", Function::Arg),
    ("Arg", Function::Arg),
    ("det", Function::Det),
    ("transpose", Function::Transpose),
    ("ctan", Function::Cot),
];

fn lookup<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// The function of that name.
pub(super) fn function(name: &str) -> Option<Function> {
    lookup(&FUNCTIONS, name)
}

/// The name of a function: the first of those it has. The gamma function alone is named by its letter.
pub(crate) fn function_name(function: Function) -> &'static str {
    FUNCTIONS.iter().find(|(_, known)| *known == function).map_or("Gamma", |(name, _)| *name)
}

/// The Greek letter of that name.
pub(crate) fn greek(name: &str) -> Option<&'static str> {
    lookup(&GREEK, name)
}

/// What a command means that is one sign. Commands that take what follows apart are the lexer's.
pub(super) fn command(name: &str) -> Option<Kind> {
    if let Some(function) = function(name) {
        return Some(Kind::Function(function));
    }
    if let Some(letter) = greek(name) {
        return Some(Kind::Greek(letter));
    }
    Some(match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" | "nicefrac" | "sfrac" | "flatfrac" => Kind::Fraction,
        "binom" | "dbinom" | "tbinom" => Kind::Binomial,
        "choose" => Kind::Choose,
        "over" => Kind::Over,
        "sqrt" => Kind::Root,
        "cbrt" => Kind::CubeRoot,
        "sum" => Kind::Series(false),
        "prod" => Kind::Series(true),
        "lim" => Kind::Limit,
        "int" => Kind::Integral,
        "partial" => Kind::Partial,
        "lg" => Kind::CommonLogarithm,
        "pi" => Kind::Constant(Constant::Pi),
        "exponentialE" => Kind::Constant(Constant::E),
        "imaginaryI" | "imath" => Kind::Constant(Constant::I),
        "infty" | "infinity" => Kind::Constant(Constant::Infinity),
        "emptyset" | "varnothing" | "O" => Kind::Constant(Constant::EmptySet),
        "N" => Kind::Constant(Constant::Naturals),
        "Z" => Kind::Constant(Constant::Integers),
        "Q" => Kind::Constant(Constant::Rationals),
        "R" | "reals" | "Reals" => Kind::Constant(Constant::Reals),
        "C" | "Complex" => Kind::Constant(Constant::Complexes),
        "times" => Kind::Cross,
        "cdot" | "ast" | "cdotp" | "bullet" | "star" => Kind::Times,
        "div" => Kind::Slash,
        "pm" => Kind::PlusMinus(false),
        "mp" => Kind::PlusMinus(true),
        "bmod" | "mod" => Kind::Mod,
        "pmod" => Kind::Modulus,
        "circ" => Kind::Circle,
        "degree" | "degrees" => Kind::Degree,
        "percent" => Kind::Percent,
        "prime" => Kind::Prime,
        "top" | "intercal" | "transp" => Kind::Transpose,
        "ldots" | "cdots" | "dots" | "dotsc" | "dotsb" | "vdots" | "ddots" | "dotsm" | "dotsi" => Kind::Dots,
        "land" | "wedge" => Kind::Wedge,
        "lor" | "vee" => Kind::Vee,
        "colon" => Kind::Colon,
        "vert" | "mvert" => Kind::Bar,
        "Vert" => Kind::DoubleBar,
        "lvert" => Kind::Open(Bracket::Bar),
        "rvert" => Kind::Close(Bracket::Bar),
        "lVert" => Kind::Open(Bracket::DoubleBar),
        "rVert" => Kind::Close(Bracket::DoubleBar),
        "mid" => Kind::Mid,
        "cr" => Kind::Row,
        "lfloor" | "llcorner" => Kind::Open(Bracket::Floor),
        "rfloor" | "lrcorner" => Kind::Close(Bracket::Floor),
        "lceil" | "ulcorner" => Kind::Open(Bracket::Ceiling),
        "rceil" | "urcorner" => Kind::Close(Bracket::Ceiling),
        "langle" => Kind::Open(Bracket::Angle),
        "rangle" => Kind::Close(Bracket::Angle),
        "lbrace" => Kind::Open(Bracket::Set),
        "rbrace" => Kind::Close(Bracket::Set),
        "lbrack" => Kind::Open(Bracket::Square),
        "rbrack" => Kind::Close(Bracket::Square),
        "lgroup" | "lparen" => Kind::Open(Bracket::Round),
        "rgroup" | "rparen" => Kind::Close(Bracket::Round),
        "cup" | "bigcup" => Kind::SetOperation(SetOperation::Union),
        "cap" | "bigcap" => Kind::SetOperation(SetOperation::Intersection),
        "setminus" | "backslash" | "smallsetminus" => Kind::SetOperation(SetOperation::Difference),
        "overline" | "bar" => Kind::Overline,
        "hat" | "widehat" => Kind::Accent("hat"),
        "tilde" | "widetilde" => Kind::Accent("tilde"),
        "dot" => Kind::Accent("dot"),
        "ddot" => Kind::Accent("ddot"),
        "mathring" => Kind::Accent("ring"),
        "acute" => Kind::Accent("acute"),
        "grave" => Kind::Accent("grave"),
        "breve" => Kind::Accent("breve"),
        "check" => Kind::Accent("check"),
        "jmath" => Kind::Letter('j'),
        "vec" | "overrightarrow" | "overleftrightarrow" => Kind::Arrow,
        "angle" | "measuredangle" => Kind::Figure("angle"),
        "triangle" => Kind::Figure("triangle"),
        "boxed" | "fbox" | "framebox" => Kind::Frame,
        "euro" | "texteuro" => Kind::Currency("€"),
        "pounds" | "textsterling" => Kind::Currency("£"),
        "yen" => Kind::Currency("¥"),
        "textdollar" => Kind::Currency("$"),
        "dim" | "deg" | "ker" | "Pr" | "hom" | "sup" | "inf" | "limsup" | "liminf" | "ell" => Kind::Roman(name.into()),
        _ => Kind::Comparison(comparison(name)?),
    })
}

fn comparison(name: &str) -> Option<Comparison> {
    Some(match name {
        "eq" | "coloneqq" => Comparison::Equal,
        "ne" | "neq" => Comparison::NotEqual,
        "lt" => Comparison::Less,
        "le" | "leq" | "leqslant" | "leqq" => Comparison::LessOrEqual,
        "gt" => Comparison::Greater,
        "ge" | "geq" | "geqslant" | "geqq" => Comparison::GreaterOrEqual,
        "approx" | "simeq" | "approxeq" | "thickapprox" => Comparison::Approximately,
        "equiv" => Comparison::Equivalent,
        "in" => Comparison::Element,
        "notin" => Comparison::NotElement,
        "subset" | "subseteq" | "subseteqq" => Comparison::Subset,
        _ => Comparison::Other(OTHER_COMPARISONS.iter().find(|(_, names)| names.contains(&name))?.0),
    })
}

/// Relations that are only compared as they are: the character, and its commands.
const OTHER_COMPARISONS: [(char, &[&str]); 16] = [
    ('∝', &["propto", "varpropto"]),
    ('∼', &["sim"]),
    ('≅', &["cong"]),
    ('∥', &["parallel"]),
    ('⊥', &["perp", "bot"]),
    ('∣', &["mid"]),
    ('∤', &["nmid"]),
    ('⊃', &["supset"]),
    ('⊇', &["supseteq"]),
    ('→', &["to", "rightarrow", "longrightarrow"]),
    ('←', &["gets", "leftarrow"]),
    ('⇒', &["Rightarrow", "implies", "Longrightarrow"]),
    ('⇔', &["iff", "Leftrightarrow", "Longleftrightarrow"]),
    ('↦', &["mapsto"]),
    ('≪', &["ll"]),
    ('≫', &["gg"]),
];

/// The command of a relation.
pub(crate) fn comparison_name(comparison: Comparison) -> String {
    let name = match comparison {
        Comparison::Equal => return "=".to_owned(),
        Comparison::Less => return "<".to_owned(),
        Comparison::Greater => return ">".to_owned(),
        Comparison::NotEqual => "neq",
        Comparison::LessOrEqual => "leq",
        Comparison::GreaterOrEqual => "geq",
        Comparison::Approximately => "approx",
        Comparison::Equivalent => "equiv",
        Comparison::Element => "in",
        Comparison::NotElement => "notin",
        Comparison::Subset => "subset",
        Comparison::Other(sign) => match OTHER_COMPARISONS.iter().find(|(known, _)| *known == sign) {
            Some((_, names)) => names[0],
            None => return sign.to_string(),
        },
    };
    format!("\\{name}")
}

/// The relation that says the opposite.
pub(super) fn negated(comparison: Comparison) -> Option<Comparison> {
    Some(match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
        Comparison::Element => Comparison::NotElement,
        Comparison::Other('∣') => Comparison::Other('∤'),
        _ => return None,
    })
}

/// The set that a blackboard letter names.
pub(super) fn blackboard(letter: char) -> Option<Constant> {
    Some(match letter {
        'N' => Constant::Naturals,
        'Z' => Constant::Integers,
        'Q' => Constant::Rationals,
        'R' => Constant::Reals,
        'C' => Constant::Complexes,
        _ => return None,
    })
}

/// What a run of letters means outside of LaTeX's commands, as a whole.
pub(super) fn word(run: &str) -> Option<Kind> {
    if let Some(function) = function(run) {
        return Some(Kind::Function(function));
    }
    if let Some(letter) = greek(run).filter(|_| run.len() > 2) {
        return Some(Kind::Greek(letter));
    }
    Some(match run {
        "and" | "And" | "AND" => Kind::And,
        "or" | "Or" | "OR" => Kind::Or,
        "pi" => Kind::Constant(Constant::Pi),
        "infinity" | "Infinity" | "infty" | "inf" | "oo" => Kind::Constant(Constant::Infinity),
        "sqrt" => Kind::Root,
        "cbrt" => Kind::CubeRoot,
        "lg" => Kind::CommonLogarithm,
        "percent" | "pct" | "percentage" => Kind::Percent,
        "degrees" | "degree" | "deg" => Kind::Degree,
        "mod" => Kind::Mod,
        "union" => Kind::SetOperation(SetOperation::Union),
        _ => return None,
    })
}

/// What a single character means, beside letters, digits, space and what the lexer looks ahead for.
pub(super) fn character(sign: char) -> Option<Kind> {
    Some(match sign {
        '+' => Kind::Plus,
        '-' | '−' | '–' | '—' | '‐' | '‑' => Kind::Minus,
        '±' => Kind::PlusMinus(false),
        '∓' => Kind::PlusMinus(true),
        '×' => Kind::Cross,
        '*' | '·' | '⋅' | '∙' | '∗' | '•' => Kind::Times,
        '/' | '÷' | '∕' | '⁄' => Kind::Slash,
        '^' => Kind::Caret,
        '_' => Kind::Underscore,
        '!' => Kind::Bang,
        '\'' | '′' | '’' => Kind::Prime,
        '%' | '٪' => Kind::Percent,
        '°' | 'º' => Kind::Degree,
        ',' | '，' | '、' => Kind::Comma,
        ';' | '；' => Kind::Semicolon,
        ':' | '：' | '∶' => Kind::Colon,
        '.' | '。' => Kind::Period,
        '…' | '⋯' => Kind::Dots,
        '|' => Kind::Bar,
        '‖' => Kind::DoubleBar,
        '∣' => Kind::Mid,
        '&' => Kind::Ampersand,
        '(' => Kind::Open(Bracket::Round),
        ')' => Kind::Close(Bracket::Round),
        '[' | '【' => Kind::Open(Bracket::Square),
        ']' | '】' => Kind::Close(Bracket::Square),
        '{' => Kind::Open(Bracket::Brace),
        '}' => Kind::Close(Bracket::Brace),
        '⟨' | '〈' => Kind::Open(Bracket::Angle),
        '⟩' | '〉' => Kind::Close(Bracket::Angle),
        '⌊' => Kind::Open(Bracket::Floor),
        '⌋' => Kind::Close(Bracket::Floor),
        '⌈' => Kind::Open(Bracket::Ceiling),
        '⌉' => Kind::Close(Bracket::Ceiling),
        '√' => Kind::Root,
        '∛' => Kind::CubeRoot,
        '∑' => Kind::Series(false),
        '∏' => Kind::Series(true),
        '∫' => Kind::Integral,
        '∂' => Kind::Partial,
        'π' => Kind::Constant(Constant::Pi),
        '∞' => Kind::Constant(Constant::Infinity),
        '∅' | 'Ø' => Kind::Constant(Constant::EmptySet),
        'ℕ' => Kind::Constant(Constant::Naturals),
        'ℤ' => Kind::Constant(Constant::Integers),
        'ℚ' => Kind::Constant(Constant::Rationals),
        'ℝ' => Kind::Constant(Constant::Reals),
        'ℂ' => Kind::Constant(Constant::Complexes),
        '∪' => Kind::SetOperation(SetOperation::Union),
        '∩' => Kind::SetOperation(SetOperation::Intersection),
        '∖' => Kind::SetOperation(SetOperation::Difference),
        '或' => Kind::Or,
        '且' => Kind::And,
        '∧' => Kind::Wedge,
        '∨' => Kind::Vee,
        '∠' => Kind::Figure("angle"),
        '△' => Kind::Figure("triangle"),
        '€' => Kind::Currency("€"),
        '£' => Kind::Currency("£"),
        '¥' | '￥' => Kind::Currency("¥"),
        '₹' => Kind::Currency("₹"),
        '=' => Kind::Comparison(Comparison::Equal),
        '<' => Kind::Comparison(Comparison::Less),
        '>' => Kind::Comparison(Comparison::Greater),
        '≠' => Kind::Comparison(Comparison::NotEqual),
        '≤' | '⩽' | '≦' => Kind::Comparison(Comparison::LessOrEqual),
        '≥' | '⩾' | '≧' => Kind::Comparison(Comparison::GreaterOrEqual),
        '≈' => Kind::Comparison(Comparison::Approximately),
        '≡' => Kind::Comparison(Comparison::Equivalent),
        '∈' => Kind::Comparison(Comparison::Element),
        '∀' => Kind::Roman("forall".into()),
        '∉' => Kind::Comparison(Comparison::NotElement),
        '⊂' | '⊆' => Kind::Comparison(Comparison::Subset),
        _ => match greek_character(sign) {
            Some(letter) => Kind::Greek(letter),
            None => vulgar(sign).or_else(|| {
                let known = OTHER_COMPARISONS.iter().any(|(known, _)| *known == sign);
                known.then_some(Kind::Comparison(Comparison::Other(sign)))
            })?,
        },
    })
}

fn greek_character(sign: char) -> Option<&'static str> {
    Some(match sign {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' | 'ϵ' => "epsilon",
        'ζ' => "zeta",
        'η' => "eta",
        'θ' | 'ϑ' => "theta",
        'ι' => "iota",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' | 'µ' => "mu",
        'ν' => "nu",
        'ξ' => "xi",
        'ρ' => "rho",
        'σ' | 'ς' => "sigma",
        'τ' => "tau",
        'υ' => "upsilon",
        'φ' | 'ϕ' => "phi",
        'χ' => "chi",
        'ψ' => "psi",
        'ω' => "omega",
        'Γ' => "Gamma",
        'Δ' => "Delta",
        'Θ' => "Theta",
        'Λ' => "Lambda",
        'Ξ' => "Xi",
        'Π' => "Pi",
        'Σ' => "Sigma",
        'Φ' => "Phi",
        'Ψ' => "Psi",
        'Ω' | '\u{2126}' => "Omega",
        _ => return None,
    })
}

fn vulgar(sign: char) -> Option<Kind> {
    let (numerator, denominator) = match sign {
        '½' => (1, 2),
        '⅓' => (1, 3),
        '⅔' => (2, 3),
        '¼' => (1, 4),
        '¾' => (3, 4),
        '⅕' => (1, 5),
        '⅖' => (2, 5),
        '⅗' => (3, 5),
        '⅘' => (4, 5),
        '⅙' => (1, 6),
        '⅚' => (5, 6),
        '⅛' => (1, 8),
        '⅜' => (3, 8),
        '⅝' => (5, 8),
        '⅞' => (7, 8),
        _ => return None,
    };
    Some(Kind::Vulgar(numerator, denominator))
}

/// The plain character that a raised or lowered one stands for, and whether it is raised.
pub(super) fn raised_or_lowered(sign: char) -> Option<(char, bool)> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ";
    const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₙᵢ";
    const PLAIN: &str = "0123456789+-()ni";
    if !matches!(sign, '¹' | '²' | '³' | '\u{2070}'..='\u{209f}') {
        return None;
    }
    let find = |alphabet: &str, raised| {
        alphabet.chars().zip(PLAIN.chars()).find(|(known, _)| *known == sign).map(|(_, plain)| (plain, raised))
    };
    find(RAISED, true).or_else(|| find(LOWERED, false))
}
