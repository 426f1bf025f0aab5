//! `call`, `read` and `prompt`: one request from the terminal, and what came of it.

use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Map, Value, json};

use super::questions::{self, answer_option};
use super::terminal::Progress;
use super::{Given, Misused, show, tell};
use crate::client::{Client, text_of};
use crate::server::ReadyServer;

pub(super) fn call_command() -> clap::Command {
    clap::Command::new("call")
        .about("Call one tool and print what it answers")
        .arg(Arg::new("name").index(1).required(true).value_name("NAME").help("The tool's name"))
        .arg(pairs("Its arguments; lists and objects as JSON, `@FILE` or `-` for long texts"))
        .arg(
            Arg::new("args")
                .long("args")
                .value_name("JSON")
                .conflicts_with("arguments")
                .help("All arguments as one object; `@FILE` or `-` reads it"),
        )
        .arg(answer_option())
        .arg(json_flag("The whole result"))
}

pub(super) fn read_command() -> clap::Command {
    clap::Command::new("read")
        .about("Read one resource and print what it holds")
        .arg(Arg::new("uri").required(true).value_name("URI").help("The resource's URI"))
        .arg(answer_option())
        .arg(json_flag("The whole result"))
}

pub(super) fn prompt_command() -> clap::Command {
    clap::Command::new("prompt")
        .about("Get one prompt and print its messages")
        .arg(Arg::new("name").index(1).required(true).value_name("NAME").help("The prompt's name"))
        .arg(pairs("Its arguments; `@FILE` or `-` for long texts"))
        .arg(answer_option())
        .arg(json_flag("The whole result"))
}

fn pairs(help: &'static str) -> Arg {
    Arg::new("arguments").index(2).action(ArgAction::Append).value_name("KEY=VALUE").help(help)
}

fn json_flag(help: &'static str) -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help(help)
}

pub(super) async fn call(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let name = matches.get_one::<String>("name").cloned().unwrap_or_default();
    let (app, _) = server.build_with(given).await?;
    let served = Arc::clone(app.served());
    let schema = served.offer.router.tool(&name).map(|tool| tool.descriptor.input_schema.clone());
    let arguments = match matches.get_one::<String>("args") {
        Some(text) => whole(text),
        None => named(matches, |key, text| value_of(schema.as_ref(), key, text)),
    };
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(misused) => return Ok(misused.told()),
    };
    let params = json!({ "name": name, "arguments": arguments });
    let mut progress = Progress::new();
    let mut client = Client::new(served, "command-line");
    if let Err(misused) = questions::answer(&mut client, matches) {
        return Ok(misused.told());
    }
    let answered =
        client.request_watched("tools/call", params, &mut |heard| progress.show(heard)).await;
    progress.end();
    let result = match answered.result {
        Ok(result) => result,
        Err(error) => return Ok(failed(error.message)),
    };
    let is_error = result.get("isError") == Some(&Value::Bool(true));
    if matches.get_flag("json") {
        show(&format!("{result:#}\n"))?;
    } else if is_error {
        tell(text_of(&result));
    } else {
        show(&(text_of(&result) + "\n"))?;
    }
    Ok(if is_error { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

pub(super) async fn read(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let uri = matches.get_one::<String>("uri").cloned().unwrap_or_default();
    let result =
        match request(server, given, matches, "resources/read", json!({ "uri": uri })).await? {
            Ok(result) => result,
            Err(code) => return Ok(code),
        };
    if matches.get_flag("json") {
        return show(&format!("{result:#}\n"));
    }
    let contents = result["contents"].as_array().map_or(&[][..], Vec::as_slice);
    for item in contents {
        match (item["text"].as_str(), item["blob"].as_str()) {
            (Some(text), _) if text.ends_with('\n') => show(text)?,
            (Some(text), _) => show(&format!("{text}\n"))?,
            (None, Some(blob)) => bytes(&STANDARD.decode(blob).unwrap_or_default())?,
            (None, None) => continue,
        };
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn prompt(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
) -> io::Result<ExitCode> {
    let name = matches.get_one::<String>("name").cloned().unwrap_or_default();
    let arguments = match named(matches, |_, text| Value::from(text)) {
        Ok(arguments) => arguments,
        Err(misused) => return Ok(misused.told()),
    };
    let params = json!({ "name": name, "arguments": arguments });
    let result = match request(server, given, matches, "prompts/get", params).await? {
        Ok(result) => result,
        Err(code) => return Ok(code),
    };
    if matches.get_flag("json") {
        return show(&format!("{result:#}\n"));
    }
    let messages = result["messages"].as_array().into_iter().flatten().map(|message| {
        let content = text_of(&json!({ "content": [message["content"]] }));
        format!("{}: {content}\n", message["role"].as_str().unwrap_or_default())
    });
    show(&messages.collect::<String>())
}

/// Sends one request to the server; an error is told.
async fn request(
    server: ReadyServer,
    given: &Given,
    matches: &ArgMatches,
    method: &str,
    params: Value,
) -> io::Result<Result<Value, ExitCode>> {
    let (app, _) = server.build_with(given).await?;
    let mut client = Client::new(Arc::clone(app.served()), "command-line");
    if let Err(misused) = questions::answer(&mut client, matches) {
        return Ok(Err(misused.told()));
    }
    let answered = client.request(method, params).await;
    Ok(answered.result.map_err(|error| failed(error.message)))
}

fn failed(why: String) -> ExitCode {
    tell(why);
    ExitCode::FAILURE
}

/// The arguments of `--args`.
fn whole(text: &str) -> Result<Map<String, Value>, Misused> {
    let text = long(text)?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(_) => Err(Misused("`--args`: expected a JSON object".to_owned())),
        Err(error) => Err(Misused(format!("`--args`: expected a JSON object: {error}"))),
    }
}

/// The arguments that are given one by one.
fn named(
    matches: &ArgMatches,
    value: impl Fn(&str, &str) -> Value,
) -> Result<Map<String, Value>, Misused> {
    let sent = matches.get_many::<String>("arguments").into_iter().flatten();
    let mut arguments = Map::new();
    for argument in sent {
        let Some((key, text)) = argument.split_once('=') else {
            return Err(Misused(format!("`{argument}`: expected KEY=VALUE")));
        };
        if arguments.insert(key.to_owned(), value(key, &long(text)?)).is_some() {
            return Err(Misused(format!("`{key}`: given twice")));
        }
    }
    Ok(arguments)
}

/// A text that may stand elsewhere: `@FILE` is what the file holds, `-` what comes from the
/// standard input, and `@@text` is `@text`.
fn long(text: &str) -> Result<String, Misused> {
    if text == "-" {
        let mut read = String::new();
        let input = io::stdin().read_to_string(&mut read);
        return input
            .map(|_| read)
            .map_err(|error| Misused(format!("the standard input cannot be read: {error}")));
    }
    match text.strip_prefix('@') {
        None => Ok(text.to_owned()),
        Some(escaped) if escaped.starts_with('@') => Ok(escaped.to_owned()),
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            Misused(format!(
                "`{path}` cannot be read: {error}; a text that begins with @ is @@text"
            ))
        }),
    }
}

/// A value from the command line, as the tool's schema wants it: text where it wants text, else
/// JSON where it is JSON. What it is then may still not fit; the tool says so.
pub(super) fn value_of(schema: Option<&Value>, key: &str, text: &str) -> Value {
    let wanted =
        schema.and_then(|schema| schema.get("properties")?.get(key)?.get("type")?.as_str());
    match wanted {
        Some("string") => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// Prints bytes as they are, but not to a terminal, which would obey them.
fn bytes(bytes: &[u8]) -> io::Result<ExitCode> {
    let mut stdout = io::stdout();
    if stdout.is_terminal() {
        return show(&format!("{} bytes; send them into a file with `>`\n", bytes.len()));
    }
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(super::unwritten(&error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}
