//! `subscriptions/listen`: a client is notified of changes until it cancels or the server ends.
//!
//! Spec: 2026-07-28, basic/patterns/subscriptions.

use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use super::{Asked, Row, VALUES, crowded};
use crate::dispatch::offer::Offer;
use crate::dispatch::{Begun, Refusal, Served};
use crate::jsonrpc::{Id, Params, is_crowded, reason, write_result};
use crate::limits::Limits;
use crate::notify::{
    Interest, ListKind, Subscriber, Topic, write_acknowledged, write_cancelled, write_change,
};
use crate::protocol::SubscriptionFilter;
use crate::protocol::meta::SUBSCRIPTION_ID;

pub(super) const ROW: Row = Row { begin, ..Row::modern("subscriptions/listen") };

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let served = asked.served;
    if asked.origin.is_in_batch {
        let what = "invalid request: `subscriptions/listen` stands alone, not in a batch";
        return Err(Refusal::invalid(what));
    }
    let filter = honoured(&wanted(asked.params)?, &served.offer);
    let listener = listen(served, filter)?;
    let served = Arc::clone(served);
    let subscription = Subscription { listener, served, is_acknowledged: false };
    Ok(Begun::Listen(Box::new(subscription)))
}

/// Adds a subscriber to the bus.
///
/// # Errors
/// If there are too many.
pub(in crate::dispatch) fn listen(
    served: &Served,
    filter: Interest,
) -> Result<Subscriber, Refusal> {
    let most = served.limits.listeners;
    served.shared.bus.subscribe(filter, most).map_err(|_| {
        Refusal::busy(format!("busy: there are {most} subscriptions already; try again later"))
    })
}

/// What a client asks for.
fn wanted(params: &Params<'_>) -> Result<SubscriptionFilter, Refusal> {
    let wrong = |why: &str| Refusal::params(format!("invalid params: `notifications`: {why}"));
    let json = params.get("notifications")?.ok_or_else(|| wrong("missing"))?;
    // serde would read a struct from a list as well.
    if !json.starts_with('{') {
        return Err(wrong("expected an object"));
    }
    if is_crowded(json, VALUES) {
        return Err(crowded("notifications"));
    }
    let wanted: SubscriptionFilter =
        serde_json::from_str(json).map_err(|error| wrong(&reason(&error)))?;
    let uris = wanted.resource_subscriptions.as_deref().unwrap_or_default();
    let bytes: usize = uris.iter().map(String::len).sum();
    if uris.len() > Limits::URIS || bytes > Limits::URI_BYTES {
        let (most, most_bytes) = (Limits::URIS, Limits::URI_BYTES);
        return Err(wrong(&format!(
            "expected at most {most} resources, whose URIs have at most {most_bytes} bytes"
        )));
    }
    Ok(wanted)
}

/// What of it the server supports: lists that may change, and resources that are `subscribe`.
fn honoured(wanted: &SubscriptionFilter, offer: &Offer) -> Interest {
    let wants = |list| match list {
        ListKind::Tools => wanted.tools_list_changed,
        ListKind::Prompts => wanted.prompts_list_changed,
        ListKind::Resources => wanted.resources_list_changed,
    };
    let lists = ListKind::ALL
        .into_iter()
        .filter(|list| wants(*list) == Some(true) && offer.notifies_of(*list));
    let uris = wanted.resource_subscriptions.iter().flatten().map(String::as_str);
    Interest::new(lists, uris.filter(|uri| offer.is_subscribable(uri)))
}

/// A client that is notified of changes. Dropping it ends that without an answer.
#[derive(Debug)]
pub(crate) struct Subscription {
    listener: Subscriber,
    served: Arc<Served>,
    is_acknowledged: bool,
}

/// The longest id of a subscription, in bytes: it is kept, and is in every notification.
const LONGEST_ID: usize = 1024;

impl Subscription {
    /// Fails if a subscription cannot have this id.
    ///
    /// # Errors
    /// If it is too long.
    pub(crate) fn check_id(id: &Id<'_>) -> Result<(), Refusal> {
        if id.as_json().len() <= LONGEST_ID {
            return Ok(());
        }
        let what =
            format!("invalid request: the id of a subscription has at most {LONGEST_ID} bytes");
        Err(Refusal::invalid(what))
    }

    /// Writes the acknowledgement, and later each round of changes when it is due.
    pub(crate) fn poll(
        &mut self,
        cx: &mut TaskContext<'_>,
        id: &Id<'_>,
        out: &mut Vec<u8>,
    ) -> Poll<()> {
        if !std::mem::replace(&mut self.is_acknowledged, true) {
            write_acknowledged(out, self.listener.filter(), id.as_json());
            cx.waker().wake_by_ref();
            return Poll::Ready(());
        }
        let offer = &self.served.offer;
        self.listener.poll_round(cx, |change| {
            if is_visible(offer, change) {
                write_change(out, change, Some(id.as_json()));
            }
        })
    }

    /// Writes the result, which ends it.
    pub(crate) fn close(self, id: &Id<'_>, out: &mut Vec<u8>) {
        // Nothing follows the result.
        drop(self.listener);
        write_result(out, id, |out| {
            let meta = format!(r#"{{"{SUBSCRIPTION_ID}":{}}}"#, id.as_json());
            out.extend_from_slice(br#"{"resultType":"complete","_meta":"#);
            out.extend_from_slice(meta.as_bytes());
            out.push(b'}');
        });
    }

    /// The same on a stream that stays open, where the specification wants a cancellation besides.
    pub(crate) fn close_on_stream(self, id: &Id<'_>, out: &mut Vec<u8>) {
        self.close(id, out);
        write_cancelled(out, id.as_json());
    }
}

/// Whether clients are notified of a change: a resource that is off does not exist for them.
pub(in crate::dispatch) fn is_visible(offer: &Offer, change: Topic<'_>) -> bool {
    match change {
        Topic::List(_) => true,
        Topic::Resource(uri) => offer.is_subscribable(uri),
    }
}
