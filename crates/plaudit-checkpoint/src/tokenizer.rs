//! Text to token ids and back, with the tokenizer of a checkpoint directory.

use crate::{ChatTemplate, CheckpointError, ModelConfig, byte_tokenizer, files};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const TOKENIZER_FILE: &str = "tokenizer.json";
const CONFIG_FILE: &str = "tokenizer_config.json";
const SPECIAL_TOKENS_FILE: &str = "special_tokens_map.json";
const TEMPLATE_FILE: &str = "chat_template.jinja";
/// More templates, which Plaudit keeps but does not use.
const TEMPLATE_DIRECTORY: &str = "additional_chat_templates";

/// Everything that belongs to a tokenizer in a checkpoint directory. Only the first four are interpreted; the rest are kept so that a saved
/// checkpoint opens in programs that prefer them.
const FILES: [&str; 10] = [
    TOKENIZER_FILE,
    CONFIG_FILE,
    SPECIAL_TOKENS_FILE,
    TEMPLATE_FILE,
    "added_tokens.json",
    "chat_template.json",
    "merges.txt",
    "tokenizer.model",
    "vocab.json",
    "vocab.txt",
];

/// The special tokens that chat templates may mention by name.
const NAMED_TOKENS: [&str; 7] =
    ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

/// A tokenizer together with the files it came from, which [`Tokenizer::save`] writes back unchanged.
#[derive(Clone, Debug)]
pub struct Tokenizer {
    inner: tokenizers::Tokenizer,
    vocab_size: usize,
    /// Text of the special tokens that have a name, by name (`eos_token`, ...).
    named_tokens: BTreeMap<&'static str, String>,
    chat_template: Option<String>,
    /// Content by path relative to the checkpoint directory.
    files: BTreeMap<String, Vec<u8>>,
}

impl Tokenizer {
    /// Reads `tokenizer.json` and what accompanies it.
    ///
    /// # Errors
    /// [`CheckpointError`] if `tokenizer.json` is absent or unusable, or an accompanying file is malformed.
    pub fn from_directory(directory: &Path) -> Result<Self, CheckpointError> {
        let mut found = BTreeMap::new();
        for name in FILES {
            if let Some(bytes) = files::read_optional(&directory.join(name))? {
                found.insert(name.to_owned(), bytes);
            }
        }
        if !found.contains_key(TOKENIZER_FILE) {
            return Err(CheckpointError::MissingFile {
                path: directory.join(TOKENIZER_FILE),
                expected: "a tokenizer in another format has to be converted: open and save it with `transformers`",
            });
        }
        let templates = directory.join(TEMPLATE_DIRECTORY);
        if templates.is_dir() {
            for entry in fs::read_dir(&templates).map_err(CheckpointError::io("list", &templates))? {
                let path = entry.map_err(CheckpointError::io("list", &templates))?.path();
                if let (Some(name), Some(bytes)) =
                    (path.file_name().and_then(|name| name.to_str()), files::read_optional(&path)?)
                {
                    found.insert(format!("{TEMPLATE_DIRECTORY}/{name}"), bytes);
                }
            }
        }
        Self::from_files(directory, found)
    }

    /// The tokenizer of the embedded presets: one token per byte (its id is the byte), then
    /// [`Tokenizer::END_OF_TEXT`], `<|pad|>` and `####` (an ordinary token; it marks the final answer of a solution).
    pub fn bytes() -> Self {
        Self::from_files(Path::new("the byte tokenizer"), byte_tokenizer::files())
            .expect("the files of the byte tokenizer are constant and its tests read them")
    }

    /// The token by which the embedded presets end a completion.
    pub const END_OF_TEXT: &str = byte_tokenizer::END_OF_TEXT;

    fn from_files(directory: &Path, files: BTreeMap<String, Vec<u8>>) -> Result<Self, CheckpointError> {
        let path = directory.join(TOKENIZER_FILE);
        let invalid = |error: tokenizers::Error| CheckpointError::content(&path, error.to_string());
        let mut inner = tokenizers::Tokenizer::from_bytes(&files[TOKENIZER_FILE]).map_err(invalid)?;
        // Some directories carry the truncation of their training; it would silently cut prompts.
        inner.with_truncation(None).map_err(invalid)?;
        inner.with_padding(None);

        let json =
            |name: &str| files.get(name).map(|bytes| files::parse_json(&directory.join(name), bytes)).transpose();
        let config = json(CONFIG_FILE)?.unwrap_or_default();
        let special_tokens = json(SPECIAL_TOKENS_FILE)?.unwrap_or_default();
        let text = |name: &&'static str| {
            let value =
                [&config, &special_tokens].into_iter().find_map(|source| source.get(*name).filter(|v| !v.is_null()))?;
            let text = value.as_str().or_else(|| value.get("content")?.as_str())?;
            Some((*name, text.to_owned()))
        };
        let named_tokens = NAMED_TOKENS.iter().filter_map(text).collect();
        let chat_template = match files.get(TEMPLATE_FILE) {
            Some(bytes) => Some(
                String::from_utf8(bytes.clone())
                    .map_err(|_| CheckpointError::content(&directory.join(TEMPLATE_FILE), "is not UTF-8 text"))?,
            ),
            None => template_of(&config)
                .map_err(|problem| CheckpointError::content(&directory.join(CONFIG_FILE), problem))?,
        };
        let vocab_size = inner.get_vocab(true).values().max().map_or(0, |id| *id as usize + 1);
        Ok(Self { inner, vocab_size, named_tokens, chat_template, files })
    }

    /// Writes the tokenizer's files into `directory`, byte for byte as they were read, and flushes them to the disk.
    ///
    /// # Errors
    /// [`CheckpointError::Io`].
    pub fn save(&self, directory: &Path) -> Result<(), CheckpointError> {
        for (name, bytes) in &self.files {
            let path = directory.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(CheckpointError::io("create", parent))?;
            }
            files::write(&path, bytes)?;
        }
        Ok(())
    }

    /// The ids of a text, nothing added. Special tokens spelled out in the text become those tokens, as in a rendered
    /// chat template.
    ///
    /// # Errors
    /// [`CheckpointError::Tokenizer`] where the vocabulary cannot express the text.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, CheckpointError> {
        self.encode_as(text, false)
    }

    /// The ids of a text with what the tokenizer adds around a sequence, such as the token that begins a text. For plain
    /// prompts of models that were trained with it; chat templates write it themselves.
    ///
    /// # Errors
    /// As [`Tokenizer::encode`].
    pub fn encode_with_special(&self, text: &str) -> Result<Vec<u32>, CheckpointError> {
        self.encode_as(text, true)
    }

    fn encode_as(&self, text: &str, add_special: bool) -> Result<Vec<u32>, CheckpointError> {
        let encoding = self.inner.encode_fast(text, add_special).map_err(refused)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of a sequence. Bytes that do not form a character become U+FFFD; nothing is cleaned up.
    ///
    /// # Errors
    /// [`CheckpointError::Tokenizer`] where the tokenizer's decoder fails.
    pub fn decode(&self, ids: &[u32], skip_special: bool) -> Result<String, CheckpointError> {
        self.inner.decode(ids, skip_special).map_err(refused)
    }

    /// Decodes a sequence while it is being written; see [`TextStream`].
    pub fn stream(&self, skip_special: bool) -> TextStream<'_> {
        TextStream { tokenizer: self, skip_special, ids: Vec::new(), context: 0, written: 0 }
    }

    /// One token as text for people, with its leading space: a part of a character is shown as its bytes (`\xE2\x82`), an
    /// unknown id as `<id 12345>`.
    pub fn token_text(&self, id: u32) -> String {
        let Some(stored) = self.inner.id_to_token(id) else {
            return format!("<id {id}>");
        };
        // Some decoders drop a leading space at the start of a text, so the token is decoded behind itself.
        let texts = (self.inner.decode(&[id], false), self.inner.decode(&[id, id], false));
        let (Ok(once), Ok(twice)) = texts else {
            return stored;
        };
        let text = twice.get(once.len()..).unwrap_or(&once);
        if !text.contains(char::REPLACEMENT_CHARACTER) {
            return text.to_owned();
        }
        byte_tokenizer::bytes_of(&stored)
            .map(|bytes| bytes.iter().map(|byte| format!("\\x{byte:02X}")).collect())
            .unwrap_or(stored)
    }

    /// One more than the largest token id, added tokens included. A model's embedding may have more rows, never fewer
    /// ([`Tokenizer::check_fits`]).
    pub fn vocab_size(&self) -> usize {
        self.vocab_size
    }

    /// Checks that the model has an embedding for every token. Rows without a token are common (tables are padded to round
    /// sizes) and harmless.
    ///
    /// # Errors
    /// [`CheckpointError::Vocabulary`].
    pub fn check_fits(&self, config: &ModelConfig) -> Result<(), CheckpointError> {
        if self.vocab_size > config.vocab_size {
            return Err(CheckpointError::Vocabulary { tokens: self.vocab_size, rows: config.vocab_size });
        }
        Ok(())
    }

    /// The id of a token given as it is stored in the vocabulary.
    pub fn token_id(&self, token: &str) -> Option<u32> {
        self.inner.token_to_id(token)
    }

    /// The token that ends a text, by `tokenizer_config.json`.
    pub fn eos_token_id(&self) -> Option<u32> {
        self.named_token_id("eos_token")
    }

    /// The token that begins a text, by `tokenizer_config.json`.
    pub fn bos_token_id(&self) -> Option<u32> {
        self.named_token_id("bos_token")
    }

    /// The token that fills rows of a padded batch, by `tokenizer_config.json`. Plaudit itself never pads.
    pub fn pad_token_id(&self) -> Option<u32> {
        self.named_token_id("pad_token")
    }

    fn named_token_id(&self, name: &str) -> Option<u32> {
        self.token_id(self.named_tokens.get(name)?)
    }

    /// The chat template of the directory (`chat_template.jinja`, else `chat_template` in `tokenizer_config.json`, of several the one
    /// named "default"), if it has one.
    ///
    /// # Errors
    /// [`CheckpointError::ChatTemplate`] if the template does not parse.
    pub fn chat_template(&self) -> Result<Option<ChatTemplate>, CheckpointError> {
        let Some(source) = &self.chat_template else {
            return Ok(None);
        };
        ChatTemplate::new(source, &self.named_tokens).map(Some)
    }
}

fn template_of(config: &Value) -> Result<Option<String>, String> {
    match config.get("chat_template") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(template)) => Ok(Some(template.clone())),
        Some(Value::Array(templates)) => {
            let default = templates.iter().find(|template| template["name"] == "default");
            match default.and_then(|template| template["template"].as_str()) {
                Some(template) => Ok(Some(template.to_owned())),
                None => Err("`chat_template` is a list without a template named \"default\"".to_owned()),
            }
        }
        Some(_) => Err("`chat_template` must be a string or a list of objects with `name` and `template`".to_owned()),
    }
}

fn refused(error: tokenizers::Error) -> CheckpointError {
    CheckpointError::Tokenizer { problem: error.to_string() }
}

/// Turns tokens into text as they come, without ever cutting a character: a token that ends within one is held back until
/// the rest has come. The pieces together are the text of the whole sequence; only where bytes never form a character, and the
/// decoder would also give up bytes before them, do those keep the text they were first given out as.
#[derive(Debug)]
pub struct TextStream<'a> {
    tokenizer: &'a Tokenizer,
    skip_special: bool,
    ids: Vec<u32>,
    /// Tokens before this index are no longer looked at. Those between it and `written` are decoded again each time, because a
    /// token's text can depend on whether something stands before it.
    context: usize,
    /// Tokens before this index have been given out as text.
    written: usize,
}

impl TextStream<'_> {
    /// Takes the next token; returns the text that is now certain, possibly none.
    ///
    /// # Errors
    /// As [`Tokenizer::decode`].
    pub fn push(&mut self, id: u32) -> Result<String, CheckpointError> {
        self.ids.push(id);
        let text = self.decode(self.ids.len())?;
        if text.ends_with(char::REPLACEMENT_CHARACTER) {
            return Ok(String::new());
        }
        let piece = self.after_written(text)?;
        // A token without text, such as a special one that is skipped, is no context for the next.
        if !piece.is_empty() {
            self.context = self.written;
        }
        self.written = self.ids.len();
        Ok(piece)
    }

    /// The text held back at the end of the sequence: U+FFFD for a character that never became complete.
    ///
    /// # Errors
    /// As [`Tokenizer::decode`].
    pub fn finish(self) -> Result<String, CheckpointError> {
        self.after_written(self.decode(self.ids.len())?)
    }

    /// The text of the tokens from the context to `end`.
    fn decode(&self, end: usize) -> Result<String, CheckpointError> {
        self.tokenizer.decode(&self.ids[self.context..end], self.skip_special)
    }

    /// `text` without what has been given out of it. That is counted in characters: an incomplete character can turn the bytes
    /// before it into U+FFFD, which has another length than they had.
    fn after_written(&self, text: String) -> Result<String, CheckpointError> {
        let characters = self.decode(self.written)?.chars().count();
        Ok(text.chars().skip(characters).collect())
    }
}
