use mcp_runtime::prelude::*;

#[derive(State)]
union App {
    one: u32,
    other: f32,
}

fn main() {
    let _ = App { one: 1 };
}
