// /// All tasks.
// #[resource("tasks://all", mime = "text/markdown")]
// async fn all_tasks(store: &Store) -> String {
//     store.all().await
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// All tasks.
async fn all_tasks(store: &Store) -> String {
    store.all().await
}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    clippy::all,
    clippy::pedantic
)]
enum all_tasks {}
#[automatically_derived]
#[allow(
    unused_imports,
    unused_qualifications,
    deprecated,
    private_bounds,
    clippy::all,
    clippy::pedantic
)]
impl<__McpState, __McpHow0> ::mcp_runtime::__private::Declare<__McpState, (__McpHow0,)>
for all_tasks
where
    __McpState: ::mcp_runtime::__private::Provide<Store, __McpHow0>
        + ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, InPath as _, Plain as _, UnfitResource as _,
            Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Resource(::mcp_runtime::__private::ResourceDeclaration {
            uri: "tasks://all",
            name: "all_tasks",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("All tasks."),
            mime: ::core::option::Option::Some("text/markdown"),
            listed: false,
            subscribe: false,
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            output: |__mcp_generator| {
                (&&::mcp_runtime::__private::Returns::<
                    ::mcp_runtime::__private::OfResource,
                    String,
                >::new()
                    .split())
                    .fit()
                    .describe(__mcp_generator)
            },
            input: |_| {},
            call: |__mcp_arguments, __mcp_call| {
                __mcp_arguments.read(&mut [])?;
                let __mcp_call = __mcp_arguments.bind(__mcp_call);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfResource,
                                String,
                            >::new();
                            __mcp_call
                                .watch(
                                    all_tasks(
                                        ::mcp_runtime::__private::Provide::<
                                            Store,
                                            __McpHow0,
                                        >::provide(
                                            __mcp_call.state::<__McpState>(),
                                            __mcp_call.context(),
                                        ),
                                    ),
                                    |__mcp_returned| {
                                        (&(&&__mcp_returns.split()).fit())
                                            .causes()
                                            .finish(__mcp_returns.apart(__mcp_returned))
                                    },
                                )
                                .await
                        }),
                    ),
                )
            },
        })
    }
}
