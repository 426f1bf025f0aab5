//! What one message may cost: for each shape of message its bytes, the peak of memory above what
//! the process had, and how long a request behind it waited.
//!
//! A message of N bytes costs at most 8 N + 1 MiB at its peak. What a handler keeps of its own
//! arguments is its author's, so the tools here keep no more than a text.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::messages::{Era, PING, initialize_line};
use crate::process::{Process, Setup};

const MIB: usize = 1024 * 1024;

/// About how long each message is. Without optimisation some are checked for ten seconds a MiB.
const SIZE: usize = if cfg!(debug_assertions) { MIB / 2 } else { 4 * MIB };

/// The modern `_meta`, and one with a member more.
fn meta(more: &str) -> String {
    format!(
        r#""_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}}{more}}}"#
    )
}

/// A text again and again, about `SIZE` bytes of it.
fn many(text: &str) -> String {
    text.repeat(SIZE / text.len())
}

/// Members with names of their own, each with this value.
fn members(value: &str) -> String {
    let mut out = String::new();
    for number in 0.. {
        write!(out, "\"{number:x}\":{value},").expect("writing into a string cannot fail");
        if out.len() > SIZE {
            break;
        }
    }
    out.pop();
    out
}

fn call(tool: &str, arguments: &str) -> String {
    request("1", "tools/call", &format!(r#""name":"{tool}","arguments":{{{arguments}}}"#))
}

fn request(id: &str, method: &str, params: &str) -> String {
    let meta = meta("");
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{params},{meta}}}}}"#)
}

/// A list of values without the comma behind the last one.
fn list(value: &str) -> String {
    let mut list = many(&format!("{value},"));
    list.pop();
    format!("[{list}]")
}

/// Calls whose arguments cost.
fn calls() -> Vec<(&'static str, String)> {
    let ones = list("1");
    vec![
        ("a text", call("echo", &format!(r#""message":"{}""#, many("x")))),
        ("a text of escapes", call("echo", &format!(r#""message":"{}""#, many("\\n")))),
        (
            "a text of control characters",
            call("echo", &format!(r#""message":"{}""#, many("\\u0001"))),
        ),
        (
            "a text of line separators",
            call("echo", &format!(r#""message":"{}""#, many("\u{2028}"))),
        ),
        ("a list where a text is wanted", call("echo", &format!(r#""message":{ones}"#))),
        (
            "an object where a text is wanted",
            call("echo", &format!(r#""message":{{{}}}"#, members("1"))),
        ),
        (
            "a list of lists where a text is wanted",
            call("echo", &format!(r#""message":{}"#, list("[[]]"))),
        ),
        ("a text where a number is wanted", call("add", &format!(r#""a":"{}","b":1"#, many("9")))),
        ("a number that is too long", call("add", &format!(r#""a":{},"b":1"#, many("9")))),
        ("unknown arguments", call("echo", &members("1"))),
        ("unknown arguments, each a list", call("echo", &members("[[],[]]"))),
        (
            "one argument again and again",
            call("echo", many(r#""message":"","#).trim_end_matches(',')),
        ),
        ("arguments without names", call("echo", many(r#""":1,"#).trim_end_matches(','))),
        (
            "arguments with escaped names",
            call("echo", many(r#""\u0061":1,"#).trim_end_matches(',')),
        ),
    ]
}

/// Numbers that are all different, about `SIZE` bytes of them; `last` stands behind them.
fn different(last: &str) -> String {
    let mut out = "[".to_owned();
    for number in 0.. {
        write!(out, "{number},").expect("writing into a string cannot fail");
        if out.len() > SIZE {
            break;
        }
    }
    format!("{out}{last}]")
}

/// Calls whose arguments are held against a schema.
fn checked() -> Vec<(&'static str, String)> {
    let ones = list("1");
    let texts = list("\"x\"");
    let tree = |levels: usize, inner: &str| {
        let open = r#"{"label":1,"children":["#.repeat(levels);
        format!("{open}{inner}{}", "]}".repeat(levels))
    };
    vec![
        ("a list in a member of an object", call("graft", &format!(r#""node":{{"name":{ones}}}"#))),
        ("unknown members of an object", call("graft", &format!(r#""node":{{{}}}"#, members("1")))),
        ("an object as text", call("graft", &format!(r#""node":"{{\"name\":{ones}}}""#))),
        (
            "a list in a tagged choice",
            call("apply", &format!(r#""ops":[{{"kind":"Add","value":{ones}}}]"#)),
        ),
        (
            "a list in a choice whose tag stands behind it",
            call("apply", &format!(r#""ops":[{{"value":{ones},"kind":"Add"}}]"#)),
        ),
        (
            "a list of choices that fit",
            call("apply", &format!(r#""ops":{}"#, list(r#"{"kind":"Add","value":1}"#))),
        ),
        (
            "a list of choices that do not",
            call("apply", &format!(r#""ops":{}"#, list(r#"{"kind":"Add","value":{}}"#))),
        ),
        ("a list of no choices", call("apply", &format!(r#""ops":{texts}"#))),
        (
            "a list in a flat choice",
            call("flatten", &format!(r#""flat":[{{"id":1,"kind":"Add","value":{ones}}}]"#)),
        ),
        (
            "flat choices",
            call("flatten", &format!(r#""flat":{}"#, list(r#"{"id":1,"kind":"Add","value":1}"#))),
        ),
        // One that fits is not here: serde keeps all of it while it tries the alternatives, and so
        // that is what the type costs.
        (
            "a wrong list in an untagged choice",
            call("choose", &format!(r#""untold":{{"sizes":{texts}}}"#)),
        ),
        ("a list in no untagged choice", call("choose", &format!(r#""untold":{{"size":{ones}}}"#))),
        ("a set of one number", call("collect", &format!(r#""numbers":{ones}"#))),
        (
            "a set of different numbers",
            call("collect", &format!(r#""numbers":{}"#, different("1000000000"))),
        ),
        ("a set with a repeat", call("collect", &format!(r#""numbers":{}"#, different("7")))),
        (
            "objects that fit",
            call("collect", &format!(r#""nodes":{}"#, list(r#"{"name":"a","size":1}"#))),
        ),
        (
            "objects that do not",
            call("collect", &format!(r#""nodes":{}"#, list(r#"{"name":1,"siz":1}"#))),
        ),
        (
            "objects with spaces",
            call("collect", &format!(r#""nodes":{}"#, list(r#"{"name": "a", "size": 1}"#))),
        ),
        ("numbers, and a wrong one", call("measure", &format!(r#""sizes":{}"#, different("-1")))),
        ("numbers as texts", call("measure", &format!(r#""sizes":{}"#, list("\"1\"")))),
        ("texts for numbers", call("measure", &format!(r#""sizes":{texts}"#))),
        ("fractions for numbers", call("measure", &format!(r#""sizes":{}"#, list("1.5")))),
        ("integers as fractions", call("measure", &format!(r#""sizes":{}"#, list("1.0")))),
        (
            "lists by name",
            call("measure", &format!(r#""sizes":[],"by_name":{{{}}}"#, members("[1,1,\"x\"]"))),
        ),
        (
            "a text of a format",
            call("label", &format!(r#""text":"https://a.example/{}""#, many("x"))),
        ),
        ("a text of no format", call("label", &format!(r#""text":"{} ""#, many("x-")))),
        (
            "a deep tree with a list at its end",
            call("grow", &format!(r#""tree":{}"#, tree(50, &texts))),
        ),
        (
            "a deep tree with trees at its end",
            call(
                "grow",
                &format!(
                    r#""tree":{}"#,
                    tree(50, list(r#"{"label":1,"children":[]}"#).trim_matches(['[', ']']))
                ),
            ),
        ),
    ]
}

/// Messages that cost before a tool is called.
fn messages() -> Vec<(&'static str, String)> {
    let ones = list("1");
    let initialize = |capabilities: &str, name: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"2025-11-25","capabilities":{capabilities},"clientInfo":{{"name":"{name}","version":"1"}}}}}}"#
        )
    };
    vec![
        ("unknown params", request("1", "tools/list", &members("1"))),
        (
            "a list as params",
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{ones}}}"#),
        ),
        (
            "unknown members of the message",
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping",{}}}"#, members("1")),
        ),
        (
            "a `_meta` of many members",
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{{}}}}}"#,
                meta(&format!(",{}", members("1")))
            ),
        ),
        (
            "a `_meta` with a long list",
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{{}}}}}"#,
                meta(&format!(r#","a":{ones}"#))
            ),
        ),
        (
            "a `_meta` with a long text",
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{{}}}}}"#,
                meta(&format!(r#","a":"{}""#, many("x")))
            ),
        ),
        ("a long id", request(&format!("\"{}\"", many("x")), "tools/list", r#""a":1"#)),
        (
            "a long id of escapes",
            request(&format!("\"{}\"", many("\\u0061")), "tools/list", r#""a":1"#),
        ),
        ("a long method", request("1", &many("x"), r#""a":1"#)),
        ("the long name of a tool", call(&many("x"), "")),
        ("a long cursor", request("1", "tools/list", &format!(r#""cursor":"{}""#, many("x")))),
        (
            "capabilities of many members",
            initialize(&format!("{{\"experimental\":{{{}}}}}", members("{}")), "x"),
        ),
        (
            "a version that nobody knows",
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"{}","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#,
                many("1")
            ),
        ),
        (
            "a capability of the wrong type",
            initialize(&format!(r#"{{"roots":"{}"}}"#, many("x")), "x"),
        ),
        (
            "the id of a cancellation",
            format!(
                r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":"{}"}}}}"#,
                many("\\u0061")
            ),
        ),
        (
            "nesting beyond the limit",
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{}"#, many("[")),
        ),
        (
            "nesting that is closed",
            format!(
                r#"{{"jsonrpc":"2.0","method":"ping","params":{}{},"id":1}}"#,
                "[".repeat(SIZE / 2),
                "]".repeat(SIZE / 2)
            ),
        ),
        ("a line that is not JSON", many("x")),
        ("a batch where none is allowed", ones),
    ]
}

fn batches() -> Vec<(&'static str, String)> {
    vec![
        ("a batch of numbers", list("1")),
        ("a batch of invalid messages", list(r#"{"id":1}"#)),
        ("a short batch of numbers", format!("[{}1]", "1,".repeat(60_000))),
        ("a batch of requests", list(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)),
    ]
}

#[test]
fn no_message_costs_more_than_eight_times_its_size() {
    let mut costs = Vec::new();
    for (shape, line) in calls().into_iter().chain(checked()) {
        let mut process = Setup::misbehaving().start();
        process.ask(Era::Modern.echo(0));
        costs.push(cost(shape, &line, &mut process, [ANSWER, ANSWER_TO_PING]));
    }
    for (shape, line) in messages() {
        let mut process = Setup::misbehaving().start();
        process.ask(Era::Modern.echo(0));
        costs.push(cost(shape, &line, &mut process, [ANSWER_TO_PING]));
    }
    for (shape, line) in batches() {
        let mut process = Setup::new().start();
        process.ask(initialize_line("2025-03-26"));
        costs.push(cost(shape, &line, &mut process, [ANSWER_TO_PING]));
    }
    eprintln!("{:>9}  {:>7}  {:>7}  {:>8}  message", "bytes", "peak", "times", "wait");
    for Cost { shape, bytes, peak, wait } in &costs {
        #[expect(clippy::cast_precision_loss, reason = "it is shown, not counted with")]
        let times = *peak as f64 / *bytes as f64;
        eprintln!(
            "{bytes:>9}  {:>3} MiB  {times:>7.1}  {:>5} ms  {shape}",
            peak / MIB,
            wait.as_millis()
        );
    }
    let dear: Vec<_> = costs.iter().filter(|cost| cost.peak > 8 * cost.bytes + MIB).collect();
    assert!(dear.is_empty(), "{dear:#?}");
}

#[derive(Debug)]
struct Cost {
    shape: &'static str,
    bytes: usize,
    peak: usize,
    wait: Duration,
}

/// How the answers to a call and to the request behind it begin.
const ANSWER: &[u8] = br#"{"jsonrpc":"2.0","id":1,"#;
const ANSWER_TO_PING: &[u8] = br#"{"jsonrpc":"2.0","id":"ping","#;

/// Sends a message with a request behind it, and waits for these answers, of which that to the
/// request is the last one.
fn cost<const N: usize>(
    shape: &'static str,
    line: &str,
    process: &mut Process,
    answers: [&[u8]; N],
) -> Cost {
    process.forget_peak();
    let mut bytes = line.as_bytes().to_vec();
    bytes.push(b'\n');
    bytes.extend(PING.as_bytes());
    bytes.push(b'\n');
    let began = Instant::now();
    let came = process.exchange_until(&bytes, answers);
    let wait = came.last().expect("a request is answered").duration_since(began);
    Cost { shape, bytes: line.len(), peak: process.peak_memory(), wait }
}

/// BASE-21: the answer to a question costs no more than any other message.
#[test]
fn an_answer_to_a_question_costs_no_more_than_eight_times_its_size() {
    let mut process = Setup::new().start();
    let initialize = initialize_line("2025-11-25")
        .replace(r#""capabilities":{}"#, r#""capabilities":{"elicitation":{}}"#);
    process.ask(&initialize);
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"confirm","arguments":{"item":"a"}}}"#;
    let asked = process.ask(call);
    assert_eq!(asked["method"], "elicitation/create", "{asked}");
    let zeros = list("0");
    let id = &asked["id"];
    let answer = format!(
        r#"{{"jsonrpc":"2.0","id":{id},"result":{{"action":"accept","content":{{"x":{zeros}}}}}}}"#
    );
    // It does not fit, and is asked for again.
    let again: &[u8] = br#"{"jsonrpc":"2.0","id":2,"method":"elicitation/create","#;
    let Cost { bytes, peak, .. } = cost("an answer", &answer, &mut process, [again]);
    assert!(peak <= 8 * bytes + MIB, "{bytes} {peak}");
}
