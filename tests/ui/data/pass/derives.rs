#![deny(warnings)]

use mcp_runtime::prelude::*;

/// Derives below the attribute are not repeated.
#[data]
#[derive(Debug, serde::Serialize)]
struct Below {
    a: u32,
}

#[data]
#[derive(serde::Serialize, serde::Deserialize, mcp_runtime::schemars::JsonSchema)]
#[serde(crate = "serde")]
#[schemars(crate = "mcp_runtime::schemars")]
struct All {
    a: u32,
}

/// What functions write has a schema by another type.
#[data]
struct Written {
    #[serde(with = "as_text")]
    #[schemars(with = "String")]
    a: Foreign,
}

#[derive(Debug)]
struct Foreign(u32);

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use super::Foreign;

    pub fn serialize<S: Serializer>(value: &Foreign, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&value.0.to_string())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Foreign, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Foreign).map_err(D::Error::custom)
    }
}

#[tool]
async fn add(below: Below, all: All, written: Written) -> String {
    format!("{}", below.a + all.a + written.a.0)
}

fn main() {
    let server = Server::<()>::new("test", "1.0.0").with(handlers![add]);
    let result = mcp_runtime::testing::block_on(async {
        let arguments =
            json!({ "below": { "a": 1 }, "all": { "a": 3 }, "written": { "a": "4" } });
        server.state(()).test_client().await.text("add", arguments).await
    });
    assert_eq!(result.unwrap(), "8");
}
