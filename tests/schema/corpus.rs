//! Types of every kind, each as the argument and the result of a tool, and values of each.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU8;

use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::Value;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop};
use proptest::prop_oneof;

/// A result that holds what was sent.
#[data]
pub(crate) struct Held<T> {
    /// What was sent.
    value: T,
}

/// One type: its tool, values as serde writes them, and whether serde reads one, and writes what.
pub(crate) struct Kind {
    pub(crate) tool: &'static str,
    pub(crate) values: BoxedStrategy<Value>,
    pub(crate) read: fn(&Value) -> Option<Value>,
}

/// Makes a tool of each type, and the list of them.
macro_rules! corpus {
    ($($(#[$doc:meta])* $tool:ident: $ty:ty = $values:expr;)*) => {
        $(
            $(#[$doc])*
            #[tool(strict)]
            async fn $tool(value: $ty) -> Held<$ty> {
                Held { value }
            }
        )*

        /// The tools.
        pub(crate) fn server() -> Server {
            Server::new("corpus", "1.0.0").with(handlers![$($tool),*])
        }

        /// The types.
        pub(crate) fn kinds() -> Vec<Kind> {
            vec![$(Kind {
                tool: stringify!($tool),
                values: written::<$ty>($values),
                read: |value| {
                    let value: $ty = serde_json::from_value(value.clone()).ok()?;
                    Some(serde_json::to_value(value).expect("a value of the corpus is JSON"))
                },
            }),*]
        }
    };
}

/// Values as serde writes them.
fn written<T: serde::Serialize + std::fmt::Debug + 'static>(
    values: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Value> {
    let json = |value| serde_json::to_value(value).expect("a value of the corpus is JSON");
    values.prop_map(json).boxed()
}

corpus! {
    /// True or false.
    boolean: bool = any::<bool>();
    /// The smallest numbers.
    byte: u8 = any::<u8>();
    /// With a sign.
    signed_byte: i8 = any::<i8>();
    /// Two bytes.
    short: u16 = any::<u16>();
    /// The usual number.
    int: i32 = any::<i32>();
    /// Without a sign.
    unsigned: u32 = any::<u32>();
    /// Large.
    long: i64 = any::<i64>();
    /// Larger.
    unsigned_long: u64 = any::<u64>();
    /// As the machine counts.
    size: usize = any::<usize>();
    /// Not zero.
    non_zero: NonZeroU8 = (1..=u8::MAX).prop_filter_map("zero", NonZeroU8::new);
    /// With a fraction.
    float: f64 = prop::num::f64::NORMAL;
    /// One character.
    character: char = any::<char>();
    /// Any text.
    text: String = any::<String>();
    /// What need not be there.
    optional: Option<u8> = any::<Option<u8>>();
    /// A list.
    list: Vec<i32> = prop::collection::vec(any::<i32>(), 0..4);
    /// A list of what need not be there.
    list_of_optional: Vec<Option<bool>> = prop::collection::vec(any::<Option<bool>>(), 0..4);
    /// A list of fixed length.
    array: [u8; 3] = any::<[u8; 3]>();
    /// Several kinds in order.
    tuple: (u8, String, bool) = any::<(u8, String, bool)>();
    /// Names and values.
    map: HashMap<String, u8> = prop::collection::hash_map(any::<String>(), any::<u8>(), 0..4);
    /// Names and lists, in order.
    sorted: BTreeMap<String, Vec<bool>> =
        prop::collection::btree_map(any::<String>(), prop::collection::vec(any::<bool>(), 0..3), 0..3);
    /// Numbers and values.
    numbered: BTreeMap<u32, bool> =
        prop::collection::btree_map(any::<u32>(), any::<bool>(), 0..4);
    /// Each only once.
    set: std::collections::BTreeSet<u8> = prop::collection::btree_set(any::<u8>(), 0..4);
    /// Names and anything.
    anything: HashMap<String, Value> =
        prop::collection::hash_map(any::<String>(), any::<bool>().prop_map(Value::from), 0..3);
    /// Whatever JSON can say.
    free: Value = json();
    /// Behind a pointer.
    boxed: Box<Size> = size_of_things().prop_map(Box::new);
    /// One of a few words.
    word: Size = size_of_things();
    /// One of a few words with docs.
    described_word: Described = prop_oneof![Just(Described::One), Just(Described::Two)];
    /// A type around another one.
    newtype: Meters = any::<u16>().prop_map(Meters);
    /// Members of every kind.
    structure: Parcel = parcel();
    /// Members with other names.
    renamed: Renamed = other_names();
    /// Members of another type as one's own.
    flattened: Flattened =
        (any::<u8>(), other_names()).prop_map(|(id, inner)| Flattened { id, inner });
    /// Nothing else than its members.
    closed: Closed = any::<Option<u8>>().prop_map(|only| Closed { only });
    /// With bounds of its own.
    bounded: Bounded = (1..=10_u8, prop::collection::vec(any::<bool>(), 1..=3))
        .prop_map(|(grade, answers)| Bounded { grade, answers, name: "ab".to_owned() });
    /// A choice, by name.
    external: External = prop_oneof![
        Just(External::Nothing),
        any::<u8>().prop_map(External::Number),
        any::<bool>().prop_map(|flag| External::Named { flag }),
    ];
    /// A choice, by a member.
    internal: Internal = prop_oneof![
        any::<u8>().prop_map(|radius| Internal::Circle { radius }),
        any::<(u8, Option<u8>)>().prop_map(|(width, height)| Internal::Box { width, height }),
    ];
    /// A choice, by a member beside another one.
    adjacent: Adjacent = prop_oneof![
        any::<u8>().prop_map(Adjacent::Number),
        any::<String>().prop_map(Adjacent::Text),
    ];
    /// A choice, by its shape.
    untagged: Untagged = prop_oneof![
        any::<bool>().prop_map(Untagged::Flag),
        any::<String>().prop_map(Untagged::Text),
        any::<u8>().prop_map(|size| Untagged::Sized { size }),
    ];
    /// Never empty.
    name: Name = "[a-z]{1,5}".prop_map(Name);
    /// Up to the largest numbers.
    large: Large = (0..u64::MAX).prop_map(|number| Large { number });
    /// Deep, below another type, under a name that a pointer has to escape.
    renamed_recursive: Wrapped = tree().prop_map(|tree| Wrapped(Größe::from(tree)));
    /// As deep as one likes.
    recursive: Tree = tree();
    /// A choice that holds itself.
    recursive_choice: Filter = filter();
}

/// A size.
#[data]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Size {
    Small,
    #[default]
    Large,
    ExtraLarge,
}

fn size_of_things() -> impl Strategy<Value = Size> {
    prop_oneof![Just(Size::Small), Just(Size::Large), Just(Size::ExtraLarge)]
}

/// A choice of words.
#[data]
#[derive(Debug, Clone)]
pub(crate) enum Described {
    /// The first.
    One,
    /// The second.
    Two,
}

/// A distance.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Meters(u16);

/// Something to send.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// What it is.
    label: String,
    /// How large.
    #[serde(default)]
    size: Size,
    /// Where it goes.
    to: Option<Box<Parcel2>>,
    /// What it weighs.
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<f64>,
    /// What is in it.
    #[serde(default)]
    contents: Vec<Parcel2>,
}

/// A smaller one.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Parcel2 {
    /// What it is.
    label: String,
    /// How large.
    size: Option<Size>,
}

fn small_parcel() -> impl Strategy<Value = Parcel2> {
    (any::<String>(), prop::option::of(size_of_things()))
        .prop_map(|(label, size)| Parcel2 { label, size })
}

fn parcel() -> impl Strategy<Value = Parcel> {
    let to = prop::option::of(small_parcel().prop_map(Box::new));
    let weight = prop::option::of(prop::num::f64::NORMAL);
    let contents = prop::collection::vec(small_parcel(), 0..3);
    (any::<String>(), size_of_things(), to, weight, contents).prop_map(
        |(label, size, to, weight, contents)| Parcel { label, size, to, weight, contents },
    )
}

/// Other names than in Rust.
#[data]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Renamed {
    first_one: u8,
    #[serde(rename = "2nd")]
    second: bool,
}

fn other_names() -> impl Strategy<Value = Renamed> {
    any::<(u8, bool)>().prop_map(|(first_one, second)| Renamed { first_one, second })
}

/// Another type's members among its own.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Flattened {
    id: u8,
    #[serde(flatten)]
    inner: Renamed,
}

/// No other members.
#[data]
#[derive(Debug, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closed {
    only: Option<u8>,
}

/// Bounds that the type itself does not keep.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Bounded {
    #[schemars(range(min = 1, max = 10))]
    grade: u8,
    #[schemars(length(min = 1, max = 3))]
    answers: Vec<bool>,
    #[schemars(length(min = 2))]
    name: String,
}

/// One of several, named by its only member.
#[data]
#[derive(Debug, Clone)]
pub(crate) enum External {
    Nothing,
    Number(u8),
    Named { flag: bool },
}

/// One of several, named by `shape`.
#[data]
#[derive(Debug, Clone)]
#[serde(tag = "shape")]
pub(crate) enum Internal {
    Circle { radius: u8 },
    Box { width: u8, height: Option<u8> },
}

/// One of several, named by `kind` beside `value`.
#[data]
#[derive(Debug, Clone)]
#[serde(tag = "kind", content = "value")]
pub(crate) enum Adjacent {
    Number(u8),
    Text(String),
}

/// One of several, by its shape.
#[data]
#[derive(Debug, Clone)]
#[serde(untagged)]
pub(crate) enum Untagged {
    Flag(bool),
    Text(String),
    Sized { size: u8 },
}

/// A name, and what is below.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    name: String,
    below: Vec<Tree>,
}

/// A name.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Name(#[schemars(length(min = 1))] String);

/// A number that a float does not hold.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Large {
    #[schemars(range(max = 18_446_744_073_709_551_614_u64))]
    number: u64,
}

/// Another name for a recursive type.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Wrapped(Größe);

/// A recursive type whose name is not ASCII.
#[data]
#[derive(Debug, Clone)]
pub(crate) struct Größe {
    name: String,
    below: Vec<Größe>,
}

impl From<Tree> for Größe {
    fn from(tree: Tree) -> Self {
        let below = tree.below.into_iter().map(Self::from).collect();
        Self { name: tree.name, below }
    }
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = any::<String>().prop_map(|name| Tree { name, below: Vec::new() });
    leaf.prop_recursive(3, 8, 3, |inner| {
        (any::<String>(), prop::collection::vec(inner, 0..3))
            .prop_map(|(name, below)| Tree { name, below })
    })
}

/// What is looked for.
#[data]
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    Has(String),
    Not(Box<Filter>),
    All(Vec<Filter>),
}

fn filter() -> impl Strategy<Value = Filter> {
    let leaf = any::<String>().prop_map(Filter::Has);
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|filter| Filter::Not(Box::new(filter))),
            prop::collection::vec(inner, 0..3).prop_map(Filter::All),
        ]
    })
}

/// Any JSON, not too large.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-300..300_i64).prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(WORDS).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let name =
            prop_oneof![prop::sample::select(WORDS).prop_map(str::to_owned), any::<String>(),];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(name, inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Words that mean something to a type above.
const WORDS: &[&str] = &[
    "small", "large", "one", "two", "label", "size", "to", "contents", "firstOne", "2nd", "id",
    "only", "grade", "answers", "name", "nothing", "number", "named", "flag", "shape", "circle",
    "box", "radius", "width", "height", "kind", "value", "text", "below", "has", "not", "all",
];
