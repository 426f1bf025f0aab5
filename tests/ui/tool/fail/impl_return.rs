use mcp_runtime::prelude::*;

#[tool]
fn answer() -> impl Future<Output = i64> {
    async { 42 }
}

fn main() {
    let _: Handlers<()> = handlers![answer];
}
