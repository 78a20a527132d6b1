//! Vectors as sums over unit vectors: `2\mathbf{i} - 3\mathbf{j}`, `2\hat{\imath} - 3\hat{\jmath}`.

use crate::math::{Constant, Expr};

/// The coordinates of two vectors of which at least one is a sum over unit vectors; none where that is not so.
pub(super) fn coordinates([gold, answer]: [&Expr; 2]) -> Option<[Vec<Expr>; 2]> {
    let [mut left, mut right] = match ([sum(gold), sum(answer)], [listed(gold), listed(answer)]) {
        ([Some(left), Some(right)], _) => [left, right],
        ([Some(left), None], [_, Some(right)]) => [left, right.to_vec()],
        ([None, Some(right)], [Some(left), _]) => [left.to_vec(), right],
        _ => return None,
    };
    // A sum without \mathbf{k} lies in the plane, or in the space of the other vector.
    let dimension = if left.len() == 2 || right.len() == 2 { 2 } else { 3 };
    for coordinates in [&mut left, &mut right] {
        let is_flat = coordinates.get(2).is_some_and(|third| *third == Expr::number(0));
        coordinates.truncate(if is_flat { dimension } else { 3 });
    }
    Some([left, right])
}

/// The coordinates that a tuple or a column lists.
fn listed(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(_, coordinates) => Some(coordinates),
        Expr::Matrix(matrix) if matrix.columns == 1 && !matrix.is_determinant => Some(&matrix.entries),
        _ => None,
    }
}

/// The three coordinates of a sum over unit vectors; none where it is no such sum, or a complex number.
fn sum(expr: &Expr) -> Option<Vec<Expr>> {
    let mut coordinates: [Vec<Expr>; 3] = Default::default();
    let mut has_vector = false;
    let terms = match expr {
        Expr::Sum(terms) => terms.as_slice(),
        term => std::slice::from_ref(term),
    };
    for term in terms {
        let (factor, axis, is_certain) = component(term)?;
        coordinates[axis].push(factor);
        has_vector |= is_certain;
    }
    let total = |mut terms: Vec<Expr>| match terms.len() {
        0 => Expr::number(0),
        1 => terms.remove(0),
        _ => Expr::Sum(terms),
    };
    has_vector.then(|| coordinates.into_iter().map(total).collect())
}

/// The factor of a unit vector, its axis, and whether it can be nothing else: `i` alone is the imaginary unit.
fn component(term: &Expr) -> Option<(Expr, usize, bool)> {
    match term {
        Expr::Negative(inner) => {
            let (factor, axis, is_certain) = component(inner)?;
            Some((Expr::Negative(Box::new(factor)), axis, is_certain))
        }
        Expr::Product(factors) => {
            let place = factors.iter().position(|factor| unit(factor).is_some())?;
            let mut others = factors.clone();
            let (axis, is_certain) = unit(&others.remove(place))?;
            let is_free = others.iter().all(|other| unit(other).is_none());
            is_free.then_some((Expr::Product(others), axis, is_certain))
        }
        Expr::Fraction(pair) => {
            let (factor, axis, is_certain) = component(&pair[0])?;
            Some((Expr::Fraction(Box::new([factor, pair[1].clone()])), axis, is_certain))
        }
        term => unit(term).map(|(axis, is_certain)| (Expr::number(1), axis, is_certain)),
    }
}

/// The axis of a unit vector, and whether it is certainly one.
fn unit(expr: &Expr) -> Option<(usize, bool)> {
    let name = match expr {
        Expr::Constant(Constant::I) => return Some((0, false)),
        Expr::Symbol(name) => &**name,
        _ => return None,
    };
    let letter = name.strip_prefix("hat").or_else(|| name.strip_prefix("vec")).unwrap_or(name);
    Some((["i", "j", "k"].iter().position(|axis| *axis == letter)?, true))
}
