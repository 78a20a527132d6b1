//! A program of the user's, in any language, that is tested over its standard input and output.
//!
//! The command is started once. Each batch is one line of JSON on its standard input:
//!
//! ```text
//! {"id": 7, "samples": [{"group": 0, "score": 1.0, "mask": [true, true], "logp": [-0.5, -1.2], ...}, ...]}
//! ```
//!
//! with the rows of [`plaudit_core::Sample`]; absent fields are left out. It answers one line on its standard output, in the order of
//! the rows and with one number per token, either advantages or a loss:
//!
//! ```text
//! {"id": 7, "advantages": [[0.7, 0.7], ...]}
//! {"id": 7, "loss": 0.25, "gradient": [[0.1, -0.1], ...]}
//! ```
//!
//! JSON has no NaN: where a test would write NaN into masked places it writes [`External::POISON`], and tests that need NaN are left out. What the
//! program prints to its standard error is shown with the error where it dies.

use crate::{Answer, Invariant, Subject, SubjectError};
use plaudit_core::Sample;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::iter;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How long a line of the standard error of a program that has ended is waited for, and how many are read.
const LAST_WORDS: Duration = Duration::from_millis(200);
const MOST_LAST_WORDS: usize = 10_000;

/// A program that is running, and answers.
#[derive(Debug)]
pub struct External {
    child: Child,
    input: Sender<String>,
    output: Receiver<String>,
    errors: Receiver<String>,
    limit: Duration,
    asked: u64,
    kept: Vec<Invariant>,
}

/// Why a program did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ExternalError {
    /// It could not be started.
    #[error("could not start `{command}`: {cause}")]
    Start {
        /// The program.
        command: String,
        /// What the system says.
        cause: io::Error,
    },
    /// It ended before it answered.
    #[error("the program ended without an answer to batch {id}{said}")]
    Died {
        /// The batch.
        id: u64,
        /// The end of what it wrote to its standard error.
        said: String,
    },
    /// It took too long.
    #[error("no answer to batch {id} within {} s", limit.as_secs_f64())]
    Late {
        /// The batch.
        id: u64,
        /// The limit.
        limit: Duration,
    },
    /// Its answer is not of the form that is asked for.
    #[error("the answer to batch {id} {reason}: {line}")]
    Malformed {
        /// The batch.
        id: u64,
        /// What is wrong with it.
        reason: String,
        /// The beginning of the answer.
        line: String,
    },
}

#[derive(Serialize)]
struct Question<'a> {
    id: u64,
    samples: &'a [Sample],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    id: u64,
    advantages: Option<Vec<Vec<f64>>>,
    loss: Option<f64>,
    gradient: Option<Vec<Vec<f64>>>,
}

impl External {
    /// Stands where NaN cannot be written.
    pub const POISON: f64 = 1e30;

    /// Starts a program. `limit` is the time it may take for an answer; the first answer includes its start.
    ///
    /// # Errors
    /// [`ExternalError::Start`], where the system cannot start it.
    pub fn start(program: &str, arguments: &[&str], limit: Duration) -> Result<Self, ExternalError> {
        let failed = |cause| ExternalError::Start { command: program.to_owned(), cause };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        let input = writer(child.stdin.take().expect("standard input was asked for"));
        let output = lines(child.stdout.take().expect("standard output was asked for"));
        let errors = lines(child.stderr.take().expect("standard error was asked for"));
        Ok(Self { child, input, output, errors, limit, asked: 0, kept: Vec::new() })
    }

    /// The same program, of which these invariants are expected too. Without it those of order, masks and group shapes are.
    #[must_use]
    pub fn keeping(mut self, invariants: &[Invariant]) -> Self {
        self.kept.extend_from_slice(invariants);
        self
    }

    fn ask(&mut self, samples: &[Sample]) -> Result<Answer, ExternalError> {
        self.asked += 1;
        let id = self.asked;
        let mut line = serde_json::to_string(&Question { id, samples }).expect("rows are plain data");
        line.push('\n');
        // Whether it read the question shows in whether it answers.
        let _ = self.input.send(line);
        match self.output.recv_timeout(self.limit) {
            Ok(line) => parsed(&line, id, samples).map_err(|reason| ExternalError::Malformed {
                id,
                reason,
                line: line.chars().take(200).collect(),
            }),
            Err(RecvTimeoutError::Timeout) => Err(ExternalError::Late { id, limit: self.limit }),
            Err(RecvTimeoutError::Disconnected) => Err(ExternalError::Died { id, said: self.last_words() }),
        }
    }

    /// The end of its standard error. It may have closed its output alone, or left others behind that hold its error open: it is ended, and
    /// what comes is waited for no longer than needed.
    fn last_words(&mut self) -> String {
        let _ = self.child.kill();
        let said = iter::from_fn(|| self.errors.recv_timeout(LAST_WORDS).ok());
        let mut said: Vec<String> = said.take(MOST_LAST_WORDS).collect();
        let end = said.split_off(said.len().saturating_sub(5));
        if end.is_empty() { String::new() } else { format!("; it said: {}", end.join(" | ")) }
    }
}

impl Drop for External {
    fn drop(&mut self) {
        // Either may fail only because the program has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes beside, so that a program that does not read cannot hold up its caller.
fn writer(mut stream: impl Write + Send + 'static) -> Sender<String> {
    let (sender, receiver) = channel::<String>();
    thread::spawn(move || {
        for line in receiver {
            if stream.write_all(line.as_bytes()).and_then(|()| stream.flush()).is_err() {
                break;
            }
        }
    });
    sender
}

/// Reads lines as they come, so that waiting for one can be given up. What is no UTF-8 is shown as such, and does not end the stream.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            if sender.send(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned()).is_err() {
                break;
            }
        }
    });
    receiver
}

fn parsed(line: &str, id: u64, samples: &[Sample]) -> Result<Answer, String> {
    let reply: Reply = serde_json::from_str(line).map_err(|error| format!("cannot be read ({error})"))?;
    if reply.id != id {
        return Err(format!("names batch {}", reply.id));
    }
    let (loss, name, tokens) = match (reply.advantages, reply.loss, reply.gradient) {
        (Some(advantages), None, None) => (None, "advantage", advantages),
        (None, Some(loss), Some(gradient)) => (Some(loss), "gradient", gradient),
        _ => return Err("has neither `advantages` alone nor `loss` and `gradient`".to_owned()),
    };
    if tokens.len() != samples.len() {
        return Err(format!("has {} lists for {} samples", tokens.len(), samples.len()));
    }
    match samples.iter().zip(&tokens).position(|(sample, tokens)| sample.len() != tokens.len()) {
        Some(sample) => Err(format!("has {} numbers for the tokens of sample {sample}", tokens[sample].len())),
        None => Ok(Answer { loss, columns: vec![(name, tokens)] }),
    }
}

impl Subject for External {
    fn answer(&mut self, rows: &[Sample]) -> Result<Answer, SubjectError> {
        Ok(self.ask(rows)?)
    }

    fn answer_parts(&mut self, parts: &[Vec<Sample>]) -> Result<Answer, SubjectError> {
        let answers = parts.iter().map(|part| self.answer(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(Answer::joined(&answers))
    }

    fn promise(&self, invariant: Invariant) -> Result<f64, &'static str> {
        match invariant {
            Invariant::NotANumber => Err("JSON has no NaN"),
            Invariant::MicroBatch
            | Invariant::RewardShift
            | Invariant::RewardScale
            | Invariant::RewardUnit
            | Invariant::EqualScores
                if !self.kept.contains(&invariant) =>
            {
                Err("nobody has said that the program keeps it")
            }
            _ => Ok(0.0),
        }
    }

    fn poison(&self) -> f64 {
        Self::POISON
    }
}
