use mcp_runtime::prelude::*;

#[tool]
async fn show(n: std::borrow::Cow<'_, str>) -> String {
    n.into_owned()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
