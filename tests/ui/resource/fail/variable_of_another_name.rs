use mcp_runtime::prelude::*;

#[resource("notes://note/{idd}")]
async fn note(id: u32) -> String {
    format!("{id}")
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
