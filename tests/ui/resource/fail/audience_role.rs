use mcp_runtime::prelude::*;

#[resource("notes://all", audience = Role::User)]
async fn show() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
