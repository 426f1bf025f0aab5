use mcp_runtime::prelude::*;

#[resource(uri_template = "notes://{id}")]
async fn show(id: u32) -> String {
    id.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
