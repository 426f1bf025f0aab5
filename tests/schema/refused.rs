//! What cannot be published is refused when the server is built, with the place and advice.

use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::Value;
use mcp_runtime::{BuildError, Handlers};

/// Two shapes.
#[data]
#[serde(tag = "shape")]
enum Shape {
    Circle { radius: u8 },
    Box { width: u8 },
}

/// One of two shapes.
#[tool]
async fn shape(is_round: bool) -> Shape {
    if is_round { Shape::Circle { radius: 1 } } else { Shape::Box { width: 1 } }
}

/// Something or nothing.
#[tool]
async fn perhaps(is_there: bool) -> Result<Option<Held>, Error> {
    Ok(is_there.then_some(Held { it: true }))
}

/// Something.
#[data]
struct Held {
    it: bool,
}

/// What is refused as the result of one function is fine below a member.
#[tool]
async fn held_shape() -> Choice {
    Choice { shape: Some(Shape::Circle { radius: 2 }) }
}

/// A choice below a member.
#[data]
struct Choice {
    shape: Option<Shape>,
}

#[test]
fn choice_at_the_root_of_a_result_is_refused() {
    for (handlers, name, word) in
        [(handlers![shape], "shape", "oneOf"), (handlers![perhaps], "perhaps", "anyOf")]
    {
        let refused = refused(handlers);
        assert!(refused.contains(&format!("tool `{name}` (")), "{refused}");
        assert!(refused.contains("refused.rs:"), "{refused}");
        assert!(refused.contains(&format!("refuse `{word}` at the root")), "{refused}");
        assert!(refused.contains("return a struct with a field for it"), "{refused}");
    }
    assert!(check(handlers![held_shape]).is_ok());
}

#[test]
fn schemas_that_are_data_are_their_authors() {
    let answer = async |_| Ok::<_, String>(Value::Null);
    let schema = json!({ "type": "object", "oneOf": [{ "required": ["a"] }, { "required": ["b"] }],
        "properties": { "a": true, "b": { "type": ["string", "null"] } } });
    let free = Tool::raw("free", schema, answer).output_schema(json!({ "anyOf": [{}, {}] }));
    assert!(check(free).is_ok());

    let list = Tool::raw("list", json!({ "type": "array" }), answer);
    let refused = refused(list);
    assert!(refused.contains("the `inputSchema` of tool `list`"), "{refused}");
    assert!(refused.contains(r#"must say "type": "object""#), "{refused}");
}

#[test]
fn names_that_hosts_refuse_are_refused() {
    let answer = async |_| Ok::<_, String>("");
    for name in ["", "a b", "a.b", "größe", &"x".repeat(65)] {
        let refused = refused(Tool::raw(name, json!({ "type": "object" }), answer));
        assert!(refused.contains("use 1 to 64 of A-Z a-z 0-9 _ -"), "{refused}");
    }
    let long = Tool::raw("x".repeat(60), json!({ "type": "object" }), answer);
    let nested: Server = Server::new("names", "1.0.0").nest("admin", long);
    assert!(nested.state(()).check().unwrap_err().to_string().contains("use 1 to 64"));
}

/// One note.
#[resource("notes://{name}", listed)]
async fn unknown_values(name: String) -> String {
    name
}

/// One note, and what must be sent besides.
#[resource("notes://note/{is_new}{?page}", listed)]
async fn needs_a_query(is_new: bool, page: u8) -> String {
    format!("{is_new} {page}")
}

#[test]
fn listed_resources_whose_values_nobody_knows_are_refused() {
    let refused = refused(handlers![unknown_values, needs_a_query]);
    let lines: Vec<&str> = refused.lines().collect();
    assert_eq!(lines.len(), 2, "{refused}");
    assert!(lines[0].contains("needs to know the values of `name`"), "{refused}");
    assert!(lines[1].contains("`page` must be sent"), "{refused}");
}

/// A literal out of range would be a compile error.
const LEVEL: u8 = 50;

/// Values of arguments that they could not have.
#[tool]
async fn unfit(
    #[arg(default = LEVEL, range = 1..=9)] level: u8,
    #[arg(example = "soon", format = "date")] day: String,
    #[arg(default)] note: Option<String>,
) -> String {
    format!("{level} {day} {note:?}")
}

#[test]
fn defaults_and_examples_that_their_schemas_refuse_are_refused() {
    let refused = refused(handlers![unfit]);
    let lines: Vec<&str> = refused.lines().collect();
    assert_eq!(lines.len(), 2, "{refused}");
    let level = "the default of `level`: expected an integer from 1 to 9; got 50";
    assert!(lines[0].ends_with(level), "{refused}");
    let day = r#"the example of `day`: expected a date as YYYY-MM-DD; got "soon""#;
    assert!(lines[1].ends_with(day), "{refused}");
}

/// A type with a pattern.
#[data]
struct Code {
    #[schemars(regex(pattern = "^[a-z]+$"))]
    code: String,
}

/// Take a code.
#[tool]
async fn take(code: Code) -> String {
    code.code
}

#[test]
fn patterns_of_a_type_are_refused_where_nobody_checks_them() {
    let refused = refused(handlers![take]);
    assert!(refused.contains("the pattern `^[a-z]+$` would not be checked"), "{refused}");
}

/// Go somewhere.
#[prompt]
async fn go(#[arg(complete = cities)] city: String, country: String) -> String {
    city + &country
}

#[completion]
async fn cities(typed: String, cuntry: Option<String>) -> Vec<String> {
    vec![typed, cuntry.unwrap_or_default()]
}

#[test]
fn completions_that_ask_for_what_there_is_not_are_refused() {
    let refused = refused(handlers![go]);
    assert!(
        refused
            .contains("asks for `cuntry`, and there is no such argument; did you mean `country`?"),
        "{refused}"
    );
}

fn refused(handlers: impl Into<Handlers<()>>) -> String {
    check(handlers).unwrap_err().to_string()
}

fn check(handlers: impl Into<Handlers<()>>) -> Result<(), BuildError> {
    Server::new("refused", "1.0.0").with(handlers).state(()).check()
}
