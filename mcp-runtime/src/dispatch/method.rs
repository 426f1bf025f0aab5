//! The one table of methods: since when and until when there is one, what a server must offer for
//! it, and how it begins. Each has a file that begins and writes it.

use std::sync::Arc;

use super::exchange::{Exchange, Of};
use super::offer::{List, Offer};
use super::session::NEWEST;
use super::{Begun, Origin, Reason, Refusal, Served, era};
use crate::args::Refused;
use crate::call::{Call, Caller, Context, ProgressGuard, Running, Way};
use crate::jsonrpc::{ErrorObject, Member, Params, code};
use crate::protocol::ProtocolVersion;
use crate::schema::Problem;
use crate::visible::one_line;

pub(super) mod call_tool;
pub(super) mod cancelled;
pub(super) mod complete;
mod discover;
pub(super) mod get_prompt;
pub(super) mod initialize;
mod list;
pub(super) mod list_resources;
pub(super) mod listen;
mod ping;
pub(super) mod read_resource;
mod retry;
mod set_level;
mod subscribe;

/// Values in an object that is kept as a tree: far more than any client sends.
pub(super) const VALUES: usize = 4096;

/// What is said of a cursor that is none, or that the list has become too short for.
const NO_PAGE: &str =
    "invalid params: `cursor`: no page has this cursor; leave it out for the first page";

/// All methods, the most frequent first.
static TABLE: [Row; 15] = [
    call_tool::ROW,
    read_resource::ROW,
    get_prompt::ROW,
    complete::ROW,
    list::TOOLS,
    list_resources::ROW,
    list::TEMPLATES,
    list::PROMPTS,
    discover::ROW,
    listen::ROW,
    subscribe::SUBSCRIBE,
    subscribe::UNSUBSCRIBE,
    initialize::ROW,
    ping::ROW,
    set_level::ROW,
];

/// One method.
pub(super) struct Row {
    name: &'static str,
    /// The first version that has it.
    pub(super) since: ProtocolVersion,
    /// The last one.
    until: ProtocolVersion,
    /// Whether it is served before a session is open.
    pub(super) before_session: bool,
    /// What a server must offer for it, and whether this one does.
    feature: &'static str,
    is_offered: fn(&Offer) -> bool,
    /// The member of the params that names what is asked for, which headers repeat.
    names: Option<&'static str>,
    begin: fn(&mut Asked<'_, '_, '_>) -> Result<Begun, Refusal>,
}

impl Row {
    /// A method of every version, for servers that offer something.
    const fn of(name: &'static str, feature: &'static str, is_offered: fn(&Offer) -> bool) -> Self {
        Self {
            name,
            since: ProtocolVersion::V2024_11_05,
            until: ProtocolVersion::V2026_07_28,
            before_session: false,
            feature,
            is_offered,
            names: None,
            begin: |asked| Err(not_found(asked.method)),
        }
    }

    /// A method of sessions, which every server has.
    const fn of_sessions(name: &'static str) -> Self {
        Self { until: NEWEST, ..Self::of(name, "", |_| true) }
    }

    /// A method that came with the versions without sessions, which every server has.
    const fn modern(name: &'static str) -> Self {
        Self { since: ProtocolVersion::V2026_07_28, ..Self::of(name, "", |_| true) }
    }
}

/// The method of this name.
#[inline]
pub(super) fn find(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

/// A request for a method, for whom it is, and what its call may take.
pub(super) struct Asked<'a, 'r, 'o> {
    method: &'a str,
    params: &'a Params<'r>,
    served: &'a Arc<Served>,
    caller: Arc<Caller>,
    origin: &'a mut Origin<'o>,
    /// The progress of the call, if the client asked for it.
    progress: Option<ProgressGuard>,
}

/// Begins what was asked for.
///
/// # Errors
/// If nobody answers the method, it needs something this server does not offer, or it refuses.
#[inline]
pub(super) fn begin(
    row: Option<&'static Row>,
    method: &str,
    params: &Params<'_>,
    served: &Arc<Served>,
    caller: Arc<Caller>,
    origin: &mut Origin<'_>,
) -> Result<Begun, Refusal> {
    let has = |row: &&Row| (row.since..=row.until).contains(&caller.version);
    let Some(row) = row.filter(has) else { return Err(not_found(method)) };
    if !(row.is_offered)(&served.offer) {
        let data =
            serde_json::json!({ "reason": format!("this server offers no {}", row.feature) });
        let what = format!("method not found: {method}");
        let error = ErrorObject::with_data(code::METHOD_NOT_FOUND, what, data);
        return Err(Refusal::new(Reason::Method, error));
    }
    if let (Some(mirror), Some(member)) = (origin.mirror, row.names) {
        mirror.agrees_on_name(params, member)?;
    }
    (row.begin)(&mut Asked { method, params, served, caller, origin, progress: None })
}

fn not_found(method: &str) -> Refusal {
    let what = format!("method not found: {}", shown(method));
    Refusal::new(Reason::Method, ErrorObject::new(code::METHOD_NOT_FOUND, what))
}

impl Asked<'_, '_, '_> {
    /// What a handler runs with that can ask its client.
    ///
    /// # Errors
    /// If as many calls run as may.
    fn asking_call(&mut self) -> Result<Call, Refusal> {
        let way = era::way_to_ask(&self.caller, self.origin);
        self.call(way)
    }

    /// What a handler runs with.
    ///
    /// # Errors
    /// If as many calls run as may.
    fn call(&mut self, way: Way) -> Result<Call, Refusal> {
        let Origin { outgoing, places, bytes, has_room, .. } = &*self.origin;
        if !has_room {
            let calls = places.calls();
            return Err(Refusal::busy(format!(
                "busy: {calls} calls are running; send this one again when some are answered"
            )));
        }
        self.progress =
            self.caller.progress_token.as_ref().map(|_| ProgressGuard::new(&self.caller, outgoing));
        let context = Context::new(
            Arc::clone(&self.caller),
            Arc::clone(outgoing),
            Arc::clone(&self.served.shared),
            way,
            self.progress.as_ref().map(ProgressGuard::reporter),
        );
        #[cfg(feature = "http")]
        let context = context.with_head(self.origin.head.cloned());
        Ok(Call::new(context, places.take(*bytes)))
    }

    /// A handler that runs.
    fn begun(&mut self, running: Running, of: Of) -> Begun {
        Begun::Call(Exchange::new(running, of, self.caller.version, self.progress.take()))
    }
}

/// A list that never changes, which has one page.
fn page_of(asked: &Asked<'_, '_, '_>, list: List) -> Result<Begun, Refusal> {
    match asked.params.get("cursor")? {
        None => Ok(Begun::Answer(asked.served.offer.list(list, asked.caller.version))),
        Some(_) => Err(Refusal::params(NO_PAGE)),
    }
}

/// The members of `arguments`; none if it was not sent.
fn sent_arguments<'a>(params: &Params<'a>) -> Result<(&'a str, &'a [Member]), Refusal> {
    match params.get("arguments")? {
        Some(json) if !json.starts_with('{') => {
            Err(Refusal::params("invalid params: `arguments`: expected an object"))
        }
        _ => Ok(params.nested()),
    }
}

/// The error of an object with more values than may be in one that is kept.
pub(super) fn crowded(name: &str) -> Refusal {
    Refusal::params(format!("invalid params: `{name}`: expected at most {VALUES} values in it"))
}

fn unknown(kind: &str, name: &str, nearest: Option<&str>) -> Refusal {
    let name = shown(name);
    Refusal::params(match nearest {
        Some(near) => format!("unknown {kind}: {name}; did you mean {near}?"),
        None => format!("unknown {kind}: {name}"),
    })
}

/// A name of the client's, on one line and no longer than it takes to recognise it.
fn shown(name: &str) -> String {
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
        let least = if problems.are_cut() { "at least " } else { "" };
        let more = (rest > 0).then(|| format!("and {least}{rest} more"));
        let lines = shown.chain(more).collect::<Vec<_>>().join("\n- ");
        match problems.count() {
            1 => format!("1 argument of `{name}` does not fit:\n- {lines}"),
            n => format!("{least}{n} arguments of `{name}` do not fit:\n- {lines}"),
        }
    }
}
