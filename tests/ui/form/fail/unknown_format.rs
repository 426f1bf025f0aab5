use mcp_runtime::prelude::*;

#[form]
struct Contact {
    #[arg(format = "uuid")]
    id: String,
}

fn main() {}
