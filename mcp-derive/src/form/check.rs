//! An item → a [`Form`], one function a rule.
//!
//! Left to a trait of the runtime: whether a type can be a field.

use quote::ToTokens;
use syn::{Attribute, Fields, Generics, Item, ItemEnum, ItemStruct, LitStr};

use super::{Field, Form, Struct};
use crate::attr::{self, Keys};
use crate::errors::Errors;
use crate::func::is_arg;
use crate::handler::{Default, Note, arg};

/// The formats that the protocol has for strings in forms.
const FORMATS: [&str; 4] = ["email", "uri", "date", "date-time"];

/// The form, with everything that is wrong with it reported; `None` if it is not a type.
pub(super) fn form(raw: Item, errors: &Errors) -> Option<Form> {
    match raw {
        Item::Struct(item) => {
            not_generic(&item.generics, errors);
            has_named_fields(&item, errors);
            Some(Form::Struct(fields(item, errors)))
        }
        Item::Enum(item) => {
            not_generic(&item.generics, errors);
            has_plain_variants(&item, errors);
            Some(Form::Enum(item))
        }
        other => {
            let token = other.into_token_stream().into_iter().next();
            let write = "annotate a `struct`, or an `enum` whose variants have no data";
            errors.report(token, "`#[form]` goes on a type", write);
            None
        }
    }
}

fn not_generic(generics: &Generics, errors: &Errors) {
    if !generics.params.is_empty() {
        let write = "write the types out, and own what is borrowed";
        errors.report(&generics.params, "a form cannot be generic", write);
    }
}

fn has_named_fields(item: &ItemStruct, errors: &Errors) {
    let ident = &item.ident;
    match &item.fields {
        Fields::Unnamed(fields) => {
            let write = format!("write `struct {ident} {{ name: Type }}`");
            errors.report(fields, "the fields of a form have names", write);
        }
        fields if fields.is_empty() => {
            let write = "add a field for each value that the user fills in";
            errors.report(ident, "this form has no fields", write);
        }
        _ => {}
    }
}

fn has_plain_variants(item: &ItemEnum, errors: &Errors) {
    if item.variants.is_empty() {
        let write = "add a variant for each value that the user can choose";
        errors.report(&item.ident, "this enum has no variants to choose from", write);
    }
    for variant in item.variants.iter().filter(|variant| !matches!(variant.fields, Fields::Unit)) {
        let wrong = format!("the variant `{}` has data, and a form is flat", variant.ident);
        let write = "remove the data; ask for it in a field of its own";
        errors.report(&variant.fields, wrong, write);
    }
}

/// Takes `#[arg]` off the fields.
fn fields(mut item: ItemStruct, errors: &Errors) -> Struct {
    let mut fields = Vec::new();
    for field in &mut item.fields {
        let attrs = &mut field.attrs;
        let args: Vec<Attribute> = attrs.extract_if(.., |attr| is_arg(attr)).collect();
        let Some(ident) = field.ident.clone() else { continue };
        let is_condition = |attr: &&Attribute| attr.path().is_ident("cfg");
        let conditions = attrs.iter().filter(is_condition).cloned().collect();
        let mut keys = Keys::new("#[arg]", arg::key_list(&args, errors), errors);
        let name = keys.text("name");
        let title = keys.text("title");
        let default = keys.word_or_value("default").map(|(word, value)| match value {
            None => Default::OfType(word),
            Some(value) => Default::Value(value),
        });
        let notes = notes(&mut keys, errors);
        keys.finish();
        fields.push(Field { ident, ty: field.ty.clone(), conditions, name, title, default, notes });
    }
    Struct { item, fields }
}

/// What the schema says of the value.
fn notes(keys: &mut Keys<'_>, errors: &Errors) -> Vec<Note> {
    let ranges = ["range", "length"].map(|key| keys.range(key));
    let format = keys.text_at("format").filter(|(_, format)| is_known(format, errors));
    let ranges = ranges.into_iter().flatten().map(|(key, value)| Note { key, value });
    ranges.chain(format.map(arg::note)).collect()
}

fn is_known(format: &LitStr, errors: &Errors) -> bool {
    let text = format.value();
    let is_known = FORMATS.contains(&text.as_str());
    if !is_known {
        let wrong = format!("`{text}` is not a format of a form");
        let formats = attr::list(&FORMATS);
        errors.report(format, wrong, format_args!("the formats are {formats}"));
    }
    is_known
}
