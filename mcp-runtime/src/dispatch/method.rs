//! The one table: method name → its params → the call → its result.

use std::borrow::Cow;
use std::sync::Arc;

use super::call::{ResourceOf, Running, begin};
use super::listing::{NO_PAGE, list_resources};
use super::lists::{List, Offer};
use super::modern::{VALUES, crowded, is_modern};
use crate::completion::Values;
use crate::error::Error;
use crate::jsonrpc::{ErrorObject, Params, code, is_crowded, reason};
use crate::protocol::{CompleteRequestParams, CompletionReference, ProtocolVersion};
use crate::router::Router;
use crate::schema::Problem;
use crate::state::Call;
use crate::tool::args::{Arguments, Refused};
use crate::tool::result::Outcome;
use crate::visible::one_line;

/// The methods that are served to a request that was admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Discover,
    List(List),
    CallTool,
    ReadResource,
    GetPrompt,
    Complete,
}

impl Method {
    /// The method of this name.
    ///
    /// # Errors
    /// If nobody answers it, or it needs something this server does not offer.
    pub(super) fn of(
        name: &str,
        version: ProtocolVersion,
        offer: &Offer,
    ) -> Result<Self, ErrorObject> {
        let (method, feature, offered) = match name {
            "tools/call" => (Self::CallTool, "tools", offer.has_tools()),
            "tools/list" => (Self::List(List::Tools), "tools", offer.has_tools()),
            "resources/read" => (Self::ReadResource, "resources", offer.has_resources()),
            "resources/list" => (Self::List(List::Resources), "resources", offer.has_resources()),
            "resources/templates/list" => {
                (Self::List(List::ResourceTemplates), "resources", offer.has_resources())
            }
            "prompts/get" => (Self::GetPrompt, "prompts", offer.has_prompts()),
            "prompts/list" => (Self::List(List::Prompts), "prompts", offer.has_prompts()),
            "completion/complete" => (Self::Complete, "completions", offer.router.completes()),
            "server/discover" if is_modern(version) => (Self::Discover, "discovery", true),
            _ => {
                return Err(ErrorObject::new(
                    code::METHOD_NOT_FOUND,
                    format!("method not found: {}", shown(name)),
                ));
            }
        };
        if offered {
            return Ok(method);
        }
        Err(ErrorObject::with_data(
            code::METHOD_NOT_FOUND,
            format!("method not found: {name}"),
            serde_json::json!({ "reason": format!("this server offers no {feature}") }),
        ))
    }

    /// The list that answers the method, if it is one that never changes.
    ///
    /// # Errors
    /// If the params name a page: such a list has no second one.
    pub(super) fn list(
        self,
        router: &Router,
        params: &Params<'_>,
    ) -> Result<Option<List>, ErrorObject> {
        match self {
            Self::Discover => Ok(Some(List::Discover)),
            Self::List(List::Resources) if router.lists_instances() => Ok(None),
            Self::List(list) => match params.get("cursor")? {
                None => Ok(Some(list)),
                Some(_) => Err(ErrorObject::invalid_params(NO_PAGE)),
            },
            Self::CallTool | Self::ReadResource | Self::GetPrompt | Self::Complete => Ok(None),
        }
    }

    /// Begins the call behind the method.
    ///
    /// # Errors
    /// If the params are not those of the method, or name something that is not offered.
    pub(super) fn start(
        self,
        router: &Router,
        params: &Params<'_>,
        call: Call,
        version: ProtocolVersion,
    ) -> Result<Running, ErrorObject> {
        match self {
            Self::ReadResource => read_resource(router, params, call, version),
            Self::GetPrompt => get_prompt(router, params, call),
            Self::Complete => complete(router, params, call),
            Self::List(_) => list_resources(router, params, &call),
            // What never changes is answered without a call.
            Self::CallTool | Self::Discover => call_tool(router, params, call),
        }
    }
}

fn call_tool(router: &Router, params: &Params<'_>, call: Call) -> Result<Running, ErrorObject> {
    let name = params.text("name")?;
    let tool =
        router.tool(&name).ok_or_else(|| unknown("tool", &name, router.nearest_tool(&name)))?;
    let (line, members) = sent_arguments(params)?;
    let arguments = Arguments::json(line, members, &tool.input);
    let future = match begin(|| tool.call(&arguments, call)) {
        Ok(Ok(future)) => future,
        Ok(Err(refused)) => ready(Outcome::tool_error(refused.explain(&name))),
        Err(panic) => ready(Outcome(Err(panic))),
    };
    Ok(Running::Tool { future, name: Arc::clone(&tool.name), promise: tool.promise.clone() })
}

/// The members of `arguments`; none if it was not sent.
fn sent_arguments<'a>(
    params: &Params<'a>,
) -> Result<(&'a str, &'a [crate::jsonrpc::Member]), ErrorObject> {
    match params.get("arguments")? {
        Some(json) if !json.starts_with('{') => {
            Err(ErrorObject::invalid_params("invalid params: `arguments`: expected an object"))
        }
        _ => Ok(params.nested()),
    }
}

fn read_resource(
    router: &Router,
    params: &Params<'_>,
    call: Call,
    version: ProtocolVersion,
) -> Result<Running, ErrorObject> {
    let uri = params.text("uri")?;
    let not_found = || super::answer::error_object(Error::not_found(&*uri), version);
    let (resource, variables) = router.resource(&uri).ok_or_else(not_found)?;
    let arguments = Arguments::text(&variables, &resource.input);
    let future = begin(|| resource.call(&arguments, call))
        .map_err(|panic| super::answer::error_object(panic, version))?
        .map_err(|refused| {
            ErrorObject::invalid_params(refused.explain(&resource.descriptor.name))
        })?;
    let of = ResourceOf { uri: uri.clone().into_owned(), mime: resource.mime };
    Ok(Running::Resource { future, of })
}

fn get_prompt(router: &Router, params: &Params<'_>, call: Call) -> Result<Running, ErrorObject> {
    let name = params.text("name")?;
    let prompt = router
        .prompt(&name)
        .ok_or_else(|| unknown("prompt", &name, router.nearest_prompt(&name)))?;
    let (line, members) = sent_arguments(params)?;
    if members.len() > VALUES {
        return Err(crowded("arguments"));
    }
    let mut texts = Vec::with_capacity(members.len());
    for member in members {
        let (name, json) = (member.key(line), member.value(line));
        // A form that was left empty.
        if json == "null" {
            continue;
        }
        let text: Cow<'_, str> =
            serde_json::from_str::<String>(json).map(Cow::Owned).map_err(|_| {
                ErrorObject::invalid_params(format!(
                    "invalid params: `arguments.{}`: expected a string",
                    shown(&name)
                ))
            })?;
        texts.push((name, text));
    }
    let arguments = Arguments::text(&texts, &prompt.input);
    let future = begin(|| prompt.call(&arguments, call))
        .map_err(|_| ErrorObject::new(code::INTERNAL_ERROR, "internal error"))?
        .map_err(|refused| ErrorObject::invalid_params(refused.explain(&name)))?;
    Ok(Running::Prompt { future, description: prompt.description })
}

fn complete(router: &Router, params: &Params<'_>, call: Call) -> Result<Running, ErrorObject> {
    let wrong = |what: String| ErrorObject::invalid_params(format!("invalid params: {what}"));
    let mut sent = Vec::new();
    for name in ["ref", "argument", "context"] {
        let json = params.get(name)?;
        if json.is_some_and(|json| is_crowded(json, VALUES)) {
            return Err(crowded(name));
        }
        sent.extend(json.map(|json| format!("\"{name}\":{json}")));
    }
    let CompleteRequestParams { reference, argument, context, .. } =
        serde_json::from_str(&format!("{{{}}}", sent.join(",")))
            .map_err(|error| wrong(reason(&error)))?;
    let input = match &reference {
        CompletionReference::Prompt(prompt) => match router.prompt(&prompt.name) {
            Some(prompt) => &prompt.input,
            None => {
                return Err(unknown("prompt", &prompt.name, router.nearest_prompt(&prompt.name)));
            }
        },
        CompletionReference::Resource(template) => match router.template_input(&template.uri) {
            Some(input) => input,
            None => return Err(unknown("resource template", &template.uri, None)),
        },
    };
    if !input.has(&argument.name) {
        let name = shown(&argument.name);
        return Err(wrong(format!("`argument.name`: there is no argument `{name}`")));
    }
    let Some(completion) = input.completion(&argument.name) else {
        return Ok(Running::Completion(Box::pin(std::future::ready(Values(Ok(Vec::new()))))));
    };
    let others: Vec<(String, String)> =
        context.and_then(|context| context.arguments).unwrap_or_default().into_iter().collect();
    let values = begin(|| completion.begin(&argument.value, &others, call))
        .map_err(|_| ErrorObject::new(code::INTERNAL_ERROR, "internal error"))?
        .map_err(|refused| ErrorObject::invalid_params(refused.explain(&argument.name)))?;
    Ok(Running::Completion(values))
}

fn ready(outcome: Outcome) -> crate::tool::Running<Outcome> {
    Box::pin(std::future::ready(outcome))
}

fn unknown(kind: &str, name: &str, nearest: Option<&str>) -> ErrorObject {
    let name = shown(name);
    ErrorObject::invalid_params(match nearest {
        Some(near) => format!("unknown {kind}: {name}; did you mean {near}?"),
        None => format!("unknown {kind}: {name}"),
    })
}

/// A name of the client's, on one line and no longer than it takes to recognise it.
pub(super) fn shown(name: &str) -> String {
    match name.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", one_line(&name[..end])),
        None => one_line(name).into_owned(),
    }
}

impl Refused {
    /// All that is wrong, in words for the one who sent it.
    pub(super) fn explain(&self, name: &str) -> String {
        let Self(problems) = self;
        let shown = problems.worded().iter().map(Problem::to_string);
        let rest = problems.count() - problems.worded().len();
        let more = (rest > 0).then(|| format!("and {rest} more"));
        let lines = shown.chain(more).collect::<Vec<_>>().join("\n- ");
        match problems.count() {
            1 => format!("1 argument of `{name}` does not fit:\n- {lines}"),
            n => format!("{n} arguments of `{name}` do not fit:\n- {lines}"),
        }
    }
}
