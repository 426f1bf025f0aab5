use mcp_runtime::prelude::*;

#[form]
struct Contact {
    plan: Plan,
}

#[data]
enum Plan {
    Basic,
    Full,
}

fn main() {}
