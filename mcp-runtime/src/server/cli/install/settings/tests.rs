//! What becomes of settings that people have written.

use serde_json::json;

use super::*;

fn entry() -> Map<String, Value> {
    json!({ "command": "/bin/notes", "args": [] }).as_object().unwrap().clone()
}

fn with(text: &str) -> Result<Option<String>, String> {
    Settings::read(text, true)?.with("servers", "notes", &entry())
}

fn without(text: &str) -> Option<String> {
    Settings::read(text, true).unwrap().without("servers", "notes").unwrap()
}

/// What comes of settings, and that the entry is in it once.
#[track_caller]
fn installed(text: &str, expected: &str) {
    let changed = with(text).unwrap().expect("it changes");
    assert_eq!(changed, expected);
    assert_eq!(with(&changed), Ok(None), "it is there already");
}

#[test]
fn an_empty_file_becomes_settings() {
    for empty in ["", "\n", "\u{feff}", "{}\n"] {
        installed(
            empty,
            r#"{
  "servers": {
    "notes": {
      "command": "/bin/notes",
      "args": []
    }
  }
}
"#,
        );
    }
}

#[test]
fn everything_else_stays_as_it_is() {
    installed(
        r#"{
    "zeta": 1.50, "servers": {
        "other":   {"command": "x", "args": ["\u0061"]}
    },
    "alpha": [1e2,
        2]
}"#,
        r#"{
    "zeta": 1.50, "servers": {
        "other":   {"command": "x", "args": ["\u0061"]},
        "notes": {
            "command": "/bin/notes",
            "args": []
        }
    },
    "alpha": [1e2,
        2]
}"#,
    );
    // In the form of the file: tabs, line ends, one line.
    installed(
        "{\r\n\t\"servers\": {}\r\n}\r\n",
        "{\r\n\t\"servers\": {\r\n\t\t\"notes\": {\r\n\t\t\t\"command\": \"/bin/notes\",\r\n\t\t\t\"args\": []\r\n\t\t}\r\n\t}\r\n}\r\n",
    );
    installed(
        r#"{"a":1,"servers":{"b":{}}}"#,
        r#"{"a":1,"servers":{"b":{}, "notes": {"command":"/bin/notes","args":[]}}}"#,
    );
    installed(
        "{\n  \"a\": 1\n}",
        "{\n  \"a\": 1,\n  \"servers\": {\n    \"notes\": {\n      \"command\": \"/bin/notes\",\n      \"args\": []\n    }\n  }\n}",
    );
    installed(
        "\u{feff}{\"servers\":{\"b\":1}}",
        "\u{feff}{\"servers\":{\"b\":1, \"notes\": {\"command\":\"/bin/notes\",\"args\":[]}}}",
    );
}

#[test]
fn comments_and_trailing_commas_stay() {
    installed(
        r#"// Servers, "quoted" { and "braced".
{
  "servers": {
    /* "notes": {}, */
    "other": { "url": "https://example.com/*x*/", }, // the last one,
  },
}
"#,
        r#"// Servers, "quoted" { and "braced".
{
  "servers": {
    /* "notes": {}, */
    "other": { "url": "https://example.com/*x*/", },
    "notes": {
      "command": "/bin/notes",
      "args": []
    }, // the last one,
  },
}
"#,
    );
    let commented = r#"{ "servers": { "notes": { /* mine */ "command": "old" } } }"#;
    let refused = with(commented).unwrap_err();
    assert!(refused.contains("comments that would be lost"), "{refused}");
}

#[test]
fn an_entry_keeps_what_it_says_beside() {
    installed(
        r#"{ "servers": { "notes": { "disabled": true, "command": "old", "cwd": "/" } } }"#,
        r#"{ "servers": { "notes": {
  "disabled": true,
  "command": "/bin/notes",
  "cwd": "/",
  "args": []
} } }"#,
    );
    let old = json!({ "env": { "A": "1", "B": "2" }, "args": ["x"] });
    let new = json!({ "env": { "B": "3" }, "args": [] });
    let merged = merged(&old, new.as_object().unwrap());
    assert_eq!(Value::from(merged), json!({ "env": { "A": "1", "B": "3" }, "args": [] }));
}

#[test]
fn an_entry_is_taken_out_again() {
    for (text, expected) in [
        ("{\n  \"servers\": {\n    \"notes\": {}\n  }\n}\n", "{\n  \"servers\": {}\n}\n"),
        (r#"{"servers":{"a":1,"notes":{},"b":2}}"#, r#"{"servers":{"a":1,"b":2}}"#),
        (r#"{"servers":{"a":1, "notes":{}}}"#, r#"{"servers":{"a":1}}"#),
        (r#"{"servers":{"notes":{}, "b":2}}"#, r#"{"servers":{"b":2}}"#),
        ("{\"servers\":{\"notes\":{}, // x\n}}", "{\"servers\":{ // x\n}}"),
        ("{\"servers\":{\"a\":1,\n\"notes\":{},\n}}", "{\"servers\":{\"a\":1,\n}}"),
    ] {
        assert_eq!(without(text).as_deref(), Some(expected), "{text}");
        assert_eq!(without(expected), None, "{expected}");
    }
    assert_eq!(without("{}"), None);
    // There and back.
    let before = "{\n  \"servers\": {\n    \"a\": 1\n  }\n}\n";
    assert_eq!(without(&with(before).unwrap().unwrap()).as_deref(), Some(before));
}

#[test]
fn what_cannot_be_read_is_refused_with_the_place() {
    for (text, takes_comments, why) in [
        ("{ // x\n}", false, "it is not JSON: key must be a string at line 1 column 3"),
        ("{ \"a\": }", true, "it is not JSON: expected value at line 1 column 8"),
        ("{ \"a\": \"b", true, "it is not JSON: EOF while parsing a string at line 1 column 9"),
        ("{} {}", true, "it is not JSON: trailing characters at line 1 column 4"),
        ("{ /* x", true, "it is not JSON: EOF while parsing an object at line 1 column 6"),
        ("[]", true, "it is not a JSON object"),
        ("{ \"servers\": [] }", true, "`servers` is not an object"),
    ] {
        let settings = Settings::read(text, takes_comments);
        let changed = settings.and_then(|it| it.with("servers", "notes", &entry()));
        assert_eq!(changed, Err(why.to_owned()), "{text}");
    }
}
