//! What a handler writes to ask: `ctx.confirm`, `ctx.ask`, `ctx.try_ask`, `ctx.once`.

use std::sync::OnceLock;
use std::task::Poll;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use super::asking::{AskError, Asking};
use super::context::Context;
use crate::ask::{Answer, Question};
use crate::error::Error;
use crate::form::{Form, FormShape};
use crate::jsonrpc::ErrorObject;
use crate::protocol::JsonObject;

impl Context {
    /// Asks the user to confirm something: `true` if they do.
    ///
    /// The future never fails. If the client cannot be asked, the call ends here with an error that
    /// says so; [`try_ask`](Self::try_ask) is for functions that can go on without an answer.
    ///
    /// Up to 2025-11-25 the question is a request to the client, and the function waits here. From
    /// 2026-07-28 on the call ends here with the question as its result; the client asks its user
    /// and sends the call again, the function runs again from its first line, and the question has
    /// its answer. So what comes before a question runs once for each round: read there, and write
    /// after the last question or within [`once`](Self::once). The
    /// [guide](crate::guide::asking) tells more.
    ///
    /// # Panics
    /// In a plain `fn`, which cannot wait for an answer: the call ends with a tool error.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// /// Delete a file.
    /// #[tool(destructive)]
    /// async fn delete(ctx: &Context, name: String) -> String {
    ///     if !ctx.confirm(format!("Delete {name}?")).await {
    ///         return format!("kept {name}");
    ///     }
    ///     format!("deleted {name}")
    /// }
    /// ```
    ///
    /// Spec: 2026-07-28, client/elicitation, basic/patterns/mrtr.
    pub fn confirm(&self, message: impl Into<String>) -> Asking<'_, Confirmation, bool> {
        Asking::new(self, Question::<Confirmation>::from(message.into()), |context, result| {
            match result {
                Ok(Answer::Accepted(form)) => Poll::Ready(form.confirm),
                Ok(Answer::Declined | Answer::Cancelled) => Poll::Ready(false),
                Err(error) => context.end_with(error),
            }
        })
    }

    /// Asks the user to fill in a form, or whatever else a [`Question`] asks.
    ///
    /// The answer says what the user did; the future never fails. If the client cannot be asked, if
    /// it answers with an error, or if the answer does not fit the form for the second time, the
    /// call ends here with an error that says so. Everything that [`confirm`](Self::confirm) says
    /// of rounds holds here too.
    ///
    /// # Panics
    /// In a plain `fn`, which cannot wait for an answer: the call ends with a tool error.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::Answer;
    /// use mcp_runtime::prelude::*;
    ///
    /// #[form]
    /// struct Contact {
    ///     /// Your full name.
    ///     name: String,
    ///     newsletter: bool,
    /// }
    ///
    /// /// Add the user to the address book.
    /// #[tool(additive)]
    /// async fn register(ctx: &Context) -> String {
    ///     match ctx.ask::<Contact>("Who are you?").await {
    ///         Answer::Accepted(contact) => format!("added {}", contact.name),
    ///         Answer::Declined => "not added".to_owned(),
    ///         Answer::Cancelled => "nobody answered".to_owned(),
    ///     }
    /// }
    /// ```
    ///
    /// Spec: 2026-07-28, client/elicitation, basic/patterns/mrtr.
    pub fn ask<T>(&self, question: impl Into<Question<T>>) -> Asking<'_, T> {
        Asking::new(self, question.into(), |context, result| match result {
            Ok(answer) => Poll::Ready(answer),
            Err(error) => context.end_with(error),
        })
    }

    /// The same as [`ask`](Self::ask) for functions that can go on without an answer.
    ///
    /// # Errors
    /// If the client cannot be asked, answers with an error, or gives an answer that does not fit
    /// the form for the second time.
    pub fn try_ask<T>(
        &self,
        question: impl Into<Question<T>>,
    ) -> Asking<'_, T, Result<Answer<T>, AskError>> {
        Asking::new(self, question.into(), |_, result| Poll::Ready(result))
    }

    /// Runs an effect that must not be repeated when the function runs again after a question: its
    /// result is remembered under this name until the call is answered, and given without running
    /// the effect.
    ///
    /// A second `once` under the same name gives the first result and runs no effect: give each
    /// effect a name of its own, in a loop with the number of the round. If the first effect is
    /// still running, or its result has another type, the call ends with "internal error", and the
    /// log says why.
    ///
    /// Only `Ok` is remembered. The effect happens at least once and not exactly once: a client may
    /// start the whole call over, and a call that is cancelled in the middle remembers nothing.
    /// All that a call remembers is at most 64 KiB long as JSON.
    ///
    /// # Errors
    /// Those of the effect.
    ///
    /// # Example
    /// ```
    /// use mcp_runtime::prelude::*;
    ///
    /// async fn reserve(item: &str) -> Result<u64, Error> { Ok(7) }
    /// # async fn release(reservation: u64) {}
    ///
    /// /// Buy something.
    /// #[tool]
    /// async fn buy(ctx: &Context, item: String) -> Result<String, Error> {
    ///     let reservation = ctx.once("reserve", reserve(&item)).await?;
    ///     if ctx.confirm(format!("Buy {item}?")).await {
    ///         return Ok(format!("bought {item}"));
    ///     }
    ///     release(reservation).await;
    ///     Ok(format!("left {item}"))
    /// }
    /// ```
    pub async fn once<T, E>(
        &self,
        name: &str,
        effect: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        T: Repeatable,
    {
        if let Some(result) = self.asks.done(name) {
            return match serde_json::from_value(result) {
                Ok(result) => Ok(result),
                Err(error) => {
                    let why = "this name already belongs to a result of another type; give each \
                               effect a name of its own";
                    self.misused(format!("`once(\"{name}\", …)`: {why}: {error}")).await
                }
            };
        }
        let Some(_running) = self.asks.begin_effect(name) else {
            let why = "an effect with this name is running; give each effect a name of its own";
            return self.misused(format!("`once(\"{name}\", …)`: {why}")).await;
        };
        let result = effect.await?;
        match serde_json::to_value(&result) {
            Ok(json) => self.asks.remember(name, json),
            Err(error) => {
                let why = format!("its result cannot be kept as JSON: {error}");
                return self.misused(format!("`once(\"{name}\", …)`: {why}")).await;
            }
        }
        Ok(result)
    }

    /// Ends the call here because of a mistake in its function.
    async fn misused<T>(&self, why: String) -> T {
        self.asks.fail(Error::hidden(why));
        std::future::pending().await
    }

    /// Ends the call where it waits.
    fn end_with<O>(&self, error: AskError) -> Poll<O> {
        self.asks.fail(match error {
            AskError::Unsupported { why, required } => Error::lacking(why, required),
            AskError::Refused(ErrorObject { code, message, .. }) => {
                Error::new(format!("the client refused the question: {message} ({code})"))
            }
            AskError::Unfit(why) => Error::new(format!("the answer does not fit: {why}")),
        });
        Poll::Pending
    }
}

/// The result of an effect that happens once: it is kept as JSON between the rounds of a call.
#[diagnostic::on_unimplemented(
    message = "`once` cannot remember a `{Self}`",
    label = "the result of the effect needs `Serialize` and `Deserialize`",
    note = "put `#[data]` on the type, or let the effect return what identifies it, such as a number"
)]
pub trait Repeatable: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> Repeatable for T {}

/// What [`Context::confirm`] asks: a form with one box to tick.
#[derive(Debug)]
pub struct Confirmation {
    confirm: bool,
}

impl<'de> Deserialize<'de> for Confirmation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = JsonObject::deserialize(deserializer)?;
        let confirm = fields.get("confirm").and_then(Value::as_bool).unwrap_or_default();
        Ok(Self { confirm })
    }
}

#[diagnostic::do_not_recommend]
impl Form for Confirmation {
    fn shape() -> FormShape {
        static SHAPE: OnceLock<FormShape> = OnceLock::new();
        let make = || {
            FormShape::of_schema(json!({
                "type": "object",
                "properties": { "confirm": { "type": "boolean", "title": "Confirm" } },
                "required": ["confirm"],
            }))
        };
        SHAPE.get_or_init(make).clone()
    }
}
