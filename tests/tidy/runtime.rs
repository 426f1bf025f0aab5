//! The rooms of `mcp-runtime`: who may import whom, and who knows what.

use crate::fail;
use crate::source::{Kind, Source, Token, below};

/// The rooms in the order the data passes them: each imports from those behind it alone, so that
/// no two rooms can need each other.
const ORDER: [&str; 27] = [
    "server",
    "testing",
    "client",
    "transport",
    "dispatch",
    "router",
    "handler",
    "raw",
    "tool",
    "resource",
    "prompt",
    "completion",
    "state",
    "about",
    "args",
    "returns",
    "call",
    "notify",
    "output",
    "outgoing",
    "error",
    "ask",
    "form",
    "keys",
    "schema",
    "protocol",
    "jsonrpc",
];

/// Rooms that anybody may import and that import nobody.
const LEAVES: [&str; 5] = ["limits", "log", "random", "uri_template", "visible"];

/// They say what is public, and import from anywhere.
const DOORS: [&str; 4] = ["lib", "macros", "private", "guide"];

/// Words of the protocol, which JSON-RPC has none of. `server` is JSON-RPC's own.
const PROTOCOL_WORDS: [&str; 20] = [
    "tool",
    "tools",
    "resource",
    "resources",
    "prompt",
    "prompts",
    "session",
    "sessions",
    "era",
    "eras",
    "legacy",
    "modern",
    "capability",
    "capabilities",
    "initialize",
    "elicitation",
    "sampling",
    "arguments",
    "protocolversion",
    "meta",
];

/// What reads or writes bytes.
const STREAMS: [&str; 15] = [
    "AsyncBufRead",
    "AsyncBufReadExt",
    "AsyncRead",
    "AsyncReadExt",
    "AsyncWrite",
    "AsyncWriteExt",
    "ReadBuf",
    "TcpListener",
    "TcpStream",
    "UnixListener",
    "UnixStream",
    "print",
    "println",
    "stdin",
    "stdout",
];

fn sources() -> Vec<&'static Source> {
    below("mcp-runtime/src/")
}

/// The room of a file: `dispatch/method.rs` is in `dispatch`.
fn room(source: &Source) -> &str {
    let path = source.path.trim_start_matches("mcp-runtime/src/");
    path.split(['/', '.']).next().unwrap_or_default()
}

#[test]
fn every_room_has_its_place() {
    let mut problems = Vec::new();
    for source in sources() {
        let room = room(source);
        if rank(room).is_none() && !LEAVES.contains(&room) && !DOORS.contains(&room) {
            problems.push(source.at(1, &format!("`{room}` has no place in the order of rooms")));
        }
    }
    fail(&problems);
}

#[test]
fn imports_point_to_the_right() {
    let mut problems = Vec::new();
    for source in sources() {
        let here = room(source);
        if DOORS.contains(&here) {
            continue;
        }
        // Tests may look at anything.
        for (there, line) in imports(&source.code) {
            if let Err(why) = may_import(here, &there) {
                problems.push(source.at(line, &why));
            }
        }
        for line in supers_of_the_root(source) {
            problems.push(source.at(line, "`super` is the whole crate here: name the room"));
        }
    }
    fail(&problems);
}

fn may_import(here: &str, there: &str) -> Result<(), String> {
    if here == there || LEAVES.contains(&there) {
        return Ok(());
    }
    match (rank(here), rank(there)) {
        (_, None) => {
            Err(format!("`crate::{there}` is no room: import from the module that owns it"))
        }
        (None, _) => Err(format!("`{here}` imports nobody, and here `{there}`")),
        (Some(from), Some(to)) if from <= to => Ok(()),
        _ => Err(format!("`{here}` imports `{there}`, which stands left of it")),
    }
}

fn rank(room: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == room)
}

/// The rooms that `crate::…` paths name, each with its line.
fn imports(tokens: &[Token]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_path =
            token.text == "crate" && tokens.get(at + 1).is_some_and(|next| next.text == "::");
        let Some(first) = tokens.get(at + 2).filter(|_| is_path) else { continue };
        if first.kind == Kind::Ident {
            found.push((first.text.clone(), first.line));
        } else if first.text == "{" {
            found.extend(heads(&tokens[at + 3..]));
        }
    }
    found
}

/// The first names of the paths in a `{…}` of a `use`, up to its end.
fn heads(tokens: &[Token]) -> Vec<(String, usize)> {
    let (mut depth, mut is_head, mut found) = (0, true, Vec::new());
    for token in tokens {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close if depth == 0 => break,
            Kind::Close => depth -= 1,
            Kind::Ident if depth == 0 && is_head => found.push((token.text.clone(), token.line)),
            _ => {}
        }
        is_head = depth == 0 && token.text == ",";
    }
    found
}

/// The lines where `super` steps out of all rooms: a room is one step below the crate's root, a
/// file in it two, and each `mod { … }` one more.
fn supers_of_the_root(source: &Source) -> Vec<usize> {
    let path = source.path.trim_start_matches("mcp-runtime/src/");
    let depth = path.split('/').count();
    let mut found = Vec::new();
    let mut inside = Vec::new();
    for (at, token) in source.code.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|at| &*source.code[at].text);
        match token.kind {
            Kind::Open => inside.push(token.text == "{" && before(2) == Some("mod")),
            Kind::Close => drop(inside.pop()),
            Kind::Ident if token.text == "super" && before(1) != Some("::") => {
                let steps = source.code[at..].chunks(2).take_while(|pair| pair[0].text == "super");
                let modules = inside.iter().filter(|is_module| **is_module).count();
                if steps.count() >= depth + modules {
                    found.push(token.line);
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn nobody_imports_the_private_door() {
    let mut problems = Vec::new();
    for source in sources().into_iter().filter(|source| !DOORS.contains(&room(source))) {
        for token in source.tokens().filter(|token| token.text == "__private") {
            problems.push(source.at(token.line, "`__private` is for expanded code alone"));
        }
    }
    fail(&problems);
}

#[test]
fn jsonrpc_has_no_word_of_the_protocol() {
    let mut problems = Vec::new();
    for source in sources().into_iter().filter(|source| room(source) == "jsonrpc") {
        let first_test = source.tests.first().map_or(usize::MAX, |token| token.line);
        for (index, line) in
            source.text.lines().enumerate().take_while(|(index, _)| index + 1 < first_test)
        {
            let words = line.split(|c: char| !c.is_ascii_alphabetic());
            for word in words.filter(|word| PROTOCOL_WORDS.contains(&&*word.to_ascii_lowercase())) {
                problems.push(
                    source.at(index + 1, &format!("JSON-RPC does not know the word `{word}`")),
                );
            }
        }
    }
    fail(&problems);
}

#[test]
fn only_dispatch_decides_by_version() {
    let names_a_version = |token: &&Token| match token.kind {
        // `V2026_07_28`, wherever it was imported from.
        Kind::Ident => {
            token.text == "is_modern" || token.text == "is_legacy" || is_date(&token.text, 'V', '_')
        }
        Kind::Literal => is_date(token.text.trim_end_matches('"'), '"', '-'),
        _ => false,
    };
    let mut problems = Vec::new();
    for source in
        sources().into_iter().filter(|source| !["dispatch", "protocol"].contains(&room(source)))
    {
        for token in source.code.iter().filter(names_a_version) {
            problems
                .push(source.at(token.line, &format!("only `dispatch` asks for {}", token.text)));
        }
    }
    fail(&problems);
}

/// Whether a text is a date behind this first character: `V2026_07_28`.
fn is_date(text: &str, first: char, between: char) -> bool {
    let Some(date) = text.strip_prefix(first) else { return false };
    let parts: Vec<_> = date.split(between).collect();
    parts.iter().map(|part| part.len()).eq([4, 2, 2])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[test]
fn only_transport_touches_byte_streams() {
    let mut problems = Vec::new();
    // The server hands streams over, and its command line speaks to a person.
    for source in
        sources().into_iter().filter(|source| !["transport", "server"].contains(&room(source)))
    {
        for token in source.code.iter().filter(|token| STREAMS.contains(&&*token.text)) {
            problems
                .push(source.at(token.line, &format!("`{}` belongs into `transport`", token.text)));
        }
    }
    fail(&problems);
}

#[test]
fn protocol_is_data() {
    const DECISIONS: [&str; 8] =
        ["async", "await", "Arc", "Mutex", "Box", "dyn", "tokio", "unwrap_or_else"];
    let mut problems = Vec::new();
    for source in sources().into_iter().filter(|source| room(source) == "protocol") {
        for token in source.code.iter().filter(|token| DECISIONS.contains(&&*token.text)) {
            problems.push(source.at(token.line, &format!("`{}` in what is only data", token.text)));
        }
    }
    fail(&problems);
}
