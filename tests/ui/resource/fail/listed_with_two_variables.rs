use mcp_runtime::prelude::*;

#[resource("notes://{list}/{note}", listed)]
async fn note(list: String, note: String) -> String {
    list + &note
}

fn main() {
    let _: Handlers<()> = handlers![note];
}
