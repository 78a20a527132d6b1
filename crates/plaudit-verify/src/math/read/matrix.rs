//! Environments: matrices, cases, aligned equations.

use super::ReadError;
use super::parser::{Context, Parser};
use super::token::Kind;
use crate::math::{Brackets, Expr, Function, Matrix};

/// Whether it says when a case applies.
fn is_condition(entry: &Expr) -> bool {
    match entry {
        Expr::Relation(..) => true,
        Expr::Text(words) => &**words == "otherwise",
        Expr::And(parts) | Expr::Or(parts) | Expr::List(parts) => parts.iter().all(is_condition),
        _ => false,
    }
}

/// Cases of a function, in any order: pairs of value and condition.
fn cases(rows: Vec<Vec<Expr>>) -> Expr {
    Expr::Set(rows.into_iter().map(|row| Expr::Tuple(Brackets::Round, row)).collect())
}

impl Parser<'_> {
    /// `\begin{..} .. \end{..}`.
    pub(super) fn environment(&mut self) -> Result<Expr, ReadError> {
        let Kind::Begin(name) = self.peek() else { return Err(self.expected("an environment")) };
        self.advance();
        let rows = self.inside(Context::default(), Self::rows)?;
        self.expect(&Kind::Finish(name.clone()), "the end of the environment")?;
        let matrix = |is_determinant: bool| {
            let columns = rows.first().map_or(0, Vec::len);
            if columns == 0 || rows.iter().any(|row| row.len() != columns) {
                return Err(self.expected("rows of one length"));
            }
            Ok(Expr::Matrix(Matrix { columns, entries: rows.iter().flatten().cloned().collect(), is_determinant }))
        };
        match &**name {
            "matrix" | "pmatrix" | "bmatrix" | "Bmatrix" | "smallmatrix" | "psmallmatrix" | "bsmallmatrix"
            | "array" | "tabular" => {
                let is_statement = |entry: &Expr| matches!(entry, Expr::Relation(..));
                let is_bare = matches!(&**name, "array" | "tabular");
                if is_bare && rows.iter().all(|row| row.len() == 1 && is_statement(&row[0])) {
                    return self.system(rows);
                }
                if is_bare && rows.iter().all(|row| row.len() == 2 && is_condition(&row[1])) {
                    return Ok(cases(rows));
                }
                matrix(false)
            }
            "vmatrix" => matrix(true),
            "Vmatrix" => Ok(Expr::Function(Function::Norm, vec![matrix(false)?])),
            "cases" | "dcases" | "rcases" if rows.iter().all(|row| row.len() == 2) => Ok(cases(rows)),
            _ => self.system(rows),
        }
    }

    /// Equations below each other hold together; other rows are a list.
    fn system(&self, rows: Vec<Vec<Expr>>) -> Result<Expr, ReadError> {
        let mut statements = Vec::new();
        for mut row in rows {
            if row.len() != 1 {
                return Err(self.expected("one statement in a row"));
            }
            statements.append(&mut row);
        }
        Ok(match statements.len() {
            1 => statements.remove(0),
            _ if statements.iter().all(|entry| matches!(entry, Expr::Relation(..))) => Expr::And(statements),
            _ => Expr::List(statements),
        })
    }

    /// Rows of entries, at least one.
    fn rows(&mut self) -> Result<Vec<Vec<Expr>>, ReadError> {
        let mut rows = vec![Vec::new()];
        loop {
            match self.peek() {
                Kind::Finish(_) => break,
                Kind::Row => {
                    self.advance();
                    rows.push(Vec::new());
                }
                Kind::Comma | Kind::Period | Kind::Semicolon => self.advance(),
                _ => {
                    let row = rows.last_mut().expect("it begins with one");
                    let is_separated = self.previous().is_some_and(|last| last.kind == Kind::Ampersand);
                    if row.is_empty() == is_separated {
                        return Err(self.expected("an ampersand between two entries of a row"));
                    }
                    let entry = self.relation()?;
                    self.check_depth(&entry)?;
                    row.push(entry);
                    self.eat(&Kind::Ampersand);
                }
            }
        }
        let is_cut = self.previous().is_some_and(|last| last.kind == Kind::Ampersand);
        rows.retain(|row| !row.is_empty());
        match rows.is_empty() {
            true => Err(self.expected("a row")),
            false if is_cut => Err(self.expected("an entry")),
            false => Ok(rows),
        }
    }
}
