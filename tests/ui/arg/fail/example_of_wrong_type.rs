use mcp_runtime::prelude::*;

#[tool]
async fn wait(#[arg(example = "long")] seconds: u32) -> String {
    format!("{seconds}")
}

fn main() {
    let _: Handlers<()> = handlers![wait];
}
