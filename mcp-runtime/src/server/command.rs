//! The command line: without the feature `cli` a server serves, and knows `--help` and `--version`.

use std::marker::PhantomData;
use std::process::ExitCode;

use super::options::GivenOptions;
use super::program::{in_event_loop, print, report, serve, status};
use super::{Options, ReadyServer};
use crate::dispatch::Restriction;
use crate::protocol::Implementation;

/// What the command line may say.
#[derive(Debug)]
pub(super) struct Command {
    name: String,
    version: String,
}

/// What it says.
#[derive(Debug, Default)]
pub(super) struct Given {
    #[cfg(feature = "http")]
    http: Option<super::http::Http>,
}

impl Given {
    pub(super) fn nothing() -> Self {
        Self::default()
    }

    #[expect(clippy::unused_self, reason = "with the feature `cli` the command line says it")]
    pub(super) fn restriction(&self) -> Restriction {
        Restriction::default()
    }

    #[cfg(feature = "http")]
    pub(super) fn http(&self) -> Option<super::http::Http> {
        self.http.clone()
    }

    /// Reads the options of a server.
    #[cfg(feature = "http")]
    fn read(words: impl Iterator<Item = std::ffi::OsString>) -> Result<Self, String> {
        let mut http = super::http::Http::default();
        let mut words = words.map(|word| word.to_string_lossy().into_owned());
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (word, words.next()),
            };
            let value = value.ok_or_else(|| format!("{name}: a value is missing"))?;
            http.take(&name, &value)?;
        }
        match &http {
            _ if !http.address.is_empty() => Ok(Self { http: Some(http) }),
            _ if http == super::http::Http::default() => Ok(Self::default()),
            _ => Err("--http is missing; see --help".to_owned()),
        }
    }

    /// Reads the options of a server, which are none.
    #[cfg(not(feature = "http"))]
    fn read(mut words: impl Iterator<Item = std::ffi::OsString>) -> Result<Self, String> {
        match words.next() {
            None => Ok(Self::default()),
            Some(word) => Err(format!("unexpected argument {}; see --help", word.display())),
        }
    }

    #[expect(clippy::unused_self, reason = "with the feature `cli` it holds what was given")]
    pub(super) fn options<O: Options>(&self) -> Result<O, String> {
        O::read(&GivenOptions { none: PhantomData })
    }
}

impl Command {
    #[expect(clippy::extra_unused_type_parameters, reason = "with the feature `cli` it is used")]
    pub(super) fn new<O: Options>(identity: &Implementation) -> Self {
        Self { name: identity.name.clone(), version: identity.version.clone() }
    }

    #[expect(clippy::unused_self, reason = "with the feature `cli` a server may have options")]
    pub(super) fn has_options(&self) -> bool {
        false
    }
}

pub(super) fn run(server: ReadyServer) -> ExitCode {
    match read(&server) {
        Ok(given) => in_event_loop(&given, serve(server, &given)),
        Err(status) => status,
    }
}

pub(super) async fn run_async(server: ReadyServer) -> ExitCode {
    match read(&server) {
        Ok(given) => status(serve(server, &given).await),
        Err(status) => status,
    }
}

/// Reads the command line.
///
/// # Errors
/// The status to exit with, if there is nothing to serve.
fn read(server: &ReadyServer) -> Result<Given, ExitCode> {
    let Command { name, version } = &server.command;
    let mut words = std::env::args_os().skip(1).peekable();
    let said = match words.peek() {
        Some(option) if option == "--version" || option == "-V" => format!("{name} {version}\n"),
        Some(option) if option == "--help" || option == "-h" => help(name, version),
        _ => {
            return Given::read(words).map_err(|wrong| {
                report(wrong);
                ExitCode::from(2)
            });
        }
    };
    Err(print(&said).unwrap_or_else(|error| {
        report(error);
        ExitCode::FAILURE
    }))
}

#[cfg(not(feature = "http"))]
fn help(name: &str, version: &str) -> String {
    format!("{name} {version}: an MCP server over the standard streams; an MCP client starts it\n")
}

#[cfg(feature = "http")]
fn help(name: &str, version: &str) -> String {
    use std::fmt::Write as _;

    let mut help = format!(
        "{name} {version}: an MCP server over the standard streams, where an MCP client starts it, \
         or over HTTP\n"
    );
    for (option, value, about) in super::http::Http::OPTIONS {
        let option = format!("--{option} {value}");
        // Writing into a text cannot fail.
        writeln!(help, "  {option:24} {about}").unwrap_or_default();
    }
    help
}

#[cfg(feature = "http")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_http_are_read_with_and_without_an_equals_sign() {
        let read = |words: &[&str]| Given::read(words.iter().map(Into::into));
        let given = read(&["--http", ":0", "--keys-file=keys"]).unwrap().http().unwrap();
        assert_eq!((&*given.address, given.keys_file.as_deref()), (":0", Some("keys")));
        let wrong = read(&["--keys-file", "keys"]).unwrap_err();
        assert_eq!(wrong, "--http is missing; see --help");
        let wrong = read(&["--http", ":0", "--keys-file"]).unwrap_err();
        assert_eq!(wrong, "--keys-file: a value is missing");
    }
}
