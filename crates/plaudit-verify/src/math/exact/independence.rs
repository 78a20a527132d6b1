//! Where a normal form that is not zero is known to be no zero.

use super::algebra::Algebra;
use super::exponent::Exponent;
use super::generator::Generator;
use super::polynomial::{Id, Monomial};
use super::quotient::Quotient;

impl Algebra<'_> {
    /// Whether a normal form other than 0 is known to differ from zero: as a number, or as a function somewhere.
    ///
    /// Products of different fractional powers of primes are linearly independent over the rationals (Besicovitch 1940), and with i over
    /// the Gaussian rationals. Over all algebraic numbers, pi is transcendental, and so is e (Lindemann 1882), whose powers with
    /// different rational exponents are linearly independent; pi and logarithms of primes are linearly independent together with 1
    /// (Baker 1966). Of pi and e together, and of products of logarithms, nothing is known. Variables are independent of all
    /// numbers, and so are exponentials of monomials in them (Ax 1971).
    pub(super) fn differs_from_zero(&self, value: &Quotient) -> bool {
        if value.is_zero() || self.has_antiderivative {
            return false;
        }
        let generators = value.numerator.generators();
        let is_plain = |id: &Id| match &*self.generators[*id].generator {
            Generator::Imaginary | Generator::Variable(_) => true,
            Generator::Prime(_, is_prime) => *is_prime,
            Generator::Exponential(exponent) => self.is_exponential_of_variables(exponent),
            _ => false,
        };
        let mut others = generators.iter().filter(|id| !is_plain(id));
        let (first, second) = (others.next(), others.next());
        match (first, second) {
            (None, _) => true,
            (Some(id), None) => self.is_transcendental(*id),
            _ => {
                let is_linear = |(monomial, _): &(Monomial, _)| {
                    let mut logarithms = monomial.0.iter().filter(|(id, _)| !is_plain(id));
                    logarithms.next().is_none_or(|(id, exponent)| *exponent == Exponent::ONE && self.is_logarithm(*id))
                        && logarithms.next().is_none()
                };
                value.numerator.0.iter().all(is_linear)
            }
        }
    }

    fn is_transcendental(&self, id: Id) -> bool {
        let is_e = matches!(&*self.generators[id].generator, Generator::Exponential(exponent) if exponent.is_one());
        is_e || self.is_logarithm(id)
    }

    /// Whether it is pi, which is a logarithm of -1 but for a factor i, or the logarithm of a prime.
    fn is_logarithm(&self, id: Id) -> bool {
        match &*self.generators[id].generator {
            Generator::Pi => true,
            Generator::Logarithm(value) => {
                // Larger ones are not known to be prime, or a power of one.
                value.as_integer().is_some_and(|value| (2..1 << 32).contains(&value))
            }
            _ => false,
        }
    }

    /// Whether an exponent is a monomial with variables in it and besides them only i and roots of primes.
    fn is_exponential_of_variables(&self, exponent: &Quotient) -> bool {
        let Some((monomial, _)) = exponent.as_polynomial().and_then(|polynomial| polynomial.as_term()) else {
            return false;
        };
        let is_variable = |id: Id| matches!(*self.generators[id].generator, Generator::Variable(_));
        let is_plain = |id: Id| {
            is_variable(id)
                || matches!(*self.generators[id].generator, Generator::Imaginary | Generator::Prime(_, true))
        };
        monomial.0.iter().any(|(id, _)| is_variable(*id)) && monomial.0.iter().all(|(id, _)| is_plain(*id))
    }
}
