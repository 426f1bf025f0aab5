use mcp_runtime::prelude::*;

#[data]
struct Place {
    shelf: u32,
}

#[resource("books://{shelf}")]
async fn book(#[arg(flatten)] place: Place) -> String {
    place.shelf.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![book];
}
