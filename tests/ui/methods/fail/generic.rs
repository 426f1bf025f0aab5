use mcp_runtime::prelude::*;

struct Store<T>(T);

#[methods]
impl<T: Clone> Store<T> {
    #[tool]
    async fn count(&self) -> String {
        let _ = self.0.clone();
        String::new()
    }
}

fn main() {
    let _: Handlers<Store<u8>> = Store::<u8>::handlers();
}
