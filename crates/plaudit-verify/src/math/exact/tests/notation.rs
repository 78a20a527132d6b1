//! A plain notation for expressions in these tests: `2*x^(1/2) + sin(pi/6)`, every name a variable, constant or function.

use crate::math::{Constant, Conventions, Derivative, Expr, Function, Integral, Limit, Series};
use crate::number;

/// Logarithms to base 10.
pub(super) const CONVENTIONS: Conventions = Conventions { natural_logarithm: false, positive_variables: false };

/// Reads an expression.
pub(in crate::math::exact) fn expr(text: &str) -> Expr {
    let mut reader = Reader { text: text.as_bytes(), place: 0 };
    let result = reader.sum();
    assert_eq!(reader.peek(), None, "{text} from {}", reader.place);
    result
}

struct Reader<'a> {
    text: &'a [u8],
    place: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        while self.text.get(self.place) == Some(&b' ') {
            self.place += 1;
        }
        self.text.get(self.place).copied()
    }

    fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.place += usize::from(found);
        found
    }

    fn sum(&mut self) -> Expr {
        let mut terms = vec![self.product()];
        loop {
            if self.accept(b'+') {
                terms.push(self.product());
            } else if self.accept(b'-') {
                let term = self.product();
                terms.push(Expr::Negative(Box::new(term)));
            } else if terms.len() == 1 {
                return terms.remove(0);
            } else {
                return Expr::Sum(terms);
            }
        }
    }

    fn product(&mut self) -> Expr {
        let mut product = self.signed();
        loop {
            if self.accept(b'*') {
                product = Expr::Product(vec![product, self.signed()]);
            } else if self.accept(b'/') {
                product = Expr::Fraction(Box::new([product, self.signed()]));
            } else {
                return product;
            }
        }
    }

    fn signed(&mut self) -> Expr {
        if self.accept(b'-') { Expr::Negative(Box::new(self.signed())) } else { self.power() }
    }

    fn power(&mut self) -> Expr {
        let mut base = self.atom();
        loop {
            if self.accept(b'!') {
                base = Expr::Function(Function::Factorial, vec![base]);
            } else if self.accept(b'%') {
                base = Expr::Percent(Box::new(base));
            } else if self.accept(b'^') {
                return Expr::Power(Box::new([base, self.signed()]));
            } else {
                return base;
            }
        }
    }

    fn word(&mut self, keep: impl Fn(u8) -> bool) -> String {
        let start = self.place;
        while self.text.get(self.place).is_some_and(|byte| keep(*byte)) {
            self.place += 1;
        }
        String::from_utf8(self.text[start..self.place].to_vec()).unwrap()
    }

    fn atom(&mut self) -> Expr {
        match self.peek() {
            Some(b'(') => {
                self.place += 1;
                let inner = self.sum();
                assert!(self.accept(b')'));
                inner
            }
            Some(b'0'..=b'9') => {
                let digits = self.word(|byte| byte.is_ascii_digit() || byte == b'.');
                Expr::number(number::parse(&digits, number::Percent::Reject).unwrap())
            }
            _ => {
                let name = self.word(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                assert!(!name.is_empty(), "at {}", self.place);
                if !self.accept(b'(') {
                    return named(&name);
                }
                let mut values = vec![self.sum()];
                while self.accept(b',') {
                    values.push(self.sum());
                }
                assert!(self.accept(b')'));
                applied(&name, values)
            }
        }
    }
}

fn named(name: &str) -> Expr {
    match name {
        "pi" => Expr::Constant(Constant::Pi),
        "e" => Expr::Constant(Constant::E),
        "i" => Expr::Constant(Constant::I),
        "inf" => Expr::Constant(Constant::Infinity),
        _ => Expr::Symbol(name.into()),
    }
}

fn symbol(expr: Expr) -> Box<str> {
    match expr {
        Expr::Symbol(name) => name,
        other => panic!("{other:?} is no variable"),
    }
}

fn four(values: Vec<Expr>) -> [Expr; 4] {
    values.try_into().unwrap()
}

fn applied(name: &str, mut values: Vec<Expr>) -> Expr {
    let function = match name {
        "sin" => Function::Sin,
        "cos" => Function::Cos,
        "tan" => Function::Tan,
        "cot" => Function::Cot,
        "sec" => Function::Sec,
        "csc" => Function::Csc,
        "arcsin" => Function::Arcsin,
        "arccos" => Function::Arccos,
        "arctan" => Function::Arctan,
        "arccot" => Function::Arccot,
        "arcsec" => Function::Arcsec,
        "arccsc" => Function::Arccsc,
        "sinh" => Function::Sinh,
        "cosh" => Function::Cosh,
        "tanh" => Function::Tanh,
        "coth" => Function::Coth,
        "arsinh" => Function::Arsinh,
        "arcosh" => Function::Arcosh,
        "artanh" => Function::Artanh,
        "exp" => Function::Exp,
        "ln" => Function::Ln,
        "log" => Function::Log,
        "abs" => Function::Abs,
        "floor" => Function::Floor,
        "ceil" => Function::Ceiling,
        "binomial" => Function::Binomial,
        "permutations" => Function::Permutations,
        "gcd" => Function::Gcd,
        "lcm" => Function::Lcm,
        "max" => Function::Max,
        "min" => Function::Min,
        "mod" => Function::Mod,
        "sign" => Function::Sign,
        "re" => Function::Re,
        "im" => Function::Im,
        "conj" => Function::Conjugate,
        "arg" => Function::Arg,
        "gamma" => Function::Gamma,
        "double" => Function::DoubleFactorial,
        "sqrt" => return Expr::Root(Box::new([values.remove(0), Expr::number(2)])),
        "root" => {
            let index = values.remove(0);
            return Expr::Root(Box::new([values.remove(0), index]));
        }
        "deg" => return Expr::Degrees(Box::new(values.remove(0))),
        "sum" | "prod" => {
            let [index, from, to, body] = four(values);
            return Expr::Series(Box::new(Series { is_product: name == "prod", index: symbol(index), from, to, body }));
        }
        "lim" => {
            let [body, target, variable] = [values.pop(), values.pop(), values.pop()].map(Option::unwrap);
            return Expr::Limit(Box::new(Limit { variable: symbol(variable), target, side: None, body }));
        }
        "diff" => {
            let [body, variable] = [values.pop(), values.pop()].map(Option::unwrap);
            return Expr::Derivative(Box::new(Derivative { variable: symbol(variable), order: 1, body }));
        }
        "int" => {
            let [variable, from, to, body] = four(values);
            return Expr::Integral(Box::new(Integral { variable: symbol(variable), bounds: Some([from, to]), body }));
        }
        "anti" => {
            let [body, variable] = [values.pop(), values.pop()].map(Option::unwrap);
            return Expr::Integral(Box::new(Integral { variable: symbol(variable), bounds: None, body }));
        }
        _ => return Expr::Apply(name.into(), values),
    };
    Expr::Function(function, values)
}
