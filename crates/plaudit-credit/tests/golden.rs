//! Advantages against verl 0.9.1; see `golden/README.md`.

use plaudit_core::{Advantages, CreditColumns, Segments};
use plaudit_credit::{Centre, CreditConfig, GroupConfig, Scale, Singleton};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(rename = "fn")]
    function: String,
    inputs: Inputs,
    params: Value,
    outputs: Outputs,
}

#[derive(Deserialize)]
struct Inputs {
    token_level_rewards: Vec<Vec<f64>>,
    response_mask: Vec<Vec<f64>>,
    index: Vec<usize>,
}

#[derive(Deserialize)]
struct Outputs {
    advantages: Vec<Vec<f64>>,
}

fn config(case: &Case) -> GroupConfig {
    let grpo = GroupConfig { singleton: Singleton::Raw, ..GroupConfig::default() };
    let rloo = GroupConfig { centre: Centre::LeaveOneOut, scale: Scale::None, ..grpo.clone() };
    match case.function.as_str() {
        "adv:grpo" if case.params["norm_adv_by_std_in_grpo"] == false => GroupConfig { scale: Scale::None, ..grpo },
        "adv:grpo" => grpo,
        "adv:rloo" => rloo,
        "adv:rloo_vectorized" => GroupConfig { singleton: Singleton::Zero, ..rloo },
        other => panic!("unknown function {other}"),
    }
}

#[test]
fn group_agrees_with_verl() {
    let mut cases = 0;
    for line in include_str!("golden/verl.jsonl").lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let scores: Vec<f64> = case.inputs.token_level_rewards.iter().map(|rewards| rewards.iter().sum()).collect();
        let mut sizes = vec![0; 1 + case.inputs.index.iter().max().unwrap()];
        case.inputs.index.iter().for_each(|&group| sizes[group] += 1);
        let groups = Segments::from_lengths(sizes.clone());
        let samples = Segments::from_lengths(case.inputs.response_mask.iter().map(Vec::len));
        let mask: Vec<bool> = case.inputs.response_mask.iter().flatten().map(|weight| *weight > 0.0).collect();
        let scored = vec![true; scores.len()];
        let columns = CreditColumns::<f64>::new(&samples, &groups, &mask, &scores, &scored);
        let mut tokens = vec![f64::NAN; samples.total()];
        let mut out = Advantages { advantage: &mut tokens, returns: None };
        CreditConfig::Group(config(&case)).credit(&columns, &mut out).unwrap();
        for (sample, range) in samples.iter().enumerate() {
            for (offset, token) in range.enumerate() {
                let ours = tokens[token];
                let theirs = case.outputs.advantages[sample][offset];
                assert!((ours - theirs).abs() < 1e-9, "{} sample {sample}: {ours} is not {theirs}", case.id);
            }
        }
        cases += 1;
    }
    assert_eq!(cases, 10);
}
