//! `notifications/cancelled`.
//!
//! Spec: 2026-07-28, basic/patterns/cancellation.

use crate::jsonrpc::{Id, Notification};

/// The request that a notification cancels. Everything else a client may notify of concerns
/// features that are asked of it, never by us; and a malformed cancellation is ignored, for nobody
/// may answer it.
pub(crate) fn cancelled<'a>(notification: &Notification<'a>) -> Option<Id<'a>> {
    if notification.method != "notifications/cancelled" {
        return None;
    }
    notification.params.check().ok()?;
    Id::from_json(notification.params.get("requestId").ok()??)
}
