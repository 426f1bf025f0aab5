use mcp_runtime::prelude::*;

#[data]
#[derive(Default)]
struct Page {
    limit: u32,
}

#[tool]
async fn list(#[arg(flatten, default)] page: Page) -> u32 {
    page.limit
}

fn main() {
    let _: Handlers<()> = handlers![list];
}
