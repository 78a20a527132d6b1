//! Normal forms of expressions.

use super::algebra::{Algebra, Obstacle};
use super::generator::Generator;
use super::number;
use super::polynomial::TERM_STEPS;
use super::quotient::Quotient;
use crate::Rational;
use crate::math::{Constant, Expr, Matrix, RIEMANN_ZETA};

impl Algebra<'_> {
    /// The normal form of a scalar expression.
    pub(super) fn normal(&mut self, expr: &Expr) -> Result<Quotient, Obstacle> {
        self.budget.take(8)?;
        match expr {
            Expr::Number(number) => Ok(Quotient::rational(number.value.clone())),
            Expr::Numeral(digits, base) => match number::numeral(digits, *base)? {
                Some(value) => Ok(Quotient::rational(value)),
                None => Err(Obstacle::Open),
            },
            Expr::Constant(Constant::Pi) => self.pi(),
            Expr::Constant(Constant::E) => self.exponential(&Quotient::one()),
            Expr::Constant(Constant::I) => self.imaginary(),
            Expr::Symbol(name) => match self.bindings.iter().rev().find(|(bound, _)| bound == name) {
                Some((_, value)) => {
                    let value = value.clone();
                    self.budget.take(TERM_STEPS * (value.numerator.0.len() + value.denominator.0.len()) as u64)?;
                    Ok(value)
                }
                None => self.generator(Generator::Variable(name.clone())),
            },
            Expr::Sum(parts) => {
                let mut sum = Quotient::zero();
                for part in parts {
                    let part = self.normal(part)?;
                    sum = self.add(&sum, &part)?;
                }
                Ok(sum)
            }
            Expr::Product(parts) => {
                let mut product = Quotient::one();
                for part in parts {
                    let part = self.normal(part)?;
                    product = self.multiply(&product, &part)?;
                }
                Ok(product)
            }
            Expr::Negative(part) => Ok(self.normal(part)?.negate()),
            Expr::Fraction(pair) => {
                let (above, below) = self.normal_pair(pair)?;
                self.divide(&above, &below)
            }
            Expr::Mixed(pair) => {
                let (whole, fraction) = self.normal_pair(pair)?;
                self.add(&whole, &fraction)
            }
            Expr::Power(pair) => {
                let (base, exponent) = self.normal_pair(pair)?;
                self.power(&base, &exponent)
            }
            Expr::Root(pair) => {
                let (radicand, index) = self.normal_pair(pair)?;
                let exponent = self.invert(&index)?;
                self.power(&radicand, &exponent)
            }
            Expr::Percent(part) => {
                let part = self.normal(part)?;
                self.scale(&part, &number::hundredth())
            }
            Expr::Degrees(part) => {
                let (part, pi) = (self.normal(part)?, self.pi()?);
                let angle = self.multiply(&part, &pi)?;
                self.scale(&angle, &Rational::from_parts(1.into(), 180_u8.into()))
            }
            Expr::Function(function, parts) => self.function(*function, parts),
            Expr::Apply(name, parts) => {
                let values = self.normal_all(parts)?;
                match (&**name, values.as_slice()) {
                    (RIEMANN_ZETA, [value]) => self.zeta(value),
                    _ => self.generator(Generator::Apply(name.clone(), values)),
                }
            }
            Expr::Matrix(matrix) if matrix.is_determinant => self.determinant(matrix),
            Expr::Tuple(_, parts) if parts.len() == 1 => self.normal(&parts[0]),
            Expr::Series(series) => self.nested(|algebra| algebra.series(series)),
            Expr::Limit(limit) => self.nested(|algebra| algebra.limit(limit)),
            Expr::Integral(integral) => self.nested(|algebra| algebra.integral(integral)),
            Expr::Derivative(derivative) => self.nested(|algebra| algebra.derivative_of(derivative)),
            _ => Err(Obstacle::Open),
        }
    }

    pub(super) fn normal_all(&mut self, parts: &[Expr]) -> Result<Vec<Quotient>, Obstacle> {
        parts.iter().map(|part| self.normal(part)).collect()
    }

    fn normal_pair(&mut self, pair: &[Expr; 2]) -> Result<(Quotient, Quotient), Obstacle> {
        Ok((self.normal(&pair[0])?, self.normal(&pair[1])?))
    }

    /// The determinant, row by row.
    pub(super) fn determinant(&mut self, matrix: &Matrix) -> Result<Quotient, Obstacle> {
        const LARGEST: usize = 6;
        if matrix.columns == 0 || matrix.columns > LARGEST || matrix.entries.len() != matrix.columns * matrix.columns {
            return Err(Obstacle::Open);
        }
        let entries = self.normal_all(&matrix.entries)?;
        let columns: Vec<usize> = (0..matrix.columns).collect();
        self.minor(&entries, &columns, matrix.columns)
    }

    /// The determinant of the last rows, as many as there are columns left.
    fn minor(&mut self, entries: &[Quotient], columns: &[usize], width: usize) -> Result<Quotient, Obstacle> {
        let row = width - columns.len();
        let mut sum = Quotient::zero();
        for (place, column) in columns.iter().enumerate() {
            let entry = &entries[row * width + column];
            if entry.is_zero() {
                continue;
            }
            let rest: Vec<usize> = columns.iter().copied().filter(|other| other != column).collect();
            let minor = if rest.is_empty() { Quotient::one() } else { self.minor(entries, &rest, width)? };
            let term = self.multiply(entry, &minor)?;
            sum = self.add(&sum, &if place % 2 == 0 { term } else { term.negate() })?;
        }
        Ok(sum)
    }
}
