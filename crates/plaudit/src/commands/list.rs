//! `plaudit recipes`, `parts`, `schema`, `completions`: what there is.

use crate::arguments::{Arguments, Misuse};
use crate::{DONE, output};
use clap::CommandFactory;
use clap_complete::Shell;
use plaudit_recipe::{PartInfo, did_you_mean, parts as all_parts, recipes as all_recipes};

/// Lists the recipes, or prints the file of one.
pub(crate) fn recipes(name: Option<&str>) -> anyhow::Result<u8> {
    let Some(name) = name else {
        let width = all_recipes().iter().map(|recipe| recipe.name.len()).max().unwrap_or(0);
        let line = |name: &str, text: &str| format!("{name:<width$}  {text}\n");
        let list: String = all_recipes().iter().map(|recipe| line(recipe.name, &recipe.recipe().description)).collect();
        output::print(&format!(
            "{list}\nRun one with `plaudit run NAME`; `plaudit recipes NAME > my.toml` starts one of your own.\n"
        ));
        return Ok(DONE);
    };
    match all_recipes().iter().find(|recipe| recipe.name == name) {
        Some(recipe) => output::print(recipe.text),
        None => {
            // The same words as where it was to be run.
            plaudit_recipe::Recipe::load(name, &[])?;
            let mistake =
                format!("{name} is a file of your own; `plaudit recipes` prints those that come with Plaudit");
            return Err(Misuse(mistake).into());
        }
    }
    Ok(DONE)
}

/// Lists the parts, those of a stage, or the settings of one.
pub(crate) fn parts(name: Option<&str>) -> anyhow::Result<u8> {
    let parts = all_parts();
    let is_meant = |part: &&PartInfo| {
        let wanted = name.unwrap_or(part.stage);
        wanted == part.stage || wanted == part.kind || wanted == format!("{}.{}", part.stage, part.kind)
    };
    let chosen: Vec<&PartInfo> = parts.iter().filter(is_meant).collect();
    match (chosen.as_slice(), name) {
        ([], name) => {
            let (name, names) = (name.unwrap_or_default(), parts.iter().flat_map(|part| [part.stage, &part.kind]));
            let hint = did_you_mean(name, names);
            return Err(Misuse(format!("no part or stage is called `{name}`{hint}; `plaudit parts` lists them")).into());
        }
        ([part], _) => output::print(&details(part)),
        (parts, _) => output::print(&listing(parts)),
    }
    Ok(DONE)
}

fn listing(parts: &[&PartInfo]) -> String {
    let width = parts.iter().map(|part| part.kind.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut stage = "";
    for part in parts {
        if part.stage != stage {
            stage = part.stage;
            text += &format!("{}{stage}\n", if text.is_empty() { "" } else { "\n" });
        }
        text += &format!("  {:<width$}  {}\n", part.kind, part.summary);
    }
    text + "\n`plaudit parts NAME` shows what can be set in one.\n"
}

fn details(part: &PartInfo) -> String {
    let table = if part.stage == "signal" { "[[signal]]" } else { &format!("[{}]", part.stage) };
    let mut text = format!("{table} kind = \"{}\"\n\n{}\n", part.kind, part.summary);
    for field in &part.fields {
        let default = match (&field.default, field.required) {
            (Some(default), _) => format!(", default {default}"),
            (None, true) => ", required".to_owned(),
            (None, false) => String::new(),
        };
        text += &format!("\n  {}: {}{default}\n      {}\n", field.name, field.takes, field.summary);
    }
    text
}

/// Prints the JSON schema of recipes.
pub(crate) fn schema() -> anyhow::Result<u8> {
    output::print(&(serde_json::to_string_pretty(&plaudit_recipe::schema())? + "\n"));
    Ok(DONE)
}

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "plaudit", &mut script);
    output::print(&String::from_utf8(script)?);
    Ok(DONE)
}
