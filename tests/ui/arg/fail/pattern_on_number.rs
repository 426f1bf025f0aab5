use mcp_runtime::prelude::*;

#[tool]
async fn wait(#[arg(pattern = "^[0-9]+$")] seconds: u32) -> String {
    format!("{seconds}")
}

fn main() {
    let _: Handlers<()> = handlers![wait];
}
