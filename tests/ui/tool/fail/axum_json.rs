use mcp_runtime::prelude::*;

#[data]
struct Args {
    n: u32,
}

#[tool]
async fn show(Json(args): Json<Args>) -> String {
    args.n.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![show];
}
