//! With the feature `tracing`: log lines as events, and a span for each call.

use std::fmt;
use std::panic::PanicHookInfo;

use tracing::subscriber::NoSubscriber;
use tracing::{dispatcher, error, info, info_span, warn};

use super::{Failure, Level, panic_message};
use crate::visible;

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
        // What a client or a tool says must not look like a line of ours.
        let line = line.to_string();
        let line = visible::one_line(&line);
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
            error!(target: "mcp_runtime", kind, handler, %request, error, "the call failed");
        } else {
            warn!(target: "mcp_runtime", kind, handler, %request, error, "the call failed");
        }
    }
    is_taken
}

/// Makes a panic an event, which is in the span of its call.
pub(crate) fn tell_panic(panic: &PanicHookInfo<'_>) {
    let message = visible::one_line(panic_message(panic.payload()));
    let location = panic.location().map(ToString::to_string);
    error!(target: "mcp_runtime", location, "panic: {message}");
}

#[cfg(test)]
mod tests {
    use std::future::Ready;
    use std::io;
    use std::sync::{Arc, Mutex};

    use serde_json::json;
    use tracing_subscriber::fmt::MakeWriter;

    use crate::log;
    use crate::testing::block_on;
    use crate::{Error, RawCall, Server, Tool};

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
            .with(Tool::raw("early", object(), |_| -> Ready<Result<(), String>> {
                panic!("it is not begun")
            }))
            .with(Tool::raw("types", object(), async |call: RawCall| {
                call.context().once("name", async { Ok::<_, Error>(1) }).await?;
                call.context().once("name", async { Ok::<_, Error>(String::new()) }).await
            }))
            .with(Tool::raw("twice", object(), async |call: RawCall| {
                let once = call.context().once("name", async { Ok::<_, Error>(()) });
                call.context().once("name", once).await
            }))
    }

    #[test]
    fn failures_are_events_in_the_span_of_their_call() {
        let written = written(|| {
            block_on(async {
                let mut client = server().state(()).test_client().await;
                for tool in ["lost", "refuse", "panic", "early", "types", "twice"] {
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
        has(&["ERROR", "handler=\"early\"", "error=\"it panicked: it is not begun\""]);
        has(&["ERROR", "handler=\"types\"", "already belongs to a result of another type"]);
        has(&["ERROR", "handler=\"twice\"", "an effect with this name is running"]);
        // The id of a request reads the same in the span and in the event.
        let line = written.lines().find(|line| line.contains("refuse")).unwrap();
        let ids: Vec<_> = line.split("request=").skip(1).map(|rest| rest.as_bytes()[0]).collect();
        assert!(ids.len() == 2 && ids[0] == ids[1], "{line}");
    }

    #[test]
    fn a_question_in_a_spawned_task_is_logged() {
        let ask = async |call: RawCall| {
            let asking = async move { call.context().confirm("Sure?").await };
            tokio::spawn(asking).await.map(|sure| json!(sure)).map_err(|_| "the task ended")
        };
        let asks = Tool::raw("ask", json!({ "type": "object" }), ask);
        let written = written(|| {
            block_on(async {
                let server = Server::new("test", "1.0.0").with(asks).state(());
                let mut client = server.test_client().await.answers(|_| true);
                client.text("ask", json!({})).await.unwrap_err();
            });
        });
        assert!(written.contains("only the handler itself can wait"), "{written}");
    }

    #[test]
    fn lines_are_events_of_their_level() {
        let written = written(|| log::line(log::Level::Info, "listening"));
        assert_eq!(written, " INFO mcp_runtime: listening\n");
        let written = self::written(|| log::line(log::Level::Info, "a\nERROR b"));
        assert_eq!(written, " INFO mcp_runtime: a\\nERROR b\n");
    }

    #[test]
    fn a_panic_is_one_line() {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(log::tell_panic));
        let written = written(|| {
            std::panic::catch_unwind(|| panic!("it is over\nERROR mcp_runtime: forged"))
                .unwrap_err();
        });
        std::panic::set_hook(previous);
        let lines: Vec<_> = written.lines().filter(|line| line.contains("forged")).collect();
        assert!(lines.len() == 1 && lines[0].contains("over\\nERROR"), "{written}");
    }
}
