#![deny(warnings)]

use mcp_runtime::prelude::*;

struct Memory;

struct Tasks<T>(T);

impl Tasks<Memory> {
    const MOST: u32 = 5;
    const NAMES: [&str; 2] = ["clean", "cook"];
}

/// `Self` stands for a type with arguments, in types, values and paths.
#[methods]
impl Tasks<Memory> {
    #[completion]
    async fn names(&self, typed: String) -> Vec<&'static str> {
        Self::NAMES.into_iter().filter(|name| name.starts_with(&typed)).collect()
    }

    #[prompt]
    async fn plan(&self, #[arg(complete = Self::names)] name: String) -> String {
        name
    }

    #[tool(meta(most = Self::MOST))]
    async fn first(
        &self,
        #[arg(range = 1..=Self::MOST, default = Self::MOST)] most: u32,
    ) -> Result<Vec<u32>, Error> {
        Ok((1..=most).collect())
    }
}

fn main() {
    let server = Server::new("test", "1.0.0").with(Tasks::<Memory>::handlers());
    let first = mcp_runtime::testing::block_on(async {
        let mut client = server.state(Tasks(Memory)).test_client().await;
        client.call::<Vec<u32>>("first", json!({})).await
    });
    assert_eq!(first.unwrap(), [1, 2, 3, 4, 5]);
}
