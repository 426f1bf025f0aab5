use mcp_runtime::prelude::*;

const URI: &str = "notes://all";
#[resource(URI)]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
