use std::collections::{BTreeMap, HashMap};

use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::{Map, Value};
use mcp_runtime::testing::block_on;

#[tool]
async fn sum(
    /// Its name.
    name: String,
    /// A number.
    #[arg(rest)]
    numbers: HashMap<String, i64>,
    #[arg(default = 1)] times: i64,
) -> String {
    format!("{name} {}", numbers.into_values().sum::<i64>() * times)
}

#[tool]
async fn any(#[arg(rest)] members: Map<String, Value>) -> usize {
    members.len()
}

#[tool]
async fn optional(#[arg(rest)] members: Option<BTreeMap<String, bool>>) -> usize {
    members.map_or(0, |members| members.len())
}

#[tool]
async fn no_map(#[arg(rest)] members: Vec<String>) -> usize {
    members.len()
}

fn main() {
    let server: Server<()> = Server::new("sums", "1.0.0").with(handlers![sum, any, optional]);
    block_on(async {
        let mut client = server.state(()).test_client().await;
        let tools = client.request("tools/list", json!({})).await.unwrap();
        let rest = |at: usize| tools["tools"][at]["inputSchema"]["additionalProperties"].clone();
        assert_eq!(rest(0)["type"], "integer");
        assert_eq!(rest(0)["description"], "A number.");
        // Anything goes without saying.
        assert_eq!(rest(1), json!(null));
        assert_eq!(rest(2), json!({ "type": "boolean" }));

        let sent = json!({ "a": 1, "name": "all", "b": "2" });
        assert_eq!(client.text("sum", sent).await.unwrap(), "all 3");
        let sent = json!({ "name": "all", "times": 3 });
        assert_eq!(client.text("sum", sent).await.unwrap(), "all 0");
        let refused = client.text("sum", json!({ "a": "x" })).await.unwrap_err().to_string();
        assert!(refused.starts_with("2 arguments of `sum` do not fit"), "{refused}");
        assert!(refused.contains("`a`: expected an integer; got \"x\""), "{refused}");
        assert_eq!(client.text("any", json!({ "a": [1], "b": null })).await.unwrap(), "2");
        assert_eq!(client.text("optional", json!({})).await.unwrap(), "0");
    });
    block_on(async {
        let server: Server<()> = Server::new("sums", "1.0.0").with(handlers![no_map]);
        let error = server.state(()).serve_stdio().await.unwrap_err().to_string();
        assert!(error.contains("`rest` takes a map"), "{error}");
    });
}
