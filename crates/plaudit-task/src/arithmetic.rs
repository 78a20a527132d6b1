//! Arithmetic expressions as trees: drawn, printed, and worked out one operation at a time.

use plaudit_core::Stream;
use plaudit_verify::Rational;
use plaudit_verify::expression::Operator;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A value.
    Number(Rational),
    /// An integer to a small power, printed as `5^2`.
    Power(i64, isize),
    /// Two expressions joined.
    Operation(Box<Node>, Operator, Box<Node>),
}

impl Node {
    /// An integer.
    pub(crate) fn integer(value: i64) -> Self {
        Self::Number(Rational::from(value))
    }

    /// `left operator right`.
    pub(crate) fn join(left: Self, operator: Operator, right: Self) -> Self {
        Self::Operation(Box::new(left), operator, Box::new(right))
    }

    /// A random expression of `operations` operations: two shorter ones joined, every way of sharing the rest equally likely.
    pub(crate) fn random(
        stream: &mut Stream,
        operations: u32,
        operators: &[Operator],
        operand: &mut impl FnMut(&mut Stream) -> Self,
    ) -> Self {
        if operations == 0 {
            return operand(stream);
        }
        let operator = *stream.pick(operators);
        let left_operations = stream.below(u64::from(operations)) as u32;
        let left = Self::random(stream, left_operations, operators, operand);
        let right = Self::random(stream, operations - 1 - left_operations, operators, operand);
        Self::join(left, operator, right)
    }

    /// The value, once nothing is left to do.
    pub(crate) fn value(&self) -> Option<&Rational> {
        match self {
            Self::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Does the leftmost operation whose operands are numbers. Returns false at a division by zero.
    pub(crate) fn reduce(&mut self) -> bool {
        let value = match self {
            Self::Number(_) => return true,
            Self::Power(base, exponent) => Rational::from(*base).pow(*exponent),
            Self::Operation(left, operator, right) => match (left.value(), right.value()) {
                (None, _) => return left.reduce(),
                (_, None) => return right.reduce(),
                (Some(left), Some(right)) => match operator.apply(left, right) {
                    Ok(value) => value,
                    Err(_) => return false,
                },
            },
        };
        *self = Self::Number(value);
        true
    }

    /// The expression after each operation, down to its value: the worked solution. A division that changes nothing, as in
    /// `7/2`, is no step. `None` at a division by zero.
    pub(crate) fn work_out(mut self) -> Option<(Vec<String>, Rational)> {
        let mut lines = vec![self.print()];
        loop {
            if let Self::Number(value) = self {
                lines.remove(0);
                return Some((lines, value));
            }
            if !self.reduce() {
                return None;
            }
            lines.push(self.print());
            lines.dedup();
        }
    }

    /// The text. Reading it back gives the same tree: an operation on the right is put in parentheses even where its value
    /// would not change without them. Negative numbers inside and fractions stand in parentheses too.
    pub(crate) fn print(&self) -> String {
        match self {
            Self::Number(value) => value.to_string(),
            _ => {
                let mut text = String::new();
                self.print_into(&mut text, true);
                text
            }
        }
    }

    fn print_into(&self, text: &mut String, leftmost: bool) {
        match self {
            Self::Number(value) => {
                let negative = *value < Rational::ZERO;
                let bare = value.is_int() && (!negative || leftmost);
                text.push_str(&if bare { value.to_string() } else { format!("({value})") });
            }
            Self::Power(base, exponent) if *base < 0 => text.push_str(&format!("({base})^{exponent}")),
            Self::Power(base, exponent) => text.push_str(&format!("{base}^{exponent}")),
            Self::Operation(left, operator, right) => {
                let precedence = operator.precedence();
                left.print_operand(text, left.precedence() < precedence, leftmost);
                text.push(operator.symbol());
                right.print_operand(text, right.precedence() <= precedence, false);
            }
        }
    }

    fn print_operand(&self, text: &mut String, enclose: bool, leftmost: bool) {
        if enclose {
            text.push('(');
            self.print_into(text, true);
            text.push(')');
        } else {
            self.print_into(text, leftmost);
        }
    }

    fn precedence(&self) -> u8 {
        match self {
            Self::Operation(_, operator, _) => operator.precedence(),
            _ => u8::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plaudit_verify::expression::evaluate;

    const ALL: [Operator; 4] = [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Divide];

    #[test]
    fn one_operation_at_a_time() {
        let product = Node::join(Node::integer(3), Operator::Multiply, Node::integer(12));
        let sum = Node::join(Node::integer(7), Operator::Subtract, product);
        let whole = Node::join(sum, Operator::Divide, Node::Power(2, 2));
        assert_eq!(whole.print(), "(7-3*12)/2^2");
        let (steps, value) = whole.work_out().unwrap();
        assert_eq!(steps, ["(7-36)/2^2", "-29/2^2", "-29/4"]);
        assert_eq!(value.to_string(), "-29/4");
    }

    #[test]
    fn a_division_by_zero_has_no_solution() {
        let zero = Node::join(Node::integer(2), Operator::Subtract, Node::integer(2));
        assert_eq!(Node::join(Node::integer(1), Operator::Divide, zero).work_out(), None);
    }

    #[test]
    fn every_line_of_a_solution_has_the_same_value() {
        let mut stream = Stream::new(0, "test", 0, 0);
        for round in 0..2000 {
            let node = Node::random(&mut stream, round % 8, &ALL, &mut |stream| {
                let denominator = stream.between(1, 3);
                Node::Number(Rational::from_parts_signed(stream.between(-9, 9).into(), denominator.into()))
            });
            let text = node.print();
            let Some((steps, value)) = node.work_out() else { continue };
            for line in steps.iter().chain([&text]) {
                assert_eq!(evaluate(line).map(|evaluation| evaluation.value), Ok(value.clone()), "{text} -> {line}");
            }
        }
    }
}
