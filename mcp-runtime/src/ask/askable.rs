//! What a client can be asked.

use serde_json::{Value, json};

/// What the client of a call can be asked, under the version of the call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "capabilities are independent of each other")]
pub(crate) struct Askable {
    /// Its user, with a form.
    pub(crate) form: bool,
    /// Its user, with a page to open.
    pub(crate) url: bool,
    /// Whether a question with a page has an id.
    pub(crate) has_url_id: bool,
    /// Its model.
    pub(crate) model: bool,
    /// Its model, with tools.
    pub(crate) tools: bool,
    /// For its roots.
    pub(crate) roots: bool,
}

/// Why a question cannot be asked.
#[derive(Debug, PartialEq)]
pub(crate) struct Unaskable {
    pub(crate) why: String,
    /// The capabilities that the client would need, as a `ClientCapabilities` object.
    pub(crate) required: Value,
}

impl Askable {
    /// Whether it can be asked anything.
    pub(crate) fn anything(self) -> bool {
        self.form || self.url || self.model || self.roots
    }

    /// Fails if the client has no forms.
    pub(super) fn form(self) -> Result<(), Unaskable> {
        let required = if self.url { json!({ "form": {} }) } else { json!({}) };
        needs(self.form, "elicitation", json!({ "elicitation": required }))
    }

    /// Fails if the client opens no pages.
    pub(super) fn url(self) -> Result<(), Unaskable> {
        needs(self.url, "elicitation.url", json!({ "elicitation": { "url": {} } }))
    }

    /// Fails if the client has no model, or no model that can use the tools of the question.
    pub(super) fn model(self, has_tools: bool) -> Result<(), Unaskable> {
        if has_tools {
            return needs(self.tools, "sampling.tools", json!({ "sampling": { "tools": {} } }));
        }
        needs(self.model, "sampling", json!({ "sampling": {} }))
    }

    /// Fails if the client has no roots.
    pub(super) fn roots(self) -> Result<(), Unaskable> {
        needs(self.roots, "roots", json!({ "roots": {} }))
    }
}

fn needs(is_there: bool, name: &str, required: Value) -> Result<(), Unaskable> {
    if is_there {
        return Ok(());
    }
    let why = format!("the client cannot be asked: it does not have the capability `{name}`");
    Err(Unaskable { why, required })
}
