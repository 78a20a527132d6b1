"""Makes answers.jsonl: pairs of a reference and an answer, as they occur where models solve competition problems.

    python3 benchmarks/answers.py

Half of the answers are right, mostly in another notation than the reference; half are wrong, mostly by a little. The shares of the kinds
follow those of the answers in the MATH data set, roughly; the numbers are drawn, the texts are our own. The file is committed: the peers
read the same pairs.
"""

import json
import math
import pathlib
import random
from fractions import Fraction

PAIRS = 2000
draw = random.Random(20261121)


def integer():
    value = draw.randint(-60, 1200) if draw.random() < 0.85 else draw.randint(1000, 10**7)
    notations = [str(value), str(value), f"{value:,}", f"{value}.0", f"x = {value}", f"{value} \\text{{ units}}"]
    return str(value), notations, [str(value + draw.choice([-2, -1, 1, 10])), str(-value if value else 1)]


def fraction():
    value = Fraction(draw.randint(-40, 40), draw.randint(2, 30))
    if value.denominator == 1:
        value += Fraction(1, 7)
    top, bottom = abs(value.numerator), value.denominator
    sign = "-" if value < 0 else ""
    reference = rf"{sign}\frac{{{top}}}{{{bottom}}}"
    notations = [reference, rf"{sign}\dfrac{{{top}}}{{{bottom}}}", f"{sign}{top}/{bottom}", rf"{sign}\frac{{{3 * top}}}{{{3 * bottom}}}"]
    if 10**6 % bottom == 0:
        notations.append(format(float(value), ".6f").rstrip("0"))
    wrong = [rf"{sign}\frac{{{top + 1}}}{{{bottom}}}", f"{sign}{bottom}/{max(top, 1) + bottom}", f"{sign}{top}"]
    return reference, notations, wrong


def decimal():
    value = draw.randint(1, 99_999)
    text = f"{value / 100:.2f}"
    return text, [text, text + "0", rf"\frac{{{value}}}{{100}}", rf"\${text}"], [f"{(value + 1) / 100:.2f}", f"{value / 10:.1f}"]


def root():
    outer, inner = draw.randint(2, 12), draw.choice([2, 3, 5, 6, 7, 10, 11, 13])
    reference = rf"{outer}\sqrt{{{inner}}}"
    notations = [reference, rf"\sqrt{{{outer * outer * inner}}}", f"{outer}sqrt({inner})", rf"\frac{{{outer * inner}}}{{\sqrt{{{inner}}}}}"]
    return reference, notations, [rf"{outer + 1}\sqrt{{{inner}}}", rf"{outer}\sqrt{{{inner + 1}}}", rf"\sqrt{{{outer * inner}}}"]


def surd():
    a, b, c = draw.randint(-9, 9), draw.randint(1, 6), draw.choice([2, 3, 5, 7, 11])
    d = draw.randint(2, 5)
    reference = rf"\frac{{{a}+{b}\sqrt{{{c}}}}}{{{d}}}"
    notations = [reference, rf"\frac{{{a}}}{{{d}}}+\frac{{{b}\sqrt{{{c}}}}}{{{d}}}", rf"({a}+{b}\sqrt{{{c}}})/{d}"]
    return reference, notations, [rf"\frac{{{a}-{b}\sqrt{{{c}}}}}{{{d}}}", rf"\frac{{{a + 1}+{b}\sqrt{{{c}}}}}{{{d}}}"]


def polynomial():
    p, q = draw.randint(1, 6), draw.randint(-7, 7)
    a, b, c = p, p * q + 1, q
    reference = f"{a}x^2{b:+d}x{c:+d}"
    factored = f"(x{q:+d})({p}x+1)" if q else f"x({p}x+1)"
    return reference, [reference, factored, f"{c}+{b}x+{a}x^{{2}}"], [f"{a}x^2{-b or 1:+d}x{c:+d}", f"{a}x^2{b:+d}x{c + 1:+d}"]


def multiple_of_pi():
    top, bottom = draw.randint(1, 30), draw.choice([1, 2, 3, 4, 6])
    divisor = math.gcd(top, bottom)
    top, bottom = top // divisor, bottom // divisor
    reference = rf"{top}\pi" if bottom == 1 else rf"\frac{{{top}\pi}}{{{bottom}}}"
    return reference, [reference, rf"\frac{{{top}}}{{{bottom}}}\pi", rf"{2 * top}\pi/{2 * bottom}"], [rf"{top + 1}\pi", f"{top}"]


def point():
    a, b = draw.randint(-20, 20), draw.randint(-20, 20)
    return f"({a},{b})", [f"({a}, {b})", rf"\left({a},{b}\right)", f"({a}.0, {b})"], [f"({b + 1}, {a})", f"({a}, {b}, 0)"]


def interval():
    a = draw.randint(-20, 10)
    b = a + draw.randint(1, 20)
    return f"[{a},{b})", [rf"\left[{a}, {b}\right)", rf"{a} \le x < {b}"], [f"({a},{b})", f"[{a},{b}]", f"[{a},{b + 1})"]


def union():
    a = draw.randint(-9, 9)
    reference = rf"(-\infty,{a})\cup({a + 4},\infty)"
    return reference, [reference, rf"({a + 4}, \infty) \cup (-\infty, {a})"], [rf"(-\infty,{a}]\cup({a + 4},\infty)", rf"({a},{a + 4})"]


def several():
    values = draw.sample(range(-15, 16), draw.randint(2, 4))
    text = ",".join(map(str, values))
    turned = ", ".join(map(str, reversed(values)))
    return text, [turned, rf"\{{{turned}\}}" if len(values) > 2 else turned], [", ".join(map(str, values[1:])), turned + ", 99"]


def matrix():
    a, b, c, d = (draw.randint(-9, 9) for _ in range(4))
    make = lambda kind, *entries: rf"\begin{{{kind}}} {entries[0]} & {entries[1]} \\ {entries[2]} & {entries[3]} \end{{{kind}}}"
    reference = make("pmatrix", a, b, c, d)
    return reference, [make("bmatrix", a, b, c, d), make("pmatrix", a, f"{2 * b}/2", c, d)], [make("pmatrix", a, c + 1, b, d)]


def power():
    base, exponent = draw.choice([2, 3, 5, 7]), draw.randint(5, 40)
    reference = f"{base}^{{{exponent}}}"
    return reference, [reference, str(base**exponent)], [f"{base}^{{{exponent + 1}}}", str(base**exponent + 1)]


def expression():
    a, b = draw.randint(2, 9), draw.randint(1, 9)
    reference = rf"\frac{{{a}n}}{{n+{b}}}"
    return reference, [reference, rf"{a}-\frac{{{a * b}}}{{n+{b}}}", f"{a}n/({b}+n)"], [rf"\frac{{{a}n}}{{n-{b}}}", rf"\frac{{n}}{{n+{b}}}"]


def logarithm():
    a = draw.randint(2, 9)
    return rf"\log_2 {a}", [rf"\frac{{\ln {a}}}{{\ln 2}}", rf"\log_2({a})"], [rf"\log_2 {a + 1}", rf"\ln {a}"]


def complex_number():
    a, b = draw.randint(-9, 9), draw.randint(1, 9)
    return f"{a}+{b}i", [f"{b}i+{a}", f"{a} + {b} i"], [f"{a}-{b}i", f"{a + 1}+{b}i"]


def angle():
    value = draw.randint(1, 179)
    return rf"{value}^\circ", [str(value), rf"{value}^{{\circ}}", f"{value} degrees"], [rf"{value + 1}^\circ"]


def words():
    reference, wrong = draw.choice([("even", "odd"), ("Tuesday", "Thursday"), ("circle", "ellipse"), ("yes", "no"), ("Navin", "Ada")])
    return rf"\text{{{reference}}}", [reference, rf"\text{{{reference.lower()}}}"], [rf"\text{{{wrong}}}"]


KINDS = [
    (integer, 54), (fraction, 14), (decimal, 5), (root, 4), (surd, 3), (polynomial, 4), (multiple_of_pi, 3), (point, 3), (interval, 2),
    (union, 1), (several, 2), (matrix, 1), (power, 1), (expression, 1), (logarithm, 0.5), (complex_number, 1), (angle, 1), (words, 1.5),
]  # fmt: skip


def main():
    lines = []
    kinds, weights = zip(*KINDS, strict=True)
    for kind in draw.choices(kinds, weights, k=PAIRS):
        gold, right, wrong = kind()
        is_right = draw.random() < 0.5
        answer = draw.choice(right if is_right else wrong)
        lines.append(json.dumps({"gold": gold, "answer": answer, "kind": kind.__name__, "equal": is_right}))
    (pathlib.Path(__file__).parent / "answers.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
