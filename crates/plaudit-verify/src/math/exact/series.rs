//! Sums and products over an index.

use super::algebra::{Algebra, Obstacle, closed};
use super::exponent::Exponent;
use super::generator::Generator;
use super::polynomial::{Id, Monomial, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use crate::math::{Constant, Expr, Function, Series};

/// Terms that are added one by one rather than in closed form.
const FEW: i64 = 64;

/// Powers of the index beyond this one are left alone.
const LARGEST_DEGREE: i64 = 16;

/// The last value of an index.
enum End {
    Finite(Quotient),
    Infinite,
}

/// A term in the index k: coefficient * k^degree * ratio^k / k!^(0 or 1).
struct Term {
    coefficient: Quotient,
    degree: i64,
    ratio: Quotient,
    has_factorial: bool,
}

impl Algebra<'_> {
    /// A sum or product: term by term where there are few, else in closed form.
    pub(super) fn series(&mut self, series: &Series) -> Result<Quotient, Obstacle> {
        const MANY: i64 = 20_000;
        let from = self.normal(&series.from)?;
        let to = match &series.to {
            Expr::Constant(Constant::Infinity) => None,
            to => Some(self.normal(to)?),
        };
        let ends = (from.as_integer(), to.as_ref().and_then(Quotient::as_integer));
        if let (Some(first), Some(last)) = ends {
            let count = last.checked_sub(first).and_then(|count| count.checked_add(1)).ok_or(Obstacle::Open)?;
            if count < 0 {
                return Err(Obstacle::Open);
            }
            if count <= FEW || (series.is_product && count <= MANY) {
                return self.term_by_term(series, first, last);
            }
        }
        if series.is_product {
            return Err(Obstacle::Open);
        }
        let end = to.map_or(End::Infinite, End::Finite);
        match (closed(self.closed_form(series, &from, &end))?, ends) {
            (Some(value), _) => Ok(value),
            (None, (Some(first), Some(last))) if last - first < MANY => self.term_by_term(series, first, last),
            _ => Err(Obstacle::Open),
        }
    }

    fn term_by_term(&mut self, series: &Series, first: i64, last: i64) -> Result<Quotient, Obstacle> {
        let mut total = if series.is_product { Quotient::one() } else { Quotient::zero() };
        for index in first..=last {
            let term = self.normal_with(&series.index, Quotient::integer(index), &series.body)?;
            total = if series.is_product { self.multiply(&total, &term)? } else { self.add(&total, &term)? };
        }
        Ok(total)
    }

    fn closed_form(&mut self, series: &Series, from: &Quotient, end: &End) -> Result<Quotient, Obstacle> {
        let (id, index) = self.fresh(false)?;
        let body = self.normal_with(&series.index, index, &series.body)?;
        let mut terms = Vec::with_capacity(body.numerator.0.len());
        for (monomial, coefficient) in &body.numerator.0 {
            terms.push(self.split(monomial, coefficient, id)?);
        }
        let is_fraction = self.polynomial_depends(&body.denominator, id);
        if is_fraction || terms.iter().any(|term| term.degree < 0) {
            let first = from.as_integer().filter(|_| matches!(end, End::Infinite)).ok_or(Obstacle::Open)?;
            let denominator = if is_fraction { body.denominator.clone() } else { Polynomial::one() };
            let sum = self.sum_of_fractions(&terms, (&denominator, id), first)?;
            return if is_fraction { Ok(sum) } else { self.divide(&sum, &body.denominator.into()) };
        }
        let mut sum = Quotient::zero();
        for term in &terms {
            let total = self.sum_of_term(term, from, end)?;
            let total = self.multiply(&term.coefficient, &total)?;
            sum = self.add(&sum, &total)?;
        }
        self.divide(&sum, &body.denominator.into())
    }

    /// The infinite sum of terms over a denominator, those of one ratio at a time.
    fn sum_of_fractions(
        &mut self,
        terms: &[Term],
        (denominator, id): (&Polynomial, Id),
        first: i64,
    ) -> Result<Quotient, Obstacle> {
        let mut sum = Quotient::zero();
        let mut rest: Vec<&Term> = terms.iter().collect();
        while let Some(ratio) = rest.first().map(|term| term.ratio.clone()) {
            let (alike, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|term| term.ratio == ratio);
            rest = others;
            if alike.iter().any(|term| term.has_factorial) {
                return Err(Obstacle::Open);
            }
            let is_whole = denominator.is_one() && alike.iter().all(|term| term.degree >= 0);
            if is_whole {
                for term in alike {
                    let total = self.sum_of_term(term, &Quotient::integer(first), &End::Infinite)?;
                    let total = self.multiply(&term.coefficient, &total)?;
                    sum = self.add(&sum, &total)?;
                }
                continue;
            }
            let alike: Vec<_> = alike.iter().map(|term| (term.coefficient.clone(), term.degree)).collect();
            let total = self.infinite_sum(&alike, &ratio, (denominator, id), first)?;
            sum = self.add(&sum, &total)?;
        }
        Ok(sum)
    }

    fn split(&mut self, monomial: &Monomial, coefficient: &Rational, id: Id) -> Result<Term, Obstacle> {
        let mut term = Term {
            coefficient: Quotient::rational(coefficient.clone()),
            degree: 0,
            ratio: Quotient::one(),
            has_factorial: false,
        };
        for (generator, exponent) in &monomial.0 {
            if !self.generator_depends(*generator, id) {
                let factor = Polynomial::term(Monomial::of(*generator, *exponent), Rational::ONE);
                term.coefficient = self.multiply(&term.coefficient, &factor.into())?;
                continue;
            }
            let known = self.known(*generator);
            match &*known {
                Generator::Bound(..) => term.degree = exponent.as_integer().ok_or(Obstacle::Open)?,
                Generator::Exponential(power) => {
                    let rate = self.rate(power, id)?;
                    let rate = self.scale(&rate, &exponent.to_rational())?;
                    let factor = self.exponential(&rate)?;
                    term.ratio = self.multiply(&term.ratio, &factor)?;
                }
                Generator::Alternating(power) => {
                    if !self.rate(power, id)?.is_one() {
                        return Err(Obstacle::Open);
                    }
                    term.ratio = term.ratio.negate();
                }
                Generator::Function(Function::Factorial, values) if *exponent == Exponent::integer(-1) => {
                    if !self.rate(&values[0], id)?.is_one() {
                        return Err(Obstacle::Open);
                    }
                    term.has_factorial = true;
                }
                _ => return Err(Obstacle::Open),
            }
        }
        Ok(term)
    }

    /// What the index is multiplied with in something proportional to it.
    fn rate(&mut self, value: &Quotient, id: Id) -> Result<Quotient, Obstacle> {
        let index = self.generator_power(id, Exponent::ONE)?;
        let rate = self.divide(value, &index)?;
        if self.depends(&rate, id) { Err(Obstacle::Open) } else { Ok(rate) }
    }

    fn sum_of_term(&mut self, term: &Term, from: &Quotient, end: &End) -> Result<Quotient, Obstacle> {
        if term.has_factorial {
            return match (end, from.as_integer(), term.degree) {
                (End::Infinite, Some(first @ 0..=FEW), 0..=LARGEST_DEGREE) => self.exponential_sum(term, first),
                _ => Err(Obstacle::Open),
            };
        }
        if !(0..=LARGEST_DEGREE).contains(&term.degree) {
            return Err(Obstacle::Open);
        }
        match end {
            End::Finite(to) if term.ratio.is_one() => {
                let before = self.subtract(from, &Quotient::one())?;
                let (above, below) = (self.power_sum(term.degree, to)?, self.power_sum(term.degree, &before)?);
                self.subtract(&above, &below)
            }
            End::Finite(to) => {
                let after = self.add(to, &Quotient::one())?;
                let (above, below) = (self.geometric(term, &after)?, self.geometric(term, from)?);
                self.subtract(&above, &below)
            }
            End::Infinite => {
                if !self.is_small(&term.ratio)? {
                    return Err(Obstacle::Open);
                }
                Ok(self.geometric(term, from)?.negate())
            }
        }
    }

    /// The sum of k^degree ratio^k / k! from `first` on: from 0 on, it is e^ratio times the sum of S(degree, j) ratio^j with Stirling's numbers
    /// of the second kind.
    fn exponential_sum(&mut self, term: &Term, first: i64) -> Result<Quotient, Obstacle> {
        // S(n + 1, j) = j S(n, j) + S(n, j - 1).
        let mut stirling = vec![Rational::ONE];
        for _ in 0..term.degree {
            let below = |j: usize| if j == 0 { Rational::ZERO } else { stirling[j - 1].clone() };
            let own = |j: usize| stirling.get(j).map_or(Rational::ZERO, |number| number * Rational::from(j));
            stirling = (0..=stirling.len()).map(|j| own(j) + below(j)).collect();
        }
        let mut factor = Quotient::zero();
        for number in stirling.iter().rev() {
            let product = self.multiply(&factor, &term.ratio)?;
            factor = self.add(&product, &Quotient::rational(number.clone()))?;
        }
        let exponential = self.exponential(&term.ratio)?;
        let mut sum = self.multiply(&factor, &exponential)?;
        let mut power_over_factorial = Quotient::one();
        for k in 0..first {
            let degree = super::bounded::power(&Rational::from(k), term.degree, self.budget)?;
            let part = self.scale(&power_over_factorial, &degree)?;
            sum = self.subtract(&sum, &part)?;
            let next = self.multiply(&power_over_factorial, &term.ratio)?;
            power_over_factorial = self.scale(&next, &Rational::from_parts(1.into(), (k as u64 + 1).into()))?;
        }
        Ok(sum)
    }

    /// 1^j + 2^j + ... + n^j as a polynomial in n: (n + 1)^(j + 1) - 1 is the sum of binomial(j + 1, i) times the sums of k^i.
    fn power_sum(&mut self, degree: i64, to: &Quotient) -> Result<Quotient, Obstacle> {
        let after = self.add(to, &Quotient::one())?;
        let mut sums: Vec<Quotient> = Vec::new();
        for j in 0..=degree {
            let power = self.power_of_integer(&after, j + 1)?;
            let mut rest = self.subtract(&power, &Quotient::one())?;
            for (i, sum) in sums.iter().enumerate() {
                let factor = super::bounded::binomial(j as u64 + 1, i as u64, self.budget)?;
                let part = self.scale(sum, &factor.into())?;
                rest = self.subtract(&rest, &part)?;
            }
            sums.push(self.scale(&rest, &Rational::from_parts(1.into(), (j as u64 + 1).into()))?);
        }
        sums.pop().ok_or(Obstacle::Open)
    }

    /// q(k) r^k at a k, where q(k + 1) r - q(k) = k^degree: differences of it are sums of k^degree r^k.
    fn geometric(&mut self, term: &Term, place: &Quotient) -> Result<Quotient, Obstacle> {
        let ratio = &term.ratio;
        let divisor = self.subtract(ratio, &Quotient::one())?;
        let degree = term.degree as usize;
        let mut coefficients = vec![Quotient::zero(); degree + 1];
        for m in (0..=degree).rev() {
            let mut rest = if m == degree { Quotient::one() } else { Quotient::zero() };
            for i in m + 1..=degree {
                let factor = super::bounded::binomial(i as u64, m as u64, self.budget)?;
                let part = self.multiply(ratio, &coefficients[i])?;
                let part = self.scale(&part, &factor.into())?;
                rest = self.subtract(&rest, &part)?;
            }
            coefficients[m] = self.divide(&rest, &divisor)?;
        }
        let mut value = Quotient::zero();
        for coefficient in coefficients.iter().rev() {
            let product = self.multiply(&value, place)?;
            value = self.add(&product, coefficient)?;
        }
        let power = self.power(ratio, place)?;
        self.multiply(&value, &power)
    }
}
