//! `#[data]`: a type that travels as JSON, with its schema.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Meta, Visibility};

use crate::attr::{KeyList, Keys};
use crate::errors::Errors;
use crate::runtime::Runtime;

pub(crate) fn run(attr: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let runtime = runtime(attr, &errors);
    let data = parse(item, &errors).and_then(|raw| check(&raw, &errors));
    // The derives stay whatever is wrong with the keys: other code counts on them.
    let item = match data {
        Some(data) => derives(data.renames, &runtime, item),
        None => item.clone(),
    };
    let mistakes = errors.finish(Some(())).err();
    quote!(#item #mistakes)
}

/// An item by its attributes and its keyword; the rest stays tokens.
struct RawData {
    attrs: Vec<Attribute>,
    keyword: TokenTree,
}

/// A type we accept.
struct Data {
    /// Whether variants are to be renamed.
    renames: bool,
}

impl Parse for RawData {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        let keyword = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(Self { attrs, keyword })
    }
}

fn runtime(attr: TokenStream, errors: &Errors) -> Runtime {
    let mut keys = Keys::new("#[data]", KeyList::parse(attr, errors), errors);
    let runtime = Runtime::at(keys.path("crate"));
    keys.finish();
    runtime
}

fn parse(item: &TokenStream, errors: &Errors) -> Option<RawData> {
    syn::parse2(item.clone()).map_err(|error| errors.syntax(error)).ok()
}

fn check(raw: &RawData, errors: &Errors) -> Option<Data> {
    let is = |word: &str| matches!(&raw.keyword, TokenTree::Ident(keyword) if keyword == word);
    if is("struct") || is("enum") {
        return Some(Data { renames: is("enum") && !raw.attrs.iter().any(renames) });
    }
    errors.report(&raw.keyword, "`#[data]` goes on a type", "annotate a `struct` or an `enum`");
    None
}

/// Whether an attribute is `#[serde(rename_all…)]`.
pub(crate) fn renames(attr: &Attribute) -> bool {
    let Meta::List(list) = &attr.meta else { return false };
    let words = list.tokens.clone().into_iter();
    list.path.is_ident("serde")
        && words
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(word) if word == "rename_all"))
}

/// The item below the derives.
pub(crate) fn derives(renames: bool, runtime: &Runtime, item: &impl ToTokens) -> TokenStream {
    let (serde, schemars) = (runtime.text_of("serde"), runtime.text_of("schemars"));
    let rename = renames.then(|| quote!(#[serde(rename_all = "snake_case")]));
    quote! {
        #[derive(
            #runtime::serde::Serialize,
            #runtime::serde::Deserialize,
            #runtime::schemars::JsonSchema,
        )]
        #[serde(crate = #serde)]
        #[schemars(crate = #schemars)]
        #rename
        #item
    }
}
