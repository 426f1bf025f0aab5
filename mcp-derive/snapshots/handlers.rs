// handlers![
//     create_task,
//     #[cfg(feature = "admin")]
//     admin::purge,
// ]

fn handlers() -> Handlers<Store> {
    {
        #[allow(unused_imports)]
        use ::mcp_runtime::__private::Listed as _;
        ::mcp_runtime::__private::collect([
            ::mcp_runtime::__private::Element::<create_task>::new().declared(),
            #[cfg(feature = "admin")]
            ::mcp_runtime::__private::Element::<admin::purge>::new().declared(),
        ])
    }
}
