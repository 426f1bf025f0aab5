//! A collector for everything that is wrong with one use of a macro.
//!
//! Reporting all mistakes at once saves the author a compilation for each.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The mistakes found so far. It must be consumed by [`Errors::finish`] or [`Errors::ignore`]:
/// dropping it panics, so that no mistake is lost by accident.
pub(crate) struct Errors {
    found: RefCell<Option<Vec<syn::Error>>>,
}

/// The mistakes of a finished run. Nothing is expanded from an item that has any.
pub(crate) struct Mistakes(Vec<syn::Error>);

impl Errors {
    pub(crate) fn new() -> Self {
        Self { found: RefCell::new(Some(Vec::new())) }
    }

    /// Reports a mistake at `tokens`, the smallest ones the author must touch: what is wrong, then
    /// what to write.
    pub(crate) fn report(&self, tokens: impl ToTokens, wrong: impl Display, write: impl Display) {
        self.push(syn::Error::new_spanned(tokens, format!("{wrong}\nhelp: {write}")));
    }

    /// The same at a place that has no tokens of its own.
    pub(crate) fn report_at(&self, place: Span, wrong: impl Display, write: impl Display) {
        self.push(syn::Error::new(place, format!("{wrong}\nhelp: {write}")));
    }

    /// Reports tokens that are no Rust of the expected form.
    pub(crate) fn syntax(&self, error: syn::Error) {
        self.push(error);
    }

    /// The value, if nothing was reported.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Mistakes> {
        let mistakes = self.take();
        value.filter(|_| mistakes.is_empty()).ok_or(Mistakes(mistakes))
    }

    /// Forgets what was found, for looking a second time at tokens that were judged already.
    pub(crate) fn ignore(self) {
        self.take();
    }

    fn push(&self, error: syn::Error) {
        if let Some(found) = &mut *self.found.borrow_mut() {
            found.push(error);
        }
    }

    fn take(&self) -> Vec<syn::Error> {
        self.found.borrow_mut().take().unwrap_or_default()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.found.borrow().is_none(), "mistakes were collected and never looked at");
        }
    }
}

impl ToTokens for Mistakes {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().map(syn::Error::to_compile_error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_a_mistake_is_no_value() {
        let errors = Errors::new();
        errors.report(quote::quote!(x), "wrong", "right");
        assert_eq!(errors.finish(Some(1)).unwrap_err().0[0].to_string(), "wrong\nhelp: right");
    }

    #[test]
    fn all_mistakes_are_kept() {
        let errors = Errors::new();
        errors.report(quote::quote!(x), "one", "help");
        errors.syntax(syn::Error::new(Span::call_site(), "two"));
        assert_eq!(errors.finish(None::<()>).unwrap_err().0.len(), 2);
    }

    impl std::fmt::Debug for Mistakes {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_list().entries(&self.0).finish()
        }
    }
}
