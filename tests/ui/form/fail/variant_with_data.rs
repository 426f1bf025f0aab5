use mcp_runtime::prelude::*;

#[form]
enum Plan {
    Basic,
    Other(String),
}

#[form]
struct Contact {
    plan: Plan,
}

fn main() {}
