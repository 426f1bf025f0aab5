// #[tool(name = "ping")]
// async fn answer() {}

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
async fn answer() {}
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    clippy::all,
    clippy::pedantic
)]
enum answer {}
#[automatically_derived]
#[allow(
    unused_imports,
    unused_qualifications,
    deprecated,
    private_bounds,
    clippy::all,
    clippy::pedantic
)]
impl<__McpState> ::mcp_runtime::__private::Declare<__McpState, ()> for answer
where
    __McpState: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitTool as _, Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Tool(::mcp_runtime::__private::ToolDeclaration {
            name: "ping",
            title: ::core::option::Option::None,
            description: ::core::option::Option::None,
            annotations: ::mcp_runtime::__private::ToolAnnotations {
                ..::core::default::Default::default()
            },
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            strict: false,
            input: |_| {},
            output: |__mcp_generator| {
                (&&::mcp_runtime::__private::Returns::<
                    ::mcp_runtime::__private::OfTool,
                    (),
                >::new()
                    .split())
                    .fit()
                    .describe(__mcp_generator)
            },
            call: |__mcp_arguments, __mcp_call| {
                __mcp_arguments.read(&mut [])?;
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfTool,
                                (),
                            >::new();
                            let __mcp_returned = answer().await;
                            (&(&&__mcp_returns.split()).fit())
                                .causes()
                                .finish(__mcp_returns.apart(__mcp_returned))
                        }),
                    ),
                )
            },
        })
    }
}
