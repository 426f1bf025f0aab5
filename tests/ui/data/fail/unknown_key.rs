use mcp_runtime::prelude::*;

#[data(rename_all = "camelCase")]
struct Note {
    text: String,
}

fn main() {
    let _ = Note { text: String::new() }.text;
}
