//! The end of everything that is served: new requests are refused, streams end, and calls have a
//! while to be answered.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;

/// How long the last words may take.
const LAST: Duration = Duration::from_millis(250);

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Phase {
    Serving,
    /// Nothing is begun any more, and what only listens ends.
    Draining,
    /// Calls that still run are given up.
    Over,
}

/// Tells everybody how far the end has come.
#[derive(Debug)]
pub(super) struct Drain {
    phase: watch::Sender<Phase>,
    /// Whether it has begun: asked for with every request, which then takes no lock.
    has_begun: AtomicBool,
}

impl Drain {
    pub(super) fn new() -> Self {
        Self { phase: watch::Sender::new(Phase::Serving), has_begun: AtomicBool::new(false) }
    }

    pub(super) fn is_serving(&self) -> bool {
        !self.has_begun()
    }

    pub(super) fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::SeqCst)
    }

    /// Begins the end, and gives up after the grace what has not ended by itself.
    pub(super) async fn run(&self, grace: Duration) {
        self.begin();
        let ended = self.phase.closed();
        if tokio::time::timeout(grace, ended).await.is_err() {
            self.phase.send_replace(Phase::Over);
            // A peer that takes nothing is not waited for.
            tokio::time::timeout(LAST, self.phase.closed()).await.unwrap_or_default();
        }
    }

    pub(super) fn begin(&self) {
        // Before anybody is woken, so that whoever is woken sees it.
        self.has_begun.store(true, Ordering::SeqCst);
        self.phase.send_if_modified(|phase| {
            let begins = *phase == Phase::Serving;
            if begins {
                *phase = Phase::Draining;
            }
            begins
        });
    }

    /// Whoever holds this is waited for at the end.
    pub(super) fn hold(&self) -> Held {
        Held(self.phase.subscribe())
    }

    /// Ready at this phase; waited for until then.
    pub(super) fn at(&self, phase: Phase) -> impl Future<Output = ()> + Send + use<> {
        let mut held = self.hold();
        async move { held.at(phase).await }
    }
}

/// Something that is served, and is waited for at the end.
#[derive(Debug)]
pub(super) struct Held(watch::Receiver<Phase>);

impl Held {
    /// Ready at this phase.
    pub(super) async fn at(&mut self, phase: Phase) {
        // The sender outlives whoever is served; without one nothing ends.
        if self.0.wait_for(|now| *now >= phase).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
