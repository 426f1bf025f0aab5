//! `resources/list` of a server that names what its templates stand for: made anew for each
//! request, page by page.
//!
//! Spec: 2026-07-28, server/resources, Listing Resources; server/utilities/pagination.

use super::{Asked, NO_PAGE, Row, page_of};
use crate::call::{Call, Running, Way};
use crate::dispatch::envelope::{Envelope, NOT_KEPT, write_list};
use crate::dispatch::era::is_modern;
use crate::dispatch::exchange::{Of, begin_call};
use crate::dispatch::offer::{List, Offer};
use crate::dispatch::{Begun, Refusal, project};
use crate::error::Error;
use crate::jsonrpc::{Params, code, write_string};
use crate::output::{Output, Suggestion};
use crate::protocol::{ListResourcesResult, ResourceDescriptor};
use crate::resource::ResourceEntry;
use crate::uri_template::UriTemplate;

/// Resources on a page: as many as a person scrolls through, some 200 KB.
const PAGE: usize = 1000;

/// How long a page may become, about: well below the limit of a result.
const BYTES: usize = 1024 * 1024;

pub(super) const ROW: Row =
    Row { begin, ..Row::of("resources/list", "resources", Offer::has_resources) };

/// Where entries of the list come from.
enum Source {
    Fixed(ResourceDescriptor),
    Template { uri: UriTemplate, like: ResourceDescriptor, values: Running },
}

/// Every template that is listed is asked for its values; without one the list never changes.
fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let offer = &asked.served.offer;
    if !offer.router.lists_instances() {
        return page_of(asked, List::Resources);
    }
    let call = asked.call(Way::Nowhere)?;
    let start = start(asked.params)?;
    let shown = offer.shown_resources();
    let listed = shown.iter().filter(|it| it.listed || !it.uri.is_template());
    let sources: Vec<_> =
        listed.map(|resource| source(resource, call.again())).collect::<Result<_, _>>()?;
    let running = Running::new(Box::pin(async move {
        let mut page = Page { start, ..Page::default() };
        for source in sources {
            match source {
                Source::Fixed(resource) => page.add(1, |_| Some(resource.clone())),
                Source::Template { uri, like, values } => {
                    if let Output::Values(values) = values.await? {
                        page.add(values.len(), |at| instance(&uri, &like, &values[at]));
                    }
                }
            }
        }
        page.finish().map(Output::Page)
    }));
    Ok(asked.begun(running, Of::List("resources/list")))
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
fn start(params: &Params<'_>) -> Result<usize, Refusal> {
    let Some(json) = params.get("cursor")? else { return Ok(0) };
    let cursor: Option<String> = serde_json::from_str(json).ok();
    let start = cursor.and_then(|cursor| cursor.parse().ok());
    start.ok_or_else(|| Refusal::params(NO_PAGE))
}

fn source(resource: &ResourceEntry, call: Call) -> Result<Source, Refusal> {
    let variable = resource.uri.variable();
    let completion = variable.and_then(|variable| resource.input.completion(variable));
    let Some(completion) = completion else {
        return Ok(Source::Fixed(resource.descriptor.clone()));
    };
    let values = begin_call(|| completion.begin("", &[], call))
        .map_err(|_| Refusal::internal("internal error"))?
        // The client sent nothing that could be wrong: the completion wants more than there is.
        .map_err(|refused| Refusal::internal(refused.explain(&resource.descriptor.name)))?;
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

pub(in crate::dispatch) fn write(envelope: &mut Envelope<'_>, page: &ListResourcesResult) {
    let version = envelope.version;
    envelope.result(|out| {
        out.extend_from_slice(br#""resources":["#);
        write_list(out, &page.resources, |resource| project::described(resource, version));
        out.push(b']');
        if let Some(cursor) = &page.next_cursor {
            out.extend_from_slice(br#","nextCursor":"#);
            write_string(out, cursor);
        }
        if is_modern(version) {
            out.extend_from_slice(NOT_KEPT);
        }
    });
}
