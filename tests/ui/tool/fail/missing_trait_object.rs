use mcp_runtime::prelude::*;

trait Clock: Send + Sync {}

#[tool]
async fn now(clock: &dyn Clock) -> i64 {
    let _ = clock;
    1
}

fn main() {
    let _: Handlers<()> = handlers![now];
}
