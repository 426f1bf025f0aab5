use mcp_runtime::prelude::*;

#[tool]
async fn wait(#[arg(range = 0.5..=20.0)] seconds: u32) -> String {
    format!("{seconds}")
}

fn main() {
    let _: Handlers<()> = handlers![wait];
}
