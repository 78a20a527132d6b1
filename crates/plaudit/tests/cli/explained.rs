//! What recorded batches are asked: `credit`, `diff`, `replay`; and `conformance`. `why` needs a run and is in `runs.rs`.

use crate::{output, printed, refused};
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// A folder with a batch of four samples to two prompts, and one of its tokens not written by the policy.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        r#"{"group":1,"score":1.0,"mask":[true,false,true],"logp":[-0.1,-2.3,-0.5],"sources":{"form":0.5,"outcome":0.5}}"#,
        r#"{"group":1,"score":0.0,"logp":[-0.7],"sources":{"form":0.0,"outcome":0.0}}"#,
        r#"{"group":1,"score":0.5,"logp":[-0.2,-0.2],"sources":{"form":0.5,"outcome":0.0}}"#,
        r#"{"group":2,"score":0.5,"logp":[-1.0],"sources":{"form":0.0,"outcome":0.5}}"#,
    ];
    fs::write(folder.path().join("batch.jsonl"), rows.join("\n") + "\n").unwrap();
    folder
}

#[test]
fn credit_is_a_table_and_a_file_that_can_be_read_again() {
    let folder = folder();
    let here = folder.path();
    let credit = |more: &[&str]| {
        let arguments: Vec<&str> =
            ["credit", "--in", "batch.jsonl", "--kind", "group"].iter().chain(more).copied().collect();
        printed(here, &arguments)
    };
    insta::assert_snapshot!("credit", credit(&["--explain", "--out", "credited.jsonl"]));
    let again = printed(here, &["credit", "--in", "credited.jsonl", "--kind", "group", "--json"]);
    let again: Value = serde_json::from_str(&again).unwrap();
    // Scores 1, 0 and 0.5: mean 0.5, unbiased deviation 0.5.
    let expected = 0.5 / (0.5 + 1e-6);
    let close = |value: &Value| (value.as_f64().unwrap() - expected).abs() < 1e-9;
    assert!(close(&again["groups"][0]["samples"][0]["advantage"]));
    assert_eq!(again["groups"][1]["rule"], "alone");
    let first: Value =
        serde_json::from_str(fs::read_to_string(here.join("credited.jsonl")).unwrap().lines().next().unwrap()).unwrap();
    assert!(close(&first["advantage"][0]) && first["advantage"][1] == 0.0 && close(&first["advantage"][2]));
}

#[test]
fn diff_says_which_parameter_explains_it() {
    let folder = folder();
    let here = folder.path();
    let both =
        ["diff", "group", "group", "--set-b", "eps=1e-4", "--set-b", "objective.aggregation=sequence-mean-token-mean"];
    insta::assert_snapshot!("diff", printed(here, &both));
    insta::assert_snapshot!("diff_same", printed(here, &["diff", "group", "clipped-pg", "--in", "batch.jsonl"]));
    insta::assert_snapshot!(
        "diff_kinds",
        printed(here, &["diff", "grpo-nano", "weighted-likelihood", "--in", "batch.jsonl"])
    );
    let json: Value = serde_json::from_str(&printed(here, &[&both[..], &["--json"]].concat())).unwrap();
    assert_eq!(json["parameters"][0]["name"], "objective.aggregation");
    assert!(printed(here, &["diff", "--list"]).contains("grpo@verl-0.9"));
}

#[test]
fn replay_is_a_table_and_a_page() {
    let folder = folder();
    let here = folder.path();
    let recipes = "group,rloo@verl-0.9,weighted-likelihood,random-calculation,alphamed";
    insta::assert_snapshot!("replay", printed(here, &["replay", "batch.jsonl", "--recipes", recipes]));
    let page = fs::read_to_string(here.join("replay.html")).unwrap();
    assert!(page.contains("rloo@verl-0.9") && !page.contains("http://") && !page.contains("<script src"));
    let json =
        printed(here, &["replay", "batch.jsonl", "--recipes", "group,alphamed", "--json", "--page", "other.html"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["refused"][0]["name"], "alphamed");
}

#[test]
fn mistakes_name_the_place_and_the_way_out() {
    let folder = folder();
    let here = folder.path();
    fs::write(here.join("typo.jsonl"), "{\"group\":1}\n{\"group\":1,\"scor\":2}\n").unwrap();
    fs::write(here.join("short.jsonl"), "{\"group\":1,\"logp\":[-1.0]}\n{\"group\":1,\"logp\":[-1.0],\"mask\":[]}\n")
        .unwrap();
    let errors = [
        refused(here, &["credit", "--in", "batch.jsonl", "--kind", "gruop"], 2),
        refused(here, &["credit", "--in", "batch.jsonl", "--kind", "group", "--set", "scal=none"], 2),
        refused(here, &["credit", "--in", "batch.jsonl", "--kind", "group", "--out", "x.parquet"], 2),
        refused(here, &["credit", "--in", "typo.jsonl", "--kind", "group"], 1),
        refused(here, &["credit", "--in", "short.jsonl", "--kind", "group"], 1),
        refused(here, &["credit", "--in", "gone.jsonl", "--kind", "group"], 1),
        refused(here, &["diff", "grpo@verl-0.8", "group"], 2),
        refused(here, &["diff", "grpo", "./gone.toml"], 2),
        refused(here, &["replay", "batch.jsonl", "--recipes", "gpro"], 2),
        refused(here, &["why", "gone", "--step", "1", "--sample", "0", "--token", "0"], 1),
    ];
    insta::assert_snapshot!("explain_mistakes", errors.join("\n"));
}

#[test]
fn sloppy_batches_are_refused_with_the_reason() {
    let folder = folder();
    let here = folder.path();
    let credited = |text: &str, kind: &str, more: &[&str], code: i32| {
        fs::write(here.join("sloppy.jsonl"), text).unwrap();
        refused(here, &[&["credit", "--in", "sloppy.jsonl", "--kind", kind], more].concat(), code)
    };
    let row = "{\"group\":1,\"score\":1.0,\"logp\":[-1.0]}\n";
    let says = |error: String, reason: &str| assert!(error.contains(reason), "{error}");
    says(credited("[1,2]\n", "group", &[], 1), "sloppy.jsonl, line 1: the line is no JSON object");
    says(credited(&format!("{row}\n{row}"), "group", &[], 1), "line 2: the line is empty");
    says(credited("{\"group\":1,\"score\":NaN}\n", "group", &[], 1), "JSON has no NaN");
    says(credited("{\"group\":1,\"scor\":1.0}", "group", &[], 1), "(did you mean `score`?)");
    says(credited("{\"group\":1,\"score\":", "group", &[], 1), "line 1: the line breaks off");
    says(credited("{\"group\":1,\"tokens\":99999999999999}\n", "group", &[], 1), "more than 268435456 tokens");
    let huge = ["1e308", "-1e308"].map(|score| row.replace("\"score\":1.0", &format!("\"score\":{score}"))).concat();
    says(credited(&huge, "group", &[], 1), "so far apart that their deviation is out of the range");
    says(credited(row, "dpo", &[], 2), "`dpo` is an objective, which makes no advantages");
    says(credited(row, "group", &["--step", "3"], 2), "there is no step 3: sloppy.jsonl is a file");
    says(credited(row, "pairwise", &[], 1), "reads `pairwise`, which this batch does not have");
    let judged = [[0.0, 1.0], [-1.0, 0.0]]
        .map(|line| format!("{{\"group\":1,\"score\":0.0,\"tokens\":1,\"pairwise\":{line:?}}}\n"));
    fs::write(here.join("judged.jsonl"), judged.concat()).unwrap();
    let text = printed(here, &["credit", "--in", "judged.jsonl", "--kind", "pairwise", "--set", "divide=false"]);
    assert!(text.contains("2 samples in 1 group\n") && text.contains("0.5"), "{text}");
}

#[test]
fn conformance_tests_every_part_and_names_what_is_broken() {
    let folder = folder();
    let here = folder.path();
    let all = printed(here, &["conformance"]);
    assert!(all.contains("credit.group") && all.contains("objective.dpo") && !all.contains(", 1 broken"), "{all}");
    let one = printed(here, &["conformance", "grpo@trl-1.16", "--verbose"]);
    assert!(one.contains("micro-batches: held") && one.contains("reward unit: not promised: "), "{one}");

    // One advantage per sample where one per token is asked for.
    let program = "import json, sys\nfor line in sys.stdin:\n    batch = json.loads(line)\n    \
        print(json.dumps({'id': batch['id'], 'advantages': [[0.0] for _ in batch['samples']]}), flush=True)\n";
    fs::write(here.join("mine.py"), program).unwrap();
    let broken = output(here, &["conformance", "--program", "python3 mine.py"]);
    let text = String::from_utf8(broken.stdout).unwrap();
    assert_eq!(broken.status.code(), Some(1), "{text}");
    assert!(text.contains("no answer: the answer to batch "), "{text}");
    let unknown = refused(here, &["conformance", "--program", "python3 mine.py", "--promises", "shift"], 2);
    assert!(unknown.contains("there are order-of-samples, "), "{unknown}");
}

#[test]
fn conformance_compares_golden_vectors() {
    let folder = folder();
    let here = folder.path();
    let case = |value: f64| {
        format!(
            r#"{{"id":"a","lib":"verl-0.9.1","fn":"adv:rloo","params":{{}},"inputs":{{"token_level_rewards":[[1.0],[0.0]],"response_mask":[[1.0],[1.0]],"index":[0,0]}},"outputs":{{"advantages":[[{value}],[-1.0]]}}}}"#
        )
    };
    fs::create_dir(here.join("vectors")).unwrap();
    fs::write(here.join("vectors/a.jsonl"), case(1.0) + "\n").unwrap();
    fs::write(here.join("vectors/b.jsonl"), "{\"x\": 1}\n").unwrap();
    let text = printed(here, &["conformance", "--golden", "vectors"]);
    assert!(text.contains("1 of 1 functions agree, 1 cases") && text.contains("b.jsonl: no vectors"), "{text}");
    fs::write(here.join("vectors/a.jsonl"), case(2.0) + "\n").unwrap();
    let apart = output(here, &["conformance", "--golden", "vectors/a.jsonl", "--json"]);
    assert_eq!(apart.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&apart.stdout).unwrap();
    assert_eq!((&json[0]["status"], &json[0]["deviation"]), (&Value::from("differs"), &Value::from(0.5)));
}
