//! `resources/list` of a server that names what its templates stand for: made anew for each
//! request, page by page.
//!
//! Spec: 2026-07-28, server/resources, Listing Resources; server/utilities/pagination.

use super::call::{Running, begin};
use crate::completion::{Suggestion, Values};
use crate::error::Error;
use crate::jsonrpc::{ErrorObject, Params, code};
use crate::protocol::{ListResourcesResult, ResourceDescriptor};
use crate::resource::Resource;
use crate::router::Router;
use crate::state::Call;
use crate::tool;
use crate::uri_template::UriTemplate;

/// Resources on a page: as many as a person scrolls through, some 200 KB.
const PAGE: usize = 1000;

/// What a listing came to: one page. It is behind a pointer, so that no other call carries its size
/// around.
#[derive(Debug)]
pub(super) struct Listing(pub(super) Result<Box<ListResourcesResult>, Error>);

/// Where entries of the list come from.
enum Source {
    Fixed(ResourceDescriptor),
    Template { uri: UriTemplate, like: ResourceDescriptor, values: tool::Running<Values> },
}

/// Begins to list: every template is asked for its values.
pub(super) fn list_resources(
    router: &Router,
    params: &Params<'_>,
    call: &Call,
) -> Result<Running, ErrorObject> {
    let start = start(params)?;
    let listed = router.resources.iter().filter(|it| it.listed || !it.uri.is_template());
    let sources: Vec<_> =
        listed.map(|resource| source(resource, call.again())).collect::<Result<_, _>>()?;
    Ok(Running::Listing(Box::pin(async move {
        let mut resources = Vec::new();
        for source in sources {
            match source {
                Source::Fixed(resource) => resources.push(resource),
                Source::Template { uri, like, values } => match values.await {
                    Values(Ok(values)) => {
                        // Without a value there is no URI that the template matches.
                        let values = values.into_iter().filter(|it| !it.value.is_empty());
                        resources.extend(values.map(|it| instance(&uri, &like, it)));
                    }
                    Values(Err(error)) => return Listing(Err(error)),
                },
            }
        }
        Listing(page(resources, start))
    })))
}

/// Where the page starts: a cursor is the number of entries in front of it.
fn start(params: &Params<'_>) -> Result<usize, ErrorObject> {
    let Some(json) = params.get("cursor")? else { return Ok(0) };
    let cursor: Option<String> = serde_json::from_str(json).ok();
    let start = cursor.and_then(|cursor| cursor.parse().ok());
    start.ok_or_else(|| ErrorObject::invalid_params(NO_PAGE))
}

/// What is said of a cursor that is none, or that the list has become too short for.
const NO_PAGE: &str =
    "invalid params: `cursor`: no page has this cursor; leave it out for the first page";

fn source(resource: &Resource, call: Call) -> Result<Source, ErrorObject> {
    let variable = resource.uri.variable();
    let completion = variable.and_then(|variable| resource.input.completion(variable));
    let Some(completion) = completion else {
        return Ok(Source::Fixed(resource.descriptor.clone()));
    };
    let values = begin(|| completion.begin("", &[], call))
        .map_err(|_| ErrorObject::new(code::INTERNAL_ERROR, "internal error"))?
        .map_err(|refused| {
            ErrorObject::invalid_params(refused.explain(&resource.descriptor.name))
        })?;
    let (uri, like) = (resource.uri.clone(), resource.descriptor.clone());
    Ok(Source::Template { uri, like, values })
}

/// One resource of a template: its value is its name.
fn instance(uri: &UriTemplate, like: &ResourceDescriptor, of: Suggestion) -> ResourceDescriptor {
    ResourceDescriptor {
        uri: uri.expand(&of.value),
        name: of.value,
        title: of.title,
        ..like.clone()
    }
}

fn page(
    resources: Vec<ResourceDescriptor>,
    start: usize,
) -> Result<Box<ListResourcesResult>, Error> {
    if start > 0 && start >= resources.len() {
        return Err(Error::protocol(code::INVALID_PARAMS, NO_PAGE));
    }
    let end = start + PAGE;
    let next_cursor = (end < resources.len()).then(|| end.to_string());
    let resources = resources.into_iter().skip(start).take(PAGE).collect();
    Ok(Box::new(ListResourcesResult { resources, next_cursor, meta: None }))
}
