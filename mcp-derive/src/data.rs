//! `#[data]`: a type that travels as JSON, with its schema.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Item, LitStr, Meta, Path, Token, Visibility, parse_quote};

use crate::attr::{KeyList, Keys};
use crate::errors::Errors;
use crate::runtime::Runtime;

pub(crate) fn run(attr: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let runtime = runtime(attr, &errors);
    let data = parse(item, &errors).and_then(|raw| check(raw, &errors));
    // The derives stay whatever is wrong with the keys: other code counts on them.
    let item = match data {
        Some(data) => derives(data.renames, &data.attrs, &runtime, &data),
        None => item.clone(),
    };
    let mistakes = errors.finish(Some(())).err();
    quote!(#item #mistakes)
}

/// An item by its attributes and its keyword; the rest stays tokens.
struct RawData {
    attrs: Vec<Attribute>,
    keyword: TokenTree,
    /// All below the attributes.
    item: TokenStream,
}

/// A type we accept.
struct Data {
    /// Whether variants are to be renamed.
    renames: bool,
    attrs: Vec<Attribute>,
    /// The item below its attributes.
    item: TokenStream,
}

impl ToTokens for Data {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, item, .. } = self;
        tokens.extend(quote!(#(#attrs)* #item));
    }
}

impl Parse for RawData {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let item = input.fork().parse()?;
        input.parse::<Visibility>()?;
        let keyword = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(Self { attrs, keyword, item })
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

fn check(raw: RawData, errors: &Errors) -> Option<Data> {
    let RawData { mut attrs, keyword, item } = raw;
    let is = |word: &str| matches!(&keyword, TokenTree::Ident(keyword) if keyword == word);
    if !is("struct") && !is("enum") {
        let write = match keyword.to_string().as_str() {
            "fn" | "async" => "write `#[tool]`, `#[resource]` or `#[prompt]` above a function",
            "impl" => "move it to the type; an `impl` block with tools has `#[methods]`",
            "type" => "annotate the type that this is another name of",
            _ => "annotate a `struct` or an `enum`",
        };
        errors.report(&keyword, "`#[data]` goes on a type", write);
        return None;
    }
    given_once("#[data]", &mut attrs, errors);
    let renames = is("enum") && !attrs.iter().any(renames);
    let item = written_by_functions(item, errors);
    Some(Data { renames, attrs, item })
}

/// Takes off what would derive the same once more: `#[data]` and `#[form]`.
pub(crate) fn given_once(attribute: &str, attrs: &mut Vec<Attribute>, errors: &Errors) {
    let name = |attr: &Attribute| attr.path().segments.last().map(|last| last.ident.to_string());
    let is_ours = |attr: &mut Attribute| matches!(name(attr).as_deref(), Some("data" | "form"));
    for other in attrs.extract_if(.., is_ours) {
        let (again, wrong) = (name(&other).unwrap_or_default(), "the type is given derives twice");
        let write = if attribute == format!("#[{again}]") {
            "keep one of the two"
        } else {
            "keep `#[form]`, which derives all that `#[data]` does"
        };
        errors.report(&other, wrong, write);
    }
}

/// What functions write has a type that no derive can see. The item goes on with a schema.
fn written_by_functions(item: TokenStream, errors: &Errors) -> TokenStream {
    if !item.to_string().contains("with") {
        return item;
    }
    let Ok(mut parsed) = syn::parse2(item.clone()) else { return item };
    let fields: Vec<&mut Field> = match &mut parsed {
        Item::Struct(item) => item.fields.iter_mut().collect(),
        Item::Enum(item) => item.variants.iter_mut().flat_map(|it| &mut it.fields).collect(),
        _ => return item,
    };
    let mut unseen = false;
    for field in fields {
        let text = |attribute: &str, key: &'static str| text_of(&field.attrs, attribute, key);
        let Some(functions) = text("serde", "with") else { continue };
        let is_module = functions.value().rsplit("::").next().is_some_and(|name| {
            name.trim().starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        });
        let is_said = ["with", "schema_with"].map(|key| text("schemars", key).is_some());
        if is_module && is_said == [false, false] {
            let wrong = format!("the schema cannot see what `{}` writes", functions.value());
            let write = "add `#[schemars(with = \"String\")]`, with the type that is written";
            errors.report(functions, wrong, write);
            field.attrs.push(parse_quote!(#[schemars(with = "()")]));
            unseen = true;
        }
    }
    if unseen { parsed.into_token_stream() } else { item }
}

/// The text of `#[attribute(key = "text")]`.
pub(crate) fn text_of(attrs: &[Attribute], attribute: &str, key: &'static str) -> Option<LitStr> {
    attrs.iter().filter(|attr| attr.path().is_ident(attribute)).find_map(|attr| {
        let Meta::List(list) = &attr.meta else { return None };
        let errors = Errors::new();
        let text = Keys::new("", KeyList::parse(list.tokens.clone(), &errors), &errors).text(key);
        errors.ignore();
        text
    })
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

/// The traits that every type gets, in the order they are derived in.
const DERIVES: [(&str, &str); 3] =
    [("serde", "Serialize"), ("serde", "Deserialize"), ("schemars", "JsonSchema")];

/// The item below the derives that it does not have.
pub(crate) fn derives(
    renames: bool,
    attrs: &[Attribute],
    runtime: &Runtime,
    item: &impl ToTokens,
) -> TokenStream {
    let given: Vec<Ident> = attrs.iter().flat_map(derived).collect();
    let missing = DERIVES.iter().filter(|(_, name)| !given.iter().any(|given| given == name));
    let missing = missing.map(|(home, name)| {
        let (home, name) = (format_ident!("{home}"), format_ident!("{name}"));
        quote!(#runtime::#home::#name)
    });
    let homes = ["serde", "schemars"].into_iter().filter(|home| !names_crate(attrs, home));
    let homes = homes.map(|home| {
        let (attribute, path) = (format_ident!("{home}"), runtime.text_of(home));
        quote!(#[#attribute(crate = #path)])
    });
    let rename = renames.then(|| quote!(#[serde(rename_all = "snake_case")]));
    quote! {
        #[derive(#(#missing,)*)]
        #(#homes)*
        #rename
        #item
    }
}

/// The last words of what is derived already.
fn derived(attr: &Attribute) -> Vec<Ident> {
    let Meta::List(list) = &attr.meta else { return Vec::new() };
    let paths = Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.tokens.clone());
    let names = |paths: Punctuated<Path, Token![,]>| {
        paths.into_iter().filter_map(|path| Some(path.segments.last()?.ident.clone())).collect()
    };
    if attr.path().is_ident("derive") { paths.map(names).unwrap_or_default() } else { Vec::new() }
}

/// Whether the author says where a crate is.
fn names_crate(attrs: &[Attribute], attribute: &str) -> bool {
    text_of(attrs, attribute, "crate").is_some()
}
