use mcp_runtime::prelude::*;

#[prompt(title = "Greet", description = "Greets.")]
async fn text(name: String) -> String {
    name
}

#[prompt]
fn fixed() -> &'static str {
    "fixed"
}

#[prompt(name = "one-message")]
async fn message() -> Message {
    Message::user("hello")
}

#[prompt]
async fn messages(count: u32, #[arg(default)] reversed: bool) -> Result<Vec<Message>, String> {
    let _ = (count, reversed);
    Ok(Vec::new())
}

fn main() {
    let _: Handlers<()> = handlers![text, fixed, message, messages];
}
