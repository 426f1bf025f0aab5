//! What serde writes the schema accepts, and what the schema rejects serde rejects.

use jsonschema::Validator;
use mcp_runtime::serde_json::{Value, json};
use mcp_runtime::testing::{TestClient, block_on};
use proptest::prelude::{ProptestConfig, Strategy, any, prop};
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use proptest::{prop_assert, prop_assert_eq, prop_oneof};

use crate::corpus::{self, Kind};

/// A tool, and what it publishes.
struct Published {
    input: Validator,
    output: Validator,
}

impl Published {
    /// Whether the input schema accepts arguments. A member that is `null` is one that is not
    /// there: the schema does not say so, for hosts that refuse `null` beside a type.
    fn accepts(&self, arguments: &Value) -> bool {
        self.input.is_valid(arguments) || self.input.is_valid(&without_nulls(arguments))
    }
}

#[test]
fn what_serde_writes_both_schemas_accept_and_the_tool_takes() {
    for_each_kind(|kind, published, runner, client| {
        runner.run(&kind.values, |value| {
            let arguments = json!({ "value": value });
            prop_assert!(published.accepts(&arguments), "{}: {arguments}", kind.tool);
            let result = call(client, kind.tool, &arguments);
            prop_assert_eq!(result.get("isError"), None, "{}: {} {}", kind.tool, arguments, result);
            prop_assert_eq!(&result["structuredContent"], &arguments, "{}", kind.tool);
            prop_assert!(published.output.is_valid(&arguments), "{}: {arguments}", kind.tool);
            Ok(())
        })
    });
}

#[test]
fn what_the_schema_rejects_the_tool_refuses() {
    for_each_kind(|kind, published, runner, client| {
        let values = (kind.values.clone(), any::<prop::sample::Index>(), corpus::json());
        let values = prop_oneof![
            3 => values.prop_map(|(value, place, other)| changed(value, place, &other)),
            1 => corpus::json(),
        ];
        runner.run(&values, |value| {
            let arguments = json!({ "value": value });
            let result = call(client, kind.tool, &arguments);
            let refused = result.get("isError").is_some();
            if !published.accepts(&arguments) {
                prop_assert!(refused, "{}: {arguments} {result}", kind.tool);
            }
            // The tool refuses nothing that the type reads and the schema allows.
            if published.input.is_valid(&arguments) && (kind.read)(&value).is_some() {
                prop_assert!(!refused, "{}: {arguments} {result}", kind.tool);
            }
            Ok(())
        })
    });
}

#[test]
fn whatever_is_taken_is_given_back_as_the_output_schema_says() {
    for_each_kind(|kind, published, runner, client| {
        let values = (kind.values.clone(), any::<prop::sample::Index>(), corpus::json());
        let values = values.prop_map(|(value, place, other)| changed(value, place, &other));
        runner.run(&values, |value| {
            let result = call(client, kind.tool, &json!({ "value": value }));
            if let Some(written) = result.get("structuredContent") {
                prop_assert!(published.output.is_valid(written), "{}: {written}", kind.tool);
            }
            Ok(())
        })
    });
}

type Claim<'a> = &'a dyn Fn(
    &Kind,
    &Published,
    &mut TestRunner,
    &std::cell::RefCell<TestClient>,
) -> Result<(), proptest::test_runner::TestError<Value>>;

/// Holds a claim against every type of the corpus.
fn for_each_kind(
    claim: impl Fn(
        &Kind,
        &Published,
        &mut TestRunner,
        &std::cell::RefCell<TestClient>,
    ) -> Result<(), proptest::test_runner::TestError<Value>>,
) {
    let claim: Claim<'_> = &claim;
    let mut client = block_on(corpus::server().state(()).test_client());
    let tools = block_on(client.request("tools/list", json!({}))).unwrap();
    let client = std::cell::RefCell::new(client);
    for kind in corpus::kinds() {
        let tool = tools["tools"].as_array().unwrap().iter().find(|it| it["name"] == kind.tool);
        let tool = tool.unwrap();
        let published = Published {
            input: jsonschema::draft202012::new(&tool["inputSchema"]).unwrap(),
            output: jsonschema::draft202012::new(&tool["outputSchema"]).unwrap(),
        };
        let mut runner = runner();
        if let Err(broken) = claim(&kind, &published, &mut runner, &client) {
            panic!("{}: {broken}\n{tool:#}", kind.tool);
        }
    }
}

/// The same cases in each run, or with `PROPTEST_CASES` so many that nobody has seen before.
fn runner() -> TestRunner {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        return TestRunner::new(config);
    }
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(ProptestConfig { cases: 96, ..config }, rng)
}

fn call(client: &std::cell::RefCell<TestClient>, tool: &str, arguments: &Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    block_on(client.borrow_mut().request("tools/call", params)).unwrap()
}

/// The value with another one in one of its places, or with a member more.
fn changed(mut value: Value, place: prop::sample::Index, other: &Value) -> Value {
    let count = count(&value);
    let mut place = place.index(count);
    put(&mut value, &mut place, other);
    value
}

/// How many values there are in a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

fn put(value: &mut Value, place: &mut usize, other: &Value) {
    if *place == 0 {
        *value = match (&*value, other) {
            // A member more, or another value for one.
            (Value::Object(members), Value::Object(more)) if !more.is_empty() => {
                members.iter().chain(more).map(|(name, it)| (name.clone(), it.clone())).collect()
            }
            _ => other.clone(),
        };
    }
    // Beyond zero nothing is replaced any more.
    *place = place.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| put(item, place, other)),
        Value::Object(members) => members.values_mut().for_each(|item| put(item, place, other)),
        _ => {}
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| (name.clone(), without_nulls(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        value => value.clone(),
    }
}
