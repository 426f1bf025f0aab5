// /// List the notes.
// #[tool]
// async fn list(
//     text: String,
//     #[arg(flatten)] page: Page,
//     #[arg(rest)] more: HashMap<String, String>,
// ) -> usize {
//     more.len()
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// List the notes.
async fn list(text: String, page: Page, more: HashMap<String, String>) -> usize {
    more.len()
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
enum list {}
#[automatically_derived]
#[allow(
    unused_imports,
    unused_qualifications,
    deprecated,
    private_bounds,
    clippy::all,
    clippy::pedantic
)]
impl<__McpState> ::mcp_runtime::__private::Declare<__McpState, ()> for list
where
    __McpState: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitTool as _, Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Tool(::mcp_runtime::__private::ToolDeclaration {
            name: "list",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("List the notes."),
            annotations: ::mcp_runtime::__private::ToolAnnotations {
                ..::core::default::Default::default()
            },
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            strict: false,
            input: |__mcp_inputs| {
                __mcp_inputs.argument::<String>("text", "");
                __mcp_inputs.flatten::<Page>("page");
                __mcp_inputs.rest::<HashMap<String, String>>("more", "");
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
                let mut __mcp_1 = __mcp_arguments.slot::<Page>("page");
                let mut __mcp_2 = __mcp_arguments
                    .slot::<HashMap<String, String>>("more");
                __mcp_arguments
                    .read_parts(
                        &mut [&mut __mcp_0],
                        &mut [&mut __mcp_1],
                        ::core::option::Option::Some(&mut __mcp_2),
                    )?;
                let (__mcp_0, __mcp_1, __mcp_2) = (
                    __mcp_0.take(),
                    __mcp_1.take(),
                    __mcp_2.take(),
                );
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfTool,
                                usize,
                            >::new();
                            let __mcp_returned = list(__mcp_0, __mcp_1, __mcp_2).await;
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
