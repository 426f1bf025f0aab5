//! Arguments that are one of several things: what does not fit is told of the one that was meant.

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;
use serde_json::Value;

/// A shape, by its kind.
#[data]
#[derive(Debug)]
#[serde(tag = "kind")]
enum Shape {
    Circle { radius: u8 },
    Square { side: u8, name: Option<String> },
}

/// A change, by its name.
#[data]
#[derive(Debug)]
enum Change {
    Clear,
    Rename(String),
    Move { to: u8 },
}

/// Draw something.
#[tool]
async fn draw(shape: Shape, change: Option<Change>) -> String {
    format!("{shape:?} {change:?}")
}

#[test]
fn problems_are_those_of_the_alternative_that_is_named() {
    let circle = json!({ "kind": "circle", "radius": 1 });
    for (arguments, problem) in [
        (json!({ "shape": { "kind": "circle" } }), "`shape.radius`: missing"),
        (
            json!({ "shape": { "kind": "square", "side": "wide" } }),
            r#"`shape.side`: expected an integer from 0 to 255; got "wide""#,
        ),
        (
            json!({ "shape": { "kind": "star" } }),
            "`shape`: expected an object whose `kind` is circle or an object whose `kind` is square; \
             got {\"kind\":\"star\"}",
        ),
        (
            json!({ "shape": circle, "change": { "move": { "to": 256 } } }),
            "`change.move.to`: expected an integer from 0 to 255; got 256",
        ),
        (
            json!({ "shape": circle, "change": "undo" }),
            "`change`: expected clear or an object with `rename` or an object with `move`; \
             got \"undo\"",
        ),
    ] {
        let refused = drawn(arguments).unwrap_err();
        let expected = format!("1 argument of `draw` does not fit:\n- {problem}");
        assert_eq!(refused, expected);
    }
}

/// A choice whose alternatives look alike.
#[data]
#[derive(Debug)]
#[serde(untagged)]
enum Alike {
    One { left: Box<Alike>, one: bool },
    Two { left: Box<Alike>, two: bool },
    Leaf(bool),
}

/// Measure something.
#[tool]
async fn measure(alike: Alike) -> String {
    format!("{alike:?}")
}

#[test]
fn a_choice_that_takes_for_ever_to_make_is_refused() {
    let deep =
        |levels| (0..levels).fold(json!(true), |inner, _| json!({ "left": inner, "two": true }));
    let fits = told(handlers![measure], "measure", json!({ "alike": deep(3) }));
    assert!(fits.is_ok(), "{fits:?}");
    let refused = told(handlers![measure], "measure", json!({ "alike": deep(40) })).unwrap_err();
    assert!(refused.contains("`alike`: expected"), "{refused}");
}

/// A choice that holds itself.
#[data]
#[derive(Debug)]
enum Not {
    Not(Box<Not>),
    Nothing,
}

/// Turn something round and round.
#[tool]
async fn turn(not: Not) -> &'static str {
    let _ = not;
    "turned"
}

#[test]
fn a_choice_may_be_as_deep_as_a_message() {
    let deep = (0..100).fold(json!("nothing"), |inner, _| json!({ "not": inner }));
    assert_eq!(told(handlers![turn], "turn", json!({ "not": deep })).unwrap(), "turned");
}

#[test]
fn a_wrong_choice_deep_in_others_is_found_at_once() {
    let deep = (0..100).fold(json!("something"), |inner, _| json!({ "not": inner }));
    let refused = told(handlers![turn], "turn", json!({ "not": deep })).unwrap_err();
    assert!(refused.contains(".not`: expected nothing"), "{refused}");
}

/// Count things by their names.
#[tool]
async fn tally(things: std::collections::HashMap<String, Vec<i64>>) -> String {
    things.len().to_string()
}

#[test]
fn long_names_are_not_written_for_each_value() {
    let wrong = vec!["a"; 100_000];
    let mut things = serde_json::Map::new();
    things.insert("k".repeat(1_000_000), json!(wrong));
    let refused = told(handlers![tally], "tally", json!({ "things": things })).unwrap_err();
    assert!(refused.len() < 4_000, "{} bytes", refused.len());
    assert!(refused.ends_with("- and 99980 more"), "{}", &refused[refused.len() - 100..]);
}

/// Others wait while problems are counted.
#[test]
fn problems_beyond_a_bound_are_not_counted() {
    let things = json!({ "a": vec!["a"; 150_000] });
    let refused = told(handlers![tally], "tally", json!({ "things": things })).unwrap_err();
    assert!(refused.starts_with("at least 131072 arguments of `tally` do not fit:"), "{refused}");
    assert!(refused.ends_with("- and at least 131052 more"), "{refused}");
}

#[test]
fn thousands_of_problems_are_a_few_and_a_number() {
    let many: serde_json::Map<String, Value> =
        (0..3000).map(|number| (format!("unknown_{number}"), Value::Null)).collect();
    let refused = drawn(Value::Object(many)).unwrap_err();
    assert!(refused.starts_with("3001 arguments of `draw` do not fit:"), "{refused}");
    assert!(refused.ends_with("- and 2981 more"), "{refused}");
    assert_eq!(refused.lines().count(), 22);
}

fn drawn(arguments: Value) -> Result<String, String> {
    told(handlers![draw], "draw", arguments)
}

fn told(handlers: Handlers<()>, tool: &str, arguments: Value) -> Result<String, String> {
    block_on(async {
        let server = Server::new("choices", "1.0.0").with(handlers).state(());
        let mut client = server.test_client().await;
        client.text(tool, arguments).await.map_err(|error| error.to_string())
    })
}
