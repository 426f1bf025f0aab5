//! Fingerprints of arguments and questions, the same for every spelling of the same JSON.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::protocol::InputRequest;

/// The fingerprint of a JSON value. The order of members, the spelling of numbers (`1`, `1.0`) and
/// escapes do not matter, because a client may serialize the value again for its retry.
///
/// It detects mistakes, not attacks: a client that wants to fake its user's answers can do so
/// without a collision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Digest(u64, u64);

impl Digest {
    /// The fingerprint of a JSON text; of its bytes, if serde cannot read it.
    pub(crate) fn of_json(json: &str) -> Self {
        let mut reader = serde_json::Deserializer::from_str(json);
        Value.deserialize(&mut reader).unwrap_or_else(|_| Self::of("unread", json))
    }

    /// The fingerprint of a string.
    pub(crate) fn of_text(text: &str) -> Self {
        Self::of("text", text)
    }

    /// Adds the member of an object. The order of members does not matter.
    #[must_use]
    pub(crate) fn with_member(self, name: &str, value: Self) -> Self {
        let Self(first, second) = Self::of("member", (name, value.0, value.1));
        Self(self.0.wrapping_add(first), self.1.wrapping_add(second))
    }

    fn of(kind: &str, value: impl Hash) -> Self {
        // The keys of this hasher are fixed, so that all processes agree.
        let half = |lane: u8| {
            let mut hasher = DefaultHasher::new();
            (lane, kind, &value).hash(&mut hasher);
            hasher.finish()
        };
        Self(half(0), half(1))
    }
}

/// In hexadecimal digits.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

/// The fingerprint of a question.
pub(crate) fn digest_of_question(question: &InputRequest) -> Digest {
    // Writing texts and trees into memory cannot fail.
    Digest::of_json(&serde_json::to_string(question).unwrap_or_default())
}

/// Reads a value, of which it keeps the fingerprint only.
struct Value;

impl<'de> DeserializeSeed<'de> for Value {
    type Value = Digest;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Digest, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = Digest;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Digest, E> {
        Ok(Digest::of("null", ()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Digest, E> {
        Ok(Digest::of("boolean", value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Digest, E> {
        Ok(Digest::of("integer", i128::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Digest, E> {
        Ok(Digest::of("integer", i128::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Digest, E> {
        #[expect(clippy::cast_possible_truncation, reason = "the value is in range and integral")]
        if value.fract() == 0.0 && value.abs() < 2_f64.powi(64) {
            return Ok(Digest::of("integer", value as i128));
        }
        Ok(Digest::of("number", value.to_bits()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Digest, E> {
        Ok(Digest::of_text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Digest, A::Error> {
        let mut digest = Digest::of("array", ());
        while let Some(item) = items.next_element_seed(Value)? {
            digest = Digest::of("item", (digest.0, digest.1, item.0, item.1));
        }
        Ok(digest)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Digest, A::Error> {
        let mut digest = Digest::of("object", ());
        while let Some(name) = members.next_key::<std::borrow::Cow<'de, str>>()? {
            digest = digest.with_member(&name, members.next_value_seed(Value)?);
        }
        Ok(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter_and_values_do() {
        let same = [
            r#"{"a":1,"b":[true,null,"\u00e9"]}"#,
            r#"{ "b": [true, null, "é"], "\u0061": 1.0 }"#,
            r#"{"b":[true,null,"é"],"a":1e0}"#,
        ];
        for json in same {
            assert_eq!(Digest::of_json(json), Digest::of_json(same[0]), "{json}");
        }
        let different = [
            same[0],
            r#"{"a":1,"b":[true,null,"e"]}"#,
            r#"{"a":"1","b":[true,null,"é"]}"#,
            r#"{"a":1,"b":[null,true,"é"]}"#,
            r#"{"a":1.5,"b":[true,null,"é"]}"#,
            r#"{"a":1}"#,
            r#"{"a":1,"a":1}"#,
            "{}",
            "[]",
            "[[]]",
            "null",
            "\"\"",
            "0",
            "-1",
            "18446744073709551615",
            "18446744073709551616",
            "1e400",
        ];
        for (i, one) in different.iter().enumerate() {
            for other in &different[..i] {
                assert_ne!(Digest::of_json(one), Digest::of_json(other), "{one} {other}");
            }
        }
    }
}
