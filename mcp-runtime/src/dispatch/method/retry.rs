//! A call that comes again with the answers of its user: what it knows from earlier rounds.
//!
//! Spec: 2026-07-28, basic/patterns/mrtr.

use super::{Asked, VALUES, crowded};
use crate::args::Arguments;
use crate::ask::State;
use crate::call::Call;
use crate::dispatch::exchange::Of;
use crate::dispatch::round::opened;
use crate::dispatch::{Refusal, era};
use crate::jsonrpc::is_crowded;
use crate::protocol::JsonObject;

const RESPONSES: &str = "inputResponses";
const STATE: &str = "requestState";

/// The same message for every rejected state: a client must not learn why it was rejected.
const NOT_TAKEN: &str = "invalid params: `requestState`: expected the state of the last \
    `input_required` result for this request, at most 10 minutes old; send the request again \
    without it";

/// Tells a call what its client and its state know of earlier rounds.
///
/// # Errors
/// If the answers are not answers, or the state is not one of this request.
#[inline]
pub(super) fn resume(
    asked: &Asked<'_, '_, '_>,
    call: &mut Call,
    of: &Of,
    arguments: &Arguments<'_>,
) -> Result<(), Refusal> {
    if call.takes_rounds() && asked.params.has_either(RESPONSES, STATE) {
        return resume_with(asked, call, of, arguments);
    }
    Ok(())
}

#[cold]
fn resume_with(
    asked: &Asked<'_, '_, '_>,
    call: &mut Call,
    of: &Of,
    arguments: &Arguments<'_>,
) -> Result<(), Refusal> {
    let responses = asked.params.get(RESPONSES)?.map(responses).transpose()?;
    let state = match asked.params.get(STATE)? {
        Some(json) => Some(state(asked, json, call, of, arguments)?),
        None => None,
    };
    match (state, responses) {
        (Some(mut state), responses) => {
            state.answer(responses.unwrap_or_default());
            call.resume(state);
        }
        (None, Some(responses)) => call.resume(State::of_answers(responses)),
        (None, None) => {}
    }
    Ok(())
}

/// The answers of the last round, by the keys of their questions.
fn responses(json: &str) -> Result<JsonObject, Refusal> {
    if is_crowded(json, VALUES) {
        return Err(crowded(RESPONSES));
    }
    serde_json::from_str(json)
        .map_err(|_| Refusal::params(format!("invalid params: `{RESPONSES}`: expected an object")))
}

/// The state that a client was given for this request.
fn state(
    asked: &Asked<'_, '_, '_>,
    json: &str,
    call: &Call,
    of: &Of,
    arguments: &Arguments<'_>,
) -> Result<State, Refusal> {
    let not_taken = || Refusal::params(NOT_TAKEN);
    let text: String = serde_json::from_str(json).map_err(|_| not_taken())?;
    let principal = call.context().principal();
    let way = era::way_to_ask(&asked.caller, asked.origin);
    opened(asked.served, way, of, &text)
        .filter(|state| state.is_valid() && state.principal.as_deref() == principal)
        .filter(|state| state.arguments == arguments.digest())
        .ok_or_else(not_taken)
}
