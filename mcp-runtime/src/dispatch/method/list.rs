//! `tools/list`, `resources/templates/list` and `prompts/list`, which never change.
//!
//! Spec: 2026-07-28, server/tools, server/resources, server/prompts; server/utilities/pagination.

use super::{Row, page_of};
use crate::dispatch::offer::{List, Offer};

pub(super) const TOOLS: Row = Row {
    begin: |asked| page_of(asked, List::Tools),
    ..Row::of("tools/list", "tools", Offer::has_tools)
};

pub(super) const TEMPLATES: Row = Row {
    begin: |asked| page_of(asked, List::ResourceTemplates),
    ..Row::of("resources/templates/list", "resources", Offer::has_resources)
};

pub(super) const PROMPTS: Row = Row {
    begin: |asked| page_of(asked, List::Prompts),
    ..Row::of("prompts/list", "prompts", Offer::has_prompts)
};
