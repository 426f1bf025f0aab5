//! Arguments of prompts are texts and keep to their schemas: lists and objects are JSON.

use mcp_runtime::prelude::*;
use mcp_runtime::testing::{CallError, block_on};

/// A range of pages.
#[data]
#[derive(Debug)]
struct Pages {
    first: u8,
    last: Option<u8>,
}

/// Write about something.
#[prompt]
async fn write(
    pages: Pages,
    #[arg(length = 1..=2)] words: Vec<String>,
    #[arg(format = "date")] day: Option<String>,
) -> String {
    format!("{pages:?} {words:?} {day:?}")
}

#[test]
fn lists_and_objects_are_read_from_texts() {
    let said = get(json!({ "pages": r#"{"first":1}"#, "words": r#"["[x"]"#, "day": "2026-11-24" }));
    let expected = r#"Pages { first: 1, last: None } ["[x"] Some("2026-11-24")"#;
    assert_eq!(said.unwrap(), expected);
}

#[test]
fn an_empty_text_leaves_an_option_out() {
    let said = get(json!({ "pages": r#"{"first":1}"#, "words": r#"["x"]"#, "day": "" })).unwrap();
    assert!(said.ends_with(r#"["x"] None"#), "{said}");
}

#[test]
fn texts_that_break_a_schema_are_refused() {
    let refused = get(json!({ "pages": "[1,2]", "words": "[]", "day": "soon" })).unwrap_err();
    let lines = [
        "3 arguments of `write` do not fit:",
        "- `pages`: expected an object with `first`; got [1,2]",
        "- `words`: expected a list of 1 to 2; got []",
        "- `day`: expected a date as YYYY-MM-DD; got \"soon\" (-32602)",
    ];
    assert_eq!(refused.to_string(), lines.join("\n"));
}

/// Count something.
#[prompt]
async fn count(#[arg(complete = words)] word: String, most: Option<u8>) -> String {
    format!("{word} {most:?}")
}

#[completion]
async fn words(typed: String, most: Option<u8>) -> Vec<String> {
    vec![format!("{typed} {most:?}")]
}

/// COMP-02: what is half typed counts as not filled in.
#[test]
fn other_arguments_that_do_not_fit_yet_hold_up_no_completion() {
    for (most, value) in [("3", "x Some(3)"), ("x", "x None"), ("", "x None")] {
        let params = json!({
            "ref": { "type": "ref/prompt", "name": "count" },
            "argument": { "name": "word", "value": "x" },
            "context": { "arguments": { "most": most, "other": "y" } },
        });
        let completed = block_on(async {
            let server: Server = Server::new("texts", "1.0.0").with(handlers![count]);
            let mut client = server.state(()).test_client().await;
            client.request("completion/complete", params).await.unwrap()
        });
        assert_eq!(completed["completion"]["values"], json!([value]), "{most}");
    }
}

/// Count something else.
#[prompt]
async fn count_much(#[arg(complete = words_of_many)] word: String) -> String {
    word
}

#[completion]
#[expect(clippy::too_many_arguments, reason = "more than problems are shown")]
async fn words_of_many(
    typed: String,
    n1: Option<u8>,
    n2: Option<u8>,
    n3: Option<u8>,
    n4: Option<u8>,
    n5: Option<u8>,
    n6: Option<u8>,
    n7: Option<u8>,
    n8: Option<u8>,
    n9: Option<u8>,
    n10: Option<u8>,
    n11: Option<u8>,
    n12: Option<u8>,
    n13: Option<u8>,
    n14: Option<u8>,
    n15: Option<u8>,
    n16: Option<u8>,
    n17: Option<u8>,
    n18: Option<u8>,
    n19: Option<u8>,
    n20: Option<u8>,
    n21: Option<u8>,
    n22: Option<u8>,
) -> Vec<String> {
    let filled = [
        n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13, n14, n15, n16, n17, n18, n19, n20,
        n21, n22,
    ];
    vec![format!("{typed} {}", filled.into_iter().flatten().count())]
}

#[test]
fn more_wrong_arguments_than_are_shown_hold_up_no_completion() {
    let wrong: serde_json::Map<String, serde_json::Value> =
        (1..=22).map(|number| (format!("n{number}"), "x".into())).collect();
    let params = json!({
        "ref": { "type": "ref/prompt", "name": "count_much" },
        "argument": { "name": "word", "value": "x" },
        "context": { "arguments": wrong },
    });
    let completed = block_on(async {
        let server: Server = Server::new("texts", "1.0.0").with(handlers![count_much]);
        let mut client = server.state(()).test_client().await;
        client.request("completion/complete", params).await.unwrap()
    });
    assert_eq!(completed["completion"]["values"], json!(["x 0"]));
}

fn get(arguments: serde_json::Value) -> Result<String, CallError> {
    block_on(async {
        let server: Server = Server::new("texts", "1.0.0").with(handlers![write]);
        let messages = server.state(()).test_client().await.prompt("write", arguments).await?;
        match &messages[0].content {
            Content::Text(text) => Ok(text.text.clone()),
            other => panic!("{other:?} is no text"),
        }
    })
}
