//! What a handler says [`About`] itself → tokens.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::at;
use crate::handler::about::About;
use crate::runtime::Runtime;

/// The closure that says it.
pub(crate) fn about(runtime: &Runtime, about: &About) -> TokenStream {
    let About { icons, tags, audience, priority, members, meta, timeout } = about;
    let tags = (!tags.is_empty()).then(|| quote!(__mcp_about.tags(&[#(#tags),*]);));
    let audience = (!audience.is_empty())
        .then(|| quote!(__mcp_about.audience(&[#(#runtime::Role::#audience),*]);));
    let priority =
        priority.as_ref().map(|value| quote_spanned!(at(value)=> __mcp_about.priority(#value);));
    let members = members
        .iter()
        .map(|(name, value)| quote_spanned!(at(value)=> __mcp_about.member(#name, #value);));
    let meta = meta.iter().map(|meta| quote_spanned!(at(meta)=> __mcp_about.meta(#meta);));
    let timeout = timeout.map(|timeout| quote!(__mcp_about.timeout(#timeout);));
    let said = quote! {
        #(__mcp_about.icon(#icons);)*
        #tags
        #audience
        #priority
        #(#meta)*
        #(#members)*
        #timeout
    };
    if said.is_empty() { quote!(|_| {}) } else { quote!(|__mcp_about| { #said }) }
}
