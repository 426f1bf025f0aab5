//! What each change means, as tables.

use serde_json::{Value, json};

use super::compare::{Direction, compare};
use super::{Change, changes};

/// The changes of a schema, a line each.
fn told(direction: Direction, old: &Value, new: &Value) -> Vec<String> {
    let mut changes = Vec::new();
    compare(direction, "t", old, new, &mut changes);
    changes.iter().map(line).collect()
}

fn line(change: &Change) -> String {
    format!("{}: {}: {}", change.effect.name(), change.place, change.what)
}

/// Checks rows of an old schema, a new one, the change, and what it means for an argument and for a
/// result, at the path `a`.
fn check(rows: &[(Value, Value, &str, &str, &str)]) {
    for (old, new, what, input, output) in rows {
        let root = |schema: &Value| json!({ "type": "object", "properties": { "a": schema } });
        let (old, new) = (root(old), root(new));
        let expected = |effect: &str, role: &str| match effect {
            "" => vec![],
            effect => vec![format!("{effect}: t, {role} `{what}")],
        };
        let argument = told(Direction::Input, &old, &new);
        assert_eq!(argument, expected(input, "argument"), "{old} → {new}");
        let result = told(Direction::Output, &old, &new);
        assert_eq!(result, expected(output, "result"), "{old} → {new}");
    }
}

const BREAKING: &str = "breaking";
const ADDITIVE: &str = "additive";
const WORDING: &str = "wording";
const NOTHING: &str = "";

#[test]
fn types_that_are_gone_break_arguments_and_those_that_are_new_break_results() {
    let string = json!({ "type": "string" });
    check(&[
        (string.clone(), string.clone(), "", NOTHING, NOTHING),
        (
            json!({ "type": "integer" }),
            json!({ "type": "number" }),
            "a`: the type is number, was integer",
            ADDITIVE,
            BREAKING,
        ),
        (
            json!({ "type": "number" }),
            json!({ "type": "integer" }),
            "a`: the type is integer, was number",
            BREAKING,
            ADDITIVE,
        ),
        (
            string.clone(),
            json!({ "type": "integer", "minimum": 1 }),
            "a`: the type is integer, was string",
            BREAKING,
            BREAKING,
        ),
        (string.clone(), json!({}), "a`: the type is anything, was string", ADDITIVE, BREAKING),
        (json!(true), string.clone(), "a`: the type is string, was anything", BREAKING, ADDITIVE),
        (
            json!({ "type": ["string", "null"] }),
            string.clone(),
            "a`: the type is string, was null or string",
            BREAKING,
            ADDITIVE,
        ),
        (string.clone(), json!(false), "a`: has no values, had some", BREAKING, ADDITIVE),
    ]);
}

#[test]
fn listed_values_come_and_go() {
    let string = json!({ "type": "string" });
    let with = |keyword: &str, value: Value| json!({ "type": "string", keyword: value });
    check(&[
        (
            with("enum", json!(["x", "y"])),
            with("enum", json!(["y"])),
            "a`: the value \"x\" is gone",
            BREAKING,
            ADDITIVE,
        ),
        (
            with("enum", json!(["x"])),
            with("enum", json!(["y", "x"])),
            "a`: the value \"y\" is new",
            ADDITIVE,
            BREAKING,
        ),
        (with("enum", json!(["x", "y"])), with("enum", json!(["y", "x"])), "", NOTHING, NOTHING),
        (with("enum", json!(["x"])), string.clone(), "a`: may be any value", ADDITIVE, BREAKING),
        (
            string.clone(),
            with("enum", json!(["x", "y"])),
            "a`: may only be \"x\", \"y\"",
            BREAKING,
            ADDITIVE,
        ),
        (with("const", json!("x")), with("enum", json!(["x"])), "", NOTHING, NOTHING),
        (
            json!({ "oneOf": [{ "const": "x", "description": "An x." }, { "const": "y" }] }),
            with("enum", json!(["x", "y"])),
            "",
            NOTHING,
            NOTHING,
        ),
    ]);
}

#[test]
fn lengths_are_compared_as_numbers() {
    let string = json!({ "type": "string" });
    let with = |keyword: &str, value: Value| json!({ "type": "string", keyword: value });
    check(&[
        (
            with("maxLength", json!(20)),
            with("maxLength", json!(10)),
            "a`: `maxLength` is 10, was 20",
            BREAKING,
            ADDITIVE,
        ),
        (
            with("minLength", json!(2)),
            with("minLength", json!(1)),
            "a`: `minLength` is 1, was 2",
            ADDITIVE,
            BREAKING,
        ),
        (string.clone(), with("minLength", json!(0)), "", NOTHING, NOTHING),
        (
            string.clone(),
            with("maxLength", json!(10)),
            "a`: `maxLength` is 10, was not given",
            BREAKING,
            ADDITIVE,
        ),
    ]);
}

#[test]
fn ranges_have_ends_that_belong_to_them_or_do_not() {
    let number = |bounds: Value| {
        let mut schema = bounds;
        schema["type"] = "number".into();
        schema
    };
    check(&[
        (
            number(json!({ "minimum": 0 })),
            number(json!({ "minimum": 1 })),
            "a`: has `minimum` 1, had `minimum` 0",
            BREAKING,
            ADDITIVE,
        ),
        (
            number(json!({ "maximum": 9 })),
            number(json!({})),
            "a`: has no `maximum`, had `maximum` 9",
            ADDITIVE,
            BREAKING,
        ),
        (number(json!({ "maximum": 9 })), number(json!({ "maximum": 9.0 })), "", NOTHING, NOTHING),
        (
            number(json!({ "minimum": 0 })),
            number(json!({ "exclusiveMinimum": 0 })),
            "a`: has `exclusiveMinimum` 0, had `minimum` 0",
            BREAKING,
            ADDITIVE,
        ),
        (
            number(json!({ "exclusiveMaximum": 9 })),
            number(json!({ "maximum": 10 })),
            "a`: has `maximum` 10, had `exclusiveMaximum` 9",
            ADDITIVE,
            BREAKING,
        ),
        (
            number(json!({ "multipleOf": 3 })),
            number(json!({ "multipleOf": 6 })),
            "a`: `multipleOf` is 6, was 3",
            BREAKING,
            ADDITIVE,
        ),
        (
            number(json!({ "multipleOf": 3 })),
            number(json!({ "multipleOf": 2 })),
            "a`: `multipleOf` is 2, was 3",
            BREAKING,
            BREAKING,
        ),
    ]);
}

#[test]
fn keywords_that_are_not_looked_into_are_there_or_not() {
    let string = json!({ "type": "string" });
    let with = |keyword: &str, value: Value| json!({ "type": "string", keyword: value });
    check(&[
        (
            with("format", json!("date")),
            with("format", json!("date-time")),
            "a`: `format` is \"date-time\", was \"date\"",
            BREAKING,
            BREAKING,
        ),
        (
            with("pattern", json!("^a")),
            string.clone(),
            "a`: `pattern` is not given, was \"^a\"",
            ADDITIVE,
            BREAKING,
        ),
        (
            json!({ "type": "array" }),
            json!({ "type": "array", "uniqueItems": true }),
            "a`: `uniqueItems` is true, was not given",
            BREAKING,
            ADDITIVE,
        ),
        (
            json!({ "type": "array", "uniqueItems": false }),
            json!({ "type": "array" }),
            "",
            NOTHING,
            NOTHING,
        ),
    ]);
}

#[test]
fn notes_are_wording_except_for_the_default_of_an_argument() {
    let string = json!({ "type": "string" });
    let with = |keyword: &str, value: Value| json!({ "type": "string", keyword: value });
    check(&[
        (
            with("description", json!("Old.")),
            with("description", json!("New.")),
            "a`: `description` has changed",
            WORDING,
            WORDING,
        ),
        (string.clone(), with("x-ours", json!(1)), "a`: `x-ours` has changed", WORDING, WORDING),
        (
            with("default", json!("x")),
            with("default", json!("y")),
            "a`: `default` is \"y\", was \"x\"",
            BREAKING,
            WORDING,
        ),
        (
            string,
            with("default", json!("y")),
            "a`: `default` is \"y\", was not given",
            ADDITIVE,
            WORDING,
        ),
    ]);
}

#[test]
fn members_that_are_gone_break_both() {
    let object = |properties: Value, required: Value| {
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    };
    let string = json!({ "type": "string" });
    let open = |others: Value| json!({ "type": "object", "additionalProperties": others });
    check(&[
        (
            object(json!({ "b": string }), json!([])),
            object(json!({}), json!([])),
            "a.b`: is gone",
            BREAKING,
            BREAKING,
        ),
        (
            object(json!({ "b": string }), json!(["b"])),
            object(json!({}), json!([])),
            "a.b`: is gone",
            BREAKING,
            BREAKING,
        ),
        (
            object(json!({}), json!([])),
            object(json!({ "b": string }), json!([])),
            "a.b`: is new",
            ADDITIVE,
            ADDITIVE,
        ),
        (
            open(json!(true)),
            open(json!(false)),
            "a`: is closed to other members",
            BREAKING,
            ADDITIVE,
        ),
        (
            open(json!(false)),
            json!({ "type": "object" }),
            "a`: is open to other members",
            ADDITIVE,
            BREAKING,
        ),
        (
            open(json!({ "type": "integer" })),
            open(json!({ "type": "number" })),
            "a.*`: the type is number, was integer",
            ADDITIVE,
            BREAKING,
        ),
        (
            json!({ "type": "object", "patternProperties": { "^x": {} } }),
            json!({ "type": "object" }),
            "a./^x/`: is gone",
            BREAKING,
            BREAKING,
        ),
        // Lists.
        (
            json!({ "type": "array", "items": { "enum": ["x", "y"] } }),
            json!({ "type": "array", "items": { "enum": ["x"] } }),
            "a[]`: the value \"y\" is gone",
            BREAKING,
            ADDITIVE,
        ),
        (
            json!({ "type": "array" }),
            json!({ "type": "array", "items": string }),
            "a[]`: the type is string, was anything",
            BREAKING,
            ADDITIVE,
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "integer" }], "items": string }),
            json!({ "type": "array", "prefixItems": [{ "type": "number" }], "items": string }),
            "a[0]`: the type is number, was integer",
            ADDITIVE,
            BREAKING,
        ),
        (
            json!({ "type": "array", "maxItems": 5 }),
            json!({ "type": "array", "maxItems": 9 }),
            "a`: `maxItems` is 9, was 5",
            ADDITIVE,
            BREAKING,
        ),
    ]);
}

#[test]
fn what_must_be_sent_and_what_is_always_there() {
    let object = |required: Value| json!({ "type": "object", "properties": { "b": {} }, "required": required });
    let (optional, required) = (object(json!([])), object(json!(["b"])));
    let new = json!({ "type": "object", "properties": { "b": {}, "c": {} }, "required": ["c"] });
    for (direction, old, new, expected) in [
        (Direction::Input, &optional, &required, "breaking: t, argument `b`: is required"),
        (Direction::Input, &required, &optional, "additive: t, argument `b`: is optional"),
        (Direction::Output, &optional, &required, "additive: t, result `b`: is always there"),
        (Direction::Output, &required, &optional, "breaking: t, result `b`: may be missing"),
        (Direction::Input, &optional, &new, "breaking: t, argument `c`: is new and required"),
        (Direction::Output, &optional, &new, "additive: t, result `c`: is new"),
    ] {
        assert_eq!(told(direction, old, new), [expected]);
    }
}

#[test]
fn alternatives_are_found_again() {
    let string = json!({ "type": "string", "description": "A text.", "default": "x" });
    let tagged = |tag: &str, rest: &str| {
        json!({
            "type": "object",
            "properties": { "kind": { "const": tag }, rest: { "type": "string" } },
        })
    };
    check(&[
        (
            string.clone(),
            json!({
                "anyOf": [{ "type": "string" }, { "type": "null" }],
                "description": "A text.",
                "default": "x",
            }),
            "a`: the alternative `null` is new",
            ADDITIVE,
            BREAKING,
        ),
        (
            json!({ "anyOf": [{ "type": "null" }, { "type": "string" }] }),
            json!({ "type": "string" }),
            "a`: the alternative `null` is gone",
            BREAKING,
            ADDITIVE,
        ),
        (
            json!({ "oneOf": [tagged("x", "text"), tagged("y", "text")] }),
            json!({ "oneOf": [tagged("y", "text"), tagged("x", "text")] }),
            "",
            NOTHING,
            NOTHING,
        ),
        (
            json!({ "oneOf": [tagged("x", "text"), tagged("y", "text")] }),
            json!({ "oneOf": [tagged("y", "text")] }),
            "a`: the alternative `kind: \"x\"` is gone",
            BREAKING,
            ADDITIVE,
        ),
        (
            json!({ "oneOf": [tagged("x", "text")] }),
            json!({ "oneOf": [tagged("y", "text"), tagged("x", "text")] }),
            "a`: the alternative `kind: \"y\"` is new",
            ADDITIVE,
            BREAKING,
        ),
        (
            json!({ "anyOf": [{ "type": "integer", "maximum": 9 }, { "type": "null" }] }),
            json!({ "anyOf": [{ "type": "null" }, { "type": "integer", "maximum": 5 }] }),
            "a`: has `maximum` 5, had `maximum` 9",
            BREAKING,
            ADDITIVE,
        ),
        (
            json!({ "type": "object", "properties": { "b": {} } }),
            json!({ "type": "object", "properties": { "b": {} }, "oneOf": [tagged("x", "c"), {}] }),
            "a`: has to be one of several alternatives",
            BREAKING,
            ADDITIVE,
        ),
        (
            json!({ "allOf": [{ "type": "string" }, { "minLength": 1 }] }),
            json!({ "allOf": [{ "type": "string" }, { "minLength": 2 }] }),
            "a`: `minLength` is 2, was 1",
            BREAKING,
            ADDITIVE,
        ),
    ]);
}

#[test]
fn recursive_types_are_compared_once() {
    let tree = |leaf: &str| {
        json!({
            "type": "object",
            "properties": { "root": { "$ref": "#/$defs/Node" } },
            "$defs": { "Node": {
                "type": "object",
                "properties": {
                    "value": { "type": leaf },
                    "children": { "type": "array", "items": { "$ref": "#/$defs/Node" } },
                },
            } },
        })
    };
    assert!(told(Direction::Input, &tree("string"), &tree("string")).is_empty());
    let expected = ["breaking: t, argument `root.value`: the type is integer, was string"];
    assert_eq!(told(Direction::Input, &tree("string"), &tree("integer")), expected);
    // A definition that only points at itself is a mistake, and no reason to hang.
    let endless = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/A" } } });
    assert!(told(Direction::Input, &endless, &endless).is_empty());
}

#[test]
fn what_is_offered_comes_and_goes() {
    let offer = |tools: Value, resources: Value, prompts: Value| json!({ "tools": tools, "resources": resources, "prompts": prompts });
    let tool = |more: Value| {
        let mut tool = json!({ "name": "t", "inputSchema": { "type": "object" } });
        tool.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([tool])
    };
    let hints = |hints: Value| tool(json!({ "annotations": hints }));
    let result = tool(json!({ "outputSchema": { "type": "object" } }));
    let none = json!([]);
    let resource = |mime: &str| json!([{ "uri": "a://b", "name": "b", "mimeType": mime }]);
    let prompt = |arguments: Value| json!([{ "name": "p", "arguments": arguments }]);
    let rows = [
        ("tools", tool(json!({})), none.clone(), "breaking: tool `t`: is gone"),
        ("tools", none.clone(), tool(json!({})), "additive: tool `t`: is new"),
        (
            "tools",
            tool(json!({ "title": "T" })),
            tool(json!({})),
            "wording: tool `t`: `title` has changed",
        ),
        (
            "tools",
            result.clone(),
            tool(json!({})),
            "breaking: tool `t`: the result is not structured content any more",
        ),
        ("tools", tool(json!({})), result, "additive: tool `t`: the result is structured content"),
        (
            "tools",
            hints(json!({ "openWorldHint": false })),
            hints(json!({})),
            "breaking: tool `t`: `openWorldHint: false` is not promised any more",
        ),
        (
            "tools",
            hints(json!({ "destructiveHint": true })),
            hints(json!({ "destructiveHint": false })),
            "additive: tool `t`: `destructiveHint: false` is promised",
        ),
        // What a tool does to the world does not change with these words.
        (
            "tools",
            hints(json!({ "readOnlyHint": true })),
            hints(json!({ "readOnlyHint": true, "destructiveHint": false })),
            "",
        ),
        (
            "resources",
            resource("text/plain"),
            resource("application/json"),
            "breaking: resource `a://b`: the MIME type is `application/json`, was `text/plain`",
        ),
        ("resources", resource("text/plain"), none.clone(), "breaking: resource `a://b`: is gone"),
        ("prompts", prompt(json!([])), none, "breaking: prompt `p`: is gone"),
        (
            "prompts",
            prompt(json!([{ "name": "x" }])),
            prompt(json!([])),
            "breaking: prompt `p`, argument `x`: is gone",
        ),
        (
            "prompts",
            prompt(json!([])),
            prompt(json!([{ "name": "x" }])),
            "additive: prompt `p`, argument `x`: is new",
        ),
        (
            "prompts",
            prompt(json!([])),
            prompt(json!([{ "name": "x", "required": true }])),
            "breaking: prompt `p`, argument `x`: is new and required",
        ),
        (
            "prompts",
            prompt(json!([{ "name": "x" }])),
            prompt(json!([{ "name": "x", "required": true }])),
            "breaking: prompt `p`, argument `x`: is required",
        ),
        (
            "prompts",
            prompt(json!([{ "name": "x", "required": true }])),
            prompt(json!([{ "name": "x", "required": false, "description": "An x." }])),
            "additive: prompt `p`, argument `x`: is optional\n\
             wording: prompt `p`, argument `x`: `description` has changed",
        ),
    ];
    for (kind, old, new, expected) in rows {
        let list = |entries: &Value| {
            let mut lists = offer(json!([]), json!([]), json!([]));
            lists[kind] = entries.clone();
            lists
        };
        let changes = changes(&list(&old), &list(&new));
        let told: Vec<String> = changes.iter().map(line).collect();
        assert_eq!(told.join("\n"), expected, "{old} → {new}");
    }
}

#[test]
fn breaking_changes_come_first() {
    let tool = |name: &str| json!({ "name": name, "inputSchema": { "type": "object" } });
    let old = json!({ "tools": [tool("a"), tool("b")] });
    let mut new = json!({ "tools": [tool("a"), tool("c")] });
    new["tools"][0]["description"] = "An a.".into();
    let told: Vec<String> = changes(&old, &new).iter().map(line).collect();
    let expected = [
        "breaking: tool `b`: is gone",
        "additive: tool `c`: is new",
        "wording: tool `a`: `description` has changed",
    ];
    assert_eq!(told, expected);
}
