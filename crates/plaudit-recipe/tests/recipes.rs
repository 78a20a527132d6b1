//! The recipes that come with Plaudit, and what holds for every valid recipe.

use plaudit_recipe::{Recipe, parts, recipes, schema};
use plaudit_task::TaskConfig;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_list_and_the_folder_agree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder of recipes")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("an ASCII name"))
        .collect();
    let listed: BTreeSet<String> = recipes().iter().map(|recipe| format!("{}.toml", recipe.name)).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_recipe_is_valid_explained_and_round_trips() {
    for embedded in recipes() {
        let recipe = Recipe::load(embedded.name, &[]).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(embedded.recipe(), recipe);
        assert!(embedded.text.starts_with("# ") && !recipe.description.is_empty(), "{}", embedded.name);
        for variant in [&recipe, &recipe.smoke()] {
            let text = variant.to_toml();
            let back = Recipe::parse("recipe.toml", &text, &[]).unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(&back, variant, "{text}");
        }
    }
}

#[test]
fn a_smoke_run_is_small() {
    for embedded in recipes() {
        let small = embedded.recipe().smoke();
        assert_eq!(small.policy.model, "nano");
        let rollouts = small.train.steps * small.train.prompts * small.sample.group;
        assert!(rollouts <= 32 && small.sample.max_tokens <= 16 && small.eval.prompts <= 8, "{}", embedded.name);
    }
}

#[test]
fn the_controls_differ_from_their_recipe_in_the_signal_alone() {
    let named = |name| recipes().iter().find(|recipe| recipe.name == name).expect("the recipe").recipe();
    let correct = named("random-calculation");
    for control in ["random-calculation-random", "random-calculation-inverted"] {
        let mut control = named(control);
        assert_ne!(control.signal, correct.signal);
        control.signal.clone_from(&correct.signal);
        (control.title, control.description) = (correct.title.clone(), correct.description.clone());
        assert_eq!(control, correct);
    }
}

#[test]
fn every_kind_of_task_round_trips_with_its_defaults() {
    for task in TaskConfig::all() {
        let recipe = Recipe { task, ..recipes()[0].recipe() };
        let text = recipe.to_toml();
        let text = text.replace("path = \"\"", "path = \"data.jsonl\"");
        let back = Recipe::parse("recipe.toml", &text, &[]).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(Recipe::parse("recipe.toml", &back.to_toml(), &[]).expect("it was just written"), back);
    }
}

#[test]
fn every_default_is_written_out() {
    let text = "title = \"x\"\n[task]\nkind = \"parity\"\n[[signal]]\nname = \"a\"\nkind = \"verify\"\n\
                [credit]\nkind = \"group\"\n[objective]\nkind = \"clipped-pg\"\n";
    let written = Recipe::parse("x.toml", text, &[]).expect("a valid recipe").to_toml();
    insta::assert_snapshot!(written, @r#"
    title = "x"
    description = ""

    [task]
    kind = "parity"
    length = [4, 10]

    [policy]
    model = "tiny"
    chat_template = "auto"

    [policy.warm_start]
    examples = 0
    worked = 1.0
    helped = 0.0
    epochs = 1
    batch = 32
    learning_rate = 0.001
    warmup_steps = 20
    schedule = "cosine"
    eval_every = 0
    checkpoint_every = 500

    [sample]
    group = 8
    keep = "all"
    temperature = 1.0
    top_k = 0
    top_p = 1.0
    min_p = 0.0
    max_tokens = 64

    [[signal]]
    name = "a"
    kind = "verify"
    weight = 1.0
    correct = 1.0
    failed = "drop"
    inverted = false
    missing = 0.0
    over_budget = "drop"
    partial = false
    unparsed = 0.0
    wrong = 0.0

    [credit]
    kind = "group"
    centre = "group-mean"
    scale = "group-std"
    by_role = false
    ddof = 1
    eps = 0.000001
    singleton = "zero"
    constant = "zero"
    factor = 1.0
    whiten = "none"

    [objective]
    kind = "clipped-pg"
    clip = [0.2, 0.2]
    dual_clip = 0.0
    delta = 0.0
    ratio = "token"
    aggregation = "token-mean"
    entropy_coefficient = 0.0
    entropy_band = [0.0, 1.0]

    [objective.elastic]
    advantage = 0.0
    advantage_limit = 2.0
    variance = 0.0
    upper_only = false

    [objective.kl]
    coefficient = 0.0
    estimator = "k3"
    log_ratio_bound = 20.0
    bound = 10.0
    ratio_weighted = false

    [objective.numerics]
    log_ratio_bound = 20.0
    sequence_bound = 10.0
    count_empty = false
    epsilon = 0.0
    divisor = 1.0
    entropy_by_token = false

    [optimizer]
    learning_rate = 0.000001
    betas = [0.9, 0.999]
    eps = 0.00000001
    weight_decay = 0.0
    warmup_steps = 0
    schedule = "constant"
    clip_norm = 1.0

    [train]
    steps = 100
    prompts = 32
    epochs = 1
    minibatches = 1
    right_above = 0.5
    seed = 0
    threads = 0
    checkpoint_every = 50
    keep_checkpoints = 2

    [eval]
    prompts = 256
    every = 10
    samples = 1
    pass_at = [1]
    temperature = 0.0
    kl = true
    "#);
}

#[test]
fn parts_are_described() {
    let parts = parts();
    let kinds = |stage: &str| {
        parts.iter().filter(|part| part.stage == stage).map(|part| part.kind.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("task"), TaskConfig::all().iter().map(TaskConfig::kind).collect::<Vec<_>>());
    assert_eq!(kinds("signal"), ["verify", "random", "constant"]);
    let credit = [
        "group",
        "gae",
        "reward-to-go",
        "optimal-token-baseline",
        "pass-at-k",
        "gdpo",
        "pairwise",
        "steps",
        "entropy-modulated",
        "trajectory-graph",
        "step-potential",
        "kl-process",
        "implicit-process",
    ];
    assert_eq!(kinds("credit"), credit);
    let objective = [
        "clipped-pg",
        "cispo",
        "sapo",
        "vespo",
        "geometric-mean",
        "dppo",
        "covariance-pg",
        "dro",
        "reinforce",
        "weighted-likelihood",
        "dpo",
        "cpo",
        "orpo",
        "kto",
        "real",
        "pacs",
        "oreal",
        "distill",
    ];
    assert_eq!(kinds("objective"), objective);
    for part in &parts {
        assert!(!part.summary.is_empty(), "{}", part.kind);
        for field in &part.fields {
            assert!(!field.summary.is_empty() && !field.takes.is_empty(), "{} {}", part.kind, field.name);
        }
    }
    let clipped = parts.iter().find(|part| part.kind == "clipped-pg").expect("it is listed");
    let lines = clipped
        .fields
        .iter()
        .map(|field| format!("{} ({}) = {}", field.name, field.takes, field.default.as_deref().unwrap_or("required")));
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    aggregation ("token-mean" | "sequence-mean-token-mean" | "sequence-mean-token-sum" | "fixed-length" | "token-sum") = "token-mean"
    clip (list of 2 (number)) = [0.2, 0.2]
    delta (number) = 0.0
    dual_clip (number) = 0.0
    elastic.advantage (number) = 0.0
    elastic.advantage_limit (number) = 2.0
    elastic.upper_only (true | false) = false
    elastic.variance (number) = 0.0
    entropy_band (list of 2 (number)) = [0.0, 1.0]
    entropy_coefficient (number) = 0.0
    kl.bound (number) = 10.0
    kl.coefficient (number) = 0.0
    kl.estimator ("k1" | "k2" | "k3" | "abs" | "k1+" | "k3+" | "abs+") = "k3"
    kl.log_ratio_bound (number) = 20.0
    kl.ratio_weighted (true | false) = false
    numerics.count_empty (true | false) = false
    numerics.divisor (number) = 1.0
    numerics.entropy_by_token (true | false) = false
    numerics.epsilon (number) = 0.0
    numerics.log_ratio_bound (number) = 20.0
    numerics.sequence_bound (number) = 10.0
    ratio ("token" | "sequence" | "sequence-token" | "sequence-sum") = "token"
    "#);
}

#[test]
fn the_schema_is_self_contained() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let text = schema.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(schema.pointer(reference).is_some(), "{reference}");
    }
}
