//! Tools that ask in every way there is, and some that must not.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mcp_runtime::prelude::*;
use mcp_runtime::protocol::CreateMessageRequestParams;
use mcp_runtime::{Answer, AskError, Limits, Question, ReadyServer};
use serde_json::Value;

/// How often something happened.
#[derive(Default)]
pub(super) struct Counter(AtomicUsize);

impl Counter {
    fn count(&self) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

pub(super) fn server() -> ReadyServer {
    limited(Limits::default())
}

pub(super) fn limited(limits: Limits) -> ReadyServer {
    Server::new("asking", "1.0.0")
        .limits(limits)
        .with(handlers![
            confirm,
            compare,
            rounds,
            many,
            same_key,
            one_key,
            equal,
            form,
            url,
            sample,
            roots,
            tried,
            blocks,
            lost,
            slow,
            charged,
            long,
            plain,
            echo,
            asked,
            answer,
            item,
            effects_at_once,
            dropped_effect,
            effects_of_two_types
        ])
        .state(Counter::default())
}

/// Ask for a confirmation.
#[tool]
async fn confirm(ctx: &Context, item: String) -> String {
    ctx.confirm(format!("Confirm {item}?")).key("confirm").await.to_string()
}

/// Ask with arguments of several types.
#[tool]
async fn compare(ctx: &Context, number: f64, text: String, list: Option<Vec<bool>>) -> String {
    let is_confirmed = ctx.confirm("Compare?").await;
    format!("{number} {text} {list:?} {is_confirmed}")
}

/// Ask some questions, one after the other.
#[tool]
async fn rounds(ctx: &Context, count: usize) -> String {
    let mut answers = Vec::new();
    for round in 1..=count {
        answers.push(ctx.confirm(format!("Round {round}?")).await);
    }
    format!("{answers:?}")
}

/// Ask some questions at once.
#[tool]
async fn many(ctx: &Context, count: usize) -> String {
    let ask = |number| ctx.confirm(format!("Number {number}?"));
    let mut questions: Vec<_> = (0..count).map(|number| (ask(number), None)).collect();
    std::future::poll_fn(|cx| {
        let mut is_pending = false;
        for (question, answer) in questions.iter_mut().filter(|(_, answer)| answer.is_none()) {
            match std::pin::Pin::new(question).poll(cx) {
                std::task::Poll::Ready(value) => *answer = Some(value),
                std::task::Poll::Pending => is_pending = true,
            }
        }
        if is_pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    format!("{}", questions.iter().filter(|(_, answer)| *answer == Some(true)).count())
}

/// Ask two different questions under one key.
#[tool]
async fn same_key(ctx: &Context) -> String {
    let (one, other) =
        tokio::join!(ctx.confirm("One?").key("key"), ctx.confirm("Other?").key("key"));
    format!("{one} {other}")
}

/// Ask one question twice, at once and later, under one key.
#[tool]
async fn one_key(ctx: &Context) -> String {
    let ask = || ctx.confirm("One?").key("key");
    let (first, second) = tokio::join!(ask(), ask());
    format!("{first} {second} {}", ask().await)
}

/// Ask one question twice without a key.
#[tool]
async fn equal(ctx: &Context) -> String {
    let first = ctx.confirm("Sure?").await;
    format!("{first} {}", ctx.confirm("Sure?").await)
}

/// Ask by a form.
#[tool]
async fn form(ctx: &Context) -> String {
    let form = Question::form("How old?").key("age").schema(json!({
        "type": "object",
        "properties": { "age": { "type": "integer", "minimum": 0 } },
        "required": ["age"],
    }));
    match ctx.ask(form).await {
        Answer::Accepted(fields) => format!("accepted {}", Value::Object(fields)),
        Answer::Declined => "declined".to_owned(),
        Answer::Cancelled => "cancelled".to_owned(),
    }
}

/// Ask by a page.
#[tool]
async fn url(ctx: &Context) -> String {
    let question = Question::url("Please sign in.", "https://example.com/sign-in");
    format!("{:?}", ctx.ask(question.key("page")).await)
}

/// Ask the model.
#[tool]
async fn sample(ctx: &Context) -> String {
    let question = Question::sample(CreateMessageRequestParams::new("Hello?", 10));
    match ctx.ask(question.key("model")).await {
        Answer::Accepted(result) => result.model,
        other => format!("{other:?}"),
    }
}

/// Ask for folders.
#[tool]
async fn roots(ctx: &Context) -> String {
    let roots = ctx.ask(Question::roots().key("roots")).await.accepted().unwrap_or_default();
    roots.into_iter().map(|root| root.uri).collect::<Vec<_>>().join(" ")
}

/// Go on without an answer.
#[tool]
async fn tried(ctx: &Context) -> String {
    match ctx.try_ask(Question::url("Look?", "https://example.com/").key("page")).await {
        Ok(answer) => format!("{answer:?}"),
        Err(AskError::Unsupported { required, .. }) => format!("unsupported {required}"),
        Err(error) => format!("failed: {error}"),
    }
}

/// Ask, and do not wait for the answer.
#[tool]
async fn lost(ctx: &Context) -> String {
    tokio::select! {
        biased;
        answer = ctx.confirm("Never?") => format!("answered {answer}"),
        () = std::future::ready(()) => "lost".to_owned(),
    }
}

/// Ask within a time that is shorter than people need.
#[tool(timeout = "200ms")]
async fn slow(ctx: &Context, then_ms: u64) -> String {
    let answer = ctx.confirm("Slow?").await;
    tokio::time::sleep(Duration::from_millis(then_ms)).await;
    answer.to_string()
}

/// Charge once, and ask twice.
#[tool]
async fn charged(ctx: &Context, counter: &Counter) -> Result<String, Error> {
    let times = ctx.once("charge", async { Ok::<_, Error>(counter.count()) }).await?;
    let (first, second) = (ctx.confirm("First?").await, ctx.confirm("Second?").await);
    Ok(format!("{first} {second}, charged {times}, ran {}", counter.count() - 1))
}

/// Run two effects of one name at the same time.
#[tool]
async fn effects_at_once(ctx: &Context, counter: &Counter) -> Result<String, Error> {
    let effect = || async {
        tokio::task::yield_now().await;
        Ok::<_, Error>(counter.count())
    };
    let (one, other) = tokio::join!(ctx.once("effect", effect()), ctx.once("effect", effect()));
    Ok(format!("{} {}", one?, other?))
}

/// Run an effect again after nobody waited for it.
#[tool]
async fn dropped_effect(ctx: &Context) -> Result<String, Error> {
    tokio::select! {
        biased;
        never = ctx.once("effect", std::future::pending::<Result<String, Error>>()) => never?,
        () = std::future::ready(()) => String::new(),
    };
    ctx.once("effect", async { Ok::<_, Error>("done".to_owned()) }).await
}

/// Run effects of two types under one name.
#[tool]
async fn effects_of_two_types(ctx: &Context) -> Result<String, Error> {
    let number = ctx.once("effect", async { Ok::<_, Error>(1) }).await?;
    let text = ctx.once("effect", async { Ok::<_, Error>("text".to_owned()) }).await?;
    Ok(format!("{number} {text}"))
}

/// Remember more than may be remembered.
#[tool]
async fn long(ctx: &Context, bytes: usize) -> Result<String, Error> {
    let text = ctx.once("text", async { Ok::<_, Error>("x".repeat(bytes)) }).await?;
    Ok(format!("{} {}", text.len(), ctx.confirm("Long?").await))
}

/// Ask where a thread would have to wait.
#[tool]
fn plain(ctx: &Context) -> String {
    let mut question = std::pin::pin!(ctx.confirm("Plain?"));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    format!("{:?}", question.as_mut().poll(&mut cx))
}

/// Wait for an answer in an async function, without `.await`.
#[tool]
async fn blocks(ctx: &Context) -> String {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut question = std::pin::pin!(ctx.confirm("Blocks?"));
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut cx = std::task::Context::from_waker(&waker);
    while question.as_mut().poll(&mut cx).is_pending() {
        std::thread::park();
    }
    "answered".to_owned()
}

/// Ask nothing.
#[tool]
async fn echo(text: String) -> String {
    text
}

/// Ask before a prompt.
#[prompt]
async fn asked(ctx: &Context, #[arg(complete = completed)] about: String) -> String {
    format!("{about} {}", ctx.confirm("Prompt?").key("prompt").await)
}

/// Ask in a completion, which cannot be.
#[completion]
async fn completed(ctx: &Context, typed: String) -> Vec<String> {
    vec![format!("{typed} {}", ctx.confirm("Complete?").await)]
}

/// Ask before a resource.
#[resource("asking://answer")]
async fn answer(ctx: &Context) -> String {
    ctx.confirm("Resource?").key("resource").await.to_string()
}

/// Ask before a resource of a template.
#[resource("asking://item/{id}")]
async fn item(ctx: &Context, id: String) -> String {
    format!("{id} {}", ctx.confirm("Item?").key("item").await)
}
