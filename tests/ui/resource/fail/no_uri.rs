use mcp_runtime::prelude::*;

#[resource]
async fn note() -> String {
    "text".to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
