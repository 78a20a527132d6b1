//! Run directories with made-up but plausible contents, for the tests and for looking at the report.

use plaudit_core::{Finish, Part, Segments, Stream, Verdict};
use plaudit_report::{
    Manifest, MetricsLog, Phase, ReportError, RolloutTable, Row, RunDirectory, Sample, Status, When, store_samples,
    write_atomically,
};
use std::collections::BTreeMap;
use std::path::Path;

/// What kind of run to make up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// Accuracy rises and nothing is wrong.
    Good,
    /// The reward rises, accuracy does not, entropy collapses, completions are cut off.
    Bad,
    /// Killed after a third of RL.
    Killed,
}

const WARM_STEPS: u64 = 240;
const RL_STEPS: u64 = 150;

/// Writes a run of the given course into `root`.
pub(crate) fn write_run(root: &Path, course: Course) -> Result<(), ReportError> {
    let directory = RunDirectory::new(root);
    write_atomically(&directory.recipe(), RECIPE.as_bytes())?;
    manifest(course).write_file(&directory.manifest())?;
    let rl_steps = if course == Course::Killed { RL_STEPS / 3 } else { RL_STEPS };
    let mut metrics = MetricsLog::open(&directory.metrics())?;
    let mut timings = MetricsLog::open(&directory.timings())?;
    for step in 0..=WARM_STEPS {
        metrics.append(&warm_start_row(step))?;
    }
    for step in 1..=rl_steps {
        metrics.append(&rl_row(course, step))?;
        timings.append(&timing_row(step))?;
    }
    let moments = if course == Course::Killed { &When::ALL[..2] } else { &When::ALL[..] };
    for when in moments {
        store_samples(&directory.samples(), &samples(*when))?;
    }
    rollouts().write_file(&directory.rollouts(rl_steps))
}

fn manifest(course: Course) -> Manifest {
    Manifest {
        version: "0.1.0".into(),
        title: "GRPO on random calculations".into(),
        seed: 0,
        host: "Linux x86_64, 2 threads".into(),
        created: "2025-11-21T09:30:00Z".into(),
        resumed: if course == Course::Killed { vec!["2025-11-21T09:31:10Z".into()] } else { vec![] },
        features: vec!["avx512".into()],
        recipe_hash: "5f1d7c20a9b3e484".into(),
        status: if course == Course::Killed { Status::Running } else { Status::Finished },
        seconds: if course == Course::Killed { 71.0 } else { 161.3 },
    }
}

fn noise(purpose: &str, step: u64, size: f64) -> f64 {
    size * Stream::new(0, purpose, step, 0).normal()
}

fn set_evaluation(row: &mut Row, accuracy: f64, pass_at_8: f64) {
    for (name, value) in [("eval/accuracy", accuracy), ("eval/pass@8", pass_at_8)] {
        let half = 1.96 * (value * (1.0 - value) / 400.0).sqrt() + 0.004;
        row.set(name, value);
        row.set(format!("{name}/low"), (value - half).max(0.0));
        row.set(format!("{name}/high"), (value + half).min(1.0));
    }
    row.set("eval/length/mean", 28.0 + 6.0 * accuracy);
}

fn warm_start_row(step: u64) -> Row {
    let mut row = Row::new(Phase::WarmStart, step);
    let progress = step as f64 / WARM_STEPS as f64;
    if step > 0 {
        row.set("loss", 0.32 + 3.1 * (-7.0 * progress).exp() + noise("warm/loss", step, 0.03));
        row.set("gradient_norm", 0.5 + 2.0 * (-5.0 * progress).exp() + noise("warm/norm", step, 0.06).abs());
        row.set("learning_rate", 3e-3 * (step as f64 / 20.0).min(1.0));
        row.set("tokens", 4096.0);
    }
    if step.is_multiple_of(80) {
        let accuracy = 0.01 + 0.41 * progress * progress;
        set_evaluation(&mut row, accuracy, 1.0 - (1.0 - accuracy).powf(2.6));
    }
    row
}

fn rl_row(course: Course, step: u64) -> Row {
    let mut row = Row::new(Phase::Rl, step);
    let progress = step as f64 / RL_STEPS as f64;
    let learned = 1.0 - (-3.2 * progress).exp();
    let bad = course == Course::Bad;
    let correct = (0.40 + 0.42 * learned + noise("rl/correct", step, 0.03)).clamp(0.0, 1.0);
    let cut = if bad { 0.30 * progress } else { 0.03 * (1.0 - learned) }.max(0.0);
    let count = |share: f64| (256.0 * share).round().max(0.0);
    let (missing, unparsed) = (count(cut), count(0.06 * (1.0 - learned)));
    row.set("verdict/correct", count(correct).min(256.0 - missing - unparsed));
    row.set("verdict/missing", missing);
    row.set("verdict/unparsed", unparsed);
    row.set("verdict/wrong", 256.0 - row.values["verdict/correct"] - missing - unparsed);
    let format = (0.8 + 0.2 * learned + noise("rl/format", step, 0.01)).min(1.0);
    row.set("signal/outcome/mean", correct);
    row.set("signal/outcome/std", (correct * (1.0 - correct)).sqrt());
    row.set("signal/outcome/unscored", 0.0);
    row.set("signal/format/mean", format);
    row.set("signal/format/std", 0.1);
    row.set("signal/format/unscored", 0.0);
    row.set("reward/mean", 0.9 * correct + 0.1 * format);
    row.set("reward/std", 0.45);
    row.set("reward/unscored", 0.0);
    let growth = if bad { 1.0 + 0.9 * progress } else { 1.0 - 0.12 * learned };
    row.set("length/mean", 33.0 * growth + noise("rl/length", step, 0.6));
    row.set("length/max", (52.0 * growth + noise("rl/longest", step, 5.0)).min(64.0).round());
    row.set("finish/length", (cut + noise("rl/cut", step, 0.004)).max(0.0));
    let floor = if bad { 0.02 } else { 0.18 };
    row.set("entropy", floor + (0.62 - floor) * (-3.5 * progress).exp() + noise("rl/entropy", step, 0.008).abs());
    row.set("kl/reference", 0.16 * learned + noise("rl/kl", step, 0.004).abs());
    row.set("kl/old", 0.002 + noise("rl/kl_old", step, 0.0006).abs());
    row.set("loss", noise("rl/loss", step, 0.012) - 0.005);
    row.set("clip/low", 0.006 + noise("rl/clip_low", step, 0.002).abs());
    row.set("clip/high", 0.014 + noise("rl/clip_high", step, 0.004).abs());
    row.set("ratio/max", 1.6 + noise("rl/ratio", step, 0.3).abs());
    row.set("group/zero_variance", (0.22 + 0.35 * learned + noise("rl/groups", step, 0.05)).clamp(0.0, 1.0));
    row.set("advantage/abs_mean", 0.62 - 0.2 * learned);
    row.set("gradient_norm", 0.42 + noise("rl/norm", step, 0.09).abs());
    row.set("learning_rate", 3e-4);
    row.set("tokens", (256.0 * row.values["length/mean"]).round());
    if step.is_multiple_of(15) {
        let gain = if bad { 0.02 * learned } else { 0.37 * learned };
        let accuracy = 0.42 + gain + noise("rl/eval", step, 0.009);
        set_evaluation(&mut row, accuracy, 1.0 - (1.0 - accuracy).powf(1.7));
    }
    row
}

fn timing_row(step: u64) -> Row {
    let mut row = Row::new(Phase::Rl, step);
    let (rollout, update) = (0.42 + noise("t/rollout", step, 0.03).abs(), 0.31 + noise("t/update", step, 0.02).abs());
    row.set("seconds/rollout", rollout);
    row.set("seconds/score", 0.004);
    row.set("seconds/update", update);
    row.set("seconds/step", rollout + update + 0.004);
    row.set("tokens_per_second/generate", 8000.0 / rollout);
    row.set("tokens_per_second/train", 8000.0 / update);
    row
}

fn samples(when: When) -> Vec<Sample> {
    let tasks = [("7 + 3 * 8 =", "31"), ("52 - 9 + 14 =", "57"), ("6 * 6 - 17 =", "19"), ("81 / 9 + 5 =", "14")];
    let missing = Verdict::Unparsed { part: Part::Missing };
    let answers: [(&str, Verdict, Option<&str>); 4] = match when {
        When::Start => [
            ("q#9\u{1}7<b>0;k==", missing.clone(), None),
            ("", missing.clone(), None),
            ("</pre><script>alert('no')</script>", missing, None),
            ("answer: 4-", Verdict::Unparsed { part: Part::Answer }, Some("4-")),
        ],
        When::Warm => [
            ("7 + 3 = 10\n10 * 8 = 80\nanswer: 80", Verdict::Wrong, Some("80")),
            ("52 - 9 = 43\n43 + 14 = 57\nanswer: 57", Verdict::Correct, Some("57")),
            ("6 * 6 = 36\n36 - 17 = 21\nanswer: 21", Verdict::Wrong, Some("21")),
            ("81 / 9 = 9\n9 + 5 = 14\nanswer: 14", Verdict::Correct, Some("14")),
        ],
        When::End => [
            ("3 * 8 = 24\n7 + 24 = 31\nanswer: 31", Verdict::Correct, Some("31")),
            ("52 - 9 = 43\n43 + 14 = 57\nanswer: 57", Verdict::Correct, Some("57")),
            ("6 * 6 = 36\n36 - 17 = 19\nanswer: 19", Verdict::Correct, Some("19")),
            ("81 / 9 = 9\n9 + 5 = 14\nanswer: 14", Verdict::Correct, Some("14")),
        ],
    };
    tasks
        .into_iter()
        .zip(answers)
        .map(|((prompt, answer), (completion, verdict, extracted))| Sample {
            when,
            prompt: prompt.into(),
            answer: answer.into(),
            completion: completion.into(),
            verdict,
            extracted: extracted.map(Into::into),
        })
        .collect()
}

fn rollouts() -> RolloutTable {
    RolloutTable {
        step: vec![150; 3],
        prompt_index: vec![0, 0, 1],
        prompt: vec!["7 + 3 * 8 =".into(), "7 + 3 * 8 =".into(), "52 - 9 =".into()],
        completion: vec!["31".into(), String::new(), "43é".into()],
        answer: vec![Some("31".into()), Some("31".into()), None],
        verdict: vec![Some(Verdict::Correct), Some(Verdict::Unparsed { part: Part::Missing }), None],
        finish: vec![Finish::Stop, Finish::Length, Finish::Stop],
        scores: BTreeMap::from([("outcome".into(), vec![Some(1.0), Some(0.0), None])]),
        reward: vec![Some(1.0), Some(0.0), None],
        advantage: vec![Some(0.5), Some(-0.5), None],
        samples: Segments::from_lengths([3, 0, 2]),
        tokens: vec![18, 16, 2, 19, u32::MAX],
        logp: vec![-0.25, -0.5, -0.125, -1.0, -2.0],
        sampling_logp: vec![-0.25, -0.5, -0.125, -1.0, -2.0],
        token_advantage: vec![0.5, 0.5, 0.5, 0.0, 0.0],
        weight: vec![-0.1, -0.1, -0.1, 0.0, 0.0],
        optional: Default::default(),
    }
}

const RECIPE: &str = r#"title = "GRPO on random calculations"
system = "random-calculation"

[task]
kind = "random-calculation"
operations = [2, 4]

[policy]
model = "tiny"
warm_start = { examples = 4000, epochs = 2 }

[sample]
group = 8
temperature = 1.0
max_tokens = 64

[[signal]]
name = "outcome"
kind = "verify"

[credit]
kind = "group-relative"

[objective]
kind = "clipped-pg"
clip = [0.2, 0.2]

[train]
steps = 150
prompts = 32
learning_rate = 3e-4
seed = 0
"#;
