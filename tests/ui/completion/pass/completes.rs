#![deny(warnings)]

use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;

struct Store {
    tasks: Vec<&'static str>,
}

mod lists {
    use mcp_runtime::prelude::*;

    #[completion]
    pub fn names(ctx: &Context, typed: String) -> Result<Vec<&'static str>, Error> {
        let _ = ctx;
        Ok(["home", "work"].into_iter().filter(|name| name.starts_with(&typed)).collect())
    }
}

/// Tasks of a list.
#[completion]
async fn tasks(
    store: &Store,
    typed: String,
    list: Option<String>,
    #[arg(name = "max", default = 9)] most: usize,
) -> Vec<String> {
    let list = list.unwrap_or_default();
    let fitting = store.tasks.iter().filter(|task| task.starts_with(&typed));
    fitting.map(|task| format!("{list}{task}")).take(most).collect()
}

#[prompt]
async fn summary(
    #[arg(complete = lists::names)] list: String,
    #[arg(complete = tasks)] task: String,
    #[arg(complete = tasks)] other: Option<String>,
) -> String {
    format!("{list} {task} {other:?}")
}

#[resource("lists://{list}/{task}")]
async fn one(
    store: &Store,
    #[arg(complete = lists::names, length = 1..)] list: String,
    #[arg(complete = self::tasks)] task: String,
) -> String {
    format!("{list} {task} {}", store.tasks.len())
}

fn main() {
    let server = Server::new("tasks", "1.0.0").with(handlers![summary, one]);
    block_on(async {
        let store = Store { tasks: vec!["cook", "clean", "read"] };
        let mut client = server.state(store).test_client().await;
        let mut values = async |reference: &str, name: &str, value: &str| {
            let mut params = json!({
                "ref": { "type": "ref/prompt", "name": "summary" },
                "argument": { "name": name, "value": value },
                "context": { "arguments": { "list": "home:" } },
            });
            if reference == "resource" {
                params["ref"] = json!({ "type": "ref/resource", "uri": "lists://{list}/{task}" });
            }
            let result = client.request("completion/complete", params).await.unwrap();
            result["completion"]["values"].clone()
        };
        assert_eq!(values("prompt", "list", "w").await, json!(["work"]));
        assert_eq!(values("prompt", "task", "c").await, json!(["home:cook", "home:clean"]));
        assert_eq!(values("resource", "task", "").await.as_array().unwrap().len(), 3);
    });
}
