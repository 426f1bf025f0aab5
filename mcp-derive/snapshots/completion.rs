// /// The ids of tasks.
// #[completion]
// async fn task_ids(store: &Store, typed: String, list: Option<String>) -> Vec<String> {
//     store.ids_like(&typed, list).await
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// The ids of tasks.
async fn task_ids(store: &Store, typed: String, list: Option<String>) -> Vec<String> {
    store.ids_like(&typed, list).await
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
enum task_ids {}
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
for task_ids
where
    __McpState: ::mcp_runtime::__private::Provide<Store, __McpHow0>
        + ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitCompletion as _, Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Completion(::mcp_runtime::__private::CompletionDeclaration {
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            typed: "typed",
            others: &["list"],
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<String>("typed");
                let mut __mcp_1 = __mcp_arguments.slot::<Option<String>>("list");
                __mcp_arguments.read(&mut [&mut __mcp_0, &mut __mcp_1])?;
                let (__mcp_0, __mcp_1) = (__mcp_0.take(), __mcp_1.take());
                let __mcp_call = __mcp_arguments.bind(__mcp_call);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfCompletion,
                                Vec<String>,
                            >::new();
                            __mcp_call
                                .watch(
                                    task_ids(
                                        ::mcp_runtime::__private::Provide::<
                                            Store,
                                            __McpHow0,
                                        >::provide(
                                            __mcp_call.state::<__McpState>(),
                                            __mcp_call.context(),
                                        ),
                                        __mcp_0,
                                        __mcp_1,
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
#[automatically_derived]
impl ::mcp_runtime::__private::Completes for task_ids {}
