//! The yardstick: the tools of `probe-server` without a framework.
//!
//! What anybody would write by hand who knows what costs time: one read, one write a wakeup on one
//! thread; one UTF-8 check a line and one typed pass over it, with the arguments left as they are
//! until the tool's own type reads them; the lists rendered when the program starts; a call polled
//! where it is made, and put aside only if it has to wait. It promises what the protocol asks for
//! and nothing more: no cancellation, no limits, no panics caught.
//!
//! `--many N` offers N tools in all: `echo`, `add`, `sleep_ms` and fillers.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll};

use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::unix::pipe;
use tokio::task::JoinSet;

#[path = "floor/message.rs"]
#[expect(dead_code, reason = "the yardstick of HTTP uses the rest")]
mod message;
#[path = "floor/tools.rs"]
mod tools;

use message::{
    Era, MODERN, Message, Meta, Params, Refusal, initialize, is_id, write_answer, write_error,
    write_result,
};
use tools::{Answer, Tool, add, echo, sleep_ms, tool};

struct Server {
    /// Sorted by name.
    tools: Vec<(String, Tool)>,
    /// The members of a list result.
    list: String,
    is_initialized: bool,
    waiting: JoinSet<(String, Era, Answer)>,
}

impl Server {
    fn new(many: usize) -> Self {
        let mut tools = vec![
            ("echo".to_owned(), tool(echo)),
            ("add".to_owned(), tool(add)),
            ("sleep_ms".to_owned(), tool(sleep_ms)),
        ];
        let mut list = own_descriptors();
        for number in 3..many {
            let name = format!("filler_{number}");
            list.push(json!({
                "name": name,
                "description": format!("Filler number {number}: it makes the list of tools long."),
                "inputSchema": {
                    "type": "object",
                    "properties": {
                        "text": { "type": "string", "description": "Any text." },
                        "count": { "type": "integer", "description": "Any number.", "default": 1 },
                    },
                    "required": ["text"],
                },
            }));
            let filled = tool(async |_: IgnoredAny| Answer::Text("filled".to_owned()));
            tools.push((name, filled));
        }
        tools.sort_by(|(one, _), (other, _)| one.cmp(other));
        let list = format!(r#""tools":{}"#, serde_json::Value::Array(list));
        Self { tools, list, is_initialized: false, waiting: JoinSet::new() }
    }

    async fn serve(mut self) -> io::Result<()> {
        let mut input = pipe::OpenOptions::new().open_receiver("/proc/self/fd/0")?;
        let mut output = pipe::OpenOptions::new().open_sender("/proc/self/fd/1")?;
        let mut buffer = vec![0; 64 * 1024];
        let (mut filled, mut searched) = (0, 0);
        let mut out = Vec::new();
        let mut is_open = true;
        while is_open || !self.waiting.is_empty() {
            if filled == buffer.len() {
                buffer.resize(filled * 2, 0);
            }
            poll_fn(|cx| {
                let mut is_waiting = true;
                while let Poll::Ready(Some(done)) = self.waiting.poll_join_next(cx) {
                    is_waiting = false;
                    if let Ok((id, era, answer)) = done {
                        write_answer(&mut out, &id, era, &answer);
                    }
                }
                let mut free = ReadBuf::new(&mut buffer[filled..]);
                if is_open && let Poll::Ready(read) = Pin::new(&mut input).poll_read(cx, &mut free)
                {
                    read?;
                    is_waiting = false;
                    is_open = !free.filled().is_empty();
                    filled += free.filled().len();
                    let mut start = 0;
                    while let Some(length) = memchr::memchr(b'\n', &buffer[searched..filled]) {
                        let end = searched + length;
                        self.line(&buffer[start..end], &mut out, cx);
                        start = end + 1;
                        searched = start;
                    }
                    buffer.copy_within(start..filled, 0);
                    filled -= start;
                    searched = filled;
                }
                if is_waiting { Poll::Pending } else { Poll::Ready(io::Result::Ok(())) }
            })
            .await?;
            output.write_all(&out).await?;
            out.clear();
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8], out: &mut Vec<u8>, cx: &mut Context<'_>) {
        let Ok(line) = str::from_utf8(line) else {
            return write_error(out, "null", &(-32700, "parse error: no UTF-8".to_owned()));
        };
        let message: Message<'_> = match serde_json::from_str(line) {
            Ok(message) => message,
            Err(error) if error.is_data() => {
                return write_error(out, "null", &(-32600, format!("invalid request: {error}")));
            }
            Err(error) => {
                return write_error(out, "null", &(-32700, format!("parse error: {error}")));
            }
        };
        // Notifications and answers to nothing are not answered.
        let Some(id) = message.id.map(RawValue::get) else { return };
        if message.method.is_empty() {
            return;
        }
        if let Err(refusal) = self.request(&message, id, out, cx) {
            let id = if is_id(id) { id } else { "null" };
            write_error(out, id, &refusal);
        }
    }

    fn request(
        &mut self,
        message: &Message<'_>,
        id: &str,
        out: &mut Vec<u8>,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        if message.jsonrpc != "2.0" || !is_id(id) {
            return Err((-32600, "invalid request".to_owned()));
        }
        let params = &message.params;
        let era = self.era(&message.method, &params.meta)?;
        match &*message.method {
            "tools/call" => self.call(params, id, era, out, cx)?,
            "tools/list" => write_result(out, id, era, |out| {
                out.extend_from_slice(self.list.as_bytes());
                if era == Era::Modern {
                    out.extend_from_slice(br#","ttlMs":0,"cacheScope":"private""#);
                }
            }),
            "server/discover" if era == Era::Modern => write_result(out, id, era, |out| {
                out.extend_from_slice(
                    br#""supportedVersions":["2026-07-28","2025-11-25","2025-06-18","2025-03-26","2024-11-05"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private""#,
                );
            }),
            "initialize" if era == Era::Legacy => {
                let version = initialize(params)?;
                self.is_initialized = true;
                write_result(out, id, era, |out| {
                    out.extend_from_slice(br#""protocolVersion":""#);
                    out.extend_from_slice(version.as_bytes());
                    out.extend_from_slice(
                        br#"","capabilities":{"tools":{}},"serverInfo":{"name":"floor-server","version":"0.1.0"}"#,
                    );
                });
            }
            "ping" if era == Era::Legacy => write_result(out, id, era, |_| {}),
            method => return Err((-32601, format!("unknown method: {method}"))),
        }
        Ok(())
    }

    /// Checks who asks, and under which version.
    fn era(&self, method: &str, meta: &Meta<'_>) -> Result<Era, Refusal> {
        match &*meta.protocol_version {
            MODERN if meta.client_capabilities.is_some() => Ok(Era::Modern),
            MODERN => Err((-32602, "missing client capabilities".to_owned())),
            "" if self.is_initialized || matches!(method, "initialize" | "ping") => Ok(Era::Legacy),
            "" => Err((-32602, "missing protocol version".to_owned())),
            _ => Err((-32022, "unsupported protocol version".to_owned())),
        }
    }

    fn call(
        &mut self,
        params: &Params<'_>,
        id: &str,
        era: Era,
        out: &mut Vec<u8>,
        cx: &mut Context<'_>,
    ) -> Result<(), Refusal> {
        let unknown = || (-32602, format!("unknown tool: {}", params.name));
        let at = self.tools.binary_search_by(|(name, _)| (**name).cmp(&*params.name));
        let (_, tool) = &self.tools[at.map_err(|_| unknown())?];
        let mut call = match tool(params.arguments.map_or("{}", RawValue::get)) {
            Ok(call) => call,
            Err(error) => {
                let words = format!("the arguments do not fit: {error}");
                write_answer(out, id, era, &Answer::Error(words));
                return Ok(());
            }
        };
        match call.as_mut().poll(cx) {
            Poll::Ready(answer) => write_answer(out, id, era, &answer),
            Poll::Pending => {
                let id = id.to_owned();
                self.waiting.spawn(async move { (id, era, call.await) });
            }
        }
        Ok(())
    }
}

/// The descriptors of the tools that are no fillers, with the words that `probe-server` has for
/// them.
fn own_descriptors() -> Vec<serde_json::Value> {
    let annotations = json!({ "readOnlyHint": true, "openWorldHint": false });
    vec![
        json!({
            "name": "echo",
            "description": "Answer with exactly the message that was sent.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "message": { "type": "string", "description": "What comes back." },
                },
                "required": ["message"],
                "additionalProperties": false,
            },
            "annotations": annotations,
        }),
        json!({
            "name": "add",
            "description": "Add two numbers.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "a": { "type": "integer", "description": "The first number." },
                    "b": { "type": "integer", "description": "The second number." },
                },
                "required": ["a", "b"],
                "additionalProperties": false,
            },
            "outputSchema": {
                "type": "object",
                "properties": { "sum": { "type": "integer", "description": "`a + b`." } },
                "required": ["sum"],
                "description": "The sum of two numbers.",
            },
            "annotations": annotations,
        }),
        json!({
            "name": "sleep_ms",
            "description": "Answer after a while.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "ms": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "How long, in milliseconds.",
                    },
                },
                "required": ["ms"],
                "additionalProperties": false,
            },
            "annotations": annotations,
        }),
    ]
}

/// How many tools `--many N` asks for.
fn many() -> Option<usize> {
    let mut arguments = std::env::args().skip(1);
    arguments.find(|argument| argument == "--many")?;
    arguments.next()?.parse().ok()
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served =
        runtime.and_then(|runtime| runtime.block_on(Server::new(many().unwrap_or(3)).serve()));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
