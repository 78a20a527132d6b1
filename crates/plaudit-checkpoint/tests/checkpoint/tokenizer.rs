use super::{message, read_json, vectors};
use plaudit_checkpoint::Tokenizer;
use serde_json::{Value, json};
use std::fs;

const NAMES: [&str; 3] = ["bytes", "byte-level-bpe", "metaspace"];

pub(super) fn open(name: &str) -> (Tokenizer, Value) {
    let directory = vectors(name);
    (Tokenizer::from_directory(&directory).unwrap(), read_json(&directory.join("expected.json")))
}

fn ids(value: &Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn ids_and_texts_are_those_of_transformers() {
    for name in NAMES {
        let (tokenizer, expected) = open(name);
        assert_eq!(json!(tokenizer.eos_token_id()), expected["eos_token_id"], "{name}");
        assert_eq!(json!(tokenizer.bos_token_id()), expected["bos_token_id"], "{name}");
        assert_eq!(json!(tokenizer.pad_token_id()), expected["pad_token_id"], "{name}");
        assert_eq!(json!(tokenizer.vocab_size()), expected["vocab_size"], "{name}");
        for case in expected["texts"].as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let ids = ids(&case["ids"]);
            assert_eq!(tokenizer.encode(text).unwrap(), ids, "{name}: {text:?}");
            assert_eq!(json!(tokenizer.encode_with_special(text).unwrap()), case["with_special"], "{name}: {text:?}");
            assert_eq!(json!(tokenizer.decode(&ids, false).unwrap()), case["decoded"], "{name}: {text:?}");
            assert_eq!(json!(tokenizer.decode(&ids, true).unwrap()), case["without_special"], "{name}: {text:?}");
        }
        for case in expected["sequences"].as_array().unwrap() {
            assert_eq!(json!(tokenizer.decode(&ids(&case["ids"]), false).unwrap()), case["text"], "{name}: {case}");
        }
    }
}

#[test]
fn the_byte_tokenizer_is_the_committed_one() {
    let directory = tempfile::tempdir().unwrap();
    Tokenizer::bytes().save(directory.path()).unwrap();
    for name in ["tokenizer.json", "tokenizer_config.json"] {
        let saved = fs::read_to_string(directory.path().join(name)).unwrap();
        assert_eq!(saved, fs::read_to_string(vectors("bytes").join(name)).unwrap(), "{name}");
    }
}

#[test]
fn the_byte_tokenizer_has_one_token_per_byte() {
    let tokenizer = Tokenizer::bytes();
    assert_eq!(tokenizer.vocab_size(), 259);
    assert_eq!(tokenizer.token_id(Tokenizer::END_OF_TEXT), Some(256));
    assert_eq!(tokenizer.eos_token_id(), Some(256));
    assert_eq!(tokenizer.pad_token_id(), Some(257));
    // Every Latin-1 character and one of three bytes: ids are the bytes of UTF-8.
    let text: String = ('\0'..='\u{ff}').chain(['\u{20ac}']).collect();
    let bytes: Vec<u32> = text.bytes().map(u32::from).collect();
    assert_eq!(tokenizer.encode(&text).unwrap(), bytes);
    assert_eq!(tokenizer.decode(&bytes, true).unwrap(), text);
    // The mark of the final answer is an ordinary token: it stays in what is judged.
    assert_eq!(tokenizer.encode("#### 5").unwrap(), [258, 32, 53]);
    assert_eq!(tokenizer.decode(&[258, 32, 53, 256, 257], true).unwrap(), "#### 5");
}

#[test]
fn single_tokens_read_well() {
    let bytes = Tokenizer::bytes();
    let texts = [(32, " "), (65, "A"), (0xe2, "\\xE2"), (256, "<|endoftext|>"), (258, "####"), (999, "<id 999>")];
    for (id, expected) in texts {
        assert_eq!(bytes.token_text(id), expected);
    }
    for (name, stored, expected) in [
        ("byte-level-bpe", "\u{120}####", " ####"),
        ("byte-level-bpe", "\u{e2}", "\\xE2"),
        ("metaspace", "\u{2581}leading", " leading"),
        ("metaspace", "<0xE2>", "<0xE2>"),
        ("metaspace", "<0x41>", "A"),
        ("metaspace", "<unk>", "<unk>"),
    ] {
        let (tokenizer, _) = open(name);
        let id = tokenizer.token_id(stored).unwrap_or_else(|| panic!("{name} lacks {stored}"));
        assert_eq!(tokenizer.token_text(id), expected, "{name}");
    }
}

fn streamed(tokenizer: &Tokenizer, ids: &[u32]) -> String {
    let mut stream = tokenizer.stream(true);
    let pieces: String = ids.iter().map(|id| stream.push(*id).unwrap()).collect();
    pieces + &stream.finish().unwrap()
}

#[test]
fn a_stream_gives_the_same_text_in_whole_characters() {
    for name in NAMES {
        let (tokenizer, expected) = open(name);
        let texts = expected["texts"].as_array().unwrap();
        // The whole vocabulary in order is mostly no text; byte-level decoders still treat each broken character by itself.
        let sequences = expected["sequences"].as_array().unwrap().iter().filter(|_| name != "metaspace");
        for case in texts.iter().chain(sequences) {
            let ids = ids(&case["ids"]);
            assert_eq!(streamed(&tokenizer, &ids), tokenizer.decode(&ids, true).unwrap(), "{name}");
        }
    }
    let tokenizer = Tokenizer::bytes();
    let mut stream = tokenizer.stream(true);
    let pieces = [0xe2, 0x82, 0xac, 65, 0xe2].map(|id| stream.push(id).unwrap());
    assert_eq!(pieces, ["", "", "\u{20ac}", "A", ""]);
    assert_eq!(stream.finish().unwrap(), "\u{fffd}");
}

#[test]
fn what_a_stream_has_given_out_stays() {
    // This decoder turns a whole run of bytes into U+FFFD if one is broken; the f has then been given out.
    let (tokenizer, _) = open("metaspace");
    let ids = ["<0x66>", "<0xC3>", "ad"].map(|token| tokenizer.token_id(token).unwrap());
    assert_eq!(tokenizer.decode(&ids, true).unwrap(), "\u{fffd}\u{fffd}ad");
    assert_eq!(streamed(&tokenizer, &ids), "f\u{fffd}ad");
    // A space behind a special token that is skipped is still a space.
    let ids = ["ad", "<|pad|>", "\u{2581}and"].map(|token| tokenizer.token_id(token).unwrap());
    assert_eq!(streamed(&tokenizer, &ids), "ad and");
}

#[test]
fn unusable_directories_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let problem = || message(Tokenizer::from_directory(directory.path()));
    assert!(problem().contains("tokenizer.json does not exist"), "{}", problem());
    fs::write(directory.path().join("tokenizer.json"), "{}").unwrap();
    assert!(problem().contains("tokenizer.json"), "{}", problem());

    Tokenizer::bytes().save(directory.path()).unwrap();
    let config = directory.path().join("tokenizer_config.json");
    fs::write(&config, "{").unwrap();
    assert!(problem().contains("tokenizer_config.json is not valid JSON"), "{}", problem());
    fs::write(&config, r#"{"chat_template": 5}"#).unwrap();
    assert!(problem().contains("`chat_template` must be"), "{}", problem());
    fs::write(&config, r#"{"chat_template": [{"name": "tools", "template": ""}]}"#).unwrap();
    assert!(problem().contains("\"default\""), "{}", problem());
}

#[test]
fn truncation_of_a_training_run_does_not_cut_prompts() {
    let directory = tempfile::tempdir().unwrap();
    Tokenizer::bytes().save(directory.path()).unwrap();
    let path = directory.path().join("tokenizer.json");
    let mut content = read_json(&path);
    content["truncation"] = json!({ "max_length": 2, "strategy": "LongestFirst", "direction": "Right", "stride": 0 });
    fs::write(&path, content.to_string()).unwrap();
    assert_eq!(Tokenizer::from_directory(directory.path()).unwrap().encode("abcd").unwrap().len(), 4);
}
