//! A result that asks instead of answering, and the state that goes with it.
//!
//! Spec: 2026-07-28, basic/patterns/mrtr.

use super::Served;
use super::envelope::Envelope;
use super::exchange::Of;
use crate::ask::{Round, State};
use crate::call::Way;
use crate::jsonrpc::{escape_separators, write_escaped_result, write_string};

/// How long the state of a call may be as JSON.
const LONGEST: usize = 64 * 1024;

/// Writes the questions with which a call ends.
pub(super) fn write(envelope: &mut Envelope<'_>, round: Round, of: &Of) {
    let requests = round.requests.clone();
    let state = match issued(envelope.served, round, of) {
        Ok(state) => state,
        Err(why) => return envelope.write_without_result(of.is_tool(), why),
    };
    let meta = &envelope.served.offer.modern_meta;
    write_escaped_result(envelope.out, envelope.id, |out| {
        let start = out.len();
        out.extend_from_slice(br#"{"resultType":"input_required","inputRequests":"#);
        out.extend_from_slice(requests.as_bytes());
        out.extend_from_slice(br#","requestState":"#);
        write_string(out, &state);
        out.extend_from_slice(meta);
        out.push(b'}');
        escape_separators(out, start);
    });
}

/// The text of a state, for the client.
fn issued(served: &Served, round: Round, of: &Of) -> Result<String, String> {
    let state = round.state.issued();
    // Writing texts and trees into memory cannot fail.
    let json = serde_json::to_string(&state).unwrap_or_default();
    if json.len() > LONGEST {
        return Err(format!(
            "what this call has to remember between its questions has {} bytes, the limit is \
             {LONGEST}",
            json.len()
        ));
    }
    #[cfg(feature = "http")]
    if round.is_sealed {
        return Ok(served.keys().seal(PURPOSE, of.to_string().as_bytes(), json.as_bytes()));
    }
    Ok(served.kept.keep(of.to_string(), json))
}

/// What states are sealed for.
#[cfg(feature = "http")]
const PURPOSE: &str = "requestState";

/// The state of this request that the text stands for; `None` for any other text.
pub(super) fn opened(served: &Served, way: Way, of: &Of, text: &str) -> Option<State> {
    let json = match way {
        Way::Nowhere | Way::Request => None,
        Way::Kept => served.kept.find(&of.to_string(), text).map(String::into_bytes),
        #[cfg(feature = "http")]
        Way::Sealed => served.keys().open(PURPOSE, of.to_string().as_bytes(), text),
    }?;
    serde_json::from_slice(&json).ok()
}
