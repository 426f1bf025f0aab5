//! Changes as notifications: of a subscription, which is named in each, or of a whole session.

use super::{Change, Filter, List};
use crate::jsonrpc::write_string;
use crate::protocol::meta::SUBSCRIPTION_ID;

/// Writes that something changed; `subscription` is the id of a `subscriptions/listen` request, as
/// JSON.
///
/// Spec: 2026-07-28, basic/patterns/subscriptions.
pub(crate) fn write_change(out: &mut Vec<u8>, change: Change<'_>, subscription: Option<&str>) {
    let method = match change {
        Change::List(List::Tools) => "tools/list_changed",
        Change::List(List::Prompts) => "prompts/list_changed",
        Change::List(List::Resources) => "resources/list_changed",
        Change::Resource(_) => "resources/updated",
    };
    write(out, method, subscription, |out| {
        if let Change::Resource(uri) = change {
            out.extend_from_slice(br#""uri":"#);
            write_string(out, uri);
        }
    });
}

/// Writes which changes a subscription will tell.
pub(crate) fn write_acknowledged(out: &mut Vec<u8>, filter: &Filter, subscription: &str) {
    write(out, "subscriptions/acknowledged", Some(subscription), |out| {
        out.extend_from_slice(br#""notifications":{"#);
        let mut comma = Comma::default();
        for (list, name) in List::ALL.into_iter().zip(["tools", "prompts", "resources"]) {
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

/// Writes that a subscription has ended, for a stream that goes on behind it.
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

/// Between the entries of a list, and not in front of it.
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
