use mcp_runtime::prelude::*;

#[resource(title = "Note", "notes://note")]
async fn note() -> String {
    "text".to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
