//! Types that keep to their schema by themselves.

use std::any::TypeId;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

/// Whether whatever a type reads fits the schema that is published of it.
///
/// That is known of the types of the standard library alone: the schema of any other may be written
/// by hand, and serde takes a list for a struct and an object of one `null` for a word. An argument
/// of another type is held against its schema on every call. So is an `f32`, which takes a number
/// beyond its bounds for an infinity.
pub(super) fn keeps_its_schema<T: 'static>() -> bool {
    let of = TypeId::of::<T>();
    macro_rules! is_one_of {
        ($($ty:ty)*) => {
            $(of == TypeId::of::<$ty>()
                || of == TypeId::of::<Option<$ty>>()
                || of == TypeId::of::<Vec<$ty>>()
                || of == TypeId::of::<Vec<Option<$ty>>>()
                || of == TypeId::of::<Option<Vec<$ty>>>()
                || of == TypeId::of::<HashMap<String, $ty>>()
                || of == TypeId::of::<BTreeMap<String, $ty>>()
                || of == TypeId::of::<Option<HashMap<String, $ty>>>()
                || of == TypeId::of::<Option<BTreeMap<String, $ty>>>())||*
        };
    }
    is_one_of! {
        bool char String i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f64
        Value Map<String, Value>
    }
}
