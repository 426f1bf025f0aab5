use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;

#[data]
struct Cost {
    calls: u32,
}

const COST: Cost = Cost { calls: 2 };

/// Everything.
#[tool(
    icon = "https://example.com/48.png",
    icon = "data:image/png;base64,AA==",
    tags("net", "slow"),
    meta("com.example/cost" = COST, beta = true),
    timeout = "1h"
)]
async fn all() {}

#[tool(icon("https://example.com/48.png"), tags = "net", meta = COST)]
async fn some() {}

#[tool(timeout = "20ms")]
async fn stuck() {
    std::future::pending::<()>().await;
}

#[tool(timeout = "20ms")]
fn asleep() {
    std::thread::sleep(std::time::Duration::from_millis(100));
}

#[prompt(icon = "https://example.com/48.png", meta(beta = true))]
async fn write() -> String {
    String::new()
}

#[resource(
    "abouts://all",
    icon = "https://example.com/48.png",
    meta(beta = true),
    audience("user", "assistant"),
    priority = 0.5
)]
async fn read() -> String {
    String::new()
}

const SOME: f64 = 0.25;

#[resource("abouts://{one}", icon = "https://example.com/48.png", audience = "user", priority = SOME)]
async fn read_one(one: String) -> String {
    one
}

#[resource("abouts://none")]
async fn read_nothing() -> String {
    String::new()
}

#[tool(meta = 1)]
async fn wrong() {}

fn main() {
    let server: Server<()> =
        Server::new("abouts", "1.0.0").with(handlers![all, some, stuck, asleep, write, read, read_one, read_nothing]);
    block_on(async {
        let mut client = server.state(()).test_client().await;
        let tools = client.request("tools/list", json!({})).await.unwrap();
        let meta = json!({
            "io.crates.mcp-runtime/tags": ["net", "slow"],
            "com.example/cost": { "calls": 2 },
            "beta": true,
        });
        let icon = json!({ "src": "https://example.com/48.png" });
        assert_eq!(tools["tools"][0]["_meta"], meta);
        assert_eq!(tools["tools"][0]["icons"][0], icon);
        assert_eq!(tools["tools"][0]["icons"][1]["src"], "data:image/png;base64,AA==");
        let meta = json!({ "calls": 2, "io.crates.mcp-runtime/tags": ["net"] });
        assert_eq!(tools["tools"][1]["_meta"], meta);
        let prompts = client.request("prompts/list", json!({})).await.unwrap();
        assert_eq!(prompts["prompts"][0]["icons"], json!([icon]));
        assert_eq!(prompts["prompts"][0]["_meta"], json!({ "beta": true }));
        let resources = client.request("resources/list", json!({})).await.unwrap();
        assert_eq!(resources["resources"][0]["icons"], json!([icon]));
        assert_eq!(resources["resources"][0]["_meta"], json!({ "beta": true }));
        let hints = json!({ "audience": ["user", "assistant"], "priority": 0.5 });
        assert_eq!(resources["resources"][0]["annotations"], hints);
        assert_eq!(resources["resources"][1].get("annotations"), None);
        let templates = client.request("resources/templates/list", json!({})).await.unwrap();
        assert_eq!(templates["resourceTemplates"][0]["icons"], json!([icon]));
        let hints = json!({ "audience": ["user"], "priority": 0.25 });
        assert_eq!(templates["resourceTemplates"][0]["annotations"], hints);

        let stopped = client.text("stuck", json!({})).await.unwrap_err().to_string();
        assert_eq!(stopped, "stuck took longer than 20ms, and was given up");
        let stopped = client.text("asleep", json!({})).await.unwrap_err().to_string();
        assert_eq!(stopped, "asleep took longer than 20ms, and was given up");
    });
    block_on(async {
        let server: Server<()> = Server::new("abouts", "1.0.0").with(handlers![wrong]);
        let error = server.state(()).serve_stdio().await.unwrap_err().to_string();
        assert!(error.contains("`meta`: it is no object"), "{error}");
    });
}
