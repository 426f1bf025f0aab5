//! Values that clients send arrive as they were sent, or are refused.

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;
use serde_json::Value;

/// A number whose `Drop` panics.
#[data]
struct Bomb(i64);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in drop of an argument");
    }
}

/// Take two bombs and a number.
#[tool]
async fn defuse(first: Bomb, second: Option<Bomb>, number: i64) -> String {
    std::mem::forget((first, second));
    number.to_string()
}

#[test]
fn arguments_whose_drop_panics_beside_a_wrong_one_are_answered() {
    for arguments in [
        json!({ "first": 1, "second": 2, "number": "bad" }),
        json!({ "number": "bad", "second": 2, "first": 1 }),
        json!({ "first": 1, "second": 2, "number": 1, "more": 1 }),
        json!({ "first": 1, "second": 2 }),
    ] {
        let refused = told(handlers![defuse], "defuse", &arguments).unwrap_err();
        assert!(refused.starts_with("1 argument of `defuse` does not fit"), "{refused}");
    }
    let taken = told(handlers![defuse], "defuse", &json!({ "first": 1, "number": "5" }));
    assert_eq!(taken.unwrap(), "5");
}

/// Give back what was sent.
#[tool]
async fn back(value: Value) -> Value {
    value
}

#[test]
fn doubles_come_back_as_they_were_sent() {
    let mut bits = 0x3ff0_0000_0000_0001_u64;
    for _ in 0..500 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = f64::from_bits(bits);
        if number.is_finite() {
            let sent = json!({ "value": number });
            assert_eq!(told(handlers![back], "back", &sent).unwrap(), sent["value"].to_string());
        }
    }
}

/// Members that need not be sent.
#[data]
#[derive(Debug)]
#[serde(default)]
struct Defaults {
    count: i64,
    words: Vec<String>,
    limit: Option<u8>,
    number: u8,
}

impl Default for Defaults {
    fn default() -> Self {
        Self { count: 7, words: vec!["x".to_owned()], limit: Some(5), number: 1 }
    }
}

/// Take members that need not be sent.
#[tool(strict)]
async fn defaults(of: Defaults) -> String {
    format!("{} {:?} {:?} {}", of.count, of.words, of.limit, of.number)
}

#[test]
fn null_for_a_member_with_a_default_is_nothing_and_for_an_option_null() {
    for (sent, taken) in [
        (json!({}), r#"7 ["x"] Some(5) 1"#),
        (json!({ "count": null, "words": null, "number": null }), r#"7 ["x"] Some(5) 1"#),
        (json!({ "limit": null }), r#"7 ["x"] None 1"#),
        (json!({ "limit": null, "count": null, "number": 2.0 }), r#"7 ["x"] None 2"#),
    ] {
        let answer = told(handlers![defaults], "defaults", &json!({ "of": sent }));
        assert_eq!(answer.as_deref(), Ok(taken), "{sent}");
    }
}

/// A city.
#[data]
#[derive(Debug)]
struct Place {
    city: String,
    zip: Option<u32>,
    since: Option<Kind>,
}

/// A kind.
#[data]
#[derive(Debug)]
enum Kind {
    Old,
    New,
}

/// A change, by its tag.
#[data]
#[derive(Debug)]
#[serde(tag = "op")]
enum Change {
    Add { value: i64 },
    Move { from: i64, to: Option<Place> },
}

/// A change, by its name.
#[data]
#[derive(Debug)]
enum Step {
    Wait(u8),
    Go { to: u8 },
}

/// A text or something else.
#[data]
#[derive(Debug)]
#[serde(untagged)]
enum Loose {
    Text(String),
    List(Vec<i64>),
    Sized { size: i64 },
}

/// Take anything that need not be sent.
#[tool]
async fn take(
    items: Option<Vec<String>>,
    place: Option<Place>,
    change: Option<Change>,
    steps: Option<Vec<Step>>,
    loose: Option<Loose>,
    value: Option<Value>,
    text: Option<String>,
    kind: Option<Kind>,
    #[arg(default = 7)] count: u8,
) -> String {
    let said = [
        items.map(|it| format!("{it:?}")),
        place.map(|it| format!("{it:?}")),
        change.map(|it| format!("{it:?}")),
        steps.map(|it| format!("{it:?}")),
        loose.map(|it| format!("{it:?}")),
        value.map(|it| format!("{it}")),
        text.map(|it| format!("{it:?}")),
        kind.map(|it| format!("{it:?}")),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    format!("{} {count}", said.join(" "))
}

/// R1: hosts send lists and objects as JSON text.
#[test]
fn lists_and_objects_sent_as_text_are_read() {
    for (arguments, said) in [
        (json!({ "items": r#"["a","b"]"# }), r#"["a", "b"] 7"#),
        (json!({ "place": r#"{"city":"X","zip":"1"}"# }), place("X", "Some(1)")),
        (
            json!({ "change": { "op": "move", "from": "1", "to": r#"{"city":"X"}"# } }),
            "\
            Move { from: 1, to: Some(Place { city: \"X\", zip: None, since: None }) } 7",
        ),
        (json!({ "change": r#"{"op":"add","value":1}"# }), "Add { value: 1 } 7"),
        (
            json!({ "steps": [r#"{"wait":"1"}"#, { "go": "{\"to\":2}" }] }),
            "[Wait(1), Go { to: 2 }] 7",
        ),
        (json!({ "loose": "[1]" }), r#"Text("[1]") 7"#),
        (json!({ "loose": ["1"] }), "List([1]) 7"),
        (json!({ "loose": { "size": "1" } }), "Sized { size: 1 } 7"),
        (json!({ "value": "[1]", "text": "{}" }), r#""[1]" "{}" 7"#),
        (
            json!({ "steps": [{ "wait": "3" }], "change": { "op": "add", "value": "5" } }),
            "Add { value: 5 } [Wait(3)] 7",
        ),
    ] {
        assert_eq!(told(handlers![take], "take", &arguments).as_deref(), Ok(said), "{arguments}");
    }
    for items in ["a", "a,b", r#"["a",]"#, r#"{"a":1}"#] {
        let refused = told(handlers![take], "take", &json!({ "items": items })).unwrap_err();
        assert!(refused.contains("- `items`: expected a list; got"), "{refused}");
    }
}

fn place(city: &str, zip: &str) -> &'static str {
    format!("Place {{ city: {city:?}, zip: {zip}, since: None }} 7").leak()
}

/// R13: models fill in empty texts for what they need not send.
#[test]
fn empty_texts_for_what_is_no_text_are_absent() {
    let nothing =
        json!({ "items": "", "place": "", "change": "", "steps": "", "kind": "", "count": "" });
    assert_eq!(told(handlers![take], "take", &nothing).unwrap(), " 7");
    let nested = json!({ "place": { "city": "", "zip": "", "since": "" } });
    assert_eq!(told(handlers![take], "take", &nested).as_deref(), Ok(place("", "None")));
    let texts = json!({ "text": "", "loose": "", "value": "" });
    assert_eq!(told(handlers![take], "take", &texts).unwrap(), r#"Text("") "" "" 7"#);
}

/// Take nothing for something else.
#[tool(strict)]
async fn exactly(items: Option<Vec<String>>, place: Option<Place>, kind: Option<Kind>) -> String {
    format!("{items:?} {place:?} {kind:?}")
}

#[test]
fn strict_tools_take_no_text_for_something_else() {
    for arguments in [
        json!({ "items": "[]" }),
        json!({ "items": "" }),
        json!({ "kind": "" }),
        json!({ "place": { "city": "X", "zip": "" } }),
        json!({ "place": { "city": "X", "zip": "1" } }),
        json!({ "place": "{\"city\":\"X\"}" }),
    ] {
        assert!(told(handlers![exactly], "exactly", &arguments).is_err(), "{arguments}");
    }
}

/// R15: what alone would be taken is not wrong beside something that is.
#[test]
fn only_what_cannot_be_taken_is_named() {
    let sent = json!({ "place": { "city": 5, "zip": "1" } });
    let refused = told(handlers![take], "take", &sent).unwrap_err();
    let expected = "1 argument of `take` does not fit:\n- `place.city`: expected a string; got 5";
    assert_eq!(refused, expected);
}

/// Take numbers.
#[tool]
async fn numbers(
    small: Option<f32>,
    several: Option<Vec<f32>>,
    long: Option<i64>,
    unsigned: Option<u64>,
    huge: Option<i128>,
) -> String {
    format!("{small:?} {several:?} {long:?} {unsigned:?} {huge:?}")
}

/// R14: an `f32` takes a number beyond its bounds for an infinity.
#[test]
fn numbers_beyond_their_type_are_refused_with_its_bounds() {
    let float = "a number from -3.4028235e38 to 3.4028235e38";
    let float = &*float.replace("e38", "e+38");
    for (arguments, problem) in [
        (r#"{ "small": 1e39 }"#, format!("`small`: expected {float}; got 1e+39")),
        (r#"{ "small": "-1e39" }"#, format!("`small`: expected {float}; got \"-1e39\"")),
        (r#"{ "several": [1, 1e39] }"#, format!("`several[1]`: expected {float}; got 1e+39")),
        (
            r#"{ "long": 9223372036854775808 }"#,
            "`long`: expected an integer from -9223372036854775808 to 9223372036854775807; \
             got 9223372036854775808"
                .to_owned(),
        ),
        (
            r#"{ "unsigned": "18446744073709551616" }"#,
            "`unsigned`: expected an integer from 0 to 18446744073709551615; \
             got \"18446744073709551616\""
                .to_owned(),
        ),
    ] {
        let refused =
            told(handlers![numbers], "numbers", &serde_json::from_str(arguments).unwrap());
        let expected = format!("1 argument of `numbers` does not fit:\n- {problem}");
        assert_eq!(refused.unwrap_err(), expected);
    }
    for (arguments, said) in [
        (json!({ "small": f32::MAX }), "Some(3.4028235e38) None None None None"),
        (json!({ "small": "3.4028235e38" }), "Some(3.4028235e38) None None None None"),
        (
            json!({ "huge": i128::MAX.to_string() }),
            "None None None None Some(170141183460469231731687303715884105727)",
        ),
        (json!({ "long": 1e2, "unsigned": 5.0 }), "None None Some(100) Some(5) None"),
        (json!({ "long": "1e2", "unsigned": "5.0" }), "None None Some(100) Some(5) None"),
    ] {
        assert_eq!(told(handlers![numbers], "numbers", &arguments).as_deref(), Ok(said));
    }
}

#[test]
fn integers_are_not_made_of_fractions_that_a_float_has_rounded() {
    for text in
        ["9007199254740992.5", "9007199254740993.0", "9007199254740991.9", "5.00000000000000001"]
    {
        for sent in [text.to_owned(), format!("{text:?}")] {
            let arguments = format!("{{\"long\":{sent}}}");
            let refused = called(handlers![numbers], "numbers", &arguments);
            assert!(refused["isError"] == true, "{arguments}: {refused}");
        }
    }
}

/// Take optional numbers, each in a list.
#[tool]
async fn optional(list: Vec<Option<i64>>, changes: Option<Vec<Change>>) -> String {
    format!("{} {}", list.len(), changes.map_or(0, |changes| changes.len()))
}

#[test]
fn choices_that_need_no_search_have_no_bound() {
    let sent = json!({ "list": vec![1; 100_001], "changes": vec![json!({ "op": "move", "from": 1 }); 100_001] });
    assert_eq!(told(handlers![optional], "optional", &sent).unwrap(), "100001 100001");
}

#[test]
fn texts_of_a_client_stay_on_their_line() {
    let forged = "x\u{85}- `a`: \u{2028}\u{202e}\n";
    for arguments in [
        json!({ forged: 1 }),
        json!({ "items": forged }),
        json!({ "items": [1, forged] }),
        json!({ "kind": forged }),
        json!({ "place": { forged: 1, "city": 1 } }),
    ] {
        let refused = told(handlers![take], "take", &arguments).unwrap_err();
        let forged = ['\u{85}', '\u{2028}', '\u{202e}'];
        assert!(!refused.contains(forged) && refused.lines().count() < 4, "{refused}");
    }
}

/// Sends arguments byte for byte, and gives the result.
fn called(handlers: Handlers<()>, tool: &str, arguments: &str) -> Value {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let line = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"_meta":{meta},"name":"{tool}","arguments":{arguments}}}}}"#
    );
    block_on(async {
        let server = Server::new("values", "1.0.0").with(handlers).state(());
        let mut peer = mcp_tests::peer::connect(server);
        peer.send(&line).await.unwrap();
        let answer = peer.recv().await.unwrap().unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()["result"].take()
    })
}

fn told(handlers: Handlers<()>, tool: &str, arguments: &Value) -> Result<String, String> {
    block_on(async {
        let server = Server::new("values", "1.0.0").with(handlers).state(());
        let mut client = server.test_client().await;
        client.text(tool, arguments.clone()).await.map_err(|error| error.to_string())
    })
}
