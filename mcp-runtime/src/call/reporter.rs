//! What a call tells its client before it is answered: progress and log messages.

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

/// Reports progress and log messages of one call: what [`Context`](crate::Context) does, in a value
/// that can be cloned and moved into tasks and threads.
///
/// It is silent once its call has ended.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
///
/// /// Index a folder.
/// #[tool(read_only)]
/// async fn index(ctx: &Context, folder: String) -> Result<String, Error> {
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
    /// Whether progress may be told: one reporter of a request does, so that it only grows.
    has_progress: bool,
    /// Set when nobody waits for a blocking function any more.
    over: Option<Arc<AtomicBool>>,
    said: Mutex<Said>,
}

#[derive(Debug)]
struct Said {
    /// The call has ended: nothing may follow its answer.
    is_over: bool,
    /// The progress that was told last.
    progress: f64,
}

impl Reporter {
    /// A reporter of log messages.
    pub(super) fn of_logs(
        caller: &Arc<Caller>,
        outgoing: &Arc<Outgoing>,
        over: Option<Arc<AtomicBool>>,
    ) -> Self {
        let said = Mutex::new(Said { is_over: false, progress: f64::NEG_INFINITY });
        let (caller, outgoing) = (Arc::clone(caller), Arc::clone(outgoing));
        Self { call: Arc::new(Reporting { caller, outgoing, has_progress: false, over, said }) }
    }

    /// A reporter of progress and log messages, for a request that asked for progress.
    fn of_progress(caller: &Arc<Caller>, outgoing: &Arc<Outgoing>) -> Self {
        let said = Mutex::new(Said { is_over: false, progress: f64::NEG_INFINITY });
        let (caller, outgoing) = (Arc::clone(caller), Arc::clone(outgoing));
        Self {
            call: Arc::new(Reporting { caller, outgoing, has_progress: true, over: None, said }),
        }
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
        let Some(_speaking) = self.speak() else { return };
        let params = LogParams { level, logger, data };
        self.call.outgoing.hint(|out| write(out, "notifications/message", &params));
    }

    /// Tells how far the call is, unless it has told as much before.
    pub(super) fn tell(&self, progress: f64, total: Option<f64>, message: Option<String>) {
        let Some(progress_token) = self.call.caller.progress_token.clone() else { return };
        let Some(mut said) = self.speak() else { return };
        // JSON has no words for NaN and the infinities.
        if !(progress.is_finite() && progress > said.progress) {
            return;
        }
        said.progress = progress;
        let total = total.filter(|total| total.is_finite());
        let message =
            message.filter(|text| !text.is_empty() && self.call.caller.has_progress_words);
        let params =
            ProgressNotificationParams { progress_token, progress, total, message, meta: None };
        self.call.outgoing.pace(self.key(), |out| write(out, "notifications/progress", &params));
    }

    /// The right to say something, while it is kept; `None` once the call has ended.
    fn speak(&self) -> Option<MutexGuard<'_, Said>> {
        if self.call.over.as_ref().is_some_and(|over| over.load(Ordering::Relaxed)) {
            return None;
        }
        let said = self.call.lock();
        (!said.is_over).then_some(said)
    }

    /// Ends reporting; progress that is kept back may still be sent.
    pub(super) fn close(&self) {
        self.call.lock().is_over = true;
    }

    /// What the outgoing messages know this call by.
    fn key(&self) -> usize {
        Arc::as_ptr(&self.call).addr()
    }
}

impl Reporting {
    fn lock(&self) -> MutexGuard<'_, Said> {
        // Nothing that panics is done under the lock.
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The progress of a request that asked for it, from its begin to its end. Dropped, the request was
/// cancelled: nothing more is told of it.
#[derive(Debug)]
pub(crate) struct Told(Reporter);

impl Told {
    /// Begins a request.
    pub(crate) fn new(caller: &Arc<Caller>, outgoing: &Arc<Outgoing>) -> Self {
        Self(Reporter::of_progress(caller, outgoing))
    }

    pub(crate) fn reporter(&self) -> Reporter {
        self.0.clone()
    }

    /// The request has its answer, behind which nothing may be told: the last progress comes before
    /// it, however soon.
    pub(crate) fn finish(self) {
        self.0.close();
        self.0.call.outgoing.release(self.0.key());
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.0.close();
        self.0.call.outgoing.forget(self.0.key());
    }
}

/// The params of a log message; `data` stands last, as in the specification.
#[derive(Serialize)]
struct LogParams<'a> {
    level: LoggingLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    logger: Option<&'a str>,
    data: Value,
}

/// What is said before the answer.
#[derive(Serialize)]
struct Notification<'a, P> {
    jsonrpc: &'a str,
    method: &'a str,
    params: &'a P,
}

fn write<P: Serialize>(out: &mut Vec<u8>, method: &str, params: &P) {
    let start = out.len();
    let message = Notification { jsonrpc: "2.0", method, params };
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
