//! Keys that other crates have for the same thing: serde, schemars, clap, rmcp.

use syn::{Expr, ExprLit, Lit};

use super::advice::{describe, range, source};
use super::list::{Entry, Given};

/// What to write in place of a key that another crate has.
pub(super) fn equivalent(attribute: &str, entry: &Entry) -> Option<String> {
    let (name, value) = (entry.name()?, &entry.value);
    let known = match attribute {
        "#[arg]" => return of_argument(&name, value),
        "#[tool]" => of_tool(&name, value).or_else(|| of_handler(&name)),
        "#[resource]" | "#[prompt]" => of_handler(&name),
        "#[data]" | "#[form]" => return of_type(attribute, &name, value),
        _ => None,
    };
    let renamed = match &*name {
        "rename" | "id" => Some("name"),
        "mime_type" | "mimeType" | "content_type" if attribute == "#[resource]" => Some("mime"),
        _ => None,
    };
    known
        .map(str::to_owned)
        .or_else(|| Some(renamed_to(renamed?, value)))
        .or_else(|| is_description(&name).then(|| describe(attribute)))
}

/// The value under our key.
fn renamed_to(key: &str, value: &Given) -> String {
    match value {
        Given::Value(value) => format!("write `{key} = {}`", source(value)),
        _ => format!("write `{key} = …`"),
    }
}

fn is_description(name: &str) -> bool {
    ["description", "desc", "doc", "docs", "help", "long_help", "about", "comment", "summary"]
        .contains(&name)
}

/// Keys of clap, serde, schemars and validators.
fn of_argument(name: &str, value: &Given) -> Option<String> {
    let write = match name {
        "rename" | "alias" | "id" => return Some(renamed_to("name", value)),
        "regex" => return Some(renamed_to("pattern", value)),
        "default_value" | "default_value_t" => return Some(renamed_to("default", value)),
        "examples" => return Some(renamed_to("example", value)),
        "min" | "max" | "minimum" | "maximum" | "ge" | "le" | "gt" | "lt" => {
            "write `range = 1..=20`; one end may be left out"
        }
        "min_length" | "max_length" | "min_len" | "max_len" | "min_items" | "max_items" | "len"
        | "size" => "write `length = 1..=20`; one end may be left out",
        "required" => {
            "remove it: an argument must be sent, unless it has a `default` or its type is an \
             `Option`"
        }
        "optional" | "nullable" | "skip_serializing_if" => {
            "remove it, and write the type as an `Option`, or add a `default`"
        }
        "values" | "one_of" | "possible_values" | "value_enum" | "variants" => {
            "remove it, and take an enum with `#[data]`"
        }
        "long" | "short" | "value_name" | "value_parser" | "value_delimiter" | "env" | "global"
        | "action" | "num_args" | "hide" => {
            "remove it: this argument is sent by a client, not read from a command line"
        }
        "email" | "uri" | "uuid" => return Some(format!("write `format = \"{name}\"`")),
        "url" => "write `format = \"uri\"`",
        "with" | "serialize_with" | "deserialize_with" | "untagged" | "tag" | "rename_all" => {
            "remove it: serde's attributes belong on the type, below `#[data]`"
        }
        name if is_description(name) || name == "title" => return Some(describe("#[arg]")),
        _ => return None,
    };
    Some(write.to_owned())
}

/// Annotations by their names in the protocol, which are `false` or `true`; keys of rmcp.
fn of_tool(name: &str, value: &Given) -> Option<&'static str> {
    let is_false = matches!(
        value,
        Given::Value(Expr::Lit(ExprLit { lit: Lit::Bool(word), .. })) if !word.value
    );
    Some(match (name, is_false) {
        ("read_only_hint" | "readOnlyHint" | "readonly" | "read_only", false) => {
            "write `read_only`"
        }
        ("destructive_hint" | "destructiveHint", false) => "write `destructive`",
        ("destructive_hint" | "destructiveHint", true) => {
            "write `additive` for a tool that only adds"
        }
        ("idempotent_hint" | "idempotentHint", false) => "write `idempotent`",
        ("open_world_hint" | "openWorldHint" | "open_world", true) => "write `closed_world`",
        ("open_world_hint" | "openWorldHint" | "open_world", false) => {
            "remove it: a tool is of the open world unless it is `closed_world`"
        }
        ("read_only_hint" | "readOnlyHint" | "idempotent_hint" | "idempotentHint", true) => {
            "remove it: it is false unless it is written"
        }
        ("annotations" | "hints", _) => {
            "write the annotations as keys: `read_only`, `additive`, `destructive`, `idempotent`, \
             `closed_world`"
        }
        ("input_schema" | "schema" | "parameters" | "params" | "args" | "arguments", _) => {
            "remove it: the parameters of the function make the input schema"
        }
        ("output_schema" | "returns", _) => {
            "remove it: the return type of the function makes the output schema"
        }
        _ => return None,
    })
}

fn of_handler(name: &str) -> Option<&'static str> {
    Some(match name {
        "arguments" | "args" | "params" | "parameters" => {
            "remove it: the parameters of the function are the arguments"
        }
        "icons" => "write `icon(\"…\", \"…\")`",
        "async" => "remove it: the function itself is `async` or not",
        _ => return None,
    })
}

/// What serde, schemars and the standard library derive.
fn of_type(attribute: &str, name: &str, value: &Given) -> Option<String> {
    let written = match value {
        Given::Nothing => name.to_owned(),
        Given::Value(value) => format!("{name} = {}", source(value)),
        Given::List(list) => format!("{name}({})", source(list.stream())),
    };
    Some(match name {
        "rename"
        | "rename_all"
        | "rename_all_fields"
        | "tag"
        | "content"
        | "untagged"
        | "deny_unknown_fields"
        | "transparent"
        | "default"
        | "flatten"
        | "from"
        | "into"
        | "try_from"
        | "remote" => format!("write `#[serde({written})]` below `{attribute}`"),
        "title" | "example" | "examples" | "extend" | "inline" => {
            format!("write `#[schemars({written})]` below `{attribute}`")
        }
        "Debug" | "Clone" | "Copy" | "PartialEq" | "Eq" | "Hash" | "Default" | "PartialOrd"
        | "Ord" => format!("write `#[derive({name})]` below `{attribute}`"),
        "Serialize" | "Deserialize" | "JsonSchema" => {
            format!("remove it: `{attribute}` derives it")
        }
        name if is_description(name) => describe(attribute),
        _ => return None,
    })
}

/// What to write in place of an attribute of another crate on a parameter.
pub(crate) fn of_parameter(key: &str, value: &Given) -> Option<String> {
    let write = match (key, value) {
        ("default", Given::Nothing) => "write `default`".to_owned(),
        ("range" | "length", _) => range(key, value),
        ("default" | "pattern" | "format" | "name" | "example", _) => renamed_to(key, value),
        _ => of_argument(key, value)?,
    };
    // Where only the key is shown, its attribute is missing.
    Some(match write.strip_prefix("write `").and_then(|rest| rest.split_once('`')) {
        Some((key, rest)) => format!("write `#[arg({key})]`{rest}"),
        None => write,
    })
}
