//! `list` and `describe`: what is offered, for which no state is opened.

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use serde_json::{Map, Value, json};

use super::cost::{Costs, costs};
use super::terminal::{Paint, show_painted};
use super::{Given, show, tell};
use crate::client::Client;
use crate::protocol::Implementation;
use crate::server::ReadyServer;
use crate::server::configure::Described;

/// What is offered: its kind, the method that lists it, and the member that names an entry.
pub(super) const KINDS: [(&str, &str, &str); 4] = [
    ("tools", "tools/list", "name"),
    ("resources", "resources/list", "uri"),
    ("resourceTemplates", "resources/templates/list", "uriTemplate"),
    ("prompts", "prompts/list", "name"),
];

pub(super) fn list_command() -> clap::Command {
    clap::Command::new("list")
        .about("Show the tools, resources and prompts")
        .arg(Arg::new("json").long("json").action(ArgAction::SetTrue).help("Print JSON"))
        .arg(
            Arg::new("cost")
                .long("cost")
                .action(ArgAction::SetTrue)
                .help("Show about how many tokens each tool takes of a model's context"),
        )
        .arg(
            Arg::new("budget")
                .long("budget")
                .value_name("TOKENS")
                .value_parser(value_parser!(usize))
                .help("Show the costs, and exit with 1 if the total is larger"),
        )
}

pub(super) fn describe_command() -> clap::Command {
    clap::Command::new("describe")
        .about("Show one tool, resource or prompt, with its arguments")
        .arg(Arg::new("name").required(true).value_name("NAME").help("Its name or URI"))
}

pub(super) async fn list(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let Offered { lists: offered, instructions, .. } = offered(server, given).await?;
    let budget = matches.get_one::<usize>("budget").copied();
    if matches.get_flag("cost") || budget.is_some() {
        let costs = costs(&offered, instructions.as_deref());
        return list_costs(&costs, budget, matches.get_flag("json"));
    }
    if matches.get_flag("json") {
        return show(&format!("{offered:#}\n"));
    }
    let mut lines = Vec::new();
    for (kind, _, key) in KINDS {
        let entries = entries(&offered, kind);
        let width =
            entries.iter().map(|entry| member(entry, key).chars().count()).max().unwrap_or(0);
        if !entries.is_empty() {
            lines.push(format!("{kind}:"));
        }
        for entry in entries {
            let about = member(entry, "description").lines().next().unwrap_or_default();
            let line = format!("  {:width$}  {about}", member(entry, key));
            lines.push(line.trim_end().to_owned());
        }
    }
    show_painted(&text(&lines), |line| {
        let is_heading = !line.starts_with(' ');
        let name = line.trim_start().find(' ').map_or(line.len(), |end| end + 2);
        Some(if is_heading { (line.len(), Paint::Bold) } else { (name, Paint::Cyan) })
    })
}

/// Prints what the tools cost. More than the budget is a failure.
fn list_costs(costs: &Costs<'_>, budget: Option<usize>, as_json: bool) -> io::Result<ExitCode> {
    if as_json {
        show(&format!("{:#}\n", costs.to_json()))?;
    } else {
        let rows = costs.rows();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths = [0, 1, 2, 3].map(|column| width(column).unwrap_or(0));
        let line = |[tool, description, schema, total]: &[String; 4]| {
            let [a, b, c, d] = widths;
            format!("{tool:a$}  {description:>b$}  {schema:>c$}  {total:>d$}")
        };
        let lines: Vec<String> = rows.iter().map(line).collect();
        show_painted(&text(&lines), |line| {
            let is_frame = line.starts_with("tool ") || line.starts_with("(total)");
            is_frame.then_some((line.len(), Paint::Bold))
        })?;
    }
    let (total, Some(budget)) = (costs.total(), budget) else { return Ok(ExitCode::SUCCESS) };
    if total <= budget {
        return Ok(ExitCode::SUCCESS);
    }
    let over = total - budget;
    tell(format_args!("the tools take about {total} tokens, {over} more than the budget"));
    Ok(ExitCode::FAILURE)
}

pub(super) async fn describe(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let name = matches.get_one::<String>("name").map_or("", String::as_str);
    let Offered { lists: offered, .. } = offered(server, given).await?;
    let found = KINDS.iter().find_map(|(kind, _, key)| {
        let entry = entries(&offered, kind).iter().find(|entry| member(entry, key) == name)?;
        Some((*kind, entry))
    });
    match found {
        Some((kind, entry)) => show(&described(kind, name, entry)),
        None => {
            tell(format_args!("nothing is called `{name}`; `list` shows what there is"));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// One entry, as a person reads it.
fn described(kind: &str, name: &str, entry: &Value) -> String {
    let annotations = entry.get("annotations").and_then(Value::as_object);
    let hints = annotations.into_iter().flatten().filter(|(_, value)| **value == json!(true));
    let hints: Vec<&str> = hints.map(|(name, _)| name.trim_end_matches("Hint")).collect();
    let hints = if hints.is_empty() { String::new() } else { format!(" ({})", hints.join(", ")) };
    let mut lines = vec![format!("{} {name}{hints}", kind.strip_suffix('s').unwrap_or(kind))];
    lines.extend(member(entry, "description").lines().map(|line| format!("  {line}")));
    let arguments = arguments(entry);
    if !arguments.is_empty() {
        lines.extend([String::new(), "arguments:".to_owned()]);
    }
    let width = arguments.iter().map(|(name, _, _)| name.chars().count()).max().unwrap_or(0);
    for (name, kind, about) in &arguments {
        lines.push(format!("  {name:width$}  {kind}"));
        lines.extend(about.lines().map(|line| format!("  {:width$}  {line}", "")));
    }
    text(&lines)
}

fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// The arguments of a tool or a prompt: name, what it takes, and what it is.
fn arguments(entry: &Value) -> Vec<(String, String, String)> {
    if let Some(Value::Array(arguments)) = entry.get("arguments") {
        let told = |argument: &Value| {
            let required = argument.get("required") == Some(&json!(true));
            let kind = if required { "text, required" } else { "text" };
            (
                member(argument, "name").to_owned(),
                kind.to_owned(),
                member(argument, "description").to_owned(),
            )
        };
        return arguments.iter().map(told).collect();
    }
    let schema = entry.get("inputSchema").unwrap_or(&Value::Null);
    let required = schema.get("required").and_then(Value::as_array);
    let Some(Value::Object(properties)) = schema.get("properties") else { return Vec::new() };
    let told = |(name, property): (&String, &Value)| {
        let mut kind = kind_of(schema, property);
        if required.is_some_and(|required| required.iter().any(|it| it == name)) {
            kind += ", required";
        }
        if let Some(default) = property.get("default") {
            kind = format!("{kind}, {default} if not sent");
        }
        (name.clone(), kind, member(property, "description").to_owned())
    };
    properties.iter().map(told).collect()
}

/// What a schema takes, in words.
fn kind_of(root: &Value, schema: &Value) -> String {
    let referred = schema.get("$ref").and_then(Value::as_str);
    let referred = referred.and_then(|path| root.pointer(path.strip_prefix('#')?));
    let schema = referred.unwrap_or(schema);
    if let Some(Value::Array(words)) = schema.get("enum") {
        let words: Vec<String> = words.iter().map(Value::to_string).collect();
        return format!("one of {}", words.join(", "));
    }
    let kind = member(schema, "type");
    match (kind, schema.get("items"), member(schema, "format")) {
        ("array", Some(items), _) => format!("list of {}", kind_of(root, items)),
        ("string", _, "") => "text".to_owned(),
        ("string", _, format) => format!("text, {format}"),
        ("", _, _) => "JSON".to_owned(),
        (kind, _, _) => kind.to_owned(),
    }
}

/// Everything that is offered.
pub(super) struct Offered {
    pub(super) server: Implementation,
    pub(super) instructions: Option<String>,
    /// The lists, as a client gets them.
    pub(super) lists: Value,
}

/// Everything that is offered with this command line. No state is opened for it.
pub(super) async fn offered(server: ReadyServer, given: &Given) -> io::Result<Offered> {
    let Described { description, .. } = server.described(given)?;
    let (server, instructions) = (description.identity.clone(), description.instructions.clone());
    let mut built = description.build(&given.restriction()).map_err(io::Error::other)?;
    built.offer.router.list_no_instances();
    let served = Arc::new(built.serve(Arc::new(())));
    let mut client = Client::new(served, "command-line");
    let mut all = Map::new();
    for (kind, method, _) in KINDS {
        if let Ok(mut result) = client.request(method, json!({})).await.result {
            all.insert(kind.to_owned(), result[kind].take());
        }
    }
    Ok(Offered { server, instructions, lists: Value::Object(all) })
}

pub(super) fn entries<'a>(offered: &'a Value, kind: &str) -> &'a [Value] {
    offered.get(kind).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn member<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry.get(name).and_then(Value::as_str).unwrap_or_default()
}
