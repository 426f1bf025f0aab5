use mcp_runtime::prelude::*;

#[resource("notes://note/{id}")]
async fn note() -> String {
    "text".to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
