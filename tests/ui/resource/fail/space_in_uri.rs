use mcp_runtime::prelude::*;

#[resource("notes://all notes")]
async fn note() -> String {
    "text".to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
