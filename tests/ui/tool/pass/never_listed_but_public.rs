#![deny(dead_code)]

use mcp_runtime::prelude::*;

pub mod tools {
    use mcp_runtime::prelude::*;

    /// Pings.
    #[tool]
    pub async fn ping() {}

    pub(super) mod inner {
        use mcp_runtime::prelude::*;

        #[tool]
        pub(in crate::tools) async fn pong() {}

        #[tool]
        pub(crate) async fn listed() {}
    }

    /// Both.
    pub fn handlers() -> Handlers<()> {
        handlers![inner::pong, ping]
    }
}

fn main() {
    let _ = tools::handlers();
    let _: Handlers<()> = handlers![tools::inner::listed];
}
