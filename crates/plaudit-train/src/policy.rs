//! A model with what turns text into its tokens and back.

use crate::TrainError;
use crate::checkpoint::latest_checkpoint;
use plaudit_checkpoint::{ChatTemplate, Message, Original, Tokenizer, save_directory};
use plaudit_core::Segments;
use plaudit_engine::{Model, preset};
use plaudit_recipe::{ChatTemplate as Use, ModelSource, Recipe};
use plaudit_task::Problem;
use serde_json::Map;
use std::path::Path;

/// A model, its tokenizer and, where it has one that is used, its chat template.
#[derive(Debug)]
pub struct Policy {
    /// The model.
    pub model: Model,
    /// Its tokenizer.
    pub tokenizer: Tokenizer,
    template: Option<ChatTemplate>,
    /// Stands before every prompt.
    prefix: String,
    end_token: u32,
    /// The other settings of the checkpoint it was read from, which a saved one keeps.
    original: Option<Original>,
}

impl Policy {
    /// The policy that a recipe starts with. A preset's random weights follow from the recipe's seed.
    ///
    /// # Errors
    /// If the checkpoint cannot be read, or its tokenizer does not fit.
    pub fn initial(recipe: &Recipe) -> Result<Self, TrainError> {
        match recipe.policy.source() {
            ModelSource::Preset(name) => {
                let config = preset(name).expect("a validated recipe names a preset of the engine");
                let model = Model::random(config, recipe.train.seed);
                Ok(Self::assemble(model, Tokenizer::bytes(), recipe.policy.chat_template, None)?
                    .with_prefix(recipe.policy.prefix()))
            }
            ModelSource::Checkpoint(directory) => Self::from_checkpoint(directory, &recipe.policy),
        }
    }

    /// The model at `path`: a checkpoint in Hugging Face layout, or a run directory, whose latest checkpoint is taken.
    ///
    /// # Errors
    /// [`TrainError::NoModel`] if it is neither; else if the checkpoint cannot be read, or its tokenizer does not fit.
    pub fn open(path: &Path, chat_template: Use) -> Result<Self, TrainError> {
        if path.join("config.json").exists() {
            return Self::read(path, chat_template);
        }
        match latest_checkpoint(path)? {
            Some(checkpoint) => Self::read(&checkpoint, chat_template),
            None => Err(TrainError::NoModel(path.to_owned())),
        }
    }

    /// With a text that stands before every prompt from now on: what a recipe's policy learnt to be asked with.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ..self }
    }

    pub(crate) fn from_checkpoint(directory: &Path, settings: &plaudit_recipe::Policy) -> Result<Self, TrainError> {
        Ok(Self::read(directory, settings.chat_template)?.with_prefix(settings.prefix()))
    }

    fn read(directory: &Path, chat_template: Use) -> Result<Self, TrainError> {
        let model = Model::load(directory)?;
        let tokenizer = Tokenizer::from_directory(directory)?;
        Self::assemble(model, tokenizer, chat_template, Some(Original::read(directory)?))
    }

    fn assemble(
        model: Model,
        tokenizer: Tokenizer,
        chat_template: Use,
        original: Option<Original>,
    ) -> Result<Self, TrainError> {
        tokenizer.check_fits(model.config())?;
        let template = match chat_template {
            Use::Auto => tokenizer.chat_template()?,
            Use::Never => None,
        };
        let ends = tokenizer.eos_token_id().or(model.config().eos_token_ids.first().copied());
        let end_token = ends.ok_or(TrainError::NoEndToken)?;
        Ok(Self { model, tokenizer, template, prefix: String::new(), end_token, original })
    }

    /// The tokens that a prompt becomes: the opening of the model's turn in a conversation, where the chat template is used; else the
    /// text with what the tokenizer begins texts with.
    ///
    /// # Errors
    /// If the template refuses the prompt, or the vocabulary cannot express it.
    pub fn encode_prompt(&self, prompt: &str) -> Result<Vec<u32>, TrainError> {
        self.encode_text(&format!("{}{prompt}", self.prefix))
    }

    fn encode_text(&self, text: &str) -> Result<Vec<u32>, TrainError> {
        match &self.template {
            Some(template) => {
                // Synthetic prompts end in a line end that separates them from the answer; a turn has its own.
                let message = Message { role: "user", content: text.trim_end() };
                Ok(self.tokenizer.encode(&template.render(&[message], &Map::new())?)?)
            }
            None => Ok(self.tokenizer.encode_with_special(text)?),
        }
    }

    /// The tokens of a completion that ends: the text's, then the token that ends a text.
    pub(crate) fn encode_completion(&self, text: &str) -> Result<Vec<u32>, TrainError> {
        let mut tokens = self.tokenizer.encode(text)?;
        tokens.push(self.end_token);
        Ok(tokens)
    }

    /// The text of a completion, special tokens left out.
    ///
    /// # Errors
    /// If the tokenizer's decoder fails.
    pub fn decode(&self, tokens: &[u32]) -> Result<String, TrainError> {
        Ok(self.tokenizer.decode(tokens, true)?)
    }

    /// The tokens that end a completion.
    pub fn stop_tokens(&self) -> Vec<u32> {
        let mut stop = self.model.config().eos_token_ids.clone();
        stop.push(self.end_token);
        stop.sort_unstable();
        stop.dedup();
        stop
    }

    /// The tokens of all prompts, flat, cut into prompts; each must leave room for `max_tokens` more.
    pub(crate) fn encode_prompts(
        &self,
        problems: &[Problem],
        max_tokens: usize,
    ) -> Result<(Vec<u32>, Segments), TrainError> {
        let texts: Vec<String> = problems.iter().map(|problem| format!("{}{}", self.prefix, problem.prompt)).collect();
        self.encode_texts(&texts, max_tokens)
    }

    /// As [`Policy::encode_prompts`], for texts that are no problem's own prompt: nothing is put before them.
    pub(crate) fn encode_texts(
        &self,
        texts: &[impl AsRef<str>],
        max_tokens: usize,
    ) -> Result<(Vec<u32>, Segments), TrainError> {
        let positions = self.model.config().max_position_embeddings;
        let (mut flat, mut prompts) = (Vec::new(), Segments::default());
        for prompt in texts.iter().map(AsRef::as_ref) {
            let encoded = self.encode_text(prompt)?;
            let tokens = encoded.len();
            if tokens + max_tokens > positions {
                let beginning = prompt.chars().take(60).collect();
                return Err(TrainError::PromptTooLong { tokens, max_tokens, positions, beginning });
            }
            prompts.push(tokens);
            flat.extend(encoded);
        }
        Ok((flat, prompts))
    }

    /// Writes the model, its configuration and its tokenizer into `directory`, in the layout of a Hugging Face checkpoint.
    pub(crate) fn save(&self, directory: &Path) -> Result<(), TrainError> {
        let model = &self.model;
        let tensor = |name: &str| model.tensor(name);
        Ok(save_directory(directory, model.config(), &self.tokenizer, self.original.as_ref(), &tensor)?)
    }
}
