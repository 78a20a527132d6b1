//! The embedded presets' tokenizer: one token per byte, in the form that `tokenizers` and `transformers` read.
//!
//! Byte-level tokenizers store each byte as a printable character (Radford et al., "Language Models are Unsupervised
//! Multitask Learners", 2019): printable Latin-1 bytes as themselves, the other 68 in order from U+0100. A byte pair encoding without
//! merges over that alphabet is a plain byte tokenizer.

use crate::files::json_bytes;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(crate) const END_OF_TEXT: &str = "<|endoftext|>";
const PAD: &str = "<|pad|>";
const ANSWER: &str = "####";

/// The content of `tokenizer.json` and `tokenizer_config.json`.
pub(crate) fn files() -> BTreeMap<String, Vec<u8>> {
    let vocabulary: Map<String, Value> = (0..=255).map(|byte| (char_of(byte).to_string(), json!(byte))).collect();
    let added = |id: u32, content: &str, special: bool| {
        json!({
            "id": id, "content": content, "special": special,
            "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
        })
    };
    let byte_level =
        json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false });
    let tokenizer = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [added(256, END_OF_TEXT, true), added(257, PAD, true), added(258, ANSWER, false)],
        "normalizer": null,
        "pre_tokenizer": byte_level,
        "post_processor": null,
        "decoder": byte_level,
        "model": {
            "type": "BPE", "vocab": vocabulary, "merges": [],
            "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null,
            "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
        },
    });
    let config = json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END_OF_TEXT,
        "pad_token": PAD,
        "clean_up_tokenization_spaces": false,
        "model_max_length": 1_000_000_000,
    });
    [("tokenizer.json", tokenizer), ("tokenizer_config.json", config)]
        .map(|(name, value)| (name.to_owned(), json_bytes(value)))
        .into()
}

/// The bytes behind a token of a byte-level vocabulary; `None` if the token is not written in the byte alphabet.
pub(crate) fn bytes_of(token: &str) -> Option<Vec<u8>> {
    // The names of single bytes in other vocabularies happen to be written in this alphabet too.
    if token.starts_with("<0x") {
        return None;
    }
    token.chars().map(|character| (0..=255).find(|byte| char_of(*byte) == character)).collect()
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

fn char_of(byte: u8) -> char {
    if is_printable(byte) {
        return char::from(byte);
    }
    let position = (0..byte).filter(|byte| !is_printable(*byte)).count() as u32;
    char::from_u32(0x100 + position).expect("68 code points from U+0100 are letters")
}
