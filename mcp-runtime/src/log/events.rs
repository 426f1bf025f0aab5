//! With the feature `tracing`: log lines as events, and a span for each call.

use std::fmt;
use std::panic::PanicHookInfo;

use tracing::subscriber::NoSubscriber;
use tracing::{dispatcher, error, info, info_span, warn};

use super::{Failure, Level, panic_message};

/// The span of a call, if anybody looks at it.
#[derive(Debug, Clone)]
pub(crate) struct CallSpan(Option<Box<tracing::Span>>);

impl CallSpan {
    /// The span of a call that begins.
    pub(crate) fn of(
        kind: &str,
        handler: &str,
        request: impl fmt::Display,
        client: Option<&str>,
    ) -> Self {
        let span = info_span!(target: "mcp_runtime", "call", kind, handler, %request, client);
        Self::boxed(span)
    }

    fn boxed(span: tracing::Span) -> Self {
        Self((!span.is_disabled()).then(|| Box::new(span)))
    }

    /// No span.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// The span that this thread is in.
    pub(crate) fn current() -> Self {
        Self::boxed(tracing::Span::current())
    }

    /// Runs a function inside the span.
    pub(crate) fn in_scope<T>(&self, run: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(span) => span.in_scope(run),
            None => run(),
        }
    }
}

/// Whether events of this thread go anywhere.
fn has_subscriber() -> bool {
    dispatcher::get_default(|dispatch| !dispatch.is::<NoSubscriber>())
}

/// Makes a line an event; false if there is no subscriber.
pub(super) fn take_line(level: Level, line: &dyn fmt::Display) -> bool {
    let is_taken = has_subscriber();
    if is_taken {
        match level {
            Level::Error => error!(target: "mcp_runtime", "{line}"),
            Level::Warn => warn!(target: "mcp_runtime", "{line}"),
            Level::Info => info!(target: "mcp_runtime", "{line}"),
        }
    }
    is_taken
}

/// Makes the failure of a call an event; false if there is no subscriber.
pub(super) fn take_failure(failure: &Failure<'_>) -> bool {
    let is_taken = has_subscriber();
    if is_taken {
        let Failure { kind, handler, request, error, .. } = failure;
        if failure.is_internal {
            error!(target: "mcp_runtime", kind, handler, request, error, "the call failed");
        } else {
            warn!(target: "mcp_runtime", kind, handler, request, error, "the call failed");
        }
    }
    is_taken
}

/// Makes a panic an event, which is in the span of its call.
pub(crate) fn tell_panic(panic: &PanicHookInfo<'_>) {
    let message = panic_message(panic.payload());
    let location = panic.location().map(ToString::to_string);
    error!(target: "mcp_runtime", location, "panic: {message}");
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tracing_subscriber::fmt::MakeWriter;

    use crate::log;
    use crate::testing::block_on;
    use crate::{Error, Server, Tool};

    /// What a subscriber has written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Written {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// What a subscriber writes while this runs.
    fn written(run: impl FnOnce()) -> String {
        let written = Written::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(written.clone())
            .with_ansi(false)
            .without_time()
            .finish();
        tracing::subscriber::with_default(subscriber, run);
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    fn server() -> Server {
        let object = || json!({ "type": "object" });
        Server::new("test", "1.0.0")
            .with(Tool::raw("lost", object(), async |_| {
                tracing::info!("looking");
                Err::<(), _>(Error::hidden("the disk is gone"))
            }))
            .with(Tool::raw("refuse", object(), async |_| Err::<(), _>("not today")))
            .with(Tool::raw("panic", object(), async |_| -> Result<(), String> {
                panic!("it is over")
            }))
    }

    #[test]
    fn failures_are_events_in_the_span_of_their_call() {
        let written = written(|| {
            block_on(async {
                let mut client = server().state(()).test_client().await;
                for tool in ["lost", "refuse", "panic"] {
                    client.text(tool, json!({})).await.unwrap_err();
                }
            });
        });
        let has = |parts: &[&str]| {
            let line = written.lines().find(|line| parts.iter().all(|part| line.contains(part)));
            assert!(line.is_some(), "{parts:?} in\n{written}");
        };
        let span = r#"call{kind="tool" handler="lost" request="#;
        has(&["INFO", span, "client=\"", "looking"]);
        has(&["ERROR", span, "the call failed", "error=\"the disk is gone\""]);
        has(&["WARN", "handler=\"refuse\"", "the call failed", "error=\"not today\""]);
        has(&["ERROR", "handler=\"panic\"", "error=\"it panicked: it is over\""]);
    }

    #[test]
    fn lines_are_events_of_their_level() {
        let written = written(|| log::line(log::Level::Info, "listening"));
        assert_eq!(written, " INFO mcp_runtime: listening\n");
    }
}
