//! The recipes that come with Plaudit: the files of `recipes/`, compiled in.

use crate::Recipe;

/// A recipe that comes with Plaudit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbeddedRecipe {
    /// The name to run it by: the file's name without its ending.
    pub name: &'static str,
    /// The file, comments included.
    pub text: &'static str,
}

impl EmbeddedRecipe {
    /// The recipe read.
    pub fn recipe(&self) -> Recipe {
        Recipe::load(self.name, &[]).expect("a test validates every recipe that comes with Plaudit")
    }
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(EmbeddedRecipe { name: $name, text: include_str!(concat!("../../../recipes/", $name, ".toml")) }),*]
    };
}

static RECIPES: [EmbeddedRecipe; 13] = embedded![
    "grpo",
    "grpo-nano",
    "random-calculation",
    "random-calculation-random",
    "random-calculation-inverted",
    "alphamed",
    "real",
    "pacs",
    "etr",
    "prl",
    "oreal",
    "sdpo",
    "c-rlft",
];

/// All of them, the quickstart first.
pub fn recipes() -> &'static [EmbeddedRecipe] {
    &RECIPES
}
