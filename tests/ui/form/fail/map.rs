use std::collections::HashMap;

use mcp_runtime::prelude::*;

#[form]
struct Contact {
    labels: HashMap<String, String>,
}

fn main() {}
