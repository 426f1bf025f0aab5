//! Lists of more than one page.

use mcp_runtime::testing::{TestClient, block_on};
use serde_json::{Value, json};

use crate::declared;

/// PAGE-01, PAGE-02, PAGE-05: every entry once and in order, by cursors that hold anywhere.
#[test]
fn resources_are_listed_page_by_page() {
    block_on(async {
        let mut client = declared::long_list().test_client().await;
        let first = list(&mut client, json!({})).await;
        assert_eq!(uris(&first).len(), 1000);
        let mut all = uris(&first);
        let mut cursor = first["nextCursor"].clone();
        while !cursor.is_null() {
            // Another connection goes on where this one was.
            client = declared::long_list().test_client().await;
            let page = list(&mut client, json!({ "cursor": cursor })).await;
            all.extend(uris(&page));
            cursor = page["nextCursor"].clone();
        }
        let expected = (1..=2001).map(|number| format!("library://many/{number}"));
        let expected = std::iter::once("library://front".to_owned()).chain(expected);
        assert_eq!(all, expected.collect::<Vec<_>>());
    });
}

/// PAGE-03, PAGE-04: what no page gave out is refused.
#[test]
fn cursors_of_nobody_are_refused() {
    block_on(async {
        let mut client = declared::long_list().test_client().await;
        for cursor in [json!(""), json!("x"), json!("2002"), json!("-1"), json!(1000)] {
            let params = json!({ "cursor": cursor });
            let error = client.request("resources/list", params).await.unwrap_err();
            assert_eq!(error.code, -32602, "{cursor}");
        }
    });
}

async fn list(client: &mut TestClient, params: Value) -> Value {
    client.request("resources/list", params).await.unwrap()
}

fn uris(page: &Value) -> Vec<String> {
    let entries = page["resources"].as_array().unwrap();
    entries.iter().map(|entry| entry["uri"].as_str().unwrap().to_owned()).collect()
}
