//! Values that clients send arrive as they were sent, or are refused.

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;
use serde_json::Value;

/// A number whose `Drop` panics.
#[data]
struct Bomb(i64);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in drop of an argument");
    }
}

/// Take two bombs and a number.
#[tool]
async fn defuse(first: Bomb, second: Option<Bomb>, number: i64) -> String {
    std::mem::forget((first, second));
    number.to_string()
}

#[test]
fn arguments_whose_drop_panics_beside_a_wrong_one_are_answered() {
    for arguments in [
        json!({ "first": 1, "second": 2, "number": "bad" }),
        json!({ "number": "bad", "second": 2, "first": 1 }),
        json!({ "first": 1, "second": 2, "number": 1, "more": 1 }),
        json!({ "first": 1, "second": 2 }),
    ] {
        let refused = told(handlers![defuse], "defuse", &arguments).unwrap_err();
        assert!(refused.starts_with("1 argument of `defuse` does not fit"), "{refused}");
    }
    let taken = told(handlers![defuse], "defuse", &json!({ "first": 1, "number": "5" }));
    assert_eq!(taken.unwrap(), "5");
}

/// Give back what was sent.
#[tool]
async fn back(value: Value) -> Value {
    value
}

#[test]
fn doubles_come_back_as_they_were_sent() {
    let mut bits = 0x3ff0_0000_0000_0001_u64;
    for _ in 0..500 {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let number = f64::from_bits(bits);
        if number.is_finite() {
            let sent = json!({ "value": number });
            assert_eq!(told(handlers![back], "back", &sent).unwrap(), sent["value"].to_string());
        }
    }
}

fn told(handlers: Handlers<()>, tool: &str, arguments: &Value) -> Result<String, String> {
    block_on(async {
        let server = Server::new("values", "1.0.0").with(handlers).state(());
        let mut client = server.test_client().await;
        client.text(tool, arguments.clone()).await.map_err(|error| error.to_string())
    })
}
