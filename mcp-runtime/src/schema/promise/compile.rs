//! A schema → the shapes of the values that fit it.

use serde_json::{Map, Value};

use super::super::definition;
use super::super::keywords::asserts;
use super::{Member, Shape, Shapes};

/// The shapes of a schema whose definitions stand in `root`.
pub(super) fn shapes(root: &Value, schema: &Value) -> Shapes {
    let mut compiler = Compiler { root, shapes: Vec::new(), definitions: Vec::new() };
    let root = compiler.shape(schema);
    Shapes { shapes: compiler.shapes, root }
}

struct Compiler<'a> {
    root: &'a Value,
    shapes: Vec<Shape>,
    definitions: Vec<(String, usize)>,
}

impl Compiler<'_> {
    fn add(&mut self, shape: Shape) -> usize {
        self.shapes.push(shape);
        self.shapes.len() - 1
    }

    fn shape(&mut self, schema: &Value) -> usize {
        let shape = match schema {
            Value::Bool(true) => Shape::Any,
            Value::Object(members) => self.of(schema, members).unwrap_or(Shape::Unknown),
            _ => Shape::Unknown,
        };
        self.add(shape)
    }

    /// The shape of a schema that asks for no more than the shape does.
    fn of(&mut self, schema: &Value, members: &Map<String, Value>) -> Option<Shape> {
        let asked: Vec<&str> =
            members.keys().map(String::as_str).filter(|word| asserts(word)).collect();
        let only = |known: &[&str]| asked.iter().all(|word| known.contains(word)).then_some(());
        if asked.is_empty() {
            return Some(Shape::Any);
        }
        if members.contains_key("$ref") {
            only(&["$ref"])?;
            return self.definition(&definition(schema)?);
        }
        if let Some(alternatives) = members.get("anyOf").or_else(|| members.get("oneOf")) {
            let alternatives = alternatives.as_array()?;
            if members.contains_key("anyOf") {
                only(&["anyOf"])?;
            } else {
                only(&["oneOf"])?;
                tells_apart(alternatives)?;
            }
            return Some(Shape::Choice(alternatives.iter().map(|it| self.shape(it)).collect()));
        }
        if members.contains_key("enum") || members.contains_key("const") {
            only(&["type", "enum", "const"])?;
            return words(members);
        }
        let count = |word: &str, otherwise: usize| match members.get(word) {
            None => Some(otherwise),
            Some(count) => usize::try_from(count.as_u64()?).ok(),
        };
        Some(match members.get("type")?.as_str()? {
            "null" => only(&["type"]).map(|()| Shape::Null)?,
            "boolean" => only(&["type"]).map(|()| Shape::Boolean)?,
            "number" => only(&["type"]).map(|()| Shape::Number)?,
            "integer" => {
                only(&["type", "minimum", "maximum"])?;
                let bound = |word: &str, otherwise: i128| match members.get(word) {
                    None => Some(otherwise),
                    Some(end) => end.as_i64().map(i128::from).or(end.as_u64().map(i128::from)),
                };
                let (least, most) = (bound("minimum", i128::MIN)?, bound("maximum", i128::MAX)?);
                Shape::Integer { least, most }
            }
            "string" => {
                only(&["type", "minLength", "maxLength", "format"])?;
                let format = members.get("format").and_then(Value::as_str).map(str::to_owned);
                let (least, most) = (count("minLength", 0)?, count("maxLength", usize::MAX)?);
                Shape::Text { least, most, format }
            }
            "array" => {
                only(&["type", "items", "minItems", "maxItems"])?;
                let each = self.shape(members.get("items").unwrap_or(&Value::Bool(true)));
                let (least, most) = (count("minItems", 0)?, count("maxItems", usize::MAX)?);
                Shape::List { each, least, most }
            }
            "object" => {
                only(&["type", "properties", "required", "additionalProperties"])?;
                self.object(members)?
            }
            _ => return None,
        })
    }

    fn definition(&mut self, name: &str) -> Option<Shape> {
        if let Some((_, shape)) = self.definitions.iter().find(|(known, _)| known == name) {
            return Some(Shape::Same(*shape));
        }
        let schema = self.root.get("$defs")?.get(name)?;
        // It has its place before it is compiled, because it may point at itself.
        let place = self.add(Shape::Unknown);
        self.definitions.push((name.to_owned(), place));
        let shape = self.shape(schema);
        self.shapes[place] = Shape::Same(shape);
        Some(Shape::Same(place))
    }

    fn object(&mut self, schema: &Map<String, Value>) -> Option<Shape> {
        let empty = Map::new();
        let properties = schema.get("properties").map_or(Some(&empty), Value::as_object)?;
        if properties.len() > 64 {
            return None;
        }
        let mut members = Vec::new();
        for (name, schema) in properties {
            let name = format!("{}:", serde_json::to_string(name).ok()?);
            members.push(Member { name, shape: self.shape(schema) });
        }
        let mut required = 0;
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            required |= 1 << properties.keys().position(|it| name == it)?;
        }
        let others = match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => None,
            others => Some(self.shape(others.unwrap_or(&Value::Bool(true)))),
        };
        Some(Shape::Object { members, required, others })
    }
}

/// Nothing if a value may fit two of the alternatives.
fn tells_apart(alternatives: &[Value]) -> Option<()> {
    let kind = |schema: &Value| Some(schema.get("type")?.as_str()?.to_owned());
    let is_apart = |one: &Value, other: &Value| {
        let (Some(a), Some(b)) = (kind(one), kind(other)) else { return false };
        let is_number = |kind: &str| kind == "number" || kind == "integer";
        if a != b {
            return !(is_number(&a) && is_number(&b));
        }
        a == "object"
            && (has_another_word(one, other)
                || lacks_a_member(one, other)
                || lacks_a_member(other, one))
    };
    let pairs = alternatives.iter().enumerate();
    let mut pairs =
        pairs.flat_map(|(at, one)| alternatives[at + 1..].iter().map(move |it| (one, it)));
    pairs.all(|(one, other)| is_apart(one, other)).then_some(())
}

/// Whether two objects must have different words in one member.
fn has_another_word(one: &Value, other: &Value) -> bool {
    let Some(Value::Object(properties)) = one.get("properties") else { return false };
    properties.iter().any(|(name, schema)| {
        let word =
            |of: &Value| of.get("properties")?.get(name)?.get("const")?.as_str().map(str::to_owned);
        schema.get("const").is_some()
            && requires(one, name)
            && requires(other, name)
            && matches!((word(one), word(other)), (Some(one), Some(other)) if one != other)
    })
}

/// Whether one object must have a member that the other cannot have.
fn lacks_a_member(one: &Value, other: &Value) -> bool {
    let required = one.get("required").and_then(Value::as_array);
    other.get("additionalProperties") == Some(&Value::Bool(false))
        && required.into_iter().flatten().filter_map(Value::as_str).any(|name| {
            other.get("properties").is_none_or(|properties| properties.get(name).is_none())
        })
}

fn requires(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|required| required == name))
}

/// Texts that one value must be one of.
fn words(schema: &Map<String, Value>) -> Option<Shape> {
    if schema.get("type").is_some_and(|kind| kind != "string") {
        return None;
    }
    let words = match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(words)), None) => words.as_slice(),
        (None, Some(word)) => std::slice::from_ref(word),
        _ => return None,
    };
    let written = |word: &Value| word.is_string().then(|| word.to_string());
    Some(Shape::Words(words.iter().map(written).collect::<Option<_>>()?))
}
