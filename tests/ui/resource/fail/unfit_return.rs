use mcp_runtime::prelude::*;

struct Note(String);

#[resource("notes://all")]
async fn note() -> Note {
    Note("text".to_owned())
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
