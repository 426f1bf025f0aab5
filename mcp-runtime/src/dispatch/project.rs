//! What is sent, fitted to the version it is sent under: members that a version does not know are
//! left out, and content it does not know is told in another way.
//!
//! Schemas of the older versions are open to unknown members and closed to unknown variants, so
//! only the latter could break a client; the former are left out to say only what the version
//! means.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::ask::Askable;
use crate::protocol::ProtocolVersion::{self, V2025_03_26, V2025_06_18, V2025_11_25, V2026_07_28};
use crate::protocol::{
    ClientCapabilities, ContentBlock, Implementation, PromptDescriptor, ToolDescriptor,
};

/// Members that came later than the first version.
const SINCE: [(&str, ProtocolVersion); 3] =
    [("title", V2025_06_18), ("_meta", V2025_06_18), ("icons", V2025_11_25)];

/// The members of a descriptor that a version knows.
pub(super) fn described(descriptor: &impl Serialize, version: ProtocolVersion) -> Value {
    let mut value = to_value(descriptor);
    if let Value::Object(members) = &mut value {
        members
            .retain(|name, _| SINCE.iter().all(|(late, since)| name != late || version >= *since));
        if let Some(Value::Object(annotations)) = members.get_mut("annotations") {
            since(annotations, "lastModified", V2025_06_18, version);
        }
    }
    value
}

pub(super) fn tool(tool: &ToolDescriptor, version: ProtocolVersion) -> Value {
    let mut value = described(tool, version);
    if let Value::Object(members) = &mut value {
        since(members, "annotations", V2025_03_26, version);
        since(members, "outputSchema", V2025_06_18, version);
        if version < V2026_07_28 {
            if !tool.output_schema.as_ref().is_none_or(is_object_schema) {
                members.shift_remove("outputSchema");
            }
            for schema in ["inputSchema", "outputSchema"] {
                members.get_mut(schema).map(without_bare_booleans).unwrap_or_default();
            }
        }
    }
    value
}

pub(super) fn prompt(prompt: &PromptDescriptor, version: ProtocolVersion) -> Value {
    let mut value = described(prompt, version);
    if let Some(Value::Array(arguments)) = value.get_mut("arguments") {
        for argument in arguments.iter_mut().filter_map(Value::as_object_mut) {
            since(argument, "title", V2025_06_18, version);
        }
    }
    value
}

pub(super) fn implementation(implementation: &Implementation, version: ProtocolVersion) -> Value {
    let mut value = described(implementation, version);
    if let Value::Object(members) = &mut value {
        since(members, "description", V2025_11_25, version);
        since(members, "websiteUrl", V2025_11_25, version);
    }
    value
}

/// A content block; one of a kind the version does not know becomes a text or an embedded resource.
pub(super) fn content(block: &ContentBlock, version: ProtocolVersion) -> Value {
    let mut value = match block {
        ContentBlock::Audio(audio) if version < V2025_03_26 => json!({
            "type": "resource",
            "resource": { "uri": "audio:", "mimeType": audio.mime_type, "blob": audio.data },
        }),
        ContentBlock::ResourceLink(link) if version < V2025_06_18 => {
            json!({ "type": "text", "text": format!("{}: {}", link.name, link.uri) })
        }
        block => described(block, version),
    };
    if let Some(Value::Object(resource)) = value.get_mut("resource") {
        since(resource, "_meta", V2025_06_18, version);
    }
    value
}

/// Whether structured content may be sent: as any JSON, as an object only, or not at all.
pub(super) fn may_be_structured(json: &[u8], version: ProtocolVersion) -> bool {
    version >= V2026_07_28 || (version >= V2025_06_18 && json.first() == Some(&b'{'))
}

/// Whether progress may come with words.
pub(super) fn has_progress_words(version: ProtocolVersion) -> bool {
    version >= V2025_03_26
}

/// What a client with these capabilities can be asked.
///
/// Spec: 2026-07-28, client/elicitation, Capabilities; client/sampling, client/roots.
pub(super) fn askable(version: ProtocolVersion, client: Option<&ClientCapabilities>) -> Askable {
    let Some(client) = client else { return Askable::default() };
    let elicitation = client.elicitation.as_ref().filter(|_| version >= V2025_06_18);
    Askable {
        // Without a mode inside, the capability means forms.
        form: elicitation.is_some_and(|modes| modes.form.is_some() || modes.url.is_none()),
        url: version >= V2025_11_25 && elicitation.is_some_and(|modes| modes.url.is_some()),
        has_url_id: version == V2025_11_25,
        model: client.sampling.is_some(),
        tools: client.sampling.as_ref().is_some_and(|sampling| sampling.tools.is_some()),
        roots: client.roots.is_some(),
    }
}

fn to_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("protocol types have string keys and finite numbers")
}

fn since(
    members: &mut Map<String, Value>,
    name: &str,
    since: ProtocolVersion,
    version: ProtocolVersion,
) {
    if version < since {
        members.shift_remove(name);
    }
}

fn is_object_schema(schema: &Value) -> bool {
    schema.get("type").is_some_and(|name| name == "object")
}

/// Older versions know properties as objects only; a raw schema may say `true` or `false`.
fn without_bare_booleans(schema: &mut Value) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for property in properties.values_mut() {
        match property {
            Value::Bool(true) => *property = json!({}),
            Value::Bool(false) => *property = json!({ "not": {} }),
            schema => without_bare_booleans(schema),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ProtocolVersion, ResourceDescriptor};

    #[test]
    fn a_tool_shows_what_its_version_knows() {
        let mut descriptor =
            ToolDescriptor::new("t", json!({ "type": "object", "properties": { "a": true } }));
        descriptor.title = Some("T".into());
        descriptor.annotations = Some(crate::protocol::ToolAnnotations::default());
        descriptor.output_schema = Some(json!({ "type": "array" }));
        let members = |version| -> Vec<String> {
            tool(&descriptor, version).as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(members(ProtocolVersion::V2024_11_05), ["name", "inputSchema"]);
        assert_eq!(members(V2025_03_26), ["name", "inputSchema", "annotations"]);
        assert_eq!(members(V2025_06_18), ["name", "title", "inputSchema", "annotations"]);
        assert_eq!(
            members(V2026_07_28),
            ["name", "title", "inputSchema", "outputSchema", "annotations"]
        );
        let old = tool(&descriptor, V2025_11_25);
        assert_eq!(old["inputSchema"]["properties"]["a"], json!({}));
    }

    #[test]
    fn unknown_kinds_of_content_are_told_in_another_way() {
        let link = ContentBlock::resource_link(ResourceDescriptor::new("x://a", "A"));
        assert_eq!(content(&link, V2025_03_26), json!({ "type": "text", "text": "A: x://a" }));
        assert_eq!(content(&link, V2025_06_18)["type"], "resource_link");
        let audio = ContentBlock::audio(b"sound", "audio/wav");
        assert_eq!(content(&audio, ProtocolVersion::V2024_11_05)["type"], "resource");
        assert_eq!(content(&audio, V2025_03_26)["type"], "audio");
    }
}
