//! `tools/call`.
//!
//! Spec: 2026-07-28, server/tools, Calling Tools.

use std::sync::Arc;

use super::retry::resume;
use super::{Asked, Row, sent_arguments, unknown};
use crate::args::Arguments;
use crate::call::{Call, Running, begun_apart};
use crate::dispatch::envelope::{Envelope, write_list};
use crate::dispatch::exchange::{Of, begin_call};
use crate::dispatch::offer::Offer;
use crate::dispatch::{Begun, Refusal, project};
use crate::jsonrpc::{self, escape_separators, write_string};
use crate::output::{Answer, Content, Output};
use crate::tool::ToolEntry;

/// Arguments of more bytes are read in a thread, because a list of wrong values takes a second for
/// each few MiB. Up to here that is some tens of milliseconds at most, and the thread is not worth
/// its cost.
const LONG: usize = 256 * 1024;

pub(super) const ROW: Row =
    Row { begin, names: Some("name"), ..Row::of("tools/call", "tools", Offer::has_tools) };

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let mut call = asked.asking_call()?;
    let (offer, params) = (&asked.served.offer, asked.params);
    let name = params.text("name")?;
    let tool =
        offer.tool(&name).ok_or_else(|| unknown("tool", &name, offer.nearest_tool(&name)))?;
    let (line, members) = sent_arguments(params)?;
    if let Some(mirror) = asked.origin.mirror {
        mirror.agrees_on_arguments(&tool.input.mirrored, line, members)?;
    }
    let arguments = Arguments::json(line, members, &tool.input);
    let of = Of::Tool { name: Arc::clone(&tool.name), promise: tool.promise.clone() };
    resume(asked, &mut call, &of, &arguments)?;
    let running = if asked.origin.bytes > LONG && arguments.are_long(LONG) {
        let json = params.get("arguments")?.unwrap_or_default().to_owned();
        let (served, name) = (Arc::clone(asked.served), name.into_owned());
        begun_apart(asked.origin.places.turns(), move || {
            let tool = served.offer.router.tool(&name).expect("a router never changes");
            run(tool, &Arguments::json(&json, &jsonrpc::members(&json), &tool.input), call)
        })
    } else {
        run(tool, &arguments, call)
    };
    Ok(asked.begun(running, of))
}

fn run(tool: &ToolEntry, arguments: &Arguments<'_>, call: Call) -> Running {
    match begin_call(|| tool.call(arguments, call)) {
        Ok(Ok(running)) => running,
        Ok(Err(refused)) => Running::ready(Ok(Output::tool_error(refused.explain(&tool.name)))),
        Err(panic) => Running::ready(Err(panic)),
    }
}

pub(in crate::dispatch) fn write(envelope: &mut Envelope<'_>, answer: &Answer) {
    let version = envelope.version;
    envelope.result_with(answer.meta.as_deref(), |out| {
        out.extend_from_slice(br#""content":["#);
        match (&answer.content, &answer.structured) {
            (Content::Text(text), _) => write_text(out, text),
            (Content::Blocks(blocks), _) => {
                let start = out.len();
                write_list(out, blocks, |block| project::content(block, version));
                escape_separators(out, start);
            }
            (Content::Mirror, Some(json)) => write_text(out, json),
            (Content::Mirror, None) => {}
        }
        out.push(b']');
        if let Some(json) = &answer.structured
            && project::may_be_structured(json.as_bytes(), version)
        {
            out.extend_from_slice(br#","structuredContent":"#);
            let start = out.len();
            out.extend_from_slice(json.as_bytes());
            escape_separators(out, start);
        }
        if answer.is_error {
            out.extend_from_slice(br#","isError":true"#);
        }
    });
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(br#"{"type":"text","text":"#);
    write_string(out, text);
    out.push(b'}');
}
