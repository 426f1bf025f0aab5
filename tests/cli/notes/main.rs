//! A small server for the tests of the command line: notes, or the tools that a file lists.

use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::task::Poll;

use mcp_runtime::clap;
use mcp_runtime::prelude::*;
use mcp_runtime::protocol::ToolAnnotations;
use mcp_runtime::serde_json::{self, Value};

/// Write a note down.
#[tool(additive, closed_world, title = "Add note")]
async fn add_note(
    /// What to remember.
    #[arg(length = 1..=2000)]
    text: String,
    /// How soon it is needed.
    #[arg(default = 3, range = 1..=5)]
    urgency: u8,
) -> String {
    format!("noted with urgency {urgency}: {text}")
}

/// Find the notes that contain a word.
#[tool(read_only, closed_world, title = "Find notes")]
async fn find_notes(
    ctx: &Context,
    /// The word to look for.
    #[arg(length = 1..=100)]
    word: String,
) -> Result<String, String> {
    for page in 1..=2 {
        ctx.progress(page).of(2).message(format!("page {page}"));
        // What is said is seen when the call waits.
        yield_now().await;
    }
    Err(format!("no note contains `{word}`"))
}

/// Lets others run once.
async fn yield_now() {
    let mut is_second = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut is_second, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Whose notes they are.
#[form]
struct Owner {
    /// The name on the notes.
    name: String,
    /// How many are kept.
    #[arg(range = 0..=100, default = 10)]
    most: u8,
}

/// Give the notes to somebody, if the user wants that.
#[tool(destructive, closed_world)]
async fn give_notes(ctx: &Context) -> String {
    let Answer::Accepted(owner) = ctx.ask::<Owner>("To whom?").await else {
        return "kept".to_owned();
    };
    let Owner { name, most } = owner;
    if !ctx.confirm(format!("Give {most} notes to {name}?")).await {
        return "kept".to_owned();
    }
    format!("{name} has {most} notes")
}

/// Every note.
#[resource("notes://all")]
async fn all_notes() -> &'static str {
    "one\ntwo\n"
}

/// One note.
#[resource("notes://note/{number}")]
async fn note(
    /// Its number.
    number: u32,
) -> String {
    format!("note {number}")
}

/// Sum the notes up.
#[prompt]
async fn summary(
    /// For whom it is written.
    reader: String,
) -> String {
    format!("Sum the notes up for {reader}.")
}

/// The tools that a file lists, as `tools/list` would.
fn listed(path: &Path) -> Vec<Tool> {
    let text = std::fs::read_to_string(path).expect("the tests write the file");
    let list: Value = serde_json::from_str(&text).expect("the tests write JSON");
    let tools = list["tools"].as_array().expect("the tests write a list");
    tools.iter().map(tool).collect()
}

fn tool(descriptor: &Value) -> Tool {
    let text = |member: &str| descriptor[member].as_str().map(str::to_owned);
    let answer = async |_| Ok::<_, String>("called");
    let mut tool = Tool::raw(
        text("name").expect("a tool has a name"),
        descriptor["inputSchema"].clone(),
        answer,
    );
    if let Some(description) = text("description") {
        tool = tool.description(description);
    }
    if let Some(title) = text("title") {
        tool = tool.title(title);
    }
    if let Some(schema) = descriptor.get("outputSchema") {
        tool = tool.output_schema(schema.clone());
    }
    if let Some(annotations) = descriptor.get("annotations") {
        let annotations: ToolAnnotations =
            serde_json::from_value(annotations.clone()).expect("the tests write annotations");
        tool = tool.annotations(annotations);
    }
    tool
}

/// What the command line says about the notes.
#[derive(Debug, clap::Args)]
struct Options {
    /// The file the notes are kept in
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// Say more
    #[arg(short, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Only notes with this tag
    #[arg(long)]
    tag: Vec<String>,
}

async fn open(options: Options) -> Result<(), String> {
    match options.file {
        Some(file) if !file.exists() => Err(format!("{}: no such file", file.display())),
        _ => Ok(()),
    }
}

fn main() -> ExitCode {
    let server: Server = match std::env::var_os("NOTES_TOOLS") {
        Some(path) => Server::new("notes", "1.0.0").with(listed(path.as_ref())),
        None => Server::new("notes", "1.0.0")
            .instructions("Notes of one person. Use find_notes before add_note.")
            .with(handlers![add_note, find_notes, all_notes, note, summary]),
    };
    // Apart, so that what is offered elsewhere stays what it is.
    let server = match std::env::var_os("NOTES_GIVES") {
        Some(_) => server.with(handlers![give_notes]),
        None => server,
    };
    server.open(open).run()
}
