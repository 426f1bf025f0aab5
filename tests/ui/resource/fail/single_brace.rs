use mcp_runtime::prelude::*;

#[resource("notes://note/{id")]
async fn note(id: String) -> String {
    id
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
