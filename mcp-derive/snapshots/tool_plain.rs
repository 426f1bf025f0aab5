// /// Count words.
// #[tool(read_only, strict)]
// fn count_words(text: String) -> usize {
//     text.split_whitespace().count()
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// Count words.
fn count_words(text: String) -> usize {
    text.split_whitespace().count()
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
enum count_words {}
#[automatically_derived]
#[allow(
    unused_imports,
    unused_qualifications,
    deprecated,
    private_bounds,
    clippy::all,
    clippy::pedantic
)]
impl<__McpState> ::mcp_runtime::__private::Declare<__McpState, ()> for count_words
where
    __McpState: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitTool as _, Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Tool(::mcp_runtime::__private::ToolDeclaration {
            name: "count_words",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("Count words."),
            annotations: ::mcp_runtime::__private::ToolAnnotations {
                read_only_hint: ::core::option::Option::Some(true),
                ..::core::default::Default::default()
            },
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            strict: true,
            input: |__mcp_inputs| {
                __mcp_inputs.argument::<String>("text", "");
            },
            output: |__mcp_generator| {
                (&&::mcp_runtime::__private::Returns::<
                    ::mcp_runtime::__private::OfTool,
                    usize,
                >::new()
                    .split())
                    .fit()
                    .describe(__mcp_generator)
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<String>("text");
                __mcp_arguments.read(&mut [&mut __mcp_0])?;
                let (__mcp_0,) = (__mcp_0.take(),);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::blocking(
                        __mcp_call,
                        move |__mcp_call| {
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfTool,
                                usize,
                            >::new();
                            let __mcp_returned = count_words(__mcp_0);
                            (&(&&__mcp_returns.split()).fit())
                                .causes()
                                .finish(__mcp_returns.apart(__mcp_returned))
                        },
                    ),
                )
            },
        })
    }
}
