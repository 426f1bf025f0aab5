use mcp_runtime::prelude::*;

#[resource("notes://all", listed)]
async fn all() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![all];
}
