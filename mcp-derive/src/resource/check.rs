//! What was written → a [`Resource`] we accept, one function a rule.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, LitStr};

use super::template::{Template, Unfit};
use crate::attr::Keys;
use crate::errors::Errors;
use crate::handler::about::{About, about_resource};
use crate::handler::check::{handler, identity};
use crate::handler::parse::RawHandler;
use crate::handler::{Default, Handler, Identity, Kind};
use crate::runtime::Runtime;

/// A resource we accept.
pub(super) struct Resource {
    pub(super) uri: LitStr,
    pub(super) identity: Identity,
    pub(super) mime: Option<LitStr>,
    /// Whether `resources/list` names what the template stands for.
    pub(super) listed: bool,
    /// Whether clients may subscribe to it.
    pub(super) subscribe: bool,
    pub(super) about: About,
    pub(super) handler: Handler,
}

pub(super) fn resource(raw: RawHandler, errors: &Errors) -> Option<Resource> {
    let RawHandler { keys, func, owner } = raw;
    let mut keys = Keys::new(Kind::Resource.attribute(), keys, errors);
    let uri = keys.leading_text().or_else(|| keys.misplaced_text("uri"));
    let identity = identity(&mut keys, &func);
    let mime = keys.text("mime");
    let listed = keys.word("listed");
    let subscribe = keys.word("subscribe").is_some();
    let about = about_resource(&mut keys, errors);
    let runtime = Runtime::of(&mut keys, owner.as_deref());
    keys.finish();

    let template = uri.as_ref().and_then(|uri| template(uri, errors));
    let handler = handler(Kind::Resource, runtime, func, owner.as_ref(), errors);
    let uri = has_uri(uri, errors)?;
    let (template, mut handler) = (template?, handler?);
    let is_flattened = handler.arguments().any(|argument| argument.takes.is_flattened());
    // That is refused by itself.
    if !is_flattened && !is_one_slip(&template, &handler, errors) {
        variables_have_parameters(&uri, &template, &handler, errors);
        parameters_have_variables(&template, &handler, errors);
    }
    path_has_no_defaults(&template, &mut handler, errors);
    has_one_variable(listed.as_ref(), &template, errors);
    Some(Resource { uri, identity, mime, listed: listed.is_some(), subscribe, about, handler })
}

fn has_uri(uri: Option<LitStr>, errors: &Errors) -> Option<LitStr> {
    if uri.is_none() {
        let write = "write it first: `#[resource(\"scheme://path\")]`";
        errors.report(TokenStream::new(), "a resource needs its URI", write);
    }
    uri
}

/// A URI begins with its scheme; variables stand in braces.
fn template(uri: &LitStr, errors: &Errors) -> Option<Template> {
    let text = uri.value();
    let forms = "`{name}`, `{+name}` for a value with slashes, and `{?name,name}` for a query";
    match Template::parse(&text) {
        Ok(template) => return Some(template),
        Err(Unfit::NoScheme) => {
            let write = "begin it with a scheme, as in `tasks://all`";
            errors.report(uri, format_args!("`{text}` is no URI"), write);
        }
        Err(Unfit::Space) => {
            errors.report(uri, "a URI has no spaces", "write `%20`, or another character");
        }
        Err(Unfit::Brace) => {
            errors.report(
                uri,
                "a brace without its other one",
                format_args!("variables are {forms}"),
            );
        }
        Err(Unfit::Expression(expression)) => {
            let wrong = format!("`{{{expression}}}` is no variable");
            errors.report(uri, wrong, format_args!("write {forms}"));
        }
        Err(Unfit::Twice(name)) => {
            let wrong = format!("the variable `{name}` occurs twice");
            errors.report(uri, wrong, "give each place a variable of its own");
        }
        Err(Unfit::Adjacent(one, next)) => {
            let wrong = format!("nothing tells where `{{{one}}}` ends and `{{{next}}}` begins");
            errors.report(
                uri,
                wrong,
                format_args!("write text between, as in `{{{one}}}/{{{next}}}`"),
            );
        }
        Err(Unfit::Query) => {
            let wrong = "the query of a URI is one, and stands at its end";
            errors.report(uri, wrong, "write one `{?name,name}` there, and no other `?`");
        }
    }
    None
}

/// A variable in the path is there whenever the URI matches. Of its type a trait of the runtime
/// decides the same.
fn path_has_no_defaults(template: &Template, handler: &mut Handler, errors: &Errors) {
    for name in &template.variables[..template.in_path] {
        let Some(argument) = handler.argument_mut(name) else { continue };
        argument.in_path = true;
        let at = match &argument.default {
            None => continue,
            Some(Default::OfType(word)) => word.to_token_stream(),
            Some(Default::Value(value)) => value.to_token_stream(),
        };
        let wrong = format!("the variable `{name}` is always there, and needs no default");
        let write = format!("remove it, or put the variable into the query: `{{?{name}}}`");
        errors.report(at, wrong, write);
    }
}

/// Each value that completes the variable makes one URI.
fn has_one_variable(listed: Option<&Ident>, template: &Template, errors: &Errors) {
    if let (Some(word), in_path @ (0 | 2..)) = (listed, template.in_path) {
        let wrong = match in_path {
            0 => "a resource without variables is listed as it is",
            _ => "`listed` is for templates with one variable in front of the query",
        };
        errors.report(word, wrong, "remove `listed`");
    }
}

/// One variable and one parameter that miss each other are one mistake.
fn is_one_slip(template: &Template, handler: &Handler, errors: &Errors) -> bool {
    let names: Vec<String> = handler.arguments().map(|argument| argument.name.value()).collect();
    let mut variables = template.variables.iter().filter(|name| !names.contains(name));
    let mut parameters =
        handler.arguments().filter(|it| !template.variables.contains(&it.name.value()));
    let (Some(variable), None, Some(parameter), None) =
        (variables.next(), variables.next(), parameters.next(), parameters.next())
    else {
        return false;
    };
    let name = parameter.name.value();
    let wrong = format!("the URI has the variable `{variable}`, and no `{name}`");
    let write = format!("name the parameter `{variable}`, or write `{{{name}}}` in the URI");
    errors.report(&parameter.name, wrong, write);
    true
}

fn variables_have_parameters(
    uri: &LitStr,
    template: &Template,
    handler: &Handler,
    errors: &Errors,
) {
    for name in &template.variables {
        if !handler.arguments().any(|argument| argument.name.value() == *name) {
            let wrong = format!("the variable `{name}` has no parameter");
            errors.report(
                uri,
                wrong,
                format_args!("add a parameter `{name}`, as in `{name}: String`"),
            );
        }
    }
}

fn parameters_have_variables(template: &Template, handler: &Handler, errors: &Errors) {
    for argument in handler.arguments() {
        let name = argument.name.value();
        if !template.variables.contains(&name) {
            let wrong = format!("the parameter `{name}` is no variable of the URI");
            let write = format!("add `{{{name}}}` to the URI, or borrow the parameter");
            errors.report(&argument.name, wrong, write);
        }
    }
}
