use mcp_runtime::prelude::*;

#[tool]
async fn größe() -> i64 {
    1
}

fn main() {
    let _: Handlers<()> = handlers![größe];
}
