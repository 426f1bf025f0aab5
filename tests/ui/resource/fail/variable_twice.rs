use mcp_runtime::prelude::*;

#[resource("notes://{id}/{id}")]
async fn note(id: String) -> String {
    id
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
