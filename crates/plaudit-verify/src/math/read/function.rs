//! Known functions: powers and bases behind their names, arguments with brackets and without.

use super::ReadError;
use super::parser::{Context, Parser};
use super::sum::{negative, product};
use super::token::{Bracket, Gap, Kind};
use crate::math::{Constant, Expr, Function, Number};

/// `n` over `k`.
pub(super) fn binomial(n: Expr, k: Expr) -> Expr {
    Expr::Function(Function::Binomial, vec![n, k])
}

/// The function that undoes one.
fn inverse(function: Function) -> Option<Function> {
    Some(match function {
        Function::Sin => Function::Arcsin,
        Function::Cos => Function::Arccos,
        Function::Tan => Function::Arctan,
        Function::Cot => Function::Arccot,
        Function::Sec => Function::Arcsec,
        Function::Csc => Function::Arccsc,
        Function::Sinh => Function::Arsinh,
        Function::Cosh => Function::Arcosh,
        Function::Tanh => Function::Artanh,
        _ => return None,
    })
}

impl Parser<'_> {
    /// A function's name, perhaps a base and a power, and its arguments.
    pub(super) fn function(&mut self, mut function: Function) -> Result<Expr, ReadError> {
        self.advance();
        let mut base = None;
        let mut power = None;
        loop {
            match self.peek() {
                Kind::Underscore if base.is_none() && function == Function::Log => {
                    self.advance();
                    base = Some(self.argument()?);
                }
                Kind::Caret if power.is_none() => {
                    self.advance();
                    power = Some(self.deeper(Self::exponent)?);
                }
                _ => break,
            }
        }
        if power.as_ref().is_some_and(is_minus_one)
            && let Some(inverse) = inverse(function)
        {
            function = inverse;
            power = None;
        }
        let mut arguments = self.function_arguments(function)?;
        // `\sin(30)^\circ`: a sine has no degrees, its argument has.
        if let (true, [angle]) = (is_of_angle(function) && self.is_degree(), arguments.as_mut_slice()) {
            let value = std::mem::replace(angle, Expr::number(0));
            *angle = self.degrees(value);
        }
        if let Some(base) = base {
            if arguments.len() != 1 {
                return Err(self.expected("one argument of a logarithm"));
            }
            arguments.insert(0, base);
        } else {
            let is_listed = matches!(function, Function::Gcd | Function::Lcm | Function::Max | Function::Min);
            let is_pair = matches!(function, Function::Binomial | Function::Permutations);
            if !is_listed && arguments.len() != if is_pair { 2 } else { 1 } {
                return Err(self.expected("another number of arguments"));
            }
        }
        let value = Expr::Function(function, arguments);
        Ok(match power {
            Some(power) => Expr::Power(Box::new([value, power])),
            None => value,
        })
    }

    /// `cis x`, which is `\cos x + i \sin x`.
    pub(super) fn cis(&mut self) -> Result<Expr, ReadError> {
        let value = |angle: Expr| {
            let sine = Expr::Function(Function::Sin, vec![angle.clone()]);
            let imaginary = Expr::Product(vec![Expr::Constant(Constant::I), sine]);
            Expr::Sum(vec![Expr::Function(Function::Cos, vec![angle]), imaginary])
        };
        Ok(match self.function(Function::Cos)? {
            Expr::Function(_, mut angle) => value(angle.remove(0)),
            Expr::Power(parts) => match *parts {
                [Expr::Function(_, mut angle), power] => Expr::Power(Box::new([value(angle.remove(0)), power])),
                parts => Expr::Power(Box::new(parts)),
            },
            other => other,
        })
    }

    /// `\lg x`.
    pub(super) fn common_logarithm(&mut self) -> Result<Expr, ReadError> {
        self.advance();
        let mut arguments = self.function_arguments(Function::Log)?;
        arguments.insert(0, Expr::number(10));
        Ok(Expr::Function(Function::Log, arguments))
    }

    /// What stands in brackets, or the factors that follow.
    pub(super) fn function_arguments(&mut self, function: Function) -> Result<Vec<Expr>, ReadError> {
        let Kind::Open(bracket @ (Bracket::Round | Bracket::Square | Bracket::Set | Bracket::Brace)) = *self.peek()
        else {
            return Ok(vec![self.deeper(Self::bare_argument)?]);
        };
        let lists = self.has_list_commas()?;
        let start = self.position();
        self.advance();
        let arguments = self.inside(Context { lists, ..Context::default() }, |parser| {
            let arguments = parser.elements()?;
            parser.expect(&Kind::Close(bracket), "a closing bracket")?;
            for argument in &arguments {
                parser.check_depth(argument)?;
            }
            Ok(arguments)
        })?;
        let takes_many = matches!(
            function,
            Function::Gcd | Function::Lcm | Function::Max | Function::Min | Function::Binomial | Function::Permutations
        );
        // `\max\{(a, b)\}` has one; `\sin{(x)}` too.
        if arguments.len() > 1 && !takes_many {
            return Err(ReadError::syntax(self.token_at(start).at, "one argument"));
        }
        Ok(arguments)
    }

    /// An argument without brackets: factors up to the next function, and a denominator where an angle in pi has one: `\sin \pi/6`.
    fn bare_argument(&mut self) -> Result<Expr, ReadError> {
        let minus = self.signs()?;
        let mut factors = vec![self.factor()?];
        let begins_with_function = self.is_function_value(&factors[0]);
        while !begins_with_function
            && self.starts_factor()
            && !self.is_next_function()
            && self.differential_ahead().is_none()
        {
            factors.push(self.factor()?);
        }
        let has_pi = factors.iter().any(|factor| matches!(factor, Expr::Constant(Constant::Pi)));
        let is_quotient =
            *self.peek() == Kind::Slash && self.is_tight() && matches!(self.ahead(1).kind, Kind::Number(_));
        let value = product(factors);
        if has_pi && is_quotient && self.ahead(1).gap == Gap::Tight {
            self.advance();
            let denominator = self.atom()?;
            return Ok(negative(Expr::Fraction(Box::new([value, denominator])), minus));
        }
        Ok(negative(value, minus))
    }

    fn is_function_value(&self, factor: &Expr) -> bool {
        match factor {
            Expr::Function(function, _) => !matches!(
                function,
                Function::Factorial
                    | Function::DoubleFactorial
                    | Function::Abs
                    | Function::Norm
                    | Function::Floor
                    | Function::Ceiling
            ),
            Expr::Power(parts) => self.is_function_value(&parts[0]),
            _ => false,
        }
    }

    fn is_next_function(&self) -> bool {
        matches!(
            self.peek(),
            Kind::Function(_) | Kind::CommonLogarithm | Kind::Series(_) | Kind::Limit | Kind::Integral
        )
    }
}

/// Whether the argument is an angle.
fn is_of_angle(function: Function) -> bool {
    matches!(function, Function::Sin | Function::Cos | Function::Tan | Function::Cot | Function::Sec | Function::Csc)
}

fn is_minus_one(expression: &Expr) -> bool {
    let is_one =
        |inner: &Expr| matches!(inner, Expr::Number(Number { value, decimals: None }) if *value == 1_u8.into());
    matches!(expression, Expr::Negative(inner) if is_one(inner))
}
