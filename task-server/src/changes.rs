//! Change notifications: clients are notified of every change, whichever process has made it.

use std::time::Duration;

use mcp_runtime::prelude::*;

use crate::store::{Changes, Store};

/// The time between two polls of the database while a client is subscribed. It is notified within
/// twice that.
const PAUSE: Duration = Duration::from_millis(250);

/// Notifies clients of changes by this process and others. Nothing is polled while no client is
/// subscribed.
///
/// Watching the file instead would not do: moving the write-ahead log writes the file without
/// changing a task, and network file systems report nothing.
pub(crate) async fn notify_of_changes(store: &Store, notifier: &Notifier) {
    let mut position = store.first_position();
    loop {
        notifier.watched().await;
        // After an error it is tried again; a tool that is called says what is wrong.
        if let Ok(Some(changes)) = store.changes_since(&mut position).await {
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
