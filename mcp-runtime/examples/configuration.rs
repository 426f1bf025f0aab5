//! What is offered depends on the command line: a tool that exists only with a flag, and tools
//! that a file describes.
//!
//! `cargo run -p mcp-runtime --features cli --example configuration -- --rates rates.json list`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use mcp_runtime::clap;
use mcp_runtime::prelude::*;
use mcp_runtime::serde_json;

/// The command line.
#[derive(clap::Args)]
struct Options {
    /// The file with the rates, such as {"dollar": 1.09}
    #[arg(long, value_name = "FILE")]
    rates: PathBuf,
    /// Where the account begins
    #[arg(long, default_value_t = 100.0, env = "BANK_BALANCE")]
    balance: f64,
    /// Offer a tool that takes money out
    #[arg(long)]
    allow_withdrawals: bool,
}

/// An account, in euros.
struct Account(Mutex<f64>);

impl Account {
    fn change(&self, by: f64) -> String {
        let mut balance = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *balance += by;
        format!("There are {balance:.2} euros.")
    }
}

/// Show how much there is.
#[tool(read_only, closed_world)]
async fn balance(account: &Account) -> String {
    account.change(0.0)
}

/// Take money out.
#[tool(destructive, closed_world)]
async fn withdraw(
    account: &Account,
    /** How much, in euros. */
    amount: f64,
) -> String {
    account.change(-amount)
}

/// A tool for each currency of the file.
fn converters(file: &Path) -> mcp_runtime::Result<Vec<Tool<Account>>> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let rates: BTreeMap<String, f64> = serde_json::from_str(&text)?;
    let converter = |(currency, rate): (String, f64)| {
        let schema = json!({
            "type": "object",
            "properties": { "euros": { "type": "number", "description": "How many euros." } },
            "required": ["euros"],
        });
        let description = format!("Convert euros to {currency}s.");
        Tool::raw(format!("euros_to_{currency}s"), schema, move |call| async move {
            let euros = call.arguments["euros"].as_f64().ok_or("`euros`: expected a number")?;
            Ok::<_, Error>(format!("{:.2}", euros * rate))
        })
        .description(description)
        .check_arguments()
    };
    Ok(rates.into_iter().map(converter).collect())
}

fn main() -> ExitCode {
    Server::new("bank", "1.0.0")
        .with(handlers![balance])
        .configure(|mut server, options: Options| {
            server = server.with(converters(&options.rates)?);
            if options.allow_withdrawals {
                server = server.with(handlers![withdraw]);
            }
            Ok::<_, Error>(server.state(Account(Mutex::new(options.balance))))
        })
        .run()
}
