use mcp_runtime::prelude::*;

#[data]
enum Tone {
    Warm,
    Cold,
}

#[tool]
async fn greet(#[arg(default)] tone: Tone) -> String {
    match tone {
        Tone::Warm => "dear".to_owned(),
        Tone::Cold => "hm".to_owned(),
    }
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
