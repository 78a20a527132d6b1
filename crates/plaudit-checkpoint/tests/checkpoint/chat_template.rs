use super::{read_json, vectors};
use plaudit_checkpoint::{ChatTemplate, Message, Tokenizer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;

#[test]
fn conversations_are_written_as_transformers_writes_them() {
    let vectors_json = read_json(&vectors("chats.json"));
    let named: BTreeMap<&str, String> = vectors_json["named_tokens"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str().unwrap().to_owned()))
        .collect();
    let date = vectors_json["date"].as_str().unwrap().parse().unwrap();
    let cases = vectors_json["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 5 * 4 * 3, "templates, conversations, switches");
    for case in cases {
        let source = fs::read_to_string(vectors("templates").join(case["template"].as_str().unwrap())).unwrap();
        let template = ChatTemplate::new(&source, &named).unwrap().with_date(date);
        let messages: Vec<Message<'_>> = case["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| Message {
                role: message["role"].as_str().unwrap(),
                content: message["content"].as_str().unwrap(),
            })
            .collect();
        let rendered = template.render(&messages, case["variables"].as_object().unwrap());
        match case.get("error").and_then(Value::as_str) {
            Some(expected) => {
                let problem = rendered.unwrap_err().to_string();
                assert!(problem.contains(expected), "{problem}: {case}");
            }
            None => assert_eq!(rendered.unwrap(), case["text"].as_str().unwrap(), "{case}"),
        }
    }
}

#[test]
fn the_template_of_a_directory_is_found_where_it_may_be() {
    let directory = tempfile::tempdir().unwrap();
    Tokenizer::bytes().save(directory.path()).unwrap();
    let render = || {
        let template = Tokenizer::from_directory(directory.path()).unwrap().chat_template().unwrap()?;
        Some(template.render(&[Message { role: "user", content: "hi" }], &Map::new()).unwrap())
    };
    assert_eq!(render(), None);

    let path = directory.path().join("tokenizer_config.json");
    let mut config = read_json(&path);
    config["chat_template"] = json!("{{ messages[0].content }}{{ eos_token }}");
    fs::write(&path, config.to_string()).unwrap();
    assert_eq!(render().unwrap(), "hi<|endoftext|>");

    config["chat_template"] = json!([{ "name": "tools", "template": "t" }, { "name": "default", "template": "d" }]);
    fs::write(&path, config.to_string()).unwrap();
    assert_eq!(render().unwrap(), "d");

    fs::write(directory.path().join("chat_template.jinja"), "from the file").unwrap();
    assert_eq!(render().unwrap(), "from the file");
}
