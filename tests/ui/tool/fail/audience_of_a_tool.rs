use mcp_runtime::prelude::*;

#[tool(audience = "user")]
async fn all() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![all];
}
