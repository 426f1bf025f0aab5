use mcp_runtime::prelude::*;

#[derive(State)]
struct App<C> {
    clock: C,
}

fn main() {
    let _ = App { clock: 1 }.clock;
}
