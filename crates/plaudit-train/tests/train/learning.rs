//! What updates do to the weights.

use crate::{recipe, rows, run};
use plaudit_recipe::{ChatTemplate, Recipe};
use plaudit_report::{OptionalColumns, Phase, RolloutTable, RunDirectory};
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

/// The names of the optional columns of a table that are there.
fn recorded(table: &RolloutTable) -> Vec<&'static str> {
    let OptionalColumns { kept, baseline, steps, old_logp, update_logp, ref_logp, .. } = &table.optional;
    let OptionalColumns { teacher_logp, entropy, update_entropy, token_score, token_weight, .. } = &table.optional;
    let columns = [
        ("kept", kept.is_some()),
        ("baseline", baseline.is_some()),
        ("steps", steps.is_some()),
        ("old_logp", old_logp.is_some()),
        ("update_logp", update_logp.is_some()),
        ("ref_logp", ref_logp.is_some()),
        ("teacher_logp", teacher_logp.is_some()),
        ("entropy", entropy.is_some()),
        ("update_entropy", update_entropy.is_some()),
        ("token_score", token_score.is_some()),
        ("token_weight", token_weight.is_some()),
    ];
    columns.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect()
}

#[test]
fn rollouts_hold_the_columns_that_were_computed_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let step = |name: &str, recipe: &Recipe, step: u64| {
        let directory = folder.path().join(name);
        let mut recipe = recipe.clone();
        recipe.signal = toml_signals("kind = \"random\"\np = 0.5");
        run(&recipe, &directory).unwrap();
        RolloutTable::read_file(&RunDirectory::new(&directory).rollouts(step)).unwrap()
    };
    let shipped = |name: &str| Recipe::load(name, &[]).unwrap().smoke();
    let plain = step("plain", &recipe(&["train.steps=1"]), 1);
    assert_eq!(recorded(&plain), ["update_logp"]);
    // Generation and training agree up to rounding.
    let apart = plain.logp.iter().zip(plain.optional.update_logp.as_ref().unwrap()).map(|(a, b)| (a - b).abs());
    assert!(apart.fold(0.0, f32::max) < 1e-4);
    assert_eq!(recorded(&step("prl", &shipped("prl"), 1)), ["old_logp", "update_logp", "ref_logp"]);
    assert_eq!(recorded(&step("etr", &shipped("etr"), 1)), ["old_logp", "update_logp"]);
    assert_eq!(recorded(&step("alphamed", &shipped("alphamed"), 1)), ["update_logp", "ref_logp"]);
    let oreal = step("oreal", &shipped("oreal"), 2);
    assert_eq!(recorded(&oreal), ["kept", "update_logp", "ref_logp", "token_score", "token_weight"]);
    // While the head learns alone there is no update.
    let alone = RolloutTable::read_file(&RunDirectory::new(folder.path().join("oreal")).rollouts(1)).unwrap();
    assert_eq!(recorded(&alone), ["kept", "ref_logp", "token_score", "token_weight"]);
    assert!(alone.optional.kept.unwrap().iter().all(|kept| !kept));
    for (sample, kept) in oreal.optional.kept.as_ref().unwrap().iter().enumerate() {
        let is_pushed = oreal.weight[oreal.samples.range(sample)].iter().any(|weight| *weight != 0.0);
        assert!(*kept || !is_pushed, "sample {sample}");
    }
    let sdpo = step("sdpo", &shipped("sdpo"), 1);
    assert_eq!(recorded(&sdpo), ["kept", "old_logp", "update_logp", "teacher_logp"]);
    let (kept, teacher) = (sdpo.optional.kept.as_ref().unwrap(), sdpo.optional.teacher_logp.as_ref().unwrap());
    for (range, kept) in sdpo.samples.iter().zip(kept) {
        assert!(teacher[range].iter().all(|logp| logp.is_nan() != *kept));
    }
    let stepped = recipe(&[
        "train.steps=1",
        "credit={kind = \"entropy-modulated\"}",
        "steps={kind = \"tokens\", every = 4}",
        "objective.entropy_coefficient=0.01",
    ]);
    let stepped = step("stepped", &stepped, 1);
    assert_eq!(recorded(&stepped), ["steps", "old_logp", "update_logp", "entropy", "update_entropy"]);
    // One update: the policy that is learnt from is the one that sampled.
    assert_eq!(stepped.optional.entropy, stepped.optional.update_entropy);
    let compared = recipe(&["train.steps=1", "credit.centre=greedy", "baseline={kind = \"greedy\"}"]);
    let compared = step("compared", &compared, 1);
    assert_eq!(recorded(&compared), ["baseline", "update_logp"]);
    assert!(compared.optional.baseline.unwrap().iter().all(|baseline| matches!(baseline, Some(0.0 | 1.0))));
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
