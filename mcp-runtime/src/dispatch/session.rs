//! Up to 2025-11-25: the session that `initialize` opens.
//!
//! Spec: 2025-11-25, basic/lifecycle.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use super::era;
use super::method::Row;
use super::method::listen::{is_visible, listen};
use super::{Refusal, Served};
#[cfg(feature = "http")]
use crate::call::LogLevel;
use crate::call::{Caller, ClientInfo};
use crate::notify::{Interest, ListKind, Subscriber, write_change};
use crate::protocol::ProtocolVersion;
#[cfg(feature = "http")]
use crate::protocol::{ClientCapabilities, Implementation, LoggingLevel};

/// What is answered to a client that asks for a version nobody here knows, and to one that asks for
/// a modern version, which has no sessions.
pub(super) const NEWEST: ProtocolVersion = ProtocolVersion::LEGACY[0];

/// The session of a stream.
///
/// Whether `notifications/initialized` has come does not matter to anything that is served: clients
/// may send requests before it.
#[derive(Debug)]
pub(crate) struct Session {
    is_open: bool,
    /// Who sends requests in it; nobody in particular before `initialize`.
    caller: Arc<Caller>,
    /// Receives the changes that the client is notified of; `None` while there can be none.
    pub(super) listener: Option<Subscriber>,
}

impl Session {
    /// A session for which `initialize` was not seen.
    pub(crate) fn closed() -> Self {
        let caller = Arc::new(era::of_session(NEWEST, ClientInfo::default()));
        Self { is_open: false, caller, listener: None }
    }

    /// The session of a client that asked for this version, under it if it is a legacy one, else
    /// under the newest of these.
    pub(super) fn open(version: &str, client: ClientInfo) -> Self {
        let version = ProtocolVersion::parse(version)
            .filter(|version| ProtocolVersion::LEGACY.contains(version))
            .unwrap_or(NEWEST);
        Self { is_open: true, caller: Arc::new(era::of_session(version, client)), listener: None }
    }

    /// A session as its id tells it; `None` if the version has no sessions.
    #[cfg(feature = "http")]
    pub(crate) fn reopened(
        version: &str,
        info: Option<Implementation>,
        capabilities: ClientCapabilities,
    ) -> Option<Self> {
        ProtocolVersion::parse(version).filter(|it| ProtocolVersion::LEGACY.contains(it))?;
        let log_level = LogLevel::new(Some(LoggingLevel::Info));
        let capabilities = Some(capabilities);
        Some(Self::open(version, ClientInfo { info, capabilities, log_level }))
    }

    /// Its version and its client, as they are told by its id.
    #[cfg(feature = "http")]
    pub(crate) fn client(
        &self,
    ) -> (&'static str, Option<&Implementation>, Option<&ClientCapabilities>) {
        let client = &self.caller.client;
        (self.caller.version.as_str(), client.info.as_ref(), client.capabilities.as_ref())
    }

    /// The same session for one more request, which is told of no changes.
    #[cfg(feature = "http")]
    pub(crate) fn again(&self) -> Self {
        Self { is_open: self.is_open, caller: Arc::clone(&self.caller), listener: None }
    }

    /// Notifies the client from now on of the lists that may change, if there are any.
    ///
    /// # Errors
    /// If there are too many subscribers.
    pub(crate) fn listen(&mut self, served: &Served) -> Result<(), Refusal> {
        if ListKind::ALL.into_iter().any(|list| served.offer.notifies_of(list)) {
            self.subscriber(served)?;
        }
        Ok(())
    }

    /// What receives the changes, of the lists that may change at first.
    ///
    /// # Errors
    /// If there are too many subscribers.
    pub(super) fn subscriber(&mut self, served: &Served) -> Result<&mut Subscriber, Refusal> {
        match &mut self.listener {
            Some(subscriber) => Ok(subscriber),
            none => {
                let lists = ListKind::ALL.into_iter();
                let lists = lists.filter(|list| served.offer.notifies_of(*list));
                Ok(none.insert(listen(served, Interest::new(lists, []))?))
            }
        }
    }

    /// Whether a stream that broke off can be picked up again.
    ///
    /// Spec: 2025-11-25, basic/transports, Resumability and Redelivery.
    #[cfg(feature = "http")]
    pub(crate) fn has_resumption(&self) -> bool {
        self.caller.version == ProtocolVersion::V2025_11_25
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(super) fn caller(&self) -> &Arc<Caller> {
        &self.caller
    }

    /// Whether a request for this method belongs to the session.
    pub(super) fn serves(&self, row: Option<&Row>) -> bool {
        match row {
            Some(row) if row.since > NEWEST => false,
            Some(row) if row.before_session => true,
            _ => self.is_open,
        }
    }

    /// Writes the notifications of a round of changes, when it is due.
    pub(crate) fn poll_changes(
        &mut self,
        cx: &mut TaskContext<'_>,
        served: &Served,
        out: &mut Vec<u8>,
    ) -> Poll<()> {
        let Some(listener) = &mut self.listener else { return Poll::Pending };
        listener.poll_round(cx, |change| {
            if is_visible(&served.offer, change) {
                write_change(out, change, None);
            }
        })
    }

    /// Whether the client is notified of any changes.
    pub(crate) fn listens(&self) -> bool {
        self.listener.is_some()
    }

    /// Whether there is a subscriber that was never polled.
    pub(crate) fn has_new_subscriber(&self) -> bool {
        self.listener.as_ref().is_some_and(Subscriber::is_new)
    }

    /// Ends notifying the client.
    pub(crate) fn close(&mut self) {
        self.listener = None;
    }

    /// Whether messages may come in batches: these came with 2025-03-26 and went with the next
    /// version.
    pub(crate) fn has_batches(&self) -> bool {
        self.is_open && self.caller.version == ProtocolVersion::V2025_03_26
    }
}
