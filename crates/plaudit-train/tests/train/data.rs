//! A user's own data and model.

use crate::{recipe, run};
use plaudit_recipe::Recipe;
use plaudit_report::RunDirectory;
use plaudit_train::{Control, Event, Outcome, latest_checkpoint, start};
use std::fmt::Write;
use std::fs;

#[test]
fn a_checkpoint_directory_learns_from_a_jsonl_file() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    run(&recipe(&["train.steps=0"]), &source).unwrap();
    let model = latest_checkpoint(&source).unwrap().unwrap();

    let mut lines = String::new();
    for a in 0..40 {
        writeln!(lines, "{{\"question\": \"{a}+1=?\\n\", \"gold\": \"{}\"}}", a + 1).unwrap();
    }
    lines.push_str("{\"question\": \"no answer\"}\nnot json\n");
    let data = folder.path().join("data.jsonl");
    fs::write(&data, lines).unwrap();
    let text = format!(
        r#"
        title = "My data"
        [task]
        kind = "dataset"
        path = '{}'
        prompt_column = "question"
        answer_column = "gold"
        [policy]
        model = '{}'
        [sample]
        group = 4
        max_tokens = 12
        [[signal]]
        name = "outcome"
        kind = "verify"
        [credit]
        kind = "group"
        [objective]
        kind = "clipped-pg"
        [train]
        steps = 2
        prompts = 4
        [eval]
        prompts = 100
        "#,
        data.display(),
        model.display()
    );
    let recipe = Recipe::parse("my.toml", &text, &[]).unwrap_or_else(|problems| panic!("{problems}"));
    let mut notes = Vec::new();
    let directory = folder.path().join("run");
    let outcome = start(&recipe, &directory, &mut |event: Event<'_>| {
        if let Event::Note(note) = event {
            notes.push(note.to_owned());
        }
        Control::Continue
    });
    assert_eq!(outcome.unwrap(), Outcome::Finished);
    assert!(notes[0].starts_with("42 rows: "), "{notes:?}");
    assert!(notes[1].starts_with("2 of 42 rows cannot be used") && notes[1].contains("line 41"), "{notes:?}");
    assert!(notes[2].starts_with("measuring on all "), "{notes:?}");
    assert_eq!(fs::read_to_string(directory.join("malformed.jsonl")).unwrap().lines().count(), 2);
    // The trained checkpoint has the layout of the one it came from.
    let trained = latest_checkpoint(&directory).unwrap().unwrap();
    for file in
        ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "generation_config.json"]
    {
        assert!(trained.join(file).exists(), "{file}");
    }
    assert!(RunDirectory::new(&directory).report().exists());
}
