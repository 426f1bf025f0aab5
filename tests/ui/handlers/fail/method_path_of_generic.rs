use mcp_runtime::prelude::*;

struct Notes<T>(T);
#[methods]
impl Notes<u32> {
    #[tool]
    async fn show(&self) -> String {
        String::new()
    }
}

fn main() {
    let _: Handlers<Notes<u32>> = handlers![Notes::<u32>::show];
}
