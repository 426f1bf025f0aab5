//! Progress and log messages of a call, which are sent before its answer.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::Caller;
use super::progress::{Amount, Progress};
use crate::jsonrpc::escape_separators;
use crate::outgoing::Outgoing;
use crate::protocol::{LoggingLevel, ProgressNotificationParams};

/// Reports progress and log messages of one call, from any task or thread.
///
/// Made by [`Context::reporter`](crate::Context::reporter). Once the call has ended, its methods do
/// nothing.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// /// Index a folder.
/// #[tool(read_only)]
/// fn index(ctx: &Context, folder: String) -> Result<String, Error> {
///     let reporter = ctx.reporter();
///     let indexed = std::thread::spawn(move || {
///         for file in 1..=3 {
///             // … index it …
///             reporter.progress(file).of(3);
///         }
///         folder
///     });
///     let folder = indexed.join().map_err(|_| Error::new("the folder cannot be indexed"))?;
///     Ok(format!("indexed {folder}"))
/// }
/// ```
#[derive(Clone)]
pub struct Reporter {
    call: Arc<Reporting>,
}

/// What all reporters of one call share.
struct Reporting {
    caller: Arc<Caller>,
    outgoing: Arc<Outgoing>,
    /// Whether it reports progress: one reporter of a request does, so that progress only grows.
    has_progress: bool,
    /// Set when nobody waits for a blocking function any more.
    over: Option<Arc<AtomicBool>>,
    state: Mutex<ReportState>,
}

#[derive(Debug)]
struct ReportState {
    /// The call has ended: nothing may follow its answer.
    is_over: bool,
    /// The progress that was reported last.
    progress: f64,
}

impl Reporter {
    /// A reporter of log messages.
    pub(super) fn of_logs(
        caller: &Arc<Caller>,
        outgoing: &Arc<Outgoing>,
        over: Option<Arc<AtomicBool>>,
    ) -> Self {
        Self::new(caller, outgoing, false, over)
    }

    fn new(
        caller: &Arc<Caller>,
        outgoing: &Arc<Outgoing>,
        has_progress: bool,
        over: Option<Arc<AtomicBool>>,
    ) -> Self {
        let state = Mutex::new(ReportState { is_over: false, progress: f64::NEG_INFINITY });
        let (caller, outgoing) = (Arc::clone(caller), Arc::clone(outgoing));
        Self { call: Arc::new(Reporting { caller, outgoing, has_progress, over, state }) }
    }

    /// Reports progress; see [`Context::progress`](crate::Context::progress).
    pub fn progress(&self, done: impl Amount) -> Progress<'_> {
        let reporter = Some(self).filter(|reporter| reporter.call.has_progress);
        Progress::new(reporter, done.amount())
    }

    /// Sends a log message; see [`Context::log`](crate::Context::log).
    pub fn log(&self, level: LoggingLevel, data: impl Serialize) {
        self.log_with(level, None, data);
    }

    /// Sends a log message under the name of a logger; see
    /// [`Context::log_as`](crate::Context::log_as).
    pub fn log_as(&self, logger: &str, level: LoggingLevel, data: impl Serialize) {
        self.log_with(level, Some(logger), data);
    }

    fn log_with(&self, level: LoggingLevel, logger: Option<&str>, data: impl Serialize) {
        if !self.call.caller.client.log_level.admits(level) {
            return;
        }
        // Serialising runs code of the author's types, which may report something itself.
        let data = json!(data);
        let Some(_open) = self.open() else { return };
        let params = LogParams { level, logger, data };
        self.call.outgoing.hint(|out| write(out, "notifications/message", &params));
    }

    /// Sends a progress report, unless as much was reported before.
    pub(super) fn report(&self, progress: f64, total: Option<f64>, message: Option<String>) {
        let Some(progress_token) = self.call.caller.progress_token.clone() else { return };
        let Some(mut state) = self.open() else { return };
        // JSON cannot represent NaN and the infinities.
        if !(progress.is_finite() && progress > state.progress) {
            return;
        }
        state.progress = progress;
        let total = total.filter(|total| total.is_finite());
        let message =
            message.filter(|text| !text.is_empty() && self.call.caller.has_progress_words);
        let params =
            ProgressNotificationParams { progress_token, progress, total, message, meta: None };
        self.call.outgoing.pace(self.key(), |out| write(out, "notifications/progress", &params));
    }

    /// Locks the reporter for one message; `None` once the call has ended.
    fn open(&self) -> Option<MutexGuard<'_, ReportState>> {
        if self.call.over.as_ref().is_some_and(|over| over.load(Ordering::Relaxed)) {
            return None;
        }
        let state = self.call.lock();
        (!state.is_over).then_some(state)
    }

    /// Ends reporting; a progress report that is kept back may still be sent.
    pub(super) fn close(&self) {
        self.call.lock().is_over = true;
    }

    /// Identifies the call among the outgoing messages.
    fn key(&self) -> usize {
        Arc::as_ptr(&self.call).addr()
    }
}

impl Reporting {
    fn lock(&self) -> MutexGuard<'_, ReportState> {
        // Nothing that panics is done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Owns the progress reports of a request until it has an answer. If it is dropped before, the
/// request was cancelled, and a report that is kept back is dropped too.
#[derive(Debug)]
pub(crate) struct ProgressGuard(Reporter);

impl ProgressGuard {
    /// For a request with a progress token.
    pub(crate) fn new(caller: &Arc<Caller>, outgoing: &Arc<Outgoing>) -> Self {
        Self(Reporter::new(caller, outgoing, true, None))
    }

    pub(crate) fn reporter(&self) -> Reporter {
        self.0.clone()
    }

    /// The request has an answer: the last report is sent before it, and none afterwards.
    pub(crate) fn finish(self) {
        self.0.close();
        self.0.call.outgoing.release(self.0.key());
    }
}

impl Drop for ProgressGuard {
    fn drop(&mut self) {
        self.0.close();
        self.0.call.outgoing.forget(self.0.key());
    }
}

/// The params of a log message.
#[derive(Serialize)]
struct LogParams<'a> {
    level: LoggingLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    logger: Option<&'a str>,
    data: Value,
}

/// A notification that is sent before the answer.
#[derive(Serialize)]
struct Outbound<'a, P> {
    jsonrpc: &'a str,
    method: &'a str,
    params: &'a P,
}

fn write<P: Serialize>(out: &mut Vec<u8>, method: &str, params: &P) {
    let start = out.len();
    let message = Outbound { jsonrpc: "2.0", method, params };
    // Writing numbers, texts and trees into memory cannot fail.
    serde_json::to_writer(&mut *out, &message).unwrap_or_default();
    out.push(b'\n');
    escape_separators(out, start);
}

impl fmt::Debug for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reporter")
    }
}
