use mcp_runtime::prelude::*;

#[resource("notes://note/{id}")]
async fn note(id: Option<u32>) -> String {
    format!("{id:?}")
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
