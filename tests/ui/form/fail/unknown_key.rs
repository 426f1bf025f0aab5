use mcp_runtime::prelude::*;

#[form(title = "Contact")]
struct Contact {
    name: String,
}

fn main() {}
