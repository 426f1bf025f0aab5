//! What models send in place of what a schema wants, taken for it where nothing is lost.

use serde_json::{Map, Number, Value};

/// Deeper values are left as they are.
const DEPTH: usize = 64;

/// What may be taken for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mend {
    /// `"5"` for 5, `"true"` for true, and 30.0 for the integer 30.
    Texts,
    /// 30.0 for the integer 30, which is the same number.
    Numbers,
}

/// Takes scalars for what the schema wants.
pub(crate) fn mend(mend: Mend, schema: &Value, value: &mut Value) {
    mend_to(mend, schema, value, DEPTH);
}

fn mend_to(mend: Mend, schema: &Value, value: &mut Value, depth: usize) {
    if depth == 0 {
        return;
    }
    let wanted = schema.get("type").and_then(Value::as_str);
    match (wanted, &mut *value) {
        (Some("integer"), Value::Number(number)) => {
            if let Some(integer) = whole(number) {
                *value = integer.into();
            }
        }
        (Some(wanted), Value::String(text)) => {
            let meant = read(wanted, text.trim()).filter(|_| mend == Mend::Texts);
            if let Some(meant) = meant {
                *value = meant;
            }
        }
        (Some("array"), Value::Array(items)) => {
            let first = schema.get("prefixItems").and_then(Value::as_array);
            let each = schema.get("items").into_iter().cycle();
            for (item, schema) in items.iter_mut().zip(first.into_iter().flatten().chain(each)) {
                mend_to(mend, schema, item, depth - 1);
            }
        }
        (Some("object"), Value::Object(members)) => {
            for (name, value) in members {
                if let Some(schema) = schema_of(schema, name) {
                    mend_to(mend, schema, value, depth - 1);
                }
            }
        }
        // `null`, or something else that is then the only thing meant.
        (None, value) => {
            if let Some(Value::Array(alternatives)) = schema.get("anyOf")
                && let [one, null] = alternatives.as_slice()
                && null.get("type").is_some_and(|name| name == "null")
            {
                mend_to(mend, one, value, depth - 1);
            }
        }
        _ => {}
    }
}

/// The schema of a member: its own, or that of a map's values.
fn schema_of<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let named = |keyword| schema.get(keyword).and_then(Value::as_object);
    let own = named("properties").and_then(|properties| properties.get(name));
    let patterns =
        named("patternProperties").and_then(|patterns: &Map<_, _>| patterns.values().next());
    own.or_else(|| schema.get("additionalProperties").filter(|others| others.is_object()))
        .or(patterns)
}

/// What a text says, if it says what is wanted.
fn read(wanted: &str, text: &str) -> Option<Value> {
    match wanted {
        "integer" => {
            let signed = text.parse::<i64>().ok().map(Value::from);
            signed.or_else(|| text.parse::<u64>().ok().map(Value::from))
        }
        "number" => text.parse().ok().and_then(Number::from_f64).map(Value::from),
        "boolean" => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    }
}

/// The integer that a number with a fraction of zero is.
fn whole(number: &Number) -> Option<i64> {
    // Every integer of this size is exact as a float too.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|_| number.is_f64())?;
    let is_whole = float.fract() == 0.0 && float.abs() <= EXACT;
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked above")]
    is_whole.then_some(float as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mended(schema: &Value, sent: &Value) -> Value {
        let mut value = sent.clone();
        mend(Mend::Texts, schema, &mut value);
        value
    }

    #[test]
    fn scalars_sent_as_text_are_taken_when_nothing_is_lost() {
        let integer = json!({ "type": "integer" });
        for (sent, taken) in [
            (json!("5"), json!(5)),
            (json!(30.0), json!(30)),
            (json!("5.5"), json!("5.5")),
            (json!(5.5), json!(5.5)),
            (json!("18446744073709551615"), json!(u64::MAX)),
        ] {
            assert_eq!(mended(&integer, &sent), taken, "{sent}");
        }
    }

    #[test]
    fn they_are_taken_wherever_they_stand() {
        let integer = json!({ "type": "integer" });
        let map = json!({ "type": "object", "additionalProperties": integer });
        assert_eq!(mended(&map, &json!({ "a": "1" })), json!({ "a": 1 }));
        let numbered = json!({ "type": "object", "additionalProperties": false,
            "patternProperties": { "^\\d+$": integer } });
        assert_eq!(mended(&numbered, &json!({ "1": "1" })), json!({ "1": 1 }));
        let pair = json!({ "type": "array", "prefixItems": [integer, { "type": "boolean" }] });
        assert_eq!(mended(&pair, &json!(["1", "true"])), json!([1, true]));
        let list = json!({ "type": "array", "items": { "anyOf": [integer, { "type": "null" }] } });
        assert_eq!(mended(&list, &json!(["1", null])), json!([1, null]));
    }

    #[test]
    fn only_numbers_are_taken_where_texts_are_texts() {
        let mut value = json!([1.0, "1"]);
        mend(
            Mend::Numbers,
            &json!({ "items": { "type": "integer" }, "type": "array" }),
            &mut value,
        );
        assert_eq!(value, json!([1, "1"]));
    }
}
