//! A function → a [`Handler`], one function a rule.
//!
//! Left to the compiler, which words them better: what a body does, whether types exist, and
//! whether a type fits, which a trait of the runtime decides.

use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{
    FnArg, Ident, LitStr, Pat, PatType, Receiver, ReceiverKind, ReturnType, Safety, Token, Type,
    TypeReference,
};

use crate::attr::Keys;
use crate::docs::Docs;
use crate::errors::Errors;
use crate::func::{Func, is_arg};
use crate::handler::{Argument, Handler, Identity, Kind, Owner, Parameter, arg};
use crate::runtime::Runtime;

/// Reads the keys that all attributes have.
pub(crate) fn identity(keys: &mut Keys<'_>, func: &Func) -> Identity {
    let name = keys.text("name").unwrap_or_else(|| text(&func.sig.ident));
    let title = keys.text("title");
    let description = keys.text("description").map_or_else(|| Docs::of(&func.attrs), Docs::from);
    Identity { name, title, description: (!description.is_empty()).then_some(description) }
}

/// Judges a signature, parameter by parameter.
pub(crate) fn handler(
    kind: Kind,
    runtime: Runtime,
    func: Func,
    owner: Option<&Rc<Owner>>,
    errors: &Errors,
) -> Option<Handler> {
    let rules = Rules { kind, owner: owner.map(|owner| &**owner), errors };
    rules.qualifiers(&func);
    rules.generics(&func);
    rules.return_type(&func);
    // Collected twice, so that one parameter that is refused does not hide the mistakes of the
    // next.
    let parameters: Vec<_> = func.sig.inputs.iter().map(|input| rules.parameter(input)).collect();
    let parameters: Option<Vec<_>> = parameters.into_iter().collect();
    let returns = match &func.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    let handler =
        Handler { kind, runtime, parameters: parameters?, returns, func, owner: owner.cloned() };
    rules.distinct_names(&handler);
    rules.one_rest(&handler);
    Some(handler)
}

struct Rules<'a> {
    kind: Kind,
    owner: Option<&'a Owner>,
    errors: &'a Errors,
}

impl Rules<'_> {
    /// `async fn` or `fn`, and nothing else in front.
    fn qualifiers(&self, func: &Func) {
        let sig = &func.sig;
        let refuse = |tokens: &dyn ToTokens, word: &str| {
            let wrong = format!("a {} cannot be `{word}`", self.kind.noun());
            self.errors.report(tokens.to_token_stream(), wrong, "write `async fn` or `fn`");
        };
        if let Some(token) = &sig.constness {
            refuse(token, "const");
        }
        if let Safety::Unsafe(token) = &sig.safety {
            refuse(token, "unsafe");
        }
        if let Some(abi) = &sig.abi {
            refuse(abi, "extern");
        }
        if let Some(variadic) = &sig.variadic {
            refuse(variadic, "variadic");
        }
    }

    /// Nobody would choose the types: the client sends JSON, and the server has one state.
    fn generics(&self, func: &Func) {
        let generics = &func.sig.generics;
        let wrong = format!("a {} cannot be generic", self.kind.noun());
        if !generics.params.is_empty() {
            let write = "write the types out, and references without a lifetime";
            self.errors.report(&generics.params, wrong, write);
        } else if let Some(bounds) = &generics.where_clause {
            self.errors.report(bounds, wrong, "remove the `where` clause");
        }
    }

    /// The return type decides what is sent, so it must say what it is.
    fn return_type(&self, func: &Func) {
        let ReturnType::Type(_, ty) = &func.sig.output else { return };
        if let Some(token) = find_impl(ty.to_token_stream()) {
            let wrong = "`impl Trait` hides what is returned";
            self.errors.report(token, wrong, "write `async fn`, or name the type");
        }
        // A named lifetime is a generic parameter, and reported as that.
        let is_borrowed = |reference: &TypeReference| {
            reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_")
        };
        for reference in references(ty.to_token_stream()).into_iter().filter(is_borrowed) {
            let wrong = "what is returned outlives the call, and cannot borrow from it";
            self.errors.report(reference, wrong, "return an owned value, or a `&'static` one");
        }
    }

    fn parameter(&self, input: &FnArg) -> Option<Parameter> {
        match input {
            FnArg::Receiver(receiver) => self.receiver(receiver),
            FnArg::Typed(typed) => match ungrouped(&typed.ty) {
                Type::Reference(reference) => self.injected(typed, reference),
                ty => self.argument(typed, ty),
            },
        }
    }

    /// `&self` is the state, or a part of it.
    fn receiver(&self, receiver: &Receiver) -> Option<Parameter> {
        let Some(owner) = self.owner else {
            let wrong = format!("a {} with `self` is a method", self.kind.noun());
            let write = "put `#[methods]` on the `impl` block";
            self.errors.report(receiver.self_token, wrong, write);
            return None;
        };
        let shared = match &receiver.kind {
            ReceiverKind::Reference(_, _, Some(token)) => {
                self.shared(*token);
                return None;
            }
            ReceiverKind::Reference(_, None, None) => true,
            ReceiverKind::Typed(_, ty) => match ungrouped(ty) {
                Type::Reference(ty) => ty.mutability.is_none() && *ty.elem == owner.ty,
                _ => false,
            },
            _ => false,
        };
        if !shared {
            let wrong = "a handler borrows `self` for the time of the call";
            self.errors.report(receiver.self_token, wrong, "write `&self`");
        }
        shared.then(|| Parameter::Injected(Box::new(owner.ty.clone())))
    }

    /// A borrowed parameter is shared, and borrowed for the time of the call.
    fn injected(&self, typed: &PatType, reference: &TypeReference) -> Option<Parameter> {
        if let Some(arg) = typed.attrs.iter().find(|attr| is_arg(attr)) {
            let wrong = "`#[arg]` on a borrowed parameter: it is injected, not sent";
            self.errors.report(arg, wrong, "remove it, or take the parameter by value");
        }
        if let Some(owned) = owned(&reference.elem) {
            self.client_owns(reference, &owned);
            return None;
        }
        if let Some(token) = find_impl(reference.elem.to_token_stream()) {
            self.concrete(&token);
            return None;
        }
        if let Some(token) = &reference.mutability {
            self.shared(*token);
            return None;
        }
        if let Some(lifetime) = &reference.lifetime {
            // A named one is a generic parameter, and reported as that.
            if lifetime.ident == "static" {
                let wrong = "a borrowed parameter lives as long as the call";
                self.errors.report(lifetime, wrong, "write `&` without a lifetime");
            }
            return None;
        }
        Some(Parameter::Injected(reference.elem.clone()))
    }

    fn shared(&self, token: Token![mut]) {
        let wrong = "state is shared by all calls, and cannot be borrowed mutably";
        let write = "write `&`, and let the state change behind a lock of its own";
        self.errors.report(token, wrong, write);
    }

    /// An owned parameter is one argument, under its name.
    fn argument(&self, typed: &PatType, ty: &Type) -> Option<Parameter> {
        let ident = self.plain_name(&typed.pat);
        let arg = arg::keys(self.kind, self.owner, &typed.attrs, self.errors);
        if let Some(token) = find_impl(ty.to_token_stream()) {
            self.concrete(&token);
            return None;
        }
        if let Some(reference) = references(ty.to_token_stream()).first() {
            let owned =
                owned(&reference.elem).unwrap_or_else(|| "a type without references".to_owned());
            self.client_owns(reference, &owned);
            return None;
        }
        let ident = ident?;
        Some(Parameter::Argument(Box::new(Argument {
            name: arg.name.unwrap_or_else(|| text(&ident)),
            ident,
            docs: Docs::of(&typed.attrs),
            ty: ty.clone(),
            default: arg.default,
            example: arg.example,
            notes: arg.notes,
            complete: arg.complete,
            takes: arg.takes,
            in_path: false,
        })))
    }

    /// The name is what the client sends.
    fn plain_name(&self, pat: &Pat) -> Option<Ident> {
        if let Pat::Ident(pat) = pat
            && pat.by_ref.is_none()
            && pat.subpat.is_none()
        {
            return Some(pat.ident.clone());
        }
        let write = "write a plain name, and take the value apart in the body";
        self.errors.report(pat, "an argument is sent by its name, and a pattern has none", write);
        None
    }

    /// What a client sends is decoded for this call, so there is nothing to borrow from.
    fn client_owns(&self, reference: &TypeReference, owned: &str) {
        let wrong = "an argument comes from the client, and is owned; what is borrowed is injected";
        self.errors.report(reference, wrong, format_args!("use {owned}"));
    }

    fn concrete(&self, token: &TokenTree) {
        let wrong = "`impl Trait` cannot be decoded or injected";
        self.errors.report(token, wrong, "name the type");
    }

    /// What nobody else asks for goes to one place.
    fn one_rest(&self, handler: &Handler) {
        for rest in handler.arguments().filter_map(|argument| argument.takes.rest()).skip(1) {
            self.errors.report(rest, "`rest` is given twice", "keep one of the two");
        }
    }

    /// The client could not tell two arguments of one name apart.
    fn distinct_names(&self, handler: &Handler) {
        let mut seen = Vec::new();
        // The members of a struct have names of their own, which only the runtime knows.
        for argument in handler.arguments().filter(|argument| !argument.takes.is_flattened()) {
            let name = argument.name.value();
            if seen.contains(&name) {
                let wrong = format!("two arguments have the name `{name}`");
                self.errors.report(&argument.name, wrong, "give one of them another name");
            }
            seen.push(name);
        }
    }
}

/// An identifier as a text at its place; a raw one loses its `r#`.
fn text(ident: &Ident) -> LitStr {
    LitStr::new(&ident.unraw().to_string(), ident.span())
}

/// A type without parentheses, and without the invisible group around what comes through a
/// `macro_rules` macro.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// What to own in place of a borrowed text or list. Of other types only their traits know.
fn owned(borrowed: &Type) -> Option<String> {
    match borrowed {
        Type::Path(path) if path.path.is_ident("str") => Some("`String`".to_owned()),
        Type::Slice(slice) => {
            let elem = slice.elem.to_token_stream().to_string().replace(' ', "");
            Some(format!("`Vec<{elem}>`"))
        }
        _ => None,
    }
}

/// The first `impl` in a type. It is a keyword, so the tokens tell.
fn find_impl(tokens: TokenStream) -> Option<TokenTree> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(word) if word == "impl" => Some(TokenTree::Ident(word)),
        TokenTree::Group(group) => find_impl(group.stream()),
        _ => None,
    })
}

/// All references in a type, as the one in `Option<&str>`.
fn references(tokens: TokenStream) -> Vec<TypeReference> {
    let prefix = |input: ParseStream<'_>| {
        let reference = input.parse()?;
        input.parse::<TokenStream>()?;
        Ok(reference)
    };
    let mut references = Vec::new();
    let mut rest = tokens.into_iter();
    loop {
        let here = rest.clone().collect();
        match rest.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '&' => {
                references.extend(prefix.parse2(here));
            }
            Some(TokenTree::Group(group)) => references.extend(self::references(group.stream())),
            Some(_) => {}
            None => return references,
        }
    }
}
