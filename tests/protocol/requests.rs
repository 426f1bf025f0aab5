//! The official example requests, sent as they are.

use std::path::Path;

use mcp_runtime::protocol::ProtocolVersion;
use mcp_tests::json;
use mcp_tests::peer;
use mcp_tests::schema::Schemas;
use serde_json::Value;

use crate::server;

/// The requests and notifications that a server with tools, resources and prompts serves.
const SERVED: [&str; 9] = [
    "CallToolRequest",
    "CancelledNotification",
    "DiscoverRequest",
    "GetPromptRequest",
    "ListPromptsRequest",
    "ListResourceTemplatesRequest",
    "ListResourcesRequest",
    "ListToolsRequest",
    "ReadResourceRequest",
];

#[test]
fn example_requests_are_served() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    for definition in SERVED {
        for example in examples(definition) {
            let lines = runtime.block_on(async {
                let mut peer = peer::connect(server::of_the_examples());
                peer.send(&example.to_string()).await.unwrap();
                peer.finish().await.unwrap()
            });
            let Some(method) = example["method"].as_str() else {
                panic!("{definition}: no method")
            };
            let Some(id) = example.get("id") else {
                assert!(lines.is_empty(), "{definition} was answered: {lines:?}");
                continue;
            };
            let [line] = &lines[..] else { panic!("{definition} is not answered once: {lines:?}") };
            let answer = json::parse(line).unwrap();
            assert_eq!(answer["id"], *id, "{definition}: {line}");
            assert!(answer.get("result").is_some(), "{definition}: {line}");
            let checked =
                Schemas::official().check_sent(ProtocolVersion::V2026_07_28, Some(method), &answer);
            assert_eq!(checked, Ok(()), "{definition}: {line}");
        }
    }
}

/// The examples of a definition, each on one line and with the envelope that some leave out.
fn examples(definition: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("protocol/examples").join(definition);
    let read = |path: &Path| -> Value {
        let mut example: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let members = example.as_object_mut().unwrap();
        members.entry("jsonrpc").or_insert_with(|| "2.0".into());
        if definition.ends_with("Request") {
            members.entry("id").or_insert_with(|| "example".into());
        }
        example
    };
    let files = folder.read_dir().unwrap().map(|file| file.unwrap().path());
    let examples: Vec<_> = files.map(|path| read(&path)).collect();
    assert!(!examples.is_empty(), "no examples of {definition}");
    examples
}
