//! `resources/read`.
//!
//! Spec: 2026-07-28, server/resources, Reading Resources.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::retry::resume;
use super::{Asked, Row};
use crate::args::Arguments;
use crate::dispatch::envelope::{Envelope, NOT_KEPT, error_object, write_list};
use crate::dispatch::era::is_modern;
use crate::dispatch::exchange::{Of, begin_call};
use crate::dispatch::offer::Offer;
use crate::dispatch::{Begun, Reason, Refusal, project};
use crate::error::Error;
use crate::jsonrpc::write_string;
use crate::output::Body;
use crate::protocol::ResourceContents;

pub(super) const ROW: Row = Row {
    begin,
    names: Some("uri"),
    ..Row::of("resources/read", "resources", Offer::has_resources)
};

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let mut call = asked.asking_call()?;
    let version = asked.caller.version;
    let uri = asked.params.text("uri")?;
    let not_found = || Refusal::new(Reason::Params, error_object(Error::not_found(&*uri), version));
    let (resource, variables) = asked.served.offer.resource(&uri).ok_or_else(not_found)?;
    let arguments = Arguments::text(&variables, &resource.input);
    let of = Of::Resource { uri: uri.clone().into_owned(), mime: resource.mime.clone() };
    resume(asked, &mut call, &of, &arguments)?;
    let running = begin_call(|| resource.call(&arguments, call))
        .map_err(|panic| Refusal::new(Reason::Internal, error_object(panic, version)))?
        .map_err(|refused| Refusal::params(refused.explain(&resource.descriptor.name)))?;
    Ok(asked.begun(running, of))
}

pub(in crate::dispatch) fn write(envelope: &mut Envelope<'_>, body: &Body, of: &Of) {
    let (uri, mime) = match of {
        Of::Resource { uri, mime } => (&**uri, mime.as_deref()),
        _ => ("", None),
    };
    let version = envelope.version;
    envelope.result(|out| {
        out.extend_from_slice(br#""contents":["#);
        match body {
            Body::Text(text) => write_item(out, uri, mime, "text", text),
            Body::Blob(bytes) => write_item(out, uri, mime, "blob", &STANDARD.encode(bytes)),
            Body::Items(items) => {
                write_list(out, items, |item: &ResourceContents| {
                    let mut item = project::described(item, version);
                    // The resource itself has the type it is listed with, unless it says
                    // another one.
                    if let Some(mime) = mime
                        && item.get("mimeType").is_none()
                        && item["uri"] == *uri
                    {
                        item["mimeType"] = mime.into();
                    }
                    item
                });
            }
        }
        out.push(b']');
        if is_modern(version) {
            out.extend_from_slice(NOT_KEPT);
        }
    });
}

fn write_item(out: &mut Vec<u8>, uri: &str, mime: Option<&str>, member: &str, content: &str) {
    out.extend_from_slice(br#"{"uri":"#);
    write_string(out, uri);
    if let Some(mime) = mime {
        out.extend_from_slice(br#","mimeType":"#);
        write_string(out, mime);
    }
    out.extend_from_slice(b",\"");
    out.extend_from_slice(member.as_bytes());
    out.extend_from_slice(b"\":");
    write_string(out, content);
    out.push(b'}');
}
