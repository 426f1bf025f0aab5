use mcp_runtime::prelude::*;

#[data]
enum Order {
    Newest,
    Oldest,
}

#[tool]
async fn show(#[arg(default = "newest")] n: Order) -> String {
    let _ = n;
    String::new()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
