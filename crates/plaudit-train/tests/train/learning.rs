//! What updates do to the weights.

use crate::{recipe, rows, run};
use plaudit_recipe::ChatTemplate;
use plaudit_report::{Phase, RolloutTable, RunDirectory};
use plaudit_train::Policy;

#[test]
fn a_constant_reward_teaches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    let mut recipe = recipe(&["optimizer.weight_decay=0"]);
    recipe.signal = toml_signals("kind = \"constant\"\nvalue = 1.0");
    run(&recipe, &directory).unwrap();
    let weights = |path: &str| {
        Policy::open(&directory.join("checkpoints").join(path), ChatTemplate::Auto).unwrap().model.parameters().to_vec()
    };
    assert!(weights("warm-start") == weights("rl-000004"));
    let last = rows(&directory).pop().unwrap().values;
    assert_eq!((last["group/zero_variance"], last["advantage/abs_mean"], last["gradient_norm"]), (1.0, 0.0, 0.0));
    assert_eq!((last["reward/mean"], last["reward/std"]), (1.0, 0.0));
}

#[test]
fn samples_without_a_reward_stay_out() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    let mut recipe = recipe(&["train.steps=1"]);
    recipe.signal = toml_signals("kind = \"verify\"\nwrong = \"drop\"\nmissing = \"drop\"\nunparsed = \"drop\"");
    run(&recipe, &directory).unwrap();
    let table = RolloutTable::read_file(&RunDirectory::new(&directory).rollouts(1)).unwrap();
    assert!(table.reward.iter().any(Option::is_none));
    for (sample, reward) in table.reward.iter().enumerate() {
        assert_eq!(table.advantage[sample].is_some(), reward.is_some());
        if reward.is_none() {
            assert!(table.weight[table.samples.range(sample)].iter().all(|weight| *weight == 0.0));
        }
    }
}

#[test]
fn rollouts_hold_what_the_update_used() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    let mut recipe = recipe(&["train.steps=1"]);
    // A coin decides, so that some group is not unanimous.
    recipe.signal = toml_signals("kind = \"random\"\np = 0.5");
    run(&recipe, &directory).unwrap();
    let table = RolloutTable::read_file(&RunDirectory::new(&directory).rollouts(1)).unwrap();
    assert_eq!(table.len(), 16);
    let tokens = table.tokens.len() as f32;
    let mut pushed = 0;
    for sample in 0..table.len() {
        let advantage = table.advantage[sample].unwrap() as f32;
        for token in table.samples.range(sample) {
            assert_eq!(table.token_advantage[token], advantage);
            // On policy the loss is -advantage * ratio / tokens, with ratio 1.
            assert!((table.weight[token] + advantage / tokens).abs() <= 1e-6 * advantage.abs() / tokens);
            pushed += usize::from(table.weight[token] != 0.0);
        }
    }
    assert!(pushed > 0);
    // Groups are centred, up to the rounding of f32.
    for group in table.advantage.chunks(4) {
        assert!(group.iter().map(|advantage| advantage.unwrap()).sum::<f64>().abs() < 1e-6);
    }
    let row = rows(&directory).into_iter().find(|row| row.phase == Phase::Rl && row.step == 1).unwrap();
    assert_eq!(row.values["ratio/max"], 1.0);
    assert_eq!(row.values["tokens"], f64::from(tokens));
}

#[test]
fn the_policy_moves_away_from_where_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("run");
    let mut recipe = recipe(&["train.steps=6", "optimizer.learning_rate=1e-2", "optimizer.warmup_steps=0"]);
    recipe.signal = toml_signals("kind = \"random\"\np = 0.5");
    run(&recipe, &directory).unwrap();
    let kl: Vec<f64> = rows(&directory).iter().filter_map(|row| row.values.get("kl/reference").copied()).collect();
    assert_eq!(kl.len(), 3);
    assert!(kl.iter().all(|kl| *kl > 0.0) && kl[2] > kl[0], "{kl:?}");
}

/// The signals of a recipe, one named "outcome" with the given keys.
fn toml_signals(keys: &str) -> Vec<plaudit_signal::Signal> {
    #[derive(serde::Deserialize)]
    struct Signals {
        signal: Vec<plaudit_signal::Signal>,
    }
    let text = format!("[[signal]]\nname = \"outcome\"\n{keys}\n");
    toml::from_str::<Signals>(&text).unwrap().signal
}
