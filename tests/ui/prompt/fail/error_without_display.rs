use mcp_runtime::prelude::*;

struct Silence;

#[prompt]
async fn greet(name: String) -> Result<String, Silence> {
    if name.is_empty() { Err(Silence) } else { Ok(name) }
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
