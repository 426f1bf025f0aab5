//! Names → tools, resources and prompts; built at start, then only read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::args::Input;
use crate::handler::Handler;
use crate::prompt::PromptEntry;
use crate::resource::ResourceEntry;
use crate::schema::nearest;
use crate::tool::ToolEntry;

/// Everything a server offers, found by name.
#[derive(Debug, Default)]
pub(crate) struct Router {
    pub(crate) tools: Vec<ToolEntry>,
    pub(crate) resources: Vec<ResourceEntry>,
    pub(crate) prompts: Vec<PromptEntry>,
    /// The tools by the length of their names, and for each length in the order of the names: a few
    /// comparisons cost less than one hash.
    tools_by_name: Vec<Vec<(Arc<str>, usize)>>,
    /// Resources with one URI.
    resources_by_uri: HashMap<String, usize>,
    /// Templates, the closest match first.
    templates: Vec<usize>,
    prompts_by_name: HashMap<String, usize>,
}

impl Router {
    /// Sorts handlers by what they are.
    ///
    /// # Errors
    /// Every mistake at once, each in one line with the places it is made at.
    pub(crate) fn build(handlers: Vec<Handler>) -> Result<Self, Vec<String>> {
        let mut router = Self::default();
        let mut mistakes = Vec::new();
        for handler in handlers {
            match handler {
                Handler::Tool(tool) => router.add_tool(tool, &mut mistakes),
                Handler::Resource(resource) => router.add_resource(resource, &mut mistakes),
                Handler::Prompt(prompt) => router.add_prompt(prompt, &mut mistakes),
                Handler::Misplaced(at) => mistakes.push(format!(
                    "the completion at {at} stands in a list of handlers: name it with \
                     `#[arg(complete = …)]` at the argument it completes"
                )),
            }
        }
        let resources = &router.resources;
        router
            .templates
            .sort_by_key(|&index| std::cmp::Reverse(resources[index].uri.literal_length()));
        if mistakes.is_empty() { Ok(router) } else { Err(mistakes) }
    }

    fn add_tool(&mut self, tool: ToolEntry, mistakes: &mut Vec<String>) {
        let name = &tool.descriptor.name;
        mistakes.extend(bad_name("tool", name, &tool.at));
        mistakes.extend(of_arguments("tool", name, &tool.at, &tool.input));
        let roots = [("inputSchema", Some(&tool.descriptor.input_schema))];
        for (member, schema) in roots {
            if schema.is_some_and(|schema| schema.get("type") != Some(&Value::from("object"))) {
                mistakes.push(format!(
                    "the `{member}` of tool `{name}` ({}) is no object: its root must say \"type\": \"object\"",
                    tool.at
                ));
            }
        }
        mistakes.extend(unfit_output(&tool));
        match self.find_tool(name) {
            Ok(first) => {
                mistakes.push(twice("tool", name, &self.tools[first].at, &tool.at));
            }
            Err(place) => {
                let lengths = self.tools_by_name.len().max(name.len() + 1);
                self.tools_by_name.resize_with(lengths, Vec::new);
                let entry = (Arc::clone(&tool.name), self.tools.len());
                self.tools_by_name[name.len()].insert(place, entry);
                self.tools.push(tool);
            }
        }
    }

    fn add_resource(&mut self, resource: ResourceEntry, mistakes: &mut Vec<String>) {
        let (uri, index) = (&resource.uri, self.resources.len());
        mistakes.extend(of_arguments("resource", uri.as_str(), &resource.at, &resource.input));
        mistakes.extend(unlistable(&resource));
        let same = self.resources.iter().find(|other| other.uri.shape() == uri.shape());
        if let Some(first) = same {
            let mistake = if uri.is_template() {
                format!(
                    "the templates `{}` ({}) and `{}` ({}) match the same URIs: change one of them",
                    first.uri.as_str(),
                    first.at,
                    uri.as_str(),
                    resource.at
                )
            } else {
                twice("resource", uri.as_str(), &first.at, &resource.at)
            };
            return mistakes.push(mistake);
        }
        if uri.is_template() {
            self.templates.push(index);
        } else {
            self.resources_by_uri.insert(uri.as_str().to_owned(), index);
        }
        self.resources.push(resource);
    }

    fn add_prompt(&mut self, prompt: PromptEntry, mistakes: &mut Vec<String>) {
        let name = &prompt.descriptor.name;
        mistakes.extend(bad_name("prompt", name, &prompt.at));
        mistakes.extend(of_arguments("prompt", name, &prompt.at, &prompt.input));
        match self.prompts_by_name.get(name) {
            Some(&first) => {
                mistakes.push(twice("prompt", name, &self.prompts[first].at, &prompt.at));
            }
            None => {
                self.prompts_by_name.insert(name.clone(), self.prompts.len());
                self.prompts.push(prompt);
            }
        }
    }

    /// The index of the tool with this name, or its place among those with names as long.
    #[inline]
    fn find_tool(&self, name: &str) -> Result<usize, usize> {
        let Some(tools) = self.tools_by_name.get(name.len()) else { return Err(0) };
        let place = tools.binary_search_by(|(known, _)| known.as_bytes().cmp(name.as_bytes()))?;
        Ok(tools[place].1)
    }

    /// The index of the tool with this name.
    #[inline]
    pub(crate) fn tool_index(&self, name: &str) -> Option<usize> {
        self.find_tool(name).ok()
    }

    pub(crate) fn tool(&self, name: &str) -> Option<&ToolEntry> {
        self.tool_index(name).map(|index| &self.tools[index])
    }

    pub(crate) fn prompt_index(&self, name: &str) -> Option<usize> {
        self.prompts_by_name.get(name).copied()
    }

    /// The index of the resource or the template that was declared with this URI.
    pub(crate) fn resource_index(&self, uri: &str) -> Option<usize> {
        self.resources.iter().position(|resource| resource.uri.as_str() == uri)
    }

    /// The visible resource that a URI names, and the variables of the template it came through.
    #[expect(clippy::type_complexity, reason = "names and values, as `Arguments::text` takes them")]
    pub(crate) fn resource<'a>(
        &'a self,
        uri: &'a str,
        is_shown: impl Fn(usize) -> bool,
    ) -> Option<(&'a ResourceEntry, Vec<(Cow<'a, str>, Cow<'a, str>)>)> {
        if let Some(&index) = self.resources_by_uri.get(uri).filter(|&&index| is_shown(index)) {
            return Some((&self.resources[index], Vec::new()));
        }
        let mut templates = self.templates.iter().copied().filter(|&index| is_shown(index));
        templates.find_map(|index| {
            let resource = &self.resources[index];
            resource.uri.variables(uri).map(|variables| (resource, variables))
        })
    }

    /// The arguments of the resource with this template, or with this URI.
    pub(crate) fn template_input<'a>(
        &'a self,
        uri: &'a str,
        is_shown: impl Fn(usize) -> bool,
    ) -> Option<&'a Input> {
        let named = self.resource_index(uri).filter(|&index| is_shown(index));
        match named {
            Some(index) => Some(&self.resources[index].input),
            None => self.resource(uri, is_shown).map(|(resource, _)| &resource.input),
        }
    }

    /// Whether any argument is completed.
    pub(crate) fn completes(&self) -> bool {
        let prompts = self.prompts.iter().map(|prompt| &prompt.input);
        let mut inputs = prompts.chain(self.resources.iter().map(|resource| &resource.input));
        inputs.any(|input| !input.completions.is_empty())
    }

    /// Whether `resources/list` names what a template stands for.
    pub(crate) fn lists_instances(&self) -> bool {
        self.resources.iter().any(|resource| resource.listed)
    }

    /// Whether clients can subscribe to any resource.
    pub(crate) fn has_subscribable(&self) -> bool {
        self.resources.iter().any(|resource| resource.subscribe)
    }

    /// Lists nothing but what is declared, which needs no state.
    #[cfg(feature = "cli")]
    pub(crate) fn list_no_instances(&mut self) {
        for resource in &mut self.resources {
            resource.listed = false;
        }
    }

    /// The visible tool whose name is nearest to a mistyped one.
    pub(crate) fn nearest_tool(
        &self,
        name: &str,
        is_shown: impl Fn(usize) -> bool,
    ) -> Option<&str> {
        let shown = self.tools.iter().enumerate().filter(|(index, _)| is_shown(*index));
        nearest(name, shown.map(|(_, tool)| tool.descriptor.name.as_str()))
    }

    /// The visible prompt whose name is nearest to a mistyped one.
    pub(crate) fn nearest_prompt(
        &self,
        name: &str,
        is_shown: impl Fn(usize) -> bool,
    ) -> Option<&str> {
        let shown = self.prompts.iter().enumerate().filter(|(index, _)| is_shown(*index));
        nearest(name, shown.map(|(_, prompt)| prompt.descriptor.name.as_str()))
    }
}

/// What was said of a handler's arguments and cannot be.
fn of_arguments<'a>(
    kind: &'a str,
    name: &'a str,
    at: &'a str,
    input: &'a Input,
) -> impl Iterator<Item = String> + 'a {
    input.mistakes.iter().map(move |mistake| format!("{kind} `{name}` ({at}): {mistake}"))
}

/// Why the schema of a tool's structured content cannot be published, if it cannot.
fn unfit_output(tool: &ToolEntry) -> Option<String> {
    let schema = tool.descriptor.output_schema.as_ref()?;
    let (name, at) = (&tool.descriptor.name, &tool.at);
    if !schema.is_object() {
        return Some(format!("the `outputSchema` of tool `{name}` ({at}) is no JSON Schema"));
    }
    // A schema that is data is its author's.
    let choice = ["anyOf", "oneOf", "allOf"].iter().find(|word| schema.get(**word).is_some())?;
    (!tool.is_raw()).then(|| {
        format!(
            "tool `{name}` ({at}) returns one of several things, and many hosts refuse `{choice}` at \
             the root of an `outputSchema`: return a struct with a field for it, such as \
             `{{ found: Option<T> }}`, or a `Result` where there may be nothing"
        )
    })
}

/// Why what a template stands for cannot be listed, if it should be.
fn unlistable(resource: &ResourceEntry) -> Option<String> {
    let variable = resource.uri.variable().filter(|_| resource.listed)?;
    let (uri, at) = (resource.uri.as_str(), &resource.at);
    if resource.input.completion(variable).is_none() {
        return Some(format!(
            "resource `{uri}` ({at}): `listed` needs to know the values of `{variable}`: name a \
             function with `#[arg(complete = …)]`, or make it an enum"
        ));
    }
    let Some(Value::Array(required)) = resource.input.schema.get("required") else { return None };
    let other = required.iter().filter_map(Value::as_str).find(|name| *name != variable)?;
    Some(format!(
        "resource `{uri}` ({at}): `{other}` must be sent, and a URI that is listed has no query: \
         make it an `Option`, or give it a default"
    ))
}

/// The names every host accepts: the specification allows more, several hosts refuse it.
fn bad_name(kind: &str, name: &str, at: &str) -> Option<String> {
    let fits = (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (!fits).then(|| {
        format!("the {kind} name `{name}` ({at}) is refused by many hosts: use 1 to 64 of A-Z a-z 0-9 _ -")
    })
}

fn twice(kind: &str, name: &str, first: &str, second: &str) -> String {
    format!("{kind} `{name}` is declared twice: {first} and {second}")
}
