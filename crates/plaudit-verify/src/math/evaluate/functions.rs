//! Elementary functions of real numbers. Arguments where a value is rational and well known give it exactly.

use super::Obstacle;
use super::bounds::Bounds;
use super::constants::MOST_BITS;
use super::elementary;
use super::evaluator::weight;
use super::real::{Arithmetic, Real};
use crate::Rational;
use dashu_int::ops::{SquareRoot, UnsignedAbs};
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;

const NEGATIVE_RADICAND: Obstacle = Obstacle::Undefined("the real square root of a negative number");

/// The most words of a number that is tried as a power of an integer.
const LONGEST_RADICAND: usize = 64;

impl Arithmetic<'_> {
    pub(crate) fn pi(&mut self) -> Result<Real, Obstacle> {
        self.pay(1)?;
        self.real(elementary::pi_bounds(self.bits).ok_or(Obstacle::TOO_PRECISE)?)
    }

    /// The real square root.
    pub(crate) fn square_root(&mut self, x: &Real) -> Result<Real, Obstacle> {
        match x {
            Real::Exact(value) if *value < Rational::ZERO => return Err(NEGATIVE_RADICAND),
            Real::Within(bounds) if bounds.sign() == Some(Ordering::Less) => return Err(NEGATIVE_RADICAND),
            Real::Within(bounds) if !bounds.is_not_negative() => {
                return Err(Obstacle::Undecided("whether a radicand is negative"));
            }
            _ => {}
        }
        if let Some(root) = self.exact_root(x, 2)? {
            return Ok(Real::Exact(root));
        }
        self.pay(4)?;
        self.real(self.bounds(x).square_root(self.bits))
    }

    /// The positive root of a positive number: x^(1/index).
    pub(crate) fn positive_root(&mut self, x: &Real, index: u64) -> Result<Real, Obstacle> {
        if index == 2 {
            return self.square_root(x);
        }
        if let Some(root) = self.exact_root(x, index)? {
            return Ok(Real::Exact(root));
        }
        let logarithm = self.ln(x)?;
        let exponent = self.divide(&logarithm, &Real::Exact(Rational::from(index)))?;
        self.exp(&exponent)
    }

    /// The root of a fraction whose numerator and denominator are powers.
    fn exact_root(&mut self, x: &Real, index: u64) -> Result<Option<Rational>, Obstacle> {
        let Some(value) = x.exact() else { return Ok(None) };
        let Ok(index) = usize::try_from(index) else { return Ok(None) };
        let length = |part: &UBig| part.as_words().len();
        let (numerator, denominator) = (value.numerator().unsigned_abs(), value.denominator());
        let words = length(&numerator) + length(denominator);
        if words > LONGEST_RADICAND {
            return Ok(None);
        }
        self.budget.take((16 + words * words) as u64)?;
        let root = |part: &UBig| {
            let root = if index == 2 { part.sqrt() } else { part.nth_root(index) };
            if root.pow(index) == *part { Some(root) } else { None }
        };
        Ok(match (root(&numerator), root(denominator)) {
            (Some(numerator), Some(denominator)) => Some(Rational::from_parts(numerator.into(), denominator)),
            _ => None,
        })
    }

    pub(crate) fn exp(&mut self, x: &Real) -> Result<Real, Obstacle> {
        if x.is_zero() {
            return Ok(Real::ONE);
        }
        self.pay_function(self.bits)?;
        self.real(elementary::exp(&self.bounds(x), self.bits).ok_or(Obstacle::TOO_LARGE)?)
    }

    /// The real natural logarithm.
    pub(crate) fn ln(&mut self, x: &Real) -> Result<Real, Obstacle> {
        match x.sign() {
            Some(Ordering::Greater) => {}
            Some(_) => return Err(Obstacle::Undefined("the logarithm of a number that is not above 0")),
            None => return Err(Obstacle::Undecided("whether a number is above 0")),
        }
        let mut bits = self.bits;
        if let Real::Exact(value) = x {
            if value.is_one() {
                return Ok(Real::ZERO);
            }
            // A fraction near 1 is rounded so late that its distance from 1 keeps its precision.
            let distance = Real::Exact(value - Rational::ONE);
            bits += usize::try_from(-distance.top()).unwrap_or(0).min(MOST_BITS / 2);
        }
        self.pay_function(bits)?;
        let bounds = match x {
            Real::Exact(value) => Bounds::rational(value, bits),
            Real::Within(bounds) => bounds.clone(),
        };
        self.real(elementary::ln(&bounds, self.bits).ok_or(Obstacle::TOO_PRECISE)?)
    }

    /// Sine and cosine.
    pub(crate) fn sin_cos(&mut self, x: &Real) -> Result<(Real, Real), Obstacle> {
        if x.is_zero() {
            return Ok((Real::ZERO, Real::ONE));
        }
        // The residue by pi/2 loses as many bits as the argument has before the point; there are no more bits of pi than so many.
        let whole = usize::try_from(x.top()).unwrap_or(0);
        let bits = if whole > MOST_BITS { self.bits } else { self.bits + whole };
        self.pay_function(bits)?;
        let argument = match x {
            Real::Exact(value) => Bounds::rational(value, bits),
            Real::Within(bounds) => bounds.clone(),
        };
        let (sine, cosine) = elementary::sin_cos(&argument, self.bits);
        Ok((self.real(sine)?, self.real(cosine)?))
    }

    pub(crate) fn arctan(&mut self, x: &Real) -> Result<Real, Obstacle> {
        if x.is_zero() {
            return Ok(Real::ZERO);
        }
        self.pay_function(self.bits)?;
        self.real(elementary::arctan(&self.bounds(x), self.bits).ok_or(Obstacle::TOO_PRECISE)?)
    }

    /// arcsin x = 2 arctan(x / (1 + sqrt(1 - x^2))), which also holds at -1 and 1.
    pub(crate) fn arcsin(&mut self, x: &Real) -> Result<Real, Obstacle> {
        let square = self.multiply(x, x)?;
        let rest = self.subtract(&Real::ONE, &square)?;
        if rest.sign() == Some(Ordering::Less) {
            return Err(Obstacle::Undefined("an inverse sine beyond 1"));
        }
        let cosine = self.square_root(&rest)?;
        let divisor = self.add(&Real::ONE, &cosine)?;
        let tangent = self.divide(x, &divisor)?;
        let half = self.arctan(&tangent)?;
        self.multiply(&half, &Real::integer(2))
    }

    /// arccos x = pi/2 - arcsin x.
    pub(crate) fn arccos(&mut self, x: &Real) -> Result<Real, Obstacle> {
        let arcsin = self.arcsin(x)?;
        self.complement(&arcsin)
    }

    /// pi/2 - x.
    pub(crate) fn complement(&mut self, x: &Real) -> Result<Real, Obstacle> {
        let pi = self.pi()?;
        let right_angle = self.divide(&pi, &Real::integer(2))?;
        self.subtract(&right_angle, x)
    }

    /// sinh and cosh.
    pub(crate) fn sinh_cosh(&mut self, x: &Real) -> Result<(Real, Real), Obstacle> {
        let growing = self.exp(x)?;
        let shrinking = self.divide(&Real::ONE, &growing)?;
        let difference = self.subtract(&growing, &shrinking)?;
        let sum = self.add(&growing, &shrinking)?;
        Ok((self.divide(&difference, &Real::integer(2))?, self.divide(&sum, &Real::integer(2))?))
    }

    /// tanh x = 1 - 2 / (e^(2x) + 1).
    pub(crate) fn tanh(&mut self, x: &Real) -> Result<Real, Obstacle> {
        let double = self.multiply(x, &Real::integer(2))?;
        let power = self.exp(&double)?;
        // How far tanh lies from 1 cannot be seen in its value.
        self.size = self.size.saturating_add(weight(power.exponent()));
        let divisor = self.add(&power, &Real::ONE)?;
        let numerator = self.subtract(&power, &Real::ONE)?;
        self.divide(&numerator, &divisor)
    }

    /// arsinh x = ln(x + sqrt(x^2 + 1)), odd.
    pub(crate) fn arsinh(&mut self, x: &Real) -> Result<Real, Obstacle> {
        if x.sign() == Some(Ordering::Less) {
            let mirrored = self.arsinh(&self.negate(x))?;
            return Ok(self.negate(&mirrored));
        }
        let square = self.multiply(x, x)?;
        let radicand = self.add(&square, &Real::ONE)?;
        let root = self.square_root(&radicand)?;
        let sum = self.add(x, &root)?;
        self.ln(&sum)
    }

    /// arcosh x = ln(x + sqrt(x^2 - 1)) for x >= 1.
    pub(crate) fn arcosh(&mut self, x: &Real) -> Result<Real, Obstacle> {
        if self.order(x, &Real::ONE) == Some(Ordering::Less) {
            return Err(Obstacle::Undefined("an inverse hyperbolic cosine below 1"));
        }
        let square = self.multiply(x, x)?;
        let radicand = self.subtract(&square, &Real::ONE)?;
        let root = self.square_root(&radicand)?;
        let sum = self.add(x, &root)?;
        self.ln(&sum)
    }

    /// artanh x = ln((1 + x) / (1 - x)) / 2 for -1 < x < 1, where the quotient is above 0.
    pub(crate) fn artanh(&mut self, x: &Real) -> Result<Real, Obstacle> {
        let (above, below) = (self.add(&Real::ONE, x)?, self.subtract(&Real::ONE, x)?);
        let ratio = self.divide(&above, &below)?;
        let logarithm = self.ln(&ratio)?;
        self.divide(&logarithm, &Real::integer(2))
    }

    /// The angle of the point (x, y), in (-pi, pi].
    pub(crate) fn angle(&mut self, x: &Real, y: &Real) -> Result<Real, Obstacle> {
        match (x.sign(), y.sign()) {
            (Some(Ordering::Equal), Some(Ordering::Equal)) => Err(Obstacle::Undefined("the argument of 0")),
            (Some(Ordering::Greater), _) => {
                let tangent = self.divide(y, x)?;
                self.arctan(&tangent)
            }
            (_, Some(Ordering::Greater)) => {
                let cotangent = self.divide(x, y)?;
                let angle = self.arctan(&cotangent)?;
                self.complement(&angle)
            }
            (_, Some(Ordering::Less)) => {
                let mirrored = self.angle(x, &self.negate(y))?;
                Ok(self.negate(&mirrored))
            }
            (Some(Ordering::Less), Some(Ordering::Equal)) => self.pi(),
            _ => Err(Obstacle::Undecided("on which side of a branch cut a number lies")),
        }
    }

    /// The greatest integer not above x.
    pub(crate) fn floor(&mut self, x: &Real) -> Result<Real, Obstacle> {
        match x {
            Real::Exact(value) => Ok(Real::Exact(value.floor().into())),
            Real::Within(bounds) => {
                if bounds.top() > self.bits as i64 {
                    return Err(Obstacle::Undecided("the integer part of a number"));
                }
                self.pay(1)?;
                let (low, high): (IBig, IBig) = bounds.floors();
                if low == high {
                    Ok(Real::Exact(low.into()))
                } else {
                    Err(Obstacle::Undecided("the integer part of a number"))
                }
            }
        }
    }
}
