//! Questions of a tool: answered by `--answer`, or at the terminal field by field.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};

use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Map, Value, json};

use super::Misused;
use super::asked::value_of;
use crate::client::Client;
use crate::jsonrpc::ErrorObject;
use crate::protocol::{ElicitRequestParams, InputRequest};
use crate::visible::lines;

pub(super) fn answer_option() -> Arg {
    Arg::new("answer")
        .long("answer")
        .action(ArgAction::Append)
        .value_name("KEY=VALUE")
        .help("Answer one field of a question in place of the terminal; may be repeated")
}

/// Whoever answers the questions of a server.
struct User {
    /// By the names of fields, or of questions with one field.
    answers: BTreeMap<String, String>,
    terminal: Option<Terminal>,
}

/// The terminal of the program, whatever its standard streams are.
struct Terminal {
    input: BufReader<File>,
    output: File,
}

/// Lets a client answer the questions of its server, if anybody is there who can.
pub(super) fn answer(client: &mut Client, matches: &ArgMatches) -> Result<(), Misused> {
    let mut answers = BTreeMap::new();
    for answer in matches.get_many::<String>("answer").into_iter().flatten() {
        let Some((key, value)) = answer.split_once('=') else {
            return Err(Misused(format!("`--answer {answer}`: expected KEY=VALUE")));
        };
        if answers.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Misused(format!("`--answer {key}`: given twice")));
        }
    }
    let terminal = Terminal::open();
    if terminal.is_none() && answers.is_empty() {
        return Ok(());
    }
    let mut user = User { answers, terminal };
    let capabilities = json!({ "elicitation": { "form": {}, "url": {} } });
    client.answer_by(
        Box::new(move |key, request| user.answer(key.unwrap_or_default(), &request)),
        capabilities,
    );
    Ok(())
}

/// What came of a question.
enum Said {
    Fields(Map<String, Value>),
    No,
    /// Nothing more can be read.
    Gone,
}

impl User {
    fn answer(&mut self, key: &str, request: &InputRequest) -> Result<Value, ErrorObject> {
        let InputRequest::Elicit(question) = request else {
            return Err(ErrorObject::invalid_params("a terminal has no model and no folders"));
        };
        let said = match question {
            ElicitRequestParams::Form(form) => {
                self.fill(key, &form.message, &form.requested_schema)?
            }
            ElicitRequestParams::Url(page) => {
                let message = format!("{}\n{}", page.message, page.url);
                let schema = json!({
                    "properties": { "open": { "type": "boolean", "title": "Open the page" } },
                    "required": ["open"],
                });
                match self.fill(key, &message, &schema)? {
                    Said::Fields(fields) if fields.get("open") == Some(&Value::Bool(false)) => {
                        Said::No
                    }
                    Said::Fields(_) => return Ok(json!({ "action": "accept" })),
                    said => said,
                }
            }
        };
        Ok(match said {
            Said::Fields(fields) => json!({ "action": "accept", "content": fields }),
            Said::No => json!({ "action": "decline" }),
            Said::Gone => json!({ "action": "cancel" }),
        })
    }

    /// Fills in a form.
    fn fill(&mut self, key: &str, message: &str, schema: &Value) -> Result<Said, ErrorObject> {
        let none = Map::new();
        let fields = schema["properties"].as_object().unwrap_or(&none);
        let mut filled = Map::new();
        let mut is_shown = false;
        for (name, field) in fields {
            let is_required = schema["required"]
                .as_array()
                .is_some_and(|required| required.iter().any(|known| known == name));
            let given = self.given(key, name, fields.len());
            let text = match (given, &mut self.terminal) {
                (Some(text), _) => text,
                (None, Some(terminal)) => {
                    if !std::mem::replace(&mut is_shown, true) {
                        terminal.say(&format!("{message}\n"));
                    }
                    match terminal.ask(name, field, is_required) {
                        None => return Ok(Said::Gone),
                        Some(text) if text.is_empty() => continue,
                        Some(text) => text,
                    }
                }
                (None, None) if is_required => {
                    return Err(ErrorObject::invalid_params(format!(
                        "{message} Answer with `--answer {name}=…`"
                    )));
                }
                (None, None) => continue,
            };
            filled.insert(name.clone(), read(field, &text, schema, name));
        }
        Ok(Said::Fields(filled))
    }

    /// What the command line answers.
    fn given(&self, key: &str, name: &str, fields: usize) -> Option<String> {
        let of_question = self.answers.get(&format!("{key}.{name}"));
        let whole = self.answers.get(key).filter(|_| fields == 1);
        of_question.or(whole).or_else(|| self.answers.get(name)).cloned()
    }
}

/// A text as the value of a field.
fn read(field: &Value, text: &str, schema: &Value, name: &str) -> Value {
    match field["type"].as_str() {
        Some("boolean") => match text.to_ascii_lowercase().as_str() {
            "y" | "yes" | "true" => true.into(),
            "n" | "no" | "false" => false.into(),
            _ => text.into(),
        },
        Some("array") => text.split(',').map(str::trim).collect(),
        _ => value_of(Some(schema), name, text),
    }
}

impl Terminal {
    /// `None` if the program has no terminal.
    fn open() -> Option<Self> {
        let output = OpenOptions::new().write(true).open("/dev/tty").ok()?;
        let input = BufReader::new(File::open("/dev/tty").ok()?);
        Some(Self { input, output })
    }

    fn say(&mut self, text: &str) {
        // Who cannot read the question will not answer it either.
        self.output.write_all(lines(text).as_bytes()).unwrap_or_default();
    }

    /// Asks for one field, until there is something if it is required; `None` at the end of the
    /// input.
    fn ask(&mut self, name: &str, field: &Value, is_required: bool) -> Option<String> {
        let prompt = prompt(name, field, is_required);
        loop {
            self.say(&prompt);
            let mut line = String::new();
            if self.input.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let text = line.trim_end_matches(['\r', '\n']);
            if !(text.is_empty() && is_required && field.get("default").is_none()) {
                return Some(text.to_owned());
            }
        }
    }
}

/// What is shown in front of the answer: `Age (integer, 18): `.
fn prompt(name: &str, field: &Value, is_required: bool) -> String {
    let title = field["title"].as_str().unwrap_or(name);
    let choices = choices(field).or_else(|| choices(&field["items"]));
    let kind = match (choices, field["type"].as_str()) {
        (Some(choices), Some("array")) => format!("some of {}", choices.join(", ")),
        (Some(choices), _) => choices.join(", "),
        (None, Some("boolean")) => "y/n".to_owned(),
        (None, kind) => field["format"].as_str().or(kind).unwrap_or("text").to_owned(),
    };
    let default = match &field["default"] {
        Value::Null if is_required => String::new(),
        Value::Null => "; optional".to_owned(),
        Value::String(text) => format!("; else {text}"),
        value => format!("; else {value}"),
    };
    let about = field["description"].as_str().map(|about| format!("{about}\n"));
    format!("{}{title} ({kind}{default}): ", about.unwrap_or_default())
}

/// The values that a field may have, if they are listed.
fn choices(field: &Value) -> Option<Vec<String>> {
    let list = |keyword: &str| field.get(keyword).and_then(Value::as_array);
    let value = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(values) = list("enum") {
        return values.iter().map(value).collect();
    }
    let titled = list("oneOf").or_else(|| list("anyOf"))?;
    titled.iter().map(|choice| value(&choice["const"])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(answers: &[(&str, &str)]) -> User {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        User { answers: answers.iter().map(owned).collect(), terminal: None }
    }

    #[test]
    fn answers_are_found_by_field_and_by_question() {
        let schema = json!({
            "properties": {
                "name": { "type": "string" },
                "age": { "type": "integer" },
                "news": { "type": "boolean", "default": false },
                "days": { "type": "array", "items": { "enum": ["mon", "tue"] } },
            },
            "required": ["name", "age"],
        });
        let mut given =
            user(&[("name", "7"), ("age", "7"), ("q.news", "yes"), ("days", "mon, tue")]);
        let Ok(Said::Fields(fields)) = given.fill("q", "Who?", &schema) else {
            panic!("no fields")
        };
        let expected = json!({ "name": "7", "age": 7, "news": true, "days": ["mon", "tue"] });
        assert_eq!(Value::Object(fields), expected);
        let Err(error) = user(&[("name", "x")]).fill("q", "Who?", &schema) else {
            panic!("the age is not there")
        };
        assert_eq!(error.message, "Who? Answer with `--answer age=…`");
    }

    #[test]
    fn a_question_with_one_field_is_answered_by_its_key() {
        let schema = json!({ "properties": { "confirm": { "type": "boolean" } } });
        for answers in [[("first", "no")], [("confirm", "n")], [("first.confirm", "false")]] {
            let Ok(Said::Fields(fields)) = user(&answers).fill("first", "?", &schema) else {
                panic!("no fields")
            };
            assert_eq!(Value::Object(fields), json!({ "confirm": false }));
        }
    }

    #[test]
    fn a_prompt_says_what_is_wanted() {
        let shown = |field: Value, is_required| prompt("field", &field, is_required);
        assert_eq!(shown(json!({ "type": "boolean", "title": "Sure" }), true), "Sure (y/n): ");
        assert_eq!(
            shown(json!({ "enum": ["a", "b"], "default": "a", "description": "One." }), false),
            "One.\nfield (a, b; else a): "
        );
        assert_eq!(shown(json!({ "type": "integer" }), false), "field (integer; optional): ");
    }
}
