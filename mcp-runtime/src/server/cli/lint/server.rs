//! Rules about the server as a whole.

use super::super::cost::costs;
use super::super::offered::{Offered, entries, member};
use super::Findings;

/// Where Claude Code cuts instructions, in characters.
const INSTRUCTIONS: usize = 2048;
/// What one request to a model API may carry.
const MOST_TOOLS: usize = 128;
/// What hosts with a small limit show to a model.
const MANY_TOOLS: usize = 40;
/// A twentieth of a context of 200,000 tokens.
const COSTLY: usize = 10_000;
const COSTLY_TOOL: usize = 1000;

pub(super) fn lint(offered: &Offered, findings: &mut Findings) {
    let name = &offered.server.name;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.chars().all(is_plain) || name.is_empty() {
        findings.add("server-name", format!("server `{name}`"));
    }
    let tools = entries(&offered.lists, "tools");
    match offered.instructions.as_deref().map(|text| text.chars().count()) {
        None | Some(0) if !tools.is_empty() => findings.add("no-instructions", "server"),
        Some(length) if length > INSTRUCTIONS => {
            findings.add("long-instructions", format!("server: {length} characters"));
        }
        _ => {}
    }
    match tools.len() {
        0..=MANY_TOOLS => {}
        count @ ..=MOST_TOOLS => findings.add("many-tools", format!("server: {count} tools")),
        count => findings.add("too-many-tools", format!("server: {count} tools")),
    }
    let costs = costs(&offered.lists, offered.instructions.as_deref());
    if costs.total() > COSTLY {
        findings.add("costly-tools", format!("server: about {} tokens", costs.total()));
    }
    for (tool, tokens) in costs.of_tools().filter(|(_, tokens)| *tokens > COSTLY_TOOL) {
        findings.add("costly-tool", format!("tool `{tool}`: about {tokens} tokens"));
    }
    if tools.len() > 1 && !tools.iter().any(|tool| tool["annotations"]["readOnlyHint"] == true) {
        findings.add("no-read-only-tool", "server");
    }
    let has = |kind| !entries(&offered.lists, kind).is_empty();
    if tools.is_empty() && (has("resources") || has("resourceTemplates")) {
        findings.add("resources-without-tools", "server");
    }
    for prompt in entries(&offered.lists, "prompts") {
        let name = member(prompt, "name");
        if tools.iter().any(|tool| member(tool, "name") == name) {
            findings.add("name-used-twice", format!("tool and prompt `{name}`"));
        }
    }
}
