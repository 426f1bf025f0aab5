//! SIGTERM and SIGINT: the first one asks the server to end, a second one ends the process.
//!
//! They are watched by a thread with an event loop of its own, because an async tool may block the
//! server's, and the process must end all the same.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::log::{self, Level};
use crate::transport::stop::{Stop, Stopper};
use crate::transport::{Peer, stdio};

/// What the end may take beyond the grace, as long as the event loop goes on.
const MARGIN: Duration = Duration::from_millis(500);

/// Starts to watch. The first signal asks for the end by what is given back; the process ends with
/// status 128 + the signal's number at a second one, at any one after the connection's end, and
/// when the connection has not ended in time. A client that died is a signal too, SIGHUP.
///
/// # Errors
/// If signals or threads cannot be had.
pub(super) async fn watch(grace: Duration, peer: Peer) -> io::Result<Stop> {
    let (stopper, stop) = Stop::pair();
    let (ready, is_ready) = oneshot::channel();
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let (runtime, signals) = match runtime.and_then(|runtime| {
            let entered = runtime.enter();
            let signals = Signals::new()?;
            drop(entered);
            Ok((runtime, signals))
        }) {
            Ok(watching) => watching,
            Err(error) => return ready.send(Err(error)).unwrap_or_default(),
        };
        // Whoever started this may be gone, and the signals are ours all the same.
        ready.send(Ok(())).unwrap_or_default();
        runtime.block_on(end(signals, &stopper, &peer, grace));
    })?;
    is_ready.await.map_err(io::Error::other)??;
    Ok(stop)
}

/// Waits for the signals, and ends the process.
async fn end(mut signals: Signals, stopper: &Stopper, peer: &Peer, grace: Duration) {
    let signals = &mut signals;
    let first = match next(signals, stopper, peer.is_gone()).await {
        Next::Signal(signal) => {
            stopper.ask();
            signal
        }
        // Nothing is served any more, and nothing else would end the process.
        Next::Ended => exit(signals.recv().await, "nothing is served any more"),
        // The connection ends by itself, if its event loop goes on.
        Next::Other => HANG_UP,
    };
    loop {
        match next(signals, stopper, sleep(grace.saturating_add(MARGIN))).await {
            Next::Signal(signal) => exit(signal, "asked a second time"),
            Next::Ended => exit(signals.recv().await, "nothing is served any more"),
            Next::Other if stopper.takes_longer() => {}
            Next::Other => exit(first, "a call blocks the event loop"),
        }
    }
}

/// What comes first.
enum Next {
    Signal(Signal),
    /// The connection has ended.
    Ended,
    /// What was waited for besides.
    Other,
}

async fn next(signals: &mut Signals, stopper: &Stopper, other: impl Future<Output = ()>) -> Next {
    let (mut ended, mut other) = (pin!(stopper.ended()), pin!(other));
    poll_fn(|cx| {
        if let Poll::Ready(signal) = signals.poll(cx) {
            return Poll::Ready(Next::Signal(signal));
        }
        if ended.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Next::Ended);
        }
        other.as_mut().poll(cx).map(|()| Next::Other)
    })
    .await
}

/// Ends the process without waiting for anything but the log.
#[expect(clippy::exit, reason = "the thread that could return from `main` may be blocked")]
fn exit(signal: Signal, why: &str) -> ! {
    log::line(Level::Warn, format_args!("{} ends the process: {why}", signal.name));
    stdio::flush();
    std::process::exit(128 + signal.number)
}

/// A signal that asks for the end.
#[derive(Debug, Clone, Copy)]
struct Signal {
    name: &'static str,
    number: i32,
}

/// What the end of a terminal's line is told by; here it is that the client died.
const HANG_UP: Signal = Signal { name: "SIGHUP", number: 1 };

const INTERRUPT: Signal = Signal { name: "SIGINT", number: 2 };

#[cfg(unix)]
const TERMINATE: Signal = Signal { name: "SIGTERM", number: 15 };

#[cfg(unix)]
struct Signals([(Signal, tokio::signal::unix::Signal); 2]);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            (TERMINATE, signal(SignalKind::terminate())?),
            (INTERRUPT, signal(SignalKind::interrupt())?),
        ]))
    }

    fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Signal> {
        for (signal, arrived) in &mut self.0 {
            if arrived.poll_recv(cx).is_ready() {
                return Poll::Ready(*signal);
            }
        }
        Poll::Pending
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Signal> {
        self.0.poll_recv(cx).map(|_| INTERRUPT)
    }
}

/// There are no signals here.
#[cfg(not(any(unix, windows)))]
struct Signals;

#[cfg(not(any(unix, windows)))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    fn poll(&mut self, _: &mut TaskContext<'_>) -> Poll<Signal> {
        Poll::Pending
    }
}

impl Signals {
    async fn recv(&mut self) -> Signal {
        poll_fn(|cx| self.poll(cx)).await
    }
}
