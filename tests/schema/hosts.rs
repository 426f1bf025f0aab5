//! What one host or another refuses is not published: over one schema a host may give up the whole
//! list of tools.

use mcp_runtime::protocol::ProtocolVersion;
use mcp_runtime::serde_json::{Value, json};
use mcp_runtime::testing::{TestClient, block_on};

use crate::corpus;

#[test]
fn input_schemas_are_objects_without_what_hosts_refuse() {
    for (version, tools) in lists() {
        for tool in &tools {
            let (name, schema) = (&tool["name"], &tool["inputSchema"]);
            assert_eq!(schema["type"], "object", "{version} {name}");
            assert_eq!(schema["additionalProperties"], false, "{version} {name}");
            has_no_choice_at_the_root(schema);
            walk(schema, true, &format!("{version} {name}"));
        }
    }
}

#[test]
fn output_schemas_are_objects_without_what_hosts_refuse() {
    for (version, tools) in lists() {
        for tool in &tools {
            let (name, schema) = (&tool["name"], &tool["outputSchema"]);
            if version < ProtocolVersion::V2025_06_18 {
                assert!(schema.is_null(), "{version} {name}");
                continue;
            }
            assert_eq!(schema["type"], "object", "{version} {name}");
            has_no_choice_at_the_root(schema);
            walk(schema, true, &format!("{version} {name}"));
        }
    }
}

/// The tools of the corpus as each version lists them.
fn lists() -> Vec<(ProtocolVersion, Vec<Value>)> {
    let server = || corpus::server().state(()).test_client();
    let list = |mut client: TestClient| {
        let result = block_on(client.request("tools/list", json!({}))).unwrap();
        result["tools"].as_array().unwrap().clone()
    };
    let modern = (ProtocolVersion::ALL[0], list(block_on(server())));
    let legacy = ProtocolVersion::LEGACY.into_iter();
    let legacy = legacy
        .map(|version| (version, list(block_on(async { server().await.legacy(version).await }))));
    std::iter::once(modern).chain(legacy).collect()
}

fn has_no_choice_at_the_root(schema: &Value) {
    for word in ["anyOf", "oneOf", "allOf", "$ref"] {
        assert!(schema.get(word).is_none(), "`{word}` at the root of {schema:#}");
    }
}

/// Looks at a schema and everything in it.
fn walk(schema: &Value, is_root: bool, place: &str) {
    let Value::Object(members) = schema else {
        panic!("{place}: {schema} stands where a schema should");
    };
    for refused in ["$schema", "title", "$id", "definitions", "nullable"] {
        assert!(!members.contains_key(refused), "{place}: `{refused}` in {schema:#}");
    }
    assert!(is_root || !members.contains_key("$defs"), "{place}: `$defs` below the root");
    if let Some(kind) = members.get("type") {
        assert!(kind.is_string(), "{place}: {kind} is a list of types");
    }
    if let Some(format) = members.get("format").and_then(Value::as_str) {
        let is_of_rust = ["int", "uint", "float", "double"].iter().any(|it| format.starts_with(it));
        assert!(!is_of_rust, "{place}: the format `{format}` is nobody's standard");
    }
    for (word, value) in members {
        match (word.as_str(), value) {
            ("additionalProperties", Value::Bool(is_open)) => {
                assert!(!is_open, "{place}: a bare `true`");
            }
            ("items" | "additionalProperties" | "not" | "contains" | "propertyNames", schema) => {
                walk(schema, false, &format!("{place}/{word}"));
            }
            ("properties" | "patternProperties" | "$defs", Value::Object(named)) => {
                for (name, schema) in named {
                    walk(schema, false, &format!("{place}/{name}"));
                }
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(list)) => {
                for schema in list {
                    walk(schema, false, &format!("{place}/{word}"));
                }
            }
            _ => {}
        }
    }
}
