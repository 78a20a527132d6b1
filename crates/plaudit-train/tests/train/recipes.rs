//! Every recipe that comes with Plaudit runs.

use crate::{rows, run};
use plaudit_engine::PRESETS;
use plaudit_recipe::{ModelSource, Recipe, recipes};
use plaudit_report::{RunDirectory, metric_info};
use plaudit_train::Plan;

#[test]
fn every_recipe_runs_in_its_smoke_version() {
    let folder = tempfile::tempdir().unwrap();
    for embedded in recipes() {
        let recipe = Recipe::load(embedded.name, &[]).unwrap().smoke();
        let directory = folder.path().join(embedded.name);
        run(&recipe, &directory).unwrap_or_else(|error| panic!("{}: {error}", embedded.name));
        let rows = rows(&directory);
        let last = rows.last().map(|row| (row.phase, row.step));
        assert_eq!(last, Some(Plan::of(&recipe).last()), "{}", embedded.name);
        for name in rows.iter().flat_map(|row| row.values.keys()) {
            assert!(metric_info(name).is_some(), "{}: nobody knows what {name} means", embedded.name);
        }
        assert!(RunDirectory::new(&directory).report().exists());
    }
}

#[test]
fn recipes_and_the_engine_know_the_same_presets() {
    for preset in PRESETS {
        let recipe = Recipe::load("grpo-nano", &[format!("policy.model={preset}")]).unwrap();
        assert_eq!(recipe.policy.source(), ModelSource::Preset(preset));
    }
}
