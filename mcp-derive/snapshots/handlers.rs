// handlers![
//     create_task,
//     #[cfg(feature = "admin")]
//     admin::purge,
// ]

fn handlers() -> Handlers<Store> {
    {
        ::mcp_runtime::__private::collect([
            ::mcp_runtime::__private::declare::<create_task, _, _>(),
            #[cfg(feature = "admin")]
            ::mcp_runtime::__private::declare::<admin::purge, _, _>(),
        ])
    }
}
