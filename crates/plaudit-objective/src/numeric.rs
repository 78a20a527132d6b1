//! Functions that losses share, exact where the obvious formula loses digits. NaN goes through all of them.

/// 1 / (1 + exp(-x)).
pub(crate) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let exp = x.exp();
        exp / (1.0 + exp)
    }
}

/// ln(1 + exp(x)), which is -ln(sigmoid(-x)).
pub(crate) fn softplus(x: f64) -> f64 {
    if x >= 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// `factor` * `value`, and 0 where the factor is 0: what has no weight stays out, infinite or not.
pub(crate) fn times(factor: f64, value: f64) -> f64 {
    if factor == 0.0 { 0.0 } else { factor * value }
}

/// The error function. The series has positive terms only, so nothing cancels; beyond 6 the value is 1 to the last bit.
pub(crate) fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        odd += 2.0;
        term *= 2.0 * x * x / odd;
        sum += term;
    }
    sum * (-x * x).exp() * std::f64::consts::FRAC_2_SQRT_PI
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_by_hand() {
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-15, "{found} is not {expected}");
        close(sigmoid(3.0_f64.ln()), 0.75);
        close(sigmoid(-3.0_f64.ln()), 0.25);
        close(softplus(0.0), std::f64::consts::LN_2);
        close(softplus(-40.0), (-40.0_f64).exp());
        assert_eq!((softplus(1e3), softplus(f64::NEG_INFINITY), softplus(f64::INFINITY)), (1e3, 0.0, f64::INFINITY));
        assert_eq!((sigmoid(f64::NEG_INFINITY), sigmoid(f64::INFINITY)), (0.0, 1.0));
        assert!(sigmoid(f64::NAN).is_nan() && softplus(f64::NAN).is_nan() && erf(f64::NAN).is_nan());
        // Abramowitz and Stegun, table 7.1.
        close(erf(0.5), 0.520_499_877_813_046_5);
        close(erf(-1.5), -0.966_105_146_475_310_7);
        close(erf(3.0), 0.999_977_909_503_001_4);
        assert_eq!((erf(0.0), erf(7.0)), (0.0, 1.0));
    }
}
