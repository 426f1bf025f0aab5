use mcp_runtime::prelude::*;

use std::rc::Rc;

#[tool]
async fn add(a: i64, b: i64) -> i64 {
    let sum = Rc::new(a + b);
    std::future::ready(()).await;
    *sum
}

fn main() {
    let _: Handlers<()> = handlers![add];
}
