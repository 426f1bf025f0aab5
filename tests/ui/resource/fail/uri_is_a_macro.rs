use mcp_runtime::prelude::*;

#[resource(concat!("notes://", "all"))]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
