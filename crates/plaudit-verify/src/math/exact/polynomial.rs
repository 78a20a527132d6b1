//! Sparse polynomials over the rationals, whose generators may have negative and fractional exponents.

use super::bounded;
use super::exponent::Exponent;
use crate::Rational;
use crate::math::Budget;
use dashu_int::Sign;
use plaudit_core::Limit;
use std::cmp::Ordering;

/// What it takes to copy a term.
pub(super) const TERM_STEPS: u64 = 8;

/// The place of a generator in the [`super::algebra::Algebra`] that it belongs to.
pub(super) type Id = usize;

/// A product of powers of generators, ascending by [`Id`], no exponent 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Monomial(pub(super) Vec<(Id, Exponent)>);

impl Monomial {
    pub(super) fn one() -> Self {
        Self(Vec::new())
    }

    pub(super) fn of(id: Id, exponent: Exponent) -> Self {
        if exponent.is_zero() { Self::one() } else { Self(vec![(id, exponent)]) }
    }

    pub(super) fn is_one(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn exponent(&self, id: Id) -> Exponent {
        self.0.iter().find(|(other, _)| *other == id).map_or(Exponent::ZERO, |(_, exponent)| *exponent)
    }

    /// The product, exponents added.
    pub(super) fn multiply(&self, other: &Self) -> Result<Self, Limit> {
        self.merge(other, Exponent::add)
    }

    /// Each generator with the lesser of its exponents.
    fn least(&self, other: &Self) -> Result<Self, Limit> {
        self.merge(other, |left, right| Ok(left.min(right)))
    }

    /// Exponents of both combined, where a generator that does not occur has the exponent 0.
    fn merge(
        &self,
        other: &Self,
        combine: impl Fn(Exponent, Exponent) -> Result<Exponent, Limit>,
    ) -> Result<Self, Limit> {
        let mut merged = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut left, mut right) = (self.0.as_slice(), other.0.as_slice());
        loop {
            let id = match (left.first(), right.first()) {
                (None, None) => return Ok(Self(merged)),
                (Some((id, _)), None) | (None, Some((id, _))) => *id,
                (Some((a, _)), Some((b, _))) => *a.min(b),
            };
            let take = |powers: &mut &[(Id, Exponent)]| match powers.split_first() {
                Some(((first, exponent), rest)) if *first == id => {
                    *powers = rest;
                    *exponent
                }
                _ => Exponent::ZERO,
            };
            let exponent = combine(take(&mut left), take(&mut right))?;
            if !exponent.is_zero() {
                merged.push((id, exponent));
            }
        }
    }

    /// Every exponent multiplied by one that is not zero.
    pub(super) fn power(&self, exponent: Exponent) -> Result<Self, Limit> {
        self.0.iter().map(|(id, own)| Ok((*id, own.multiply(exponent)?))).collect::<Result<_, _>>().map(Self)
    }

    /// Without one generator.
    pub(super) fn without(&self, id: Id) -> Self {
        Self(self.0.iter().filter(|(other, _)| *other != id).copied().collect())
    }
}

/// Lexicographic: the first generator whose exponents differ decides. Products keep the order.
impl Ord for Monomial {
    fn cmp(&self, other: &Self) -> Ordering {
        for (left, right) in self.0.iter().zip(&other.0) {
            if left.0 != right.0 {
                let (exponent, order) =
                    if left.0 < right.0 { (left.1, Ordering::Greater) } else { (right.1, Ordering::Less) };
                return if exponent.is_negative() { order.reverse() } else { order };
            }
            if left.1 != right.1 {
                return left.1.cmp(&right.1);
            }
        }
        let shared = self.0.len().min(other.0.len());
        match (self.0.get(shared), other.0.get(shared)) {
            (Some((_, exponent)), _) => exponent.cmp(&Exponent::ZERO),
            (_, Some((_, exponent))) => Exponent::ZERO.cmp(exponent),
            (None, None) => Ordering::Equal,
        }
    }
}

impl PartialOrd for Monomial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Terms with the largest monomial first, no coefficient 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Polynomial(pub(super) Vec<(Monomial, Rational)>);

impl Polynomial {
    pub(super) fn zero() -> Self {
        Self(Vec::new())
    }

    pub(super) fn one() -> Self {
        Self::constant(Rational::ONE)
    }

    pub(super) fn constant(value: Rational) -> Self {
        Self::term(Monomial::one(), value)
    }

    pub(super) fn term(monomial: Monomial, coefficient: Rational) -> Self {
        if coefficient.is_zero() { Self::zero() } else { Self(vec![(monomial, coefficient)]) }
    }

    /// The sum of terms in any order.
    pub(super) fn collect(mut terms: Vec<(Monomial, Rational)>, budget: &mut Budget) -> Result<Self, Limit> {
        budget.take(12 * terms.len() as u64)?;
        terms.sort_by(|left, right| right.0.cmp(&left.0));
        let mut sum: Vec<(Monomial, Rational)> = Vec::with_capacity(terms.len());
        for (monomial, coefficient) in terms {
            match sum.last_mut() {
                Some((last, total)) if *last == monomial => {
                    *total = bounded::add(total, &coefficient, budget)?;
                    if total.is_zero() {
                        sum.pop();
                    }
                }
                _ => sum.push((monomial, coefficient)),
            }
        }
        if sum.len() > Budget::TERMS { Err(Limit::Steps) } else { Ok(Self(sum)) }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn is_one(&self) -> bool {
        matches!(self.as_term(), Some((monomial, coefficient)) if monomial.is_one() && coefficient.is_one())
    }

    /// Its value where it is a rational number.
    pub(super) fn as_rational(&self) -> Option<Rational> {
        match self.0.as_slice() {
            [] => Some(Rational::ZERO),
            [(monomial, coefficient)] if monomial.is_one() => Some(coefficient.clone()),
            _ => None,
        }
    }

    /// Its only term where it has one.
    pub(super) fn as_term(&self) -> Option<&(Monomial, Rational)> {
        match self.0.as_slice() {
            [term] => Some(term),
            _ => None,
        }
    }

    /// Whether its first coefficient is negative.
    pub(super) fn leads_negative(&self) -> bool {
        self.0.first().is_some_and(|(_, coefficient)| coefficient.sign() == Sign::Negative)
    }

    /// The generators that occur in it, in any order and more than once.
    pub(super) fn ids(&self) -> impl Iterator<Item = Id> {
        self.0.iter().flat_map(|(monomial, _)| monomial.0.iter().map(|(id, _)| *id))
    }

    /// The generators that occur in it, ascending.
    pub(super) fn generators(&self) -> Vec<Id> {
        let mut ids: Vec<Id> = self.ids().collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    pub(super) fn negate(&self) -> Self {
        Self(self.0.iter().map(|(monomial, coefficient)| (monomial.clone(), -coefficient.clone())).collect())
    }

    pub(super) fn scale(&self, factor: &Rational, budget: &mut Budget) -> Result<Self, Limit> {
        if factor.is_zero() {
            return Ok(Self::zero());
        }
        budget.take(TERM_STEPS * self.0.len() as u64)?;
        if factor.is_one() {
            return Ok(self.clone());
        }
        let scaled = |(monomial, coefficient): &(Monomial, Rational)| {
            Ok((monomial.clone(), bounded::multiply(coefficient, factor, budget)?))
        };
        self.0.iter().map(scaled).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn add(&self, other: &Self, budget: &mut Budget) -> Result<Self, Limit> {
        budget.take(TERM_STEPS * (self.0.len() + other.0.len()) as u64)?;
        let mut sum = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Greater,
                (None, Some(_)) => Ordering::Less,
                (Some((a, _)), Some((b, _))) => a.cmp(b),
            };
            match order {
                Ordering::Greater => sum.extend(left.next().cloned()),
                Ordering::Less => sum.extend(right.next().cloned()),
                Ordering::Equal => {
                    if let (Some((monomial, a)), Some((_, b))) = (left.next(), right.next()) {
                        let total = bounded::add(a, b, budget)?;
                        if !total.is_zero() {
                            sum.push((monomial.clone(), total));
                        }
                    }
                }
            }
        }
        if sum.len() > Budget::TERMS { Err(Limit::Steps) } else { Ok(Self(sum)) }
    }

    /// The positive rational by which it can be divided so that its coefficients are integers without a common factor.
    pub(super) fn content(&self, budget: &mut Budget) -> Result<Rational, Limit> {
        budget.take(16 * self.0.len() as u64)?;
        let mut content = Rational::ZERO;
        for (_, coefficient) in &self.0 {
            let magnitude = if coefficient.sign() == Sign::Negative { -coefficient } else { coefficient.clone() };
            content = bounded::content(&content, &magnitude, budget)?;
        }
        Ok(content)
    }

    /// The least exponent of each of its generators over all terms: the largest monomial that divides it.
    pub(super) fn common_monomial(&self) -> Result<Monomial, Limit> {
        let mut monomials = self.0.iter().map(|(monomial, _)| monomial);
        let first = monomials.next().cloned().unwrap_or_default();
        monomials.try_fold(first, |common, monomial| common.least(monomial))
    }
}
