//! What a handler says about itself beyond its name and its description.

use std::fmt::Display;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::protocol::{Annotations, Icon, JsonObject, Role};

/// The member of a tool's `_meta` with its tags.
///
/// The specification has no word for tags. The prefix is the home of this crate turned around, as
/// it asks for.
///
/// Spec: 2026-07-28, basic/index, `_meta`.
const TAGS: &str = "io.crates.mcp-runtime/tags";

/// What a handler says about itself, while it is said.
#[derive(Debug, Default)]
pub struct About {
    pub(crate) icons: Vec<Icon>,
    annotations: Annotations,
    meta: JsonObject,
    pub(crate) timeout: Option<Duration>,
    mistakes: Vec<String>,
}

/// A value of `_meta`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in `_meta`",
    label = "this needs `Serialize`",
    note = "put `#[data]` on the type, or derive serde's `Serialize`"
)]
pub trait MetaValue: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> MetaValue for T {}

/// Whether a name of `_meta` is the protocol's: the second label of its prefix says so.
fn is_reserved(name: &str) -> bool {
    let prefix = name.split_once('/').map(|(prefix, _)| prefix);
    let label = prefix.and_then(|prefix| prefix.split('.').nth(1));
    matches!(label, Some("mcp" | "modelcontextprotocol"))
}

impl About {
    /// All that is said.
    pub(crate) fn of(say: fn(&mut Self)) -> Self {
        let mut about = Self::default();
        say(&mut about);
        about
    }

    /// An icon at this address.
    pub fn icon(&mut self, address: &'static str) {
        self.icons.push(Icon::new(address));
    }

    /// For whom it is.
    pub fn audience(&mut self, audience: &[Role]) {
        self.annotations.audience.extend_from_slice(audience);
    }

    /// How much it matters, from 0 to 1.
    pub fn priority(&mut self, priority: f64) {
        if !(0.0..=1.0).contains(&priority) {
            self.mistakes
                .push(format!("`priority`: expected a number from 0 to 1; got {priority}"));
        }
        self.annotations.priority = Some(priority);
    }

    /// Words to find it by.
    pub fn tags(&mut self, tags: &[&'static str]) {
        self.member(TAGS, tags);
    }

    /// One member of `_meta`.
    pub fn member(&mut self, name: &'static str, value: impl MetaValue) {
        match serde_json::to_value(value) {
            Ok(value) => drop(self.meta.insert(name.to_owned(), value)),
            Err(error) => self.mistake(format_args!("`{name}` cannot be written: {error}")),
        }
    }

    /// Many members of `_meta`: an object.
    pub fn meta(&mut self, members: impl MetaValue) {
        match serde_json::to_value(members) {
            Ok(Value::Object(members)) => {
                for name in members.keys().filter(|name| is_reserved(name)) {
                    self.mistakes.push(format!("`meta`: the name `{name}` is the protocol's"));
                }
                self.meta.extend(members);
            }
            Ok(_) => self.mistake("it is no object"),
            Err(error) => self.mistake(format_args!("it cannot be written: {error}")),
        }
    }

    /// How long a call may take.
    pub fn timeout(&mut self, milliseconds: u64) {
        self.timeout = Some(Duration::from_millis(milliseconds));
    }

    /// What was said and cannot be; the server is not built then.
    pub(crate) fn take_mistakes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.mistakes)
    }

    /// For whom it is and how much it matters, if anything was said about it.
    pub(crate) fn take_annotations(&mut self) -> Option<Annotations> {
        let annotations = std::mem::take(&mut self.annotations);
        (annotations != Annotations::default()).then_some(annotations)
    }

    /// `_meta`, if anything stands in it.
    pub(crate) fn take_meta(&mut self) -> Option<JsonObject> {
        let meta = std::mem::take(&mut self.meta);
        (!meta.is_empty()).then_some(meta)
    }

    fn mistake(&mut self, wrong: impl Display) {
        self.mistakes.push(format!("`meta`: {wrong}"));
    }
}
