use mcp_runtime::prelude::*;

#[tool]
struct Add {
    a: i64,
}

fn main() {
    let _ = Add { a: 1 }.a;
}
