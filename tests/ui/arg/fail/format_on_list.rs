use mcp_runtime::prelude::*;

#[prompt]
async fn write(#[arg(format = "date")] days: Vec<String>) -> String {
    days.concat()
}

fn main() {
    let _: Handlers<()> = handlers![write];
}
