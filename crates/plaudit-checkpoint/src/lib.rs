//! Hugging Face checkpoint directories: config, weights, tokenizer, chat template.
