use mcp_runtime::prelude::*;

#[resource("notes://{list}{id}")]
async fn note(list: String, id: String) -> String {
    list + &id
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
