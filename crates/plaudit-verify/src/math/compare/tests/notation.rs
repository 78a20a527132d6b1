//! Notation of data sets and of models that is not in the books: one value in many spellings.

use super::check;
use crate::math::Policy;

#[test]
fn words_in_the_place_of_signs() {
    check(
        &Policy::default(),
        &[
            (r"\frac{9\pi}{16}", r"\frac{9}{16}\text{π}"),
            (r"-\frac{1}{2}", r"\text{-}\frac{1}{2}"),
            (r"\arctan\frac{1}{2}", r"\text{arctan}\left(\frac12\right)"),
            (r"\infty", r"\text{infinity}"),
            (r"x^2 + C", r"x^2 + \text{C}"),
            (r"x^2 + C", r"x^2 + \text{constant}"),
            ("3:4", r"3 \text{ to } 4"),
            (r"\binom{52}{5}", r"52 \text{ choose } 5"),
            (r"x = 1, y = 2", r"x = 1\text{ , }y = 2"),
            ("10", r"10 \mathrm{~min}"),
            (r"n \equiv 3 \pmod 7", r"n \equiv 3\ (\text{mod } 7)"),
            (r"n \equiv 3 \pmod 7", r"n \equiv 3 \text{ (mod } 7)"),
            (r"n \equiv 3 \pmod 7", r"n \equiv 3 \text{ (mod 7)}"),
            (r"k < -1 \text{ or } k > 3", "k<-1或k>3"),
            (r"k < -1 \text{ or } k > 3", r"k > 3 \text{ 或 } k < -1"),
            ("17", r"\approx 17"),
            ("17", "about 17"),
            ("2, 3", "either 2 or 3"),
            ("17", r"\Rightarrow 17"),
            ("x = 17", r"\therefore x = 17"),
            (r"\text{diverges}", "divergent"),
            (r"\arcsin x", r"\text{arcsin } x"),
            ("7, 8", r"7 \& 8"),
            ("204", "**204**"),
        ],
        &[
            (r"\frac{9}{16}", r"\frac{9}{16}\text{π}"),
            (r"n \equiv 3 \pmod 7", r"n \equiv 3 \text{ (mod } 8)"),
            (r"k < -1 \text{ or } k > 3", "k<-1或k>4"),
            ("17", "about 18"),
            (r"\text{diverges}", "convergent"),
            ("17.2", r"\approx 17"),
        ],
    );
}

#[test]
fn signs_that_are_typed() {
    check(
        &Policy::default(),
        &[
            (r"\pm 5", "+-5"),
            (r"\pm 5", "x = +/- 5"),
            (r"2 \pm \sqrt{3}", "2 +/- sqrt(3)"),
            ("x > 2", "x &gt; 2"),
            (r"|x - 2| < 3", r"\mid x - 2 \mid < 3"),
            (r"60^\circ", "60^{o}"),
            (r"60^\circ", "60^o"),
            ("101_2", "(101)_2"),
            (r"\binom{10}{3}", r"10 \choose 3"),
            (r"\binom{n+1}{2}", "C_{n+1}^2"),
            (r"\binom{2n}{n}", "C_{2n}^n"),
            (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", r"\begin{pmatrix} 1 & 2 \cr 3 & 4 \end{pmatrix}"),
            ("5", r"5 \checkmark"),
            ("5", "5 = x"),
            ("5", "`5`"),
            (r"\frac{10}{3}", r"3.33\ldots"),
            ("-1", "2+-3"),
        ],
        &[
            ("-5", "+-5"),
            ("5", "+/- 5"),
            ("x > 2", "x &lt; 2"),
            ("101", "(101)_2"),
            ("60", "6^o"),
            (r"C_n^2", r"\binom{n}{2}"),
            ("3.33", r"3.33\ldots"),
            ("5", "6 = x"),
            ("5", "5 = x + 1"),
        ],
    );
}

#[test]
fn families_in_many_spellings() {
    let gold = r"x = \frac{\pi}{6} + 2k\pi, k \in \mathbb{Z}";
    check(
        &Policy::default(),
        &[
            (gold, r"x = 2k\pi + \frac{\pi}{6}\ (k \in \mathbb{Z})"),
            (gold, r"\left\{x \mid x = \frac{\pi}{6} + 2k\pi, k \in \mathbb{Z}\right\}"),
            (gold, r"\left\{\frac{\pi}{6} + 2n\pi \mid n \in \mathbb{Z}\right\}"),
            (gold, r"\frac{\pi}{6} + 2\pi n"),
            (r"2k\pi < x < \pi + 2k\pi, k \in \mathbb{Z}", r"2n\pi < x < (2n + 1)\pi, n \in \mathbb{Z}"),
        ],
        &[
            (gold, r"x = k\pi + \frac{\pi}{6}\ (k \in \mathbb{Z})"),
            (gold, r"\left\{x \mid x = -\frac{\pi}{6} + 2k\pi, k \in \mathbb{Z}\right\}"),
            (gold, r"\frac{\pi}{6} + \pi n"),
            (gold, r"\frac{\pi}{6} + 2\pi a"),
            (r"x > 2, x \in \mathbb{R}", r"y > 2, y \in \mathbb{R}"),
        ],
    );
}

#[test]
fn logarithms_of_absolute_values_as_antiderivatives() {
    check(
        &Policy::default(),
        &[
            (r"-\ln|\cos x| + C", r"\ln|\sec x| + C"),
            (r"\frac{2}{3}\ln|3x+1| + C", r"\frac{2}{3}\ln|x+\frac{1}{3}| + C"),
        ],
        &[(r"-\ln|\cos x| + C", r"\ln|\sin x| + C"), (r"\frac{2}{3}\ln|3x+1| + C", r"\frac{3}{2}\ln|3x+1| + C")],
    );
}

#[test]
fn indices_that_count_solutions() {
    let gold = r"x = 2 + \sqrt{3} \text{ or } x = 2 - \sqrt{3}";
    check(
        &Policy::default(),
        &[
            (gold, r"x_1 = 2 - \sqrt{3}, x_2 = 2 + \sqrt{3}"),
            (gold, r"x_{1,2} = 2 \pm \sqrt{3}"),
            (r"x = 2 \pm \sqrt{3}", r"x_1 = 2 + \sqrt{3}, \quad x_2 = 2 - \sqrt{3}"),
        ],
        &[
            (gold, r"x_1 = 2 - \sqrt{3}, x_2 = 3 + \sqrt{2}"),
            (gold, r"y_1 = 2 - \sqrt{3}, y_2 = 2 + \sqrt{3}"),
            ("x = 2", "x_1 = 2"),
            ("x_1 = 2, x_2 = 3", "x_1 = 3, x_2 = 2"),
            ("x = 5", "x_1 + x_2 = 10"),
        ],
    );
}

#[test]
fn sums_over_unit_vectors() {
    check(
        &Policy::default(),
        &[
            (r"2\mathbf{i} - 3\mathbf{j}", "(2, -3)"),
            (r"2\mathbf{i} - 3\mathbf{j}", r"2\hat{i} - 3\hat{j}"),
            (r"2\mathbf{i} - 3\mathbf{j}", r"2\vec{i} - 3\vec{j}"),
            (r"\begin{pmatrix} -1/3 \\ 0 \\ x \end{pmatrix}", r"-\frac{1}{3}\mathbf{i} + x\mathbf{k}"),
            (r"\langle 1, 2, 0 \rangle", r"\mathbf{i} + 2\mathbf{j}"),
        ],
        &[
            (r"2\mathbf{i} - 3\mathbf{j}", "(-3, 2)"),
            (r"2\mathbf{i} - 3\mathbf{j}", r"2\hat{i} + 3\hat{j}"),
            (r"\langle 1, 2, 3 \rangle", r"\mathbf{i} + 2\mathbf{j}"),
            ("3 + 4i", "(3, 4)"),
            ("4i", "(4, 0)"),
        ],
    );
}

#[test]
fn congruences_and_families() {
    let gold = r"n \equiv 3 \pmod 7";
    check(
        &Policy::default(),
        &[
            (gold, "n = 7k + 3"),
            (gold, "7m - 4"),
            (gold, r"n = 7k + 3, k \in \mathbb{Z}"),
            (gold, r"n = 3 - 7t \quad (t \in \mathbb{Z})"),
        ],
        &[(gold, "n = 7k + 4"), (gold, "n = 14k + 3"), (gold, "m = 7k + 3"), (gold, "3k + 7"), (gold, "n = 7k^2 + 3")],
    );
}

#[test]
fn chains_of_equations_in_any_order() {
    check(
        &Policy::default(),
        &[(r"\frac{x-1}{2} = \frac{y+1}{3} = z", r"z = \frac{x-1}{2} = \frac{y+1}{3}")],
        &[(r"\frac{x-1}{2} = \frac{y+1}{3} = z", r"z = \frac{x-1}{3} = \frac{y+1}{2}")],
    );
}

#[test]
fn alternatives_are_no_coordinates() {
    check(
        &Policy::default(),
        &[
            ("(5, -5)", "x = 5, y = -5"),
            ("(5, -5)", "5, -5"),
            ("(1, 2)", "x_1 = 1, x_2 = 2"),
            (r"\{1, 2\} \cup \{3\}", "1, 2, 3"),
        ],
        &[
            ("(5, -5)", r"x = 5 \text{ or } x = -5"),
            ("(5, -5)", "x = 5, x = -5"),
            (r"x \in [-2, 4]", "-2, 4"),
            ("[-5, 5]", r"x = -5 \text{ or } x = 5"),
            ("-1 < k < 2", "-1, 2"),
            (r"(2, 3) \cup \{5\}", "2, 3"),
        ],
    );
}
