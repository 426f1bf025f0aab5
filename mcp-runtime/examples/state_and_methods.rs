//! State: borrowed by type, whole or in parts, by functions and by methods.
//!
//! `cargo run -p mcp-runtime --example state_and_methods`

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use mcp_runtime::prelude::*;

/// The server's state. Every call borrows it, and none can change it but behind a lock.
#[derive(State)]
struct Shop {
    stock: Stock,
    prices: Prices,
}

/// How many there are of each thing.
#[derive(Debug, Default)]
struct Stock(Mutex<BTreeMap<String, u32>>);

/// What each thing costs, in cents.
#[derive(Debug)]
struct Prices(&'static [(&'static str, u32)]);

/// Something that is asked for and not there.
#[derive(Debug)]
enum Missing {
    Thing(String),
    Some { thing: String, there: u32 },
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Thing(thing) => write!(f, "nobody sells `{thing}`; `prices` shows what is sold"),
            Self::Some { thing, there } => write!(f, "there are only {there} of `{thing}`"),
        }
    }
}

/// Methods are handlers too: `&self` is one more borrowed parameter.
#[methods]
impl Stock {
    /// Put something on the shelf.
    #[tool(additive)]
    async fn deliver(
        &self,
        /// What it is.
        thing: String,
        /// How many.
        #[arg(range = 1..=1000)]
        count: u32,
    ) -> String {
        let mut stock = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let there = stock.entry(thing.clone()).or_default();
        *there = there.saturating_add(count);
        format!("{there} of `{thing}`")
    }
}

/// Take something, and pay for it.
#[tool(destructive)]
async fn buy(
    stock: &Stock,
    prices: &Prices,
    ctx: &Context,
    /// What it is.
    thing: String,
    /// How many.
    #[arg(default = 1, range = 1..=10)]
    count: u32,
) -> Result<Reply<Receipt>, Missing> {
    let price = prices.0.iter().find(|(name, _)| *name == thing).map(|(_, price)| *price);
    let price = price.ok_or_else(|| Missing::Thing(thing.clone()))?;
    let mut stock = stock.0.lock().unwrap_or_else(PoisonError::into_inner);
    let there = stock.get(&thing).copied().unwrap_or_default();
    let left = there.checked_sub(count).ok_or(Missing::Some { thing: thing.clone(), there })?;
    stock.insert(thing.clone(), left);
    ctx.log(LoggingLevel::Info, format!("sold {count} of {thing}"));
    let receipt = Receipt { thing, count, cents: price * count };
    Ok(Reply::new(format!("{} cents, please.", receipt.cents), receipt))
}

/// What was bought.
#[data]
struct Receipt {
    thing: String,
    count: u32,
    /// What was paid in all.
    cents: u32,
}

/// What is sold, and for how much.
#[tool(read_only)]
async fn prices(prices: &Prices) -> BTreeMap<&'static str, u32> {
    prices.0.iter().copied().collect()
}

fn main() -> ExitCode {
    Server::new("shop", "1.0.0")
        .instructions("A small shop: `deliver` fills the shelf, `buy` empties it.")
        .with(Stock::handlers())
        .with(handlers![buy, prices])
        .state(Shop { stock: Stock::default(), prices: Prices(&[("apple", 30), ("pear", 40)]) })
        .run()
}
