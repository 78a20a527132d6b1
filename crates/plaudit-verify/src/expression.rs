//! Arithmetic on integers, read and evaluated exactly.
//!
//! The language: decimal integers, `+ - * /`, one unary minus per operand, parentheses, white space. Nothing else: no
//! powers, no `//`, no decimals, no names, no implicit multiplication. A precedence-climbing (Pratt) parser computes while
//! it reads, with caps on length, depth and the digits of a literal. The cap on length bounds every intermediate value too:
//! without powers, a value has at most about as many digits as the literals it was made of. This is what checks the
//! answers of countdown and the game of 24.

use crate::{ParseError, Rational, number};
use plaudit_core::Limit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest expression read, in bytes.
pub const MAX_LENGTH: usize = 1000;

/// The deepest nesting of parentheses read.
pub const MAX_DEPTH: usize = 50;

/// The most digits in an integer literal, so that it fits 64 bits.
pub const MAX_DIGITS: usize = 18;

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Operator {
    /// Addition.
    #[serde(rename = "+")]
    Add,
    /// Subtraction.
    #[serde(rename = "-")]
    Subtract,
    /// Multiplication.
    #[serde(rename = "*")]
    Multiply,
    /// Exact division.
    #[serde(rename = "/")]
    Divide,
}

impl Operator {
    /// The operator's sign in an expression.
    pub fn symbol(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
        }
    }

    /// How tightly it binds: 1 for `+ -`, 2 for `* /`. All are left-associative.
    pub fn precedence(self) -> u8 {
        match self {
            Self::Add | Self::Subtract => 1,
            Self::Multiply | Self::Divide => 2,
        }
    }

    /// The exact result.
    ///
    /// # Errors
    /// [`ParseError::DivisionByZero`].
    pub fn apply(self, left: &Rational, right: &Rational) -> Result<Rational, ParseError> {
        match self {
            Self::Add => Ok(left + right),
            Self::Subtract => Ok(left - right),
            Self::Multiply => Ok(left * right),
            Self::Divide => number::divide(left.clone(), right),
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            b'+' => Some(Self::Add),
            b'-' => Some(Self::Subtract),
            b'*' => Some(Self::Multiply),
            b'/' => Some(Self::Divide),
            _ => None,
        }
    }
}

/// What an expression is worth and what it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The exact value.
    pub value: Rational,
    /// The integer literals used, ascending, with repetitions. Signs are operators and do not show here.
    pub integers: Vec<u64>,
}

/// Evaluates the whole of `text` as one expression.
///
/// # Errors
/// [`ParseError::Syntax`] outside the module's language, [`ParseError::DivisionByZero`], and [`ParseError::OverBudget`]
/// beyond the module's limits.
///
/// ```
/// use plaudit_verify::expression::evaluate;
/// let result = evaluate("8/(3-8/3)").unwrap();
/// assert_eq!(result.value.to_string(), "24");
/// assert_eq!(result.integers, [3, 3, 8, 8]);
/// assert!(evaluate("2**3").is_err());
/// ```
pub fn evaluate(text: &str) -> Result<Evaluation, ParseError> {
    if text.len() > MAX_LENGTH {
        return Err(ParseError::OverBudget(Limit::Length));
    }
    let mut parser = Parser { rest: text.trim().as_bytes(), depth: 0, integers: Vec::new() };
    let value = parser.expression(0)?;
    if !parser.rest.is_empty() {
        return Err(ParseError::Syntax);
    }
    parser.integers.sort_unstable();
    Ok(Evaluation { value, integers: parser.integers })
}

struct Parser<'a> {
    rest: &'a [u8],
    depth: usize,
    integers: Vec<u64>,
}

impl Parser<'_> {
    /// Operands joined by operators that bind tighter than `floor`.
    fn expression(&mut self, floor: u8) -> Result<Rational, ParseError> {
        let mut left = self.operand()?;
        while let Some(operator) = self.peek().and_then(Operator::from_byte) {
            if operator.precedence() <= floor {
                break;
            }
            self.advance();
            let right = self.expression(operator.precedence())?;
            left = operator.apply(&left, &right)?;
        }
        Ok(left)
    }

    /// An integer or a parenthesised expression, with at most one minus before it.
    fn operand(&mut self) -> Result<Rational, ParseError> {
        let negative = self.peek() == Some(b'-');
        if negative {
            self.advance();
        }
        let value = match self.peek() {
            Some(b'(') => self.parenthesised()?,
            Some(byte) if byte.is_ascii_digit() => self.integer()?,
            _ => return Err(ParseError::Syntax),
        };
        Ok(if negative { -value } else { value })
    }

    fn parenthesised(&mut self) -> Result<Rational, ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ParseError::OverBudget(Limit::Depth));
        }
        self.advance();
        let value = self.expression(0)?;
        if self.peek() != Some(b')') {
            return Err(ParseError::Syntax);
        }
        self.advance();
        self.depth -= 1;
        Ok(value)
    }

    fn integer(&mut self) -> Result<Rational, ParseError> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length > MAX_DIGITS {
            return Err(ParseError::OverBudget(Limit::Bits));
        }
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest.trim_ascii_start();
        let value = digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'));
        self.integers.push(value);
        Ok(Rational::from(value))
    }

    fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Skips one byte and the white space after it.
    fn advance(&mut self) {
        self.rest = self.rest[1..].trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(text: &str) -> Result<String, ParseError> {
        evaluate(text).map(|evaluation| evaluation.value.to_string())
    }

    #[test]
    fn precedence_and_associativity_are_the_usual_ones() {
        for (text, expected) in [
            ("7", "7"),
            (" 1 + 2 * 3 ", "7"),
            ("(1+2)*3", "9"),
            ("10-3-2", "5"),
            ("24/4/3", "2"),
            ("2-3*4+5", "-5"),
            ("-2*3", "-6"),
            ("2*-3", "-6"),
            ("5--3", "8"),
            ("-(2-5)", "3"),
            ("1/3+1/6", "1/2"),
            ("5*(5-1/5)", "24"),
            ("((((1))))", "1"),
        ] {
            assert_eq!(value(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_notation_is_a_syntax_error() {
        for text in [
            "",
            " ",
            "+",
            "1+",
            "*2",
            "+4",
            "--4",
            "- -4",
            "6---4",
            "1 2",
            "2(3)",
            "(2)(3)",
            "()",
            "(1",
            "1)",
            "1.5",
            "2**3",
            "7//2",
            "2^3",
            "3!",
            "x",
            "1e3",
            "0x10",
            "~4",
            "4%3",
            "1,2",
            "99**98**97",
            "__import__('os').system('touch f')",
            "1=1",
            "\u{ff11}",
            "2\u{d7}3",
            "lambda:1",
        ] {
            assert_eq!(value(text), Err(ParseError::Syntax), "{text:?}");
        }
    }

    #[test]
    fn hostile_expressions_end_at_a_limit() {
        assert_eq!(value("1/0"), Err(ParseError::DivisionByZero));
        assert_eq!(value("1/(2-2)"), Err(ParseError::DivisionByZero));
        assert_eq!(value(&"(".repeat(100_000)), Err(ParseError::OverBudget(Limit::Length)));
        assert_eq!(value(&"(".repeat(500)), Err(ParseError::OverBudget(Limit::Depth)));
        assert_eq!(value(&"9".repeat(19)), Err(ParseError::OverBudget(Limit::Bits)));
        let nested = format!("{}1{}", "(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
        assert_eq!(value(&nested).as_deref(), Ok("1"));
        let product = format!("9{}", "*99".repeat(333));
        assert!(value(&product).is_ok_and(|digits| digits.len() < 1000));
    }

    #[test]
    fn literals_are_reported_as_a_multiset() {
        assert_eq!(evaluate("6*(4+1)-1").unwrap().integers, [1, 1, 4, 6]);
        assert_eq!(evaluate("-15/-5").unwrap().integers, [5, 15]);
    }

    #[test]
    fn operators_are_written_as_their_signs() {
        let text = serde_json::to_string(&[Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide]);
        assert_eq!(text.unwrap(), r#"["+","-","*","/"]"#);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC*") {
            let _ = evaluate(&text);
        }

        #[test]
        fn expression_like_text_is_read_without_panic(text in "[-+*/()0-9 ]{0,20}") {
            let _ = evaluate(&text);
        }

        #[test]
        fn agrees_with_machine_integers(a in 0..999_i64, b in 0..999_i64, c in 0..999_i64) {
            prop_assert_eq!(value(&format!("{a}-{b}*({c}+{a})")), Ok((a - b * (c + a)).to_string()));
        }
    }
}
