//! The keys of `#[arg(…)]`: what is said of an argument beyond its name, docs and type.

use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Meta, Path};

use crate::attr::{self, KeyList, Keys};
use crate::errors::Errors;
use crate::func::is_arg;
use crate::handler::{self, Kind, Note, Owner, Share};

/// What the runtime checks of `format`.
const FORMATS: [&str; 9] =
    ["date", "time", "date-time", "email", "hostname", "ipv4", "ipv6", "uri", "uuid"];

/// What was said, in as far as it can be.
pub(super) struct Arg {
    pub(super) name: Option<LitStr>,
    pub(super) default: Option<handler::Default>,
    pub(super) example: Option<(Ident, Expr)>,
    pub(super) notes: Vec<Note>,
    pub(super) complete: Option<(Ident, Path)>,
    pub(super) takes: Share,
}

impl Arg {
    /// Nothing is said but what the argument takes.
    fn that_takes(takes: Share) -> Self {
        Self { name: None, default: None, example: None, notes: Vec::new(), complete: None, takes }
    }
}

/// Reads the keys of all `#[arg(…)]` among a parameter's attributes.
pub(super) fn keys(kind: Kind, owner: Option<&Owner>, attrs: &[Attribute], errors: &Errors) -> Arg {
    let mut keys = Keys::new("#[arg]", key_list(attrs, errors), errors);
    if kind != Kind::Completion {
        if let Some(rest) = keys.word("rest") {
            takes_the_rest(kind, &rest, keys, errors);
            return Arg::that_takes(Share::Rest(rest));
        }
        if let Some(flatten) = keys.word("flatten") {
            is_flattened(kind, &flatten, keys, errors);
            return Arg::that_takes(Share::Flattened);
        }
    }
    let name = keys.text("name");
    let default = keys.word_or_value("default").map(|(word, value)| match value {
        None => handler::Default::OfType(word),
        Some(value) => handler::Default::Value(value),
    });
    let mut arg = Arg { name, default, ..Arg::that_takes(Share::Own) };
    // What a completion is given is nobody's to check: it is not sent, but half typed.
    if kind != Kind::Completion {
        arg.example = keys.value("example");
        arg.notes = notes(&mut keys, errors);
        let header = keys.text_at("header");
        let complete = keys.path_at("complete");
        arg.complete =
            complete.and_then(|(key, path)| Some((key, companion(path, owner, errors)?)));
        if let Some((key, name)) = header
            && only_for_tools(kind, &key, errors)
        {
            arg.notes.push(note((key, name)));
        }
        if let Some((key, _)) = &arg.complete {
            not_for_tools(kind, key, errors);
        }
    }
    keys.finish();
    arg
}

/// The keys of all `#[arg(…)]` among these attributes.
pub(crate) fn key_list(attrs: &[Attribute], errors: &Errors) -> KeyList {
    let mut list = KeyList::default();
    for attr in attrs.iter().filter(|attr| is_arg(attr)) {
        match &attr.meta {
            Meta::Path(_) => {}
            Meta::List(meta) => list = list.and(KeyList::parse(meta.tokens.clone(), errors)),
            Meta::NameValue(meta) => {
                errors.report(&meta.value, "`#[arg]` takes a list", "write `#[arg(key)]`");
            }
        }
    }
    list
}

/// What the schema promises of the value.
fn notes(keys: &mut Keys<'_>, errors: &Errors) -> Vec<Note> {
    let ranges = ["range", "length"].map(|key| keys.range(key));
    let pattern = keys.text_at("pattern");
    let format = keys.text_at("format").filter(|(_, format)| is_checked(format, errors));
    let ranges = ranges.into_iter().flatten().map(|(key, value)| Note { key, value });
    ranges.chain([pattern, format].into_iter().flatten().map(note)).collect()
}

/// A schema that promises what nobody checks is worse than one that does not.
fn is_checked(format: &LitStr, errors: &Errors) -> bool {
    let text = format.value();
    let is_known = FORMATS.contains(&text.as_str());
    if !is_known {
        let wrong = format!("`{text}` is no format that is checked");
        let formats = attr::list(&FORMATS);
        errors.report(
            format,
            wrong,
            format_args!("the formats are {formats}; for others write a `pattern`"),
        );
    }
    is_known
}

/// A key whose value is a string.
pub(crate) fn note((key, text): (Ident, LitStr)) -> Note {
    let value = Expr::Lit(ExprLit { attrs: Vec::new(), lit: Lit::Str(text) });
    Note { key, value }
}

/// The companion of a completion in the same block; by another path it is the function's own name.
fn companion(path: Path, owner: Option<&Owner>, errors: &Errors) -> Option<Path> {
    let named = owner.and_then(|owner| Some((owner, owner.method_of(&path)?)));
    let Some((owner, method)) = named else { return Some(path) };
    if owner.completions.contains(method) {
        return Some(owner.companion(method).into());
    }
    let wrong = format!("`{method}` is no completion of this block");
    errors.report(method, wrong, "name a method below `#[completion]`");
    None
}

/// What nobody else asks for has names of the client's, and is a member of no schema.
fn takes_the_rest(kind: Kind, rest: &Ident, keys: Keys<'_>, errors: &Errors) {
    if kind != Kind::Tool {
        let wrong = format!("`rest` on the argument of a {}", kind.noun());
        errors.report(rest, wrong, "remove it: only tools can be sent what they do not declare");
    }
    for key in keys.into_names() {
        let wrong = format!("`{key}` beside `rest`");
        errors.report(&key, wrong, "keep one: what is left over has no name and no schema");
    }
}

/// The members of a struct have names, schemas and docs of their own.
fn is_flattened(kind: Kind, flatten: &Ident, keys: Keys<'_>, errors: &Errors) {
    if kind == Kind::Resource {
        let wrong = "`flatten` on the argument of a resource";
        let write = "take each variable of the template as an argument of its own";
        errors.report(flatten, wrong, write);
    }
    for key in keys.into_names() {
        let wrong = format!("`{key}` beside `flatten`");
        let write = "remove it: put what is said of an argument on the field of the struct";
        errors.report(&key, wrong, write);
    }
}

/// Headers mirror what `tools/call` carries.
///
/// Spec: 2026-07-28, server/tools, `x-mcp-header`.
fn only_for_tools(kind: Kind, key: &Ident, errors: &Errors) -> bool {
    if kind != Kind::Tool {
        let wrong = format!("`header` on the argument of a {}", kind.noun());
        errors.report(key, wrong, "remove it: only arguments of tools are mirrored in headers");
    }
    kind == Kind::Tool
}

/// Spec: 2026-07-28, server/utilities/completion, Reference Types.
fn not_for_tools(kind: Kind, key: &Ident, errors: &Errors) {
    if kind == Kind::Tool {
        let wrong = "`complete` on the argument of a tool";
        let write = "remove it: only arguments of prompts and of resource templates are completed";
        errors.report(key, wrong, write);
    }
}
