use mcp_runtime::prelude::*;

use mcp_runtime::schemars::schema_for;

/// A unit struct.
#[data]
struct Nothing;

#[data]
struct Id(u32);

#[data]
#[derive(Debug, Clone, PartialEq)]
struct Generic<T> {
    #[serde(rename = "type")]
    kind: T,
}

#[data]
#[derive(Debug, PartialEq)]
enum Status {
    InProgress,
    Done { on: String },
}

#[data]
#[derive(Debug, PartialEq)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
enum Loud {
    InProgress,
}

#[data(crate = mcp_runtime)]
struct Elsewhere {
    id: Id,
}

fn main() {
    let json = |value| serde_json::to_string(&value).unwrap();
    assert_eq!(json(Status::InProgress), r#""in_progress""#);
    assert_eq!(serde_json::to_string(&Loud::InProgress).unwrap(), r#""IN-PROGRESS""#);
    let generic: Generic<u8> = serde_json::from_str(r#"{"type":1}"#).unwrap();
    assert_eq!(generic, Generic { kind: 1 });
    let done: Status = serde_json::from_str(r#"{"done":{"on":"friday"}}"#).unwrap();
    assert_eq!(done, Status::Done { on: "friday".to_owned() });
    let _ = (schema_for!(Nothing), schema_for!(Elsewhere), schema_for!(Generic<Id>));
    let _ = Elsewhere { id: Id(1) }.id.0;
    let _ = Nothing;
}
