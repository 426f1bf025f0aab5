use mcp_runtime::prelude::*;

#[form]
struct Outer {
    inner: Inner,
}

#[form]
struct Inner {
    name: String,
}

fn main() {}
