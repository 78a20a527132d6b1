//! Conditions in words, names that are free, sets with dots and with signs, inverse matrices.

use super::check;
use crate::math::Policy;

#[test]
fn conditions_in_words_that_say_the_domain() {
    check(
        &Policy::default(),
        &[
            (r"f(x) = 3x \text{ for all real } x", "f(x) = 3x"),
            (r"f(x) = 3x \text{ for all } x \in \mathbb{R}", "f(x) = 3x for all real numbers x"),
            (r"x = 3\pi k, \text{ where } k \text{ is an integer}", r"x = 3\pi n, n \in \mathbb{Z}"),
            (r"5k+2 \text{ for any integer } k", "5k+2"),
            (r"n = 3^k \text{ for } k \geq 0", r"n = 3^m, m \geq 0"),
            (r"n = 3^k \text{ for } k \geq 0", r"n = 3^k, \text{ where } k \text{ is a nonnegative integer}"),
            (r"f(x) = cx \text{ where } c \text{ is a constant}", "f(x) = cx"),
            (r"f(x) = 3x \quad \forall x \in \mathbb{R}", "f(x) = 3x"),
        ],
        &[
            (r"f(x) = 3x \text{ for all real } x", "f(x) = 4x"),
            (r"n = 3^k \text{ for } k \geq 0", r"n = 3^k \text{ for } k \geq 1"),
            (r"n = 3^k \text{ for } k \geq 0", "n = 3^k"),
            (r"f(x) = x \text{ for } x > 0", r"f(x) = x \text{ for } x < 0"),
            (r"f(x) = x \text{ for } x > 0", "f(x) = x"),
            (r"n \geq 1, n \leq 6", r"n \leq 6"),
            (r"x = 3, y \in \mathbb{R}", "x = 3"),
        ],
    );
}

#[test]
fn functions_have_arguments_of_any_name() {
    check(
        &Policy::default(),
        &[("f(x) = 3x^2", "f(t) = 3t^2"), ("f(x, y) = x + 3y", "f(y, x) = y + 3x"), ("f(x) = kx", "f(t) = kt")],
        &[
            ("f(x) = 3x^2", "f(t) = 3t^3"),
            ("f(x) = 3x^2", "f(t) = 3x^2"),
            ("f(x) = kx", "f(k) = kx"),
            ("f(x) = kx", "f(k) = k^2"),
            ("f(x, y) = x - y", "f(u, u) = 0"),
            ("f(x) = x + t", "f(t) = 2t"),
            ("f(x) = 3x^2", "g(t) = 3t^2"),
            ("f(2) = 4", "f(3) = 4"),
            ("P(A) = 0.3", "P(B) = 0.3"),
        ],
    );
}

#[test]
fn sets_with_dots() {
    check(
        &Policy::default(),
        &[
            (r"\{1, 2, \ldots, 6\}", r"\{1, 2, 3, 4, 5, 6\}"),
            (r"\{1, \ldots, 6\}", r"\{1, 2, 3, \dots, 6\}"),
            (r"\{3, 6, 9, \ldots, 21\}", r"\{3, 6, 9, 12, 15, 18, 21\}"),
            (r"\{6, 5, \ldots, 1\}", r"\{1, 2, \ldots, 6\}"),
            (r"\{1, 2, 3, \ldots, n\}", r"\{1, 2, \ldots, n\}"),
            (r"\{1, 2, 3, \ldots\}", r"\mathbb{N}"),
            (r"\{4, 8, 12, \ldots\}", r"\{4, 8, 12, 16, \ldots\}"),
        ],
        &[
            (r"\{1, 2, \ldots, 6\}", r"\{1, 2, 6\}"),
            (r"\{1, 2, \ldots, 6\}", r"\{1, 2, \ldots, 7\}"),
            (r"\{1, 2, 4, \ldots, 32\}", r"\{1, 2, \ldots, 32\}"),
            (r"\{2, 4, \ldots, 32\}", r"\{2, 4, 6, \ldots, 32\}"),
            (r"\{1, 2, \ldots, n\}", r"\{1, 2, \ldots, n+1\}"),
            (r"\{1, 2, 3, \ldots\}", r"\{1, 2, 3\}"),
            (r"\{0, 1, 2, \ldots\}", r"\{1, 2, 3, \ldots\}"),
            (r"\{0, 5, \ldots, 12\}", r"\{0, 5, 10\}"),
        ],
    );
}

#[test]
fn parts_of_the_numbers() {
    check(
        &Policy::default(),
        &[
            (r"\mathbb{R}^+", r"(0, \infty)"),
            (r"x \in \mathbb{R}_{>0}", "x > 0"),
            (r"\mathbb{R}_{\geq 0}", r"[0, \infty)"),
            (r"\mathbb{R}^{-}", r"(-\infty, 0)"),
            (r"\mathbb{R}^*", r"\mathbb{R} \setminus \{0\}"),
            (r"\mathbb{R} - \{0\}", r"x \neq 0"),
            (r"\mathbb{Z}^+", r"\mathbb{N}"),
        ],
        &[
            (r"\mathbb{R}^+", r"[0, \infty)"),
            (r"\mathbb{R}^+", r"\mathbb{R}"),
            (r"\mathbb{R}^+", r"\mathbb{R}^-"),
            (r"\mathbb{Z}^+", r"\mathbb{Z}"),
            (r"\mathbb{R} - \{0\}", r"\mathbb{R} - \{1\}"),
        ],
    );
}

#[test]
fn powers_of_matrices_that_are_not_positive() {
    let matrix = |entries: &str| format!(r"\begin{{pmatrix}}{entries}\end{{pmatrix}}");
    let power = |entries: &str, exponent: &str| matrix(entries) + "^{" + exponent + "}";
    let pairs = |pairs: &[(String, String)], is_equal: bool| {
        for (gold, answer) in pairs {
            let pair = [(gold.as_str(), answer.as_str())];
            let (equal, different): (&[_], &[_]) = if is_equal { (&pair, &[]) } else { (&[], &pair) };
            check(&Policy::default(), equal, different);
        }
    };
    pairs(
        &[
            (power(r"1&2\\3&4", "-1"), matrix(r"-2&1\\3/2&-1/2")),
            (power(r"1&2\\3&4", "-1"), r"-\frac12".to_owned() + &matrix(r"4&-2\\-3&1")),
            (power(r"0&1\\2&0", "-1"), matrix(r"0&1/2\\1&0")),
            (power(r"1&2\\3&4", "-2"), matrix(r"11/2&-5/2\\-15/4&7/4")),
            (power(r"1&2&3\\0&1&4\\5&6&0", "-1"), matrix(r"-24&18&5\\20&-15&-4\\-5&4&1")),
            (power(r"7&2\\1&3", "0"), matrix(r"1&0\\0&1")),
        ],
        true,
    );
    pairs(
        &[
            (power(r"1&2\\3&4", "-1"), matrix(r"-2&1\\3/2&1/2")),
            (power(r"1&2\\3&4", "-1"), matrix(r"1&1/2\\1/3&1/4")),
            (power(r"7&2\\1&3", "0"), matrix(r"7&2\\1&3")),
        ],
        false,
    );
}
