//! Every row of a data file, on all cores, in the order of the file.

use crate::arguments::Misuse;
use crate::output;
use crate::view::clock;
use plaudit_recipe::did_you_mean;
use plaudit_task::rows::{Cells, Flaw, Rows};
use plaudit_task::{Malformed, TaskError};
use plaudit_train::in_pool;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::io::{Write, stderr};
use std::path::Path;
use std::time::{Duration, Instant};

/// Opens a file. A column that it lacks was mistyped.
pub(super) fn open(path: &Path, columns: &[&str]) -> anyhow::Result<Rows> {
    Rows::open(path, columns).map_err(or_misuse)
}

/// Puts every row through `work` and hands the results on, one after the other: rows are read and worked on in chunks, so that a file may
/// be longer than memory. The number of `threads` changes nothing but the time.
///
/// # Errors
/// Those of reading and of `take`.
pub(super) fn each<T: Send>(
    rows: &mut Rows,
    threads: usize,
    work: impl Fn(Result<Cells, Flaw>) -> T + Sync,
    mut take: impl FnMut(T) -> anyhow::Result<()> + Send,
) -> anyhow::Result<()> {
    in_pool(threads, || {
        let mut progress = Progress::new();
        let mut chunk = rows.next_chunk()?;
        while !chunk.is_empty() {
            let count = chunk.len() as u64;
            // The next rows are read while these are worked on.
            let (next, done) =
                rayon::join(|| rows.next_chunk(), || chunk.into_par_iter().map(&work).collect::<Vec<T>>());
            done.into_iter().try_for_each(&mut take)?;
            progress.advance(count, rows.share_read());
            chunk = next?;
        }
        anyhow::Ok(())
    })?
}

/// Rows that cannot be used: how many, and the first of them.
pub(super) struct Unusable {
    pub(super) count: u64,
    pub(super) first: Vec<Malformed>,
    most: usize,
    /// Columns that some row lacks, and those that some row has.
    missing: BTreeSet<String>,
    present: BTreeSet<String>,
}

impl Unusable {
    pub(super) fn new(most: usize) -> Self {
        Self { count: 0, first: Vec::new(), most, missing: BTreeSet::new(), present: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, path: &Path, line: u64, flaw: &Flaw) {
        match flaw {
            Flaw::MissingColumn(column) => self.missing.insert(column.clone()),
            Flaw::WrongType { column, .. } | Flaw::Empty(column) => self.present.insert(column.clone()),
            _ => false,
        };
        self.count += 1;
        if self.first.len() < self.most {
            self.first.push(Malformed { path: path.to_owned(), line, reason: flaw.to_string() });
        }
    }

    /// Why the file is of no use, where all of its rows are unusable: a column that none of them has was mistyped.
    pub(super) fn check(&self, rows: u64, file: &Rows) -> anyhow::Result<()> {
        if self.count < rows {
            return Ok(());
        }
        let missing = self.missing.difference(&self.present).next().cloned();
        let first = self.first.first().cloned();
        // Lines that are no objects name no columns.
        let missing = missing.filter(|_| !file.columns().is_empty());
        Err(or_misuse(file.none_usable(rows, missing, first)))
    }
}

fn or_misuse(error: TaskError) -> anyhow::Error {
    match &error {
        TaskError::MissingColumn { column, found, .. } => {
            let hint = did_you_mean(column, found.iter().map(String::as_str));
            Misuse(format!("{error}{hint}")).into()
        }
        _ => error.into(),
    }
}

/// A line in the terminal that says how far it is.
struct Progress {
    is_shown: bool,
    began: Instant,
    last: Instant,
    rows: u64,
}

impl Progress {
    fn new() -> Self {
        let now = Instant::now();
        Self { is_shown: output::can_draw_on(&stderr()), began: now, last: now, rows: 0 }
    }

    fn advance(&mut self, rows: u64, share: Option<f64>) {
        const PAUSE: Duration = Duration::from_millis(200);
        self.rows += rows;
        if !self.is_shown || self.last.elapsed() < PAUSE {
            return;
        }
        self.last = Instant::now();
        let seconds = self.began.elapsed().as_secs_f64();
        let left = share.filter(|share| *share > 0.0).map(|share| {
            let left = Duration::from_secs_f64(seconds / share * (1.0 - share).max(0.0));
            format!(", {:.0} %, {} left", share * 100.0, clock(left))
        });
        let rate = self.rows as f64 / seconds;
        // Where nobody can be told, there is nobody to tell.
        let _ = write!(stderr(), "\r\x1b[K{} rows, {rate:.0} a second{}", self.rows, left.unwrap_or_default());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
