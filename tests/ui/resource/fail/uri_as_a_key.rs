use mcp_runtime::prelude::*;

#[resource(uri = "notes://all", title = "All")]
async fn all() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![all];
}
