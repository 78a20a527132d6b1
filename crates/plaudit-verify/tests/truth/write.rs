//! Terms written down, each node in one of the notations that models and data sets use for it.

use super::term::Term;
use dashu_int::{IBig, Sign, UBig};
use plaudit_core::Stream;
use plaudit_verify::Rational;

/// A term as a text, in LaTeX or plain.
pub(crate) fn written(term: &Term, stream: &mut Stream) -> String {
    let is_latex = stream.chance(0.6);
    Writer { is_latex, stream }.text(term).0
}

/// How tightly a text holds together, from loose to tight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Statement,
    Sum,
    /// `a / b`, `2 \cdot 3`.
    Term,
    /// `\frac{a}{b}`, `2^3`: a factor, but no base.
    Factor,
    Token,
}

struct Writer<'a> {
    is_latex: bool,
    stream: &'a mut Stream,
}

impl Writer<'_> {
    fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        self.stream.pick::<&'static str>(texts)
    }

    fn text(&mut self, term: &Term) -> (String, Hold) {
        match term {
            Term::Number(value) => self.number(value),
            Term::Numeral(text) if text.starts_with(['-', '+']) => (text.clone(), Hold::Sum),
            Term::Numeral(text) if text.contains([' ', '\\', 'e']) => (text.clone(), Hold::Term),
            Term::Numeral(text) => (text.clone(), Hold::Token),
            Term::Symbol(name) => ((*name).to_owned(), Hold::Token),
            Term::Sum(terms) => self.sum(terms),
            Term::Product(factors) => self.product(factors),
            Term::Negative(part) => (format!("-{}", self.at_least(part, Hold::Term)), Hold::Sum),
            Term::Fraction(pair) => self.fraction(&pair[0], &pair[1]),
            Term::Power(pair) => self.power(&pair[0], &pair[1]),
            Term::Root(index, radicand) => self.root(*index, radicand),
            Term::Function(name, argument) => self.function(name, argument),
            Term::Form(form, arguments) => {
                let template = if self.is_latex { form.latex } else { form.plain };
                let hold = if form.is_closed { Hold::Token } else { Hold::Statement };
                (self.filled(template, arguments), hold)
            }
            Term::Items([open, separator, close], items) => {
                let items: Vec<_> = items.iter().map(|item| self.text(item).0).collect();
                ([open, items.join(separator).as_str(), close].concat(), Hold::Statement)
            }
        }
    }

    /// In brackets where it does not hold together so tightly.
    fn at_least(&mut self, term: &Term, hold: Hold) -> String {
        let (text, own) = self.text(term);
        if own >= hold { text } else { self.bracketed(&text) }
    }

    fn bracketed(&mut self, text: &str) -> String {
        let [open, close] = match self.is_latex && self.stream.chance(0.4) {
            true => ["\\left(", "\\right)"],
            false => ["(", ")"],
        };
        [open, text, close].concat()
    }

    fn filled(&mut self, template: &str, arguments: &[Term]) -> String {
        let mut text = String::new();
        let mut letters = template.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '#' | '@' => {
                    let place = letters.next().and_then(|digit| digit.to_digit(10)).expect("a digit follows");
                    let argument = &arguments[place as usize - 1];
                    let hold = if letter == '@' { Hold::Token } else { Hold::Statement };
                    text.push_str(&self.at_least(argument, hold));
                }
                other => text.push(other),
            }
        }
        text
    }

    fn number(&mut self, value: &Rational) -> (String, Hold) {
        let is_negative = value.sign() == Sign::Negative;
        let magnitude = if is_negative { -value } else { value.clone() };
        let (above, below) = magnitude.clone().into_parts();
        let (text, hold) = match places(&below).filter(|places| *places < 8) {
            _ if below.is_one() => (above.to_string(), Hold::Token),
            Some(places) if self.stream.chance(0.3) => (decimal(&magnitude, places), Hold::Token),
            _ => {
                let sides = [Term::from(above), Term::from(IBig::from(below))];
                self.fraction(&sides[0], &sides[1])
            }
        };
        if is_negative { (format!("-{text}"), Hold::Sum) } else { (text, hold) }
    }

    fn sum(&mut self, terms: &[Term]) -> (String, Hold) {
        let mut text = String::new();
        let spaced = self.stream.chance(0.5);
        for (index, term) in terms.iter().enumerate() {
            let (term, is_minus) = match term {
                Term::Negative(part) => (self.at_least(part, Hold::Term), true),
                Term::Number(value) if value.sign() == Sign::Negative => (self.number(&-value).0, true),
                term => (self.at_least(term, Hold::Term), false),
            };
            match (index, is_minus, spaced) {
                (0, false, _) => {}
                (0, true, _) => text.push('-'),
                (_, _, true) => text.push_str(if is_minus { " - " } else { " + " }),
                (_, _, false) => text.push(if is_minus { '-' } else { '+' }),
            }
            text.push_str(&term);
        }
        (text, if terms.len() == 1 { Hold::Term } else { Hold::Sum })
    }

    fn product(&mut self, factors: &[Term]) -> (String, Hold) {
        let mut text = String::new();
        for (index, factor) in factors.iter().enumerate() {
            let factor = self.at_least(factor, Hold::Factor);
            if index > 0 {
                // Beside a digit or a letter, a digit would go on with a numeral or a name, and a fraction make a mixed number.
                let may_join = match factor.strip_prefix('\\') {
                    Some(command) => !command.starts_with(['f', 'd', 't']),
                    None => !factor.starts_with(|first: char| first.is_ascii_digit() || first == '.'),
                };
                let signs: &[&str] = match (may_join, self.is_latex) {
                    (true, true) => &["", " ", " \\cdot ", " \\times "],
                    (true, false) => &[" ", "*", " * "],
                    (false, true) => &[" \\cdot ", " \\times ", "\\cdot "],
                    (false, false) => &["*", " * "],
                };
                let sign = self.pick(signs);
                let is_name = text.ends_with(|last: char| last.is_ascii_alphabetic());
                text.push_str(if sign.is_empty() && is_name { " " } else { sign });
            }
            text.push_str(&factor);
        }
        (text, if factors.len() == 1 { Hold::Factor } else { Hold::Term })
    }

    fn fraction(&mut self, above: &Term, below: &Term) -> (String, Hold) {
        if self.is_latex && self.stream.chance(0.75) {
            let name = self.pick(&["\\frac", "\\frac", "\\dfrac", "\\tfrac"]);
            let (above, below) = (self.text(above).0, self.text(below).0);
            return (format!("{name}{{{above}}}{{{below}}}"), Hold::Factor);
        }
        let (above, below) = (self.at_least(above, Hold::Factor), self.at_least(below, Hold::Token));
        let sign = self.pick(&["/", " / "]);
        (format!("{above}{sign}{below}"), Hold::Term)
    }

    fn power(&mut self, base: &Term, exponent: &Term) -> (String, Hold) {
        if matches!(base, Term::Symbol("e")) && self.stream.chance(0.2) {
            return self.function("exp", exponent);
        }
        let base = self.at_least(base, Hold::Token);
        let (exponent, _) = self.text(exponent);
        let is_digit = exponent.len() == 1;
        let text = match self.is_latex {
            _ if is_digit => format!("{base}^{exponent}"),
            true => format!("{base}^{{{exponent}}}"),
            false => format!("{base}^({exponent})"),
        };
        (text, Hold::Factor)
    }

    fn root(&mut self, index: u32, radicand: &Term) -> (String, Hold) {
        if self.stream.chance(0.15) {
            return self.power(radicand, &Term::ratio(1, index.into()));
        }
        let (inner, _) = self.text(radicand);
        let is_digit = inner.len() == 1;
        let text = match (self.is_latex, index) {
            (true, 2) if is_digit && self.stream.chance(0.3) => format!("\\sqrt{inner}"),
            (true, 2) => format!("\\sqrt{{{inner}}}"),
            (true, _) => format!("\\sqrt[{index}]{{{inner}}}"),
            (false, 2) => format!("sqrt({inner})"),
            (false, 3) if self.stream.chance(0.5) => format!("cbrt({inner})"),
            (false, _) => return self.power(radicand, &Term::ratio(1, index.into())),
        };
        (text, Hold::Token)
    }

    fn function(&mut self, name: &str, argument: &Term) -> (String, Hold) {
        let (argument, hold) = self.text(argument);
        let slash = if self.is_latex { "\\" } else { "" };
        if self.is_latex && hold == Hold::Token && self.stream.chance(0.3) {
            return (format!("\\{name} {argument}"), Hold::Term);
        }
        let argument = self.bracketed(&argument);
        (format!("{slash}{name}{argument}"), Hold::Token)
    }
}

/// How many digits a fraction with this denominator has behind the point; `None` where it recurs.
pub(crate) fn places(denominator: &UBig) -> Option<u32> {
    let mut rest = denominator.clone();
    let mut counts = [0, 0];
    for (count, factor) in counts.iter_mut().zip([2_u8, 5]) {
        while (&rest % factor) == 0 {
            rest /= factor;
            *count += 1;
        }
    }
    rest.is_one().then(|| counts[0].max(counts[1]))
}

/// A number that is not negative, with so many digits behind the point.
pub(crate) fn decimal(value: &Rational, places: u32) -> String {
    let scaled = value * Rational::from(UBig::from(10_u8).pow(places as usize));
    let digits = format!("{:0>width$}", scaled.numerator().to_string(), width = places as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places as usize);
    format!("{whole}.{fraction}")
}
