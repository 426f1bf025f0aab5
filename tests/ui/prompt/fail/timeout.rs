use mcp_runtime::prelude::*;

#[prompt(timeout = "30s")]
async fn write() -> String {
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![write];
}
