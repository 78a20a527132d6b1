//! Sums, products, limits, derivatives and integrals.

use super::all;
use crate::math::exact::Exactness::{Equal, NotEqual, Open};

#[test]
fn series() {
    all(
        &[
            ("sum(k, 1, 10, k^2)", "385"),
            ("sum(k, 1, 3, c)", "3*c"),
            ("prod(k, 1, 5, k)", "120"),
            ("prod(k, 1, 4, x+k)", "(x+1)*(x+2)*(x+3)*(x+4)"),
            ("sum(k, 1, n, k)", "n*(n+1)/2"),
            ("sum(k, 1, n, k^2)", "n*(n+1)*(2*n+1)/6"),
            ("sum(k, 1, n, k^3)", "(n*(n+1)/2)^2"),
            ("sum(k, 0, n, 2^k)", "2^(n+1)-1"),
            ("sum(k, 0, n, x^k)", "(x^(n+1)-1)/(x-1)"),
            ("sum(k, 1, n, k*2^k)", "(n-1)*2^(n+1)+2"),
            ("sum(k, 1, 1000000000, k)", "500000000500000000"),
            ("sum(k, 0, inf, 1/2^k)", "2"),
            ("sum(k, 1, inf, k/3^k)", "3/4"),
            ("sum(k, 0, inf, (-1/2)^k)", "2/3"),
            ("sum(k, 0, inf, x^k)", "1/(1-x)"),
            ("sum(k, 0, inf, 1/k!)", "e"),
            ("sum(k, 0, inf, x^k/k!)", "e^x"),
            ("sum(k, 1, inf, 1/k^2)", "pi^2/6"),
            ("sum(k, 1, 3, sum(j, 1, k, j))", "10"),
            ("sum(k, 1, n, sum(j, 1, k, 1))", "n*(n+1)/2"),
            ("sum(k, 1, 0, k)", "0"),
            ("sum(k, 1, 1000, 1/(k*(k+1)))", "1000/1001"),
        ],
        Equal,
    );
    all(&[("sum(k, 1, n, k)", "n^2/2"), ("sum(k, 1, 100, k^2)", "338351")], NotEqual);
    all(&[("sum(k, 0, inf, 2^k)", "-1"), ("sum(k, 1, inf, 1/k)", "1"), ("sum(k, 1, 1000000000, 1/k)", "1")], Open);
}

/// The right sides to eight digits were checked against sums of a million terms.
#[test]
fn infinite_sums_of_fractions() {
    all(
        &[
            ("sum(k, 1, inf, 1/(k*(k+1)))", "1"),
            ("sum(k, 2, inf, 1/(k^2-1))", "3/4"),
            ("sum(k, 1, inf, 1/(k*(k+1)*(k+2)))", "1/4"),
            ("sum(k, 1, inf, (k-1)/(k*(k+1)*(k+2)))", "1/4"),
            ("sum(k, 0, inf, 1/(4*k+1)-1/(4*k+3))", "pi/4"),
            ("sum(k, 0, inf, 1/((3*k+1)*(3*k+2)))", "pi/(3*sqrt(3))"),
            ("sum(k, 0, inf, 1/((6*k+1)*(6*k+5)))", "pi*sqrt(3)/24"),
            ("sum(k, 1, inf, 1/(k*(2*k-1)))", "2*ln(2)"),
            ("sum(k, 1, inf, 1/(k*(3*k-1)))", "3*ln(3)/2-pi/(2*sqrt(3))"),
            ("sum(k, 0, inf, 1/((k-1/2)*(k+1/2)))", "-2"),
            ("sum(k, 1, inf, 1/k^6)", "pi^6/945"),
            ("sum(k, 3, inf, 1/k^2)", "pi^2/6-5/4"),
            ("sum(k, 1, inf, 1/(2*k-1)^2)", "pi^2/8"),
            ("sum(k, 1, inf, 1/(2*k-1)^4)", "pi^4/96"),
            ("sum(k, 1, inf, (2*k+1)/(k^2*(k+1)^2))", "1"),
            ("sum(k, 1, inf, 1/(k^2*(k+1)))", "pi^2/6-1"),
            ("sum(k, 1, inf, (-1)^(k+1)/k)", "ln(2)"),
            ("sum(k, 5, inf, (-1)^k/(k-3))", "ln(2)-1"),
            ("sum(k, 0, inf, (-1)^k/(2*k+1))", "pi/4"),
            ("sum(k, 0, inf, (-1)^k/(2*k+1)^3)", "pi^3/32"),
            ("sum(k, 0, inf, (-1)^k/(3*k+1))", "ln(2)/3+pi/(3*sqrt(3))"),
            ("sum(k, 1, inf, (-1)^(k+1)/k^2)", "pi^2/12"),
            ("sum(k, 1, inf, (-1)^(k+1)/k^4)", "7*pi^4/720"),
            ("sum(k, 2, inf, (-1)^k/(k^2-1))", "1/4"),
            ("sum(k, 1, inf, 1/(k*2^k))", "ln(2)"),
            ("sum(k, 1, inf, x^k/k)", "-ln(1-x)"),
            ("sum(k, 0, inf, 1/((k+1)*3^k))", "3*ln(3/2)"),
            ("sum(k, 1, inf, 1/(k*(k+1)*2^k))", "1-ln(2)"),
            ("sum(k, 1, inf, 1/k^2+1/2^k)", "pi^2/6+1"),
            ("sum(k, 1, inf, 1/k!)", "e-1"),
            ("sum(k, 0, inf, k^2*2^k/k!)", "6*e^2"),
        ],
        Equal,
    );
    all(
        &[
            ("sum(k, 1, inf, 1/(k*(k+1)))", "2"),
            ("sum(k, 1, inf, 1/(2*k-1)^2)", "pi^2/6"),
            ("sum(k, 1, inf, (-1)^k/k^2)", "pi^2/12"),
        ],
        NotEqual,
    );
    // Without a limit, or with a pole in the range, or with no value that is known here.
    all(
        &[
            ("sum(k, 1, inf, 1/(k+1))", "1"),
            ("sum(k, 1, inf, k/(k+1)^2)", "1"),
            ("sum(k, 1, inf, 1/(k-2)^2)", "pi^2/6"),
            ("sum(k, 1, inf, (-1)^k*k/(k+1))", "1"),
            ("sum(k, 1, inf, 2^k/k)", "1"),
            ("sum(k, 1, inf, 1/k^3)", "6/5"),
            ("sum(k, 1, inf, 1/(k^2+1))", "1"),
            ("sum(k, 0, inf, 1/(5*k+1)^2)", "1"),
        ],
        Open,
    );
}

#[test]
fn derivatives() {
    all(
        &[
            ("diff(x, x^3)", "3*x^2"),
            ("diff(x, tan(x))", "1+tan(x)^2"),
            ("diff(x, x^x)", "x^x*(ln(x)+1)"),
            ("diff(x, ln(x^2+1))", "2*x/(x^2+1)"),
            ("diff(x, sqrt(x))", "1/(2*sqrt(x))"),
            ("diff(x, sqrt(x^2+1))", "x/sqrt(x^2+1)"),
            ("diff(x, arctan(x))", "1/(1+x^2)"),
            ("diff(x, arcsin(2*x))", "2/sqrt(1-4*x^2)"),
            ("diff(x, diff(x, x^3))", "6*x"),
            ("diff(x, a*x/(x+1))", "a/(x+1)^2"),
            ("diff(x, e^(2*x)*y)", "2*y*e^(2*x)"),
        ],
        Equal,
    );
    all(&[("diff(x, x^3)", "3*x^3"), ("diff(x, sin(x))", "sin(x)")], NotEqual);
    all(&[("diff(x, f(x))", "f(x)")], Open);
}

#[test]
fn limits() {
    all(
        &[
            ("lim(x, 2, x^2)", "4"),
            ("lim(n, inf, n^(1/n))", "1"),
            ("lim(n, inf, ln(n)/n)", "0"),
            ("lim(x, 1, (x^2-1)/(x-1))", "2"),
            ("lim(x, 0, sin(x)/x)", "1"),
            ("lim(x, 0, (1-cos(x))/x^2)", "1/2"),
            ("lim(x, 0, (sqrt(1+x)-1)/x)", "1/2"),
            ("lim(x, 0, (e^x-1)/x)", "1"),
            ("lim(x, inf, (2*x^2+1)/(x^2-x))", "2"),
            ("lim(x, inf, 1/x)", "0"),
            ("lim(n, inf, (1+1/n)^n)", "e"),
            ("lim(n, inf, (1+2/n)^(3*n))", "e^6"),
            ("lim(x, inf, sqrt(x^2+x)-x)", "1/2"),
            ("lim(h, 0, ((x+h)^2-x^2)/h)", "2*x"),
            ("lim(x, 0, (1+x)^(1/x))", "e"),
        ],
        Equal,
    );
    all(&[("lim(x, 0, sin(x)/x)", "0"), ("lim(x, 2, x^2)", "5")], NotEqual);
    all(&[("lim(x, 0, 1/x)", "0"), ("lim(x, 0, abs(x)/x)", "1"), ("lim(x, 0, floor(x))", "0")], Open);
}

#[test]
fn integrals() {
    all(
        &[
            ("int(x, 0, 1, x*ln(x))", "-1/4"),
            ("int(x, 0, inf, e^(-x^2))", "sqrt(pi)/2"),
            ("int(x, -inf, inf, e^(-x^2/2))", "sqrt(2*pi)"),
            ("int(x, -inf, inf, x^4*e^(-2*x^2))", "3*sqrt(pi/2)/16"),
            ("int(x, 0, 1, x^2)", "1/3"),
            ("int(x, a, b, x)", "(b^2-a^2)/2"),
            ("int(x, 0, pi, sin(x))", "2"),
            ("int(x, 0, pi, x*sin(x))", "pi"),
            ("int(x, 0, 1, x*e^x)", "1"),
            ("int(x, 1, e, ln(x))", "1"),
            ("int(x, 1, e, 1/x)", "1"),
            ("int(x, 0, 1, 1/(1+x^2))", "pi/4"),
            ("int(x, 0, 1, x/(1+x^2))", "ln(2)/2"),
            ("int(x, 0, 1, 1/(1+x))", "ln(2)"),
            ("int(x, 0, 4, sqrt(x))", "16/3"),
            ("int(x, 0, inf, e^(-x))", "1"),
            ("int(x, 0, inf, x^3*e^(-2*x))", "3/8"),
            ("int(x, -inf, inf, 1/(1+x^2))", "pi"),
            ("int(x, 1, inf, 1/x^2)", "1"),
            ("int(x, 1, 2, 1/(x^2+x))", "ln(4/3)"),
            ("anti(x, x)", "x^2/2"),
            ("anti(x, cos(x))", "sin(x)"),
            ("diff(x, anti(x, x^2*e^x))", "x^2*e^x"),
            ("diff(x, anti(x, 1/(x^2+x+1)))", "1/(x^2+x+1)"),
            ("diff(x, anti(x, x^3/(x^2-2)))", "x^3/(x^2-2)"),
            ("diff(x, anti(x, sqrt(2*x+1)))", "sqrt(2*x+1)"),
            ("int(x, 0, 1, x*y)", "y/2"),
            ("int(x, 0, pi, sin(x)^2)", "pi/2"),
        ],
        Equal,
    );
    all(&[("int(x, 0, 1, x^2)", "1/2"), ("int(x, 0, pi, sin(x))", "0")], NotEqual);
    all(
        &[
            ("int(x, -1, 1, 1/x^2)", "-2"),
            ("int(x, -1, 1, 1/x)", "0"),
            ("int(x, 0, 1, e^(x^2))", "1"),
            ("anti(x, x)", "x^2/2+1"),
            ("int(x, 0, pi, tan(x))", "0"),
            ("int(x, -2, 2, 1/(x+1))", "ln(3)"),
        ],
        Open,
    );
}
