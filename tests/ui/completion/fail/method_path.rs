use mcp_runtime::prelude::*;

struct Notes;
#[methods]
impl Notes {
    #[completion]
    async fn names(&self, typed: String) -> Vec<String> {
        vec![typed]
    }
}

#[prompt]
async fn show(#[arg(complete = Notes::names)] n: String) -> String {
    n
}

fn main() {
    let _: Handlers<Notes> = handlers![show];
}
