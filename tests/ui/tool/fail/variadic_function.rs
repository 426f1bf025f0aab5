// errors: 3
use mcp_runtime::prelude::*;

#[tool]
fn call(count: u32, ...) -> String {
    count.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![call];
}
