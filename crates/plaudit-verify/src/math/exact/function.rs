//! Known functions.

use super::algebra::{Algebra, Obstacle};
use super::generator::Generator;
use super::number;
use super::quotient::Quotient;
use crate::Rational;
use crate::math::{Expr, Function};
use std::cmp::Ordering;

fn half() -> Rational {
    Rational::from_parts(1.into(), 2_u8.into())
}

impl Algebra<'_> {
    /// A known function of arguments as they were written.
    pub(super) fn function(&mut self, function: Function, parts: &[Expr]) -> Result<Quotient, Obstacle> {
        match (function, parts) {
            (Function::Det | Function::Abs, [Expr::Matrix(matrix)]) => return self.determinant(matrix),
            (Function::Norm, [Expr::Tuple(_, entries)]) => return self.norm(entries),
            (Function::Norm, [Expr::Matrix(matrix)]) if matrix.columns == 1 => return self.norm(&matrix.entries),
            _ => {}
        }
        let values = self.normal_all(parts)?;
        self.function_of(function, &values)
    }

    /// A known function of arguments in normal form.
    pub(super) fn function_of(&mut self, function: Function, values: &[Quotient]) -> Result<Quotient, Obstacle> {
        if let Some(numbers) = values.iter().map(Quotient::as_rational).collect::<Option<Vec<_>>>()
            && let Some(value) = number::function(function, &numbers, self.budget)?
        {
            return Ok(Quotient::rational(value));
        }
        match (function, values) {
            (Function::Max | Function::Min, [first, rest @ ..]) => {
                rest.iter().try_fold(first.clone(), |best, value| self.extreme(function, &best, value))
            }
            (Function::Binomial, [n, k]) => self.binomial(n, k),
            (Function::Permutations, [n, k]) => {
                let difference = self.subtract(n, k)?;
                let (above, below) = (self.factorial(n)?, self.factorial(&difference)?);
                self.divide(&above, &below)
            }
            (Function::Mod, [value, modulus]) => {
                let quotient = self.divide(value, modulus)?;
                let floor = self.floor(&quotient)?;
                let multiple = self.multiply(modulus, &floor)?;
                self.subtract(value, &multiple)
            }
            (Function::Log, [base, value]) => {
                let (value, base) = (self.logarithm(value)?, self.logarithm(base)?);
                self.divide(&value, &base)
            }
            (_, [value]) => self.function_of_one(function, value),
            _ => Err(Obstacle::Open),
        }
    }

    fn function_of_one(&mut self, function: Function, value: &Quotient) -> Result<Quotient, Obstacle> {
        match function {
            Function::Sin => self.sine(value),
            Function::Cos => self.cosine(value),
            Function::Tan => {
                let (sine, cosine) = self.sine_and_cosine(value)?;
                self.divide(&sine, &cosine)
            }
            Function::Cot => {
                let (sine, cosine) = self.sine_and_cosine(value)?;
                self.divide(&cosine, &sine)
            }
            Function::Sec => {
                let cosine = self.cosine(value)?;
                self.invert(&cosine)
            }
            Function::Csc => {
                let sine = self.sine(value)?;
                self.invert(&sine)
            }
            Function::Arcsin | Function::Arctan => self.arc(function, value),
            // arccos(v) = pi/2 - arcsin(v), arccot(v) = pi/2 - arctan(v)
            Function::Arccos => self.complement(Function::Arcsin, value),
            Function::Arccot => self.complement(Function::Arctan, value),
            Function::Arcsec => {
                let inverse = self.invert(value)?;
                self.complement(Function::Arcsin, &inverse)
            }
            Function::Arccsc => {
                let inverse = self.invert(value)?;
                self.arc(Function::Arcsin, &inverse)
            }
            Function::Sinh => Ok(self.hyperbolic(value)?.0),
            Function::Cosh => Ok(self.hyperbolic(value)?.1),
            Function::Tanh => {
                let (sine, cosine) = self.hyperbolic(value)?;
                self.divide(&sine, &cosine)
            }
            Function::Coth => {
                let (sine, cosine) = self.hyperbolic(value)?;
                self.divide(&cosine, &sine)
            }
            Function::Arsinh => self.area(value, 1),
            Function::Arcosh => self.area(value, -1),
            Function::Artanh => {
                let (above, below) = (self.add(&Quotient::one(), value)?, self.subtract(&Quotient::one(), value)?);
                let quotient = self.divide(&above, &below)?;
                let logarithm = self.logarithm(&quotient)?;
                self.scale(&logarithm, &half())
            }
            Function::Exp => self.exponential(value),
            Function::Ln => self.logarithm(value),
            Function::Log => {
                let logarithm = self.logarithm(value)?;
                if self.conventions.natural_logarithm {
                    return Ok(logarithm);
                }
                let ten = self.logarithm_of_rational(&Rational::from(10))?;
                self.divide(&logarithm, &ten)
            }
            Function::Abs | Function::Norm => self.absolute(value),
            Function::Sign => {
                let magnitude = self.absolute(value)?;
                self.divide(value, &magnitude)
            }
            Function::Floor => self.floor(value),
            Function::Ceiling => Ok(self.floor(&value.negate())?.negate()),
            Function::Factorial => self.factorial(value),
            Function::Gamma => {
                let before = self.subtract(value, &Quotient::one())?;
                self.factorial(&before)
            }
            Function::Conjugate if self.is_constant(value) => self.conjugate_of(value),
            Function::Re if self.is_constant(value) => {
                let conjugate = self.conjugate_of(value)?;
                let sum = self.add(value, &conjugate)?;
                self.scale(&sum, &half())
            }
            Function::Im if self.is_constant(value) => {
                let conjugate = self.conjugate_of(value)?;
                let (difference, imaginary) = (self.subtract(value, &conjugate)?, self.imaginary()?);
                let turned = self.divide(&difference, &imaginary)?;
                self.scale(&turned, &half())
            }
            // Of a variable, which may be complex here.
            Function::Conjugate | Function::Re | Function::Im | Function::Arg | Function::DoubleFactorial => {
                self.generator(Generator::Function(function, vec![value.clone()]))
            }
            _ => Err(Obstacle::Open),
        }
    }

    fn conjugate_of(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        let (above, below) = (self.conjugate(&value.numerator)?, self.conjugate(&value.denominator)?);
        self.divide(&above, &below)
    }

    fn complement(&mut self, function: Function, value: &Quotient) -> Result<Quotient, Obstacle> {
        let (arc, pi) = (self.arc(function, value)?, self.pi()?);
        let right_angle = self.scale(&pi, &half())?;
        self.subtract(&right_angle, &arc)
    }

    /// ln(v + sqrt(v^2 + offset)).
    fn area(&mut self, value: &Quotient, offset: i64) -> Result<Quotient, Obstacle> {
        let square = self.multiply(value, value)?;
        let radicand = self.add(&square, &Quotient::integer(offset))?;
        let root = self.power_of_rational(&radicand, &half())?;
        let sum = self.add(value, &root)?;
        self.logarithm(&sum)
    }

    fn norm(&mut self, entries: &[Expr]) -> Result<Quotient, Obstacle> {
        let mut sum = Quotient::zero();
        for entry in entries {
            let entry = self.normal(entry)?;
            let magnitude = self.absolute(&entry)?;
            let square = self.multiply(&magnitude, &magnitude)?;
            sum = self.add(&sum, &square)?;
        }
        self.power_of_rational(&sum, &half())
    }

    /// max(a, b) = (a + b + |a - b|) / 2, min(a, b) = (a + b - |a - b|) / 2
    fn extreme(&mut self, function: Function, left: &Quotient, right: &Quotient) -> Result<Quotient, Obstacle> {
        if self.is_constant(left)
            && self.is_constant(right)
            && let Some(order) = self.order(left, right)?
        {
            let takes_left = (order == Ordering::Greater) == (function == Function::Max);
            return Ok(if takes_left { left.clone() } else { right.clone() });
        }
        let difference = self.subtract(left, right)?;
        let sum = self.add(left, right)?;
        let distance = self.absolute(&difference)?;
        let distance = if function == Function::Max { distance } else { distance.negate() };
        let total = self.add(&sum, &distance)?;
        self.scale(&total, &half())
    }

    /// The greatest integer below: an integer added to the argument is taken out.
    fn floor(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        if let Some(value) = value.as_rational() {
            return Ok(Quotient::rational(value.floor().into()));
        }
        if self.is_constant(value)
            && let Some(floor) = self.floor_of_constant(value)?
        {
            return Ok(Quotient::rational(floor.into()));
        }
        let whole = Quotient::rational(constant_term(value).floor().into());
        let rest = self.subtract(value, &whole)?;
        let floor = self.generator(Generator::Function(Function::Floor, vec![rest]))?;
        self.add(&floor, &whole)
    }

    /// (n + k)! = n! (n + 1) ... (n + k).
    fn factorial(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        const LARGEST_SHIFT: i64 = 64;
        if let Some(number) = value.as_rational() {
            if let Some(value) = number::function(Function::Factorial, std::slice::from_ref(&number), self.budget)? {
                return Ok(Quotient::rational(value));
            }
            if number == half() - Rational::ONE {
                // (-1/2)! = sqrt(pi)
                let pi = self.pi()?;
                return self.power_of_rational(&pi, &half());
            }
            if number.is_int() {
                return Err(Obstacle::Open);
            }
        }
        let constant = constant_term(value);
        let shift = match value.as_rational() {
            // Down to (-1/2)! and its like.
            Some(_) => constant.ceil(),
            None => constant.floor(),
        };
        let shift = i64::try_from(&shift).map_err(|_| Obstacle::Open)?;
        if shift.abs() > LARGEST_SHIFT {
            return Err(Obstacle::Open);
        }
        let base = self.subtract(value, &Quotient::integer(shift))?;
        let mut product = match base.as_rational() {
            Some(number) if number == half() - Rational::ONE => self.factorial(&base)?,
            _ => self.generator(Generator::Function(Function::Factorial, vec![base.clone()]))?,
        };
        for step in 1..=shift.abs() {
            let factor = self.add(&base, &Quotient::integer(if shift > 0 { step } else { 1 - step }))?;
            product = if shift > 0 { self.multiply(&product, &factor)? } else { self.divide(&product, &factor)? };
        }
        Ok(product)
    }

    fn binomial(&mut self, n: &Quotient, k: &Quotient) -> Result<Quotient, Obstacle> {
        const LARGEST: i64 = 64;
        let difference = self.subtract(n, k)?;
        // A number of factors that is known, counted from either end.
        if let Some(count) =
            [k, &difference].into_iter().filter_map(Quotient::as_integer).find(|count| (0..=LARGEST).contains(count))
        {
            let mut product = Quotient::one();
            for index in 0..count {
                let factor = self.subtract(n, &Quotient::integer(index))?;
                let factor = self.multiply(&product, &factor)?;
                product = self.scale(&factor, &Rational::from_parts(1.into(), (index as u64 + 1).into()))?;
            }
            return Ok(product);
        }
        let below = [self.factorial(k)?, self.factorial(&difference)?];
        let above = self.factorial(n)?;
        let quotient = self.divide(&above, &below[0])?;
        self.divide(&quotient, &below[1])
    }
}

/// The rational term of a polynomial.
fn constant_term(value: &Quotient) -> Rational {
    let terms = value.as_polynomial().map_or(&[][..], |polynomial| polynomial.0.as_slice());
    terms.iter().find(|(monomial, _)| monomial.is_one()).map_or(Rational::ZERO, |(_, coefficient)| coefficient.clone())
}
