//! Matrices, also where they are still to be added or multiplied.

use super::Comparer;
use crate::Rational;
use crate::math::{Brackets, Equality, Expr, Function, Matrix, Reason, Witness, exact};
use plaudit_core::Limit;

/// What it takes to copy a node.
const NODE_STEPS: u64 = 16;

/// Whether an arithmetic expression is of matrices.
pub(super) fn is_matrix(expr: &Expr) -> bool {
    match expr {
        Expr::Matrix(matrix) => !matrix.is_determinant,
        Expr::Sum(parts) | Expr::Product(parts) => parts.iter().any(is_matrix),
        Expr::Negative(part) => is_matrix(part),
        Expr::Power(pair) => is_matrix(&pair[0]),
        Expr::Function(Function::Transpose, parts) => parts.iter().any(is_matrix),
        _ => false,
    }
}

fn rows(matrix: &Matrix) -> usize {
    matrix.entries.len().checked_div(matrix.columns).unwrap_or(0)
}

impl Comparer<'_> {
    /// Two expressions one of which is a matrix; a row or a column may also be written as a tuple.
    pub(super) fn matrices(&mut self, gold: &Expr, answer: &Expr) -> Result<Equality, Limit> {
        let [left, right] = [self.matrix(gold)?, self.matrix(answer)?];
        let (left, right) = match (left, right) {
            (Some(left), Some(right)) => (left, right),
            (Some(matrix), None) => return self.vector(&matrix, gold, answer),
            (None, Some(matrix)) => return Ok(self.vector(&matrix, answer, gold)?.flipped()),
            (None, None) => return Ok(self.of_other_kinds(gold, answer)),
        };
        if left.columns != right.columns {
            return Ok(Equality::NotEqual { witness: Witness::Count { left: left.columns, right: right.columns } });
        }
        self.in_order(&left.entries, &right.entries)
    }

    fn vector(&mut self, matrix: &Matrix, gold: &Expr, other: &Expr) -> Result<Equality, Limit> {
        match other {
            Expr::Tuple(Brackets::Round | Brackets::Angle | Brackets::Square, items) | Expr::List(items)
                if matrix.columns == 1 || rows(matrix) == 1 =>
            {
                self.in_order(&matrix.entries, items)
            }
            Expr::Power(_) if is_matrix(other) => {
                let obstacle = "a power of a matrix that could not be computed".to_owned();
                Ok(Equality::Unknown { reason: Reason::Undecided { obstacle } })
            }
            _ => Ok(self.of_other_kinds(gold, other)),
        }
    }

    /// The matrix that an expression comes to; `None` where sizes do not fit, or it is none.
    fn matrix(&mut self, expr: &Expr) -> Result<Option<Matrix>, Limit> {
        self.budget.take(1)?;
        Ok(match expr {
            Expr::Matrix(matrix) if !matrix.is_determinant => Some(matrix.clone()),
            // `[[1, 2], [3, 4]]`.
            Expr::Tuple(Brackets::Square, items) if let Some(matrix) = nested(items) => Some(matrix),
            Expr::Tuple(_, items) | Expr::Set(items) if items.len() == 1 => self.matrix(&items[0])?,
            Expr::Negative(part) => {
                self.matrix(part)?.map(|matrix| each(matrix, |entry| Expr::Negative(Box::new(entry))))
            }
            Expr::Sum(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else { return Ok(None) };
                let mut sum = self.matrix(first)?;
                for part in parts {
                    let (Some(left), Some(right)) = (sum, self.matrix(part)?) else { return Ok(None) };
                    sum = added(left, right);
                }
                sum
            }
            Expr::Product(parts) => {
                let mut product: Option<Matrix> = None;
                let mut factors = Vec::new();
                for part in parts {
                    match (is_matrix(part), product) {
                        (false, unchanged) => {
                            factors.push(part.clone());
                            product = unchanged;
                        }
                        (true, None) => product = self.matrix(part)?,
                        (true, Some(left)) => {
                            let Some(right) = self.matrix(part)? else { return Ok(None) };
                            product = self.multiplied(&left, &right)?;
                            if product.is_none() {
                                return Ok(None);
                            }
                        }
                    }
                }
                product
                    .map(|matrix| each(matrix, |entry| Expr::Product(factors.iter().cloned().chain([entry]).collect())))
            }
            Expr::Power(pair) => match (self.matrix(&pair[0])?, exponent(&pair[1])) {
                (Some(base), Some(0)) if rows(&base) == base.columns => Some(identity(base.columns)),
                (Some(base), Some(exponent)) if exponent > 0 => self.raised(base, exponent.unsigned_abs())?,
                (Some(base), Some(exponent)) => match self.inverted(&base)? {
                    Some(inverse) => self.raised(inverse, exponent.unsigned_abs())?,
                    None => None,
                },
                _ => None,
            },
            Expr::Function(Function::Transpose, parts) => match parts.as_slice() {
                [part] => self.matrix(part)?.map(transposed),
                _ => None,
            },
            _ => None,
        })
    }

    /// A positive power, by squares.
    fn raised(&mut self, base: Matrix, exponent: u32) -> Result<Option<Matrix>, Limit> {
        let mut power = base.clone();
        for bit in (0..exponent.ilog2()).rev() {
            let factors = [Some(power.clone()), (exponent >> bit & 1 == 1).then(|| base.clone())];
            for factor in factors.into_iter().flatten() {
                let Some(product) = self.multiplied(&power, &factor)? else { return Ok(None) };
                power = self.computed(product)?;
            }
        }
        Ok(Some(power))
    }

    /// The inverse of a square matrix of rational numbers, by elimination; `None` where there is none, or entries are of another kind.
    fn inverted(&mut self, matrix: &Matrix) -> Result<Option<Matrix>, Limit> {
        let size = matrix.columns;
        if rows(matrix) != size || size > MAX_INVERTED {
            return Ok(None);
        }
        // Rows of the matrix, and behind them those of the identity.
        let mut left = Vec::with_capacity(size);
        for row in matrix.entries.chunks(size) {
            let entries = row.iter().map(|entry| exact::arithmetic(entry, self.budget));
            let Some(entries) = entries.collect::<Result<Option<Vec<_>>, _>>()? else { return Ok(None) };
            let unit = (0..size).map(|column| Rational::from(u8::from(column == left.len())));
            left.push(entries.into_iter().chain(unit).collect::<Vec<Rational>>());
        }
        for column in 0..size {
            let Some(pivot) = (column..size).find(|row| !left[*row][column].is_zero()) else { return Ok(None) };
            left.swap(column, pivot);
            let top = left[column].clone();
            for (place, row) in left.iter_mut().enumerate() {
                let factor = if place == column { top[column].clone() - Rational::ONE } else { row[column].clone() };
                for (entry, above) in row.iter_mut().zip(&top) {
                    // entry - factor * above / pivot, in steps of the budget.
                    let share = Expr::Product(vec![Expr::number(factor.clone()), Expr::number(above.clone())]);
                    let share = Expr::Fraction(Box::new([share, Expr::number(top[column].clone())]));
                    let rest = Expr::Sum(vec![Expr::number(entry.clone()), Expr::Negative(Box::new(share))]);
                    let Some(value) = exact::arithmetic(&rest, self.budget)? else { return Ok(None) };
                    *entry = value;
                }
            }
        }
        let entries = left.into_iter().flat_map(|row| row.into_iter().skip(size)).map(Expr::number).collect();
        Ok(Some(Matrix { columns: size, entries, is_determinant: false }))
    }

    /// With numbers in the place of entries that are rational.
    fn computed(&mut self, matrix: Matrix) -> Result<Matrix, Limit> {
        let number = |entry: Expr| {
            let value = exact::arithmetic(&entry, self.budget)?;
            Ok(value.map_or(entry, Expr::number))
        };
        let entries = matrix.entries.into_iter().map(number).collect::<Result<_, Limit>>()?;
        Ok(Matrix { entries, ..matrix })
    }

    fn multiplied(&mut self, left: &Matrix, right: &Matrix) -> Result<Option<Matrix>, Limit> {
        if left.columns != rows(right) {
            return Ok(None);
        }
        let nodes = |matrix: &Matrix| matrix.entries.iter().map(Expr::nodes).sum::<usize>();
        let copied = nodes(left) * right.columns + nodes(right) * rows(left);
        self.budget.take(NODE_STEPS * copied as u64)?;
        let entry = |row: usize, column: usize| {
            let term = |inner| {
                let pair = [&left.entries[row * left.columns + inner], &right.entries[inner * right.columns + column]];
                Expr::Product(pair.map(Clone::clone).to_vec())
            };
            Expr::Sum((0..left.columns).map(term).collect())
        };
        let entries = (0..rows(left)).flat_map(|row| (0..right.columns).map(move |column| (row, column)));
        let entries = entries.map(|(row, column)| entry(row, column)).collect();
        Ok(Some(Matrix { columns: right.columns, entries, is_determinant: false }))
    }
}

/// The largest power of a matrix that is computed.
const MAX_POWER: u32 = 1000;

/// The largest matrix that is inverted, in rows.
const MAX_INVERTED: usize = 8;

/// An exponent.
fn exponent(expr: &Expr) -> Option<i32> {
    match expr {
        Expr::Number(number) if number.value.is_int() => {
            i32::try_from(number.value.numerator()).ok().filter(|whole| whole.unsigned_abs() <= MAX_POWER)
        }
        Expr::Negative(part) => exponent(part).map(|whole| -whole),
        _ => None,
    }
}

fn identity(size: usize) -> Matrix {
    let places = (0..size).flat_map(|row| (0..size).map(move |column| row == column));
    let entries = places.map(|is_diagonal| Expr::number(u8::from(is_diagonal))).collect();
    Matrix { columns: size, entries, is_determinant: false }
}

/// The matrix whose rows are lists in square brackets.
fn nested(rows: &[Expr]) -> Option<Matrix> {
    let rows: Option<Vec<&Vec<Expr>>> = rows
        .iter()
        .map(|row| match row {
            Expr::Tuple(Brackets::Square, entries) => Some(entries),
            _ => None,
        })
        .collect();
    let rows = rows?;
    let columns = rows.first()?.len();
    let entries = rows.iter().flat_map(|row| row.iter().cloned()).collect();
    rows.iter().all(|row| row.len() == columns).then_some(Matrix { columns, entries, is_determinant: false })
}

fn each(matrix: Matrix, change: impl Fn(Expr) -> Expr) -> Matrix {
    Matrix { entries: matrix.entries.into_iter().map(change).collect(), ..matrix }
}

fn added(left: Matrix, right: Matrix) -> Option<Matrix> {
    if left.columns != right.columns || left.entries.len() != right.entries.len() {
        return None;
    }
    let entries =
        left.entries.into_iter().zip(right.entries).map(|(left, right)| Expr::Sum(vec![left, right])).collect();
    Some(Matrix { columns: left.columns, entries, is_determinant: false })
}

fn transposed(matrix: Matrix) -> Matrix {
    let (rows, columns) = (rows(&matrix), matrix.columns);
    let places = (0..columns).flat_map(|column| (0..rows).map(move |row| row * columns + column));
    let entries = places.map(|place| matrix.entries[place].clone()).collect();
    Matrix { columns: rows, entries, is_determinant: false }
}
