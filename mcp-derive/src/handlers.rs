//! `handlers![…]`: annotated functions as a list of values.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprCall, ExprLit, ExprPath, Lit, Path, Token};

use crate::attr::{source, ungrouped};
use crate::errors::Errors;
use crate::handler::spelling::type_in;
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
    let element = ungrouped(element);
    match element {
        Expr::Path(ExprPath { attrs, qself: None, path, .. }) if type_in(&path).is_none() => {
            return Some(Listed { attrs, path });
        }
        Expr::Path(path) => {
            let ty = match &path.qself {
                Some(qself) => format!("<{}>", source(&qself.ty)),
                None => source(type_in(&path.path)),
            };
            of_a_type(&path, &ty, errors);
        }
        Expr::Call(call) => not_called(&call, errors),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.parse::<Path>().is_ok() => {
            let write = format!("write `{}` without quotes", text.value());
            errors.report(text, "`handlers!` lists functions by name", write);
        }
        other => {
            let write = "write the path of an annotated function, as in `tools::add`";
            errors.report(other, "`handlers!` lists functions by name", write);
        }
    }
    None
}

/// Methods are listed by their block.
fn of_a_type(path: &impl ToTokens, ty: &str, errors: &Errors) {
    let wrong = format!("`{}` is a method, which its block lists", source(path));
    let write = format!("put `#[methods]` on the block, and offer `.with({ty}::handlers())`");
    errors.report(path, wrong, write);
}

/// A list, a raw tool and an annotated function are called by somebody else, or not at all.
fn not_called(call: &ExprCall, errors: &Errors) {
    let called = source(&call.func);
    let write = match &*call.func {
        Expr::Path(path) if path.qself.is_some() || type_in(&path.path).is_some() => {
            format!("offer it by itself: `.with({})`", source(call))
        }
        _ => format!("write `{called}` without the call"),
    };
    errors.report(call, "`handlers!` lists functions by name", write);
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
        quote_spanned!(at=> #(#attrs)* #runtime::Element::<#path>::new().declared())
    });
    quote! {
        #[allow(unused_imports)]
        use #runtime::Listed as _;
        #runtime::collect([#(#handlers),*])
    }
}
