use mcp_runtime::prelude::*;

#[form]
struct Contact {
    name: String,
    address: Address,
}

#[data]
struct Address {
    street: String,
}

fn main() {}
