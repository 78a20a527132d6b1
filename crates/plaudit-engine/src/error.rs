//! What can go wrong in the engine.

use plaudit_checkpoint::CheckpointError;
use std::path::PathBuf;

/// An error of the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A checkpoint could not be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A token that the model does not have.
    #[error(
        "token {token} is outside the model's vocabulary of {vocabulary}; the tokenizer does not belong to this model"
    )]
    Token {
        /// The token's id.
        token: u32,
        /// The size of the vocabulary.
        vocabulary: usize,
    },
    /// A prompt without tokens: nothing would predict the first token of its continuation.
    #[error("prompt {prompt} has no tokens; give it at least a beginning-of-text token")]
    EmptyPrompt {
        /// Its index in the batch.
        prompt: usize,
    },
    /// A text longer than the model's positions.
    #[error(
        "a text of {tokens} tokens exceeds the model's {positions} positions; lower max_tokens or shorten the prompt"
    )]
    TooLong {
        /// Tokens of the text.
        tokens: usize,
        /// `max_position_embeddings` of the model.
        positions: usize,
    },
    /// A gradient that is not a finite number.
    #[error("the gradient of `{tensor}` is not finite; lower the learning rate or look at the loss")]
    NonFinite {
        /// The first tensor concerned, by its Hugging Face name.
        tensor: String,
    },
    /// Sampling parameters outside their ranges.
    #[error("sampling {parameter} = {value} is outside {range}")]
    Sampling {
        /// The parameter.
        parameter: &'static str,
        /// Its value.
        value: f32,
        /// What is allowed.
        range: &'static str,
    },
    /// A statistic that this model does not have.
    #[error("{what} {value} was asked for, and this model has {limit}")]
    Request {
        /// What was asked for.
        what: &'static str,
        /// Which or how many.
        value: usize,
        /// What the model has.
        limit: usize,
    },
    /// Optimiser state that does not belong to the model, or cannot be read or written.
    #[error("optimiser state {path}: {reason}")]
    OptimizerState {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}
