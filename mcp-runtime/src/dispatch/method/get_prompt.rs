//! `prompts/get`.
//!
//! Spec: 2026-07-28, server/prompts, Getting a Prompt.

use std::borrow::Cow;

use serde_json::json;

use super::retry::resume;
use super::{Asked, Row, VALUES, crowded, sent_arguments, shown, unknown};
use crate::args::Arguments;
use crate::dispatch::envelope::{Envelope, write_list};
use crate::dispatch::exchange::{Of, begin_call};
use crate::dispatch::offer::Offer;
use crate::dispatch::{Begun, Refusal, project};
use crate::jsonrpc::write_string;
use crate::protocol::PromptMessage;

pub(super) const ROW: Row =
    Row { begin, names: Some("name"), ..Row::of("prompts/get", "prompts", Offer::has_prompts) };

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let mut call = asked.asking_call()?;
    let (offer, params) = (&asked.served.offer, asked.params);
    let name = params.text("name")?;
    let prompt =
        offer.prompt(&name).ok_or_else(|| unknown("prompt", &name, offer.nearest_prompt(&name)))?;
    let (line, members) = sent_arguments(params)?;
    if members.len() > VALUES {
        return Err(crowded("arguments"));
    }
    let mut texts = Vec::with_capacity(members.len());
    for member in members {
        let (name, json) = (member.key(line), member.value(line));
        // A form that was left empty.
        if json == "null" {
            continue;
        }
        let text: Cow<'_, str> =
            serde_json::from_str::<String>(json).map(Cow::Owned).map_err(|_| {
                Refusal::params(format!(
                    "invalid params: `arguments.{}`: expected a string",
                    shown(&name)
                ))
            })?;
        texts.push((name, text));
    }
    let arguments = Arguments::text(&texts, &prompt.input);
    let of =
        Of::Prompt { name: name.clone().into_owned(), description: prompt.description.clone() };
    resume(asked, &mut call, &of, &arguments)?;
    let running = begin_call(|| prompt.call(&arguments, call))
        .map_err(|_| Refusal::internal("internal error"))?
        .map_err(|refused| Refusal::params(refused.explain(&name)))?;
    Ok(asked.begun(running, of))
}

pub(in crate::dispatch) fn write(envelope: &mut Envelope<'_>, messages: &[PromptMessage], of: &Of) {
    let description = match of {
        Of::Prompt { description, .. } => description.as_deref(),
        _ => None,
    };
    let version = envelope.version;
    envelope.result(|out| {
        if let Some(description) = description {
            out.extend_from_slice(br#""description":"#);
            write_string(out, description);
            out.push(b',');
        }
        out.extend_from_slice(br#""messages":["#);
        write_list(out, messages, |message| {
            json!({
                "role": message.role,
                "content": project::content(&message.content, version),
            })
        });
        out.push(b']');
    });
}
