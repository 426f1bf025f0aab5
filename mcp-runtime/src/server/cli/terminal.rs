//! What only a terminal gets: colours, and progress on one line.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde_json::Value;

use super::{show, unwritten};
use crate::visible;

/// How a part of a line looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Paint {
    Bold,
    Red,
    Green,
    Yellow,
    Cyan,
}

impl Paint {
    /// The sequence that begins it.
    fn begin(self) -> &'static str {
        match self {
            Self::Bold => "\u{1b}[1m",
            Self::Red => "\u{1b}[1;31m",
            Self::Green => "\u{1b}[1;32m",
            Self::Yellow => "\u{1b}[1;33m",
            Self::Cyan => "\u{1b}[36m",
        }
    }
}

const END: &str = "\u{1b}[0m";

/// Prints what was asked for. On a terminal with colours `paint` says how many bytes at the begin
/// of each line are painted, and how.
pub(super) fn show_painted(
    text: &str,
    paint: impl Fn(&str) -> Option<(usize, Paint)>,
) -> io::Result<ExitCode> {
    let mut stdout = io::stdout();
    let has_colours = takes_colours(
        stdout.is_terminal(),
        std::env::var_os("NO_COLOR").as_deref(),
        std::env::var_os("TERM").as_deref(),
    );
    if !has_colours {
        return show(text);
    }
    // Painted after it is escaped: what is in the text is not obeyed.
    let text = visible::lines(text);
    let lines = text.lines().map(|line| painted(line, paint(line)));
    match stdout.write_all(lines.collect::<String>().as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(&error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn painted(line: &str, part: Option<(usize, Paint)>) -> String {
    match part.and_then(|(length, paint)| Some((line.split_at_checked(length)?, paint))) {
        Some(((part, rest), paint)) if !part.is_empty() => {
            format!("{}{part}{END}{rest}\n", paint.begin())
        }
        _ => format!("{line}\n"),
    }
}

/// Whether to paint. <https://no-color.org>: any value but an empty one means no.
fn takes_colours(is_terminal: bool, no_color: Option<&OsStr>, term: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty) && term.is_some_and(|term| term != "dumb")
}

/// The progress of a call: one line on stderr that is rewritten.
#[derive(Debug)]
pub(super) struct Progress {
    is_shown: bool,
    has_line: bool,
}

/// To the begin of the line, and the line away.
const REWRITE: &str = "\r\u{1b}[2K";
/// A longer line would be broken, and only its last part rewritten.
const WIDTH: usize = 79;

impl Progress {
    /// Shows nothing where there is no terminal that rewrites lines.
    pub(super) fn new() -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        Self { is_shown: io::stderr().is_terminal() && !is_dumb, has_line: false }
    }

    /// Shows the last progress among notifications, a line each.
    pub(super) fn show(&mut self, notifications: &[u8]) {
        if !self.is_shown {
            return;
        }
        let mut lines = notifications.rsplit(|byte| *byte == b'\n');
        let Some(line) = lines.find_map(progress_line) else { return };
        self.write(&format!("{REWRITE}{line}"));
        self.has_line = true;
    }

    /// Takes the line away, before the result is printed.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.has_line) {
            self.write(REWRITE);
        }
    }

    #[expect(clippy::unused_self, reason = "only a progress writes to the terminal")]
    fn write(&self, text: &str) {
        let mut stderr = io::stderr();
        // Progress that cannot be shown is nobody's loss.
        stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush()).unwrap_or_default();
    }
}

/// What a person sees of a progress notification.
fn progress_line(notification: &[u8]) -> Option<String> {
    let notification: Value = serde_json::from_slice(notification).ok()?;
    let params = notification.get("params")?;
    let progress = params.get("progress")?.as_f64()?;
    let total = params.get("total").and_then(Value::as_f64);
    let total = total.map_or_else(String::new, |total| format!("/{total}"));
    let message = params.get("message").and_then(Value::as_str).unwrap_or_default();
    let line = format!("{progress}{total} {message}");
    Some(visible::one_line(line.trim_end()).chars().take(WIDTH).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        let os = |text: &'static str| Some(OsStr::new(text));
        for (is_terminal, no_color, term, expected) in [
            (true, None, os("xterm"), true),
            (false, None, os("xterm"), false),
            (true, os("1"), os("xterm"), false),
            (true, os(""), os("xterm"), true),
            (true, None, os("dumb"), false),
            (true, None, None, false),
        ] {
            assert_eq!(takes_colours(is_terminal, no_color, term), expected);
        }
    }

    #[test]
    fn a_part_of_a_line_is_painted() {
        assert_eq!(painted("error: x", Some((5, Paint::Red))), "\u{1b}[1;31merror\u{1b}[0m: x\n");
        // What is not there, or ends within a character, stays as it is.
        for part in [None, Some((0, Paint::Bold)), Some((9, Paint::Bold)), Some((1, Paint::Bold))] {
            assert_eq!(painted("é", part), "é\n");
        }
    }

    #[test]
    fn progress_is_one_line() {
        for (params, expected) in [
            (r#"{"progress":1.0,"total":3.0,"message":"page\n1"}"#, Some("1/3 page\\n1")),
            (r#"{"progress":0.5}"#, Some("0.5")),
            (r#"{"level":"info","data":"x"}"#, None),
        ] {
            let notification = format!(r#"{{"jsonrpc":"2.0","params":{params}}}"#);
            assert_eq!(progress_line(notification.as_bytes()).as_deref(), expected);
        }
        let long = format!(r#"{{"params":{{"progress":1,"message":"{}"}}}}"#, "x".repeat(100));
        assert_eq!(progress_line(long.as_bytes()).map(|line| line.len()), Some(WIDTH));
    }
}
