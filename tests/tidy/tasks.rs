//! The task server: its rules and its data know neither the protocol nor JSON.

use crate::fail;
use crate::source::{Source, Token, below};

#[test]
fn store_knows_neither_the_protocol_nor_json() {
    let is_foreign =
        |token: &&Token| ["mcp_runtime", "serde", "serde_json"].contains(&&*token.text);
    let mut problems = Vec::new();
    for source in
        below("task-server/src/").iter().filter(|source| source.is_in("task-server/src/store"))
    {
        for token in source.code.iter().filter(is_foreign) {
            problems.push(source.at(token.line, &format!("the store knows `{}`", token.text)));
        }
    }
    fail(&problems);
}

#[test]
fn tasks_know_of_the_runtime_only_how_data_is_declared() {
    let mut problems = Vec::new();
    for source in
        below("task-server/src/").iter().filter(|source| source.is_in("task-server/src/task"))
    {
        problems.extend(foreign(source));
    }
    fail(&problems);
}

fn foreign(source: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    for (at, token) in source.code.iter().enumerate() {
        let path: String =
            source.code[at..].iter().take(3).map(|token| token.text.as_str()).collect();
        if token.text == "serde_json" || token.text == "mcp_runtime" && path != "mcp_runtime::data"
        {
            problems.push(source.at(token.line, &format!("a task knows `{path}`")));
        }
    }
    problems
}
