//! Rules about names.

use std::collections::HashMap;

use super::super::offered::{Offered, entries, member};
use super::Findings;

/// What the APIs of models take, in characters.
const LONGEST: usize = 64;

/// Names that would fit any tool.
const VAGUE: [&str; 20] = [
    "action", "call", "command", "data", "do", "execute", "exec", "function", "get", "handle",
    "helper", "invoke", "main", "process", "query", "run", "set", "test", "tool", "util",
];

/// Words that say that something is lost.
const DESTRUCTIVE: [&str; 10] =
    ["clear", "delete", "destroy", "drop", "erase", "purge", "remove", "reset", "truncate", "wipe"];

/// First words that say that nothing changes.
const READING: [&str; 11] = [
    "count", "describe", "fetch", "find", "get", "list", "lookup", "query", "read", "search",
    "show",
];

pub(super) fn lint(offered: &Offered, findings: &mut Findings) {
    let tools = entries(&offered.lists, "tools");
    let mut near: HashMap<Vec<String>, &str> = HashMap::new();
    for tool in tools {
        let name = member(tool, "name");
        let full = format!("mcp__{}__{name}", offered.server.name);
        if full.chars().count() > LONGEST {
            findings.add("long-tool-name", format!("tool `{name}`: `{full}`"));
        }
        let words = words(name);
        if let [word] = &*words
            && VAGUE.contains(&word.as_str())
        {
            findings.add("vague-name", format!("tool `{name}`"));
        }
        let hints = &tool["annotations"];
        let denies_loss = hints["destructiveHint"] == false || hints["readOnlyHint"] == true;
        if denies_loss && words.iter().any(|word| DESTRUCTIVE.contains(&word.as_str())) {
            findings.add("destructive-name", format!("tool `{name}`"));
        }
        let reads = words.first().is_some_and(|word| READING.contains(&word.as_str()));
        if reads && words.len() > 1 && hints["readOnlyHint"] != true {
            findings.add("reading-name", format!("tool `{name}`"));
        }
        let mut stems: Vec<String> =
            words.iter().map(|word| word.trim_end_matches('s').to_owned()).collect();
        stems.sort();
        if let Some(other) = near.insert(stems, name) {
            findings.add("near-names", format!("tools `{other}` and `{name}`"));
        }
    }
    mixed(tools.iter().map(|tool| member(tool, "name")), findings);
}

/// Reports tools whose names are written in more than one way.
fn mixed<'a>(names: impl Iterator<Item = &'a str>, findings: &mut Findings) {
    let mut styles: Vec<(&str, &str)> = Vec::new();
    for name in names {
        let style = match name {
            _ if name.contains('_') => "snake_case",
            _ if name.contains('-') => "kebab-case",
            _ if name.contains(|c: char| c.is_ascii_uppercase()) => "camelCase",
            // One word has no style.
            _ => continue,
        };
        if !styles.iter().any(|(known, _)| *known == style) {
            styles.push((style, name));
        }
    }
    if let [(_, first), (_, second), ..] = *styles {
        findings.add("mixed-names", format!("tools `{first}` and `{second}`"));
    }
}

/// The words of a name, in lower case: `getTask` and `get_task` have the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        let is_end = !character.is_alphanumeric() || character.is_uppercase() && was_lower;
        if is_end {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}
