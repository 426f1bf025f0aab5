//! A server as a program: its event loop, its status, and what it tells a person.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::panic;
use std::process::ExitCode;
use std::sync::Once;

use serde_json::{Value, json};

use super::command::Given;
use super::{ReadyServer, StartError};
use crate::error::chain;
use crate::log::{self, Level};
use crate::transport::stdio;
use crate::visible;

/// Serves as a program: over HTTP if the command line says so, else over the standard streams,
/// where a person at a terminal is told what this is.
pub(super) async fn serve(server: ReadyServer, given: &Given) -> io::Result<ExitCode> {
    extend_panic_hook();
    #[cfg(feature = "http")]
    if let Some(http) = given.http() {
        let (app, notice) = server.build_with(given).await?;
        if io::stdin().is_terminal() && !notice.is_empty() {
            report(notice);
        }
        http.serve(app).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let name = server.identity.name.clone();
    let output = stdio::reserve_output()?;
    let (app, notice) = server.build_with(given).await?;
    if io::stdin().is_terminal() {
        report(hello(&name, &notice));
    }
    app.serve_output(output).await?;
    Ok(ExitCode::SUCCESS)
}

/// Adds to the panic hook what the log needs of it. Only a program that is run does so: a server
/// that is mounted into another program leaves that program's hook alone.
fn extend_panic_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            log::tell_panic(panic);
            previous(panic);
            // The process ends right after this hook, and what it printed may still be in the pipe.
            if cfg!(panic = "abort") {
                stdio::flush();
            }
        }));
    });
}

/// Runs a program's work to its end, in an event loop of its own, and gives the status to exit
/// with. A tool that blocks is not waited for.
pub(super) fn in_event_loop(
    given: &Given,
    work: impl Future<Output = io::Result<ExitCode>>,
) -> ExitCode {
    if tokio::runtime::Handle::try_current().is_ok() {
        report("`run` makes an event loop, and this program has one: await `run_async()` instead");
        return ExitCode::FAILURE;
    }
    let done = event_loop(given).enable_all().build().and_then(|runtime| {
        let done = runtime.block_on(work);
        runtime.shutdown_background();
        done
    });
    status(done)
}

/// One thread; over HTTP several, because a function that blocks must not hold up others.
#[cfg_attr(not(feature = "http"), expect(unused_variables, reason = "only HTTP needs threads"))]
fn event_loop(given: &Given) -> tokio::runtime::Builder {
    #[cfg(feature = "http")]
    if given.http().is_some() {
        return tokio::runtime::Builder::new_multi_thread();
    }
    tokio::runtime::Builder::new_current_thread()
}

/// The status of a program whose work is done, after its error is reported.
pub(super) fn status(done: io::Result<ExitCode>) -> ExitCode {
    let status = done.unwrap_or_else(|error| {
        let text = chain(&error);
        let started = error.get_ref().and_then(|error| error.downcast_ref());
        if log::is_used() {
            log::line(Level::Error, text);
        } else if let Some(StartError::Configure(_) | StartError::Open(_)) = started {
            report(visible::one_line(&text));
        } else {
            report(text);
        }
        ExitCode::FAILURE
    });
    // What a command has logged would be lost with the process. Nobody may be reading stderr any
    // more, and the process ends all the same.
    if log::is_used() {
        log::flush();
    }
    status
}

/// What a person reads who started the server by hand: a client is to start it the same way.
fn hello(name: &str, notice: &str) -> String {
    let program = std::env::current_exe()
        .map_or_else(|_| name.to_owned(), |program| program.display().to_string());
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let typed: Vec<String> = [quoted(program.as_ref())]
        .into_iter()
        .chain(arguments.iter().map(|word| quoted(word)))
        .collect();
    let client = settings(&program, &arguments).map_or_else(
        || "an argument is not UTF-8, which their settings cannot hold".to_owned(),
        |client| json!({ "mcpServers": { name: client } }).to_string(),
    );
    let notice = if notice.is_empty() { String::new() } else { format!("\n{notice}") };
    let typed = typed.join(" ");
    let install = if cfg!(feature = "cli") {
        format!("Installed by:  {typed} install claude-desktop (or claude-code, cursor, vscode)\n")
    } else {
        String::new()
    };
    format!(
        "{name} serves MCP over its standard streams: an MCP client starts it, not a person.\n\
         {install}\
         Claude Code:   claude mcp add {name} -- {typed}\n\
         Other clients: {client}{notice}\n\
         It waits for a client's messages on this terminal; end it with Ctrl-D.",
    )
}

/// What a client's settings say about this program; `None` when they cannot.
fn settings(program: &str, arguments: &[OsString]) -> Option<Value> {
    let arguments: Vec<&str> = arguments.iter().map(|word| word.to_str()).collect::<Option<_>>()?;
    let mut client = json!({ "command": program });
    if !arguments.is_empty() {
        client["args"] = json!(arguments);
    }
    Some(client)
}

/// A word as a shell reads it back.
fn quoted(word: &OsStr) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-=:+,@%".contains(c);
    match word.to_str() {
        Some(word) if !word.is_empty() && word.chars().all(plain) => word.to_owned(),
        Some(word) if !word.contains(char::is_control) => {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
        // The form of bash, zsh and ksh for any bytes.
        _ => {
            let bytes = word.as_encoded_bytes().iter().map(|byte| match byte {
                b'\'' | b'\\' => format!("\\{}", char::from(*byte)),
                b' '..=b'~' => char::from(*byte).to_string(),
                byte => format!("\\x{byte:02x}"),
            });
            format!("$'{}'", bytes.collect::<String>())
        }
    }
}

/// Prints what somebody asked for. This is the command line, not the wire: nothing is served here.
///
/// A terminal obeys what is in a text, which may be anybody's, so it gets the text escaped; a file
/// or another program gets it as it is. Whoever has read enough closes the pipe, as `head` does,
/// which is not an error.
pub(super) fn print(text: &str) -> io::Result<ExitCode> {
    let mut stdout = io::stdout();
    let text = if stdout.is_terminal() { visible::lines(text) } else { text.into() };
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Tells a person something on stderr; a terminal gets it escaped, as [`print`] does.
pub(super) fn report(what: impl fmt::Display) {
    let mut stderr = io::stderr();
    let text = format!("{what}\n");
    let text = if stderr.is_terminal() { visible::lines(&text) } else { text.into() };
    // Whoever closed stderr does not want to know.
    stderr.write_all(text.as_bytes()).unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_as_a_shell_reads_it_back() {
        for (word, typed) in [
            ("--db", "--db"),
            ("", "''"),
            ("it's me", r"'it'\''s me'"),
            ("a\nb'\u{1b}", r"$'a\x0ab\'\x1b'"),
        ] {
            assert_eq!(quoted(word.as_ref()), typed);
        }
        #[cfg(unix)]
        {
            let word: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff.db");
            assert_eq!(quoted(word), r"$'\xff.db'");
            assert_eq!(settings("server", &[word.to_owned()]), None);
        }
    }
}
