//! Programs outside: they answer, they break invariants, and they fail in every way that programs fail.

use plaudit_conformance::{External, ExternalError, Invariant, Outcome, Subject, SubjectError, check};
use plaudit_core::Sample;
use std::path::Path;
use std::time::{Duration, Instant};

/// Starts an example. Python's standard library is all it needs.
fn example(name: &str) -> External {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    External::start("python3", &[&path.to_string_lossy()], Duration::from_secs(60)).expect("Python is installed")
}

fn shell(script: &str, limit: Duration) -> External {
    External::start("sh", &["-c", script], limit).expect("there is a shell")
}

fn one_sample() -> Vec<Sample> {
    vec![Sample { score: Some(1.0), logp: Some(vec![-0.5, -1.0]), ..Sample::default() }]
}

fn fault(script: &str) -> ExternalError {
    match shell(script, Duration::from_secs(20)).answer(&one_sample()) {
        Err(SubjectError::External(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_right_program_keeps_every_invariant() {
    let mut grpo = example("grpo.py").keeping(&[Invariant::MicroBatch, Invariant::RewardShift, Invariant::EqualScores]);
    let outcomes = check(&mut grpo, 1e-9);
    for (invariant, outcome) in &outcomes {
        assert!(matches!(outcome, Outcome::Held(_) | Outcome::NotPromised(_)), "{invariant}: {outcome}");
    }
    assert_eq!(outcomes.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Held(_))).count(), 9);
}

#[test]
fn a_planted_mistake_is_found_and_made_small() {
    let outcomes = check(&mut example("grpo_with_a_bug.py"), 1e-9);
    let broken = |outcome: &Outcome| matches!(outcome, Outcome::Broken(_));
    let names: Vec<_> = outcomes.iter().filter(|(_, outcome)| broken(outcome)).map(|(name, _)| *name).collect();
    assert_eq!(names, [Invariant::Padding]);
    let Some((_, Outcome::Broken(example))) = outcomes.into_iter().find(|(_, outcome)| broken(outcome)) else {
        panic!()
    };
    // Two samples of one token: two masked ones more cost 0.02.
    assert!(example.rows.len() == 2 && example.rows.iter().all(|row| row.len() == 1), "{example:?}");
    assert!((example.difference.expected - example.difference.found - 0.02).abs() < 1e-12, "{}", example.difference);
}

#[test]
fn an_answer_may_be_a_loss() {
    let script = r#"while read -r line; do echo '{"id":1,"loss":0.25,"gradient":[[0.1,-0.1]]}'; done"#;
    let answer = shell(script, Duration::from_secs(20)).answer(&one_sample()).unwrap();
    assert_eq!((answer.loss, answer.columns), (Some(0.25), vec![("gradient", vec![vec![0.1, -0.1]])]));
}

#[test]
fn a_program_that_cannot_start_or_ends_is_an_error() {
    let error = External::start("/there/is/no/such/program", &[], Duration::from_secs(1)).unwrap_err();
    assert!(error.to_string().starts_with("could not start `/there/is/no/such/program`: "), "{error}");
    let error = fault("echo it went wrong >&2; exit 3");
    assert_eq!(error.to_string(), "the program ended without an answer to batch 1; it said: it went wrong");
}

#[test]
fn a_late_answer_is_an_error_and_is_not_waited_for() {
    let started = Instant::now();
    let error = shell("sleep 30", Duration::from_millis(100)).answer(&one_sample()).unwrap_err();
    assert_eq!(error.to_string(), "no answer to batch 1 within 0.1 s");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_program_that_closes_its_output_is_not_waited_for() {
    let started = Instant::now();
    let error = fault("echo closing >&2; exec 1>&-; sleep 60");
    assert_eq!(error.to_string(), "the program ended without an answer to batch 1; it said: closing");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn bytes_that_are_no_text_are_an_answer_that_cannot_be_read() {
    let error = fault(r"while read -r line; do printf '\377\n'; done");
    assert!(error.to_string().starts_with("the answer to batch 1 cannot be read (expected value"), "{error}");
}

#[test]
fn a_malformed_answer_is_an_error_that_says_what_is_wrong() {
    let answers = |answer: &str| fault(&format!("read -r line; echo '{answer}'; sleep 5")).to_string();
    assert!(answers("advantages: 1").starts_with("the answer to batch 1 cannot be read (expected value"));
    assert!(answers(r#"{"id":2,"advantages":[[0,0]]}"#).contains("names batch 2"));
    assert!(answers(r#"{"id":1}"#).contains("has neither `advantages` alone nor `loss` and `gradient`"));
    assert!(answers(r#"{"id":1,"advantages":[]}"#).contains("has 0 lists for 1 samples"));
    assert!(answers(r#"{"id":1,"advantages":[[0]]}"#).contains("has 1 numbers for the tokens of sample 0"));
}
