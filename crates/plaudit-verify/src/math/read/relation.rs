//! Chains of comparisons, and within them ratios and operations on sets.

use super::ReadError;
use super::parser::Parser;
use super::token::{Bracket, Kind};
use crate::math::{Comparison, Constant, Expr, Function, SetOperation};

/// What stands between two sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Set(SetOperation),
    Ratio,
    Compare(Comparison),
}

impl Parser<'_> {
    /// `a < b \leq c`; one sum where nothing is compared.
    pub(super) fn relation(&mut self) -> Result<Expr, ReadError> {
        let mut operands = vec![self.operand()?];
        let mut links = Vec::new();
        let mut length = 0;
        loop {
            let link = match self.peek() {
                Kind::SetOperation(operation) => Link::Set(*operation),
                Kind::Colon if !self.context.builds_set => Link::Ratio,
                Kind::Mid if !self.context.builds_set && self.context.bars == 0 => {
                    Link::Compare(Comparison::Other('∣'))
                }
                Kind::Comparison(Comparison::Greater) if self.context.closes_angle => break,
                Kind::Comparison(comparison) => Link::Compare(*comparison),
                Kind::Letter('U') if self.is_union() => Link::Set(SetOperation::Union),
                Kind::Modulus => {
                    self.advance();
                    let modulus = self.argument()?;
                    self.modulus(&mut operands, &mut links, modulus);
                    continue;
                }
                Kind::Open(Bracket::Round) if self.ahead(1).kind == Kind::Mod => {
                    self.skip(2);
                    let modulus = self.inside(Default::default(), Self::sum)?;
                    self.expect(&Kind::Close(Bracket::Round), "a closing bracket")?;
                    self.modulus(&mut operands, &mut links, modulus);
                    continue;
                }
                _ => break,
            };
            self.check_nesting(&links, link, &mut length)?;
            self.advance();
            operands.push(self.operand()?);
            links.push(link);
        }
        // `x \equiv 1 \bmod 4`.
        if links.last() == Some(&Link::Compare(Comparison::Equivalent))
            && let Some(Expr::Function(Function::Mod, pair)) = operands.last()
            && let [residue, modulus] = pair.as_slice()
        {
            let (residue, modulus) = (residue.clone(), modulus.clone());
            operands.pop();
            operands.push(residue);
            self.modulus(&mut operands, &mut links, modulus);
        }
        Ok(reduced(operands, links))
    }

    /// `\pmod{m}`: one more term of the chain.
    fn modulus(&self, operands: &mut Vec<Expr>, links: &mut Vec<Link>, modulus: Expr) {
        operands.push(Expr::Function(Function::Mod, vec![modulus]));
        links.push(Link::Compare(Comparison::Equivalent));
    }

    /// A change of the operation nests what came before.
    fn check_nesting(&self, links: &[Link], link: Link, length: &mut usize) -> Result<(), ReadError> {
        match (links.last(), link) {
            (Some(Link::Set(last)), Link::Set(next)) if *last != next => self.check_chain(length),
            _ => Ok(()),
        }
    }

    /// `U` between brackets, as plain text writes a union.
    pub(super) fn is_union(&self) -> bool {
        let is_close =
            |kind: &Kind| matches!(kind, Kind::Close(Bracket::Round | Bracket::Square | Bracket::Set | Bracket::Brace));
        let is_open =
            |kind: &Kind| matches!(kind, Kind::Open(Bracket::Round | Bracket::Square | Bracket::Set | Bracket::Brace));
        self.previous().is_some_and(|token| is_close(&token.kind)) && is_open(&self.ahead(1).kind)
    }

    /// A sum. Braces without a backslash are a set of one element beside an operation on sets.
    fn operand(&mut self) -> Result<Expr, ReadError> {
        let start = self.position();
        let is_braced = *self.peek() == Kind::Open(Bracket::Brace);
        let is_behind_link = self.previous().is_some_and(|token| is_set_link(&token.kind));
        let sum = self.sum()?;
        let is_set =
            is_braced && self.group == Some((start, self.position())) && (is_behind_link || is_set_link(self.peek()));
        Ok(match sum {
            Expr::Set(_) | Expr::SetBuilder(_) => sum,
            // `\mathbb{R} - \{0\}`.
            Expr::Sum(terms) if let Some(sets) = difference(&terms) => {
                Expr::SetOperation(SetOperation::Difference, sets)
            }
            element if is_set => Expr::Set(vec![element]),
            sum => sum,
        })
    }
}

/// The two sets that a sum is the difference of.
fn difference(terms: &[Expr]) -> Option<Vec<Expr>> {
    match terms {
        [
            set @ Expr::Constant(Constant::Reals | Constant::Integers | Constant::Naturals | Constant::Rationals),
            Expr::Negative(left_out),
        ] if matches!(**left_out, Expr::Set(_)) => Some(vec![set.clone(), (**left_out).clone()]),
        _ => None,
    }
}

fn is_set_link(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::SetOperation(_) | Kind::Comparison(Comparison::Element | Comparison::NotElement | Comparison::Subset)
    )
}

/// Operations on sets first, from left to right, then ratios, then the chain.
fn reduced(operands: Vec<Expr>, links: Vec<Link>) -> Expr {
    if links.is_empty() {
        return operands.into_iter().next().expect("there is one more than links");
    }
    let mut operands = operands.into_iter();
    let mut set = operands.next().expect("there is one more than links");
    let mut last_operation = None;
    let mut ratio = Vec::new();
    let mut chain = Vec::new();
    let mut comparisons = Vec::new();
    for (link, operand) in links.into_iter().zip(operands) {
        if let Link::Set(operation) = link {
            set = match set {
                Expr::SetOperation(known, mut sets) if last_operation == Some(operation) => {
                    sets.push(operand);
                    Expr::SetOperation(known, sets)
                }
                set => Expr::SetOperation(operation, vec![set, operand]),
            };
            last_operation = Some(operation);
            continue;
        }
        ratio.push(std::mem::replace(&mut set, operand));
        last_operation = None;
        if let Link::Compare(comparison) = link {
            chain.push(one_or_ratio(std::mem::take(&mut ratio)));
            comparisons.push(comparison);
        }
    }
    ratio.push(set);
    chain.push(one_or_ratio(ratio));
    match chain.len() {
        1 => chain.remove(0),
        _ => Expr::Relation(chain, comparisons),
    }
}

fn one_or_ratio(mut parts: Vec<Expr>) -> Expr {
    match parts.len() {
        1 => parts.remove(0),
        _ => Expr::Ratio(parts),
    }
}
