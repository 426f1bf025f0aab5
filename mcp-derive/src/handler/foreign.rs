//! Attributes and patterns on parameters as other crates have them: serde, schemars, clap, axum,
//! rmcp.

use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, GenericArgument, Lit, Meta, Pat, PathArguments, Type};

use crate::attr::{KeyList, describe_argument, of_parameter, source};
use crate::errors::Errors;

/// Attributes that no parameter of a function can have; the compiler would say so without a remedy.
const ATTRIBUTES: [&str; 9] =
    ["serde", "schemars", "clap", "validate", "garde", "tool", "param", "description", "desc"];

/// Extractors whose value comes from the client.
const SENT: [&str; 7] = ["Json", "Parameters", "Args", "Query", "Path", "Form", "Params"];

/// Extractors whose value is the server's.
const LENT: [&str; 3] = ["State", "Extension", "Data"];

pub(crate) fn is_foreign(attr: &Attribute) -> bool {
    ATTRIBUTES.iter().any(|name| attr.path().is_ident(name))
}

/// Reports the attributes of other crates.
pub(super) fn attributes(attrs: &[Attribute], errors: &Errors) {
    for attr in attrs.iter().filter(|attr| is_foreign(attr)) {
        let name = source(attr.path());
        let wrong = format!("`#[{name}]` is not an attribute of a parameter");
        errors.report(attr, wrong, remedy(attr));
    }
}

fn remedy(attr: &Attribute) -> String {
    let remedies = match &attr.meta {
        Meta::List(list) => {
            let errors = Errors::new();
            let keys = KeyList::parse(list.tokens.clone(), &errors);
            errors.ignore();
            keys.into_pairs().filter_map(|(key, value)| of_parameter(&key, &value)).collect()
        }
        Meta::NameValue(meta) if is_text(&meta.value) => vec![describe_argument()],
        _ => Vec::new(),
    };
    let distinct = remedies.iter().enumerate().filter(|(at, it)| !remedies[..*at].contains(it));
    let remedies: Vec<&str> = distinct.map(|(_, remedy)| remedy.as_str()).collect();
    match remedies[..] {
        [] => {
            "remove it: what is said of an argument is in `#[arg(…)]` or a doc comment".to_owned()
        }
        _ => remedies.join("; "),
    }
}

fn is_text(value: &Expr) -> bool {
    matches!(value, Expr::Lit(ExprLit { lit: Lit::Str(_), .. }))
}

/// What to write in place of a pattern, if it is that of an extractor.
pub(super) fn extractor(pat: &Pat, ty: &Type) -> Option<String> {
    let Pat::TupleStruct(pat) = pat else { return None };
    let name = pat.path.segments.last()?.ident.to_string();
    if SENT.contains(&&*name) {
        return Some(
            "write each argument as a parameter, as in `title: String`: there are no extractors"
                .to_owned(),
        );
    }
    let lent = generic(ty).map_or_else(|| "Store".to_owned(), |ty| source(ty.to_token_stream()));
    LENT.contains(&&*name).then(|| format!("borrow the state: write `state: &{lent}`"))
}

/// The type in `State<T>`.
fn generic(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) => Some(without_arc(ty)),
        _ => None,
    }
}

fn without_arc(ty: &Type) -> &Type {
    let is_arc = match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Arc"),
        _ => false,
    };
    if is_arc { generic(ty).unwrap_or(ty) } else { ty }
}
