//! The scanner beside `serde_json`: what one takes for JSON the other does too, and both see the
//! same members. `DIFFERENTIAL_CASES` says how many lines are made up; some thousand if it is not
//! set.

use std::fmt::{self, Write};

use serde::Deserializer;
use serde::de::{Deserialize, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::scan::{Broken, DEPTH};
use super::{Hints, Index, Member, Scanner, elements, unescape, write_string};
use crate::random::{Random, cases};

/// The members of an object as they are written, in order and with those that are given twice.
struct Members<'a>(Vec<(String, &'a str)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Vec<(String, &'de str)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, &'de RawValue>()? {
                    members.push((key, value.get()));
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Each).map(Members)
    }
}

/// A value that is mostly JSON.
fn value(random: &mut Random, depth: usize, out: &mut String) {
    let space = |random: &mut Random, out: &mut String| {
        if random.one_in(8) {
            out.push_str(random.pick(&[" ", "\t", "\r", "  ", "\u{a0}"]));
        }
    };
    space(random, out);
    match random.below(if depth > 5 { 5 } else { 8 }) {
        0 => out.push_str(random.pick(&["true", "false", "null", "tru", "nul", "True"])),
        1 | 2 => string(random, out),
        3 | 4 => number(random, out),
        5 => {
            out.push('[');
            for at in 0..random.below(4) {
                if at > 0 {
                    out.push_str(random.pick(&[",", ",", ",", ",", ",,", ""]));
                }
                value(random, depth + 1, out);
            }
            out.push(']');
        }
        _ => object(random, depth + 1, &[], out),
    }
    space(random, out);
}

/// An object, some of whose members have these names.
fn object(random: &mut Random, depth: usize, names: &[&str], out: &mut String) {
    out.push('{');
    for at in 0..random.below(6) {
        if at > 0 {
            out.push_str(if random.one_in(40) { ";" } else { "," });
        }
        if names.is_empty() || random.one_in(4) {
            string(random, out);
        } else {
            let name = random.pick(names);
            out.push('"');
            for character in name.chars() {
                if random.one_in(30) {
                    write!(out, "\\u{:04X}", u32::from(character)).unwrap();
                } else {
                    out.push(character);
                }
            }
            out.push('"');
        }
        out.push_str(if random.one_in(40) { " = " } else { ":" });
        let inside: &[&str] = match out.rsplit_once("\"params\":") {
            Some((_, "")) => &["arguments", "name", "_meta"],
            _ => &[],
        };
        if out.ends_with("\"arguments\":") || !inside.is_empty() {
            object(random, depth + 1, inside, out);
        } else {
            value(random, depth + 1, out);
        }
    }
    if !random.one_in(40) {
        out.push('}');
    }
}

fn string(random: &mut Random, out: &mut String) {
    const PIECES: [&str; 22] = [
        "a",
        "key",
        "plain text of some length",
        "é",
        "\u{1f600}",
        "\u{2028}",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041",
        "\\ud83d\\ude00",
        "\\u00e9",
        "\\b",
        "'",
        "{",
        "]",
        ",",
        "\\x",
        "\\u12g4",
        "\u{1}",
        "\u{7f}",
    ];
    out.push('"');
    for _ in 0..random.below(5) {
        // What is broken is rare, so that most lines are not.
        let most = if random.one_in(12) { PIECES.len() } else { PIECES.len() - 4 };
        out.push_str(PIECES[random.below(most)]);
    }
    if !random.one_in(60) {
        out.push('"');
    }
}

fn number(random: &mut Random, out: &mut String) {
    const PARTS: [&str; 16] = [
        "0",
        "1",
        "12",
        "-1",
        "-0",
        "1.5",
        "0.25e3",
        "1E+2",
        "1e-7",
        "123456789012345678901234567890",
        "1.0",
        "-",
        "01",
        "1.",
        ".5",
        "1e",
    ];
    let most = if random.one_in(12) { PARTS.len() } else { PARTS.len() - 5 };
    out.push_str(PARTS[random.below(most)]);
}

/// How deep the brackets of valid JSON are nested.
fn nesting(json: &str) -> usize {
    let (mut depth, mut most, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if std::mem::take(&mut escaped) => {}
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                most = most.max(depth);
            }
            b']' | b'}' if !in_string => depth -= 1,
            _ => {}
        }
    }
    most
}

/// Holds the scanner against `serde_json` for one line.
fn compare(line: &str) {
    let hints = Hints { nested: "arguments", familiar: "" };
    let mut index = Index::default();
    let scanned = index.scan(line, hints);
    let is_json = serde_json::from_str::<IgnoredAny>(line).is_ok();
    if is_json && nesting(line) > DEPTH {
        return assert_eq!(scanned, Err(Broken::TooDeep), "{line}");
    }
    let is_object = line.trim_matches([' ', '\t', '\r', '\n']).starts_with('{');
    match scanned {
        Ok(()) => assert!(is_json && is_object, "{line}"),
        Err(Broken::NoObject) => assert!(is_json && !is_object, "{line}"),
        Err(Broken::At(_)) => assert!(!is_json, "{line}"),
        Err(Broken::TooDeep) => panic!("not so deep: {line}"),
    }
    if !is_json {
        return;
    }
    let mut items = Vec::new();
    let is_list = elements(line, |item| items.push(item)).is_some();
    match serde_json::from_str::<Vec<&RawValue>>(line) {
        Ok(list) => assert_eq!(list.iter().map(|item| item.get()).collect::<Vec<_>>(), items),
        Err(_) => assert!(!is_list, "{line}"),
    }
    // Half a surrogate pair is a key for the scanner, and none for serde_json.
    let Ok(Members(members)) = serde_json::from_str(line) else { return };
    let expected = |name: &str, members: &[(String, String)]| -> Option<Vec<(String, String)>> {
        let (_, json) = members.iter().rfind(|(key, _)| key == name)?;
        let Members(inner) = serde_json::from_str(json).ok()?;
        Some(inner.into_iter().map(|(key, value)| (key, value.to_owned())).collect())
    };
    let members: Vec<(String, String)> =
        members.into_iter().map(|(key, value)| (key, value.to_owned())).collect();
    if members.iter().filter(|(key, _)| key == "params").count() != 1 {
        return;
    }
    let Some(params) = expected("params", &members) else { return };
    assert_eq!(seen(&index.params, line), params, "{line}");
    if params.iter().filter(|(key, _)| key == "arguments").count() == 1
        && let Some(arguments) = expected("arguments", &params)
    {
        assert_eq!(seen(&index.nested, line), arguments, "{line}");
    }
}

fn seen(members: &[Member], line: &str) -> Vec<(String, String)> {
    for member in members {
        assert!(member.is(line, &member.key(line)), "{line}");
        if let Some(text) = member.plain_text(line) {
            assert_eq!(serde_json::from_str::<String>(member.value(line)).unwrap(), text);
        }
    }
    members.iter().map(|it| (it.key(line).into_owned(), it.value(line).to_owned())).collect()
}

#[test]
fn the_scanner_and_serde_json_agree_on_every_line() {
    let mut random = Random::new(1);
    for _ in 0..cases() {
        let mut line = String::new();
        if random.one_in(6) {
            value(&mut random, 0, &mut line);
        } else {
            let names = ["jsonrpc", "id", "method", "params", "params", "result"];
            object(&mut random, 0, &names, &mut line);
        }
        // A byte that is lost, doubled or another one.
        if random.one_in(3) && !line.is_empty() {
            let at = random.below(line.len());
            if line.is_char_boundary(at) && line.as_bytes()[at].is_ascii() {
                match random.below(3) {
                    0 => drop(line.remove(at)),
                    1 => line.insert(at, char::from(line.as_bytes()[at])),
                    _ => line.insert_str(at, random.pick(&["\"", "\\", "{", "]", "0", "\u{b}"])),
                }
            }
        }
        compare(&line);
    }
}

#[test]
fn the_scanner_stops_at_its_depth_and_not_before() {
    for depth in DEPTH - 2..DEPTH + 3 {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = depth - 1;
            compare(&format!("{{\"a\":{}1{}}}", open.repeat(inner), close.repeat(inner)));
        }
    }
}

#[test]
fn a_written_string_is_what_serde_json_reads() {
    let mut random = Random::new(2);
    for _ in 0..cases() {
        let text: String = (0..random.below(40)).map(|_| random.character()).collect();
        let mut out = Vec::new();
        write_string(&mut out, &text);
        assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
    }
}

#[test]
fn an_escaped_string_reads_as_serde_json_reads_it() {
    const PIECES: [&str; 20] = [
        "a",
        "plain text of some length",
        "é",
        "\u{1f600}",
        "\\n",
        "\\r",
        "\\t",
        "\\b",
        "\\f",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0041",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\ude00",
        "\\u12",
        "\\u+123",
        "\\x",
        "\"",
    ];
    let mut random = Random::new(4);
    for _ in 0..cases() {
        let inner: String = (0..random.below(8)).map(|_| random.pick(&PIECES)).collect();
        let json = format!("\"{inner}\"");
        assert_eq!(unescape(&json), serde_json::from_str::<String>(&json).ok(), "{json}");
    }
}

/// Escapes that follow one another are read and written eight bytes at a time: these begin and end
/// at every place of such a word, and are more than a block holds.
#[test]
fn escapes_in_a_row_are_read_and_written_wherever_they_stand() {
    const ROWS: [&str; 9] =
        ["\n", "\"", "a\\", "ab\t", "\u{1}", "\u{8}x", "é\n", "\\\u{2028}", "\u{1f600}\r\n"];
    for (before, behind) in (0..81).map(|at| (at / 9, at % 9)) {
        for (row, count) in ROWS.iter().flat_map(|it| [1, 3, 70].map(|count| (it, count))) {
            let (before, behind) = ("x".repeat(before), "y".repeat(behind));
            let text = format!("{before}{}{behind}", row.repeat(count));
            let mut out = Vec::new();
            write_string(&mut out, &text);
            let json = String::from_utf8(out).unwrap();
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            assert_eq!(unescape(&json), Some(text), "{json}");
            let line = format!(r#"{{"params":{{"arguments":{{"a":{json}}}}}}}"#);
            compare(&line);
            for cut in line.len() - behind.len() - 7..line.len() {
                line.get(..cut).into_iter().for_each(compare);
            }
        }
    }
}

/// Texts are passed, read and written in steps of 8, 32, 64 and 128 bytes: what is not plain stands
/// at every place of each, and right before and behind their ends.
#[test]
fn what_is_not_plain_is_found_at_every_place() {
    const PIECES: [&str; 15] = [
        "\\n",
        "\\\"",
        "\\\\",
        "\\u0000",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\ud83d\\n",
        "\\ude00",
        "\\u12",
        "\\u+123",
        "\\x",
        "\\é",
        "\"",
        "\u{1f}",
        "\\",
    ];
    for before in 0..=137 {
        for behind in [0, 1, 6, 7, 8, 9, 63, 64, 65] {
            for (piece, fill) in PIECES.iter().flat_map(|it| [(it, "x"), (it, "é"), (it, "\\t")]) {
                let (before, behind) = (fill.repeat(before / fill.len()), "y".repeat(behind));
                let json = format!("\"{before}{piece}{behind}\"");
                let theirs = serde_json::from_str::<String>(&json).ok();
                assert_eq!(unescape(&json), theirs, "{json}");
                let mut scanner = Scanner::new(&json);
                let ours = scanner.value(0).and_then(|()| scanner.end()).is_some();
                let is_json = serde_json::from_str::<IgnoredAny>(&json).is_ok();
                assert_eq!(ours, is_json, "{json}");
                let Some(text) = theirs else { continue };
                let mut out = Vec::new();
                write_string(&mut out, &text);
                assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
            }
        }
    }
}
