//! The stages of `mcp-derive`: parse judges nothing, check makes no tokens, expand cannot fail.

use crate::fail;
use crate::source::{Kind, Source, Token, below};

/// Macros that make tokens.
const MAKERS: [&str; 5] =
    ["quote", "quote_spanned", "parse_quote", "parse_quote_spanned", "format_ident"];

/// Names of the prelude and of crates, which an expansion must not count on.
const NOT_OURS: [&str; 22] = [
    "Box", "Default", "Drop", "Err", "From", "Into", "Iterator", "None", "Ok", "Option", "Result",
    "Send", "Some", "String", "Sync", "ToString", "Vec", "alloc", "core", "schemars", "serde",
    "std",
];

/// A stage as code: the file that is named for it, or the function in a file that has all stages.
struct Stage {
    source: &'static Source,
    tokens: &'static [Token],
}

impl Stage {
    fn at(&self, token: &Token, what: &str) -> String {
        self.source.at(token.line, what)
    }
}

fn sources() -> Vec<&'static Source> {
    below("mcp-derive/src/")
}

/// Where a stage is: `parse.rs`, and free functions named `parse`.
fn stages(name: &str) -> Vec<Stage> {
    let mut found = Vec::new();
    for source in sources() {
        if source.stem() == name {
            found.push(Stage { source, tokens: &source.code });
            continue;
        }
        let mut depth = 0_usize;
        for (at, token) in source.code.iter().enumerate() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                Kind::Ident
                    if depth == 0 && token.text == "fn" && source.code[at + 1].text == name =>
                {
                    let tokens = function(&source.code[at..]);
                    found.push(Stage { source, tokens });
                }
                _ => {}
            }
        }
    }
    assert!(!found.is_empty(), "there is no `{name}`");
    found
}

/// A function from its `fn` to the end of its body.
fn function(tokens: &[Token]) -> &[Token] {
    let body = tokens.iter().position(|token| token.text == "{").unwrap_or(tokens.len());
    &tokens[..group_end(tokens, body)]
}

/// Where the group that opens at a token ends: behind its last token.
fn group_end(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close if depth == 1 => return at + 1,
            Kind::Close => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The macro calls in which tokens are made, each without its name.
fn made(tokens: &[Token]) -> Vec<&[Token]> {
    let is_maker = |at: &usize| {
        MAKERS.contains(&&*tokens[*at].text)
            && tokens.get(at + 1).is_some_and(|next| next.text == "!")
            && tokens.get(at + 2).is_some_and(|next| next.kind == Kind::Open)
    };
    let calls = (0..tokens.len()).filter(is_maker);
    calls.map(|at| &tokens[at + 2..group_end(tokens, at + 2)]).collect()
}

#[test]
fn parse_judges_nothing() {
    let mut problems = Vec::new();
    for stage in stages("parse") {
        // What is no Rust is reported by syn; words of ours are a judgement.
        for token in stage.tokens.iter().filter(|token| token.text == "report") {
            problems.push(stage.at(token, "`parse` reports a mistake: that is for `check`"));
        }
    }
    fail(&problems);
}

#[test]
fn check_makes_no_tokens() {
    let mut problems = Vec::new();
    for stage in stages("check") {
        for call in made(stage.tokens) {
            problems.push(stage.at(&call[0], "`check` makes tokens: that is for `expand`"));
        }
    }
    fail(&problems);
}

#[test]
fn expand_cannot_fail() {
    let mut problems = Vec::new();
    for stage in stages("expand") {
        for (at, token) in stage.tokens.iter().enumerate() {
            if token.text == "fn"
                && returned(&stage.tokens[at..]).any(|token| token.text == "Result")
            {
                problems.push(stage.at(token, "a function of `expand` returns a `Result`"));
            }
            if token.text == "Errors" {
                problems.push(stage.at(token, "`expand` knows `Errors`"));
            }
        }
    }
    fail(&problems);
}

/// The return type of the function that begins here.
fn returned(function: &[Token]) -> impl Iterator<Item = &Token> {
    let signature = function.iter().take_while(|token| token.text != "{");
    signature.skip_while(|token| token.text != "->")
}

#[test]
fn expansions_name_the_runtime_alone() {
    let mut problems = Vec::new();
    for source in sources().into_iter().filter(|source| source.stem() != "runtime") {
        for call in made(&source.code) {
            for pair in call.windows(2) {
                let [before, token] = pair else { continue };
                // `#runtime::Declare` is the runtime's, `#Vec` a variable, `.default` a member.
                let is_absolute =
                    token.text == "::" && before.kind != Kind::Ident && before.text != ">";
                let is_foreign = token.kind == Kind::Ident
                    && NOT_OURS.contains(&&*token.text)
                    && !["::", "#", ".", "'", "["].contains(&&*before.text);
                if is_absolute || is_foreign {
                    let what = format!(
                        "an expansion names `{}`: only `runtime.rs` spells paths",
                        token.text
                    );
                    problems.push(source.at(token.line, &what));
                }
            }
        }
    }
    fail(&problems);
}
