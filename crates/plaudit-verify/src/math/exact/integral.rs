//! Integrals that have an elementary value found by a rule: polynomials with exponentials (and so sines and cosines) or with powers of
//! the logarithm, roots of linear functions, and quotients with a denominator of degree 1 or 2.

use super::algebra::{Algebra, Obstacle, closed};
use super::bounded;
use super::exponent::Exponent;
use super::generator::Generator;
use super::polynomial::{Id, Monomial, Polynomial};
use super::quotient::Quotient;
use crate::Rational;
use crate::math::{Constant, Expr, Function, Integral};
use std::cmp::Ordering;

/// An end of the range of integration.
enum End {
    Finite(Quotient),
    Infinite(i64),
}

impl Algebra<'_> {
    /// An integral as it was written.
    pub(super) fn integral(&mut self, integral: &Integral) -> Result<Quotient, Obstacle> {
        let Some([from, to]) = &integral.bounds else {
            self.has_antiderivative = true;
            let place = self.value_of(&integral.variable)?;
            let (id, variable) = self.fresh(false)?;
            let body = self.normal_with(&integral.variable, variable, &integral.body)?;
            let value = self.antiderivative(&body, id)?;
            return self.substitute(&value, id, &place);
        };
        let ends = [self.end(from)?, self.end(to)?];
        let (id, variable) = self.fresh(false)?;
        let body = self.normal_with(&integral.variable, variable, &integral.body)?;
        if let [End::Finite(_) | End::Infinite(-1), End::Infinite(1)] = &ends
            && let Some(value) = closed(self.gaussian(&body, id, &ends[0]))?
        {
            return Ok(value);
        }
        if !self.is_smooth_between(&body, id, &ends)? {
            return Err(Obstacle::Open);
        }
        let value = self.antiderivative(&body, id)?;
        let mut values = Vec::with_capacity(2);
        for end in &ends {
            values.push(match end {
                End::Finite(end) => match end.is_zero().then(|| closed(self.limit_at_zero(&value, id))) {
                    Some(limit) => limit?.map_or_else(|| self.substitute(&value, id, end), Ok)?,
                    None => self.substitute(&value, id, end)?,
                },
                End::Infinite(sign) => self.limit_at_infinity(&value, id, *sign)?,
            });
        }
        self.subtract(&values[1], &values[0])
    }

    /// The integral of even powers x^n times e^(-a x^2) from 0 or minus infinity to infinity: over the whole line,
    /// 1 * 3 * .. * (n - 1) / (2 a)^(n / 2) * sqrt(pi / a).
    fn gaussian(&mut self, body: &Quotient, id: Id, from: &End) -> Result<Quotient, Obstacle> {
        let is_half = match from {
            End::Finite(from) if from.is_zero() => true,
            End::Infinite(_) => false,
            End::Finite(_) => return Err(Obstacle::Open),
        };
        let half = Rational::from_parts(1.into(), 2_u8.into());
        let square = self.generator_power(id, Exponent::integer(2))?;
        let mut sum = Quotient::zero();
        for (monomial, coefficient) in &body.numerator.0 {
            let mut term = Quotient::rational(coefficient.clone());
            let mut rate = Quotient::zero();
            for (generator, exponent) in &monomial.0 {
                let known = self.known(*generator);
                match &*known {
                    _ if *generator == id => {}
                    _ if !self.generator_depends(*generator, id) => {
                        let factor = self.generator_power(*generator, *exponent)?;
                        term = self.multiply(&term, &factor)?;
                    }
                    Generator::Exponential(inner) => {
                        let part = self.divide(inner, &square)?;
                        let part = self.scale(&part, &-exponent.to_rational())?;
                        rate = self.add(&rate, &part)?;
                    }
                    _ => return Err(Obstacle::Open),
                }
            }
            let degree =
                monomial.exponent(id).as_integer().filter(|degree| (0..=32).contains(degree) && degree % 2 == 0);
            let degree = degree.ok_or(Obstacle::Open)?;
            let is_positive =
                !self.depends(&rate, id) && self.order(&rate, &Quotient::zero())? == Some(Ordering::Greater);
            if !is_positive || self.polynomial_depends(&body.denominator, id) {
                return Err(Obstacle::Open);
            }
            let double = self.scale(&rate, &Rational::from(2))?;
            for odd in (1..degree).step_by(2) {
                let factor = self.divide(&Quotient::integer(odd), &double)?;
                term = self.multiply(&term, &factor)?;
            }
            let pi = self.pi()?;
            let inside = self.divide(&pi, &rate)?;
            let root = self.power_of_rational(&inside, &half)?;
            let value = self.multiply(&term, &root)?;
            sum = self.add(&sum, &value)?;
        }
        let sum = if is_half { self.scale(&sum, &half)? } else { sum };
        self.divide(&sum, &body.denominator.clone().into())
    }

    fn end(&mut self, end: &Expr) -> Result<End, Obstacle> {
        match end {
            Expr::Constant(Constant::Infinity) => Ok(End::Infinite(1)),
            Expr::Negative(part) if matches!(**part, Expr::Constant(Constant::Infinity)) => Ok(End::Infinite(-1)),
            end => Ok(End::Finite(self.normal(end)?)),
        }
    }

    /// Whether the rule of antiderivatives holds from one end to the other: no pole between them.
    fn is_smooth_between(&mut self, body: &Quotient, id: Id, ends: &[End; 2]) -> Result<bool, Obstacle> {
        let mut is_entire = true;
        for (monomial, _) in &body.numerator.0 {
            for (generator, exponent) in &monomial.0 {
                let is_power = exponent.as_integer().is_some_and(|exponent| exponent >= 0);
                is_entire &= match &*self.generators[*generator].generator {
                    _ if !self.generator_depends(*generator, id) => true,
                    Generator::Bound(..) => is_power,
                    Generator::Exponential(inner) => inner.denominator.is_one() && self.is_linear(inner, id),
                    _ => false,
                };
            }
        }
        if self.polynomial_depends(&body.denominator, id) {
            // Positive all over the real line, as x^2 + 1.
            let constants = body.denominator.clone();
            let is_positive = self.is_positive(&constants) && self.polynomial_at_zero_is_positive(&constants, id)?;
            is_entire &= is_positive;
        }
        if is_entire {
            return Ok(true);
        }
        // Else only powers, roots and logarithms that are smooth where the variable is positive.
        let is_simple = body.numerator.0.iter().all(|(monomial, _)| {
            monomial.0.iter().all(|(generator, _)| match &*self.generators[*generator].generator {
                Generator::Bound(..) => true,
                Generator::Logarithm(inner) => {
                    *inner == Polynomial::term(Monomial::of(id, Exponent::ONE), Rational::ONE).into()
                }
                _ => !self.generator_depends(*generator, id),
            })
        });
        let denominator_is_positive = self.is_positive_right_of_zero(&body.denominator, id);
        if !is_simple || !denominator_is_positive {
            return Ok(false);
        }
        for end in ends {
            let is_positive = match end {
                End::Infinite(sign) => *sign > 0,
                End::Finite(end) if self.is_constant(end) => {
                    matches!(self.order(end, &Quotient::zero())?, Some(Ordering::Greater | Ordering::Equal))
                }
                End::Finite(_) => false,
            };
            if !is_positive {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether an exponent is something free of the variable, times the variable or alone.
    fn is_linear(&self, value: &Quotient, id: Id) -> bool {
        value.numerator.0.iter().all(|(monomial, _)| {
            let rest = monomial.without(id);
            let is_free = rest.0.iter().all(|(generator, _)| !self.generator_depends(*generator, id));
            is_free && matches!(monomial.exponent(id).as_integer(), Some(0 | 1))
        })
    }

    fn polynomial_at_zero_is_positive(&mut self, value: &Polynomial, id: Id) -> Result<bool, Obstacle> {
        let at_zero = self.substitute_polynomial(value, id, &Quotient::zero())?;
        Ok(self.is_constant(&at_zero)
            && at_zero.denominator.is_one()
            && self.sign(&at_zero.numerator)? == Some(Ordering::Greater))
    }

    /// Whether a polynomial in the variable has positive coefficients only.
    fn is_positive_right_of_zero(&self, value: &Polynomial, id: Id) -> bool {
        let rest = value.0.iter().map(|(monomial, coefficient)| (monomial.without(id), coefficient.clone()));
        self.is_positive(&Polynomial(rest.collect()))
    }

    /// A function with this derivative.
    fn antiderivative(&mut self, value: &Quotient, id: Id) -> Result<Quotient, Obstacle> {
        if self.polynomial_depends(&value.denominator, id) {
            return self.antiderivative_of_fraction(value, id);
        }
        let mut sum = Quotient::zero();
        for (monomial, coefficient) in &value.numerator.0 {
            let mut outside = Quotient::rational(coefficient.clone());
            let mut inside = Monomial::one();
            for (generator, exponent) in &monomial.0 {
                let single = Monomial::of(*generator, *exponent);
                match self.generator_depends(*generator, id) {
                    true => inside = inside.multiply(&single)?,
                    false => outside = self.multiply(&outside, &Polynomial::term(single, Rational::ONE).into())?,
                }
            }
            let term = self.antiderivative_of_term(&inside, id)?;
            let term = self.multiply(&outside, &term)?;
            sum = self.add(&sum, &term)?;
        }
        self.divide(&sum, &value.denominator.clone().into())
    }

    fn antiderivative_of_term(&mut self, monomial: &Monomial, id: Id) -> Result<Quotient, Obstacle> {
        const LARGEST_DEGREE: i64 = 32;
        let degree = monomial.exponent(id);
        let rest = monomial.without(id);
        let variable = self.generator_power(id, Exponent::ONE)?;
        match rest.0.as_slice() {
            [] => return self.antiderivative_of_power(&variable, degree),
            [(generator, exponent)] => match (&*self.known(*generator), exponent.as_integer()) {
                (Generator::Logarithm(inner), Some(count @ 1..=16)) if *inner == variable => {
                    return self.antiderivative_of_logarithm(&variable, degree, count, *generator);
                }
                // The integral of (a x + b)^e is (a x + b)^(e + 1) / (a (e + 1)).
                (Generator::Radicand(inner), _) if degree.is_zero() => {
                    let inner = Quotient::from(inner.clone());
                    let slope = self.derivative(&inner, id)?;
                    let next = exponent.add(Exponent::ONE)?;
                    if self.depends(&slope, id) {
                        return Err(Obstacle::Open);
                    }
                    let power = self.power_of_rational(&inner, &next.to_rational())?;
                    let divisor = self.scale(&slope, &next.to_rational())?;
                    return self.divide(&power, &divisor);
                }
                _ => {}
            },
            _ => {}
        }
        // x^n e^(r x) = the derivative of e^(r x) (x^n / r - n x^(n - 1) / r^2 + n (n - 1) x^(n - 2) / r^3 - ...)
        let degree =
            degree.as_integer().filter(|degree| (0..=LARGEST_DEGREE).contains(degree)).ok_or(Obstacle::Open)?;
        let mut rate = Quotient::zero();
        for (generator, exponent) in &rest.0 {
            let known = self.known(*generator);
            let Generator::Exponential(inner) = &*known else {
                return Err(Obstacle::Open);
            };
            let slope = self.derivative(inner, id)?;
            let slope = self.scale(&slope, &exponent.to_rational())?;
            rate = self.add(&rate, &slope)?;
        }
        if rate.is_zero() || self.depends(&rate, id) {
            return Err(Obstacle::Open);
        }
        let mut sum = Quotient::zero();
        let mut factor = self.invert(&rate)?;
        for power in (0..=degree).rev() {
            let term = self.power_of_integer(&variable, power)?;
            let term = self.multiply(&factor, &term)?;
            sum = self.add(&sum, &term)?;
            factor = self.divide(&factor, &rate)?;
            factor = self.scale(&factor, &Rational::from(-power))?;
        }
        self.multiply(&sum, &Polynomial::term(rest, Rational::ONE).into())
    }

    fn antiderivative_of_power(&mut self, variable: &Quotient, degree: Exponent) -> Result<Quotient, Obstacle> {
        if degree == Exponent::integer(-1) {
            let magnitude = self.absolute(variable)?;
            return self.logarithm(&magnitude);
        }
        let next = degree.add(Exponent::ONE)?.to_rational();
        let power = self.power_of_rational(variable, &next)?;
        self.scale(&power, &bounded::invert(&next))
    }

    /// The integral of x^e ln(x)^n, by parts.
    fn antiderivative_of_logarithm(
        &mut self,
        variable: &Quotient,
        degree: Exponent,
        count: i64,
        logarithm: Id,
    ) -> Result<Quotient, Obstacle> {
        if count == 0 {
            return self.antiderivative_of_power(variable, degree);
        }
        if degree == Exponent::integer(-1) {
            let power = self.generator_power(logarithm, Exponent::integer(count + 1))?;
            return self.scale(&power, &Rational::from_parts(1.into(), (count as u64 + 1).into()));
        }
        let next = degree.add(Exponent::ONE)?.to_rational();
        let (power, logarithms) =
            (self.power_of_rational(variable, &next)?, self.generator_power(logarithm, Exponent::integer(count))?);
        let product = self.multiply(&power, &logarithms)?;
        let less = self.antiderivative_of_logarithm(variable, degree, count - 1, logarithm)?;
        let less = self.scale(&less, &Rational::from(count))?;
        let difference = self.subtract(&product, &less)?;
        self.scale(&difference, &bounded::invert(&next))
    }

    /// Coefficients by powers of the variable, from 0 on; `None` where it is no polynomial in it.
    fn coefficients(&mut self, value: &Polynomial, id: Id) -> Result<Option<Vec<Quotient>>, Obstacle> {
        const LARGEST_DEGREE: usize = 32;
        let mut coefficients: Vec<Quotient> = Vec::new();
        for (monomial, coefficient) in &value.0 {
            let rest = Polynomial::term(monomial.without(id), coefficient.clone());
            let degree = monomial.exponent(id).as_integer().and_then(|degree| usize::try_from(degree).ok());
            let Some(degree) = degree.filter(|degree| *degree <= LARGEST_DEGREE) else { return Ok(None) };
            if self.polynomial_depends(&rest, id) {
                return Ok(None);
            }
            if coefficients.len() <= degree {
                coefficients.resize(degree + 1, Quotient::zero());
            }
            coefficients[degree] = self.add(&coefficients[degree].clone(), &rest.into())?;
        }
        Ok(Some(coefficients))
    }

    /// The integral of n / d for polynomials n and d, the latter of degree 1 or 2.
    fn antiderivative_of_fraction(&mut self, value: &Quotient, id: Id) -> Result<Quotient, Obstacle> {
        let common = value.numerator.common_monomial()?.exponent(id);
        let shift = if common.is_negative() { common.negate()? } else { Exponent::ZERO };
        let shift = Polynomial::term(Monomial::of(id, shift), Rational::ONE);
        let above = self.multiply_polynomials(&value.numerator, &shift)?;
        let below = self.multiply_polynomials(&value.denominator, &shift)?;
        let (Some(mut above), Some(below)) = (self.coefficients(&above, id)?, self.coefficients(&below, id)?) else {
            return Err(Obstacle::Open);
        };
        let variable = self.generator_power(id, Exponent::ONE)?;
        let degree = below.len() - 1;
        let mut sum = Quotient::zero();
        while above.len() > degree {
            let place = above.len() - 1 - degree;
            let Some(leading) = above.last().cloned() else { break };
            let leading = self.divide(&leading, &below[degree])?;
            for (index, coefficient) in below.iter().enumerate() {
                let product = self.multiply(&leading, coefficient)?;
                above[place + index] = self.subtract(&above[place + index].clone(), &product)?;
            }
            above.pop();
            let power = self.antiderivative_of_power(&variable, Exponent::integer(place as i64))?;
            let term = self.multiply(&leading, &power)?;
            sum = self.add(&sum, &term)?;
        }
        above.resize(2, Quotient::zero());
        let rest = match below.as_slice() {
            [constant, slope] => {
                let factor = self.divide(&above[0], slope)?;
                let logarithm = self.logarithm_of_linear(&variable, slope, constant)?;
                self.multiply(&factor, &logarithm)?
            }
            [constant, linear, square] => {
                self.antiderivative_over_square(&above, [constant, linear, square], &variable)?
            }
            _ => return Err(Obstacle::Open),
        };
        self.add(&sum, &rest)
    }

    /// ln |a x + b|.
    fn logarithm_of_linear(&mut self, variable: &Quotient, a: &Quotient, b: &Quotient) -> Result<Quotient, Obstacle> {
        let product = self.multiply(a, variable)?;
        let value = self.add(&product, b)?;
        let magnitude = self.absolute(&value)?;
        self.logarithm(&magnitude)
    }

    /// The integral of (p x + q) / (a x^2 + b x + c): p/(2a) ln|d| + (q - p b/(2a)) times that of 1/d, which is
    /// 2/s arctan((2 a x + b)/s) for s^2 = 4 a c - b^2 > 0, and 1/s ln|(2 a x + b - s)/(2 a x + b + s)| for s^2 = b^2 - 4 a c > 0.
    fn antiderivative_over_square(
        &mut self,
        above: &[Quotient],
        [c, b, a]: [&Quotient; 3],
        variable: &Quotient,
    ) -> Result<Quotient, Obstacle> {
        let half = Rational::from_parts(1.into(), 2_u8.into());
        let twice = self.scale(a, &Rational::from(2))?;
        let inner = self.multiply(&twice, variable)?;
        let inner = self.add(&inner, b)?;
        let product = self.multiply(a, c)?;
        let product = self.scale(&product, &Rational::from(4))?;
        let square = self.multiply(b, b)?;
        let discriminant = self.subtract(&product, &square)?;
        if !self.is_constant(&discriminant) {
            return Err(Obstacle::Open);
        }
        let order = self.order(&discriminant, &Quotient::zero())?.ok_or(Obstacle::Open)?;
        let magnitude = if order == Ordering::Less { discriminant.negate() } else { discriminant };
        let root = self.power_of_rational(&magnitude, &half)?;
        let unit = match order {
            Ordering::Equal => self.divide(&Quotient::integer(-2), &inner)?,
            Ordering::Greater => {
                let slope = self.divide(&inner, &root)?;
                let arc = self.arc(Function::Arctan, &slope)?;
                let arc = self.scale(&arc, &Rational::from(2))?;
                self.divide(&arc, &root)?
            }
            Ordering::Less => {
                let (less, more) = (self.subtract(b, &root)?, self.add(b, &root)?);
                let less = self.logarithm_of_linear(variable, &twice, &less)?;
                let more = self.logarithm_of_linear(variable, &twice, &more)?;
                let difference = self.subtract(&less, &more)?;
                self.divide(&difference, &root)?
            }
        };
        let share = self.divide(&above[1], &twice)?;
        let product = self.multiply(a, variable)?;
        let product = self.add(&product, b)?;
        let product = self.multiply(&product, variable)?;
        let denominator = self.add(&product, c)?;
        let magnitude = self.absolute(&denominator)?;
        let first = match share.is_zero() {
            true => Quotient::zero(),
            false => {
                let logarithm = self.logarithm(&magnitude)?;
                self.multiply(&share, &logarithm)?
            }
        };
        let product = self.multiply(&share, b)?;
        let factor = self.subtract(&above[0], &product)?;
        let second = self.multiply(&factor, &unit)?;
        self.add(&first, &second)
    }
}
