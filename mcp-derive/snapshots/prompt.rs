// /// Summarise the tasks of a date range.
// #[prompt]
// async fn task_summary(
//     store: &Store,
//     /// `this_week` or `last_7_days`.
//     date_range: DateRange,
// ) -> Result<Vec<Message>, TaskError> {
//     store.summary(date_range).await
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// Summarise the tasks of a date range.
async fn task_summary(
    store: &Store,
    date_range: DateRange,
) -> Result<Vec<Message>, TaskError> {
    store.summary(date_range).await
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
enum task_summary {}
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
for task_summary
where
    __McpState: ::mcp_runtime::__private::Provide<Store, __McpHow0>
        + ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitPrompt as _, Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Prompt(::mcp_runtime::__private::PromptDeclaration {
            name: "task_summary",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some(
                "Summarise the tasks of a date range.",
            ),
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            input: |__mcp_inputs| {
                __mcp_inputs
                    .argument::<
                        DateRange,
                    >("date_range", "`this_week` or `last_7_days`.");
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<DateRange>("date_range");
                __mcp_arguments.read(&mut [&mut __mcp_0])?;
                let (__mcp_0,) = (__mcp_0.take(),);
                let __mcp_call = __mcp_arguments.bind(__mcp_call);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfPrompt,
                                Result<Vec<Message>, TaskError>,
                            >::new();
                            __mcp_call
                                .watch(
                                    task_summary(
                                        ::mcp_runtime::__private::Provide::<
                                            Store,
                                            __McpHow0,
                                        >::provide(
                                            __mcp_call.state::<__McpState>(),
                                            __mcp_call.context(),
                                        ),
                                        __mcp_0,
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
