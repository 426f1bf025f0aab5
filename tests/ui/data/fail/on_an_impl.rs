use mcp_runtime::prelude::*;

struct Note;

#[data]
impl Note {}

fn main() {}
