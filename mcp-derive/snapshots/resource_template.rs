// /// One task.
// #[resource("tasks://task/{task_id}{?verbose}", name = "task", title = "Task")]
// async fn one_task(
//     store: &Store,
//     task_id: TaskId,
//     verbose: Option<bool>,
// ) -> Result<Task, TaskError> {
//     store.get(task_id).await
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// One task.
async fn one_task(
    store: &Store,
    task_id: TaskId,
    verbose: Option<bool>,
) -> Result<Task, TaskError> {
    store.get(task_id).await
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
enum one_task {}
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
for one_task
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
            uri: "tasks://task/{task_id}{?verbose}",
            name: "task",
            title: ::core::option::Option::Some("Task"),
            description: ::core::option::Option::Some("One task."),
            mime: ::core::option::Option::None,
            listed: false,
            subscribe: false,
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            output: |__mcp_generator| {
                (&&::mcp_runtime::__private::Returns::<
                    ::mcp_runtime::__private::OfResource,
                    Result<Task, TaskError>,
                >::new()
                    .split())
                    .fit()
                    .describe(__mcp_generator)
            },
            input: |__mcp_inputs| {
                __mcp_inputs.argument::<TaskId>("task_id", "").in_path();
                __mcp_inputs.argument::<Option<bool>>("verbose", "");
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<TaskId>("task_id");
                let mut __mcp_1 = __mcp_arguments.slot::<Option<bool>>("verbose");
                __mcp_arguments.read(&mut [&mut __mcp_0, &mut __mcp_1])?;
                let (__mcp_0, __mcp_1) = (__mcp_0.take(), __mcp_1.take());
                let __mcp_call = __mcp_arguments.bind(__mcp_call);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfResource,
                                Result<Task, TaskError>,
                            >::new();
                            __mcp_call
                                .watch(
                                    one_task(
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
