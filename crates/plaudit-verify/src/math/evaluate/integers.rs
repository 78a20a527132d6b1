//! Functions of exact integers, and of fractions where they have a meaning for them.

use super::Obstacle;
use super::real::{Arithmetic, EXACT_BITS, Real};
use crate::Rational;
use dashu_int::ops::{BitTest, Gcd, UnsignedAbs};
use dashu_int::{IBig, UBig};
use std::cmp::Ordering;

impl Arithmetic<'_> {
    /// n (n - step) (n - 2 step) ... over `count` factors.
    fn falling_product(&mut self, n: &Rational, step: u32, count: u64) -> Result<Rational, Obstacle> {
        // All factors have the denominator of n, and none of them a common divisor with it.
        let step = IBig::from(n.denominator() * step);
        let mut product = IBig::ONE;
        let mut factor = n.numerator().clone();
        for index in 1..=count {
            product *= &factor;
            if product.is_zero() {
                return Ok(Rational::ZERO);
            }
            let size = product.bit_len() as u64 + index * n.denominator().bit_len() as u64;
            if size > EXACT_BITS as u64 {
                return Err(Obstacle::TOO_LARGE);
            }
            self.budget.take(16 + size / 256)?;
            factor -= &step;
        }
        let exponent = usize::try_from(count).map_err(|_| Obstacle::TOO_LARGE)?;
        Ok(Rational::from_parts(product, n.denominator().pow(exponent)))
    }

    /// n! for step 1, n!! for step 2.
    pub(crate) fn factorial(&mut self, n: &Real, step: u32) -> Result<Real, Obstacle> {
        let value =
            n.exact_integer().ok_or(Obstacle::Unsupported("the factorial of what is not known to be an integer"))?;
        if *value < IBig::ZERO {
            return Err(Obstacle::Undefined("the factorial of a negative number"));
        }
        let count = u64::try_from(value).map_err(|_| Obstacle::TOO_LARGE)?.div_ceil(u64::from(step));
        Ok(Real::Exact(self.falling_product(&Rational::from(value.clone()), step, count)?))
    }

    /// The Gamma function at integers and half integers: Gamma(n) = (n - 1)!, Gamma(n + 1/2) = (n - 1/2) ... (1/2) sqrt(pi).
    pub(crate) fn gamma(&mut self, x: &Real) -> Result<Real, Obstacle> {
        let unsupported = Obstacle::Unsupported("the gamma function elsewhere than at halves of positive integers");
        let value = x.exact().ok_or(unsupported)?;
        if value.is_int() {
            if *value <= Rational::ZERO {
                return Err(Obstacle::Undefined("a pole of the gamma function"));
            }
            return self.factorial(&Real::Exact(value - Rational::ONE), 1);
        }
        if *value.denominator() != UBig::from(2_u8) || *value < Rational::ZERO {
            return Err(unsupported);
        }
        let count = u64::try_from(value.floor()).map_err(|_| Obstacle::TOO_LARGE)?;
        let product = self.falling_product(&(value - Rational::ONE), 1, count)?;
        let pi = self.pi()?;
        let root = self.square_root(&pi)?;
        self.multiply(&Real::Exact(product), &root)
    }

    /// n (n - 1) ... (n - k + 1), over k! where `binomial`.
    pub(crate) fn choose(&mut self, n: &Real, k: &Real, binomial: bool) -> Result<Real, Obstacle> {
        let unsupported = Obstacle::Unsupported("a binomial coefficient of what is not known to be rational");
        let (n, k) = (n.exact().ok_or(unsupported)?, k.exact_integer().ok_or(unsupported)?);
        if *k < IBig::ZERO {
            return Ok(Real::ZERO);
        }
        // C(n, k) = C(n, n - k) for integers 0 <= k <= n: the shorter product.
        let mirrored = n.floor() - k;
        let k = if binomial && n.is_int() && mirrored >= IBig::ZERO { k.clone().min(mirrored) } else { k.clone() };
        let count = u64::try_from(&k).map_err(|_| Obstacle::TOO_LARGE)?;
        let product = self.falling_product(n, 1, count)?;
        if !binomial {
            return Ok(Real::Exact(product));
        }
        let divisor = self.falling_product(&Rational::from(k), 1, count)?;
        self.divide(&Real::Exact(product), &Real::Exact(divisor))
    }

    /// Greatest common divisor, or least common multiple, of integers.
    pub(crate) fn common(&mut self, numbers: &[Real], multiple: bool) -> Result<Real, Obstacle> {
        let mut result: Option<UBig> = None;
        for number in numbers {
            let next = number
                .exact_integer()
                .ok_or(Obstacle::Unsupported("a common divisor of what is not known to be an integer"))?
                .unsigned_abs();
            let size = next.bit_len() + result.as_ref().map_or(0, BitTest::bit_len);
            if size > EXACT_BITS {
                return Err(Obstacle::TOO_LARGE);
            }
            let words = size / 64 + 1;
            self.budget.take((8 + words * words) as u64)?;
            result = Some(match result {
                None => next,
                Some(other) if other.is_zero() || next.is_zero() => {
                    if multiple {
                        UBig::ZERO
                    } else {
                        other + next
                    }
                }
                Some(other) => {
                    let divisor = (&other).gcd(&next);
                    if multiple { other / divisor * next } else { divisor }
                }
            });
        }
        Ok(Real::Exact(result.map_or(Rational::ZERO, Rational::from)))
    }

    /// a - m floor(a/m): the remainder with the sign of m.
    pub(crate) fn remainder(&mut self, a: &Real, m: &Real) -> Result<Real, Obstacle> {
        let quotient = self.divide(a, m)?;
        let whole = self.floor(&quotient)?;
        let product = self.multiply(m, &whole)?;
        self.subtract(a, &product)
    }

    /// The largest of the numbers, or the least.
    pub(crate) fn extreme(&mut self, numbers: &[Real], wanted: Ordering) -> Result<Real, Obstacle> {
        let mut numbers = numbers.iter();
        let mut best = numbers.next().ok_or(Obstacle::Undefined("the largest of nothing"))?.clone();
        for next in numbers {
            best = match self.order(next, &best) {
                Some(order) => {
                    if order == wanted {
                        next.clone()
                    } else {
                        best
                    }
                }
                None => {
                    let (a, b) = (self.bounds(&best), self.bounds(next));
                    let end =
                        |bounds: &super::bounds::Bounds, upper: bool| if upper { bounds.high() } else { bounds.low() };
                    let pick = |upper: bool| {
                        let (a, b) = (end(&a, upper), end(&b, upper));
                        if b.order(&a) == Some(wanted) { b } else { a }
                    };
                    self.real(pick(false).hull(&pick(true), self.bits))?
                }
            };
            self.pay(1)?;
        }
        Ok(best)
    }
}
