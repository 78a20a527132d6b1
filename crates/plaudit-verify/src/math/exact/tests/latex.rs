//! Answers as they are written, read and compared.

use super::notation::CONVENTIONS;
use crate::math::exact::Exactness::{self, Equal, NotEqual};
use crate::math::exact::{compare, is_reduced, rational};
use crate::math::{Budget, Expr, ReadOptions, read};

fn expr(text: &str) -> Expr {
    read(text, &ReadOptions::default(), &mut Budget::new()).unwrap()
}

fn all(pairs: &[(&str, &str)], expected: Exactness) {
    for (left, right) in pairs {
        let (left, right) = (expr(left), expr(right));
        assert_eq!(compare(&left, &right, &CONVENTIONS, &mut Budget::new()), Ok(expected), "{left} and {right}");
        assert_eq!(compare(&right, &left, &CONVENTIONS, &mut Budget::new()), Ok(expected), "{right} and {left}");
    }
}

#[test]
fn answers_are_equal_or_not() {
    all(
        &[
            (r"\frac{108+31\sqrt5}{216}", r"\frac12+\frac{31\sqrt{5}}{216}"),
            (r"10^{\frac{-5-\sqrt{13}}{6}}", r"10^{-\frac{5+\sqrt{13}}{6}}"),
            (r"\frac{1}{3\sqrt[3]{x}^2}", r"\frac{1}{3x^{2/3}}"),
            (r"2\frac{1}{2}", "2.5"),
            (r"\zeta(2)", r"\frac{\pi^2}{6}"),
            (r"\zeta(12)", r"\frac{691\pi^{12}}{638512875}"),
            (r"\zeta(-1)", r"-\frac{1}{12}"),
            (r"\zeta(0) + \zeta(-3)", r"-\frac{1}{2} + \frac{1}{120}"),
            (r"204_5", "54"),
            (r"0.\overline{3}", r"\frac13"),
            (r"\binom{18}{2}", "153"),
            (r"\frac{\pi r}{h+r}", r"\frac{r\pi}{r+h}"),
            (r"\frac94\pi", r"\frac{9\pi}{4}"),
            (r"\log_2 8", "3"),
            (r"\sin 30^\circ", r"\frac12"),
            (r"\sum_{k=1}^{n} k", r"\frac{n(n+1)}{2}"),
            (r"\int_0^1 x^2\,dx", r"\frac13"),
            (r"\lim_{x\to0}\frac{\sin x}{x}", "1"),
            (r"\begin{vmatrix}1&2\\3&4\end{vmatrix}", "-2"),
            (r"\left|1-\sqrt2\right|", r"\sqrt2-1"),
            (r"(2x-1)(2x+1)(2x+3)", r"(2x+3)(4x^2-1)"),
            (
                r"\frac{\sqrt{\sqrt{11}+\sqrt{194}}}{15+2\sqrt{33}}",
                r"\frac{\sqrt{\sqrt{11}+\sqrt{194}}}{2\sqrt{33}+15}",
            ),
        ],
        Equal,
    );
    all(
        &[
            (r"\frac{1}{2^{99}}", r"\frac{1}{2^{98}}"),
            (r"1\sqrt{19}", "1"),
            (r"x+2n+1", "x+1"),
            (r"\sqrt{17}", "4.123105625617661"),
            (r"3.14", r"\pi"),
            (r"e^{x}", r"e^{-x}"),
        ],
        NotEqual,
    );
}

#[test]
fn rational_values_and_forms() {
    let value = |text: &str| {
        let value = rational(&expr(text), &CONVENTIONS, &mut Budget::new()).unwrap();
        value.map(|value| value.to_string())
    };
    assert_eq!(value(r"\log_4 8").as_deref(), Some("3/2"));
    assert_eq!(value(r"\frac{\sqrt{8}}{\sqrt2}").as_deref(), Some("2"));
    assert_eq!(value(r"\cos^2 x+\sin^2 x").as_deref(), Some("1"));
    assert_eq!(value(r"\sqrt2"), None);
    assert_eq!(value(r"\frac{1}{0}"), None);
    assert_eq!(value(r"\int x\,dx"), None);
    let is_reduced = |text: &str| is_reduced(&expr(text), &mut Budget::new()).unwrap();
    assert!(is_reduced(r"\frac{\sqrt2}{2}") && is_reduced(r"3\frac12") && is_reduced(r"-\frac{3}{4}x^2"));
    assert!(!is_reduced(r"\frac{1}{\sqrt2}") && !is_reduced(r"3\frac24") && !is_reduced(r"\sqrt{8}"));
}
