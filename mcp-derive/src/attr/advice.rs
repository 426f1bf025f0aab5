//! What to write instead, made from the value that was written.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, ExprLit, Lit, LitStr, Path};

use super::list::{Entry, Given, KeyList};
use crate::errors::Errors;

/// For a key that takes a string literal.
pub(super) fn text(key: &str, value: &Given) -> String {
    match value {
        Given::Value(expr) => text_from(key, expr),
        Given::List(list) => match &values(list)[..] {
            [value] => text_from(key, value),
            _ => sample(key),
        },
        Given::Nothing => sample(key),
    }
}

fn text_from(key: &str, value: &Expr) -> String {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => assigned(key, text),
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if key == "timeout" => {
            format!("write `timeout = \"{}s\"`", number.base10_digits())
        }
        Expr::Lit(ExprLit { lit, .. }) => format!("write `{key} = \"{}\"`", lit.to_token_stream()),
        Expr::Macro(call) if key == "description" => {
            let call = source(call);
            format!("write `#[doc = {call}]` above the function, which takes macros")
        }
        Expr::Macro(_) => format!("{}; other macros are not expanded here", sample(key)),
        Expr::Path(path) => match path.path.get_ident() {
            Some(ident) if !is_constant(&ident.to_string()) => {
                format!("write `{key} = \"{}\"`", ident.unraw())
            }
            _ => format!("{}; the macro cannot read the value of a constant", sample(key)),
        },
        _ => sample(key),
    }
}

/// For a key that takes several string literals.
pub(super) fn texts(key: &str, value: &Given) -> String {
    let texts: Vec<LitStr> = match value {
        Given::Value(Expr::Array(array)) => array.elems.iter().filter_map(literal).collect(),
        _ => Vec::new(),
    };
    match &texts[..] {
        [] => text(key, value),
        texts => {
            let texts: Vec<String> = texts.iter().map(source).collect();
            format!("write `{key}({})`", texts.join(", "))
        }
    }
}

/// For a key that takes no value.
pub(super) fn word(key: &str, value: &Given) -> String {
    match (key, is_false(value)) {
        ("destructive", true) => "write `additive` for a tool that only adds".to_owned(),
        (_, true) => format!("remove it: `{key}` is off unless it is written"),
        (_, false) => format!("write `{key}` without a value"),
    }
}

/// For a key that takes a range.
pub(super) fn range(key: &str, value: &Given) -> String {
    let ends = match value {
        Given::Value(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => match text.parse() {
            Ok(range @ Expr::Range(_)) => return assigned(key, range),
            _ => None,
        },
        Given::Value(Expr::Lit(number)) => {
            let number = source(number);
            return format!("write `{key} = ..={number}`, or `{key} = {number}..={number}`");
        }
        Given::Value(Expr::Tuple(tuple)) => two(tuple.elems.iter()),
        Given::Value(Expr::Array(array)) => two(array.elems.iter()),
        Given::List(list) => named_ends(list).or_else(|| two(values(list).iter())),
        _ => None,
    };
    match ends {
        Some((least, most)) => format!("write `{key} = {least}..={most}`"),
        None => format!("write `{key} = 1..=20`; one end may be left out"),
    }
}

/// The ends that are written as `min = 1, max = 20`.
fn named_ends(list: &Group) -> Option<(String, String)> {
    let entries = entries(list);
    let end = |names: &[&str]| {
        let entry =
            entries.iter().find(|entry| entry.name().is_some_and(|it| names.contains(&&*it)));
        match &entry?.value {
            Given::Value(value) => Some(source(value)),
            _ => None,
        }
    };
    let (least, most) = (end(&["min", "start", "from"]), end(&["max", "end", "to"]));
    (least.is_some() || most.is_some())
        .then(|| (least.unwrap_or_default(), most.unwrap_or_default()))
}

fn two<'a>(values: impl Iterator<Item = &'a Expr>) -> Option<(String, String)> {
    match &values.map(source).collect::<Vec<_>>()[..] {
        [least, most] => Some((least.clone(), most.clone())),
        _ => None,
    }
}

/// For a key that takes a path, which may have been written as a text.
pub(super) fn path(key: &str, path: Option<&Path>) -> String {
    path.map_or_else(|| format!("write `{key} = some::path`"), |path| assigned(key, path))
}

/// For a key that takes any value.
pub(super) fn value(key: &str, value: &Given) -> String {
    let values = match value {
        Given::List(list) => values(list),
        _ => Vec::new(),
    };
    match &values[..] {
        [value] => assigned(key, value),
        _ => format!("write `{key} = …`"),
    }
}

/// For a string literal where a key is expected.
pub(super) fn without_key(attribute: &str, known: &[&str], text: &LitStr) -> Option<String> {
    let value = text.value();
    if known.contains(&&*value) {
        return Some(format!("write `{value}` without quotes"));
    }
    let is_name = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    match attribute {
        "#[arg]" => Some(describe(attribute)),
        _ if !known.contains(&"name") || !known.contains(&"description") => None,
        _ if is_name => Some(assigned("name", text)),
        _ => Some(describe(attribute)),
    }
}

/// Where the description of an argument belongs.
pub(crate) fn describe_argument() -> String {
    describe("#[arg]")
}

/// Where a description belongs.
pub(super) fn describe(attribute: &str) -> String {
    match attribute {
        "#[arg]" => "describe it in a doc comment in front of its name: `/** … */` or `/// …`",
        "#[data]" | "#[form]" => "describe it in a doc comment: `/// …`",
        _ => "describe it in a doc comment above the function: `/// …`",
    }
    .to_owned()
}

/// A literal that fits the key.
fn sample(key: &str) -> String {
    let value = match key {
        "timeout" => "30s",
        "format" => "email",
        "mime" => "text/plain",
        "audience" => "user",
        _ => "…",
    };
    format!("write `{key} = \"{value}\"`")
}

fn assigned(key: &str, value: impl ToTokens) -> String {
    format!("write `{key} = {}`", source(value))
}

/// Tokens as an author writes them, for the short ones of advice.
pub(crate) fn source(tokens: impl ToTokens) -> String {
    const TIGHT: [(&str, &str); 10] = [
        (" :: ", "::"),
        (":: ", "::"),
        (" ! ", "!"),
        ("! ", "!"),
        (" . ", "."),
        (" ..=", "..="),
        ("..= ", "..="),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
    ];
    let text = tokens.to_token_stream().to_string();
    TIGHT.iter().fold(text, |text, (loose, tight)| text.replace(loose, tight))
}

fn literal(value: &Expr) -> Option<LitStr> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.clone()),
        _ => None,
    }
}

/// Whether a name is written as the names of constants are.
pub(super) fn is_constant(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

fn is_false(value: &Given) -> bool {
    let is_no = |value: &Expr| match value {
        Expr::Lit(ExprLit { lit: Lit::Bool(word), .. }) => !word.value,
        _ => false,
    };
    match value {
        Given::Nothing => false,
        Given::Value(value) => is_no(value),
        Given::List(list) => values(list).iter().any(is_no),
    }
}

/// The values of a list in parentheses that have no keys.
fn values(list: &Group) -> Vec<Expr> {
    let value = |Entry { key, value }| match (key, value) {
        (None, Given::Value(value)) => Some(value),
        (Some(word), Given::Nothing) if word == "true" || word == "false" => {
            syn::parse2(word.to_token_stream()).ok()
        }
        _ => None,
    };
    entries(list).into_iter().filter_map(value).collect()
}

fn entries(list: &Group) -> Vec<Entry> {
    let tokens: TokenStream = match list.delimiter() {
        Delimiter::Parenthesis => list.stream(),
        _ => TokenStream::new(),
    };
    // The list itself is what is reported.
    let errors = Errors::new();
    let entries = KeyList::parse(tokens, &errors).entries;
    errors.ignore();
    entries
}
