//! The notifications as JSON: of a subscription, whose id is in each, or of a session.

use super::{Interest, ListKind, Topic};
use crate::jsonrpc::write_string;
use crate::protocol::meta::SUBSCRIPTION_ID;

/// Writes a change notification; `subscription` is the id of a `subscriptions/listen` request, as
/// JSON.
///
/// Spec: 2026-07-28, basic/patterns/subscriptions.
pub(crate) fn write_change(out: &mut Vec<u8>, topic: Topic<'_>, subscription: Option<&str>) {
    let method = match topic {
        Topic::List(ListKind::Tools) => "tools/list_changed",
        Topic::List(ListKind::Prompts) => "prompts/list_changed",
        Topic::List(ListKind::Resources) => "resources/list_changed",
        Topic::Resource(_) => "resources/updated",
    };
    write(out, method, subscription, |out| {
        if let Topic::Resource(uri) = topic {
            out.extend_from_slice(br#""uri":"#);
            write_string(out, uri);
        }
    });
}

/// Writes the acknowledgement of a subscription: what it will be notified of.
pub(crate) fn write_acknowledged(out: &mut Vec<u8>, filter: &Interest, subscription: &str) {
    write(out, "subscriptions/acknowledged", Some(subscription), |out| {
        out.extend_from_slice(br#""notifications":{"#);
        let mut comma = Comma::default();
        for (list, name) in ListKind::ALL.into_iter().zip(["tools", "prompts", "resources"]) {
            if filter.has_list(list) {
                comma.write(out);
                out.extend_from_slice(format!(r#""{name}ListChanged":true"#).as_bytes());
            }
        }
        if filter.uris().next().is_some() {
            comma.write(out);
            out.extend_from_slice(br#""resourceSubscriptions":["#);
            let mut comma = Comma::default();
            for uri in filter.uris() {
                comma.write(out);
                write_string(out, uri);
            }
            out.push(b']');
        }
        out.push(b'}');
    });
}

/// Writes that a subscription has ended, on a stream that stays open.
///
/// Spec: 2026-07-28, basic/patterns/cancellation.
pub(crate) fn write_cancelled(out: &mut Vec<u8>, subscription: &str) {
    write(out, "cancelled", Some(subscription), |out| {
        out.extend_from_slice(br#""requestId":"#);
        out.extend_from_slice(subscription.as_bytes());
    });
}

fn write(
    out: &mut Vec<u8>,
    method: &str,
    subscription: Option<&str>,
    params: impl FnOnce(&mut Vec<u8>),
) {
    out.extend_from_slice(br#"{"jsonrpc":"2.0","method":"notifications/"#);
    out.extend_from_slice(method.as_bytes());
    out.push(b'"');
    let start = out.len();
    out.extend_from_slice(br#","params":{"#);
    let empty = out.len();
    params(out);
    if let Some(id) = subscription {
        if out.len() > empty {
            out.push(b',');
        }
        out.extend_from_slice(format!(r#""_meta":{{"{SUBSCRIPTION_ID}":{id}}}"#).as_bytes());
    }
    if out.len() > empty {
        out.push(b'}');
    } else {
        out.truncate(start);
    }
    out.extend_from_slice(b"}\n");
}

/// Writes a comma in front of every entry but the first.
#[derive(Default)]
struct Comma {
    is_due: bool,
}

impl Comma {
    fn write(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.is_due, true) {
            out.push(b',');
        }
    }
}
