use mcp_runtime::prelude::*;

#[resource("notes://{?page}/all")]
async fn note(page: Option<u32>) -> String {
    format!("{page:?}")
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
