//! Listeners on one stream: how many there may be, and what one costs that does not read.

use std::time::{Duration, Instant};

use mcp_runtime::prelude::*;
use mcp_runtime::testing::{Changed, block_on};
use mcp_runtime::{App, Limits, ProtocolVersion};
use mcp_tests::json;
use mcp_tests::peer::{PIPE_CAPACITY, Peer};
use serde_json::Value;

/// Subscriptions of one stream at the same time.
const SUBSCRIPTIONS: u64 = 64;

/// One of any number of items.
#[resource("changes://item/{id}", subscribe)]
async fn item(id: String) -> String {
    id
}

/// Tell that an item has changed.
#[tool]
async fn update(ctx: &Context, id: String) -> &'static str {
    ctx.notifier().updated(format!("changes://item/{id}"));
    "told"
}

/// Say a long text.
#[tool]
async fn long() -> String {
    "x".repeat(100_000)
}

async fn app(limits: Limits) -> App {
    let server = Server::new("changes", "1.0.0").with(handlers![item, update, long]);
    server.limits(limits).state(()).build().await.unwrap()
}

/// A client of its own.
fn connect(app: &App) -> Peer {
    let (outgoing, input) = tokio::io::duplex(PIPE_CAPACITY);
    let (output, incoming) = tokio::io::duplex(PIPE_CAPACITY);
    let app = app.clone();
    tokio::spawn(async move { app.serve(input, output).await });
    Peer::new(incoming, outgoing)
}

fn request(id: u64, method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

fn listen(id: u64, uris: &[String]) -> String {
    let filter = json!({ "resourceSubscriptions": uris });
    request(id, "subscriptions/listen", json!({ "notifications": filter }))
}

fn call(id: u64, tool: &str, arguments: &Value) -> String {
    request(id, "tools/call", json!({ "name": tool, "arguments": arguments }))
}

async fn heard(peer: &mut Peer) -> Value {
    json::parse(&peer.recv().await.unwrap().unwrap()).unwrap()
}

fn is_acknowledged(message: &Value) -> bool {
    message["method"] == "notifications/subscriptions/acknowledged"
}

fn uri(id: u64) -> String {
    format!("changes://item/{id}")
}

/// SUB-06, SUB-09.
#[test]
fn a_stream_has_64_subscriptions_and_room_again_when_one_has_ended() {
    block_on(async {
        let mut peer = connect(&app(Limits::default()).await);
        for id in 1..=SUBSCRIPTIONS {
            peer.send(&listen(id, &[uri(id)])).await.unwrap();
            assert!(is_acknowledged(&heard(&mut peer).await));
        }
        peer.send(&listen(100, &[])).await.unwrap();
        let refused = heard(&mut peer).await;
        assert_eq!((&refused["id"], &refused["error"]["code"]), (&100.into(), &(-32603).into()));
        // They are no calls: a call is served beside them.
        peer.send(&call(101, "update", &json!({ "id": "7" }))).await.unwrap();
        assert_eq!(heard(&mut peer).await["id"], 101);
        assert_eq!(heard(&mut peer).await["params"]["uri"], uri(7));
        let params = json!({ "requestId": 1 });
        let cancel =
            json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params });
        peer.send(&cancel.to_string()).await.unwrap();
        peer.send(&listen(102, &[])).await.unwrap();
        assert!(is_acknowledged(&heard(&mut peer).await));
    });
}

/// Also those of other streams count, and of sessions.
#[test]
fn all_listeners_together_are_bounded() {
    block_on(async {
        let app = app(Limits::default().listeners(2)).await;
        let (mut one, mut other) = (connect(&app), connect(&app));
        one.send(&listen(1, &[])).await.unwrap();
        assert!(is_acknowledged(&heard(&mut one).await));
        let mut session = app.test_client().legacy(ProtocolVersion::V2025_11_25).await;
        session.listen(&["changes://item/a"]).await.unwrap();
        other.send(&listen(1, &[])).await.unwrap();
        assert_eq!(heard(&mut other).await["error"]["code"], -32603);
        drop(session);
        other.send(&listen(1, &[])).await.unwrap();
        assert!(is_acknowledged(&heard(&mut other).await));
    });
}

#[test]
fn a_session_subscribes_to_1024_resources() {
    block_on(async {
        let app = app(Limits::default()).await;
        let mut session = app.test_client().legacy(ProtocolVersion::V2025_03_26).await;
        for id in 0..1024 {
            session.listen(&[&uri(id)]).await.unwrap();
        }
        assert_eq!(session.listen(&[&uri(1024)]).await.unwrap_err().code, -32603);
        // What it has subscribed to is no further one.
        session.listen(&[&uri(0)]).await.unwrap();
        session.request("resources/unsubscribe", json!({ "uri": uri(5) })).await.unwrap();
        session.listen(&[&uri(1024)]).await.unwrap();
        app.notifier().updated(uri(5));
        app.notifier().updated(uri(1024));
        assert_eq!(session.next_change().await, Changed::Resource(uri(1024)));
        let long = format!("changes://item/{}", "x".repeat(65_536));
        assert_eq!(session.listen(&[&long]).await.unwrap_err().code, -32603);
    });
}

/// RES-16: the subscription may be the last that a client sends for long.
#[test]
fn a_session_is_notified_without_another_message() {
    block_on(async {
        // Its lists never change, so that nothing is listened to before the subscription.
        let app = app(Limits::default()).await;
        let mut peer = connect(&app);
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {},
            "clientInfo": { "name": "changes", "version": "1.0.0" },
        });
        let request = |id, method, params: Value| {
            json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
        };
        peer.send(&request(1, "initialize", params)).await.unwrap();
        heard(&mut peer).await;
        peer.send(&request(2, "resources/subscribe", json!({ "uri": uri(1) }))).await.unwrap();
        assert_eq!(heard(&mut peer).await["result"], json!({}));
        app.notifier().updated(uri(1));
        let told = tokio::time::timeout(Duration::from_secs(5), heard(&mut peer)).await.unwrap();
        assert_eq!(told["method"], "notifications/resources/updated");
    });
}

/// SUB-16: what is published while nobody reads costs bits, and is told once.
#[test]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn a_hundred_thousand_changes_that_nobody_reads_take_no_memory() {
    block_on(async {
        let app = app(Limits::default()).await;
        let mut peers = [connect(&app), connect(&app)];
        for peer in &mut peers {
            for id in 1..=SUBSCRIPTIONS {
                peer.send(&listen(id, &[uri(0), uri(id)])).await.unwrap();
                assert!(is_acknowledged(&heard(peer).await));
            }
        }
        let notifier = app.notifier();
        let uris: Vec<String> = (0..=SUBSCRIPTIONS).map(uri).collect();
        let began = Instant::now();
        let memory = allocation_counter::measure(|| {
            for publish in 0..100_000 {
                notifier.updated(&uris[publish % uris.len()]);
            }
        });
        println!("100,000 changes in {:?}: {memory:?}", began.elapsed());
        assert!(memory.bytes_max <= 64 * 1024, "{memory:?}");
        for peer in &mut peers {
            for id in 1..=SUBSCRIPTIONS {
                for uri in [uri(0), uri(id)] {
                    let told = heard(peer).await;
                    let subscription = "io.modelcontextprotocol/subscriptionId";
                    let told = (&told["params"]["uri"], &told["params"]["_meta"][subscription]);
                    assert_eq!(told, (&uri.into(), &id.into()));
                }
            }
            peer.send(&call(100, "update", &json!({ "id": "none" }))).await.unwrap();
            assert_eq!(heard(peer).await["id"], 100);
        }
    });
}

/// The same while the output is full of answers, for a minute.
#[test]
fn changes_wait_as_bits_behind_answers_that_nobody_reads() {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(async {
        let app = app(Limits::default()).await;
        let mut peer = connect(&app);
        peer.send(&listen(1, &[uri(1)])).await.unwrap();
        assert!(is_acknowledged(&heard(&mut peer).await));
        for id in 10..30 {
            peer.send(&call(id, "long", &json!({}))).await.unwrap();
        }
        let pause = Duration::from_millis(60);
        tokio::time::sleep(pause).await;
        let notifier = app.notifier();
        let mut grown = 0;
        for _ in 0..1000 {
            grown += allocation_counter::measure(|| notifier.updated(uri(1))).bytes_current;
            tokio::time::sleep(pause).await;
        }
        assert!(grown <= 1024, "{grown} bytes");
        let (mut answers, mut told) = (0, 0);
        while answers < 20 {
            let message = heard(&mut peer).await;
            told += usize::from(message["params"]["uri"] == uri(1));
            answers += usize::from(message.get("id").is_some());
        }
        peer.send(&call(30, "update", &json!({ "id": "none" }))).await.unwrap();
        while heard(&mut peer).await["id"] != 30 {
            told += 1;
        }
        assert_eq!(told, 1);
    });
}

/// The processor time of this thread, in seconds: other work on the machine does not count.
#[cfg(target_os = "linux")]
fn cpu() -> f64 {
    let account = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    account.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// A listener that never reads, beside ten thousand calls each of which publishes a change.
#[test]
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, reason = "a figure for whoever runs this")]
fn a_listener_that_never_reads_costs_the_calls_nothing_to_speak_of() {
    const CALLS: u64 = 200;
    const ROUNDS: usize = 50;
    block_on(async {
        let app = app(Limits::default()).await;
        let mut calls = connect(&app);
        let mut times = [0.0; 2];
        // In turn, so that what changes on the machine concerns both.
        for round in 0..ROUNDS {
            for (listens, time) in [false, true].into_iter().zip(&mut times) {
                let mut listener = connect(&app);
                if listens {
                    listener.send(&listen(1, &[uri(1)])).await.unwrap();
                    assert!(is_acknowledged(&heard(&mut listener).await), "{round}");
                }
                let arguments = json!({ "id": "1" });
                let began = cpu();
                for id in 0..CALLS {
                    calls.send(&call(id, "update", &arguments)).await.unwrap();
                    calls.recv().await.unwrap();
                }
                *time += cpu() - began;
            }
        }
        let [alone, beside] = times;
        let all = CALLS * ROUNDS as u64;
        println!("{all} calls: {alone:.3} s, and {beside:.3} s beside a listener that never reads");
        // An unoptimised build on a busy machine is not what 3 % can be held on.
        assert!(beside < alone * 1.25, "{beside} against {alone}");
    });
}

/// What is turned before the server is built has to exist; nothing turns on what an option hides.
#[test]
fn a_switch_of_a_name_that_does_not_exist_keeps_the_server_from_being_built() {
    let mut server = Server::new("changes", "1.0.0").with(handlers![item, update]);
    let switch = server.switch();
    assert!(switch.tool("update", false) && switch.tool("updat", false));
    assert!(switch.resource("changes://item/{id}", false) && switch.prompt("update", false));
    let wrong = server.state(()).check().unwrap_err().to_string();
    let expected = "the switch turns the tool `updat`, which does not exist\n\
                    the switch turns the prompt `update`, which does not exist";
    assert_eq!(wrong, expected);
}
