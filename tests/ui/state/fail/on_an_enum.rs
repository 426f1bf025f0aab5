use mcp_runtime::prelude::*;

#[derive(State)]
enum App {
    Open,
}

fn main() {
    let _ = App::Open;
}
