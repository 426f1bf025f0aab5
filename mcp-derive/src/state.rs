//! `#[derive(State)]`: handlers borrow a field of the state.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{
    Attribute, Field, GenericArgument, Ident, Index, Item, ItemStruct, Member, Meta, PathArguments,
    Type,
};

use crate::attr::{KeyList, Keys};
use crate::errors::Errors;
use crate::runtime::{self, Runtime};

pub(crate) fn run(item: &TokenStream) -> TokenStream {
    let errors = Errors::new();
    let state = parse(item, &errors).and_then(|raw| check(raw, &errors));
    // What can be borrowed stays so, whatever is wrong with the rest.
    let state = state.as_ref().map(expand);
    let mistakes = errors.finish(Some(())).err();
    quote!(#state #mistakes)
}

/// A struct we accept.
struct State {
    runtime: Runtime,
    ident: Ident,
    parts: Vec<Part>,
}

/// A field that is borrowed by its type.
struct Part {
    member: Member,
    ty: Type,
}

fn parse(item: &TokenStream, errors: &Errors) -> Option<Item> {
    syn::parse2(item.clone()).map_err(|error| errors.syntax(error)).ok()
}

fn check(raw: Item, errors: &Errors) -> Option<State> {
    let item = is_a_struct(raw, errors)?;
    let mut keys = keys(&item.attrs, errors);
    let runtime = Runtime::at(keys.path("crate"));
    keys.finish();
    not_generic(&item, errors)?;
    let fields = item.fields.into_iter().enumerate();
    let parts: Vec<Part> = fields.filter_map(|(at, field)| part(at, field, errors)).collect();
    Some(State { runtime, ident: item.ident, parts: distinct(parts, errors) })
}

/// A handler borrows by type, and a variant may not be there.
fn is_a_struct(raw: Item, errors: &Errors) -> Option<ItemStruct> {
    let (token, write) = match raw {
        Item::Struct(item) => return Some(item),
        Item::Enum(item) => (
            item.enum_token.into_token_stream(),
            "derive it on a struct; handlers borrow an enum as a whole, without the derive",
        ),
        other => (other.into_token_stream(), "derive it on a struct"),
    };
    let token = token.into_iter().next();
    errors.report(token, "`State` is for structs: it lends their fields to handlers", write);
    None
}

fn not_generic(item: &ItemStruct, errors: &Errors) -> Option<()> {
    let params = &item.generics.params;
    if !params.is_empty() {
        let wrong = "the state of a server cannot be generic: it has one type";
        errors.report(params, wrong, "write the types out, and own what is borrowed");
    }
    params.is_empty().then_some(())
}

/// The field, unless it is to be left out.
fn part(at: usize, field: Field, errors: &Errors) -> Option<Part> {
    let mut keys = keys(&field.attrs, errors);
    let skip = keys.word("skip");
    keys.finish();
    let member = field.ident.map_or_else(|| Index::from(at).into(), Member::Named);
    skip.is_none().then_some(Part { member, ty: field.ty })
}

/// A handler that borrows the type could mean either field.
fn distinct(parts: Vec<Part>, errors: &Errors) -> Vec<Part> {
    let mut distinct: Vec<Part> = Vec::new();
    for part in parts {
        match distinct.iter().find(|other| other.ty == part.ty) {
            None => distinct.push(part),
            Some(other) => {
                let (one, two) = (name(&other.member), name(&part.member));
                let wrong = format!(
                    "the fields `{one}` and `{two}` have one type, and handlers borrow by type"
                );
                let write = "put `#[state(skip)]` on one of them, or give it a type of its own";
                errors.report(&part.ty, wrong, write);
            }
        }
    }
    distinct
}

fn name(member: &Member) -> String {
    member.to_token_stream().to_string()
}

/// The keys of all `#[state(…)]` among these attributes.
fn keys<'a>(attrs: &[Attribute], errors: &'a Errors) -> Keys<'a> {
    let mut list = KeyList::default();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("state")) {
        match &attr.meta {
            Meta::Path(_) => {}
            Meta::List(meta) => list = list.and(KeyList::parse(meta.tokens.clone(), errors)),
            Meta::NameValue(meta) => {
                errors.report(&meta.value, "`#[state]` takes a list", "write `#[state(key)]`");
            }
        }
    }
    Keys::new("#[state]", list, errors)
}

fn expand(state: &State) -> TokenStream {
    let State { runtime, ident, parts } = state;
    let own = parts.iter().map(|Part { member, ty }| {
        provide(runtime, ident, ty, &quote!(#ty), &quote!(&self.#member))
    });
    let shared = parts.iter().filter_map(|Part { member, ty }| {
        // A field of the type itself comes before one that shares it. Two that share one type have
        // one type, which is refused.
        let shared = shared(ty).filter(|shared| parts.iter().all(|part| part.ty != **shared))?;
        // By this name a trait object keeps its own lifetime.
        let target = runtime::target(ty);
        let value = runtime::deref(&quote!(&self.#member));
        Some(provide(runtime, ident, shared, &target, &value))
    });
    let parts = own.chain(shared);
    quote!(#(#parts)*)
}

/// Lends a value of a type, which stands there in the words of the author.
fn provide(
    runtime: &Runtime,
    ident: &Ident,
    ty: &Type,
    lent: &TokenStream,
    value: &TokenStream,
) -> TokenStream {
    // At the type, for two types that are one by another name.
    let provided = quote_spanned!(ty.span()=> #runtime::Provide<#ty, #runtime::FromField>);
    quote! {
        #[automatically_derived]
        #[allow(unused_qualifications, deprecated, clippy::all, clippy::pedantic)]
        impl #provided for #ident {
            fn provide<'__mcp>(&'__mcp self, _: &'__mcp #runtime::Context) -> &'__mcp #lent {
                #value
            }
        }
    }
}

/// What an `Arc<T>` shares.
fn shared(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Arc")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(shared)) if arguments.args.len() == 1 => Some(shared),
        _ => None,
    }
}
