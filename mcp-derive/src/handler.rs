//! What tools, resources and prompts have in common: a function whose owned parameters come from
//! the client and whose borrowed ones are injected.

use proc_macro2::TokenStream;
use syn::{Expr, Ident, LitStr, Type};

use crate::docs::Docs;
use crate::func::Func;
use crate::runtime::Runtime;

pub(crate) mod check;
pub(crate) mod expand;
pub(crate) mod keep;
pub(crate) mod parse;

/// The three attributes that make a handler of a function.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Tool,
    Resource,
    Prompt,
}

impl Kind {
    /// The attribute, as the author sees it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Tool => "#[tool]",
            Self::Resource => "#[resource]",
            Self::Prompt => "#[prompt]",
        }
    }

    /// The name of the attribute, which is the spec's word for what it makes.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Prompt => "prompt",
        }
    }
}

/// What every handler says about itself, as written; the function's name and docs stand in for
/// what is missing.
pub(crate) struct Identity {
    pub(crate) name: LitStr,
    pub(crate) title: Option<LitStr>,
    pub(crate) description: Option<Docs>,
}

/// A function we accept.
pub(crate) struct Handler {
    pub(crate) kind: Kind,
    pub(crate) runtime: Runtime,
    pub(crate) func: Func,
    pub(crate) parameters: Vec<Parameter>,
    /// The return type; nothing written is `()`.
    pub(crate) returns: TokenStream,
}

/// One parameter, in the order of the signature.
pub(crate) enum Parameter {
    /// `&T`: the state, or the context of the call.
    Injected(Box<Type>),
    /// `T`: sent by the client.
    Argument(Box<Argument>),
}

/// An owned parameter.
pub(crate) struct Argument {
    /// The name on the wire, at the parameter's name or at the `name` that was given.
    pub(crate) name: LitStr,
    /// The parameter's own name.
    pub(crate) ident: Ident,
    pub(crate) docs: Docs,
    pub(crate) ty: Type,
    pub(crate) default: Option<Default>,
}

/// The value of an argument that was not sent.
pub(crate) enum Default {
    /// `#[arg(default)]`, at the word.
    OfType(Ident),
    /// `#[arg(default = value)]`
    Value(Expr),
}

impl Handler {
    /// The types that are borrowed, in order.
    pub(crate) fn injected(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Injected(ty) => Some(&**ty),
            Parameter::Argument(_) => None,
        })
    }

    /// What the client sends, in order.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Argument(argument) => Some(&**argument),
            Parameter::Injected(_) => None,
        })
    }
}
