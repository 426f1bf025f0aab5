use mcp_runtime::prelude::*;

#[resource("notes://all", mime_type = "text/plain")]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
