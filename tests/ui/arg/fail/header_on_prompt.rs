use mcp_runtime::prelude::*;

#[prompt]
async fn write(#[arg(header = "Region")] region: String) -> String {
    region
}

fn main() {
    let _: Handlers<()> = handlers![write];
}
