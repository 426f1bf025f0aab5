use mcp_runtime::prelude::*;

#[resource("regions://{region}")]
async fn region(#[arg(header = "Region")] region: String) -> String {
    region
}

fn main() {
    let _: Handlers<()> = handlers![region];
}
