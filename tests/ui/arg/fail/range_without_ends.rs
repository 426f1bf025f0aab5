use mcp_runtime::prelude::*;

#[tool]
async fn wait(#[arg(range = 20)] seconds: u32) -> String {
    format!("{seconds}")
}

fn main() {
    let _: Handlers<()> = handlers![wait];
}
