//! Work in the background: when it runs, and that its end is not the end of the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mcp_runtime::prelude::*;
use mcp_runtime::testing::{Changed, block_on};
use tokio::sync::{mpsc, watch};

/// How many run at the moment, and how many were begun.
#[derive(Clone)]
struct Runs {
    now: watch::Sender<usize>,
    begun: Arc<AtomicUsize>,
}

impl Default for Runs {
    fn default() -> Self {
        Self { now: watch::Sender::new(0), begun: Arc::default() }
    }
}

impl Runs {
    async fn are(&self, count: usize) {
        let mut now = self.now.subscribe();
        let waits = now.wait_for(|now| *now == count);
        tokio::time::timeout(Duration::from_secs(10), waits).await.unwrap().unwrap();
    }
}

/// Counts a run until it is dropped.
struct Run<'a>(&'a Runs);

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.0.now.send_modify(|now| *now -= 1);
    }
}

async fn run(runs: &Runs, _notifier: &Notifier) {
    runs.now.send_modify(|now| *now += 1);
    runs.begun.fetch_add(1, Ordering::SeqCst);
    let _run = Run(runs);
    std::future::pending::<()>().await;
}

#[test]
fn it_runs_once_from_the_first_connection_to_the_end_of_the_last() {
    block_on(async {
        let runs = Runs::default();
        let server = Server::new("background", "1.0.0").background(run).state(runs.clone());
        let app = server.build().await.unwrap();
        assert_eq!(*runs.now.borrow(), 0);
        let connect = || {
            let (outgoing, input) = tokio::io::duplex(1024);
            let (output, incoming) = tokio::io::duplex(1024);
            let app = app.clone();
            let task = tokio::spawn(async move { app.serve(input, output).await });
            (outgoing, incoming, task)
        };
        let (first, _out, first_task) = connect();
        let (second, _out, second_task) = connect();
        runs.are(1).await;
        drop(first);
        first_task.await.unwrap().unwrap();
        assert_eq!(*runs.now.borrow(), 1);
        drop(second);
        second_task.await.unwrap().unwrap();
        runs.are(0).await;
        // The next connection begins it anew.
        let (third, _out, third_task) = connect();
        runs.are(1).await;
        drop(third);
        third_task.await.unwrap().unwrap();
        runs.are(0).await;
        assert_eq!(runs.begun.load(Ordering::SeqCst), 2);
        // A client in the same process is a connection as well.
        let mut client = app.test_client();
        client.request("server/discover", json!({})).await.unwrap();
        runs.are(1).await;
        drop(client);
        runs.are(0).await;
    });
}

/// A value.
#[resource("background://value", subscribe)]
async fn value() -> &'static str {
    "value"
}

/// Answer.
#[tool]
async fn ping() -> &'static str {
    "pong"
}

async fn ends((): &(), _: &Notifier) {}

async fn panics((): &(), _: &Notifier) {
    panic!("in the background")
}

async fn says_when_it_is_watched((): &(), notifier: &Notifier) {
    notifier.watched().await;
    notifier.updated("background://value");
    std::future::pending::<()>().await;
}

#[test]
fn its_end_is_not_the_end_of_the_server_or_of_the_others() {
    block_on(async {
        let server = Server::new("background", "1.0.0")
            .with(handlers![ping, value])
            .background(ends)
            .background(panics)
            .background(says_when_it_is_watched);
        let mut client = server.state(()).test_client().await;
        assert_eq!(client.text("ping", json!({})).await.unwrap(), "pong");
        client.listen(&["background://value"]).await.unwrap();
        let changed = client.next_change().await;
        assert_eq!(changed, Changed::Resource("background://value".to_owned()));
        assert_eq!(client.text("ping", json!({})).await.unwrap(), "pong");
    });
}

/// Changes that another part of the program makes, of which it tells by the app.
#[test]
fn an_app_tells_of_changes_from_anywhere() {
    block_on(async {
        let server = Server::new("background", "1.0.0").with(handlers![value]).state(());
        let app = server.build().await.unwrap();
        let notifier = app.notifier();
        assert!(!notifier.is_watched());
        let (sender, mut received) = mpsc::channel(1);
        let watcher = notifier.clone();
        tokio::spawn(async move {
            watcher.watched().await;
            sender.send(()).await
        });
        let mut client = app.test_client();
        client.listen(&["background://value"]).await.unwrap();
        received.recv().await.unwrap();
        assert!(notifier.is_watched());
        std::thread::spawn(move || notifier.updated("background://value")).join().unwrap();
        assert!(matches!(client.next_change().await, Changed::Resource(_)));
        drop(client);
        assert!(!app.notifier().is_watched());
    });
}
