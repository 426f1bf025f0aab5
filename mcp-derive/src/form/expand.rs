//! A [`Form`] → tokens.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, ItemEnum, ItemStruct, LitStr, Variant, parse_quote};

use super::{Field, Form, Struct};
use crate::data;
use crate::func::is_doc;
use crate::handler::expand::{at, converted};
use crate::handler::{Default, Note};
use crate::runtime::{self, Runtime};

/// The item with its derives, and what it implements.
pub(super) fn form(form: &Form, runtime: &Runtime) -> TokenStream {
    match form {
        Form::Struct(form) => {
            let item = with_attributes(form, runtime);
            let bounds = bounds(form, runtime);
            let item = data::derives(false, &item.attrs, runtime, &quote!(#bounds #item));
            let defaults = defaults(form, runtime);
            let shape = quote! {
                static __MCP_SHAPE: #runtime::KeptShape = #runtime::KeptShape::new();
                __MCP_SHAPE.of::<Self>()
            };
            let implements = implements_form(&form.item, runtime, &shape);
            quote!(#item #defaults #implements)
        }
        Form::Enum(item) => choice(item, runtime),
    }
}

/// The same for a form that has mistakes.
pub(super) fn stub(form: &Form, runtime: &Runtime) -> TokenStream {
    match form {
        Form::Struct(Struct { item, .. }) => {
            let derived = data::derives(false, &item.attrs, runtime, item);
            let implements = implements_form(item, runtime, &runtime::never());
            let implements = item.generics.params.is_empty().then_some(implements);
            quote!(#derived #implements)
        }
        Form::Enum(item) => choice(item, runtime),
    }
}

/// An enum, which is derived as `#[data]` does it.
fn choice(item: &ItemEnum, runtime: &Runtime) -> TokenStream {
    let ident = &item.ident;
    let item = &with_titles(item.clone());
    let derived = data::derives(!item.attrs.iter().any(data::renames), &item.attrs, runtime, item);
    let implements = item.generics.params.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl #runtime::FormField for #ident {
                type Itself = Self;
            }
            #[automatically_derived]
            impl #runtime::FormChoice for #ident {}
        }
    });
    quote!(#derived #implements)
}

/// Titles for the variants that have none, if others have one: `schemars` keeps the order of the
/// variants that have one, and puts the others in front.
fn with_titles(mut item: ItemEnum) -> ItemEnum {
    let is_said = |variant: &Variant| {
        variant.attrs.iter().any(|attr| is_doc(attr) || attr.path().is_ident("schemars"))
    };
    if item.variants.iter().any(is_said) {
        for variant in item.variants.iter_mut().filter(|variant| !is_said(variant)) {
            let title = title(&variant.ident.unraw().to_string());
            variant.attrs.push(parse_quote!(#[schemars(title = #title)]));
        }
    }
    item
}

/// `TwinBeds` → `Twin beds`
fn title(variant: &str) -> String {
    let mut title = String::new();
    for character in variant.chars() {
        if character.is_uppercase() && !title.is_empty() {
            title.push(' ');
            title.extend(character.to_lowercase());
        } else {
            title.push(character);
        }
    }
    title
}

fn implements_form(item: &ItemStruct, runtime: &Runtime, shape: &TokenStream) -> TokenStream {
    let ident = &item.ident;
    let assumed = quote! {
        for<'__mcp> Self: #runtime::serde::de::DeserializeOwned + #runtime::schemars::JsonSchema
    };
    quote! {
        #[automatically_derived]
        #[allow(unused_qualifications, deprecated, clippy::all, clippy::pedantic)]
        impl #runtime::Form for #ident
        where
            #assumed,
        {
            fn shape() -> #runtime::FormShape {
                #shape
            }
        }
    }
}

/// Bounds by which serde's derives assume that the types of fields fit: [`schema`] asks whether
/// they do. `for<'__mcp>` keeps the compiler from judging a bound without parameters.
fn bounds(form: &Struct, runtime: &Runtime) -> Option<Attribute> {
    // The type of a field that is left out may not exist.
    let fields = form.fields.iter().filter(|field| field.conditions.is_empty());
    let types: Vec<String> = fields.map(|field| field.ty.to_token_stream().to_string()).collect();
    // `$crate` is not a path in a text.
    if types.iter().any(|ty| ty.contains('$')) {
        return None;
    }
    let serde = runtime.text_of("serde");
    let bounds = |name: &str| {
        let bound = |ty: &String| format!("for<'__mcp> {ty}: {serde}::{name}");
        types.iter().map(bound).collect::<Vec<_>>().join(", ")
    };
    let (write, read) = (bounds("Serialize"), bounds("de::DeserializeOwned"));
    Some(parse_quote!(#[serde(bound(serialize = #write, deserialize = #read))]))
}

/// Takes the schema of a field by way of the trait that says whether its type can be one. The
/// compiler says so at the type, once for all places that mention it.
fn schema(attrs: &[Attribute], field: &Field, runtime: &Runtime) -> Option<Attribute> {
    let ty = field.ty.to_token_stream().to_string();
    let of_author = data::text_of(attrs, "schemars", "with").is_some();
    let path = format!("<{ty} as {}>::Itself", runtime.text_of("FormField"));
    let path = LitStr::new(&path, at(&field.ty));
    (!of_author && !ty.contains('$')).then(|| parse_quote!(#[schemars(with = #path)]))
}

/// The item with the keys of its fields as attributes of serde and schemars.
fn with_attributes(form: &Struct, runtime: &Runtime) -> ItemStruct {
    let mut item = form.item.clone();
    for (written, field) in item.fields.iter_mut().zip(&form.fields) {
        let name = field.name.as_ref().map(|name| parse_quote!(#[serde(rename = #name)]));
        let title = field.title.as_ref().map(|title| parse_quote!(#[schemars(title = #title)]));
        let default = default(field, &item.ident);
        let keys = keys(field, runtime);
        let schema = schema(&written.attrs, field, runtime);
        written.attrs.extend([name, title, default, keys, schema].into_iter().flatten());
    }
    item
}

fn default(field: &Field, form: &Ident) -> Option<Attribute> {
    let default = field.default.as_ref()?;
    Some(match (default, field.default_function()) {
        (Default::Value(_), Some((function, _))) => {
            let path = format!("{form}::{function}");
            parse_quote!(#[serde(default = #path)])
        }
        _ => parse_quote!(#[serde(default)]),
    })
}

fn keys(field: &Field, runtime: &Runtime) -> Option<Attribute> {
    let ty = &field.ty;
    if field.notes.is_empty() {
        return None;
    }
    // At the type, where the compiler says that a key does not fit.
    let notes = field.notes.iter().map(|Note { key, value }| {
        let function = Ident::new(&key.to_string(), at(key));
        quote_spanned!(at(ty)=> .#function(#value))
    });
    let keys = quote_spanned!(at(ty)=> #runtime::FieldKeys::<#ty>::new() #(#notes)*);
    Some(parse_quote!(#[schemars(transform = #keys)]))
}

/// The functions behind the defaults.
fn defaults(form: &Struct, runtime: &Runtime) -> Option<TokenStream> {
    let ident = &form.item.ident;
    let functions: Vec<TokenStream> = form
        .fields
        .iter()
        .filter_map(|field| {
            let (function, value) = field.default_function()?;
            let (ty, conditions, value) = (&field.ty, &field.conditions, converted(runtime, value));
            Some(quote!(#(#conditions)* fn #function() -> #ty { #value }))
        })
        .collect();
    (!functions.is_empty()).then(|| {
        quote! {
            #[doc(hidden)]
            #[allow(
                non_snake_case,
                unused_qualifications,
                deprecated,
                clippy::all,
                clippy::pedantic
            )]
            impl #ident {
                #(#functions)*
            }
        }
    })
}
