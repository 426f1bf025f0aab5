//! What tools, resources, prompts and completions have in common: a function whose owned parameters
//! come from the client and whose borrowed ones are injected.

use std::rc::Rc;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Ident, LitStr, Path, Type};

use crate::docs::Docs;
use crate::func::Func;
use crate::runtime::Runtime;

pub(crate) mod about;
pub(crate) mod arg;
pub(crate) mod check;
pub(crate) mod expand;
pub(crate) mod keep;
pub(crate) mod parse;

/// The attributes that make a handler of a function.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Kind {
    Tool,
    Resource,
    Prompt,
    Completion,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Tool, Self::Resource, Self::Prompt, Self::Completion];

    /// The attribute, as the author sees it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Tool => "#[tool]",
            Self::Resource => "#[resource]",
            Self::Prompt => "#[prompt]",
            Self::Completion => "#[completion]",
        }
    }

    /// The same in the names of types.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tool => "Tool",
            Self::Resource => "Resource",
            Self::Prompt => "Prompt",
            Self::Completion => "Completion",
        }
    }

    /// The name of the attribute, which is the spec's word for what it makes.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Resource => "resource",
            Self::Prompt => "prompt",
            Self::Completion => "completion",
        }
    }
}

/// An accepted function with what its attribute makes of it.
pub(crate) trait Declares {
    /// What all attributes have in common.
    fn handler(&self) -> &Handler;

    /// The value of the runtime's type for it, as an expression.
    fn declaration(&self) -> TokenStream;
}

/// An `impl` block below `#[methods]`, as its methods see it.
pub(crate) struct Owner {
    /// The type the block is for, which is `Self`.
    pub(crate) ty: Type,
    /// The runtime, if the block names it.
    pub(crate) runtime: Option<Path>,
    /// The methods that are completions.
    pub(crate) completions: Vec<Ident>,
}

impl Owner {
    /// The companion type of a method, which stands beside the block.
    pub(crate) fn companion(&self, method: &Ident) -> Ident {
        let ty = self.ty.to_token_stream().to_string().replace(|c: char| !c.is_alphanumeric(), "_");
        Ident::new(&format!("__mcp_{ty}_{}", method.unraw()), method.span())
    }

    /// The method that a path names by way of the type.
    pub(crate) fn method_of<'a>(&self, path: &'a Path) -> Option<&'a Ident> {
        let ty = self.ty.to_token_stream().to_string();
        let method = &path.segments.last()?.ident;
        (path.to_token_stream().to_string() == format!("{ty} :: {method}")).then_some(method)
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
    /// The block it stands in, if it is a method or an associated function.
    pub(crate) owner: Option<Rc<Owner>>,
    pub(crate) parameters: Vec<Parameter>,
    /// The return type, if one is written.
    pub(crate) returns: Option<Type>,
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
    /// A value that shows what is meant, at its key.
    pub(crate) example: Option<(Ident, Expr)>,
    /// What else `#[arg(…)]` says.
    pub(crate) notes: Vec<Note>,
    /// The function that completes it, at its key.
    pub(crate) complete: Option<(Ident, Path)>,
    /// Which of what the client sends it takes.
    pub(crate) takes: Share,
    /// Whether it is a variable in the path of a template, which is there whenever the URI matches.
    pub(crate) in_path: bool,
}

/// What an argument takes of what the client sends.
pub(crate) enum Share {
    /// The value of its name.
    Own,
    /// All that no other argument asks for; at the word.
    Rest(Ident),
    /// The members of a struct, each by its own name.
    Flattened,
}

impl Share {
    /// Whether the argument is one value under its own name.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::Own)
    }

    pub(crate) fn is_flattened(&self) -> bool {
        matches!(self, Self::Flattened)
    }

    /// The word, if it takes the rest.
    pub(crate) fn rest(&self) -> Option<&Ident> {
        match self {
            Self::Rest(word) => Some(word),
            Self::Own | Self::Flattened => None,
        }
    }
}

/// `range = 1..=20` and its kin: a key, which is the name of the runtime's function for it, and
/// what the function takes.
pub(crate) struct Note {
    pub(crate) key: Ident,
    pub(crate) value: Expr,
}

/// The value of an argument that was not sent.
pub(crate) enum Default {
    /// `#[arg(default)]`, at the word.
    OfType(Ident),
    /// `#[arg(default = value)]`
    Value(Expr),
}

impl Handler {
    /// The name of its companion type.
    pub(crate) fn companion(&self) -> Ident {
        let ident = &self.func.sig.ident;
        self.owner.as_ref().map_or_else(|| ident.clone(), |owner| owner.companion(ident))
    }

    /// The types that are borrowed, in order.
    pub(crate) fn injected(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Injected(ty) => Some(&**ty),
            Parameter::Argument(_) => None,
        })
    }

    /// The argument of this name.
    pub(crate) fn argument_mut(&mut self, name: &str) -> Option<&mut Argument> {
        self.parameters.iter_mut().find_map(|parameter| match parameter {
            Parameter::Argument(argument) if argument.name.value() == name => Some(&mut **argument),
            _ => None,
        })
    }

    /// What the client sends, in order.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.parameters.iter().filter_map(|parameter| match parameter {
            Parameter::Argument(argument) => Some(&**argument),
            Parameter::Injected(_) => None,
        })
    }

    /// The functions that complete arguments, in order.
    pub(crate) fn completions(&self) -> impl Iterator<Item = &Path> {
        self.arguments().filter_map(|argument| argument.complete.as_ref()).map(|(_, path)| path)
    }
}
