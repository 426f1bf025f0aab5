//! What is asked, and how an answer is read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::askable::{Askable, Unaskable};
use crate::form::{Form, FormShape};
use crate::protocol::{
    CreateMessageRequestParams, CreateMessageResult, ElicitAction, ElicitRequestFormParams,
    ElicitRequestParams, ElicitRequestURLParams, ElicitResult, InputRequest, JsonObject,
    ListRootsResult, ProtocolVersion, Root,
};

/// A question to the client of a call; [`Context::ask`](crate::Context::ask) sends it.
///
/// A text is a question with the form of its answer's type, so that
/// `ctx.ask::<Contact>("Who are you?")` needs no `Question`. The constructors below are for
/// everything else.
///
/// # Example
/// ```
/// use mcp_runtime::prelude::*;
/// use mcp_runtime::{Answer, Question};
///
/// /// Sign in at the service.
/// #[tool]
/// async fn sign_in(ctx: &Context) -> String {
///     let question = Question::url("Please sign in.", "https://example.com/sign-in");
///     match ctx.ask(question).await {
///         Answer::Accepted(()) => "the page is open".to_owned(),
///         Answer::Declined | Answer::Cancelled => "not signed in".to_owned(),
///     }
/// }
/// ```
///
/// Spec: 2026-07-28, client/elicitation, client/sampling, client/roots.
pub struct Question<T> {
    asks: Asks,
    /// The name on the wire that the author chose.
    pub(crate) key: Option<String>,
    answer: PhantomData<fn() -> T>,
    read: fn(&Asks, Value) -> Result<Answer<T>, Unread>,
}

/// What a user answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<T> {
    /// The user agreed, with these values.
    Accepted(T),
    /// The user said no.
    Declined,
    /// The user closed the question, did not answer in time, or has left.
    Cancelled,
}

impl<T> Answer<T> {
    /// The values, if the user agreed.
    pub fn accepted(self) -> Option<T> {
        match self {
            Self::Accepted(value) => Some(value),
            Self::Declined | Self::Cancelled => None,
        }
    }
}

/// The kinds of questions.
enum Asks {
    Form { message: String, shape: FormShape },
    Url { message: String, url: String },
    Sample(Box<CreateMessageRequestParams>),
    Roots,
}

/// Why an answer cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It does not have the form of an answer.
    Malformed(String),
    /// The values that the user gave do not fit the form; how, in words for the user.
    Unfit(String),
}

impl<T: Form> Question<T> {
    fn of_form(message: String) -> Self {
        let asks = Asks::Form { message, shape: T::shape() };
        Self { asks, key: None, answer: PhantomData, read: read_form }
    }
}

impl<T: Form, M: Into<String>> From<M> for Question<T> {
    fn from(message: M) -> Self {
        Self::of_form(message.into())
    }
}

impl Question<JsonObject> {
    /// A form whose schema is data; [`schema`](Self::schema) sets it.
    pub fn form(message: impl Into<String>) -> Self {
        let shape = FormShape::of_schema(json!({ "type": "object", "properties": {} }));
        let asks = Asks::Form { message: message.into(), shape };
        Self { asks, key: None, answer: PhantomData, read: read_form }
    }

    /// The schema of the answer: an object of plain fields, without nesting.
    ///
    /// ```json
    /// {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
    /// ```
    #[must_use]
    pub fn schema(mut self, schema: Value) -> Self {
        if let Asks::Form { shape, .. } = &mut self.asks {
            *shape = FormShape::of_schema(schema);
        }
        self
    }
}

impl Question<()> {
    /// Asks the user to open a page. Accepting means that the user agreed to open it, not that they
    /// have finished there.
    ///
    /// For everything that must not pass through the client, such as passwords.
    ///
    /// Spec: 2026-07-28, client/elicitation, URL Mode; since 2025-11-25.
    pub fn url(message: impl Into<String>, url: impl Into<String>) -> Self {
        let asks = Asks::Url { message: message.into(), url: url.into() };
        Self { asks, key: None, answer: PhantomData, read: read_consent }
    }
}

impl Question<CreateMessageResult> {
    /// Asks the client's model. It is never declined; a refusal is an error.
    ///
    /// Spec: 2026-07-28, client/sampling, where it is deprecated.
    pub fn sample(params: CreateMessageRequestParams) -> Self {
        let asks = Asks::Sample(Box::new(params));
        Self { asks, key: None, answer: PhantomData, read: read_result }
    }
}

impl Question<Vec<Root>> {
    /// Asks for the folders that the client works on.
    ///
    /// Spec: 2026-07-28, client/roots, where it is deprecated.
    pub fn roots() -> Self {
        Self { asks: Asks::Roots, key: None, answer: PhantomData, read: read_roots }
    }
}

impl<T> Question<T> {
    /// The name of the question on the wire, unique among the questions of one call. Without it the
    /// name is derived from the question's content.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The question as the protocol version has it.
    pub(crate) fn request(
        &self,
        version: ProtocolVersion,
        askable: Askable,
    ) -> Result<InputRequest, Unaskable> {
        match &self.asks {
            Asks::Form { .. } => askable.form(),
            Asks::Url { .. } => askable.url(),
            Asks::Sample(params) => {
                askable.model(!params.tools.is_empty() || params.tool_choice.is_some())
            }
            Asks::Roots => askable.roots(),
        }?;
        Ok(match &self.asks {
            Asks::Form { message, shape } => {
                let unaskable = |why| Unaskable { why, required: json!({ "elicitation": {} }) };
                let schema = shape.requested(version).map_err(unaskable)?;
                InputRequest::Elicit(ElicitRequestParams::Form(ElicitRequestFormParams::new(
                    message, schema,
                )))
            }
            Asks::Url { message, url } => {
                let url = ElicitRequestURLParams::new(message, url);
                InputRequest::Elicit(ElicitRequestParams::Url(url))
            }
            Asks::Sample(params) => InputRequest::CreateMessage((**params).clone()),
            Asks::Roots => InputRequest::ListRoots,
        })
    }

    /// Reads the answer of a client.
    pub(crate) fn read(&self, answer: Value) -> Result<Answer<T>, Unread> {
        (self.read)(&self.asks, answer)
    }
}

fn read_form<T: DeserializeOwned>(asks: &Asks, answer: Value) -> Result<Answer<T>, Unread> {
    let content = match elicited(answer)? {
        Answer::Accepted(content) => content,
        Answer::Declined => return Ok(Answer::Declined),
        Answer::Cancelled => return Ok(Answer::Cancelled),
    };
    let fitting = match asks {
        Asks::Form { shape, .. } => shape.check(&content).map_err(Unread::Unfit)?,
        _ => content,
    };
    let value = serde_json::from_value(Value::Object(fitting));
    value.map(Answer::Accepted).map_err(|error| Unread::Unfit(error.to_string()))
}

fn read_consent(_: &Asks, answer: Value) -> Result<Answer<()>, Unread> {
    Ok(match elicited(answer)? {
        Answer::Accepted(_) => Answer::Accepted(()),
        Answer::Declined => Answer::Declined,
        Answer::Cancelled => Answer::Cancelled,
    })
}

fn elicited(answer: Value) -> Result<Answer<JsonObject>, Unread> {
    let result: ElicitResult = read_value(answer)?;
    Ok(match result.action {
        ElicitAction::Accept => Answer::Accepted(result.content.unwrap_or_default()),
        ElicitAction::Decline => Answer::Declined,
        ElicitAction::Cancel => Answer::Cancelled,
    })
}

fn read_result<T: DeserializeOwned>(_: &Asks, answer: Value) -> Result<Answer<T>, Unread> {
    read_value(answer).map(Answer::Accepted)
}

fn read_roots(_: &Asks, answer: Value) -> Result<Answer<Vec<Root>>, Unread> {
    read_value(answer).map(|ListRootsResult { roots, .. }| Answer::Accepted(roots))
}

fn read_value<T: DeserializeOwned>(answer: Value) -> Result<T, Unread> {
    // serde would read a struct from a list as well.
    if !answer.is_object() {
        return Err(Unread::Malformed("expected an object".to_owned()));
    }
    serde_json::from_value(answer).map_err(|error| Unread::Malformed(error.to_string()))
}

impl<T> fmt::Debug for Question<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("key", &self.key).finish_non_exhaustive()
    }
}
