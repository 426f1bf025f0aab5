//! What comes out of an item with mistakes: the item itself, and stand-ins for the names that would
//! have been made of it, so that one mistake is one error.

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Mistakes;
use crate::func::Func;
use crate::handler::expand::{companion_type, completes, function};
use crate::runtime::{Runtime, never};

/// The item, its mistakes, and a companion that fits every server.
pub(crate) fn keep_item(attr: TokenStream, item: &TokenStream, mistakes: &Mistakes) -> TokenStream {
    let Ok(func) = syn::parse2::<Func>(item.clone()) else { return quote!(#item #mistakes) };
    let function = function(&func);
    // A method stands in an `impl` block, where no type can be declared.
    let companion = func.sig.receiver().is_none().then(|| stub(&Runtime::named_in(attr), &func));
    quote!(#function #companion #mistakes)
}

fn stub(runtime: &Runtime, func: &Func) -> TokenStream {
    let ident = &func.sig.ident;
    let (companion, completes) = (companion_type(&func.vis, ident), completes(runtime, ident));
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
