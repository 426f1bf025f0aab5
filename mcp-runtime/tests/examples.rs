//! Every example as a program: what a client sends, and what comes back.

// `cfg(test)` always holds here; it tells clippy that helpers are tests as well.
#![cfg(test)]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

#[test]
fn hello_greets() {
    let answers = run("hello", &[call("hello", &json!({ "name": "you", "times": 2 }))]);
    assert_eq!(text(&answers[0]), "Hello, you! Hello, you!");
}

#[test]
fn state_and_methods_share_a_shop() {
    let answers = run(
        "state_and_methods",
        &[
            call("prices", &json!({})),
            call("buy", &json!({ "thing": "apple" })),
            call("deliver", &json!({ "thing": "apple", "count": 5 })),
            call("buy", &json!({ "thing": "apple", "count": 2 })),
            call("buy", &json!({ "thing": "plum", "count": 11 })),
            call("buy", &json!({ "thing": "plum" })),
        ],
    );
    assert_eq!(answers[0]["structuredContent"], json!({ "apple": 30, "pear": 40 }));
    assert_eq!(text(&answers[1]), "there are only 0 of `apple`");
    assert_eq!(answers[1]["isError"], true);
    assert_eq!(text(&answers[2]), "5 of `apple`");
    assert_eq!(text(&answers[3]), "60 cents, please.");
    let receipt = json!({ "thing": "apple", "count": 2, "cents": 60 });
    assert_eq!(answers[3]["structuredContent"], receipt);
    assert!(text(&answers[4]).contains("`count`: expected an integer from 1 to 10; got 11"));
    assert_eq!(text(&answers[5]), "nobody sells `plum`; `prices` shows what is sold");
}

#[test]
fn resources_and_templates_are_listed_completed_and_read() {
    let template = json!({ "type": "ref/resource", "uri": "recipes://recipe/{number}" });
    let argument = json!({ "name": "number", "value": "1" });
    let read = |uri: &str| ("resources/read", json!({ "uri": uri }));
    let answers = run(
        "resources_and_templates",
        &[
            ("resources/list", json!({})),
            ("completion/complete", json!({ "ref": template, "argument": argument })),
            read("recipes://logo"),
            read("recipes://recipe/12"),
            read("recipes://course/main?within=30"),
            read("recipes://recipe/99"),
        ],
    );
    let uris: Vec<&str> = answers[0]["resources"].as_array().unwrap().iter().map(uri).collect();
    assert_eq!(uris[..3], ["recipes://about", "recipes://all", "recipes://logo"]);
    assert_eq!(uris[3..5], ["recipes://recipe/1", "recipes://recipe/2"]);
    assert_eq!(answers[0]["resources"][3]["title"], "Soup");
    assert_eq!(answers[1]["completion"]["values"], json!(["1", "12", "13"]));
    assert_eq!(answers[2]["contents"][0]["mimeType"], "image/gif");
    assert_eq!(answers[2]["contents"][0]["blob"], "R0lGODlhAQABAAAAADs=");
    let omelette = answers[3]["contents"][0]["text"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(omelette).unwrap()["name"], "Omelette");
    let quick = json!([{ "uri": "recipes://recipe/12", "text": "Omelette (10 min)",
        "_meta": { "example.com/minutes": 10 } }]);
    assert_eq!(answers[4]["contents"], quick);
    assert_eq!(answers[5]["error"]["code"], -32602);
}

#[test]
fn prompts_are_completed_and_got() {
    let complete = |argument: Value, chosen: Value| {
        let prompt = json!({ "type": "ref/prompt", "name": "journey" });
        let context = json!({ "arguments": chosen });
        let params = json!({ "ref": prompt, "argument": argument, "context": context });
        ("completion/complete", params)
    };
    let get =
        |arguments: Value| ("prompts/get", json!({ "name": "journey", "arguments": arguments }));
    let answers = run(
        "prompts_with_completion",
        &[
            complete(json!({ "name": "country", "value": "F" }), json!({})),
            complete(json!({ "name": "city", "value": "" }), json!({ "country": "Japan" })),
            complete(json!({ "name": "pace", "value": "f" }), json!({})),
            get(json!({ "country": "Japan", "city": "Kyoto", "days": "2", "pace": "fast" })),
            get(json!({ "country": "Japan", "city": "Kyoto", "days": "31" })),
        ],
    );
    assert_eq!(answers[0]["completion"]["values"], json!(["France"]));
    assert_eq!(answers[1]["completion"]["values"], json!(["Kyoto", "Osaka", "Tokyo"]));
    assert_eq!(answers[2]["completion"]["values"], json!(["fast"]));
    let asked = "I have 2 days for Japan, beginning in Kyoto; as much as possible.";
    assert_eq!(answers[3]["messages"][0]["content"]["text"], asked);
    assert_eq!(answers[3]["messages"][1]["role"], "assistant");
    let refused = answers[4]["error"]["message"].as_str().unwrap();
    assert!(refused.contains("`days`: expected an integer from 1 to 30"), "{refused}");
}

#[test]
fn raw_schemas_are_published_as_they_are() {
    let answers = run(
        "raw_schema",
        &[
            ("tools/list", json!({})),
            call("miles_to_kilometres", &json!({ "length": 2 })),
            call("feet_to_kilometres", &json!({})),
        ],
    );
    assert_eq!(answers[0]["tools"].as_array().unwrap().len(), 3);
    assert_eq!(answers[0]["tools"][0]["inputSchema"]["required"], json!(["length"]));
    assert_eq!(answers[1]["structuredContent"], json!({ "kilometres": 3.218_688 }));
    assert_eq!(text(&answers[2]), "`length`: expected a number");
}

#[cfg(feature = "cli")]
#[test]
fn options_decide_what_is_offered() {
    let rates = std::env::temp_dir().join(format!("rates-{}.json", std::process::id()));
    std::fs::write(&rates, r#"{ "dollar": 1.5, "yen": 160 }"#).unwrap();
    let bank = |arguments: &[&str]| {
        let mut program = Command::new(program("configuration"));
        let output = program.arg("--rates").arg(&rates).args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let said = |text: &str| (Some(0), format!("{text}\n"));
    assert_eq!(bank(&["call", "euros_to_dollars", "euros=2"]), said("3.00"));
    assert_eq!(bank(&["call", "balance", "--balance", "7"]), said("There are 7.00 euros."));
    let withdraw = ["call", "withdraw", "amount=30"];
    assert_eq!(bank(&withdraw), (Some(1), "unknown tool: withdraw\n".to_owned()));
    let allowed = [&withdraw[..], &["--allow-withdrawals"]].concat();
    assert_eq!(bank(&allowed), said("There are 70.00 euros."));
    std::fs::remove_file(&rates).unwrap();
    let (status, text) = bank(&["list"]);
    assert!(status == Some(1) && text.contains("No such file"), "{text}");
}

#[cfg(feature = "cli")]
#[test]
fn a_file_says_what_is_offered() {
    let file = std::env::temp_dir().join(format!("bot-{}.json", std::process::id()));
    let described = json!({
        "tools": { "greet": {
            "description": "Greet somebody.",
            "schema": {
                "type": "object",
                "properties": { "name": { "type": "string" }, "times": { "type": "integer" } },
                "required": ["name"],
            },
            "answer": "Hello, {name}!",
        } },
        "texts": { "bot://manual/intro": "Be kind." },
        "prompts": { "explain": "Explain {topic} to {reader}." },
    });
    std::fs::write(&file, described.to_string()).unwrap();
    let bot = |arguments: &[&str]| {
        let mut program = Command::new(program("from_a_file"));
        let output = program.arg("--file").arg(&file).args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let said = |text: &str| (Some(0), format!("{text}\n"));
    assert_eq!(bot(&["call", "greet", "name=Ada"]), said("Hello, Ada! (call 1)"));
    assert_eq!(bot(&["read", "bot://manual/intro"]), said("Be kind."));
    let explained = bot(&["prompt", "explain", "topic=rain", "reader=a child"]);
    assert!(explained.1.contains("Explain rain to a child."), "{explained:?}");
    let refused = bot(&["call", "greet", "name=Ada", "times=x"]);
    assert!(refused.1.contains("`times`: expected an integer"), "{refused:?}");
    std::fs::remove_file(&file).unwrap();
    let missing = bot(&["list"]);
    assert!(missing.0 == Some(1) && missing.1.contains("No such file"), "{missing:?}");
}

type Request<'a> = (&'a str, Value);

fn call<'a>(tool: &str, arguments: &Value) -> Request<'a> {
    ("tools/call", json!({ "name": tool, "arguments": arguments }))
}

/// Starts an example, sends requests, and gives their results; an error as the whole answer.
fn run(example: &str, requests: &[Request<'_>]) -> Vec<Value> {
    let program = program(example);
    let mut server =
        Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(
            |error| {
                let build = "`cargo test -p mcp-runtime` builds the examples first";
                panic!("{}: {error}; {build}", program.display())
            },
        );
    let mut input = server.stdin.take().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut answers = Vec::new();
    // One after another: what a call changes the next one sees.
    for (id, (method, params)) in requests.iter().enumerate() {
        let mut params = params.clone();
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        writeln!(input, "{request}").unwrap();
        let mut answer: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["id"], id, "{answer}");
        answers.push(match answer.get_mut("result") {
            Some(result) => result.take(),
            None => answer,
        });
    }
    drop(input);
    assert!(server.wait().unwrap().success());
    answers
}

/// Examples are built beside the tests.
fn program(example: &str) -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(|deps| deps.parent()).unwrap();
    profile.join("examples").join(example).with_extension(std::env::consts::EXE_EXTENSION)
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{result}"))
}

fn uri(resource: &Value) -> &str {
    resource["uri"].as_str().unwrap()
}
