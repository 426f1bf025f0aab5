//! A server as a program: its event loop, its status, and what it tells a person.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde_json::json;

use super::command::Given;
use super::{ReadyServer, serve_stdio};
use crate::log;

/// Serves as a program: makes an event loop, tells a person at a terminal what this is, serves, and
/// gives the status to exit with.
pub(super) fn serve_program(server: ReadyServer, given: &Given) -> ExitCode {
    let name = server.description.identity.name.clone();
    in_event_loop(async {
        let (served, notice) = server.build(given).await?;
        if io::stdin().is_terminal() {
            report(hello(&name, &notice));
        }
        serve_stdio(served).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs a program's work to its end. A tool that blocks is not waited for.
pub(super) fn in_event_loop(work: impl Future<Output = io::Result<ExitCode>>) -> ExitCode {
    if tokio::runtime::Handle::try_current().is_ok() {
        report(
            "`run` makes an event loop, and this program has one: await `serve_stdio()` instead",
        );
        return ExitCode::FAILURE;
    }
    let done =
        tokio::runtime::Builder::new_current_thread().enable_all().build().and_then(|runtime| {
            let done = runtime.block_on(work);
            runtime.shutdown_background();
            done
        });
    done.unwrap_or_else(|error| {
        // Nobody may be reading stderr any more, and the process ends all the same.
        if log::is_used() {
            log::line(error);
            log::flush();
        } else {
            report(error);
        }
        ExitCode::FAILURE
    })
}

/// What a person reads who started the server by hand: a client is to start it the same way.
fn hello(name: &str, notice: &str) -> String {
    let program = std::env::current_exe()
        .map_or_else(|_| name.to_owned(), |program| program.display().to_string());
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let typed: Vec<String> =
        [&program].into_iter().chain(&arguments).map(|word| quoted(word)).collect();
    let mut client = json!({ "command": program });
    if !arguments.is_empty() {
        client["args"] = json!(arguments);
    }
    let notice = if notice.is_empty() { String::new() } else { format!("\n{notice}") };
    format!(
        "{name} serves MCP over its standard streams: an MCP client starts it, not a person.\n\
         Claude Code:   claude mcp add {name} -- {}\n\
         Other clients: {}{notice}\n\
         It waits for a client's messages on this terminal; end it with Ctrl-D.",
        typed.join(" "),
        json!({ "mcpServers": { name: client } }),
    )
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-=:+,@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

pub(super) fn report(what: impl fmt::Display) {
    // Whoever closed stderr does not want to know.
    writeln!(io::stderr(), "{what}").unwrap_or_default();
}
