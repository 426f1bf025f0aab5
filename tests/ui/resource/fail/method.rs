use mcp_runtime::prelude::*;

struct Notes;

impl Notes {
    #[resource("notes://all")]
    async fn all(&self) -> String {
        "text".to_owned()
    }
}

fn main() {
    let _ = Notes.all();
}
