use mcp_runtime::prelude::*;

#[form]
struct Contact {
    #[arg(default = 5)]
    name: String,
}

fn main() {}
