//! The embedded transformer: training, generation, scoring, tokenizer and checkpoints.
