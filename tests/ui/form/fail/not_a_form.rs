use mcp_runtime::prelude::*;

#[data]
struct Contact {
    name: String,
}

fn ask<F: Form>() {}

fn main() {
    ask::<Contact>();
}
