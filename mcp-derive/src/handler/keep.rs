//! What comes out of an item with mistakes: the item itself, and stand-ins for the names that would
//! have been made of it, so that one mistake is one error.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;
use syn::Visibility;

use crate::errors::Mistakes;
use crate::func::{Func, keyword};
use crate::handler::Kind;
use crate::handler::expand::{companion_type, completes, function};
use crate::methods;
use crate::runtime::{Runtime, never};

/// The item, its mistakes, and a companion that fits every server.
pub(crate) fn keep_item(
    kind: Kind,
    attr: TokenStream,
    item: &TokenStream,
    mistakes: &Mistakes,
) -> TokenStream {
    let runtime = Runtime::named_in(attr);
    let Ok(mut func) = syn::parse2::<Func>(item.clone()) else {
        return unread(kind, &runtime, item, mistakes);
    };
    func.take_marks();
    let function = function(&func);
    // A method stands in an `impl` block, where no type can be declared.
    let companion =
        func.sig.receiver().is_none().then(|| stub(kind, &runtime, &func.vis, &func.sig.ident));
    quote!(#function #companion #mistakes)
}

/// The same for what is not a function that can be read: half-typed, or another item.
fn unread(kind: Kind, runtime: &Runtime, item: &TokenStream, mistakes: &Mistakes) -> TokenStream {
    match keyword(item).as_deref() {
        Some("fn") => {
            let stub = name(item).map(|name| stub(kind, runtime, &Visibility::Inherited, &name));
            quote!(#item #stub #mistakes)
        }
        // The attributes in the block would say the same once more.
        Some("impl") => {
            let block = methods::unmarked(item).unwrap_or_else(|| item.clone());
            quote!(#block #mistakes)
        }
        _ => quote!(#item #mistakes),
    }
}

/// What stands behind `fn`.
fn name(item: &TokenStream) -> Option<Ident> {
    let mut tokens = item.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))?;
    match tokens.next()? {
        TokenTree::Ident(name) => Some(name),
        _ => None,
    }
}

fn stub(kind: Kind, runtime: &Runtime, vis: &Visibility, ident: &Ident) -> TokenStream {
    let companion = companion_type(vis, ident);
    let completes = (kind == Kind::Completion).then(|| completes(runtime, ident));
    let never = never();
    quote! {
        #companion

        #[automatically_derived]
        impl<__McpState> #runtime::Declare<__McpState, ()> for #ident {
            fn declare() -> #runtime::Declaration {
                #never
            }
        }

        #completes
    }
}
