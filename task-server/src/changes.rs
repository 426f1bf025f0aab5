//! Notifications: clients that listen to tasks hear of every change, whichever process made it.

use std::time::Duration;

use mcp_runtime::prelude::*;

use crate::store::{Changes, Store};

/// How often the database is asked for changes while a client listens. A client is notified within
/// twice that.
const PAUSE: Duration = Duration::from_millis(250);

/// Notifies clients of what this process and others change. While nobody listens nothing is asked.
///
/// Every process of this user shares the file, so that it says what changed; a write-ahead log that
/// grows is not a change, and watching files fails on network file systems.
pub(crate) async fn notify_of_changes(store: &Store, notifier: &Notifier) {
    let mut last = store.first_change();
    loop {
        notifier.watched().await;
        // What cannot be read now is read the next time; whoever calls a tool is told why.
        if let Ok(Some(changes)) = store.changes_since(last).await {
            last = changes.last;
            notify(&changes, notifier);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn notify(changes: &Changes, notifier: &Notifier) {
    notifier.updated("tasks://all");
    if changes.is_pending_changed {
        notifier.updated("tasks://pending");
    }
    for id in &changes.tasks {
        notifier.updated(format!("tasks://task/{id}"));
    }
}
