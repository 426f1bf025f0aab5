//! The task manager on the official Rust SDK, to compare with `task-server`.
//!
//! Only what an MCP client sees is written anew; the tasks, and where they are kept, are
//! `task-server`'s.

mod prompts;
mod server;
mod tools;

use clap::Parser;
use rmcp::ServiceExt;
use rmcp::transport::stdio;
use task_server::Options;

use crate::server::TaskServer;

/// An MCP server over the standard streams; an MCP client starts it.
#[derive(Parser)]
#[command(name = "task-manager", version)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let store = task_server::open(CommandLine::parse().options).await?;
    TaskServer { store }.serve(stdio()).await?.waiting().await?;
    Ok(())
}
