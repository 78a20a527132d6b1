//! Lists: items joined by `;`, "or", "and", `,`, `\lor` and `\land`, from loose to tight.

use super::ReadError;
use super::parser::Parser;
use super::token::Kind;
use crate::math::Expr;

/// What stands between two items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Joint {
    Comma,
    And,
    Or,
    Semicolon,
}

impl Parser<'_> {
    /// One item, or several with what joins them.
    pub(super) fn list(&mut self) -> Result<Expr, ReadError> {
        let (items, joints) = self.items()?;
        let rows = rows(items, &joints);
        Ok(one_or_list(rows.into_iter().map(one_or_list).collect()))
    }

    /// The elements between two brackets, whatever separates them.
    pub(super) fn elements(&mut self) -> Result<Vec<Expr>, ReadError> {
        let (items, joints) = self.items()?;
        Ok(rows(items, &joints).into_iter().flatten().collect())
    }

    fn items(&mut self) -> Result<(Vec<Expr>, Vec<Joint>), ReadError> {
        let mut items = vec![self.statement()?];
        let mut joints = Vec::new();
        loop {
            let mut joint = match self.peek() {
                Kind::Comma | Kind::GroupComma => Joint::Comma,
                Kind::Semicolon | Kind::Row => Joint::Semicolon,
                Kind::And => Joint::And,
                Kind::Or => Joint::Or,
                _ => return Ok((items, joints)),
            };
            self.advance();
            // `a, b, and c`; `x = 1; or x = 2`.
            match self.peek() {
                Kind::And => joint = Joint::And,
                Kind::Or => joint = Joint::Or,
                _ => {
                    items.push(self.statement()?);
                    joints.push(joint);
                    continue;
                }
            }
            self.advance();
            items.push(self.statement()?);
            joints.push(joint);
        }
    }
}

impl Parser<'_> {
    /// What `\land` and, looser, `\lor` join: statements, or letters that stand for them.
    fn statement(&mut self) -> Result<Expr, ReadError> {
        let mut alternatives = vec![self.conjunction()?];
        while self.eat(&Kind::Vee) {
            alternatives.push(self.conjunction()?);
        }
        Ok(if alternatives.len() == 1 { alternatives.remove(0) } else { Expr::Or(alternatives) })
    }

    fn conjunction(&mut self) -> Result<Expr, ReadError> {
        let mut statements = vec![self.relation()?];
        while self.eat(&Kind::Wedge) {
            statements.push(self.relation()?);
        }
        Ok(if statements.len() == 1 { statements.remove(0) } else { Expr::And(statements) })
    }
}

fn one_or_list(mut items: Vec<Expr>) -> Expr {
    match items.len() {
        1 => items.remove(0),
        _ => Expr::List(items),
    }
}

/// The items between semicolons, those joined by words taken together.
fn rows(items: Vec<Expr>, joints: &[Joint]) -> Vec<Vec<Expr>> {
    if joints.iter().all(|joint| *joint == Joint::Comma) {
        return vec![items];
    }
    let rows = split(items, joints, Joint::Semicolon).into_iter().map(|(items, joints)| {
        let alternatives = split(items, &joints, Joint::Or).into_iter();
        let conjunctions = alternatives.map(|(items, joints)| {
            let groups = split(items, &joints, Joint::And).into_iter().map(|(items, _)| items).collect();
            joined(groups, Expr::And)
        });
        joined(conjunctions.collect(), Expr::Or)
    });
    let rows: Vec<Vec<Expr>> = rows.collect();
    // `1; 2; 3` is as good as `1, 2, 3`.
    match rows.iter().all(|row| row.len() == 1) {
        true => vec![rows.into_iter().flatten().collect()],
        false => rows,
    }
}

/// Groups joined by a word. Statements become one; `1, 2 and 3` are three items; `a = 1, b = 2 and a = 3, b = 4` are two lists.
fn joined(groups: Vec<Vec<Expr>>, join: fn(Vec<Expr>) -> Expr) -> Vec<Expr> {
    if groups.len() == 1 {
        return groups.into_iter().flatten().collect();
    }
    if groups.last().is_some_and(|last| last.len() > 1) {
        return groups.into_iter().map(one_or_list).collect();
    }
    let items: Vec<Expr> = groups.into_iter().flatten().collect();
    let is_statement = |item: &Expr| matches!(item, Expr::Relation(..) | Expr::And(_) | Expr::Or(_));
    if items.iter().all(is_statement) { vec![join(items)] } else { items }
}

/// The items between joints of one kind, with the other joints among them.
fn split(items: Vec<Expr>, joints: &[Joint], at: Joint) -> Vec<(Vec<Expr>, Vec<Joint>)> {
    let mut parts = vec![(Vec::new(), Vec::new())];
    for (index, item) in items.into_iter().enumerate() {
        match index.checked_sub(1).map(|before| joints[before]) {
            Some(joint) if joint == at => parts.push((Vec::new(), Vec::new())),
            Some(joint) => parts.last_mut().expect("it begins with one").1.push(joint),
            None => {}
        }
        parts.last_mut().expect("it begins with one").0.push(item);
    }
    parts
}
