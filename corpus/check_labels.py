"""Checks labels of the corpus with SymPy: `python check_labels.py`. Fails where a label is refuted.

Covers bare answers that are single values or expressions on both sides: they are read by the small reader below, which shares nothing with any
verifier, and their difference is evaluated, at several points where there are variables, with up to DIGITS digits. A difference that is not
0 shows that they differ; one that cannot be told from 0 with so many digits is taken for equality. What the reader does not know (sets,
relations, units, words, ...) is counted, and not checked.
"""

import json
import pathlib
import re
import signal
import sys

import sympy
from sympy import Rational, Symbol

DIGITS = 4000
SECONDS = 20  # for one case; what takes longer is not checked
LONGEST = 20000  # characters of a text that is read

FUNCTIONS = {name: getattr(sympy, name) for name in "sin cos tan sec csc cot sinh cosh tanh exp".split()}
FUNCTIONS |= {"arc" + name: getattr(sympy, "a" + name) for name in ("sin", "cos", "tan")}
FUNCTIONS |= {"ln": sympy.log, "gcd": sympy.gcd, "max": sympy.Max, "min": sympy.Min}
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "varphi": sympy.GoldenRatio}
GREEK = {"alpha", "beta", "theta"}
SPACING = r"\\left(?![a-z])|\\right(?![a-z])|\\[bB]ig[lr]?(?![a-z])|\\[,;!]|\\q?quad|\\displaystyle|~|\s+|\$|\\[()\[\]]"
SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "π": r"\pi ", "√5": r"\sqrt5 ", "²": "^2", "θ": r"\theta ", "⁄": "/", "**": "^"}
TOKEN = re.compile(
    r"\d+(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+\.?\d*(?:[eE]-?\d+)?|\.\d+|\\[a-zA-Z]+|sqrt|sin|cos|ln|exp|pi|[a-zA-Z]|\s+|[-+*/^_!|'(){}\[\]=]"
)


class Unread(Exception):
    """The reader does not know what this is."""


class Reader:
    def __init__(self, text):
        known = {"sqrt", "sin", "cos", "ln", "exp"}
        if any(word not in known for word in re.findall(r"(?<![\\a-zA-Z])[a-zA-Z]{3,}", text)):
            raise Unread("words")
        for sign, plain in SIGNS.items():
            text = text.replace(sign, plain)
        text = re.sub(r"\\[dtc]frac", r"\\frac", text).replace("{,}", ",").replace(",\\!", ",")
        text = re.sub(r"(?<=\d)(?:\\,| )(?=\d{3}(?!\d))", "", text)
        # A mixed number in plain notation; after this, white space means nothing.
        text = re.sub(r"(\d) (\d+)/(\d+)", r"\1\\frac{\2}{\3}", text.strip())
        text = re.sub(SPACING, " ", text).removesuffix(".")
        self.tokens, at = [], 0
        while at < len(text):
            recurring = re.compile(r"(\d*)\.(\d*)\\overline\{(\d+)\}").match(text, at)
            token = recurring or TOKEN.match(text, at)
            if token is None:
                raise Unread(text[at])
            at = token.end()
            if recurring:
                whole, start, period = recurring.groups()
                tail = Rational(int(period), (10 ** len(period) - 1) * 10 ** len(start))
                self.tokens.append(Rational(int((whole + start) or 0), 10 ** len(start)) + tail)
            elif not token[0].isspace():
                self.tokens.append(token[0])
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else None

    def takes(self, token):
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def needs(self, token):
        if not self.takes(token):
            raise Unread(f"{self.peek()} for {token}")

    def whole(self):
        value = self.sum()
        if self.peek() is not None:
            raise Unread(self.peek())
        return value

    def sum(self):
        value = sympy.S(0)
        sign = -1 if self.takes("-") else 1
        self.takes("+")
        while True:
            value += sign * self.term()
            if self.takes("+"):
                sign = 1
            elif self.takes("-"):
                sign = -1
            else:
                return value

    def starts_factor(self):
        token = self.peek()
        known = ("\\frac", "\\sqrt", "\\binom", "\\pi", "\\lfloor", "\\lceil", "\\sum", "\\prod", "\\mathrm", "(", "{", "[")
        if not isinstance(token, str):
            return token is not None
        name = token.lstrip("\\")
        return token in known or token[0].isalnum() or token[0] == "." or name in FUNCTIONS or name in GREEK or name in CONSTANTS

    def term(self):
        value, divided = self.signed_power(), False
        while True:
            token = self.peek()
            if token in ("*", "\\cdot", "\\times"):
                self.next()
                value, divided = value * self.signed_power(), False
            elif token in ("/", "\\div"):
                self.next()
                value, divided = value / self.signed_power(), True
            elif token == "\\bmod":
                self.next()
                value = sympy.Mod(value, self.signed_power())
            elif self.starts_factor():
                if divided:
                    raise Unread("what a slash divides by")
                value *= self.power()
            else:
                return value

    def signed_power(self):
        return -self.signed_power() if self.takes("-") else self.power()

    def power(self):
        value = self.factor()
        while True:
            if self.takes("!"):
                value = sympy.factorial2(value) if self.takes("!") else sympy.factorial(value)
            elif self.takes("^"):
                if self.takes("\\circ"):
                    value *= sympy.pi / 180
                elif self.tokens[self.at : self.at + 3] == ["{", "\\circ", "}"]:
                    self.at += 3
                    value *= sympy.pi / 180
                else:
                    value **= self.argument()
            else:
                return value

    def argument(self):
        """A group in braces or brackets, or one token."""
        if self.peek() in ("{", "(") or not isinstance(self.peek(), str):
            return self.factor()
        if self.takes("-"):
            return -self.argument()
        token = self.peek() or ""
        # `\frac57`: a digit each.
        if token.isdigit() and len(token) > 1 and self.tokens[self.at - 1] != "^":
            self.tokens[self.at : self.at + 1] = [token[0], token[1:]]
        return self.power() if self.tokens[self.at - 1] == "^" else self.factor()

    def factor(self):
        token = self.next()
        if token is None:
            raise Unread("the end")
        if not isinstance(token, str):
            return token
        closing = {"(": ")", "{": "}", "[": "]", "|": "|", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}.get(token)
        if closing:
            value = self.over() if token == "{" else self.sum()
            self.needs(closing)
            return {"|": sympy.Abs, "\\lfloor": sympy.floor, "\\lceil": sympy.ceiling}.get(token, lambda value: value)(value)
        if token[0].isdigit() or token[0] == ".":
            return self.number(token)
        name = token.lstrip("\\")
        if name == "frac":
            above = self.argument()
            if above in (Symbol("d", real=True), Symbol("d", real=True) ** 2):
                raise Unread("a derivative")
            return above / self.argument()
        if name == "binom":
            above = self.argument()
            return sympy.binomial(above, self.argument())
        if name == "sqrt":
            index = 2
            if self.takes("["):
                index = self.sum()
                self.needs("]")
            radicand = self.argument()
            return sympy.real_root(radicand, index) if index % 2 else sympy.root(radicand, index)
        if name in ("sum", "prod"):
            return self.series(sympy.Sum if name == "sum" else sympy.Product)
        if name in FUNCTIONS:
            return self.function(name)
        if name == "log" and self.takes("_"):
            base = self.argument()
            return sympy.log(self.operand()) / sympy.log(base)
        if name in CONSTANTS and not token[0] == "\\" or name in ("pi", "varphi"):
            return CONSTANTS[name]
        if name in GREEK or len(token) == 1 and token.isalpha():
            if self.takes("_"):
                index = self.next()
                name += "_" + (self.next() if index == "{" else index)
                if index == "{":
                    self.needs("}")
            return Symbol(name, real=True)
        raise Unread(token)

    def over(self):
        value = self.sum()
        return value / self.sum() if self.takes("\\over") else value

    def number(self, token):
        value = Rational(token.replace(",", ""))
        is_mixed = value.is_Integer and "." not in token and self.peek() == "\\frac"
        # 3\frac{2}{5}: digits alone above and below.
        part = self.tokens[self.at + 1 : self.at + 7] if is_mixed else []
        if len(part) == 6 and str(part[1]).isdigit() and str(part[4]).isdigit() and part[2:4] == ["}", "{"]:
            return value + self.factor()
        return value

    def function(self, name):
        power = None
        if self.takes("^"):
            power = self.argument()
        value = self.operands() if name in ("gcd", "max", "min") else [self.operand()]
        if power == -1 and name in ("sin", "cos", "tan"):
            return FUNCTIONS["arc" + name](*value)
        return FUNCTIONS[name](*value) ** (1 if power is None else power)

    def operands(self):
        raise Unread("several operands")

    def operand(self):
        """What a function is applied to: a bracket, or factors side by side up to the next function or sign."""
        if self.peek() in ("(", "{", "|", "\\sqrt") or str(self.peek()).lstrip("\\") in FUNCTIONS:
            return self.power() if self.peek() != "(" else self.factor()
        value = self.power()
        while self.starts_factor() and str(self.peek()).lstrip("\\") not in FUNCTIONS and self.peek() not in ("(", "["):
            value *= self.power()
        return value

    def series(self, make):
        self.needs("_")
        self.needs("{")
        index = self.factor()
        self.needs("=")
        start = self.sum()
        self.needs("}")
        self.needs("^")
        end = sympy.oo if self.tokens[self.at : self.at + 3] == ["{", "\\infty", "}"] else None
        if end is None:
            end = self.argument()
        else:
            self.at += 3
        return make(self.term(), (index, start, end)).doit()


def differ(left, right):
    """Whether two values differ; at several points where there are variables."""
    difference = left - right
    names = sorted(difference.free_symbols, key=str)
    is_discrete = difference.has(sympy.Sum, sympy.Product, sympy.factorial, sympy.binomial)
    points = [4, 7, 11, 12, 15, 18, 21, 24, 26] if is_discrete else [Rational(-7, 3), Rational(5, 2), Rational(11, 7), Rational(1, 3)]
    if difference.has(sympy.floor, sympy.ceiling):
        points = [5, *points]
    if difference.has(sympy.Abs, sympy.Max, sympy.Min):
        points = [-(10**15), 10**15, *points]
    rounds = 4 if names else 1
    for turn in range(rounds):
        chosen = {name: points[(turn + 2 * place) % len(points)] + (0 if is_discrete else Rational(place, 9)) for place, name in enumerate(names)}
        value = difference.subs(chosen)
        if value.has(sympy.nan, sympy.zoo, sympy.oo):
            continue
        if value.is_Rational:
            if value != 0:
                return True
            continue
        value = value.evalf(20, maxn=DIGITS)
        if not value.is_number:
            raise Unread("no number")
        # What SymPy cannot tell from 0 has a precision of one bit, or is below every digit asked for.
        parts = [part for part in value.as_real_imag() if part != 0]
        if any(part._prec > 1 and abs(part) > sympy.Float(10) ** (-DIGITS // 2) for part in parts):
            return True
    return False


def late(*_):
    raise Unread("out of time")


def main():
    sys.setrecursionlimit(20000)
    sys.set_int_max_str_digits(0)
    signal.signal(signal.SIGALRM, late)
    checked, unread, wrong = {"equal": 0, "different": 0}, 0, []
    lines = pathlib.Path(__file__).with_name("math.jsonl").read_text(encoding="utf-8").splitlines()
    for case in map(json.loads, lines):
        wanted = case["verdict"]["default"]
        if "answer" not in case or wanted not in checked or len(case["gold"]) + len(case["answer"]) > LONGEST:
            unread += 1
            continue
        signal.alarm(SECONDS)
        try:
            if case["family"] == "trigonometry" and re.fullmatch(r"\d+\^\\circ", case["gold"]):
                raise Unread("degrees, which may be a unit")
            found = "different" if differ(Reader(case["gold"]).whole(), Reader(case["answer"]).whole()) else "equal"
        except (Unread, ZeroDivisionError, TypeError, NotImplementedError) as error:
            unread += 1
            if "-v" in sys.argv:
                print("unread", case["id"], error)
            continue
        finally:
            signal.alarm(0)
        if found == wanted:
            checked[wanted] += 1
        else:
            wrong.append(f"{case['id']}: {case['gold'][:60]} against {case['answer'][:60]} is {wanted}, but SymPy finds {found}")
    print(f"{checked['equal']} equal and {checked['different']} different confirmed, {unread} not read")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
