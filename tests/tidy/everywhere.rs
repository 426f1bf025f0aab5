//! What holds in every crate.

use std::collections::BTreeSet;
use std::fs;

use crate::fail;
use crate::source::{CRATES, Kind, Source, Token, all, root};

/// As in `rustfmt.toml`.
const WIDTH: usize = 100;

/// Lines of a file, without its tests: more is two jobs in most cases.
const LINES: usize = 400;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["common", "helpers", "misc", "mod", "types", "utils"];

/// Whether a file belongs to tests, all of it.
fn is_test(source: &Source) -> bool {
    source.path.starts_with("tests/") || source.path.contains("/tests/")
}

/// Fails at every place where tokens with these texts stand in a row.
fn forbid(texts: &[&str], why: &str) {
    let mut problems = Vec::new();
    for source in all() {
        for tokens in [&source.code, &source.tests] {
            for row in tokens.windows(texts.len()) {
                if row.iter().map(|token| token.text.as_str()).eq(texts.iter().copied()) {
                    problems.push(source.at(row[0].line, why));
                }
            }
        }
    }
    fail(&problems);
}

#[test]
fn no_test_is_ignored() {
    forbid(&["#", "[", "ignore"], "a test that is not run");
}

#[test]
fn no_test_expects_a_panic_from_anywhere() {
    forbid(&["should_panic"], "any panic would do: catch it, and look at what it says");
}

#[test]
fn nothing_is_left_to_do() {
    forbid(&["todo", "!"], "`todo!`");
    forbid(&["unimplemented", "!"], "`unimplemented!`");
}

#[test]
fn nothing_is_left_from_debugging() {
    forbid(&["dbg", "!"], "`dbg!`");
}

#[test]
fn nothing_is_unsafe() {
    forbid(&["unsafe"], "`unsafe`");
}

#[test]
fn lints_are_expected_and_not_allowed() {
    let mut problems = Vec::new();
    for source in all() {
        for row in source.code.windows(3) {
            let [hash, open, allow] = row else { continue };
            if (&*hash.text, &*open.text, &*allow.text) == ("#", "[", "allow")
                && !is_made(source, hash)
            {
                problems
                    .push(source.at(hash.line, "`allow`: write `#[expect(lint, reason = \"…\")]`"));
            }
        }
    }
    fail(&problems);
}

/// Whether a token is part of an expansion: there nobody knows whether a lint will speak.
fn is_made(source: &Source, token: &Token) -> bool {
    source.path.starts_with("mcp-derive/src/") && token.kind == Kind::Punct
}

#[test]
fn names_are_imported_one_by_one() {
    let mut problems = Vec::new();
    for source in all() {
        for (tokens, are_tests) in [(&source.code, is_test(source)), (&source.tests, true)] {
            for (statement, line) in uses(tokens) {
                let is_glob = statement.contains('*');
                let of_tests = are_tests && statement.ends_with("super::*");
                let of_prelude = statement == "mcp_runtime::prelude::*";
                let is_made = statement.starts_with('#');
                if is_glob && !of_tests && !of_prelude && !is_made {
                    problems
                        .push(source.at(line, &format!("`use {statement}`: name what is used")));
                }
            }
        }
    }
    fail(&problems);
}

/// What is behind each `use`, up to its semicolon.
fn uses(tokens: &[Token]) -> Vec<(String, usize)> {
    let is_use = |(_, token): &(usize, &Token)| token.kind == Kind::Ident && token.text == "use";
    let statement = |at: usize| -> String {
        let rest = tokens[at + 1..].iter().take_while(|token| token.text != ";");
        rest.map(|token| token.text.as_str()).collect()
    };
    tokens
        .iter()
        .enumerate()
        .filter(is_use)
        .map(|(at, token)| (statement(at), token.line))
        .collect()
}

#[test]
fn modules_are_named_for_what_is_inside() {
    let mut problems = Vec::new();
    for source in all() {
        let folders = source.path.trim_end_matches(".rs").split('/');
        for name in folders.filter(|name| EMPTY_NAMES.contains(name)) {
            problems.push(source.at(1, &format!("`{name}` names nothing that is inside")));
        }
        let tokens: Vec<_> = source.tokens().collect();
        for pair in tokens.windows(2) {
            if pair[0].text == "mod" && EMPTY_NAMES.contains(&&*pair[1].text) {
                problems
                    .push(source.at(pair[1].line, &format!("`{}` names nothing", pair[1].text)));
            }
        }
    }
    fail(&problems);
}

#[test]
fn files_do_one_job() {
    let long = |source: &&Source| !is_test(source) && source.lines_of_code() > LINES;
    let tell = |source: &Source| {
        source.at(LINES, &format!("{} lines without tests: split it", source.lines_of_code()))
    };
    fail(&all().iter().filter(long).map(tell).collect::<Vec<_>>());
}

#[test]
fn lines_are_short_and_end_with_a_character() {
    let mut problems = Vec::new();
    for source in all() {
        let texts = lines_with_text(source);
        for (index, line) in source.text.lines().enumerate() {
            let width = line.chars().count();
            if width > WIDTH && !may_be_long(line) && !texts.contains(&(index + 1)) {
                problems.push(source.at(index + 1, &format!("{width} characters")));
            }
            if line.ends_with([' ', '\t', '\r']) {
                problems.push(source.at(index + 1, "a space at the end"));
            }
        }
        if !source.text.ends_with('\n') || source.text.ends_with("\n\n") {
            problems.push(source.at(source.text.lines().count(), "one newline ends a file"));
        }
    }
    fail(&problems);
}

/// The lines on which a literal stands, which may be longer than a line; docs are none.
fn lines_with_text(source: &Source) -> BTreeSet<usize> {
    let mut lines = BTreeSet::new();
    for tokens in [&source.code, &source.tests] {
        for (at, token) in
            tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Literal)
        {
            let is_doc = at >= 2 && tokens[at - 1].text == "=" && tokens[at - 2].text == "doc";
            if !is_doc {
                lines.extend(token.line..=token.line + token.text.matches('\n').count());
            }
        }
    }
    lines
}

/// Tables and addresses cannot be broken.
fn may_be_long(line: &str) -> bool {
    line.trim_start_matches([' ', '/', '!']).starts_with('|') || line.contains("https://")
}

#[test]
fn every_file_says_what_it_is() {
    let mut problems = Vec::new();
    for source in all() {
        let starts = source.text.starts_with("//!") || source.text.starts_with("#!/");
        if !starts {
            problems.push(source.at(1, "the file begins without a line of `//!`"));
        }
    }
    fail(&problems);
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    let manifest = |folder: &str| {
        let path = root().join(folder).join("Cargo.toml");
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let lacks = |folder: &&&str| !manifest(folder).contains("[lints]\nworkspace = true\n");
    let tell = |folder: &&str| format!("{folder}/Cargo.toml: lacks `[lints] workspace = true`");
    fail(&CRATES.iter().filter(lacks).map(tell).collect::<Vec<_>>());
    let workspace = manifest(".");
    assert!(
        workspace.contains("unsafe_code = \"forbid\""),
        "Cargo.toml: unsafe code is not forbidden"
    );
    for folder in CRATES {
        assert!(
            workspace.contains(&format!("\"{folder}\"")),
            "{folder} is no member of the workspace"
        );
    }
}
