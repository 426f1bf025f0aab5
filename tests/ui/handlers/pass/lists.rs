use mcp_runtime::prelude::*;

mod tools {
    use mcp_runtime::prelude::*;

    #[tool]
    pub async fn ping() {}

    pub mod deep {
        use mcp_runtime::prelude::*;

        #[tool]
        pub async fn pong() {}
    }
}

use tools::ping;

#[cfg(any())]
#[tool]
async fn never() {}

fn main() {
    let _: Handlers<()> = handlers![];
    let _: Handlers<()> = handlers![ping, tools::deep::pong,];
    let _: Handlers<()> = handlers![
        #[cfg(any())]
        never,
        #[cfg(all())]
        ping,
        #[cfg(any())]
        ping,
        self::tools::deep::pong,
    ];
    let _: Handlers<()> = handlers![crate = mcp_runtime; ping];
    let _ = Server::new("pings", "1.0.0").with(handlers![ping]).state(());
    let _ = tools::ping();
}
