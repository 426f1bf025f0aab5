use mcp_runtime::prelude::*;

#[data]
struct Note<'a> {
    text: &'a str,
}

#[tool]
async fn show(n: Note<'_>) -> String {
    n.text.to_owned()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
