//! What the program says of itself and of what it offers.

use serde_json::{Value, json};

use crate::client::in_each_era;

#[test]
fn the_server_says_who_it_is_and_what_it_is_for() {
    in_each_era(async |client| {
        let server = client.peer_info().unwrap();
        assert_eq!(server.protocol_version, client.era.version());
        let identity = server.server_info.as_ref().unwrap();
        assert_eq!(identity.name, "task-manager");
        assert_eq!(identity.version, env!("CARGO_PKG_VERSION"));
        let instructions = server.instructions.as_ref().unwrap();
        assert!((1..2000).contains(&instructions.chars().count()), "{instructions}");
        let offered = &server.capabilities;
        assert!(offered.tools.is_some());
        assert!(offered.resources.is_some());
        assert!(offered.prompts.is_some());
    });
}

#[test]
fn tools_have_the_arguments_of_the_tutorial() {
    in_each_era(async |client| {
        let names: Vec<_> = client.tools().iter().map(|tool| &*tool.name).collect();
        assert_eq!(
            names,
            ["create_task", "list_tasks", "update_task", "delete_task", "get_task_stats"]
        );
        let low_to_urgent = json!(["low", "medium", "high", "urgent"]);
        let priorities = json!(["low", "medium", "high", "urgent", "all"]);
        let expected: [&[(&str, Value, Value)]; 5] = [
            &[
                ("title", Value::Null, Value::Null),
                ("description", Value::Null, Value::Null),
                ("priority", low_to_urgent.clone(), json!("medium")),
                ("due_date", Value::Null, Value::Null),
            ],
            &[
                ("status", json!(["pending", "in_progress", "completed", "all"]), json!("all")),
                ("priority", priorities, json!("all")),
            ],
            &[
                ("task_id", Value::Null, Value::Null),
                ("status", json!(["pending", "in_progress", "completed"]), Value::Null),
                ("priority", low_to_urgent, Value::Null),
                ("description", Value::Null, Value::Null),
            ],
            &[("task_id", Value::Null, Value::Null)],
            &[],
        ];
        let required: [&[&str]; 5] = [&["title"], &[], &["task_id"], &["task_id"], &[]];
        for ((tool, expected), required) in client.tools().iter().zip(expected).zip(required) {
            let schema = Value::Object((*tool.input_schema).clone());
            assert_eq!(schema["type"], "object", "{}", tool.name);
            let arguments: Vec<_> = schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                // What goes beyond the tutorial is never required.
                .filter(|(name, _)| !["limit", "cursor"].contains(&name.as_str()))
                .map(|(name, argument)| {
                    assert_eq!(argument["type"], "string", "{} {name}", tool.name);
                    assert!(argument["description"].is_string(), "{} {name}", tool.name);
                    (name.as_str(), argument["enum"].clone(), argument["default"].clone())
                })
                .collect();
            assert_eq!(arguments, expected, "{}", tool.name);
            assert_eq!(schema["required"].as_array().map_or(0, Vec::len), required.len());
            for name in required {
                let names = schema["required"].as_array().unwrap();
                assert!(names.contains(&json!(name)), "{} {name}", tool.name);
            }
            assert!(tool.description.is_some(), "{}", tool.name);
            if tool.name == "list_tasks" {
                let beyond = |name: &str| &schema["properties"][name]["type"];
                assert_eq!(
                    (beyond("limit"), beyond("cursor")),
                    (&json!("integer"), &json!("string"))
                );
            }
            // Links between docs lead nowhere for a model.
            let published = serde_json::to_string(tool).unwrap();
            assert!(!published.contains("[`"), "{published}");
            assert!(tool.output_schema.is_some(), "{}", tool.name);
        }
    });
}

#[test]
fn resources_and_the_prompt_are_listed() {
    in_each_era(async |client| {
        let resources = client.list_all_resources().await.unwrap();
        let listed: Vec<_> = resources
            .iter()
            .map(|resource| {
                (resource.uri.as_str(), resource.name.as_str(), resource.mime_type.as_deref())
            })
            .collect();
        let json = Some("application/json");
        assert_eq!(
            listed,
            [("tasks://all", "All Tasks", json), ("tasks://pending", "Pending Tasks", json)]
        );
        let prompts = client.list_all_prompts().await.unwrap();
        let [prompt] = &prompts[..] else { panic!("{prompts:?}") };
        assert_eq!(prompt.name, "task_summary_prompt");
        let [argument] = &prompt.arguments.as_ref().unwrap()[..] else { panic!("{prompt:?}") };
        assert_eq!((argument.name.as_str(), argument.required), ("date_range", Some(true)));
    });
}
