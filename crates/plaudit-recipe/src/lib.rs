//! The recipe: one TOML file that says how a policy is trained.
//!
//! **Owns** the schema of recipes, their validation with positions in the file, overrides, the list of parts, and the recipes
//! that come with Plaudit.
//! **Must not know** how any stage works: it composes the configurations of the other crates and checks that they fit.
//! **Start at** [`Recipe::load`]; the sections are in `sections.rs`, checks across sections in `checks.rs`.
//!
//! ```
//! use plaudit_recipe::Recipe;
//!
//! let recipe = Recipe::load("grpo", &["train.steps=50".to_owned()])?;
//! assert_eq!(recipe.train.steps, 50);
//!
//! let error = Recipe::load("grpo", &["train.stepz=50".to_owned()]).unwrap_err();
//! assert!(error.to_string().contains("did you mean `steps`?"));
//! # Ok::<(), plaudit_recipe::RecipeError>(())
//! ```

mod checks;
mod columns;
mod embedded;
mod learning;
mod nearest;
mod overrides;
mod parts;
mod problem;
mod recipe;
mod schema;
mod sections;
mod tree;
mod validate;

pub use columns::{Baseline, Steps, Teacher, TokenHead};
pub use embedded::{EmbeddedRecipe, recipes};
pub use learning::{Learning, with_overrides};
pub use nearest::did_you_mean;
pub use parts::{FieldInfo, PartInfo, parts};
pub use problem::{Problem, Problems};
pub use recipe::{Recipe, RecipeError};
pub use schema::schema;
pub use sections::{
    ChatTemplate, Eval, Keep, Mixture, ModelSource, Optimizer, Policy, Sample, Schedule, Train, WarmStart,
};
