use mcp_runtime::prelude::*;

#[resource("notes://all", mimetype = "text/plain")]
async fn note() -> String {
    "text".to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
