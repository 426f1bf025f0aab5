//! Request ids.

use std::borrow::Cow;
use std::fmt;

/// A request's id, a string or an integer, as the JSON it was sent as: it goes back unchanged in
/// value and type, whatever its size.
///
/// Two ids are equal if they are the same value: `7` is not `"7"`, and a string is compared as it
/// reads, not as it was escaped.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Id<'a>(Cow<'a, str>);

impl<'a> Id<'a> {
    /// The id in a piece of valid JSON; `None` for null, a fraction, an exponent or anything else
    /// that is no id.
    pub(crate) fn from_json(json: &'a str) -> Option<Self> {
        match json.as_bytes() {
            [b'"', ..] => Some(Self(canonical(json))),
            [b'-' | b'0'..=b'9', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => {
                Some(Self(json.into()))
            }
            _ => None,
        }
    }

    /// Whether it is a string.
    pub(crate) fn is_text(&self) -> bool {
        self.0.starts_with('"')
    }

    /// The id as JSON.
    pub(crate) fn as_json(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_owned(self) -> Id<'static> {
        Id(Cow::Owned(self.0.into_owned()))
    }
}

/// One spelling for each string. A string that cannot be read, such as half a surrogate pair, is
/// only equal to itself.
fn canonical(json: &str) -> Cow<'_, str> {
    if !json.contains('\\') {
        return json.into();
    }
    match serde_json::from_str::<String>(json).and_then(|text| serde_json::to_string(&text)) {
        Ok(canonical) => canonical.into(),
        Err(_) => json.into(),
    }
}

impl fmt::Debug for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_strings_and_integers_and_nothing_else() {
        for good in ["0", "-7", "18446744073709551615", "\"\"", "\"a b\"", "9007199254740993"] {
            assert_eq!(
                Id::from_json(good).map(|id| id.as_json().to_owned()).as_deref(),
                Some(good)
            );
        }
        for bad in ["null", "true", "1.5", "1.0", "1e3", "[]", "{}"] {
            assert!(Id::from_json(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn equal_ids_have_one_value_and_one_type() {
        assert_ne!(Id::from_json("7"), Id::from_json("\"7\""));
        assert_eq!(Id::from_json(r#""\u0041""#), Id::from_json("\"A\""));
    }
}
