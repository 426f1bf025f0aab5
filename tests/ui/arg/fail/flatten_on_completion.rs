use mcp_runtime::prelude::*;

#[data]
struct Place {
    shelf: String,
}

#[completion]
async fn books(value: String, #[arg(flatten)] place: Place) -> Vec<String> {
    vec![value, place.shelf]
}

#[prompt]
async fn read(#[arg(complete = books)] book: String) -> String {
    book
}

fn main() {
    let _: Handlers<()> = handlers![read];
}
