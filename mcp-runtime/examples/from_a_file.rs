//! A server whose tools, resources and prompts come from a file.
//!
//! `cargo run -p mcp-runtime --features cli --example from_a_file -- --file bot.json list`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use mcp_runtime::clap;
use mcp_runtime::prelude::*;
use mcp_runtime::protocol::PromptArgument;
use mcp_runtime::serde_json::{self, Value};

/// The command line.
#[derive(clap::Args)]
struct Options {
    /// The file that says what is offered
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

/// What the file says.
#[data]
struct Described {
    /// Tools, by name.
    tools: BTreeMap<String, DescribedTool>,
    /// Texts, by their URI.
    texts: BTreeMap<String, String>,
    /// Prompts, by name: a text with `{name}` where an argument belongs.
    prompts: BTreeMap<String, String>,
}

/// A tool that answers with a text.
#[data]
struct DescribedTool {
    description: String,
    /// The schema of the arguments.
    schema: Value,
    /// What it answers, with `{name}` where an argument belongs.
    answer: String,
}

/// What all handlers share.
#[derive(Default)]
struct Calls(AtomicUsize);

fn tool((name, tool): (String, DescribedTool)) -> Tool<Calls> {
    let DescribedTool { description, schema, answer } = tool;
    Tool::raw(name, schema, move |call: RawCall<Calls>| {
        let answer = filled(&answer, &call.arguments);
        async move {
            let number = call.state().0.fetch_add(1, Ordering::Relaxed) + 1;
            Ok::<_, Error>(format!("{answer} (call {number})"))
        }
    })
    .description(description)
    .check_arguments()
}

fn text((uri, text): (String, String)) -> Resource<Calls> {
    let name = uri.rsplit('/').next().unwrap_or_default().to_owned();
    Resource::raw(uri, name, move |_| {
        let text = text.clone();
        async move { Ok::<_, Error>(text) }
    })
}

fn prompt((name, text): (String, String)) -> Prompt<Calls> {
    let arguments: Vec<String> =
        text.split('{').filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect();
    let prompt = Prompt::raw(name, move |call: RawCall<Calls>| {
        let text = filled(&text, &call.arguments);
        async move { Ok::<_, Error>(text) }
    });
    arguments
        .into_iter()
        .fold(prompt, |prompt, name| prompt.argument(PromptArgument::new(name).required()))
}

/// A text with the arguments in their places.
fn filled(text: &str, arguments: &serde_json::Map<String, Value>) -> String {
    arguments.iter().fold(text.to_owned(), |text, (name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.replace(&format!("{{{name}}}"), &value)
    })
}

fn read(file: &Path) -> mcp_runtime::Result<Described> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn main() -> ExitCode {
    Server::new("bot", "1.0.0")
        .configure(|server, options: Options| {
            let Described { tools, texts, prompts } = read(&options.file)?;
            let server = server
                .with(tools.into_iter().map(tool).collect::<Vec<_>>())
                .with(texts.into_iter().map(text).collect::<Vec<_>>())
                .with(prompts.into_iter().map(prompt).collect::<Vec<_>>());
            Ok::<_, Error>(server.state(Calls::default()))
        })
        .run()
}
