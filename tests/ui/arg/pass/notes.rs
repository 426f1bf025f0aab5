use mcp_runtime::prelude::*;
use mcp_runtime::testing::block_on;

const FEW: std::ops::RangeInclusive<usize> = 1..=2;

#[tool]
async fn order(
    #[arg(range = 1..=100, example = 3)] count: u32,
    #[arg(range = 0.0..1.0)] share: Option<f64>,
    #[arg(range = ..=-1, default = -1)] offset: i64,
    #[arg(length = 1..=5, example = "you", header = "Name")] name: String,
    #[arg(length = FEW)] lines: Vec<String>,
    #[arg(length = 2..)] note: Option<String>,
    #[arg(format = "email")] to: Option<String>,
) -> String {
    format!("{count} {share:?} {offset} {name} {lines:?} {note:?} {to:?}")
}

#[prompt]
async fn write(#[arg(range = 1..=9)] times: u8, #[arg(length = ..3)] to: String) -> String {
    format!("{times} {to}")
}

#[resource("notes://{id}")]
async fn note(#[arg(range = 1.., name = "id")] id: u64) -> String {
    id.to_string()
}

#[tool]
async fn mirrored(#[arg(header = "Lines")] lines: Vec<String>) -> String {
    lines.concat()
}

fn main() {
    let server: Server<()> =
        Server::new("orders", "1.0.0").with(handlers![order, write, note]);
    block_on(async {
        let mut client = server.state(()).test_client().await;
        let fits = json!({ "count": 1, "share": 0.0, "name": "you", "lines": ["one"], "note": "no",
            "to": "you@example.com" });
        let said = client.text("order", fits).await;
        assert_eq!(said.unwrap(), r#"1 Some(0.0) -1 you ["one"] Some("no") Some("you@example.com")"#);
        let unfit = json!({
            "count": 101, "share": 1.0, "offset": 0, "name": "", "lines": [], "note": "x", "to": "you",
        });
        let refused = client.text("order", unfit).await.unwrap_err().to_string();
        assert!(refused.starts_with("7 arguments of `order` do not fit"), "{refused}");
        let refused = client.prompt("write", json!({ "times": "0", "to": "you" })).await;
        assert!(refused.is_err(), "{refused:?}");
    });
    block_on(async {
        let server: Server<()> = Server::new("orders", "1.0.0").with(handlers![mirrored]);
        let error = server.state(()).serve_stdio().await.unwrap_err().to_string();
        assert!(error.contains("only a text, an integer or a boolean"), "{error}");
    });
}
