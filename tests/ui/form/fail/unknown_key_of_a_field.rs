use mcp_runtime::prelude::*;

#[form]
struct Contact {
    #[arg(pattern = "^[a-z]+$")]
    name: String,
}

fn main() {}
