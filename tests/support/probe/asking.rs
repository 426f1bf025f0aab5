//! The tools that ask the user.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};

use mcp_runtime::prelude::*;

pub(super) fn tools() -> Handlers<super::Probe> {
    handlers![confirm, interview, two_questions, three_rounds, purchase]
}

/// Ask the user to confirm something.
#[tool(closed_world)]
async fn confirm(
    ctx: &Context,
    /// What is confirmed.
    item: String,
) -> String {
    let is_confirmed = ctx.confirm(format!("Confirm {item}?")).key("confirm").await;
    format!("{} {item}", if is_confirmed { "confirmed" } else { "declined" })
}

/// What the user did with the form.
#[data]
enum Said {
    Accepted,
    Declined,
    Cancelled,
}

/// What came of an interview.
#[data]
struct Interview {
    answer: Said,
    #[serde(flatten)]
    contact: Option<Contact>,
}

/// Who the user is.
#[form]
struct Contact {
    name: String,
    #[arg(range = 0..)]
    age: i64,
    plan: Plan,
    #[arg(default)]
    news: bool,
}

#[form]
enum Plan {
    Free,
    Paid,
}

/// Ask the user to fill in a form.
#[tool(closed_world)]
async fn interview(ctx: &Context) -> Interview {
    let (answer, contact) = match ctx.ask::<Contact>("Who are you?").key("contact").await {
        Answer::Accepted(contact) => (Said::Accepted, Some(contact)),
        Answer::Declined => (Said::Declined, None),
        Answer::Cancelled => (Said::Cancelled, None),
    };
    Interview { answer, contact }
}

/// Ask two questions at once.
#[tool(closed_world)]
async fn two_questions(ctx: &Context) -> String {
    let (first, second) = tokio::join!(
        ctx.confirm("The first?").key("first"),
        ctx.confirm("The second?").key("second"),
    );
    format!("first={first} second={second}")
}

/// Ask three questions, one after the other.
#[tool(closed_world)]
async fn three_rounds(ctx: &Context) -> String {
    let first = ctx.confirm("Round 1?").key("r1").await;
    let second = ctx.confirm("Round 2?").key("r2").await;
    let third = ctx.confirm("Round 3?").key("r3").await;
    format!("r1={first} r2={second} r3={third}")
}

/// How often anything was charged in this process.
static CHARGES: AtomicU64 = AtomicU64::new(0);

/// Charge for an item once, then ask whether it is bought.
#[tool(closed_world)]
async fn purchase(
    ctx: &Context,
    /// What is bought.
    item: String,
) -> Result<String, Infallible> {
    let charge = async { Ok::<_, Infallible>(CHARGES.fetch_add(1, Ordering::Relaxed) + 1) };
    let times = ctx.once("charge", charge).await?;
    let is_bought = ctx.confirm(format!("Buy {item}?")).await;
    Ok(format!("{} {item}, charged {times} times", if is_bought { "bought" } else { "left" }))
}
