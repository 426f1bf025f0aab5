//! What a server offers, as the answers that never change: each is written once for a version and
//! then only copied.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::era::is_modern;
use super::project;
use crate::jsonrpc::escape_separators;
use crate::protocol::meta::SERVER_INFO;
use crate::protocol::{
    Implementation, JsonObject, ProtocolVersion, ResourceTemplateDescriptor, ServerCapabilities,
};
use crate::router::Router;

/// Everything a server offers, and how it introduces itself.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) router: Router,
    pub(crate) identity: Implementation,
    pub(crate) instructions: Option<String>,
    written: HashMap<(List, ProtocolVersion), OnceLock<Arc<[u8]>>>,
    /// What stands at the end of every modern result: `,"_meta":{…}`.
    pub(super) modern_meta: Vec<u8>,
}

/// An answer that never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum List {
    Initialize,
    Discover,
    Tools,
    Resources,
    ResourceTemplates,
    Prompts,
}

/// A result that is ready to be written.
#[derive(Debug)]
pub(crate) enum Answer {
    /// `{}`.
    Empty,
    Written(Arc<[u8]>),
}

impl Answer {
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self {
            Self::Empty => b"{}",
            Self::Written(json) => json,
        });
    }
}

impl Offer {
    pub(crate) fn new(
        router: Router,
        identity: Implementation,
        instructions: Option<String>,
    ) -> Self {
        const LISTS: [List; 6] = [
            List::Initialize,
            List::Discover,
            List::Tools,
            List::Resources,
            List::ResourceTemplates,
            List::Prompts,
        ];
        let written = LISTS
            .into_iter()
            .flat_map(|list| ProtocolVersion::ALL.map(|version| ((list, version), OnceLock::new())))
            .collect();
        let info = project::implementation(&identity, ProtocolVersion::ALL[0]);
        let mut modern_meta = format!(",\"_meta\":{}", json!({ SERVER_INFO: info })).into_bytes();
        escape_separators(&mut modern_meta, 0);
        Self { router, identity, instructions, written, modern_meta }
    }

    pub(super) fn has_tools(&self) -> bool {
        !self.router.tools.is_empty()
    }

    pub(super) fn has_resources(&self) -> bool {
        !self.router.resources.is_empty()
    }

    pub(super) fn has_prompts(&self) -> bool {
        !self.router.prompts.is_empty()
    }

    pub(super) fn initialize(&self, version: ProtocolVersion) -> Answer {
        self.list(List::Initialize, version)
    }

    /// The answer under a version, written when it is first asked for: most servers never see more
    /// than two versions.
    pub(super) fn list(&self, list: List, version: ProtocolVersion) -> Answer {
        let write = || self.write(list, version).into();
        Answer::Written(match self.written.get(&(list, version)) {
            Some(written) => Arc::clone(written.get_or_init(write)),
            None => write(),
        })
    }

    fn write(&self, list: List, version: ProtocolVersion) -> Vec<u8> {
        let mut result = self.result(list, version);
        if is_modern(version)
            && let Value::Object(members) = &mut result
        {
            members.shift_insert(0, "resultType".to_owned(), "complete".into());
            // Lists are the same for everybody, and still no host need believe that for long: they
            // change when the server is replaced by its next version.
            members.insert("ttlMs".to_owned(), 0.into());
            members.insert("cacheScope".to_owned(), "private".into());
            let info = project::implementation(&self.identity, version);
            members.insert("_meta".to_owned(), json!({ SERVER_INFO: info }));
        }
        result.to_string().into_bytes()
    }

    fn result(&self, list: List, version: ProtocolVersion) -> Value {
        let instructions = |mut result: Value| {
            if let Some(instructions) = &self.instructions {
                result["instructions"] = instructions.as_str().into();
            }
            result
        };
        match list {
            List::Initialize => instructions(json!({
                "protocolVersion": version,
                "capabilities": self.capabilities(version),
                "serverInfo": project::implementation(&self.identity, version),
            })),
            List::Discover => instructions(json!({
                "supportedVersions": ProtocolVersion::ALL,
                "capabilities": self.capabilities(version),
            })),
            List::Tools => {
                let tools = self.router.tools.iter();
                json!({ "tools": tools.map(|tool| project::tool(&tool.descriptor, version)).collect::<Vec<_>>() })
            }
            List::Resources => json!({ "resources": self.resources(version) }),
            List::ResourceTemplates => json!({ "resourceTemplates": self.templates(version) }),
            List::Prompts => {
                let prompts = self.router.prompts.iter();
                json!({ "prompts": prompts.map(|prompt| project::prompt(&prompt.descriptor, version)).collect::<Vec<_>>() })
            }
        }
    }

    fn capabilities(&self, version: ProtocolVersion) -> ServerCapabilities {
        // The first version has the method and no word for it.
        let completions = self.router.completes() && version > ProtocolVersion::V2024_11_05;
        ServerCapabilities {
            tools: self.has_tools().then(Default::default),
            resources: self.has_resources().then(Default::default),
            prompts: self.has_prompts().then(Default::default),
            completions: completions.then(JsonObject::new),
            // Any handler may log.
            logging: Some(JsonObject::new()),
            ..ServerCapabilities::default()
        }
    }

    fn resources(&self, version: ProtocolVersion) -> Vec<Value> {
        let fixed = self.router.resources.iter().filter(|resource| !resource.uri.is_template());
        fixed.map(|resource| project::described(&resource.descriptor, version)).collect()
    }

    fn templates(&self, version: ProtocolVersion) -> Vec<Value> {
        let templates = self.router.resources.iter().filter(|resource| resource.uri.is_template());
        templates
            .map(|resource| {
                let descriptor = ResourceTemplateDescriptor::from(resource.descriptor.clone());
                project::described(&descriptor, version)
            })
            .collect()
    }
}
