use mcp_runtime::prelude::*;

struct Notes;
#[methods]
impl Notes {
    async fn names(&self, typed: String) -> Vec<String> {
        vec![typed]
    }
    #[prompt]
    async fn show(&self, #[arg(complete = Self::names)] n: String) -> String {
        n
    }
}

fn main() {
    let _: Handlers<Notes> = Notes::handlers();
}
