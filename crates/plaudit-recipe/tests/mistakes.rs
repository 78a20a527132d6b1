//! What a person sees after a typical mistake. Every report names the place and, where there is one, the way out.

use insta::assert_snapshot;
use plaudit_recipe::Recipe;

const RECIPE: &str = r#"title = "Test"

[task]
kind = "random-calculation"

[[signal]]
name = "outcome"
kind = "verify"

[credit]
kind = "group"

[objective]
kind = "clipped-pg"

[optimizer]
learning_rate = 3e-4
"#;

/// The report for the recipe after replacing `old` by `new`.
fn report(old: &str, new: &str) -> String {
    assert!(RECIPE.contains(old), "{old}");
    Recipe::parse("my.toml", &RECIPE.replace(old, new), &[]).expect_err("the recipe has a mistake").to_string()
}

/// The report for the recipe with overrides.
fn set(overrides: &[&str]) -> String {
    let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
    Recipe::parse("my.toml", RECIPE, &overrides).expect_err("the overrides have a mistake").to_string()
}

#[test]
fn the_recipe_itself_is_fine() {
    Recipe::parse("my.toml", RECIPE, &[]).expect("the recipe is valid");
}

#[test]
fn mistyped_key() {
    assert_snapshot!(report("learning_rate", "lerning_rate"), @r"
    error: unknown key `lerning_rate` in [optimizer]
      --> my.toml:17:1
       |
    17 | lerning_rate = 3e-4
       | ^^^^^^^^^^^^
       = help: did you mean `learning_rate`?
    ");
}

#[test]
fn key_of_another_table() {
    assert_snapshot!(report("learning_rate = 3e-4", "prompts = 32"), @r"
    error: unknown key `prompts` in [optimizer]
      --> my.toml:17:1
       |
    17 | prompts = 32
       | ^^^^^^^
       = help: `prompts` is a key of [eval] and [train]
    ");
}

#[test]
fn wrong_type() {
    assert_snapshot!(report("3e-4", "\"3e-4\""), @r#"
    error: `optimizer.learning_rate` must be a number, found a string
      --> my.toml:17:17
       |
    17 | learning_rate = "3e-4"
       |                 ^^^^^^
    "#);
}

#[test]
fn number_out_of_range() {
    assert_snapshot!(report("3e-4", "-3e-4\nbetas = [0.9, 1.0]"), @r"
    error: `optimizer.learning_rate` must be greater than 0, found -0.0003
      --> my.toml:17:17
       |
    17 | learning_rate = -3e-4
       |                 ^^^^^

    error: `optimizer.betas.1` must be less than 1, found 1
      --> my.toml:18:15
       |
    18 | betas = [0.9, 1.0]
       |               ^^^
    ");
}

#[test]
fn unknown_kind() {
    assert_snapshot!(report("clipped-pg", "cliped-pg"), @r#"
    error: unknown kind `cliped-pg` in [objective]
      --> my.toml:14:8
       |
    14 | kind = "cliped-pg"
       |        ^^^^^^^^^^^
       = help: did you mean "clipped-pg"? it is one of "clipped-pg", "cispo", "sapo", "vespo", "geometric-mean", "dppo", "covariance-pg", "dro", "reinforce", "weighted-likelihood", "dpo", "cpo", "orpo", "kto", "real", "pacs", "oreal", "distill"
    "#);
}

#[test]
fn key_of_another_kind() {
    assert_snapshot!(report("kind = \"verify\"", "kind = \"verify\"\np = 0.5"), @r#"
    error: unknown key `p` in [[signal]]
     --> my.toml:9:1
      |
    9 | p = 0.5
      | ^
      = help: `p` is a key of [[signal]] of kind "random"
    "#);
}

#[test]
fn unknown_word() {
    assert_snapshot!(report("kind = \"group\"", "kind = \"group\"\ncentre = \"mean\""), @r#"
    error: `credit.centre` cannot be "mean"
      --> my.toml:12:10
       |
    12 | centre = "mean"
       |          ^^^^^^
       = help: it is one of "group-mean", "leave-one-out", "batch-mean", "length-weighted", "greedy", "running", "none"
    "#);
}

#[test]
fn wrong_word_where_a_number_may_stand() {
    assert_snapshot!(report("kind = \"verify\"", "kind = \"verify\"\nfailed = \"dropp\"\nwrong = true"), @r#"
    error: `signal.0.failed` cannot be "dropp"
     --> my.toml:9:10
      |
    9 | failed = "dropp"
      |          ^^^^^^^
      = help: it must be a number or "drop"

    error: `signal.0.wrong` must be a number or "drop", found true
      --> my.toml:10:9
       |
    10 | wrong = true
       |         ^^^^
    "#);
}

#[test]
fn missing_tables() {
    assert_snapshot!(report("[credit]\nkind = \"group\"\n", ""), @r#"
    error: missing table [credit]
     --> my.toml
      = help: it has a `kind`: "group", "gae", "reward-to-go", "optimal-token-baseline", "pass-at-k", "gdpo", "pairwise", "steps", "entropy-modulated", "trajectory-graph", "step-potential", "kl-process", "implicit-process"
    "#);
    assert_snapshot!(report("[[signal]]\nname = \"outcome\"\nkind = \"verify\"\n", ""), @r#"
    error: missing table [[signal]]
     --> my.toml
      = help: it has a `kind`: "verify", "random", "constant"
    "#);
    assert_snapshot!(report("name = \"outcome\"\n", ""), @r"
    error: missing `name` in [[signal]]
     --> my.toml:6:1
      |
    6 | [[signal]]
      | ^^^^^^^^^^
    ");
}

#[test]
fn syntax_error() {
    assert_snapshot!(report("[optimizer]", "[optimizer"), @r"
    error: unclosed table, expected `]`
      --> my.toml:16:11
       |
    16 | [optimizer
       |           ^
    ");
}

#[test]
fn duplicate_key() {
    assert_snapshot!(report("name = \"outcome\"", "name = \"outcome\"\nname = \"other\""), @r#"
    error: duplicate key
     --> my.toml:8:1
      |
    8 | name = "other"
      | ^^^^
    "#);
}

#[test]
fn a_list_of_the_wrong_length() {
    assert_snapshot!(report("kind = \"random-calculation\"", "kind = \"random-calculation\"\noperations = [1]"), @r"
    error: `task.operations` must have exactly 2 values, found 1
     --> my.toml:5:14
      |
    5 | operations = [1]
      |              ^^^
    ");
}

#[test]
fn a_range_that_the_task_refuses() {
    assert_snapshot!(report("kind = \"random-calculation\"", "kind = \"random-calculation\"\noperations = [3, 2]"), @r"
    error: `task.operations` of random-calculation is [3, 2], which is empty; put the smaller number first
     --> my.toml:5:14
      |
    5 | operations = [3, 2]
      |              ^^^^^^
    ");
}

#[test]
fn all_mistakes_are_reported_together() {
    assert_snapshot!(report("[optimizer]\nlearning_rate = 3e-4", "[optimizer]\nbeta = 0.9\n[train]\nstep = 5\nseed = 1.5\n\tprompts\t= 0"), @r"
    error: unknown key `beta` in [optimizer]
      --> my.toml:17:1
       |
    17 | beta = 0.9
       | ^^^^
       = help: did you mean `betas`?

    error: unknown key `step` in [train]
      --> my.toml:19:1
       |
    19 | step = 5
       | ^^^^
       = help: did you mean `steps`?

    error: `train.seed` must be an integer, found the number 1.5
      --> my.toml:20:8
       |
    20 | seed = 1.5
       |        ^^^

    error: `train.prompts` must be at least 1, found 0
      --> my.toml:21:12
       |
    21 | 	prompts	= 0
       | 	       	  ^
    ");
}

#[test]
fn contradictions() {
    assert_snapshot!(report("[optimizer]", "[policy]\nmodel = \"tinny\"\n[sample]\ngroup = 1\n[optimizer]"), @r#"
    error: `policy.model` "tinny" is no preset (did you mean `tiny`?)
      --> my.toml:17:9
       |
    17 | model = "tinny"
       |         ^^^^^^^
       = help: presets are nano, tiny, small; a directory is written with a slash, "./tinny"

    error: `sample.group` is 1, and [credit] compares the members of a group: every advantage would be 0
      --> my.toml:19:9
       |
    19 | group = 1
       |         ^
       = help: sample more completions per prompt, or set centre = "batch-mean" and scale = "batch-std" in [credit]
    "#);
    assert_snapshot!(report("[optimizer]", "[eval]\nsamples = 4\npass_at = [1, 8]\n[optimizer]"), @r"
    error: `eval.samples` is 4, and at temperature 0 they are all the same
      --> my.toml:17:11
       |
    17 | samples = 4
       |           ^
       = help: set a temperature above 0 in [eval]

    error: pass@8 needs 8 completions per prompt, and `eval.samples` is 4
      --> my.toml:18:15
       |
    18 | pass_at = [1, 8]
       |               ^
       = help: set samples = 8 or more in [eval]
    ");
    assert_snapshot!(
        report("kind = \"verify\"", "kind = \"verify\"\nweight = 0.0\ninverted = true\ncorrect = \"drop\""),
        @r#"
    error: every signal has weight 0, so there is no reward
     --> my.toml:9:10
      |
    9 | weight = 0.0
      |          ^^^
      = help: give at least one signal another weight

    error: `inverted` needs scores for both `correct` and `wrong`, and one is "drop"
      --> my.toml:10:12
       |
    10 | inverted = true
       |            ^^^^
       = help: give both a number
    "#
    );
    assert_snapshot!(report("kind = \"clipped-pg\"", "kind = \"clipped-pg\"\ndual_clip = 1.1"), @r"
    error: `objective.dual_clip` is 1.1, inside the clip range that ends at 1.2
      --> my.toml:15:13
       |
    15 | dual_clip = 1.1
       |             ^^^
       = help: set a larger ratio, usually 3, or 0 to turn it off
    ");
    assert_snapshot!(report("kind = \"clipped-pg\"", "kind = \"clipped-pg\"\nclip = [0.2, 0.5]\ndelta = 1.5"), @r"
    error: `objective.delta` is 1.5, inside the clip range that ends at 1.5
      --> my.toml:16:9
       |
    16 | delta = 1.5
       |         ^^^
       = help: set a larger ratio, usually 2, or 0 to turn it off
    ");
    assert_snapshot!(report("kind = \"random-calculation\"", "kind = \"dataset\""), @r#"
    error: a data set needs the `path` of its file
     --> my.toml:3:1
      |
    3 | [task]
      | ^^^^^^
      = help: write path = "my-data.jsonl" in [task]
    "#);
}

#[test]
fn preference_losses_that_cannot_be_computed() {
    let dpo = |settings: &str| {
        let report = report("kind = \"clipped-pg\"", &format!("kind = \"dpo\"\n{settings}"));
        // The embedded engine makes no pairs, which is said too.
        let others: Vec<&str> = report.split("\n\n").filter(|problem| !problem.contains("embedded engine")).collect();
        others.join("\n\n")
    };
    assert_snapshot!(dpo("losses = [{ loss = \"exo-pair\" }]"), @r#"
    error: loss "exo-pair" needs a `label_smoothing` above 0: it takes its logarithm
      --> my.toml:13:1
       |
    13 | [objective]
       | ^^^^^^^^^^^
       = help: set label_smoothing = 0.001 in [objective], as in the paper
    "#);
    assert_snapshot!(dpo("losses = [{ loss = \"robust\" }]\nlabel_smoothing = 0.5"), @r#"
    error: loss "robust" divides by 1 - 2 label_smoothing, and `label_smoothing` is 0.5
      --> my.toml:16:19
       |
    16 | label_smoothing = 0.5
       |                   ^^^
       = help: set label_smoothing to how many labels are wrong, less than 0.5
    "#);
    assert_snapshot!(dpo("losses = [{ loss = \"ipo\" }, { loss = \"apo-zero\" }]\ndivergence = \"js\""), @r#"
    error: `objective.divergence` is set, and this loss is defined for "reverse-kl" alone
      --> my.toml:15:38
       |
    15 | losses = [{ loss = "ipo" }, { loss = "apo-zero" }]
       |                                      ^^^^^^^^^^
       = help: leave divergence out, or choose sigmoid, hinge, ipo, exo-pair, robust, discopop or sigmoid-norm
    "#);
}

#[test]
fn columns_that_nobody_makes_or_reads() {
    assert_snapshot!(report("kind = \"group\"", "kind = \"gae\""), @r#"
    error: credit "gae" reads `values`, the estimates of a value head, and the embedded engine does not make them
      --> my.toml:11:8
       |
    11 | kind = "gae"
       |        ^^^^^
       = help: it works on recorded batches that have the column; choose another kind to train with
    "#);
    assert_snapshot!(report("kind = \"clipped-pg\"", "kind = \"dpo\""), @r#"
    error: objective "dpo" reads `pairs`, preferences between samples, and the embedded engine does not make them
      --> my.toml:14:8
       |
    14 | kind = "dpo"
       |        ^^^^^
       = help: it works on recorded batches that have the column; choose another kind to train with
    "#);
    assert_snapshot!(report("kind = \"group\"", "kind = \"entropy-modulated\""), @r#"
    error: credit "entropy-modulated" reads steps, and the recipe has no [steps] to make them from
      --> my.toml:11:8
       |
    11 | kind = "entropy-modulated"
       |        ^^^^^^^^^^^^^^^^^^^
       = help: add [steps] with kind = "lines", or kind = "tokens" and every = 16
    "#);
    assert_snapshot!(report("[credit]", "[steps]\nkind = \"tokens\"\nevery = 4\n\n[teacher]\n\n[credit]"), @r#"
    error: nothing reads [steps]: credit "group" does without
      --> my.toml:10:1
       |
    10 | [steps]
       | ^^^^^^^
       = help: leave the table out, or choose another credit

    error: nothing reads [teacher]: objective "clipped-pg" does without
      --> my.toml:14:1
       |
    14 | [teacher]
       | ^^^^^^^^^
       = help: leave the table out, or choose another objective
    "#);
    assert_snapshot!(report("[credit]\nkind = \"group\"", "[credit]\nkind = \"group\"\ncentre = \"greedy\""), @r#"
    error: credit "group" reads a baseline, and the recipe has no [baseline] to make them from
      --> my.toml:11:8
       |
    11 | kind = "group"
       |        ^^^^^^^
       = help: add [baseline] with kind = "greedy", or kind = "running" and decay = 0.9
    "#);
    assert_snapshot!(report("[optimizer]", "[policy.warm_start]\nhelped = 0.5\n\n[optimizer]"), @r#"
    error: `policy.warm_start.helped` is above 0, and the recipe has no [teacher] to say how help is given
      --> my.toml:17:10
       |
    17 | helped = 0.5
       |          ^^^
       = help: add [teacher]
    "#);
}

#[test]
fn mistakes_in_overrides() {
    assert_snapshot!(set(&["train.stepz=50", "sample.temperature=warm", "signal.outcom.weight=1", "policy.model"]), @r"
    error: unknown key `stepz` in [train]
     --> --set train.stepz=50
      |
      | train.stepz=50
      |       ^^^^^
      = help: did you mean `steps`?

    error: `sample.temperature` must be a number, found a string
     --> --set sample.temperature=warm
      |
      | sample.temperature=warm
      |                    ^^^^

    error: the list has no item `outcom`
     --> --set signal.outcom.weight=1
      |
      | signal.outcom.weight=1
      |        ^^^^^^
      = help: did you mean `outcome`?

    error: an override without a value
     --> --set policy.model
      |
      | policy.model
      | ^^^^^^^^^^^^
      = help: write key.path=value, such as train.steps=50
    ");
}

#[test]
fn an_override_can_contradict_the_file() {
    assert_snapshot!(set(&["train.minibatches = 64"]), @r"
    error: `train.minibatches` is 64, more than the 32 prompts of a step
     --> --set train.minibatches = 64
      |
      | train.minibatches = 64
      |                     ^^
      = help: a minibatch holds the completions of at least one prompt
    ");
}

#[test]
fn letters_of_several_bytes_do_not_shift_the_carets() {
    assert_snapshot!(report("3e-4", "3e-4\n\"größe\" = { \"é\" = 1 }"), @r#"
    error: unknown key `größe` in [optimizer]
      --> my.toml:18:1
       |
    18 | "größe" = { "é" = 1 }
       | ^^^^^^^
       = help: the keys are betas, clip_norm, eps, learning_rate, schedule, warmup_steps, weight_decay
    "#);
}

#[test]
fn no_such_recipe() {
    assert_snapshot!(Recipe::load("gpro", &[]).expect_err("there is none"), @"no recipe is called `gpro` (did you mean `grpo`?); `plaudit recipes` lists them, and a file of your own is given by a path such as ./my.toml");
    assert_snapshot!(Recipe::load("no/such.toml", &[]).expect_err("there is none"), @"cannot read recipe no/such.toml: No such file or directory (os error 2)");
}

#[test]
fn damaged_files_are_reported_and_never_panic() {
    for end in 0..RECIPE.len() {
        let _ = Recipe::parse("my.toml", &RECIPE[..end], &[]).map_err(|problems| problems.to_string());
        // A letter of two bytes in the place of each character.
        let damaged = format!("{}é{}", &RECIPE[..end], &RECIPE[end + 1..]);
        let _ = Recipe::parse("my.toml", &damaged, &[]).map_err(|problems| problems.to_string());
    }
    let problems = Recipe::parse("my.toml", &RECIPE[..RECIPE.len() / 2], &[]).expect_err("half a recipe");
    for problem in problems.iter() {
        assert_eq!(problem.location().0, "my.toml");
    }
}
