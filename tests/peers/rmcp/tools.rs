//! The tools of both benchmarks on the official Rust SDK.

use rmcp::schemars;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EchoArgs {
    /// What comes back.
    pub(crate) message: String,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddArgs {
    /// The first number.
    pub(crate) a: i64,
    /// The second number.
    pub(crate) b: i64,
}

/// The sum of two numbers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Sum {
    /// `a + b`.
    pub(crate) sum: i64,
}

#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SleepArgs {
    /// How long, in milliseconds.
    pub(crate) ms: u64,
}

/// The same tools for both set-ups: the SDK ties tools to the type that serves them. More
/// of its tools may follow.
macro_rules! tools {
    ($server:ty, $router:ident, { $($more:tt)* }) => {
        #[tool_router(router = $router)]
        impl $server {
            #[tool(
                description = "Answer with exactly the message that was sent.",
                annotations(read_only_hint = true, open_world_hint = false)
            )]
            async fn echo(&self, Parameters(args): Parameters<EchoArgs>) -> String {
                args.message
            }

            #[tool(
                description = "Add two numbers.",
                annotations(read_only_hint = true, open_world_hint = false)
            )]
            async fn add(
                &self,
                Parameters(args): Parameters<AddArgs>,
            ) -> Result<Json<Sum>, String> {
                let sum = args.a.checked_add(args.b);
                let sum = sum.ok_or("the sum is beyond 64 bits: send smaller numbers")?;
                Ok(Json(Sum { sum }))
            }

            #[tool(
                description = "Answer after a while.",
                annotations(read_only_hint = true, open_world_hint = false)
            )]
            async fn sleep_ms(&self, Parameters(args): Parameters<SleepArgs>) -> String {
                tokio::time::sleep(Duration::from_millis(args.ms)).await;
                format!("slept {} ms", args.ms)
            }

            $($more)*
        }
    };
}

pub(crate) use tools;
