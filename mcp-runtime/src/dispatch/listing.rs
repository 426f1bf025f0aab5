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

/// How long a page may become, about: well below the limit of a result.
const BYTES: usize = 1024 * 1024;

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
        let mut page = Page { start, ..Page::default() };
        for source in sources {
            match source {
                Source::Fixed(resource) => page.add(1, |_| Some(resource.clone())),
                Source::Template { uri, like, values } => match values.await {
                    Values(Ok(values)) => {
                        page.add(values.len(), |at| instance(&uri, &like, &values[at]));
                    }
                    Values(Err(error)) => return Listing(Err(error)),
                },
            }
        }
        Listing(page.finish())
    })))
}

/// One page while it is made; a cursor is the number of entries in front of it.
#[derive(Default)]
struct Page {
    start: usize,
    /// How many entries there are so far, of all pages.
    count: usize,
    resources: Vec<ResourceDescriptor>,
    /// How long the page is, about.
    bytes: usize,
    /// Where the next one starts, once this one is full.
    next: Option<usize>,
}

impl Page {
    /// Adds those of some entries that stand on this page. An entry that cannot be made is counted
    /// all the same: cursors hold whatever the entries are.
    fn add(&mut self, entries: usize, entry: impl Fn(usize) -> Option<ResourceDescriptor>) {
        let first = self.count;
        self.count += entries;
        let skipped = self.start.saturating_sub(first);
        for at in skipped..entries {
            if self.next.is_some() {
                return;
            }
            let Some(resource) = entry(at) else { continue };
            self.bytes += serde_json::to_string(&resource).map_or(0, |json| json.len());
            self.resources.push(resource);
            if self.resources.len() == PAGE || self.bytes >= BYTES {
                self.next = Some(first + at + 1);
            }
        }
    }

    fn finish(self) -> Result<Box<ListResourcesResult>, Error> {
        if self.start > 0 && self.start >= self.count {
            return Err(Error::protocol(code::INVALID_PARAMS, NO_PAGE));
        }
        let next = self.next.filter(|next| *next < self.count);
        let next_cursor = next.map(|next| next.to_string());
        Ok(Box::new(ListResourcesResult { resources: self.resources, next_cursor, meta: None }))
    }
}

/// Where the page starts: a cursor is the number of entries in front of it.
fn start(params: &Params<'_>) -> Result<usize, ErrorObject> {
    let Some(json) = params.get("cursor")? else { return Ok(0) };
    let cursor: Option<String> = serde_json::from_str(json).ok();
    let start = cursor.and_then(|cursor| cursor.parse().ok());
    start.ok_or_else(|| ErrorObject::invalid_params(NO_PAGE))
}

/// What is said of a cursor that is none, or that the list has become too short for.
pub(super) const NO_PAGE: &str =
    "invalid params: `cursor`: no page has this cursor; leave it out for the first page";

fn source(resource: &Resource, call: Call) -> Result<Source, ErrorObject> {
    let variable = resource.uri.variable();
    let completion = variable.and_then(|variable| resource.input.completion(variable));
    let Some(completion) = completion else {
        return Ok(Source::Fixed(resource.descriptor.clone()));
    };
    let values = begin(|| completion.begin("", &[], call))
        .map_err(|_| ErrorObject::new(code::INTERNAL_ERROR, "internal error"))?
        // The client sent nothing that could be wrong: the completion wants more than there is.
        .map_err(|refused| {
            ErrorObject::new(code::INTERNAL_ERROR, refused.explain(&resource.descriptor.name))
        })?;
    let (uri, like) = (resource.uri.clone(), resource.descriptor.clone());
    Ok(Source::Template { uri, like, values })
}

/// One resource of a template: its value is its name. A value whose URI would not be read as it is
/// no resource.
fn instance(
    uri: &UriTemplate,
    like: &ResourceDescriptor,
    of: &Suggestion,
) -> Option<ResourceDescriptor> {
    Some(ResourceDescriptor {
        uri: uri.instance(&of.value)?,
        name: of.value.clone(),
        title: of.title.clone(),
        ..like.clone()
    })
}
