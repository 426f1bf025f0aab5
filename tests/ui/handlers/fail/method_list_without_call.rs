use mcp_runtime::prelude::*;

struct Notes;
#[methods]
impl Notes {
    #[tool]
    async fn show(&self) -> String {
        String::new()
    }
}

fn main() {
    let _ = Server::new("a", "1").with(Notes::handlers).state(Notes).run();
}
