#![deny(warnings)]

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;

pub struct Tasks {
    titles: Vec<String>,
}

#[data]
#[derive(Default)]
pub struct Filter {
    #[serde(default)]
    word: String,
}

impl Tasks {
    fn demo() -> Self {
        Self { titles: vec!["cook".to_owned(), "clean".to_owned()] }
    }
}

#[methods]
impl Tasks {
    const MANY: usize = { 100 };

    /// How many tasks there are.
    #[tool(read_only)]
    pub async fn count(&self, ctx: &Context, filter: Option<Filter>) -> Result<usize, Error> {
        let _ = ctx;
        let word = filter.unwrap_or_default().word;
        Ok(self.titles.iter().filter(|title| title.contains(&word)).count())
    }

    #[mcp_runtime::tool(name = "first")]
    fn first(self: &Self, #[arg(default = Self::MANY, range = 1..=Self::MANY)] most: usize) -> Vec<String> {
        self.titles.iter().take(most).cloned().collect()
    }

    /// No state.
    #[tool]
    async fn version() -> &'static str {
        "1"
    }

    #[cfg(any())]
    #[tool]
    async fn never(&self, missing: Missing) {}

    #[tool]
    #[cfg(not(any()))]
    async fn always(&self, #[cfg(any())] missing: Missing, #[cfg(all())] text: String) -> String {
        text
    }

    #[resource("tasks://{title}")]
    async fn one(&self, #[arg(complete = Self::named)] title: String) -> Result<String, Error> {
        self.titles.iter().find(|known| **known == title).cloned().ok_or(Error::new("no such task"))
    }

    #[prompt]
    fn write(&self, #[arg(complete = Tasks::named)] title: String) -> String {
        self.shout(&title)
    }

    #[completion]
    fn named(&self, typed: String) -> Vec<String> {
        self.titles.iter().filter(|title| title.starts_with(&typed)).cloned().collect()
    }

    fn shout(&self, title: &str) -> String {
        let _ = self;
        title.to_uppercase()
    }
}

struct Admin;

#[methods(name = tools)]
impl Admin {
    #[tool]
    async fn purge(tasks: &Tasks) -> usize {
        tasks.titles.len()
    }
}

struct Meta;

#[methods]
impl Meta {
    const OWNER: &'static str = "me";
    const PRIORITY: f64 = 0.5;

    #[tool(meta(owner = Self::OWNER))]
    async fn owned(&self) -> String {
        String::new()
    }

    #[resource("metas://all", priority = Self::PRIORITY)]
    async fn all(&self) -> String {
        String::new()
    }
}

fn main() {
    let mut client = block_on(async {
        let server = Server::new("tasks", "1.0.0").with(Tasks::handlers()).with(Admin::tools());
        server.state(Tasks::demo()).test_client().await
    });
    block_on(async {
        let count: usize = client.call("count", json!({ "filter": { "word": "c" } })).await?;
        assert_eq!(count, 2);
        let first: Vec<String> = client.call("first", json!({ "most": 1 })).await?;
        assert_eq!(first, ["cook"]);
        assert_eq!(client.text("version", json!({})).await?, "1");
        assert_eq!(client.text("always", json!({ "text": "yes" })).await?, "yes");
        assert_eq!(client.read("tasks://cook").await?, "cook");
        let params = json!({
            "ref": { "type": "ref/prompt", "name": "write" },
            "argument": { "name": "title", "value": "cl" },
        });
        let result = client.request("completion/complete", params).await.unwrap();
        assert_eq!(result["completion"]["values"], json!(["clean"]));
        let tools = client.request("tools/list", json!({})).await.unwrap();
        let names: Vec<_> =
            tools["tools"].as_array().unwrap().iter().map(|tool| tool["name"].clone()).collect();
        assert_eq!(names, ["count", "first", "version", "always", "purge"]);
        Ok::<(), mcp_runtime::testing::CallError>(())
    })
    .unwrap();
    block_on(async {
        let tasks = Tasks::demo();
        assert_eq!(tasks.first(1), ["cook"]);
        assert_eq!(Tasks::version().await, "1");
    });
}
