use mcp_runtime::prelude::*;

struct Ping;

fn main() {
    let _: Handlers<()> = handlers![Ping];
}
