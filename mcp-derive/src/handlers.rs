//! `handlers![…]`: annotated functions as a list of values.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprPath, Path, Token};

use crate::attr::ungrouped;
use crate::errors::Errors;
use crate::runtime::Runtime;

pub(crate) fn run(list: TokenStream) -> TokenStream {
    let errors = Errors::new();
    let list = parse(list, &errors).map(|raw| check(raw, &errors));
    // A list with mistakes stays a list of the rest, for its type is used.
    let list = list.as_ref().map(expand);
    let mistakes = errors.finish(Some(())).err();
    quote!({ #mistakes #list })
}

/// What was written: `crate = path;` and the elements.
struct RawList {
    path: Option<Path>,
    elements: Vec<Expr>,
}

/// Functions we accept.
struct List {
    runtime: Runtime,
    handlers: Vec<Listed>,
}

/// One element, with the conditions it stands under.
struct Listed {
    attrs: Vec<Attribute>,
    path: Path,
}

fn parse(list: TokenStream, errors: &Errors) -> Option<RawList> {
    let parser = |input: ParseStream<'_>| {
        let path = if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            let path = input.parse()?;
            input.parse::<Token![;]>()?;
            Some(path)
        } else {
            None
        };
        let elements = Punctuated::<Expr, Token![,]>::parse_terminated(input)?;
        Ok(RawList { path, elements: elements.into_iter().collect() })
    };
    parser.parse2(list).map_err(|error| errors.syntax(error)).ok()
}

fn check(raw: RawList, errors: &Errors) -> List {
    let handlers: Vec<Listed> =
        raw.elements.into_iter().filter_map(|element| is_a_path(element, errors)).collect();
    is_listed_once(&handlers, errors);
    List { runtime: Runtime::at(raw.path), handlers }
}

fn is_a_path(element: Expr, errors: &Errors) -> Option<Listed> {
    match ungrouped(element) {
        Expr::Path(ExprPath { attrs, qself: None, path, .. }) => Some(Listed { attrs, path }),
        other => {
            let wrong = "`handlers!` lists functions by name";
            errors.report(
                other,
                wrong,
                "write the path of an annotated function, as in `tools::add`",
            );
            None
        }
    }
}

/// A handler under a condition may stand beside itself under another one.
fn is_listed_once(handlers: &[Listed], errors: &Errors) {
    let free: Vec<&Path> = handlers
        .iter()
        .filter(|listed| listed.attrs.is_empty())
        .map(|listed| &listed.path)
        .collect();
    for (at, path) in free.iter().enumerate() {
        if free[..at].contains(path) {
            let name = path.to_token_stream().to_string().replace(' ', "");
            errors.report(path, format_args!("`{name}` is listed twice"), "remove one of the two");
        }
    }
}

fn expand(list: &List) -> TokenStream {
    let List { runtime, handlers } = list;
    let handlers = handlers.iter().map(|Listed { attrs, path }| {
        let at = path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
        let at = at.resolved_at(Span::call_site());
        quote_spanned!(at=> #(#attrs)* #runtime::declare::<#path, _, _>())
    });
    quote!(#runtime::collect([#(#handlers),*]))
}
