use mcp_runtime::prelude::*;

#[tool]
async fn call(#[arg(format = "phone")] number: String) -> String {
    number
}

fn main() {
    let _: Handlers<()> = handlers![call];
}
