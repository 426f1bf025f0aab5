//! The checker against another one: random schemas of the keywords that it knows and random values,
//! through a real server. What the crate `jsonschema` accepts is taken, and what it rejects is
//! refused, as an argument and as a result.
//!
//! `SCHEMA_CASES=1000000 cargo test -p mcp-tests --release --test schema differential` checks so
//! many values, of schemas that nobody has seen before; `SCHEMA_SEED=7` makes the same ones again.

use std::borrow::Cow;
use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonschema::Validator;
use mcp_runtime::prelude::*;
use mcp_runtime::schemars::{JsonSchema, Schema, SchemaGenerator};
use mcp_runtime::serde_json::{Map, Value};
use mcp_runtime::testing::block_on;
use serde::{Deserialize, Serialize};

/// Values that are checked in every run.
const CASES: usize = 8_000;

/// Values of each schema.
const VALUES: usize = 20;

thread_local! {
    static SCHEMA: RefCell<Value> = const { RefCell::new(Value::Null) };
}

/// Any value, of which the schema of the day is published.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Free(Value);

impl JsonSchema for Free {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Free".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        SCHEMA.with_borrow(|schema| schema.clone().try_into().expect("an object is a schema"))
    }
}

/// What is given back.
#[data]
struct Held {
    value: Free,
}

/// Take a value.
#[tool(strict)]
async fn take(value: Free) -> String {
    value.0.to_string()
}

/// Give a value.
#[tool]
async fn give(value: Value) -> Held {
    Held { value: Free(value) }
}

#[test]
fn the_checker_agrees_with_another_one() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("SCHEMA_CASES").map_or(CASES, |cases| usize::try_from(cases).unwrap());
    let unseen = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let seed = number("SCHEMA_SEED");
    let seed = seed.unwrap_or_else(|| if cases == CASES { 1 } else { unseen() });
    let mut dice = Dice(seed);
    let (mut checked, mut fitting) = (0, 0);
    while checked < cases {
        let schema = dice.schema(3);
        fitting += compare(&mut dice, &schema, seed);
        checked += VALUES;
    }
    // Were nearly all values of one kind, little would have been compared.
    let share = fitting * 100 / checked;
    assert!((10..90).contains(&share), "{share} % of the values fit their schemas");
}

/// Holds random values against a schema with both checkers, and counts those that fit.
fn compare(dice: &mut Dice, schema: &Value, seed: u64) -> usize {
    SCHEMA.set(schema.clone());
    let server: Server = Server::new("differential", "1.0.0").with(handlers![take, give]);
    let mut client = block_on(server.state(()).test_client());
    let tools = block_on(client.request("tools/list", json!({}))).unwrap();
    let validator = |tool: usize, member: &str| -> Validator {
        let options = jsonschema::options().should_validate_formats(true);
        let schema = &tools["tools"][tool][member];
        options.build(schema).unwrap_or_else(|wrong| panic!("{wrong}: {schema}"))
    };
    let (input, output) = (validator(0, "inputSchema"), validator(1, "outputSchema"));
    let mut fitting = 0;
    for _ in 0..VALUES {
        let value = dice.value(3);
        let arguments = json!({ "value": value });
        let mut is_taken = |tool: &str| {
            let params = json!({ "name": tool, "arguments": arguments });
            let result = block_on(client.request("tools/call", params)).unwrap();
            (result.get("isError").is_none(), result)
        };
        let (is_given, result) = is_taken("give");
        let place = || format!("seed {seed}\nschema {schema}\nvalue {value}\nlist {tools}");
        assert_eq!(is_given, output.is_valid(&arguments), "result {result}\n{}", place());
        let (is_taken, result) = is_taken("take");
        // A member that is `null` may stand for one that is not there.
        if input.is_valid(&arguments) || !has_null_member(&arguments) {
            assert_eq!(is_taken, input.is_valid(&arguments), "argument {result}\n{}", place());
        }
        fitting += usize::from(is_given);
    }
    fitting
}

fn has_null_member(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_null_member),
        Value::Object(members) => members.values().any(|it| it.is_null() || has_null_member(it)),
        _ => false,
    }
}

/// Random choices, the same for the same seed: `SplitMix64`.
struct Dice(u64);

const NAMES: [&str; 4] = ["a", "b", "ab", "ü"];
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];
const TEXTS: [&str; 13] = [
    "",
    "a",
    "b",
    "ab",
    "ü",
    "abc",
    "2026-11-30",
    "2026-02-30",
    "127.0.0.1",
    "::1",
    "2026-11-30T12:00:00Z",
    "123e4567-e89b-12d3-a456-426614174000",
    "/a/0",
];
const FORMATS: [&str; 7] =
    ["date", "date-time", "ipv4", "ipv6", "uuid", "json-pointer", "duration"];
const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.0",
    "0.5",
    "1.5",
    "0.1",
    "0.3",
    "-2.5",
    "100",
    "9007199254740993",
    "1e20",
];
const KEYWORDS: [&str; 36] = [
    "type",
    "type",
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "format",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "properties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "required",
    "dependentRequired",
    "dependentSchemas",
    "minProperties",
    "maxProperties",
    "anyOf",
    "oneOf",
    "allOf",
    "not",
    "if",
    "properties",
];

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) >> 33).expect("31 bits") % sides
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())]
    }

    fn number(&mut self) -> Value {
        serde_json::from_str(self.one(&NUMBERS)).expect("a number")
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.roll(if depth == 0 { 6 } else { 12 }) {
            0 => Value::Null,
            1 => json!(self.roll(2) == 0),
            2 | 3 => self.number(),
            4 | 5 => self.one(&TEXTS).into(),
            6..=8 => (0..self.roll(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let count = self.roll(4);
                let members: Map<String, Value> = (0..count)
                    .map(|_| (self.one(&NAMES).to_owned(), self.value(depth - 1)))
                    .collect();
                Value::Object(members)
            }
        }
    }

    fn names(&mut self) -> Value {
        NAMES.iter().filter(|_| self.roll(3) == 0).copied().collect()
    }

    fn schemas(&mut self, depth: usize) -> Value {
        (0..=self.roll(3)).map(|_| self.inner(depth)).collect()
    }

    fn named(&mut self, depth: usize) -> Value {
        let mut named = Map::new();
        for name in NAMES {
            if self.roll(2) == 0 {
                named.insert(name.to_owned(), self.inner(depth));
            }
        }
        Value::Object(named)
    }

    /// A schema in another one, which may also be a boolean.
    fn inner(&mut self, depth: usize) -> Value {
        match self.roll(12) {
            0 => json!(true),
            1 => json!(false),
            _ => self.schema(depth.saturating_sub(1)),
        }
    }

    fn schema(&mut self, depth: usize) -> Value {
        let mut schema = Map::new();
        for _ in 0..=self.roll(if depth == 0 { 2 } else { 4 }) {
            let keyword = self.one(&KEYWORDS);
            if let Some(value) = self.of(keyword, depth) {
                if keyword == "if" {
                    schema.insert("then".to_owned(), self.inner(depth));
                    schema.insert("else".to_owned(), self.inner(depth));
                }
                schema.insert(keyword.to_owned(), value);
            }
        }
        Value::Object(schema)
    }

    /// A value for a keyword; nothing where it would hold a schema that is too deep.
    fn of(&mut self, keyword: &str, depth: usize) -> Option<Value> {
        Some(match keyword {
            "type" if self.roll(4) == 0 => {
                let (one, other) = (self.one(&TYPES), self.one(&TYPES));
                if one == other { one.into() } else { json!([one, other]) }
            }
            "type" => self.one(&TYPES).into(),
            "enum" => (0..=self.roll(4)).map(|_| self.value(1)).collect(),
            "const" => self.value(1),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => self.number(),
            "multipleOf" => json!(self.one(&[0.1, 0.5, 1.0, 2.0, 3.0])),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minContains" | "maxContains"
            | "minProperties" | "maxProperties" => self.roll(4).into(),
            "format" => self.one(&FORMATS).into(),
            "uniqueItems" => true.into(),
            "required" => self.names(),
            "dependentRequired" => json!({ self.one(&NAMES): self.names() }),
            _ if depth == 0 => return None,
            "properties" | "dependentSchemas" => self.named(depth),
            "anyOf" | "oneOf" | "allOf" | "prefixItems" => self.schemas(depth),
            _ => self.inner(depth),
        })
    }
}
