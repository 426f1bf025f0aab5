//! One request by itself: who sent it, which method it is for, and what is answered to it.
//!
//! Nothing here knows a stream. Whoever carries requests reads each, [`begin`]s it, polls the
//! [`Exchange`] that may come of it, and writes what it comes to under the request's id.

use std::sync::Arc;
#[cfg(feature = "http")]
use std::sync::OnceLock;

use crate::ask::Kept;
use crate::call::{Places, Shared};
use crate::jsonrpc::Request;
#[cfg(feature = "http")]
use crate::keys::Keys;
use crate::limits::Limits;
use crate::notify::Background;
pub(crate) use crate::notify::Serving;
use crate::outgoing::Outgoing;

mod envelope;
mod era;
mod exchange;
mod method;
mod mirror;
mod offer;
mod project;
mod refusal;
mod round;
mod session;
mod switch;
mod view;

pub(crate) use era::Familiar;
#[cfg(feature = "http")]
pub(crate) use era::{has_sessions, may_stand_alone, stands_alone};
pub(crate) use exchange::{Done, Exchange};
pub(crate) use method::cancelled::cancelled;
#[cfg(feature = "http")]
pub(crate) use method::initialize::{changes_session, opens_session};
pub(crate) use method::listen::Subscription;
#[cfg(feature = "http")]
pub(crate) use mirror::Headers;
pub(crate) use mirror::Mirror;
pub(crate) use offer::{Answer, Offer};
pub(crate) use refusal::{Reason, Refusal};
pub(crate) use session::Session;
pub use switch::Switch;
pub(crate) use view::Restriction;

/// What all clients of a server share.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) offer: Offer,
    pub(crate) shared: Arc<Shared>,
    pub(crate) limits: Limits,
    /// What calls know that wait for their clients to come back with answers.
    pub(crate) kept: Kept,
    /// What clients keep for the server is sealed by these.
    #[cfg(feature = "http")]
    pub(crate) keys: OnceLock<Keys>,
    pub(crate) background: Arc<Background>,
}

impl Served {
    /// Runs the background functions as long as the guard is kept.
    pub(crate) fn serve(&self) -> Serving {
        self.background.serve(&self.shared.state, &self.shared.bus)
    }

    #[cfg(feature = "http")]
    pub(crate) fn keys(&self) -> &Keys {
        self.keys.get_or_init(Keys::random)
    }
}

/// Where a request comes from, and what its call may take.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    /// The session of the stream; `None` where there can be none.
    pub(crate) session: Option<&'a mut Session>,
    pub(crate) familiar: &'a mut Familiar,
    /// Takes what is said before the answer.
    pub(crate) outgoing: &'a Arc<Outgoing>,
    /// What calls take together.
    pub(crate) places: &'a Arc<Places>,
    /// Whether one more call may run.
    pub(crate) has_room: bool,
    /// How long the request is.
    pub(crate) bytes: usize,
    pub(crate) is_in_batch: bool,
    /// Whether it came over HTTP: what its call remembers between rounds goes to its client then,
    /// and a session is notified of changes by a stream of its own.
    pub(crate) is_http: bool,
    /// What is repeated of the request beside it, where a transport has a place for that.
    pub(crate) mirror: Option<Mirror<'a>>,
    /// The head of the HTTP request that it came in.
    #[cfg(feature = "http")]
    pub(crate) head: Option<&'a Arc<http::request::Parts>>,
}

/// A request that is served.
#[derive(Debug)]
pub(crate) enum Begun {
    /// It is answered already.
    Answer(Answer),
    /// A handler runs.
    Call(Exchange),
    /// The client is notified of changes until it or the server ends that.
    Listen(Box<Subscription>),
}

/// Begins a request.
///
/// # Errors
/// If it is not served.
pub(crate) fn begin(
    served: &Arc<Served>,
    request: &Request<'_>,
    origin: &mut Origin<'_>,
) -> Result<Begun, Refusal> {
    let params = &request.params;
    // Without an object there is no `_meta` either.
    let unfit = |error| Refusal::new(Reason::Meta, error);
    params.check().map_err(unfit)?;
    let row = method::find(&request.method);
    let meta = params.get("_meta").map_err(unfit)?;
    let caller = era::caller(row, meta, origin)?;
    if let Some(mirror) = origin.mirror {
        mirror.agrees_on_method(&request.method)?;
    }
    #[cfg(feature = "tracing")]
    let client = Arc::clone(&caller.client);
    let begun = method::begin(row, &request.method, params, served, caller, origin);
    #[cfg(feature = "tracing")]
    let begun = begun.map(|begun| match begun {
        Begun::Call(exchange) => {
            let client = client.info.as_ref().map(|info| &*info.name);
            Begun::Call(exchange.in_span(&request.id, client))
        }
        begun => begun,
    });
    begun
}
