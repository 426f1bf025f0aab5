use mcp_runtime::prelude::*;

struct Page {
    limit: u32,
}

#[tool]
async fn list(#[arg(flatten)] page: Page) -> u32 {
    page.limit
}

fn main() {
    let _: Handlers<()> = handlers![list];
}
