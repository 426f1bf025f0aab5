//! What a server offers, as the answers that never change: each is written once for a version and
//! then only copied.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::era::is_modern;
use super::project;
use super::switch::Switch;
use super::view::{Restriction, Shown, View, Views};
use crate::args::Input;
use crate::jsonrpc::escape_separators;
use crate::notify;
use crate::prompt::PromptEntry;
use crate::protocol::meta::SERVER_INFO;
use crate::protocol::{
    Implementation, JsonObject, PromptsCapability, ProtocolVersion, ResourceTemplateDescriptor,
    ResourcesCapability, ServerCapabilities, ToolsCapability,
};
use crate::resource::ResourceEntry;
use crate::router::Router;
use crate::tool::ToolEntry;

/// Everything a server offers, and how it introduces itself.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) router: Router,
    pub(crate) identity: Implementation,
    pub(crate) instructions: Option<String>,
    /// While everything is shown.
    written: Written,
    /// What is shown, where that need not be everything.
    views: Option<Arc<Views>>,
    /// Whether what is shown may change.
    has_switch: bool,
    /// What stands at the end of every modern result: `,"_meta":{…}`.
    pub(super) modern_meta: Vec<u8>,
}

/// Answers as bytes, each written when it is first asked for.
#[derive(Debug)]
pub(super) struct Written(HashMap<(List, ProtocolVersion), OnceLock<Arc<[u8]>>>);

impl Written {
    pub(super) fn new() -> Self {
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
        Self(written)
    }

    fn get(
        &self,
        list: List,
        version: ProtocolVersion,
        write: impl FnOnce() -> Arc<[u8]>,
    ) -> Arc<[u8]> {
        match self.0.get(&(list, version)) {
            Some(written) => Arc::clone(written.get_or_init(write)),
            None => write(),
        }
    }
}

/// An answer that never changes, as long as the same is shown.
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
    /// Everything that a router finds, less what `restriction` leaves out.
    ///
    /// # Errors
    /// Names of handlers that are not offered.
    pub(crate) fn new(
        router: Router,
        identity: Implementation,
        instructions: Option<String>,
        switch: Option<&Switch>,
        restriction: &Restriction,
    ) -> Result<Self, Vec<String>> {
        let views = match switch {
            Some(switch) => Some(switch.build(&router, restriction)?),
            None if *restriction == Restriction::default() => None,
            None => {
                let mut shown = Shown::all(&router);
                restriction.apply(&router, &mut shown).map_err(|wrong| vec![wrong])?;
                Some(Arc::new(Views::new(shown)))
            }
        };
        let info = project::implementation(&identity, ProtocolVersion::ALL[0]);
        let mut modern_meta = format!(",\"_meta\":{}", json!({ SERVER_INFO: info })).into_bytes();
        escape_separators(&mut modern_meta, 0);
        let (written, has_switch) = (Written::new(), switch.is_some());
        Ok(Self { router, identity, instructions, written, views, has_switch, modern_meta })
    }

    fn view(&self) -> Option<Arc<View>> {
        self.views.as_ref().and_then(|views| views.current())
    }

    /// Whether a handler is shown.
    #[inline]
    fn shows(&self, is_shown: impl Fn(&Shown) -> bool) -> bool {
        self.view().is_none_or(|view| is_shown(&view.shown))
    }

    /// The tool with this name, if it is shown.
    #[inline]
    pub(super) fn tool(&self, name: &str) -> Option<&ToolEntry> {
        let index = self.router.tool_index(name)?;
        self.shows(|shown| shown.tools[index]).then(|| &self.router.tools[index])
    }

    pub(super) fn nearest_tool(&self, name: &str) -> Option<&str> {
        let view = self.view();
        let is_shown = |index| view.as_ref().is_none_or(|view| view.shown.tools[index]);
        self.router.nearest_tool(name, is_shown)
    }

    pub(super) fn prompt(&self, name: &str) -> Option<&PromptEntry> {
        let index = self.router.prompt_index(name)?;
        self.shows(|shown| shown.prompts[index]).then(|| &self.router.prompts[index])
    }

    pub(super) fn nearest_prompt(&self, name: &str) -> Option<&str> {
        let view = self.view();
        let is_shown = |index| view.as_ref().is_none_or(|view| view.shown.prompts[index]);
        self.router.nearest_prompt(name, is_shown)
    }

    /// The resource a URI names, and the variables of the template it came through.
    #[expect(clippy::type_complexity, reason = "names and values, as `Arguments::text` takes them")]
    pub(super) fn resource<'a>(
        &'a self,
        uri: &'a str,
    ) -> Option<(&'a ResourceEntry, Vec<(Cow<'a, str>, Cow<'a, str>)>)> {
        let view = self.view();
        self.router.resource(uri, |index| view.as_ref().is_none_or(|it| it.shown.resources[index]))
    }

    /// The arguments of the resource with this template, or with this URI.
    pub(super) fn template_input<'a>(&'a self, uri: &'a str) -> Option<&'a Input> {
        let view = self.view();
        let is_shown = |index| view.as_ref().is_none_or(|view| view.shown.resources[index]);
        self.router.template_input(uri, is_shown)
    }

    pub(super) fn shown_resources(&self) -> Vec<&ResourceEntry> {
        shown(self.view().as_deref(), &self.router.resources, |shown| &shown.resources)
    }

    /// Whether clients are notified of changes of this list.
    pub(super) fn notifies_of(&self, list: notify::ListKind) -> bool {
        let instances = || self.router.resources.iter().any(|it| it.listed && it.subscribe);
        match list {
            notify::ListKind::Tools => self.has_switch && self.has_tools(),
            notify::ListKind::Prompts => self.has_switch && self.has_prompts(),
            notify::ListKind::Resources => (self.has_switch && self.has_resources()) || instances(),
        }
    }

    /// Whether clients can subscribe to this resource.
    pub(super) fn is_subscribable(&self, uri: &str) -> bool {
        self.resource(uri).is_some_and(|(resource, _)| resource.subscribe)
    }

    pub(super) fn has_subscribable(&self) -> bool {
        self.router.has_subscribable()
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
        let view = self.view();
        let written = view.as_ref().map_or(&self.written, |view| &view.written);
        let write = || self.write(list, version, view.as_deref()).into();
        Answer::Written(written.get(list, version, write))
    }

    fn write(&self, list: List, version: ProtocolVersion, view: Option<&View>) -> Vec<u8> {
        let mut result = self.result(list, version, view);
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

    fn result(&self, list: List, version: ProtocolVersion, view: Option<&View>) -> Value {
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
                let tools = shown(view, &self.router.tools, |shown| &shown.tools).into_iter();
                json!({ "tools": tools.map(|tool| project::tool(&tool.descriptor, version)).collect::<Vec<_>>() })
            }
            List::Resources => json!({ "resources": self.resources(version, view) }),
            List::ResourceTemplates => {
                json!({ "resourceTemplates": self.templates(version, view) })
            }
            List::Prompts => {
                let prompts = shown(view, &self.router.prompts, |shown| &shown.prompts);
                let prompts = prompts.into_iter();
                json!({ "prompts": prompts.map(|prompt| project::prompt(&prompt.descriptor, version)).collect::<Vec<_>>() })
            }
        }
    }

    fn capabilities(&self, version: ProtocolVersion) -> ServerCapabilities {
        // The first version has the method and no word for it.
        let completions = self.router.completes() && version > ProtocolVersion::V2024_11_05;
        let list_changed = |list| self.notifies_of(list).then_some(true);
        let tools = ToolsCapability { list_changed: list_changed(notify::ListKind::Tools) };
        let prompts = PromptsCapability { list_changed: list_changed(notify::ListKind::Prompts) };
        let resources = ResourcesCapability {
            subscribe: self.has_subscribable().then_some(true),
            list_changed: list_changed(notify::ListKind::Resources),
        };
        ServerCapabilities {
            tools: self.has_tools().then_some(tools),
            resources: self.has_resources().then_some(resources),
            prompts: self.has_prompts().then_some(prompts),
            completions: completions.then(JsonObject::new),
            // Any handler may log.
            logging: Some(JsonObject::new()),
            ..ServerCapabilities::default()
        }
    }

    fn resources(&self, version: ProtocolVersion, view: Option<&View>) -> Vec<Value> {
        let shown = shown(view, &self.router.resources, |shown| &shown.resources);
        let fixed = shown.into_iter().filter(|resource| !resource.uri.is_template());
        fixed.map(|resource| project::described(&resource.descriptor, version)).collect()
    }

    fn templates(&self, version: ProtocolVersion, view: Option<&View>) -> Vec<Value> {
        let shown = shown(view, &self.router.resources, |shown| &shown.resources);
        let templates = shown.into_iter().filter(|resource| resource.uri.is_template());
        templates
            .map(|resource| {
                let descriptor = ResourceTemplateDescriptor::from(resource.descriptor.clone());
                project::described(&descriptor, version)
            })
            .collect()
    }
}

/// The handlers of a kind that a view shows.
fn shown<'a, T>(
    view: Option<&View>,
    handlers: &'a [T],
    of: fn(&Shown) -> &Vec<bool>,
) -> Vec<&'a T> {
    let is_shown = |index: usize| view.is_none_or(|view| of(&view.shown)[index]);
    let shown = handlers.iter().enumerate().filter(|(index, _)| is_shown(*index));
    shown.map(|(_, handler)| handler).collect()
}
