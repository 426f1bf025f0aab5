//! What `#[form]` sends, held against the official schemas of every revision that has forms.

use std::fs;
use std::path::Path;

use mcp_runtime::FormShape;
use mcp_runtime::prelude::*;
use mcp_runtime::protocol::ProtocolVersion::{self, V2025_06_18, V2025_11_25, V2026_07_28};
use mcp_runtime::serde_json::{Value, from_slice, from_value};
use mcp_tests::schema::Schemas;

/// A booking.
#[form]
#[derive(Debug, PartialEq)]
struct Booking {
    /// Your full name.
    #[arg(title = "Name", length = 2..=80)]
    name: String,
    #[arg(format = "email")]
    email: Option<String>,
    #[arg(name = "guests", range = 1..10, default = 2)]
    number: u8,
    #[schemars(range(min = 0.5))]
    budget: f64,
    balance: Option<i64>,
    /// Whether we may write.
    #[arg(default)]
    news: bool,
    #[arg(default = "none")]
    remark: String,
    #[arg(default)]
    room: Room,
    /// When breakfast is served.
    breakfast: Option<Time>,
    #[arg(length = 1.., default = vec![Day::Saturday])]
    days: Vec<Day>,
}

/// A kind of room.
#[form]
#[derive(Debug, PartialEq, Default)]
enum Room {
    #[default]
    Single,
    TwinBeds,
}

#[form]
#[derive(Debug, PartialEq)]
enum Time {
    /// From seven to eight.
    Early,
    LateInBed,
}

#[form]
#[derive(Debug, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum Day {
    /// On Saturday
    Saturday,
    /// On Sunday
    #[schemars(title = "Sunday, all day.")]
    Sunday,
}

/// Without a list, so that every revision can show it.
#[form]
struct Order {
    #[arg(title = "How many", range = ..=3, default = 1)]
    count: u32,
    #[arg(default = true)]
    wrapped: bool,
    #[arg(default)]
    room: Room,
    #[serde(rename = "time", default)]
    when: Option<Time>,
}

/// The message by which a revision asks for this, and the method it answers.
fn question(version: ProtocolVersion, schema: &Value) -> (Option<&'static str>, Value) {
    let params = json!({ "message": "Please fill this in", "requestedSchema": schema });
    let question = json!({ "method": "elicitation/create", "params": params });
    if version < V2026_07_28 {
        let message = json!({
            "jsonrpc": "2.0", "id": 1, "method": "elicitation/create", "params": params,
        });
        return (None, message);
    }
    let result = json!({
        "resultType": "input_required", "inputRequests": { "form": question },
    });
    (Some("tools/call"), json!({ "jsonrpc": "2.0", "id": 1, "result": result }))
}

/// The schema of a form, which the revision's own schema accepts.
fn requested<F: Form>(version: ProtocolVersion) -> Value {
    let schema = F::shape().requested(version).unwrap();
    let (method, message) = question(version, &schema);
    assert_eq!(Schemas::official().check_sent(version, method, &message), Ok(()), "{schema:#}");
    schema
}

// ELIC-03, ELIC-04, ELIC-05, ELIC-06, ELIC-20.
#[test]
fn a_form_has_titles_defaults_and_lists_since_2025_11_25() {
    let expected = json!({
        "type": "object",
        "properties": {
            "name": {
                "type": "string", "minLength": 2, "maxLength": 80,
                "title": "Name", "description": "Your full name.",
            },
            "email": { "type": "string", "format": "email" },
            "guests": { "type": "integer", "minimum": 1, "maximum": 9, "default": 2 },
            "budget": { "type": "number", "minimum": 0.5 },
            "balance": { "type": "integer" },
            "news": { "type": "boolean", "description": "Whether we may write.", "default": false },
            "remark": { "type": "string", "default": "none" },
            "room": {
                "type": "string", "enum": ["single", "twin_beds"],
                "description": "A kind of room.", "default": "single",
            },
            "breakfast": {
                "type": "string",
                "oneOf": [
                    { "const": "early", "title": "From seven to eight" },
                    { "const": "late_in_bed", "title": "Late in bed" },
                ],
                "description": "When breakfast is served.",
            },
            "days": {
                "type": "array",
                "items": { "anyOf": [
                    { "const": "SATURDAY", "title": "On Saturday" },
                    { "const": "SUNDAY", "title": "Sunday, all day" },
                ] },
                "minItems": 1,
                "default": ["SATURDAY"],
            },
        },
        "required": ["name", "budget"],
    });
    for version in [V2025_11_25, V2026_07_28] {
        assert_eq!(requested::<Booking>(version), expected, "{version}");
    }
}

// ELIC-05, ELIC-06.
#[test]
fn a_form_of_2025_06_18_has_enum_names_and_defaults_of_booleans_alone() {
    let expected = json!({
        "type": "object",
        "properties": {
            "count": { "type": "integer", "minimum": 0, "maximum": 3, "title": "How many" },
            "wrapped": { "type": "boolean", "default": true },
            "room": {
                "type": "string", "enum": ["single", "twin_beds"], "description": "A kind of room.",
            },
            "time": {
                "type": "string",
                "enum": ["early", "late_in_bed"], "enumNames": ["From seven to eight", "Late in bed"],
            },
        },
    });
    assert_eq!(requested::<Order>(V2025_06_18), expected);
    requested::<Order>(V2025_11_25);
    requested::<Order>(V2026_07_28);
}

#[test]
fn what_a_revision_cannot_show_is_an_error() {
    let shape = Booking::shape();
    assert_eq!(
        shape.requested(V2025_06_18).unwrap_err(),
        "`days` is a list, and forms of protocol version 2025-06-18 have none"
    );
    for version in [ProtocolVersion::V2024_11_05, ProtocolVersion::V2025_03_26] {
        let wrong = shape.requested(version).unwrap_err();
        assert_eq!(wrong, format!("protocol version {version} has no forms"));
    }
}

/// The official examples of a definition.
fn examples(definition: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("protocol/examples").join(definition);
    let files = fs::read_dir(folder).unwrap();
    files.map(|file| from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap()).collect()
}

// ELIC-05, ELIC-06.
#[test]
fn the_official_examples_are_sent_as_they_are() {
    let params = examples("ElicitRequestFormParams");
    let forms = params.iter().map(|params| params["requestedSchema"].clone());
    let fields = [
        "BooleanSchema",
        "NumberSchema",
        "StringSchema",
        "TitledMultiSelectEnumSchema",
        "TitledSingleSelectEnumSchema",
        "UntitledMultiSelectEnumSchema",
        "UntitledSingleSelectEnumSchema",
    ];
    let fields = fields.iter().flat_map(|definition| examples(definition));
    let fields = fields.map(|field| json!({ "type": "object", "properties": { "field": field } }));
    let mut count = 0;
    for schema in forms.chain(fields) {
        let requested = FormShape::of_schema(schema.clone()).requested(V2026_07_28);
        assert_eq!(requested, Ok(schema));
        count += 1;
    }
    assert_eq!(count, 9);
}

// ELIC-06.
#[test]
fn enum_names_are_sent_as_they_are() {
    let schema = |field| json!({ "type": "object", "properties": { "field": field } });
    let names = schema(json!({ "type": "string", "enum": ["a", "b"], "enumNames": ["A", "B"] }));
    let shape = FormShape::of_schema(names.clone());
    for version in [V2025_06_18, V2025_11_25, V2026_07_28] {
        assert_eq!(shape.requested(version), Ok(names.clone()));
    }
}

// ELIC-07.
#[test]
fn an_answer_that_fits_is_a_value_of_the_type() {
    let content =
        json!({ "name": "Ada", "budget": "99.5", "breakfast": "late_in_bed", "days": ["SUNDAY"] });
    let answer = Booking::shape().check(content.as_object().unwrap()).unwrap();
    let booking: Booking = from_value(Value::Object(answer)).unwrap();
    let expected = Booking {
        name: "Ada".to_owned(),
        email: None,
        number: 2,
        budget: 99.5,
        balance: None,
        news: false,
        remark: "none".to_owned(),
        room: Room::Single,
        breakfast: Some(Time::LateInBed),
        days: vec![Day::Sunday],
    };
    assert_eq!(booking, expected);
}

// ELIC-07.
#[test]
fn an_answer_that_does_not_fit_is_refused_whatever_the_client_has_checked() {
    let content = json!({
        "name": "A", "email": "x", "guests": 10, "breakfast": "Early", "days": [],
    });
    assert_eq!(
        Booking::shape().check(content.as_object().unwrap()).unwrap_err(),
        "`name`: expected a string of 2 to 80 characters; got \"A\"\n\
         `email`: expected an e-mail address; got \"x\"\n\
         `guests`: expected an integer from 1 to 9; got 10\n\
         `budget`: missing\n\
         `breakfast`: expected one of early, late_in_bed; got \"Early\"\n\
         `days`: expected a list of at least 1; got []"
    );
}

#[test]
fn a_default_that_does_not_fit_is_named_when_the_form_is_asked_for() {
    // A literal would be a compile error.
    const ONE: u32 = 1;
    #[form]
    struct Wrong {
        #[arg(range = 5..=9, default = ONE)]
        _count: u32,
    }
    let wrong = Wrong::shape().requested(V2026_07_28).unwrap_err();
    assert_eq!(wrong, "the default of `_count`: expected an integer from 5 to 9; got 1");
}
