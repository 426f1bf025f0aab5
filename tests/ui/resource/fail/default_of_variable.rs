use mcp_runtime::prelude::*;

#[resource("notes://note/{id}")]
async fn note(#[arg(default = 1)] id: u32) -> String {
    format!("{id}")
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
