//! Settings as their text: one entry is put in, changed or taken out, and every other byte stays.

use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The text of a host's settings.
#[derive(Debug)]
pub(super) struct Settings<'a> {
    text: &'a str,
    /// The text with spaces in place of comments and of trailing commas, which is JSON.
    json: String,
    /// Where the trailing commas are.
    trailing: Vec<usize>,
    /// How far the members of an object are moved in.
    indent: String,
}

/// An object in the settings.
#[derive(Debug)]
struct Object {
    range: Range<usize>,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    name: String,
    /// Where the name begins.
    start: usize,
    value: Range<usize>,
}

impl<'a> Settings<'a> {
    /// Reads settings. A file that is empty has none.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub(super) fn read(text: &'a str, takes_comments: bool) -> Result<Self, String> {
        let text =
            if text.trim_matches([' ', '\t', '\r', '\n', MARK]).is_empty() { "{}\n" } else { text };
        let (json, trailing) =
            if takes_comments { blanked(text) } else { (text.to_owned(), Vec::new()) };
        let json = json.replacen(MARK, "   ", usize::from(json.starts_with(MARK)));
        let mut settings = Self { text, json, trailing, indent: "  ".to_owned() };
        let root = settings.object(0..text.len())?.ok_or("it is not a JSON object")?;
        let first = root.members.first().and_then(|first| settings.indent_of(first.start));
        if let Some(indent) = first.filter(|indent| !indent.is_empty()).map(str::to_owned) {
            settings.indent = indent;
        }
        Ok(settings)
    }

    /// The settings with an entry for a server; `None` if it is there. What the entry says
    /// beside what is given, stays.
    ///
    /// # Errors
    /// Why they cannot be changed.
    pub(super) fn with(
        &self,
        key: &str,
        name: &str,
        entry: &Map<String, Value>,
    ) -> Result<Option<String>, String> {
        let root = self.object(0..self.text.len())?.ok_or("it is not a JSON object")?;
        let Some(servers) = root.find(key) else {
            let servers = Map::from_iter([(name.to_owned(), entry.clone().into())]);
            return Ok(Some(self.inserted(&root, "", key, &servers.into())));
        };
        let outer = self.indent_of(servers.start).unwrap_or_default();
        let servers =
            self.object(servers.value.clone())?.ok_or(format!("`{key}` is not an object"))?;
        let Some(known) = servers.find(name) else {
            return Ok(Some(self.inserted(&servers, outer, name, &entry.clone().into())));
        };
        let old: Value = self.value(&known.value)?;
        let new = Value::Object(merged(&old, entry));
        if new == old {
            return Ok(None);
        }
        if self.json[known.value.clone()] != self.text[known.value.clone()] {
            return Err(format!(
                "the entry `{name}` holds comments that would be lost; change it by hand, as \
                 `--print` shows"
            ));
        }
        let indent = self.indent_of(known.start).unwrap_or_default();
        Ok(Some(self.replaced(known.value.clone(), &self.pretty(&new, indent))))
    }

    /// The settings without the entry for a server; `None` if there is none.
    ///
    /// # Errors
    /// Why they cannot be changed.
    pub(super) fn without(&self, key: &str, name: &str) -> Result<Option<String>, String> {
        let root = self.object(0..self.text.len())?.ok_or("it is not a JSON object")?;
        let Some(servers) = root.find(key) else { return Ok(None) };
        let servers =
            self.object(servers.value.clone())?.ok_or(format!("`{key}` is not an object"))?;
        let is_it = |member: &Member| member.name == name;
        let Some(place) = servers.members.iter().rposition(is_it) else { return Ok(None) };
        let known = &servers.members[place];
        let before = place.checked_sub(1).map(|place| servers.members[place].value.end);
        let range = match (before, servers.members.get(place + 1)) {
            (Some(before), _) => before..known.value.end,
            (None, Some(next)) => known.start..next.start,
            (None, None) => {
                let comma = self.trailing.iter().find(|at| servers.range.contains(at));
                let comma = comma.filter(|at| **at >= known.value.end);
                let end = comma.map_or(known.value.end, |at| at + 1);
                // An object without members and comments is written as one.
                let rest = self.text[end..servers.range.end - 1].trim().is_empty();
                servers.range.start + 1..if rest { servers.range.end - 1 } else { end }
            }
        };
        Ok(Some(self.replaced(range, "")))
    }

    /// The text with one more member at the end of an object, which is moved in by `outer`.
    fn inserted(&self, object: &Object, outer: &str, name: &str, value: &Value) -> String {
        let name = Value::from(name);
        let Some(last) = object.members.last() else {
            let inner = format!("{outer}{}", self.indent);
            let member = format!("\n{inner}{name}: {}\n{outer}", self.pretty(value, &inner));
            let start = object.range.start + 1;
            return self.replaced(start..start, &member);
        };
        let member = match self.indent_of(object.members[0].start) {
            Some(indent) => format!(",\n{indent}{name}: {}", self.pretty(value, indent)),
            // All members are on one line.
            None => format!(", {name}: {value}"),
        };
        self.replaced(last.value.end..last.value.end, &member)
    }

    /// The text with something else in one place, and with line ends as it has them.
    fn replaced(&self, range: Range<usize>, with: &str) -> String {
        let with =
            if self.text.contains("\r\n") { with.replace('\n', "\r\n") } else { with.to_owned() };
        format!("{}{with}{}", &self.text[..range.start], &self.text[range.end..])
    }

    /// A value over several lines, of which all but the first are moved in.
    fn pretty(&self, value: &Value, outer: &str) -> String {
        let lines = format!("{value:#}");
        let moved = lines.lines().map(|line| {
            let content = line.trim_start_matches(' ');
            // `serde_json` moves members in by two spaces.
            let depth = (line.len() - content.len()) / 2;
            format!("{outer}{}{content}", self.indent.repeat(depth))
        });
        moved.collect::<Vec<_>>().join("\n").split_off(outer.len())
    }

    /// The white space between the begin of a line and a place in it, if there is nothing else.
    fn indent_of(&self, place: usize) -> Option<&str> {
        let start = self.text[..place].rfind('\n')? + 1;
        let before = &self.text[start..place];
        before.trim_start_matches([' ', '\t']).is_empty().then_some(before)
    }

    fn value(&self, range: &Range<usize>) -> Result<Value, String> {
        serde_json::from_str(&self.json[range.clone()]).map_err(|error| unreadable(&error))
    }

    /// The object in one place; `None` if there is another value.
    fn object(&self, range: Range<usize>) -> Result<Option<Object>, String> {
        let json = &self.json[range.clone()];
        let offset = range.start;
        let raw: &RawValue = serde_json::from_str(json).map_err(|error| unreadable(&error))?;
        let place = |part: &RawValue| {
            let start = offset + part.get().as_ptr().addr() - json.as_ptr().addr();
            start..start + part.get().len()
        };
        if !raw.get().starts_with('{') {
            return Ok(None);
        }
        let Members(members) =
            serde_json::from_str(raw.get()).map_err(|error| unreadable(&error))?;
        let members = members.into_iter().map(|(name, value)| {
            let start = place(name).start;
            let name = serde_json::from_str(name.get()).map_err(|error| unreadable(&error))?;
            Ok(Member { name, start, value: place(value) })
        });
        Ok(Some(Object { range: place(raw), members: members.collect::<Result<_, String>>()? }))
    }
}

impl Object {
    /// The member of this name: the last one, as a reader of JSON takes it.
    fn find(&self, name: &str) -> Option<&Member> {
        self.members.iter().rfind(|member| member.name == name)
    }
}

/// An entry with what is given, and with what else it says. The arguments are replaced, variables
/// of the environment are added.
fn merged(old: &Value, entry: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = old.as_object().cloned().unwrap_or_default();
    for (name, value) in entry {
        match (merged.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(given)) => known.extend(given.clone()),
            _ => drop(merged.insert(name.clone(), value.clone())),
        }
    }
    merged
}

fn unreadable(error: &serde_json::Error) -> String {
    format!("it is not JSON: {error}")
}

/// The members of an object with the places where they are.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Read)
    }
}

/// The byte order mark, with which some editors begin a file.
const MARK: char = '\u{feff}';

/// JSON with comments as JSON: spaces stand in place of comments and of commas after the last
/// member, so that every place is the same. With it the places of these commas.
fn blanked(text: &str) -> (String, Vec<usize>) {
    let mut json = text.as_bytes().to_vec();
    let mut trailing = Vec::new();
    let mut last_comma = None;
    let mut at = 0;
    while at < json.len() {
        match (json[at], json.get(at + 1)) {
            (b'"', _) => {
                last_comma = None;
                at = end_of_text(&json, at);
                continue;
            }
            (b'/', Some(b'/')) => {
                let length = text[at..].find('\n').unwrap_or(text.len() - at);
                json[at..at + length].fill(b' ');
                at += length;
                continue;
            }
            (b'/', Some(b'*')) => {
                let length = text[at + 2..].find("*/").map_or(text.len() - at, |it| it + 4);
                let line_ends = json[at..at + length].iter_mut().filter(|byte| **byte != b'\n');
                line_ends.for_each(|byte| *byte = b' ');
                at += length;
                continue;
            }
            (b',', _) => last_comma = Some(at),
            (b'}' | b']', _) => {
                if let Some(comma) = last_comma.take() {
                    json[comma] = b' ';
                    trailing.push(comma);
                }
            }
            (byte, _) if byte.is_ascii_whitespace() => {}
            _ => last_comma = None,
        }
        at += 1;
    }
    let json = String::from_utf8(json).expect("only whole characters were replaced");
    (json, trailing)
}

/// The place behind a text in quotes.
fn end_of_text(json: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < json.len() {
        match json[at] {
            b'\\' => at += 1,
            b'"' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    json.len()
}

#[cfg(test)]
mod tests;
