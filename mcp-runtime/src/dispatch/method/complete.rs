//! `completion/complete`.
//!
//! Spec: 2026-07-28, server/utilities/completion.

use serde_json::json;

use super::{Asked, Row, VALUES, crowded, shown, unknown};
use crate::call::{Running, Way};
use crate::dispatch::envelope::Envelope;
use crate::dispatch::exchange::{Of, begin_call};
use crate::dispatch::{Begun, Refusal};
use crate::jsonrpc::{is_crowded, reason};
use crate::output::{Output, Suggestion};
use crate::protocol::{CompleteRequestParams, Completion, CompletionReference};

pub(super) const ROW: Row = Row {
    begin,
    ..Row::of("completion/complete", "completions", |offer| offer.router.completes())
};

fn begin(asked: &mut Asked<'_, '_, '_>) -> Result<Begun, Refusal> {
    let call = asked.call(Way::Nowhere)?;
    let (offer, params) = (&asked.served.offer, asked.params);
    let wrong = |what: String| Refusal::params(format!("invalid params: {what}"));
    let mut sent = Vec::new();
    for name in ["ref", "argument", "context"] {
        let json = params.get(name)?;
        if json.is_some_and(|json| is_crowded(json, VALUES)) {
            return Err(crowded(name));
        }
        sent.extend(json.map(|json| format!("\"{name}\":{json}")));
    }
    let CompleteRequestParams { reference, argument, context, .. } =
        serde_json::from_str(&format!("{{{}}}", sent.join(",")))
            .map_err(|error| wrong(reason(&error)))?;
    let input = match &reference {
        CompletionReference::Prompt(prompt) => match offer.prompt(&prompt.name) {
            Some(prompt) => &prompt.input,
            None => {
                return Err(unknown("prompt", &prompt.name, offer.nearest_prompt(&prompt.name)));
            }
        },
        CompletionReference::Resource(template) => match offer.template_input(&template.uri) {
            Some(input) => input,
            None => return Err(unknown("resource template", &template.uri, None)),
        },
    };
    if !input.has(&argument.name) {
        let name = shown(&argument.name);
        return Err(wrong(format!("`argument.name`: there is no argument `{name}`")));
    }
    let Some(completion) = input.completion(&argument.name) else {
        let running = Running::ready(Ok(Output::Values(Vec::new())));
        return Ok(asked.begun(running, Of::List("completion")));
    };
    let others: Vec<(String, String)> =
        context.and_then(|context| context.arguments).unwrap_or_default().into_iter().collect();
    let running = begin_call(|| completion.begin(&argument.value, &others, call))
        .map_err(|_| Refusal::internal("internal error"))?
        .map_err(|refused| Refusal::params(refused.explain(&argument.name)))?;
    Ok(asked.begun(running, Of::List("completion")))
}

/// At most as many values as may be sent, and how many there are in all.
pub(in crate::dispatch) fn write(envelope: &mut Envelope<'_>, values: Vec<Suggestion>) {
    let total = values.len();
    let values = values.into_iter().map(|suggestion| suggestion.value);
    let values: Vec<String> = values.take(Completion::MAX_VALUES).collect();
    let has_more = total > values.len();
    let completion = json!({ "values": values, "total": total, "hasMore": has_more });
    envelope.result(|out| {
        out.extend_from_slice(br#""completion":"#);
        out.extend_from_slice(completion.to_string().as_bytes());
    });
}
