use mcp_runtime::prelude::*;

struct Id(String);

#[resource("notes://note/{id}")]
async fn note(id: Id) -> String {
    id.0
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
