//! What holds for whatever is sent.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use mcp_runtime::{Limits, RawCall, Server, Tool};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop};
use proptest::{prop_assert_eq, prop_oneof, proptest};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines};
use tokio::sync::watch;

use crate::hostile;
use crate::messages::{Era, cancel, code, id_of, initialize_line, text};
use crate::oracle;
use crate::process::{PATIENCE, Setup};

/// Lines that are mutated when nobody asks for more.
const MUTATIONS: usize = 8_000;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(120) })]

    #[test]
    fn any_bytes_in_give_only_valid_answers_out(input in vec(any::<u8>(), 0..2000), pieces in pieces()) {
        oracle::check(&input, &pieces);
    }

    #[test]
    fn any_text_in_gives_only_valid_answers_out(lines in vec(".{0,60}", 0..20), pieces in pieces()) {
        oracle::check(lines.join("\n").as_bytes(), &pieces);
    }

    #[test]
    fn any_json_is_taken_for_what_serde_json_takes_it(lines in vec(json_text(), 1..10)) {
        oracle::check(lines.join("\n").as_bytes(), &[]);
    }

    #[test]
    fn json_with_one_byte_changed_is_taken_for_what_serde_json_takes_it(
        line in message_text(),
        at in any::<prop::sample::Index>(),
        byte in prop_oneof![Just(b'"'), Just(b'\\'), Just(b'{'), Just(b'}'), Just(b','), Just(b':'), any::<u8>()],
    ) {
        let mut line = line.into_bytes();
        let at = at.index(line.len());
        line[at] = byte;
        oracle::check(&line, &[]);
    }

    #[test]
    fn any_message_is_answered_once_under_its_id(lines in vec(message_text(), 1..10)) {
        oracle::check(lines.join("\n").as_bytes(), &[]);
    }

    #[test]
    fn wherever_the_bytes_are_cut_the_answers_are_the_same(
        lines in vec(prop_oneof![message_text(), json_text(), ".{0,20}", "\\PC{0,10}\r"], 0..20),
        pieces in pieces(),
    ) {
        let input = lines.join("\n").into_bytes();
        let whole = oracle::serve(&input, &[]);
        prop_assert_eq!(oracle::serve(&input, &pieces), whole.clone());
        prop_assert_eq!(oracle::serve(&input, &[1]), whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn calls_are_answered_as_a_simple_model_says(steps in vec(step(), 0..60), is_modern in any::<bool>()) {
        let era = if is_modern { Era::Modern } else { Era::Legacy };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            tokio::time::timeout(PATIENCE, follow(era, &steps)).await.unwrap();
        });
    }
}

/// Bytes at a time; 0 is a moment in which nothing comes.
fn pieces() -> impl Strategy<Value = Vec<usize>> {
    vec(prop_oneof![0..8_usize, 0..300_usize], 1..8)
}

/// JSON of any kind, with more of what this server looks for than chance would bring.
fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i64>().prop_map(|value| value.to_string()),
        any::<f64>()
            .prop_filter("JSON has no such number", |value| value.is_finite())
            .prop_map(|value| format!("{value:e}")),
        ".{0,20}".prop_map(|value| Value::from(value).to_string()),
        r"\\u[0-9a-fA-F]{4}".prop_map(|escape| format!("\"{escape}\"")),
        "-?[0-9]{1,30}(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,4})?",
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        let name = prop_oneof![
            prop::sample::select(NAMES.as_slice()).prop_map(str::to_owned),
            ".{0,5}".prop_map(|name| Value::from(name).to_string()),
        ];
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(|values| format!("[{}]", values.join(", "))),
            vec((name, inner), 0..6).prop_map(|members| {
                let members: Vec<String> =
                    members.into_iter().map(|(name, value)| format!("{name}:{value}")).collect();
                format!("{{{}}}", members.join(" ,"))
            }),
        ]
    })
}

/// Names of members, as JSON.
const NAMES: [&str; 12] = [
    "\"jsonrpc\"",
    "\"id\"",
    "\"method\"",
    "\"params\"",
    "\"result\"",
    "\"error\"",
    "\"arguments\"",
    "\"name\"",
    "\"_meta\"",
    "\"i\\u0064\"",
    "\"Id\"",
    "\"\\ud800\"",
];

/// Something near a message.
fn message_text() -> impl Strategy<Value = String> {
    let member = prop_oneof![
        8 => Just(r#""jsonrpc":"2.0""#.to_owned()),
        1 => json_text().prop_map(|version| format!(r#""jsonrpc":{version}"#)),
        4 => any::<i32>().prop_map(|id| format!(r#""id":{id}"#)),
        4 => ".{0,10}".prop_map(|id| format!(r#""id":{}"#, Value::from(id))),
        1 => json_text().prop_map(|id| format!(r#""id":{id}"#)),
        8 => prop::sample::select(METHODS.as_slice()).prop_map(|method| format!(r#""method":"{method}""#)),
        1 => json_text().prop_map(|method| format!(r#""method":{method}"#)),
        4 => Just(r#""params":{"name":"echo","arguments":{"a":1},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}"#.to_owned()),
        4 => json_text().prop_map(|params| format!(r#""params":{params}"#)),
        4 => json_text().prop_map(|arguments| format!(r#""params":{{"name":"echo","arguments":{arguments}}}"#)),
        1 => json_text().prop_map(|value| format!(r#""result":{value}"#)),
        1 => json_text().prop_map(|value| format!(r#""other":{value}"#)),
    ];
    vec(member, 0..7).prop_map(|members| format!("{{{}}}", members.join(",")))
}

const METHODS: [&str; 8] = [
    "ping",
    "tools/call",
    "tools/list",
    "initialize",
    "server/discover",
    "notifications/cancelled",
    "notifications/initialized",
    "no/such",
];

/// Something that happens to a call.
#[derive(Debug, Clone, Copy)]
enum Step {
    Call(usize),
    Cancel(usize),
    /// What the call waits for comes.
    Finish(usize),
}

/// Few ids, so that they come again.
fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..6_usize).prop_map(Step::Call),
        1 => (0..6_usize).prop_map(Step::Cancel),
        2 => (0..6_usize).prop_map(Step::Finish),
    ]
}

/// Calls that may run at the same time in the model.
const PLACES: usize = 3;

/// The calls that were begun and not answered, in their order: the first of them run.
#[derive(Debug, Default)]
struct Model {
    calls: Vec<Modelled>,
    last_gate: u64,
}

#[derive(Debug)]
struct Modelled {
    id: usize,
    gate: u64,
    runs: bool,
    is_open: bool,
}

impl Model {
    /// Lets calls run while there is room and end when they may; the ids of those that end.
    fn settle(&mut self) -> BTreeSet<usize> {
        let mut ended = BTreeSet::new();
        loop {
            let mut free = PLACES - self.calls.iter().filter(|call| call.runs).count();
            for call in self.calls.iter_mut().filter(|call| !call.runs) {
                if free == 0 {
                    break;
                }
                call.runs = true;
                free -= 1;
            }
            let Some(at) = self.calls.iter().position(|call| call.runs && call.is_open) else {
                return ended;
            };
            ended.insert(self.calls.remove(at).id);
        }
    }
}

/// Takes the steps, and after each one compares what comes with what the model says.
async fn follow(era: Era, steps: &[Step]) {
    let opened = watch::Sender::new(BTreeSet::<u64>::new());
    let gates = opened.clone();
    let wait = move |call: RawCall| {
        let mut opened = gates.subscribe();
        async move {
            let gate = call.arguments["gate"].as_u64().unwrap();
            opened.wait_for(|opened| opened.contains(&gate)).await.map(drop).unwrap();
            Ok::<_, String>("passed")
        }
    };
    let server: Server = Server::new("model", "1.0.0")
        .with(Tool::raw("wait", json!({ "type": "object" }), wait))
        .limits(Limits::default().in_flight(PLACES));
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (input, output) = tokio::io::split(theirs);
    let served = tokio::spawn(server.state(()).serve(input, output));
    let talked = async {
        let mut peer = Peer::new(ours);
        if era == Era::Legacy {
            peer.ask(&initialize_line("2025-11-25")).await;
        }
        let mut model = Model::default();
        for (number, step) in steps.iter().enumerate() {
            match *step {
                Step::Call(id) => {
                    model.last_gate += 1;
                    let gate = model.last_gate;
                    let line = era.call(id, "wait", &format!(r#"{{"gate":{gate}}}"#));
                    if model.calls.iter().any(|call| call.id == id) {
                        let answer = peer.ask(&line).await;
                        assert_eq!((code(&answer), &answer["id"]), (-32_600, &json!(id)));
                    } else {
                        peer.send(&line).await;
                        model.calls.push(Modelled { id, gate, runs: false, is_open: false });
                    }
                }
                Step::Cancel(id) => {
                    peer.send(&cancel(id)).await;
                    model.calls.retain(|call| call.id != id);
                }
                Step::Finish(id) => {
                    if let Some(call) = model.calls.iter_mut().find(|call| call.id == id) {
                        call.is_open = true;
                        opened.send_modify(|opened| {
                            opened.insert(call.gate);
                        });
                    }
                }
            }
            peer.expect(number, model.settle()).await;
        }
        for call in &model.calls {
            peer.send(&cancel(call.id)).await;
        }
        peer.finish().await;
    };
    talked.await;
    served.await.unwrap().unwrap();
}

/// The other end of the connection.
struct Peer {
    input: tokio::io::WriteHalf<DuplexStream>,
    lines: Lines<BufReader<tokio::io::ReadHalf<DuplexStream>>>,
}

impl Peer {
    fn new(ours: DuplexStream) -> Self {
        let (output, input) = tokio::io::split(ours);
        Self { input, lines: BufReader::new(output).lines() }
    }

    async fn send(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    async fn answer(&mut self) -> Value {
        serde_json::from_str(&self.lines.next_line().await.unwrap().unwrap()).unwrap()
    }

    async fn ask(&mut self, line: &str) -> Value {
        self.send(line).await;
        self.answer().await
    }

    /// Takes exactly the answers to these calls, and a pong.
    async fn expect(&mut self, number: usize, mut ended: BTreeSet<usize>) {
        let pong = format!("pong {number}");
        self.send(&format!(r#"{{"jsonrpc":"2.0","id":"{pong}","method":"ping"}}"#)).await;
        let mut ponged = false;
        while !(ponged && ended.is_empty()) {
            let answer = self.answer().await;
            if answer["id"] == pong.as_str() {
                ponged = true;
                continue;
            }
            let id = answer["id"].as_u64().unwrap();
            assert!(ended.remove(&usize::try_from(id).unwrap()), "{answer}");
            assert_eq!(text(&answer), "passed");
        }
    }

    /// Ends the input; nothing more may come.
    async fn finish(mut self) {
        self.input.shutdown().await.unwrap();
        assert_eq!(self.lines.next_line().await.unwrap(), None);
    }
}

#[test]
fn the_seeds_are_answered_as_they_should_be() {
    for seed in seeds() {
        oracle::check(&seed, &[]);
    }
}

/// The stable equivalent of the fuzzer in `tests/fuzz`.
#[test]
fn fuzz_mutated_lines_are_answered_as_they_should_be() {
    let number = |name: &str| env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let until =
        number("TORTURE_FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut chance = Chance(number("TORTURE_FUZZ_SEED").unwrap_or(1) | 1 << 40);
    let seeds = seeds();
    let mut lines = 0;
    while until.map_or(lines < MUTATIONS, |until| Instant::now() < until) {
        let mut input = Vec::new();
        for _ in 0..50 {
            input.extend(chance.mutated(&seeds));
            input.push(b'\n');
        }
        lines += memchr::memchr_iter(b'\n', &input).count();
        let pieces: Vec<usize> = (0..chance.below(5)).map(|_| chance.below(400)).collect();
        let seen = std::panic::catch_unwind(|| oracle::check(&input, &pieces));
        if let Err(panic) = seen {
            let path = env::temp_dir().join("torture-fuzz-failure");
            fs::write(&path, &input).unwrap();
            eprintln!("the input is kept in {}", path.display());
            std::panic::resume_unwind(panic);
        }
    }
    eprintln!("{lines} mutated lines were answered as they should be");
}

#[test]
fn mutated_lines_do_not_end_a_real_process() {
    let mut chance = Chance(7);
    let seeds = seeds();
    let mut process = Setup::misbehaving().start();
    // Calls that end the process, or wait for ever, are not what is tried here.
    let harmless = |line: &Vec<u8>| !line.windows(6).any(|part| part == b"\"exit\"");
    for _ in 0..40 {
        let lines: Vec<Vec<u8>> =
            (0..25).map(|_| chance.mutated(&seeds)).filter(harmless).collect();
        process.send(lines.join(&b'\n'));
        process.send("\n{\"jsonrpc\":\"2.0\",\"id\":\"fuzz\",\"method\":\"ping\"}\n");
        while id_of(&process.line()) != Some("\"fuzz\"") {}
    }
    process.end();
}

/// The official examples, each on one line, and every hostile line we know.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = hostile::lines();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("protocol/examples");
    for folder in fs::read_dir(examples).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for example in fs::read_dir(folder).unwrap() {
            let example = fs::read(example.unwrap().path()).unwrap();
            let example: Value = serde_json::from_slice(&example).unwrap();
            seeds.push(example.to_string().into_bytes());
        }
    }
    for era in Era::BOTH {
        seeds.push(era.echo(1).into_bytes());
        seeds.push(era.request(2, "tools/list").into_bytes());
    }
    for version in ["2025-03-26", "2025-11-25"] {
        seeds.push(initialize_line(version).into_bytes());
    }
    seeds.push(cancel(1).into_bytes());
    assert!(seeds.len() > 200, "the examples are gone");
    // A directory has no order of its own.
    seeds.sort_unstable();
    seeds
}

/// Numbers without a pattern, the same ones for the same start.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 20).unwrap_or_default() % end.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// One of the seeds, changed in some places.
    fn mutated(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        const PARTS: [&[u8]; 16] = [
            b"\"",
            b"\\",
            b"{",
            b"}",
            b"[",
            b"]",
            b",",
            b":",
            b"\"id\":1,",
            b"\"method\":\"ping\",",
            b"\\ud800",
            b"1e400",
            b"null",
            b"\xff",
            b"\r",
            b"\"jsonrpc\":\"2.0\",",
        ];
        let mut line = self.pick(seeds).clone();
        for _ in 0..=self.below(4) {
            let (at, other) = (self.below(line.len() + 1), self.below(line.len() + 1));
            let (from, to) = (at.min(other), at.max(other));
            match self.below(7) {
                0 if at < line.len() => line[at] ^= 1 << self.below(8),
                1 if at < line.len() => {
                    line[at] = u8::try_from(self.below(256)).unwrap_or_default();
                }
                2 => drop(line.drain(from..to.min(from + 8))),
                3 => drop(line.splice(at..at, self.pick(&PARTS).iter().copied())),
                4 => {
                    let part = line[from..to].to_vec();
                    line.splice(at..at, part);
                }
                5 => {
                    let seed = self.pick(seeds);
                    let part = &seed[self.below(seed.len())..];
                    line.splice(from..to, part.iter().copied());
                }
                _ => line.truncate(at),
            }
        }
        line.truncate(20_000);
        line
    }
}
