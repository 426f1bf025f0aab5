use mcp_runtime::prelude::*;

#[tool]
async fn show(n: &std::ffi::OsStr) -> String {
    n.display().to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
