use mcp_runtime::prelude::*;

#[resource("notes://note/{id}")]
async fn note(id: String, page: u32) -> String {
    format!("{id}, {page}")
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
