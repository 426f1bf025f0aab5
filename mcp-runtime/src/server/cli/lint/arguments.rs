//! Rules about the arguments of tools.

use serde_json::{Map, Value};

use super::super::offered::{Offered, entries, member};
use super::Findings;
use super::schemas::{each, named};

/// More than this models confuse.
const MANY: usize = 15;

pub(super) fn lint(offered: &Offered, findings: &mut Findings) {
    for tool in entries(&offered.lists, "tools") {
        let place = format!("tool `{}`", member(tool, "name"));
        let schema = &tool["inputSchema"];
        let Some(root) = schema.as_object() else { continue };
        let count = named(root, "properties").len();
        if count > MANY {
            findings.add("many-arguments", format!("{place}: {count} arguments"));
        }
        let undescribed: Vec<String> = named(root, "properties")
            .iter()
            .filter(|(_, schema)| member(schema, "description").is_empty())
            .map(|(name, _)| name.clone())
            .collect();
        findings.add_all("no-argument-description", &place, &undescribed);
        let [mut texts, mut lists] = [Vec::new(), Vec::new()];
        let [mut names, mut undeclared, mut defaults] = [Vec::new(), Vec::new(), Vec::new()];
        each(schema, &mut |path, schema| {
            if is_unbounded_text(schema) {
                texts.push(path.to_owned());
            }
            if member_of(schema, "type") == "array" && !schema.contains_key("maxItems") {
                lists.push(path.to_owned());
            }
            let properties = named(schema, "properties");
            names.extend(properties.keys().filter(|name| !is_accepted(name)).cloned());
            // An alternative may require members that are declared beside it.
            let declares = schema.contains_key("properties");
            for name in required(schema).filter(|_| declares) {
                match properties.get(name) {
                    None => undeclared.push(name.to_owned()),
                    Some(schema) if schema.get("default").is_some() => {
                        defaults.push(name.to_owned());
                    }
                    Some(_) => {}
                }
            }
        });
        findings.add_all("unbounded-text", &place, &texts);
        findings.add_all("unbounded-list", &place, &lists);
        findings.add_all("argument-name", &place, &names);
        findings.add_all("undeclared-required", &place, &undeclared);
        findings.add_all("required-default", &place, &defaults);
    }
}

/// Whether a text may have any length. Formats are short.
fn is_unbounded_text(schema: &Map<String, Value>) -> bool {
    const BOUNDS: [&str; 5] = ["maxLength", "enum", "const", "format", "pattern"];
    member_of(schema, "type") == "string" && !BOUNDS.iter().any(|it| schema.contains_key(*it))
}

/// Whether the APIs of models take this name of an argument.
fn is_accepted(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

fn required(schema: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

fn member_of<'a>(schema: &'a Map<String, Value>, name: &str) -> &'a str {
    schema.get(name).and_then(Value::as_str).unwrap_or_default()
}
