//! Small deserializers: of a value that was not sent, of a JSON string, of a whole number, and of a
//! value that is always a text.

use std::borrow::Cow;

use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Error;

/// A value that was not sent: only types with a value for "absent", as `Option`, accept it.
pub(super) struct Missing;

/// Whether a type has a value for "absent".
pub(crate) fn is_optional<T: DeserializeOwned>() -> bool {
    T::deserialize(Missing).is_ok()
}

impl<'de> Deserializer<'de> for Missing {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(de::Error::custom("missing"))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What a JSON string reads, which becomes the value of a type that wants to own it. It is nothing
/// but a string: what wants another type gets an error, as from JSON.
pub(super) struct Plain<'a>(pub(super) Cow<'a, str>);

impl<'de> Deserializer<'de> for Plain<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(StrDeserializer::<Error>::new(&self.0))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A whole number of few digits, as most numbers are. It is only read by types that ask for a
/// number, or for anything; others are for a complete reader.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    number: i64,
}

impl Whole {
    /// A number whose digits are in `json`; `None` for any other, and for minus zero.
    #[inline]
    pub(super) fn of(json: &str) -> Option<Self> {
        let digits = json.strip_prefix('-').unwrap_or(json);
        if digits.is_empty() || digits.len() > 18 || json == "-0" {
            return None;
        }
        let mut number = 0;
        for byte in digits.bytes() {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            number = number * 10 + i64::from(digit);
        }
        Some(Self { number: if digits.len() < json.len() { -number } else { number } })
    }
}

macro_rules! numbers {
    ($($deserialize:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.deserialize_any(visitor)
        }
    )*};
}

macro_rules! nothing_else {
    ($($deserialize:ident($($argument:ty),*))*) => {$(
        fn $deserialize<V: Visitor<'de>>(
            self,
            $(_: $argument,)*
            _: V,
        ) -> Result<V::Value, Error> {
            Err(de::Error::custom("a number"))
        }
    )*};
}

impl<'de> Deserializer<'de> for Whole {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // As `serde_json` does.
        match u64::try_from(self.number) {
            Ok(number) => visitor.visit_u64(number),
            Err(_) => visitor.visit_i64(self.number),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_ignored_any
    }

    nothing_else! {
        deserialize_bool() deserialize_char() deserialize_str() deserialize_string()
        deserialize_bytes() deserialize_byte_buf() deserialize_unit() deserialize_seq()
        deserialize_map() deserialize_identifier() deserialize_unit_struct(&'static str)
        deserialize_tuple(usize) deserialize_tuple_struct(&'static str, usize)
        deserialize_struct(&'static str, &'static [&'static str])
        deserialize_enum(&'static str, &'static [&'static str])
    }
}

/// A text that is read as the type wants it: numbers and booleans are parsed, an empty text is an
/// absent option, lists and objects are JSON.
pub(super) struct Text<'a>(pub(super) &'a str);

macro_rules! parsed {
    ($($deserialize:ident $visit:ident)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.trim().parse() {
                Ok(value) => visitor.$visit(value),
                Err(_) => visitor.visit_str(self.0),
            }
        }
    )*};
}

/// Rust reads `inf` and `NaN` from a text, and 1e400 as an infinity; no JSON says any of them.
macro_rules! finite {
    ($($deserialize:ident $visit:ident: $type:ty)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.trim().parse::<$type>() {
                Ok(value) if value.is_finite() => visitor.$visit(value),
                _ => visitor.visit_str(self.0),
            }
        }
    )*};
}

macro_rules! as_json {
    ($($deserialize:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $deserialize<V: Visitor<'de>>(
            self,
            $($argument: $type,)*
            visitor: V,
        ) -> Result<V::Value, Error> {
            (&mut serde_json::Deserializer::from_str(self.0)).$deserialize($($argument,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'de> {
    type Error = Error;

    parsed! {
        deserialize_bool visit_bool
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32
        deserialize_i64 visit_i64 deserialize_i128 visit_i128
        deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32
        deserialize_u64 visit_u64 deserialize_u128 visit_u128
    }

    finite! {
        deserialize_f32 visit_f32: f32
        deserialize_f64 visit_f64: f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text: StrDeserializer<'_, ValueError> = self.0.trim().into_deserializer();
        text.deserialize_enum(name, variants, visitor).map_err(de::Error::custom)
    }

    as_json! {
        deserialize_seq()
        deserialize_map()
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::Value;

    use super::*;

    /// What a type reads from a whole number is what it reads from JSON, or left to that.
    fn agrees<T: for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug>(json: &str) {
        if let Some(read) = Whole::of(json).and_then(|number| T::deserialize(number).ok()) {
            assert_eq!(Some(read), serde_json::from_str(json).ok(), "{json}");
        }
    }

    /// Digits in any number and any spelling.
    #[test]
    fn numbers_of_any_length_read_as_from_json() {
        let spellings = (0..42).flat_map(|length| {
            ["9", "1", "0"].map(|digit| (digit.repeat(length), format!("1{}", "0".repeat(length))))
        });
        for digits in spellings.flat_map(|(one, other)| [one, other]) {
            for (sign, behind) in ["", "-", "+", " ", "--"]
                .iter()
                .flat_map(|sign| ["", ".", ".0", "e0", "e", " ", "x"].map(|it| (sign, it)))
            {
                let json = format!("{sign}{digits}{behind}");
                // The scanner has passed it by then: it has no leading zeros.
                if serde_json::from_str::<de::IgnoredAny>(&json).is_err() {
                    continue;
                }
                agrees::<u8>(&json);
                agrees::<i64>(&json);
                agrees::<u64>(&json);
                agrees::<u128>(&json);
                agrees::<f32>(&json);
                agrees::<f64>(&json);
                agrees::<Value>(&json);
            }
        }
    }

    #[test]
    fn whole_numbers_read_as_from_json() {
        for json in [
            "0",
            "-0",
            "7",
            "-7",
            "255",
            "256",
            "-128",
            "-129",
            "65536",
            "4294967296",
            "999999999999999999",
            "-999999999999999999",
            "9223372036854775807",
            "18446744073709551616",
            "1.0",
            "1e3",
            "-",
            "",
            "true",
            "\"1\"",
            "[1]",
        ] {
            agrees::<i8>(json);
            agrees::<u8>(json);
            agrees::<i32>(json);
            agrees::<i64>(json);
            agrees::<u64>(json);
            agrees::<i128>(json);
            agrees::<f32>(json);
            agrees::<f64>(json);
            agrees::<bool>(json);
            agrees::<String>(json);
            agrees::<Option<i64>>(json);
            agrees::<Option<String>>(json);
            agrees::<Vec<i64>>(json);
            agrees::<std::num::NonZeroU32>(json);
            agrees::<std::num::Wrapping<i16>>(json);
            agrees::<Value>(json);
        }
        assert_eq!(Whole::of("-12").map(|number| i64::deserialize(number).unwrap()), Some(-12));
        assert!(Whole::of("-0").is_none());
    }
}
