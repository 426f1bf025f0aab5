//! The servers that the transcripts talk to.
//!
//! [`everything`] offers whatever a transcript may want to see; the others lack something. What has
//! to take time waits for a gate, which another call opens: nothing sleeps.

use std::collections::BTreeSet;
use std::fmt;

use mcp_runtime::prelude::*;
use mcp_runtime::protocol::content::{Annotations, EmbeddedResource, TextContent};
use mcp_runtime::protocol::lifecycle::{Icon, IconTheme};
use mcp_runtime::protocol::{ContentBlock, JsonObject, ResourceDescriptor, Role};
use mcp_runtime::{ReadyServer, Result, schemars};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

/// A server with tools, resources, templates and prompts of every kind.
pub(crate) fn everything() -> ReadyServer {
    Server::new("everything", "1.2.3")
        .title("Everything")
        .instructions("Ask for anything.")
        // The first few differ from one revision to another: transcripts show them in full.
        .with(handlers![order, points])
        .with(anything())
        .with(handlers![point, count, maybe, reply, json, say, nothing, blocks])
        .with(handlers![fail, own_failure, panics, panics_in_a_thread])
        .with(handlers![open, wait, hold, dropped, thread, strict, who, long])
        .with(handlers![readme, settings, logo, folder, empty, broken, panicking])
        .with(handlers![note, file, search])
        .with(handlers![greeting, plan, show, broken_prompt, panicking_prompt, nobody])
        .state(Gates::default())
}

/// A server that has one tool and nothing else.
pub(crate) fn tools_only() -> ReadyServer {
    Server::new("tools-only", "1.0.0").with(handlers![say]).state(Gates::default())
}

/// A server that has a template and a prompt, and no tools.
pub(crate) fn without_tools() -> ReadyServer {
    Server::new("without-tools", "1.0.0").with(handlers![note, greeting]).state(Gates::default())
}

/// A server that has what the official example requests name.
pub(crate) fn of_the_examples() -> ReadyServer {
    Server::new("examples", "1.0.0").with(handlers![get_weather, code_review, main_rs]).state(())
}

/// What calls wait for, and how many of them were given up.
struct Gates {
    opened: watch::Sender<BTreeSet<String>>,
    given_up: watch::Sender<u32>,
}

impl Default for Gates {
    fn default() -> Self {
        Self { opened: watch::Sender::new(BTreeSet::new()), given_up: watch::Sender::new(0) }
    }
}

impl Gates {
    fn open(&self, gate: String) {
        self.opened.send_modify(|opened| {
            opened.insert(gate);
        });
    }

    async fn pass(&self, gate: &str) {
        let opened =
            self.opened.subscribe().wait_for(|opened| opened.contains(gate)).await.map(drop);
        opened.expect("the sender lives in the state, which outlives every call");
    }
}

/// How soon something is needed.
#[data]
#[derive(Default, Debug)]
enum Urgency {
    /// It can wait.
    Low,
    /// When there is time.
    #[default]
    Normal,
    /// Today.
    High,
}

/// A place that things are sent to.
#[data]
#[derive(Debug)]
struct Address {
    /// Street and number.
    street: String,
    /// The city.
    city: Option<String>,
}

/// A day, as YYYY-MM-DD.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Day(String);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = |part: &str, length| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        match text.split('-').collect::<Vec<_>>()[..] {
            [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
                Ok(Self(text))
            }
            _ => Err("expected a day".to_owned()),
        }
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl schemars::JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

/// A place in the plane.
#[data]
#[derive(Clone, Copy)]
struct Point {
    /// To the right.
    x: i32,
    /// Upwards.
    y: i32,
}

/// Order something: an argument of every kind.
#[tool(title = "Order", additive, closed_world)]
#[expect(clippy::too_many_arguments, reason = "one of every kind")]
async fn order(
    /// What is ordered.
    item: String,
    /// How many of it.
    count: u8,
    /// The most it may cost.
    limit: Option<f64>,
    /// How soon.
    #[arg(default)]
    urgency: Urgency,
    /// Where it goes.
    to: Option<Address>,
    /// Words to find it by.
    #[arg(default)]
    labels: Vec<String>,
    /// The day it is needed.
    on: Option<Day>,
    /// Whether it is wrapped.
    #[arg(default = true)]
    wrapped: bool,
) -> String {
    format!("{item} {count} {limit:?} {urgency:?} {to:?} {labels:?} {on:?} {wrapped}")
}

/// A list as data.
#[tool(read_only)]
async fn points() -> Vec<Point> {
    vec![Point { x: 1, y: 2 }, Point { x: 3, y: 4 }]
}

/// A tool whose schema is data, with properties that say only whether they may be there.
fn anything<S: 'static>() -> Tool<S> {
    let schema = json!({"type": "object", "properties": {"any": true, "none": false}});
    let answer = async |call: RawCall<_>| Ok::<_, String>(Value::from(call.arguments));
    Tool::raw("anything", schema, answer).title("Anything").description("Give back what was sent.")
}

/// An object as data.
#[tool]
async fn point(
    /// To the right.
    x: i32,
    /// Upwards.
    y: i32,
) -> Point {
    Point { x, y }
}

/// A number as data.
#[tool]
async fn count() -> i64 {
    42
}

/// An object as data, or nothing.
#[tool]
async fn maybe(x: Option<i32>) -> Value {
    json!(x.map(|x| Point { x, y: 0 }))
}

/// Words and data.
#[tool]
async fn reply() -> Reply<Point> {
    Reply::new("To the right, and \"up\".", Point { x: 1, y: 1 })
}

/// Data without a schema.
#[tool]
async fn json() -> Value {
    json!({"free": ["form", null]})
}

/// Say it again.
#[tool(name = "say", idempotent, read_only)]
async fn say(
    /// What is said.
    text: String,
) -> String {
    text
}

/// Do something that has no result.
#[tool]
async fn nothing() {}

/// Content of every kind, with all that a revision may not know.
#[tool]
async fn blocks() -> Vec<Content> {
    every_kind()
}

fn every_kind() -> Vec<Content> {
    let hints = Annotations {
        audience: vec![Role::User],
        priority: Some(0.5),
        last_modified: Some("2025-01-12T15:00:58Z".to_owned()),
    };
    let text = TextContent {
        text: "words".to_owned(),
        annotations: Some(hints.clone()),
        meta: Some(meta()),
    };
    let mut inner = ResourceContents::text("notes://inner", "inside").with_mime_type("text/plain");
    if let ResourceContents::Text(inner) = &mut inner {
        inner.meta = Some(meta());
    }
    let icon =
        Icon { sizes: vec!["48x48".to_owned()], theme: Some(IconTheme::Dark), ..Icon::new(ICON) };
    let link = ResourceDescriptor {
        title: Some("A link".to_owned()),
        description: Some("Somewhere else.".to_owned()),
        mime_type: Some("text/plain".to_owned()),
        annotations: Some(hints),
        size: Some(7),
        icons: vec![icon],
        meta: Some(meta()),
        ..ResourceDescriptor::new("notes://linked", "linked")
    };
    let embedded = EmbeddedResource { resource: inner, annotations: None, meta: Some(meta()) };
    vec![
        ContentBlock::Text(text),
        ContentBlock::image(b"image", "image/png"),
        ContentBlock::audio(b"sound", "audio/wav"),
        ContentBlock::resource_link(link),
        ContentBlock::Resource(embedded),
    ]
}

const ICON: &str = "https://example.com/icon.png";

fn meta() -> JsonObject {
    let mut meta = JsonObject::new();
    meta.insert("com.example/tag".to_owned(), 1.into());
    meta
}

/// The ways to fail.
#[data]
enum Way {
    Words,
    Standard,
    Protocol,
    NotFound,
    Hidden,
}

/// Fail in one of several ways.
#[tool]
async fn fail(way: Way) -> Result<String> {
    fail_by(&way)
}

fn fail_by(way: &Way) -> Result<String> {
    match way {
        Way::Words => Err(Error::new("the shop is closed")),
        Way::Standard => Ok("x".parse::<u8>()?.to_string()),
        Way::Protocol => {
            Err(Error::protocol(7, "out of order").with_data(json!({"since": "noon"})))
        }
        Way::NotFound => Err(Error::not_found("notes://lost")),
        Way::Hidden => Err(Error::hidden("the password is 1234")),
    }
}

/// An error type as an author writes one.
struct TooMany(u32);

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is too many", self.0)
    }
}

/// Fail with an error type of the author's own.
#[tool]
async fn own_failure(count: u32) -> Result<Point, TooMany> {
    Err(TooMany(count))
}

/// Panic.
#[tool]
async fn panics() -> String {
    panic!("the password is 1234")
}

/// Panic in a thread.
#[tool]
fn panics_in_a_thread() -> String {
    panic!("the password is 1234")
}

/// Open a gate.
#[tool]
async fn open(gates: &Gates, gate: String) -> String {
    let said = format!("opened {gate}");
    gates.open(gate);
    said
}

/// Wait until a gate is open.
#[tool]
async fn wait(gates: &Gates, gate: String) -> String {
    gates.pass(&gate).await;
    format!("passed {gate}")
}

/// Counts itself when it is dropped.
struct Guard<'a>(&'a Gates);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.given_up.send_modify(|count| *count += 1);
    }
}

/// Never answer.
#[tool]
async fn hold(gates: &Gates) -> String {
    let _guard = Guard(gates);
    std::future::pending().await
}

/// Wait until so many calls of `hold` were given up.
#[tool]
async fn dropped(gates: &Gates, count: u32) -> String {
    let mut given_up = gates.given_up.subscribe();
    let reached = given_up.wait_for(|reached| *reached >= count).await.map(|reached| *reached);
    format!("{} given up", reached.expect("the sender lives in the state"))
}

/// Run in a thread, where blocking belongs.
#[tool(blocking)]
fn thread(text: String) -> String {
    text
}

/// Take numbers only as numbers.
#[tool(strict)]
async fn strict(count: i32) -> String {
    count.to_string()
}

/// Tell what is known about the call.
#[tool]
async fn who(ctx: &Context) -> Value {
    json!({
        "version": ctx.protocol_version(),
        "client": ctx.client().map(|client| &client.name),
        "capabilities": ctx.client_capabilities(),
        "tag": ctx.meta().get("com.example/tag"),
    })
}

/// Say something on several lines.
#[tool]
async fn long() -> String {
    "one\ntwo\r\n\u{2028}\u{7f}\u{0}\"\\é😀".to_owned()
}

/// What this is.
#[resource("notes://readme", title = "Read me", mime = "text/markdown")]
async fn readme() -> &'static str {
    "# Notes"
}

/// How it is set up.
#[resource("notes://settings")]
async fn settings() -> Point {
    Point { x: 1, y: 2 }
}

/// What it looks like.
#[resource("notes://logo", mime = "image/png")]
async fn logo() -> Vec<u8> {
    vec![0x89, b'P', b'N', b'G']
}

/// Several things.
#[resource("notes://folder")]
async fn folder() -> Vec<ResourceContents> {
    let mut text = ResourceContents::text("notes://folder/a", "a").with_mime_type("text/plain");
    if let ResourceContents::Text(text) = &mut text {
        text.meta = Some(meta());
    }
    vec![text, ResourceContents::blob("notes://folder/b", b"b")]
}

/// Nothing, and yet it is there.
#[resource("notes://empty")]
async fn empty() -> Vec<ResourceContents> {
    Vec::new()
}

/// Fail in one of several ways.
#[resource("notes://broken/{way}")]
async fn broken(way: Way) -> Result<String> {
    fail_by(&way)
}

/// Panic.
#[resource("notes://panicking")]
async fn panicking() -> String {
    panic!("the password is 1234")
}

/// One note, by its number.
#[resource("notes://note/{id}", title = "Note")]
async fn note(id: u32) -> Result<Point> {
    match id {
        0..100 => Ok(Point { x: i32::try_from(id)?, y: 0 }),
        _ => Err(Error::not_found(format!("notes://note/{id}"))),
    }
}

/// One file, by its path.
#[resource("notes://files/{+path}", mime = "text/plain")]
async fn file(path: String) -> String {
    path
}

/// Notes with a word in them.
#[resource("notes://search{?word,most}")]
async fn search(word: String, most: Option<u8>) -> String {
    format!("{word} {most:?}")
}

/// Say hello.
#[prompt]
async fn greeting() -> &'static str {
    "Say hello."
}

/// Plan some days.
#[prompt(title = "Plan")]
async fn plan(
    /// How many days.
    days: u8,
    /// How soon.
    urgency: Urgency,
    /// Whether it is to be short.
    brief: bool,
    /// What it is about.
    topic: Option<String>,
) -> Vec<Message> {
    vec![
        Message::user(format!("{days} {urgency:?} {brief} {topic:?}")),
        Message::assistant("Here is the plan:"),
    ]
}

/// Show content of every kind.
#[prompt]
async fn show() -> Vec<Message> {
    every_kind().into_iter().map(Message::user).collect()
}

/// Fail in one of several ways.
#[prompt]
async fn broken_prompt(way: Way) -> Result<String> {
    fail_by(&way)
}

/// Panic.
#[prompt]
async fn panicking_prompt() -> String {
    panic!("the password is 1234")
}

/// Say nothing.
#[prompt]
async fn nobody() -> Vec<Message> {
    Vec::new()
}

/// The weather of a place.
#[tool]
async fn get_weather(location: String) -> String {
    format!("It rains in {location}.")
}

/// Review code.
#[prompt]
async fn code_review(code: String) -> String {
    format!("Review this:\n{code}")
}

/// A source file.
#[resource("file:///project/src/main.rs")]
async fn main_rs() -> &'static str {
    "fn main() {}"
}
