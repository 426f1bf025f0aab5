use mcp_runtime::prelude::*;

#[form]
struct Contact<T> {
    name: T,
}

fn main() {}
