//! `schema`: everything that is offered, as JSON; and whether a change of it breaks a client.
//!
//! `schema --lock FILE` writes the contract of a server with its clients into a file that is kept
//! beside the sources. `schema --check FILE` compares it with what the server offers now:
//!
//! - *breaking*: a client that worked may fail. A tool, resource, prompt, argument or member of a
//!   result is gone; an argument takes less than it did; a result holds more kinds of values.
//! - *additive*: something is new or takes more, and nobody needs to know.
//! - *wording*: what people and models read.

use std::io;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Map, Value, json};

use super::offered::{KINDS, Offered, entries, member, offered};
use super::terminal::{Paint, show_painted};
use super::{Given, Misused, show};
use crate::server::ReadyServer;
use compare::{Direction, compare};

mod compare;

/// What a change means to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    Breaking,
    Additive,
    Wording,
}

/// One difference between two contracts.
#[derive(Debug)]
struct Change {
    effect: Effect,
    place: String,
    what: String,
}

impl Effect {
    const ALL: [Self; 3] = [Self::Breaking, Self::Additive, Self::Wording];

    fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Additive => "additive",
            Self::Wording => "wording",
        }
    }
}

impl Change {
    fn new(effect: Effect, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { effect, place: place.into(), what: what.into() }
    }
}

pub(super) fn schema_command() -> clap::Command {
    clap::Command::new("schema")
        .about("Print everything that is offered, as JSON; or keep it in a file and compare")
        .arg(
            Arg::new("lock")
                .long("lock")
                .value_name("FILE")
                .conflicts_with_all(["check", "json"])
                .help("Write what is offered into a file"),
        )
        .arg(
            Arg::new("check")
                .long("check")
                .value_name("FILE")
                .help("Show what has changed since the file; exit with 1 if a change is breaking"),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .requires("check")
                .help("Show the changes as JSON"),
        )
}

pub(super) async fn schema(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let Offered { lists: offered, .. } = offered(server, given).await?;
    if let Some(path) = matches.get_one::<String>("lock") {
        return lock(path, &offered);
    }
    let Some(path) = matches.get_one::<String>("check") else {
        return show(&format!("{offered:#}\n"));
    };
    let locked = match read(path) {
        Ok(locked) => locked,
        Err(misused) => return Ok(misused.told()),
    };
    let changes = changes(&locked, &offered);
    let count = |effect: Effect| changes.iter().filter(|change| change.effect == effect).count();
    if matches.get_flag("json") {
        show(&format!("{:#}\n", as_json(&changes)))?;
    } else {
        let lines = changes.iter().map(|change| {
            format!("{:8}  {}: {}\n", change.effect.name(), change.place, change.what)
        });
        let counts = Effect::ALL.map(|effect| format!("{} {}", count(effect), effect.name()));
        let lines = lines.collect::<String>() + &format!("changes: {}\n", counts.join(", "));
        show_painted(&lines, |line| {
            let (effect, _) = line.split_once(' ')?;
            let paint = match effect {
                "breaking" => Paint::Red,
                "additive" => Paint::Green,
                _ => Paint::Bold,
            };
            Some((effect.len(), paint))
        })?;
    }
    let is_broken = count(Effect::Breaking) > 0;
    Ok(if is_broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Writes the contract. Entries are sorted, so that moving a function changes nothing.
fn lock(path: &str, offered: &Value) -> io::Result<ExitCode> {
    let mut sorted = Map::new();
    for (kind, _, key) in KINDS {
        let mut entries = entries(offered, kind).to_vec();
        entries.sort_by(|one, other| member(one, key).cmp(member(other, key)));
        sorted.insert(kind.to_owned(), entries.into());
    }
    let text = format!("{:#}\n", Value::Object(sorted));
    std::fs::write(path, text).map_err(|error| {
        io::Error::new(error.kind(), format!("`{path}` cannot be written: {error}"))
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a contract that was written by [`lock`].
fn read(path: &str) -> Result<Value, Misused> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Misused(format!("`{path}` cannot be read: {error}")))?;
    let locked: Value = serde_json::from_str(&text)
        .map_err(|error| Misused(format!("`{path}` is not JSON: {error}")))?;
    let is_list = |kind: &str| locked.get(kind).is_some_and(Value::is_array);
    if !KINDS.iter().all(|(kind, _, _)| is_list(kind)) {
        let advice = "write it with `schema --lock`";
        return Err(Misused(format!("`{path}` does not hold what a server offers: {advice}")));
    }
    Ok(locked)
}

fn as_json(changes: &[Change]) -> Value {
    let changes = changes.iter().map(|change| {
        json!({ "effect": change.effect.name(), "place": change.place, "change": change.what })
    });
    json!({ "changes": changes.collect::<Vec<_>>() })
}

/// Every difference between two contracts, the breaking ones first.
fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    for (kind, _, key) in KINDS {
        let noun = match kind {
            "resourceTemplates" => "template",
            kind => kind.trim_end_matches('s'),
        };
        let (old, new) = (entries(old, kind), entries(new, kind));
        let find = |list: &'_ [Value], name: &str| {
            list.iter().position(|entry| member(entry, key) == name)
        };
        for entry in old {
            let name = member(entry, key);
            let place = format!("{noun} `{name}`");
            match find(new, name) {
                None => changes.push(Change::new(Effect::Breaking, place, "is gone")),
                Some(index) => compare_entry(kind, &place, entry, &new[index], &mut changes),
            }
        }
        for entry in new.iter().filter(|entry| find(old, member(entry, key)).is_none()) {
            let place = format!("{noun} `{}`", member(entry, key));
            changes.push(Change::new(Effect::Additive, place, "is new"));
        }
    }
    changes.sort_by_key(|change| change.effect);
    changes
}

/// Compares two descriptors of one name.
fn compare_entry(kind: &str, place: &str, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    let mut read = vec!["inputSchema", "outputSchema", "arguments"];
    match kind {
        "tools" => {
            read.push("annotations");
            compare_tool(place, old, new, changes);
        }
        "prompts" => compare_arguments(place, old, new, changes),
        _ => {
            read.push("mimeType");
            if old.get("mimeType") != new.get("mimeType") {
                let [old, new] = [old, new].map(|entry| match member(entry, "mimeType") {
                    "" => "not given".to_owned(),
                    mime => format!("`{mime}`"),
                });
                let what = format!("the MIME type is {new}, was {old}");
                changes.push(Change::new(Effect::Breaking, place, what));
            }
        }
    }
    wording(place, old, new, &read, changes);
}

/// The members that differ and that nobody depends on, but for those that were compared.
fn wording(place: &str, old: &Value, new: &Value, read: &[&str], changes: &mut Vec<Change>) {
    let none = Map::new();
    let [old, new] = [old, new].map(|entry| entry.as_object().unwrap_or(&none));
    let added = new.keys().filter(|name| !old.contains_key(*name));
    for name in old.keys().chain(added) {
        if !read.contains(&name.as_str()) && old.get(name) != new.get(name) {
            let what = format!("`{name}` has changed");
            changes.push(Change::new(Effect::Wording, place, what));
        }
    }
}

fn compare_tool(place: &str, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    let schema = |tool: &Value, member| tool.get(member).cloned();
    let input = |tool| schema(tool, "inputSchema").unwrap_or_default();
    compare(Direction::Input, place, &input(old), &input(new), changes);
    match (schema(old, "outputSchema"), schema(new, "outputSchema")) {
        (Some(old), Some(new)) => compare(Direction::Output, place, &old, &new, changes),
        (Some(_), None) => {
            let what = "the result is not structured content any more";
            changes.push(Change::new(Effect::Breaking, place, what));
        }
        (None, Some(_)) => {
            changes.push(Change::new(Effect::Additive, place, "the result is structured content"));
        }
        (None, None) => {}
    }
    compare_hints(place, old, new, changes);
}

/// Hints about what a tool does. Hosts run some tools without asking because of them, so that one
/// which promised less harm and is gone breaks whoever does not expect a question.
fn compare_hints(place: &str, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    const HINTS: [(&str, bool); 4] = [
        ("readOnlyHint", true),
        ("destructiveHint", false),
        ("idempotentHint", true),
        ("openWorldHint", false),
    ];
    let none = Value::Null;
    let [old, new] = [old, new].map(|tool| tool.get("annotations").unwrap_or(&none));
    let harmless = |hints: &Value, hint: &str, value: bool| hints.get(hint) == Some(&json!(value));
    // Of a tool that changes nothing, the two hints about its changes mean nothing.
    let is_read_only = |hints| harmless(hints, "readOnlyHint", true);
    let depends = |hint: &str| matches!(hint, "destructiveHint" | "idempotentHint");
    for (hint, value) in HINTS {
        let promised = |hints| harmless(hints, hint, value) || depends(hint) && is_read_only(hints);
        let what = format!("`{hint}: {value}` is");
        match (promised(old), promised(new)) {
            (true, false) => {
                changes.push(Change::new(Effect::Breaking, place, what + " not promised any more"));
            }
            (false, true) => changes.push(Change::new(Effect::Additive, place, what + " promised")),
            _ => {}
        }
    }
    let read = HINTS.map(|(hint, _)| hint);
    wording(place, old, new, &read, changes);
}

/// The arguments of a prompt, which are all texts.
fn compare_arguments(place: &str, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    let (old, new) = (entries(old, "arguments"), entries(new, "arguments"));
    let find = |list: &'_ [Value], name: &str| {
        list.iter().position(|argument| member(argument, "name") == name)
    };
    let is_required = |argument: &Value| argument.get("required") == Some(&json!(true));
    for argument in old {
        let name = member(argument, "name");
        let place = format!("{place}, argument `{name}`");
        let Some(new) = find(new, name).map(|index| &new[index]) else {
            changes.push(Change::new(Effect::Breaking, place, "is gone"));
            continue;
        };
        match (is_required(argument), is_required(new)) {
            (false, true) => changes.push(Change::new(Effect::Breaking, &place, "is required")),
            (true, false) => changes.push(Change::new(Effect::Additive, &place, "is optional")),
            _ => {}
        }
        wording(&place, argument, new, &["required"], changes);
    }
    for argument in new.iter().filter(|argument| find(old, member(argument, "name")).is_none()) {
        let place = format!("{place}, argument `{}`", member(argument, "name"));
        changes.push(if is_required(argument) {
            Change::new(Effect::Breaking, place, "is new and required")
        } else {
            Change::new(Effect::Additive, place, "is new")
        });
    }
}

#[cfg(test)]
mod tests;
