//! Infinite sums of rational functions of the index times powers of a constant: by partial fractions, from the values of the digamma
//! function at simple fractions and of Riemann's zeta and Dirichlet's beta function at integers.

use super::algebra::{Algebra, Obstacle};
use super::bounded;
use super::generator::Generator;
use super::polynomial::{Id, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use crate::math::{Budget, RIEMANN_ZETA};
use dashu_int::IBig;
use std::cmp::Ordering;

/// Powers of the index beyond these, and roots of denominators beyond these, are left alone.
const LARGEST_DEGREE: i64 = 12;
const LARGEST_ROOT: i64 = 32;

/// Terms that are added one by one, at most.
const MOST_TERMS: u64 = 512;

/// The digamma function at fractions of a denominator, by Gauss's theorem.
struct Digamma {
    denominator: u8,
    /// How often ln 2 / 2 and ln 3 / 2 are in it.
    half_logarithms: [(u8, i8); 2],
    /// The square of the cotangent of pi over the denominator.
    cotangent_squared: (u8, u8),
}

/// The denominators for which the theorem gives few terms.
const DIGAMMA: [Digamma; 5] = [
    Digamma { denominator: 1, half_logarithms: [(2, 0), (3, 0)], cotangent_squared: (0, 1) },
    Digamma { denominator: 2, half_logarithms: [(2, -4), (3, 0)], cotangent_squared: (0, 1) },
    Digamma { denominator: 3, half_logarithms: [(2, 0), (3, -3)], cotangent_squared: (1, 3) },
    Digamma { denominator: 4, half_logarithms: [(2, -6), (3, 0)], cotangent_squared: (1, 1) },
    Digamma { denominator: 6, half_logarithms: [(2, -4), (3, -3)], cotangent_squared: (3, 1) },
];

/// A denominator with rational roots: leading * product of (k - root)^multiplicity.
struct Factored {
    leading: Rational,
    roots: Vec<(Rational, usize)>,
}

impl Algebra<'_> {
    /// The sum of k^degree * coefficient * ratio^k / denominator for all integers k from `first` on; `terms` are pairs of a coefficient and
    /// a degree, which may be negative.
    pub(super) fn infinite_sum(
        &mut self,
        terms: &[(Quotient, i64)],
        ratio: &Quotient,
        (denominator, id): (&Polynomial, Id),
        first: i64,
    ) -> Result<Quotient, Obstacle> {
        let is_low = |(_, degree): &(Quotient, i64)| (-LARGEST_DEGREE..=LARGEST_DEGREE).contains(degree);
        if !terms.iter().all(is_low) {
            return Err(Obstacle::Open);
        }
        let lowest = terms.iter().map(|(_, degree)| *degree).min().unwrap_or(0).min(0);
        let highest = terms.iter().map(|(_, degree)| degree - lowest).max().unwrap_or(0);
        let factored = factored(denominator, id, lowest.unsigned_abs() as usize, self.budget)?;
        let is_sign = ratio.is_one() || ratio.negate().is_one();
        let count = factored.roots.iter().map(|(_, multiplicity)| *multiplicity).sum::<usize>() as i64;
        let is_pole = |(root, _): &(Rational, usize)| root.is_int() && *root >= Rational::from(first);
        if highest >= count || factored.roots.iter().any(is_pole) || !is_sign && !self.is_small(ratio)? {
            return Err(Obstacle::Open);
        }
        let mut sum = Quotient::zero();
        let mut residues = Quotient::zero();
        for (place, (root, multiplicity)) in factored.roots.iter().enumerate() {
            let parts: Vec<Vec<Rational>> = terms
                .iter()
                .map(|(_, degree)| factored.parts(place, (degree - lowest) as usize, self.budget))
                .collect::<Result<_, _>>()?;
            for power in 1..=*multiplicity {
                let mut coefficient = Quotient::zero();
                for ((factor, _), parts) in terms.iter().zip(&parts) {
                    let part = self.scale(factor, &parts[power - 1])?;
                    coefficient = self.add(&coefficient, &part)?;
                }
                if power == 1 {
                    residues = self.add(&residues, &coefficient)?;
                }
                if coefficient.is_zero() {
                    continue;
                }
                let from = Rational::from(first) - root;
                let value = if is_sign {
                    let value = self.simple_sum(power as i64, &from, ratio.is_one())?;
                    if ratio.is_one() || first % 2 == 0 { value } else { value.negate() }
                } else {
                    self.logarithmic_sum(power, root, &from, ratio)?
                };
                let part = self.multiply(&coefficient, &value)?;
                sum = self.add(&sum, &part)?;
            }
        }
        // Else the harmonic parts do not cancel.
        let converges = !ratio.is_one() || residues.is_zero();
        if converges { Ok(sum) } else { Err(Obstacle::Open) }
    }

    /// Whether powers of a ratio have a sum: of one with variables, where they do.
    pub(super) fn is_small(&mut self, ratio: &Quotient) -> Result<bool, Obstacle> {
        if !self.is_constant(ratio) {
            return Ok(true);
        }
        let magnitude = self.absolute(ratio)?;
        Ok(self.order(&magnitude, &Quotient::one())? == Some(Ordering::Less))
    }

    /// The sum of s^n / (n + x)^power for n from 0 on, where s is 1 or -1; of 1 / (n + x) what it has beyond the harmonic series.
    fn simple_sum(&mut self, power: i64, x: &Rational, is_plain: bool) -> Result<Quotient, Obstacle> {
        // x = base + shift with 0 < base <= 1.
        let shift = i64::try_from(x.ceil() - IBig::ONE).map_err(|_| Obstacle::Open)?;
        if shift.unsigned_abs() > MOST_TERMS {
            return Err(Obstacle::Open);
        }
        let base = x - Rational::from(shift);
        let (count, is_above) = (shift.unsigned_abs(), shift > 0);
        let start = if is_above { base.clone() } else { x.clone() };
        let mut between = Rational::ZERO;
        for n in 0..count {
            let term = bounded::power(&(&start + Rational::from(n)), -power, self.budget)?;
            let term = if is_plain || n % 2 == 0 { term } else { -term };
            between = bounded::add(&between, &term, self.budget)?;
        }
        let at_base = self.simple_sum_at(power, &base, is_plain)?;
        let between = Quotient::rational(between);
        let is_negated = !is_plain && count % 2 == 1;
        if is_above {
            let rest = self.subtract(&at_base, &between)?;
            return Ok(if is_negated { rest.negate() } else { rest });
        }
        let rest = if is_negated { at_base.negate() } else { at_base };
        self.add(&between, &rest)
    }

    /// The same for 0 < x <= 1.
    fn simple_sum_at(&mut self, power: i64, x: &Rational, is_plain: bool) -> Result<Quotient, Obstacle> {
        let half = Rational::from_parts(1.into(), 2_u8.into());
        let two = Rational::from(2);
        let of_two = |exponent, budget: &mut Budget| bounded::power(&Rational::from(2), exponent, budget);
        match (power, is_plain) {
            (1, true) => Ok(self.digamma(x)?.negate()),
            (1, false) => {
                let (upper, lower) = (self.digamma(&((x + Rational::ONE) / &two))?, self.digamma(&(x / &two))?);
                let difference = self.subtract(&upper, &lower)?;
                self.scale(&difference, &half)
            }
            _ if *x == Rational::ONE && power % 2 == 0 => {
                let factor = if is_plain { Rational::ONE } else { Rational::ONE - of_two(1 - power, self.budget)? };
                self.even_zeta(power, &factor)
            }
            (_, true) if *x == half && power % 2 == 0 => {
                let factor = of_two(power, self.budget)? - Rational::ONE;
                self.even_zeta(power, &factor)
            }
            (_, false) if *x == half && power % 2 == 1 => {
                let factor = of_two(power, self.budget)?;
                self.odd_beta(power, &factor)
            }
            _ => Err(Obstacle::Open),
        }
    }

    /// digamma(x) + Euler's constant for 0 < x <= 1.
    fn digamma(&mut self, x: &Rational) -> Result<Quotient, Obstacle> {
        let known = DIGAMMA.iter().find(|known| *x.denominator() == known.denominator.into()).ok_or(Obstacle::Open)?;
        let half = Rational::from_parts(1.into(), 2_u8.into());
        let mut sum = Quotient::zero();
        for (number, count) in known.half_logarithms {
            let logarithm = self.logarithm_of_rational(&Rational::from(number))?;
            let part = self.scale(&logarithm, &(&half * Rational::from(count)))?;
            sum = self.add(&sum, &part)?;
        }
        let (over, under) = known.cotangent_squared;
        let square = Quotient::rational(Rational::from_parts(over.into(), under.into()));
        if square.is_zero() {
            return Ok(sum);
        }
        let cotangent = self.power_of_rational(&square, &half)?;
        // Of the fractions in lowest terms below 1, the first has this cotangent and the last its negative.
        let is_first = *x.numerator() == IBig::ONE;
        let pi = self.pi()?;
        let part = self.multiply(&pi, &cotangent)?;
        let part = self.scale(&part, &if is_first { -half } else { half })?;
        self.add(&sum, &part)
    }

    /// zeta(s) for an even s from 2 on, times a factor: |B_s| (2 pi)^s / (2 s!), with the Bernoulli number B_s.
    fn even_zeta(&mut self, s: i64, factor: &Rational) -> Result<Quotient, Obstacle> {
        let number = bernoulli(s as u64, self.budget)?;
        let number = if number < Rational::ZERO { -number } else { number };
        let factorial = bounded::product_of_range(1, s as u64, 1, self.budget)?;
        let power = bounded::power(&Rational::from(2), s - 1, self.budget)?;
        self.power_of_pi(s, &(number * power / Rational::from(factorial) * factor))
    }

    /// beta(s) = 1 - 1/3^s + 1/5^s - ... for an odd s, times a factor: |E_(s-1)| pi^s / (2^(s+1) (s-1)!), with Euler's number E_(s-1).
    fn odd_beta(&mut self, s: i64, factor: &Rational) -> Result<Quotient, Obstacle> {
        let n = s as u64 - 1;
        let number = euler(n, self.budget)?;
        let number = if number < Rational::ZERO { -number } else { number };
        let factorial = bounded::product_of_range(1, n, 1, self.budget)?;
        let power = bounded::power(&Rational::from(2), s + 1, self.budget)?;
        self.power_of_pi(s, &(number / (power * Rational::from(factorial)) * factor))
    }

    /// Riemann's zeta function: at even integers from 2 on, and at integers up to 0, where it is (-1)^n B_(n+1) / (n+1) at -n.
    pub(super) fn zeta(&mut self, value: &Quotient) -> Result<Quotient, Obstacle> {
        match value.as_integer() {
            Some(s @ 2..=LARGEST_DEGREE) if s % 2 == 0 => self.even_zeta(s, &Rational::ONE),
            Some(s) if (-LARGEST_DEGREE..=0).contains(&s) => {
                let number = bernoulli(s.unsigned_abs() + 1, self.budget)? / Rational::from(1 - s);
                Ok(Quotient::rational(if s % 2 == 0 { number } else { -number }))
            }
            _ => self.generator(Generator::Apply(RIEMANN_ZETA.into(), vec![value.clone()])),
        }
    }

    fn power_of_pi(&mut self, exponent: i64, factor: &Rational) -> Result<Quotient, Obstacle> {
        let pi = self.pi()?;
        let power = self.power_of_integer(&pi, exponent)?;
        self.scale(&power, factor)
    }

    /// The sum of r^k / (k - root) where k - root goes through the integers from `from` on: r^root (-ln(1 - r) - r - r^2/2 - ...).
    fn logarithmic_sum(
        &mut self,
        power: usize,
        root: &Rational,
        from: &Rational,
        ratio: &Quotient,
    ) -> Result<Quotient, Obstacle> {
        let (Some(root), Some(from), 1) = (integer(root), integer(from), power) else { return Err(Obstacle::Open) };
        if from.unsigned_abs() > MOST_TERMS {
            return Err(Obstacle::Open);
        }
        let rest = self.subtract(&Quotient::one(), ratio)?;
        let mut sum = self.logarithm(&rest)?.negate();
        for n in 1..from {
            let term = self.power_of_integer(ratio, n)?;
            let term = self.scale(&term, &Rational::from_parts(1.into(), n.unsigned_abs().into()))?;
            sum = self.subtract(&sum, &term)?;
        }
        let factor = self.power_of_integer(ratio, root)?;
        self.multiply(&factor, &sum)
    }
}

impl Factored {
    /// The coefficients of 1 / (k - root)^n for n from 1 on, in the partial fractions of k^degree over the denominator: k^degree over the
    /// other factors as a power series in z = k - root.
    fn parts(&self, place: usize, degree: usize, budget: &mut Budget) -> Result<Vec<Rational>, Obstacle> {
        let (root, multiplicity) = &self.roots[place];
        let mut series = vec![Rational::ZERO; *multiplicity];
        series[0] = bounded::invert(&self.leading);
        for _ in 0..degree {
            // Times root + z.
            for n in (0..*multiplicity).rev() {
                let below = if n == 0 { Rational::ZERO } else { series[n - 1].clone() };
                series[n] = bounded::add(&bounded::multiply(&series[n], root, budget)?, &below, budget)?;
            }
        }
        for (other, count) in self.roots.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, root)| root) {
            let distance = bounded::invert(&(root - other));
            for _ in 0..*count {
                // Divided by root - other + z.
                for n in 0..*multiplicity {
                    let below = if n == 0 { Rational::ZERO } else { series[n - 1].clone() };
                    let rest = bounded::add(&series[n], &-below, budget)?;
                    series[n] = bounded::multiply(&rest, &distance, budget)?;
                }
            }
        }
        series.reverse();
        Ok(series)
    }
}

/// k^power times a polynomial in k, as the product of its linear factors.
fn factored(polynomial: &Polynomial, id: Id, power: usize, budget: &mut Budget) -> Result<Factored, Obstacle> {
    let mut coefficients: Vec<Rational> = Vec::new();
    for (monomial, coefficient) in &polynomial.0 {
        let degree = monomial.exponent(id).as_integer().filter(|degree| (0..=LARGEST_DEGREE).contains(degree));
        let degree = degree.filter(|_| monomial.without(id).is_one()).ok_or(Obstacle::Open)? as usize;
        coefficients.resize(coefficients.len().max(degree + 1), Rational::ZERO);
        coefficients[degree] = coefficient.clone();
    }
    let mut roots = Vec::new();
    let zeros = power + coefficients.iter().take_while(|coefficient| coefficient.is_zero()).count();
    coefficients.drain(..zeros - power);
    if zeros > 0 {
        roots.push((Rational::ZERO, zeros));
    }
    let denominators = DIGAMMA.iter().map(|known| i64::from(known.denominator));
    let candidates =
        denominators.flat_map(|under| (1..=LARGEST_ROOT * under).flat_map(move |over| [(over, under), (-over, under)]));
    for (over, under) in candidates {
        if coefficients.len() <= 1 {
            break;
        }
        budget.take(coefficients.len() as u64)?;
        let root = Rational::from_parts(over.into(), under.unsigned_abs().into());
        if *root.denominator() != under.unsigned_abs().into() {
            continue;
        }
        let mut multiplicity = 0;
        while let Some(rest) = divided(&coefficients, &root, budget)? {
            coefficients = rest;
            multiplicity += 1;
        }
        if multiplicity > 0 {
            roots.push((root, multiplicity));
        }
    }
    match coefficients.as_slice() {
        [leading] if !leading.is_zero() => Ok(Factored { leading: leading.clone(), roots }),
        _ => Err(Obstacle::Open),
    }
}

/// A polynomial, coefficients of low degrees first, over k - root; `None` where it is no factor.
fn divided(coefficients: &[Rational], root: &Rational, budget: &mut Budget) -> Result<Option<Vec<Rational>>, Obstacle> {
    let mut quotient = Vec::with_capacity(coefficients.len());
    let mut carry = Rational::ZERO;
    for coefficient in coefficients.iter().rev() {
        carry = bounded::add(&bounded::multiply(&carry, root, budget)?, coefficient, budget)?;
        quotient.push(carry.clone());
    }
    let is_factor = coefficients.len() > 1 && quotient.pop().is_some_and(|rest| rest.is_zero());
    quotient.reverse();
    Ok(is_factor.then_some(quotient))
}

/// The Bernoulli number B_n: binomial(n + 1, i) B_i add up to 0 for i from 0 to n.
fn bernoulli(n: u64, budget: &mut Budget) -> Result<Rational, Obstacle> {
    let mut numbers = vec![Rational::ONE];
    for m in 1..=n {
        let mut sum = Rational::ZERO;
        for (i, number) in numbers.iter().enumerate() {
            let factor = bounded::binomial(m + 1, i as u64, budget)?;
            sum = bounded::add(&sum, &bounded::multiply(number, &factor.into(), budget)?, budget)?;
        }
        numbers.push(-sum / Rational::from(m + 1));
    }
    numbers.pop().ok_or(Obstacle::Open)
}

/// Euler's number E_n for an even n: binomial(n, i) E_i add up to 0 for even i from 0 to n.
fn euler(n: u64, budget: &mut Budget) -> Result<Rational, Obstacle> {
    let mut numbers = vec![Rational::ONE];
    for m in (2..=n).step_by(2) {
        let mut sum = Rational::ZERO;
        for (i, number) in numbers.iter().enumerate() {
            let factor = bounded::binomial(m, 2 * i as u64, budget)?;
            sum = bounded::add(&sum, &bounded::multiply(number, &factor.into(), budget)?, budget)?;
        }
        numbers.push(-sum);
    }
    numbers.pop().ok_or(Obstacle::Open)
}

fn integer(value: &Rational) -> Option<i64> {
    if value.is_int() { i64::try_from(value.numerator().clone()).ok() } else { None }
}
