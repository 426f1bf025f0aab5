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
    let _: Handlers<Notes> = handlers![Notes::show];
}
