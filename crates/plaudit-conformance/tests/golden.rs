//! All committed vectors: every function of the other libraries agrees with ours.

use plaudit_conformance::{Status, run_golden};
use std::path::Path;

#[test]
fn every_function_agrees() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let reports = run_golden(&directory).unwrap().reports;
    reports.iter().for_each(|report| println!("{report}"));
    let apart: Vec<_> = reports.iter().filter(|report| report.status != Status::Agrees).collect();
    assert!(apart.is_empty(), "{} functions do not agree", apart.len());
}

/// A directory with one case of `value`, of a function and of a library.
fn with_case(name: &str, library: &str, function: &str, value: f64) -> std::path::PathBuf {
    let directory = std::env::temp_dir().join(format!("plaudit-golden-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a directory for the test");
    let case = serde_json::json!({
        "id": "one", "lib": library, "fn": function, "params": {},
        "inputs": {"token_level_rewards": [[1.0], [0.0]], "response_mask": [[1.0], [1.0]], "index": ["a", "a"]},
        "outputs": {"advantages": [[value], [-1.0]]},
    });
    std::fs::write(directory.join("case.jsonl"), format!("{case}\n")).expect("a file for the test");
    directory
}

#[test]
fn what_differs_and_what_is_unknown_is_told_apart() {
    let report = |name: &str, library: &str, function: &str, value: f64| {
        let directory = with_case(name, library, function, value);
        let reports = run_golden(&directory).unwrap().reports;
        std::fs::remove_dir_all(directory).unwrap();
        assert_eq!(reports.len(), 1);
        reports[0].clone()
    };
    assert_eq!(report("right", "verl-0.9.1", "adv:rloo", 1.0).status, Status::Agrees);
    let apart = report("apart", "verl-0.9.1", "adv:rloo", 1.5);
    let fault = "one in case.jsonl: advantages is 1, expected 1.5 within 1e-9";
    assert_eq!((apart.deviation, apart.status), (0.5 / 1.5, Status::Differs(vec![fault.to_owned()])));
    let unknown = report("function", "verl-0.9.1", "adv:nobody", 1.0);
    assert_eq!(unknown.status, Status::Unknown(1, "the estimator nobody is not known".to_owned()));
    assert!(unknown.to_string().ends_with("1 unknown: the estimator nobody is not known"), "{unknown}");
    let library = report("library", "nobody-1.0", "adv:rloo", 1.0);
    assert_eq!(library.status, Status::Unknown(1, "the library nobody-1.0 is not known".to_owned()));
}

#[test]
fn a_case_that_names_a_dialect_is_evaluated_with_its_settings() {
    let status = |dialect: &str| {
        let directory = with_case(&dialect.replace('@', "-"), "verl-0.9.1", "adv:rloo", 1.0);
        let path = directory.join("case.jsonl");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen('{', &format!("{{\"dialect\": \"{dialect}\", "), 1)).unwrap();
        let status = run_golden(&directory).unwrap().reports[0].status.clone();
        std::fs::remove_dir_all(directory).unwrap();
        status
    };
    assert_eq!(status("rloo@verl-0.9"), Status::Agrees);
    // Against the mean of all, scores 1 and 0 are half as far.
    let fault = "one in case.jsonl: advantages is -0.5, expected -1 within 1e-9";
    assert_eq!(status("dr-grpo@verl-0.9"), Status::Differs(vec![fault.to_owned()]));
    assert_eq!(status("grpo@nowhere"), Status::Unknown(1, "the dialect grpo@nowhere is not known".to_owned()));
}

#[test]
fn files_of_another_form_are_named() {
    let directory = with_case("others", "verl-0.9.1", "adv:rloo", 1.0);
    std::fs::write(directory.join("other.jsonl"), "{\"a\": 1}\n").unwrap();
    let run = run_golden(&directory).unwrap();
    assert_eq!((run.reports.len(), run.others), (1, vec![directory.join("other.jsonl")]));
    assert_eq!(run_golden(&directory.join("case.jsonl")).unwrap().reports, run.reports);
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_case_that_does_not_fit_together_differs_and_says_why() {
    let directory = std::env::temp_dir().join(format!("plaudit-golden-{}-unfit", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let fault = |library: &str, function: &str, params: &str, inputs: &str, outputs: &str| {
        let case = format!(
            r#"{{"id":"one","lib":"{library}","fn":"{function}","params":{params},"inputs":{inputs},"outputs":{outputs}}}"#
        );
        std::fs::write(directory.join("case.jsonl"), case).unwrap();
        match &run_golden(&directory).unwrap().reports[0].status {
            Status::Differs(faults) => faults[0].clone(),
            other => panic!("{other:?}"),
        }
    };
    let rloo = r#"{"token_level_rewards":[[1.0],[0.0]],"response_mask":[[1.0],[1.0]],"index":["a","a"]}"#;
    let short = fault("verl-0.9.1", "adv:rloo", "{}", rloo, r#"{"advantages":[[1.0]]}"#);
    assert_eq!(short, "one in case.jsonl: `advantages` has nothing for token 0 of row 1");
    let one = r#"{"completion_mask":[[1.0]],"per_token_logps":[[-1.0]],"ref_per_token_logps":[[-1.0]]}"#;
    let alone = fault("trl-1.16.0", "dpo_loss:sigmoid", r#"{"f_divergence":"reverse_kl"}"#, one, "{}");
    assert_eq!(alone, "one in case.jsonl: 1 completions are not pairs");
    let rewards = r#"{"rewards_per_func":[[1.0]],"lengths":[1]}"#;
    let no_groups = r#"{"num_generations":0,"reward_weights":[1.0],"scale_rewards":"none"}"#;
    assert!(fault("trl-1.16.0", "adv:grpo", no_groups, rewards, "{}").contains("`num_generations` cannot be read"));
    let swapped = r#"{"num_generations":1,"reward_weights":[1.0],"reward_clip_range":[1.0,0.0]}"#;
    assert!(fault("trl-1.16.0", "adv:rloo", swapped, rewards, "{}").contains("ends at 0, before it begins at 1"));
    let mean = r#"{"loss_agg_mode":"token-mean","cliprange_value":0.5}"#;
    let no_advantage = r#"{"response_mask":[[1.0]],"log_prob":[[-1.0]]}"#;
    let missing = fault("verl-0.9.1", "loss:vanilla", mean, no_advantage, "{}");
    assert!(missing.ends_with("`clipped-pg` reads `advantage`, which the case does not have"), "{missing}");
    let longer = r#"{"response_mask":[[1.0]],"log_prob":[[-1.0],[-1.0]]}"#;
    assert!(fault("verl-0.9.1", "loss:vanilla", mean, longer, "{}").contains("`log_prob` has 2 rows for 1 samples"));
    let values = r#"{"response_mask":[[1,1]],"vpreds":[[1]],"returns":[[1]],"values":[[1]]}"#;
    assert!(fault("verl-0.9.1", "value_loss", mean, values, "{}").contains("`vpreds` has 1 numbers for 2 tokens"));
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn what_cannot_be_read_is_an_error_with_its_place() {
    let directory = std::env::temp_dir().join(format!("plaudit-golden-{}-broken", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let fault = || run_golden(&directory).unwrap_err().to_string();
    assert!(fault().contains("holds no golden vectors"));
    std::fs::write(directory.join("x.jsonl"), "\n{\"id\": 1}\n").unwrap();
    assert!(fault().contains("holds no golden vectors"));
    std::fs::write(directory.join("x.jsonl"), "\n{\"lib\": 1}\n").unwrap();
    assert!(fault().contains("x.jsonl, line 2: not a case of golden vectors: "), "{}", fault());
    std::fs::remove_dir_all(&directory).unwrap();
    assert!(run_golden(&directory).unwrap_err().to_string().starts_with("could not read "));
}
