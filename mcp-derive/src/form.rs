//! `#[form]`: a struct that a user fills in, or an enum to choose from in one.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, Ident, Item, ItemEnum, ItemStruct, LitStr, Type};

use crate::attr::{KeyList, Keys};
use crate::errors::Errors;
use crate::handler::{Default, Note};
use crate::runtime::Runtime;

mod check;
mod expand;

pub(crate) fn run(attr: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let runtime = runtime(attr, &errors);
    let form = parse(item, &errors).and_then(|raw| check::form(raw, &errors));
    let Some(form) = form else {
        let mistakes = errors.finish(None::<()>).err();
        return quote!(#item #mistakes);
    };
    let mistakes = errors.finish(Some(())).err();
    let form = match &mistakes {
        None => expand::form(&form, &runtime),
        // What is said of the type stays, because other code counts on it.
        Some(_) => expand::stub(&form, &runtime),
    };
    quote!(#form #mistakes)
}

/// A type we accept.
enum Form {
    Struct(Struct),
    Enum(ItemEnum),
}

struct Struct {
    /// As written, without `#[arg]`.
    item: ItemStruct,
    /// In the order of the item's fields.
    fields: Vec<Field>,
}

/// What is said of one field.
struct Field {
    ident: Ident,
    ty: Type,
    /// The conditions that the field is under.
    conditions: Vec<Attribute>,
    name: Option<LitStr>,
    title: Option<LitStr>,
    default: Option<Default>,
    /// What its schema says beyond the type.
    notes: Vec<Note>,
}

impl Field {
    /// The function behind its default.
    fn default_function(&self) -> Option<(Ident, &Expr)> {
        let Some(Default::Value(value)) = &self.default else { return None };
        Some((quote::format_ident!("__mcp_default_{}", self.ident.unraw()), value))
    }
}

fn runtime(attr: TokenStream, errors: &Errors) -> Runtime {
    let mut keys = Keys::new("#[form]", KeyList::parse(attr, errors), errors);
    let runtime = Runtime::at(keys.path("crate"));
    keys.finish();
    runtime
}

fn parse(item: &TokenStream, errors: &Errors) -> Option<Item> {
    syn::parse2(item.clone()).map_err(|error| errors.syntax(error)).ok()
}
