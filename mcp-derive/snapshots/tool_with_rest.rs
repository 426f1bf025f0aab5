// /// Store values.
// #[tool]
// async fn put(
//     /// Where.
//     place: String,
//     /// What.
//     #[arg(rest)]
//     values: HashMap<String, i64>,
//     #[arg(default)] force: bool,
// ) -> usize {
//     values.len()
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// Store values.
async fn put(place: String, values: HashMap<String, i64>, force: bool) -> usize {
    values.len()
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
enum put {}
#[automatically_derived]
#[allow(
    unused_imports,
    unused_qualifications,
    deprecated,
    private_bounds,
    clippy::all,
    clippy::pedantic
)]
impl<__McpState> ::mcp_runtime::__private::Declare<__McpState, ()> for put
where
    __McpState: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitTool as _, Whole as _,
        };
        fn __mcp_default_force() -> bool {
            ::core::default::Default::default()
        }
        ::mcp_runtime::__private::Declaration::Tool(::mcp_runtime::__private::ToolDeclaration {
            name: "put",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("Store values."),
            annotations: ::mcp_runtime::__private::ToolAnnotations {
                ..::core::default::Default::default()
            },
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            strict: false,
            input: |__mcp_inputs| {
                __mcp_inputs.argument::<String>("place", "Where.");
                __mcp_inputs.rest::<HashMap<String, i64>>("values", "What.");
                __mcp_inputs.shown_argument::<bool>("force", "").or(__mcp_default_force);
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
                let mut __mcp_0 = __mcp_arguments.slot::<String>("place");
                let mut __mcp_1 = __mcp_arguments.slot::<HashMap<String, i64>>("values");
                let mut __mcp_2 = __mcp_arguments
                    .slot_or::<bool>("force", __mcp_default_force);
                __mcp_arguments
                    .read_parts(
                        &mut [&mut __mcp_0, &mut __mcp_2],
                        &mut [],
                        ::core::option::Option::Some(&mut __mcp_1),
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
                            let __mcp_returned = put(__mcp_0, __mcp_1, __mcp_2).await;
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
