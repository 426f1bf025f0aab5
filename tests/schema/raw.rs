//! Tools whose schema is data, and whose arguments are checked against it when they ask for that.

use mcp_runtime::prelude::*;
use mcp_runtime::protocol::PromptArgument;
use mcp_runtime::serde_json::Value;
use mcp_runtime::testing::block_on;

/// A tool that answers with the arguments it was given.
fn echo(schema: Value) -> Tool {
    Tool::raw("echo", schema, async |call| {
        Ok::<_, String>(Value::Object(call.arguments).to_string())
    })
}

fn told(tool: Tool, arguments: Value) -> Result<Value, String> {
    block_on(async {
        let server: Server = Server::new("raw", "1.0.0").with(tool);
        let mut client = server.state(()).test_client().await;
        let text = client.text("echo", arguments).await.map_err(|error| error.to_string())?;
        Ok(mcp_runtime::serde_json::from_str(&text).unwrap())
    })
}

/// What the handlers share.
struct Shelf(Vec<&'static str>);

fn shelf() -> Server<Shelf> {
    let book = async |call: RawCall<Shelf>| {
        let at = call.arguments["at"].as_str().and_then(|at| at.parse::<usize>().ok());
        let book = at.and_then(|at| call.state().0.get(at)).copied();
        book.ok_or_else(|| Error::not_found(format!("books://{}", call.arguments["at"])))
    };
    Server::new("shelf", "1.0.0")
        .with(Tool::raw("count", json!({ "type": "object" }), async |call: RawCall<Shelf>| {
            let version = call.context().protocol_version();
            Ok::<_, Error>(format!("{} under {version}", call.state().0.len()))
        }))
        .with(Tool::raw("sell", json!({ "type": "object" }), async |call: RawCall<Shelf>| {
            let sure = call.context().confirm("Sell it?").await;
            Ok::<_, Error>(if sure { "sold" } else { "kept" })
        }))
        .with(Resource::raw("books://{at}", "book", book))
        .with(
            Prompt::raw("praise", async |call: RawCall<Shelf>| {
                let style = call.arguments.get("style").and_then(Value::as_str);
                Ok::<_, Error>(format!("Praise {}, {style:?}.", call.arguments["book"]))
            })
            .argument(PromptArgument::new("book").description("Which one.").required())
            .argument(PromptArgument::new("style")),
        )
}

#[test]
fn handlers_that_are_values_have_state_and_context() {
    block_on(async {
        let client = shelf().state(Shelf(vec!["Emma", "Dracula"])).test_client().await;
        let mut client = client.answers(|question| question.message() == "Sell it?");
        let counted = client.text("count", json!({})).await.unwrap();
        assert_eq!(counted, "2 under 2026-07-28");
        assert_eq!(client.text("sell", json!({})).await.unwrap(), "sold");
        assert_eq!(client.read("books://1").await.unwrap(), "Dracula");
        let unknown = client.read("books://2").await.unwrap_err().to_string();
        assert!(unknown.contains("not found"), "{unknown}");
        let messages = client.prompt("praise", json!({ "book": "Emma" })).await.unwrap();
        assert_eq!(messages, [Message::user("Praise \"Emma\", None.")]);
        let refused = client.prompt("praise", json!({ "stile": "x" })).await.unwrap_err();
        let refused = refused.to_string();
        assert!(refused.contains("`stile`: unknown; did you mean `style`?"), "{refused}");
        assert!(refused.contains("`book`: missing"), "{refused}");
    });
}

#[test]
fn templates_that_are_data_are_checked() {
    for (uri, wrong) in [
        ("books", "a URI begins with a scheme"),
        ("books://a b", "has no spaces"),
        ("books://{}", "is not a variable"),
        ("books://{a}/{a}", "the variable `a` is there twice"),
        ("books://{a}{b}", "two variables need a text between them"),
        ("books://{a", "a brace is missing"),
        ("books://{?a}/b", "a query is not at the end"),
    ] {
        let resource = Resource::raw(uri, "book", async |_| Ok::<_, Error>(""));
        let server: Server = Server::new("shelf", "1.0.0").with(resource);
        let refused = server.state(()).check().unwrap_err().to_string();
        assert!(refused.contains(wrong), "{uri}: {refused}");
    }
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "maxLength": 5 },
            "count": { "type": "integer", "minimum": 1 },
            "tags": { "type": "array", "items": { "type": "string" } },
            "at": { "$ref": "#/$defs/Place" },
            "note": { "anyOf": [{ "type": "string" }, { "type": "null" }] },
        },
        "required": ["name"],
        "additionalProperties": false,
        "dependentRequired": { "count": ["tags"] },
        "$defs": { "Place": {
            "type": "object",
            "properties": { "x": { "type": "number" } },
            "required": ["x"],
        } },
    })
}

#[test]
fn arguments_that_fit_arrive_as_they_were_sent() {
    for arguments in [
        json!({ "name": "a" }),
        json!({ "name": "a", "count": 1, "tags": ["x"], "at": { "x": 1.5, "y": 2 } }),
        json!({ "name": "a", "note": null }),
    ] {
        assert_eq!(told(echo(schema()).check_arguments(), arguments.clone()), Ok(arguments));
    }
}

#[test]
fn what_was_sent_as_text_is_taken_and_null_is_absent() {
    let sent = json!({ "name": "a", "count": "2", "tags": "[\"x\"]", "at": null });
    let taken = json!({ "name": "a", "count": 2, "tags": ["x"] });
    assert_eq!(told(echo(schema()).check_arguments(), sent), Ok(taken));
}

/// Nothing reads it as an `Option`, so that the handler would get what its schema rules out.
#[test]
fn null_within_an_argument_is_there() {
    for inner in [json!({ "type": "integer" }), json!({ "const": 1 }), json!(false)] {
        let outer = json!({ "type": "object", "properties": { "inner": inner } });
        let schema = json!({ "type": "object", "properties": { "outer": outer } });
        let error = told(echo(schema).check_arguments(), json!({ "outer": { "inner": null } }));
        assert!(error.as_ref().is_err_and(|error| error.contains("outer.inner")), "{error:?}");
    }
}

#[test]
fn everything_that_does_not_fit_is_named_at_once() {
    let sent = json!({ "nam": "a", "count": 0, "tags": ["x", 1], "at": {} });
    let error = told(echo(schema()).check_arguments(), sent).unwrap_err();
    for problem in [
        "5 arguments of `echo` do not fit:",
        "- `nam`: unknown; did you mean `name`?",
        "- `count`: expected an integer of 1 or more; got 0",
        "- `tags[1]`: expected",
        "- `at.x`: missing",
        "- `name`: missing",
    ] {
        assert!(error.contains(problem), "{problem} is not in:\n{error}");
    }
    // What holds of all arguments together.
    let error = told(echo(schema()).check_arguments(), json!({ "name": "a", "count": 1 }));
    assert!(error.as_ref().is_err_and(|error| error.contains("tags")), "{error:?}");
}

#[test]
fn without_the_wish_nothing_is_checked() {
    let sent = json!({ "nam": "a", "count": "2" });
    assert_eq!(told(echo(schema()), sent.clone()), Ok(sent));
}

#[test]
fn a_keyword_that_is_not_checked_stops_the_server() {
    let schema = json!({ "type": "object", "properties": { "a": { "unevaluatedItems": false } } });
    let server = |tool: Tool| -> Server { Server::new("raw", "1.0.0").with(tool) };
    assert!(server(echo(schema.clone())).state(()).check().is_ok());
    let refused = server(echo(schema).check_arguments()).state(()).check().unwrap_err();
    assert!(refused.to_string().contains("/properties/a/unevaluatedItems"), "{refused}");
}

#[test]
fn an_empty_text_for_an_optional_argument_is_absent() {
    for (name, sent, taken) in [
        ("count", json!(""), json!({ "name": "a" })),
        ("tags", json!(""), json!({ "name": "a" })),
        ("note", json!(""), json!({ "name": "a", "note": "" })),
    ] {
        let mut arguments = json!({ "name": "a" });
        arguments[name] = sent;
        assert_eq!(told(echo(schema()).check_arguments(), arguments), Ok(taken), "{name}");
    }
    // What is not declared has no absent value.
    let schema = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    for sent in [json!({ "a": null }), json!({ "a": "" })] {
        let error = told(echo(schema.clone()).check_arguments(), sent).unwrap_err();
        assert!(error.contains("`a`: expected an integer"), "{error}");
    }
}

#[test]
fn variables_of_a_template_that_is_data_are_strings() {
    block_on(async {
        let resource = Resource::raw("w://{word}{?q}", "word", async |call| {
            Ok::<_, Error>(Value::Object(call.arguments).to_string())
        });
        let server: Server = Server::new("words", "1.0.0").with(resource);
        let mut client = server.state(()).test_client().await;
        for (uri, read) in [
            ("w://%5B1%5D", json!({ "word": "[1]" })),
            ("w://%7B%22a%22:1%7D", json!({ "word": r#"{"a":1}"# })),
            ("w://%5B1e999%5D", json!({ "word": "[1e999]" })),
            ("w://5?q=%5B1%5D", json!({ "word": "5", "q": "[1]" })),
            ("w://5?q=", json!({ "word": "5", "q": "" })),
        ] {
            assert_eq!(client.read(uri).await.unwrap(), read.to_string(), "{uri}");
        }
        let refused = client.read("w://5?zzz=1").await.unwrap_err().to_string();
        assert!(refused.contains("`zzz`: unknown"), "{refused}");
        assert!(client.read("w://5?=1").await.is_err());
    });
}

#[test]
fn names_that_are_data_have_no_control_characters() {
    for name in ["", "a\n\u{1b}[31mb"] {
        let resource = Resource::raw("w://a", name, async |_| Ok::<_, Error>(""));
        let prompt = Prompt::raw("ask", async |_| Ok::<_, Error>(""));
        let prompt = prompt.argument(PromptArgument::new(name));
        let servers: [Server; 2] = [
            Server::new("words", "1.0.0").with(resource),
            Server::new("words", "1.0.0").with(prompt),
        ];
        for server in servers {
            let refused = server.state(()).check().unwrap_err().to_string();
            let wrong = format!("the name {name:?} is empty or has control characters");
            assert!(refused.contains(&wrong), "{refused}");
        }
    }
}
