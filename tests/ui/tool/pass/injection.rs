use mcp_runtime::prelude::*;

struct Store {
    id: u32,
}

#[tool]
async fn both(ctx: &Context, store: &Store, name: String, again: &Store) -> String {
    let _ = (ctx, store, again);
    name
}

/// A borrowed parameter needs no name: nobody sends it.
#[tool]
async fn unnamed(Store { id }: &Store, _: &Context) -> u32 {
    *id
}

#[tool]
fn plain(store: &Store, ctx: &Context) -> bool {
    let _ = (store, ctx);
    true
}

#[tool]
async fn without_state(ctx: &Context) -> bool {
    let _ = ctx;
    true
}

fn main() {
    let _: Handlers<Store> = handlers![both, unnamed, plain, without_state];
    let _: Handlers<()> = handlers![without_state];
    let _: Handlers<&'static str> = handlers![without_state];
}
