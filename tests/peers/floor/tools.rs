//! The tools of the yardsticks.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EchoArgs {
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddArgs {
    a: i64,
    b: i64,
}

#[derive(Serialize)]
pub(crate) struct Sum {
    sum: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SleepArgs {
    ms: u64,
}

/// What a tool answers.
pub(crate) enum Answer {
    Text(String),
    /// JSON, which is shown as text too.
    Structured(String),
    Error(String),
}

pub(crate) type Call = Pin<Box<dyn Future<Output = Answer> + Send>>;
pub(crate) type Tool = Box<dyn Fn(&str) -> Result<Call, serde_json::Error> + Send + Sync>;

/// A tool from a function, its argument types erased.
pub(crate) fn tool<A, F>(function: impl Fn(A) -> F + Send + Sync + 'static) -> Tool
where
    A: DeserializeOwned,
    F: Future<Output = Answer> + Send + 'static,
{
    Box::new(move |arguments| Ok(Box::pin(function(serde_json::from_str(arguments)?))))
}

pub(crate) async fn echo(args: EchoArgs) -> Answer {
    Answer::Text(args.message)
}

pub(crate) async fn add(args: AddArgs) -> Answer {
    match args.a.checked_add(args.b) {
        // A structure of numbers can always be written.
        Some(sum) => Answer::Structured(serde_json::to_string(&Sum { sum }).unwrap_or_default()),
        None => Answer::Error("the sum is beyond 64 bits: send smaller numbers".to_owned()),
    }
}

pub(crate) async fn sleep_ms(args: SleepArgs) -> Answer {
    tokio::time::sleep(Duration::from_millis(args.ms)).await;
    Answer::Text(format!("slept {} ms", args.ms))
}
