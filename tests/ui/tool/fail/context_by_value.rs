use mcp_runtime::prelude::*;

#[tool]
async fn show(ctx: Context) -> String {
    let _ = ctx;
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
