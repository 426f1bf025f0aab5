// /// Search.
// #[tool(read_only)]
// fn search(
//     store: &Store,
//     #[cfg(feature = "index")] index: &Index,
//     query: String,
// ) -> Vec<Hit> {
//     store.search(query)
// }

#[cfg(feature = "index")]
#[::mcp_runtime::__private::tool(read_only)]
/// Search.
fn search(store: &Store, index: &Index, query: String) -> Vec<Hit> {
    store.search(query)
}
#[cfg(not(feature = "index"))]
#[::mcp_runtime::__private::tool(read_only)]
/// Search.
fn search(store: &Store, query: String) -> Vec<Hit> {
    store.search(query)
}
