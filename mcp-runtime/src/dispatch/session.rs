//! Up to 2025-11-25: the session that `initialize` opens.
//!
//! Spec: 2025-11-25, basic/lifecycle.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use super::Served;
use super::era;
use super::method::Row;
use super::method::listen::is_visible;
use crate::call::{Caller, ClientInfo};
use crate::notify::{Subscriber, write_change};
use crate::protocol::ProtocolVersion;

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
    pub(super) fn open(version: &str, client: ClientInfo, listener: Option<Subscriber>) -> Self {
        let version = ProtocolVersion::parse(version)
            .filter(|version| ProtocolVersion::LEGACY.contains(version))
            .unwrap_or(NEWEST);
        Self { is_open: true, caller: Arc::new(era::of_session(version, client)), listener }
    }

    pub(super) fn is_open(&self) -> bool {
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
