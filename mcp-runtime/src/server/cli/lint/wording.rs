//! Rules about what people and models read.

use std::collections::HashMap;

use serde_json::Value;

use super::super::offered::{KINDS, Offered, entries, member};
use super::Findings;
use super::names::words;
use crate::visible;

/// What some APIs of models take as the description of a tool, in characters.
const LONG: usize = 1024;

/// Words that say nothing in a description that repeats a name.
const FILLERS: [&str; 10] = ["a", "an", "the", "of", "this", "tool", "to", "for", "some", "your"];

/// What texts say that try to take a model over, in lower case.
const COMMANDS: [&str; 9] = [
    "ignore all previous",
    "ignore previous instructions",
    "disregard previous",
    "do not tell the user",
    "don't tell the user",
    "without telling the user",
    "before using any other tool",
    "<important>",
    "<system>",
];

pub(super) fn lint(offered: &Offered, findings: &mut Findings) {
    let mut same: HashMap<&str, &str> = HashMap::new();
    for tool in entries(&offered.lists, "tools") {
        let (name, description) = (member(tool, "name"), member(tool, "description").trim());
        let place = format!("tool `{name}`");
        let length = description.chars().count();
        if description.is_empty() {
            findings.add("no-description", place);
            continue;
        }
        if length > LONG {
            findings.add("long-description", format!("{place}: {length} characters"));
        } else if repeats(name, description) {
            findings.add("description-repeats-name", format!("{place}: {description}"));
        }
        if let Some(other) = same.insert(description, name) {
            findings.add("same-description", format!("tools `{other}` and `{name}`"));
        }
    }
    for prompt in entries(&offered.lists, "prompts") {
        let place = format!("prompt `{}`", member(prompt, "name"));
        if member(prompt, "description").is_empty() {
            findings.add("no-prompt-description", &place);
        }
        let undescribed: Vec<String> = entries(prompt, "arguments")
            .iter()
            .filter(|argument| member(argument, "description").is_empty())
            .map(|argument| member(argument, "name").to_owned())
            .collect();
        findings.add_all("no-argument-description", &place, &undescribed);
    }
    for (kind, key) in [("resources", "uri"), ("resourceTemplates", "uriTemplate")] {
        for resource in entries(&offered.lists, kind) {
            if member(resource, "description").is_empty() {
                let uri = member(resource, key);
                findings.add("no-resource-description", format!("resource `{uri}`"));
            }
        }
    }
    for (kind, _, key) in KINDS {
        for entry in entries(&offered.lists, kind) {
            let place = format!("{} `{}`", kind.trim_end_matches('s'), member(entry, key));
            suspicious(entry, &place, findings);
        }
    }
    if let Some(instructions) = offered.instructions.as_deref() {
        suspicious(&instructions.into(), "server: instructions", findings);
    }
}

/// Whether a description consists of the words of the name.
fn repeats(name: &str, description: &str) -> bool {
    let known = words(name);
    words(description).iter().all(|word| known.contains(word) || FILLERS.contains(&word.as_str()))
}

/// Reports texts that nobody can see, or that speak to the model as its master, each kind once.
fn suspicious(entry: &Value, place: &str, findings: &mut Findings) {
    let mut texts = Vec::new();
    collect(entry, &mut texts);
    if texts.iter().any(|text| *text != visible::lines(text)) {
        findings.add("hidden-characters", place);
    }
    let commands = |text: &&str| {
        let text = text.to_lowercase();
        COMMANDS.iter().find(|command| text.contains(**command)).copied()
    };
    if let Some(command) = texts.iter().find_map(commands) {
        findings.add("commanding-text", format!("{place}: `{command}`"));
    }
}

/// Every text in a value, names of members included.
fn collect<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(members) => {
            for (name, value) in members {
                texts.push(name);
                collect(value, texts);
            }
        }
        _ => {}
    }
}
