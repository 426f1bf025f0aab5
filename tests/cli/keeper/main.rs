//! A server in an event loop of its own, whose options are required: its state needs them, or what
//! it offers does.

use std::io::Write;
use std::path::PathBuf;

use mcp_runtime::clap;
use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::{self, Value};

/// Who may come in.
struct Keeper {
    token: String,
}

/// What the keeper is told.
#[derive(Debug, clap::Args)]
struct Options {
    /// The word that opens the door
    #[arg(long, env = "KEEPER_TOKEN")]
    token: String,
    /// Offer to lock the door
    #[arg(long)]
    lock: bool,
    /// More tools, as JSON
    #[arg(long, value_name = "FILE")]
    tools: Option<PathBuf>,
    /// An option whose name a command has too
    #[arg(long, default_value = "no")]
    json: String,
}

/// Open the door.
#[tool(additive)]
async fn open_door(
    keeper: &Keeper,
    /** The word. */
    token: String,
) -> Result<String, String> {
    if token == keeper.token { Ok("come in".to_owned()) } else { Err("stay out".to_owned()) }
}

/// Lock the door.
#[tool(destructive)]
async fn lock_door() -> &'static str {
    "locked"
}

/// The tools of a file: names and what they answer.
fn tools_of(path: &PathBuf) -> mcp_runtime::Result<Vec<Tool<Keeper>>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let tools: serde_json::Map<String, Value> = serde_json::from_str(&text)?;
    let tool = |(name, answer): (String, Value)| {
        let schema = json!({ "type": "object", "properties": {} });
        Tool::raw(name, schema, move |_| {
            let answer = answer.clone();
            async move { Ok::<_, String>(answer) }
        })
    };
    Ok(tools.into_iter().map(tool).collect())
}

fn server() -> mcp_runtime::ReadyServer {
    let server = Server::new("keeper", "1.0.0").with(handlers![open_door]);
    if std::env::var_os("KEEPER_OPENS").is_some() {
        return server
            .open(async |options: Options| Ok::<_, String>(Keeper { token: options.token }));
    }
    server.configure(|mut server, options: Options| {
        if std::env::var_os("KEEPER_PRINTS").is_some() {
            writeln!(std::io::stdout(), "the keeper is awake")?;
        }
        server = server.instructions(format!("The keeper of the door; json: {}.", options.json));
        if options.lock {
            server = server.with(handlers![lock_door]);
        }
        if let Some(path) = &options.tools {
            server = server.with(tools_of(path)?);
        }
        Ok::<_, Error>(server.state(Keeper { token: options.token }))
    })
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("an event loop can be made").block_on(server().run_async())
}
