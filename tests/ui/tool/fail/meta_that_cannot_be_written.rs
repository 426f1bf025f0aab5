use mcp_runtime::prelude::*;

struct Cost(u32);

#[tool(meta(cost = Cost(1)))]
async fn ping() -> String {
    Cost(1).0.to_string()
}

fn main() {
    let _: Handlers<()> = handlers![ping];
}
