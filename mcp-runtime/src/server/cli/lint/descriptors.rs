//! Rules about what a descriptor says beside its description.

use super::super::offered::{Offered, entries, member};
use super::Findings;

pub(super) fn lint(offered: &Offered, findings: &mut Findings) {
    for tool in entries(&offered.lists, "tools") {
        let place = format!("tool `{}`", member(tool, "name"));
        let hints = &tool["annotations"];
        if member(tool, "title").is_empty() && member(hints, "title").is_empty() {
            findings.add("no-title", &place);
        }
        if hints["readOnlyHint"].is_null() && hints["destructiveHint"].is_null() {
            findings.add("no-hints", &place);
        }
        if hints["readOnlyHint"] == true && hints["destructiveHint"] == true {
            findings.add("contradictory-hints", &place);
        }
        if let Some(schema) = tool.get("outputSchema")
            && member(schema, "type") != "object"
        {
            findings.add("result-not-object", &place);
        }
    }
}
