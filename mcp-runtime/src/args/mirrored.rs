//! Arguments that clients repeat in headers, read off the schema once.
//!
//! Spec: 2026-07-28, basic/transports/streamable-http, Custom Headers.

use serde_json::Value;

/// An argument that is repeated in the header `Mcp-Param-{header}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mirrored {
    pub(crate) header: String,
    /// The names that lead to it, from the arguments on.
    pub(crate) path: Vec<String>,
}

impl Mirrored {
    /// All of a schema's.
    pub(crate) fn of(schema: &Value) -> Vec<Self> {
        let mut found = Vec::new();
        collect(schema, &mut Vec::new(), &mut found);
        found
    }

    /// What is wrong with them; a client drops a tool of which anything is.
    pub(crate) fn mistakes(schema: &Value) -> Vec<String> {
        let mut mistakes = Vec::new();
        let all = Self::of(schema);
        for (at, Self { header, path }) in all.iter().enumerate() {
            let mut mistake = |wrong: &str| {
                mistakes.push(format!("argument `{}`: {wrong}", path.join(".")));
            };
            let kind = property(schema, path).and_then(|it| it.get("type")?.as_str());
            if !matches!(kind, Some("string" | "integer" | "boolean")) {
                mistake("only a text, an integer or a boolean can be mirrored in a header");
            }
            let is_token =
                |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            if header.is_empty() || !header.bytes().all(is_token) {
                mistake(&format!("`{header}` is no name of a header"));
            }
            if all[..at].iter().any(|other| other.header.eq_ignore_ascii_case(header)) {
                mistake(&format!("the header `{header}` is taken already"));
            }
        }
        mistakes
    }
}

/// Headers stand on properties that are reached through `properties` alone.
fn collect(schema: &Value, path: &mut Vec<String>, found: &mut Vec<Mirrored>) {
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    for (name, property) in properties {
        path.push(name.clone());
        if let Some(header) = property.get("x-mcp-header") {
            let header = header.as_str().unwrap_or_default().to_owned();
            found.push(Mirrored { header, path: path.clone() });
        }
        collect(property, path, found);
        path.pop();
    }
}

fn property<'a>(schema: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(schema, |schema, name| schema.get("properties")?.get(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// XHDR-02 to XHDR-05.
    #[test]
    fn headers_are_read_off_the_schema_and_checked() {
        let text = |header: &str| json!({ "type": "string", "x-mcp-header": header });
        let schema = json!({ "properties": {
            "a": text("A"),
            "b": { "type": "object", "properties": { "c": text("B-C") } },
            "d": { "items": { "properties": { "e": text("E") } } },
        } });
        let found: Vec<_> =
            Mirrored::of(&schema).into_iter().map(|it| (it.header, it.path.join("."))).collect();
        assert_eq!(found, [("A".into(), "a".into()), ("B-C".into(), "b.c".into())]);
        assert!(Mirrored::mistakes(&schema).is_empty());
        for (property, mistakes) in [
            (json!({ "type": "number", "x-mcp-header": "A" }), 1),
            (json!({ "type": ["string", "null"], "x-mcp-header": "A" }), 1),
            (text(""), 1),
            (text("a b"), 1),
            (json!({ "type": "string", "x-mcp-header": 1 }), 1),
        ] {
            let schema = json!({ "properties": { "x": property } });
            assert_eq!(Mirrored::mistakes(&schema).len(), mistakes, "{schema}");
        }
        let twice = json!({ "properties": { "a": text("Region"), "b": text("region") } });
        assert_eq!(Mirrored::mistakes(&twice).len(), 1);
    }
}
