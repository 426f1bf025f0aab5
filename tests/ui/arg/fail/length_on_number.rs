use mcp_runtime::prelude::*;

#[tool]
async fn wait(#[arg(length = 1..=20)] seconds: Option<u32>) -> String {
    format!("{seconds:?}")
}

fn main() {
    let _: Handlers<()> = handlers![wait];
}
