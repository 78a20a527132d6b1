//! Derivatives, integrals, limits and series, as text.

use super::*;
use crate::math::{Policy, ReadOptions, read};

fn text(text: &str) -> Written {
    Written(read(text, &ReadOptions::default(), &mut Budget::new()).unwrap())
}

#[test]
fn derivatives_have_values() {
    for (left, right) in [
        (r"\frac{d}{dx} x^3", "3x^2"),
        (r"\frac{d^2}{dx^2} \sin(2x)", r"-4\sin(2x)"),
        (r"\frac{d}{dx} \frac{x}{x^2+1}", r"\frac{1-x^2}{(x^2+1)^2}"),
        (r"\frac{d}{dx} \sqrt{x^2+1}", r"\frac{x}{\sqrt{x^2+1}}"),
        (r"\frac{d}{dx} \ln(\cos x)", r"-\tan x"),
        (r"\frac{d}{dx} \arctan(e^x)", r"\frac{e^x}{1+e^{2x}}"),
        (r"\frac{d}{dx} 2^{x}", r"2^x\ln 2"),
        (r"\frac{d}{dx} (x y^2 e^y)", "y^2 e^y"),
    ] {
        assert_equal(text(left), text(right));
    }
    // Exact means, which come before, take a hundredth of the usual budget; values alone more than all of it.
    let (left, right) = (text(r"\frac{d}{dx} x^x"), text(r"x^x(\ln x + 1)"));
    assert!(compared_within(600_000, &left, &right).is_equal());
    let mut budget = Budget::of_steps(Budget::STEPS / 50);
    assert!(crate::math::compare(&left.0, &right.0, &Policy::default(), &mut budget).is_equal());
    // Each function's derivative is the slope of a chord up to the square of its length, 2^-40.
    for name in
        ["sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "exp", "ln"]
    {
        let slope = text(&format!(r"\frac{{d}}{{dx}} \{name}(x)"));
        let chord = text(&format!(r"\frac{{\{name}(\frac12+2^{{-20}})-\{name}(\frac12-2^{{-20}})}}{{2^{{-19}}}}"));
        let slope = Written(put_in_half(&slope.0));
        let conventions = Conventions::default();
        let tolerance = "1/1000000000".parse().unwrap();
        let is_near = within_absolute(&slope.0, &chord.0, &tolerance, &conventions, &mut Budget::new());
        assert_eq!(is_near, Ok(true), "{name}");
    }
}

/// The derivative at 1/2.
fn put_in_half(expr: &Expr) -> Expr {
    let written_out = super::super::calculus::written_out(expr, &Conventions::default(), &mut Budget::new()).unwrap();
    written_out.with(&|_| Some((n(1) / n(2)).0))
}

#[test]
fn integrals_have_values() {
    for (left, right) in [
        (r"\int_0^1 x^2 \, dx", r"\frac13"),
        (r"\int_0^{\pi} \sin x \, dx", "2"),
        (r"\int_1^e \frac{1}{x} \, dx", "1"),
        (r"\int_0^4 \sqrt{x} \, dx", r"\frac{16}{3}"),
        (r"\int_0^1 (x+1)^2 (x-2) \, dx", r"-\frac{13}{4}"),
        (r"\int_0^1 e^{2x} \, dx", r"\frac{e^2-1}{2}"),
        (r"\int_0^2 (3\cdot 2^x - 4x) \, dx", r"\frac{9}{\ln 2} - 8"),
        (r"\int_1^4 \frac{3}{\sqrt{x}} \, dx", "6"),
        (r"\int_0^{a} x \, dx", r"\frac{a^2}{2}"),
    ] {
        assert_equal(text(left), text(right));
    }
    // A pole between the bounds, and antiderivatives that are not easy.
    for hard in [
        r"\int_{-1}^1 \frac{1}{x} \, dx",
        r"\int_0^1 e^{x^2} \, dx",
        r"\int_0^1 \frac{1}{x} \, dx",
        r"\int_0^1 x^x \, dx",
    ] {
        assert_unknown(text(hard), n(0));
    }
}

#[test]
fn limits_and_series_have_values() {
    for (left, right) in [
        (r"\lim_{x \to 0} \frac{\sin x}{x}", "1"),
        (r"\lim_{x \to 0} \frac{1-\cos x}{x^2}", r"\frac12"),
        (r"\lim_{x \to 2} \frac{x^2-4}{x-2}", "4"),
        (r"\lim_{x \to 3} (x^2+\ln x)", r"9+\ln 3"),
        (r"\sum_{k=0}^{\infty} \frac{1}{2^k}", "2"),
        (r"\sum_{n=1}^{\infty} \left(\frac{-1}{3}\right)^n", r"-\frac14"),
        (r"\sum_{n=0}^{\infty} 3\cdot\frac{2^{n+1}}{5^{2n}}", r"\frac{150}{23}"),
    ] {
        assert_equal(text(left), text(right));
    }
    for hard in [
        r"\lim_{x \to 0} \frac{1}{x}",
        r"\lim_{x \to 0} \frac{|x|}{x}",
        r"\lim_{x \to 1} \lfloor x \rfloor",
        r"\lim_{x \to 0} x^x",
        r"\sum_{k=0}^{\infty} 2^k",
        r"\sum_{k=0}^{\infty} (-1)^k",
        r"\sum_{k=1}^{\infty} \frac{1}{k^2}",
    ] {
        assert_unknown(text(hard), n(1));
    }
}

#[test]
fn nested_calculus_ends_within_its_budget() {
    let nested = |open: &str, close: &str| format!("{}x{}", open.repeat(25), close.repeat(25));
    for hostile in [
        nested(r"\int_0^1 (", r") \, dx"),
        nested(r"\frac{d}{dx} \sin(", ")"),
        r"\frac{d^6}{dx^6} x^{x^{x^x}}".to_owned(),
        r"\frac{d^{1000}}{dx^{1000}} e^x".to_owned(),
        r"\int_0^1 (x+1)^{24}(x+2)^{24} \, dx".to_owned(),
    ] {
        assert_unknown(text(&hostile), s("y"));
    }
}
