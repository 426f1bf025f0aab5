use mcp_runtime::prelude::*;

#[tool]
trait Order {
    fn f();
}

fn main() {}
