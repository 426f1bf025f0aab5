use mcp_runtime::prelude::*;

struct Store<'a>(&'a str);

#[methods]
impl Store<'_> {
    #[tool]
    async fn name(&self) -> String {
        self.0.to_owned()
    }
}

fn main() {
    let _: Handlers<Store<'static>> = Store::handlers();
}
