use mcp_runtime::prelude::*;

use std::borrow::Cow;
use std::fmt;

use serde_json::{Value, json};

type Answer<T> = Result<T, Overflow>;

#[data]
struct Sum {
    sum: i64,
}

#[derive(Debug)]
struct Overflow;

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the numbers are too large")
    }
}

#[tool]
async fn nothing() {}

#[tool]
async fn text() -> String {
    String::new()
}

#[tool]
async fn fixed_text() -> &'static str {
    "fixed"
}

#[tool]
async fn either_text() -> Cow<'static, str> {
    "either".into()
}

#[tool]
async fn block() -> Content {
    Content::text("block")
}

#[tool]
async fn blocks() -> Vec<Content> {
    Vec::new()
}

#[tool]
async fn value() -> Value {
    json!({ "sum": 1 })
}

#[tool]
async fn number() -> i64 {
    1
}

#[tool]
async fn data() -> Sum {
    Sum { sum: 1 }
}

#[tool]
async fn words_and_data() -> Reply<Sum> {
    Reply::new("1", Sum { sum: 1 })
}

#[tool]
async fn optional() -> Option<Sum> {
    None
}

#[tool]
async fn fallible() -> Result<Reply<Sum>, Overflow> {
    Err(Overflow)
}

#[tool]
async fn behind_an_alias() -> Answer<Sum> {
    Err(Overflow)
}

#[tool]
async fn any_error() -> mcp_runtime::Result<()> {
    Ok(())
}

#[tool]
async fn text_as_error() -> Result<Vec<Sum>, String> {
    Ok(Vec::new())
}

#[tool]
fn plain() -> Result<Sum, Error> {
    Err(Error::new("no"))
}

fn main() {
    let _: Handlers<()> = handlers![
        nothing,
        text,
        fixed_text,
        either_text,
        block,
        blocks,
        value,
        number,
        data,
        words_and_data,
        optional,
        fallible,
        behind_an_alias,
        any_error,
        text_as_error,
        plain,
    ];
}
