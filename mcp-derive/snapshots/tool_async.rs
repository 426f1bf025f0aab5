// /// Create a task with a title, description and priority.
// ///
// /// Dates are written as `2026-11-30`.
// #[tool(title = "Create task", additive)]
// pub async fn create_task(
//     store: &Store,
//     ctx: &Context,
//     /// Short, descriptive task title.
//     title: String,
//     /// What the task involves.
//     description: Option<String>,
//     /// How urgent it is.
//     #[arg(default)]
//     priority: Priority,
//     #[arg(default = 20)] limit: u32,
//     #[arg(name = "type", default = "plain")] kind: String,
// ) -> Result<Reply<Task>, TaskError> {
//     store.create(title, description, priority).await
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// Create a task with a title, description and priority.
///
/// Dates are written as `2026-11-30`.
pub async fn create_task(
    store: &Store,
    ctx: &Context,
    title: String,
    description: Option<String>,
    priority: Priority,
    limit: u32,
    kind: String,
) -> Result<Reply<Task>, TaskError> {
    store.create(title, description, priority).await
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
pub enum create_task {}
#[automatically_derived]
#[allow(
    unused_imports,
    unused_qualifications,
    deprecated,
    private_bounds,
    clippy::all,
    clippy::pedantic
)]
impl<
    __McpState,
    __McpHow0,
    __McpHow1,
> ::mcp_runtime::__private::Declare<__McpState, (__McpHow0, __McpHow1)> for create_task
where
    __McpState: ::mcp_runtime::__private::Provide<Store, __McpHow0>
        + ::mcp_runtime::__private::Provide<Context, __McpHow1> + ::core::marker::Send
        + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitTool as _, Whole as _,
        };
        fn __mcp_default_priority() -> Priority {
            ::core::default::Default::default()
        }
        fn __mcp_default_limit() -> u32 {
            20
        }
        fn __mcp_default_kind() -> String {
            ::mcp_runtime::__private::from_text("plain")
        }
        ::mcp_runtime::__private::Declaration::Tool(::mcp_runtime::__private::ToolDeclaration {
            name: "create_task",
            title: ::core::option::Option::Some("Create task"),
            description: ::core::option::Option::Some(
                "Create a task with a title, description and priority.\n\nDates are written as `2026-11-30`.",
            ),
            annotations: ::mcp_runtime::__private::ToolAnnotations {
                destructive_hint: ::core::option::Option::Some(false),
                ..::core::default::Default::default()
            },
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            strict: false,
            input: |__mcp_inputs| {
                __mcp_inputs
                    .argument::<String>("title", "Short, descriptive task title.");
                __mcp_inputs
                    .argument::<
                        Option<String>,
                    >("description", "What the task involves.");
                __mcp_inputs
                    .shown_argument::<Priority>("priority", "How urgent it is.")
                    .or(__mcp_default_priority);
                __mcp_inputs.shown_argument::<u32>("limit", "").or(__mcp_default_limit);
                __mcp_inputs.shown_argument::<String>("type", "").or(__mcp_default_kind);
            },
            output: |__mcp_generator| {
                (&&::mcp_runtime::__private::Returns::<
                    ::mcp_runtime::__private::OfTool,
                    Result<Reply<Task>, TaskError>,
                >::new()
                    .split())
                    .fit()
                    .describe(__mcp_generator)
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<String>("title");
                let mut __mcp_1 = __mcp_arguments.slot::<Option<String>>("description");
                let mut __mcp_2 = __mcp_arguments
                    .slot_or::<Priority>("priority", __mcp_default_priority);
                let mut __mcp_3 = __mcp_arguments
                    .slot_or::<u32>("limit", __mcp_default_limit);
                let mut __mcp_4 = __mcp_arguments
                    .slot_or::<String>("type", __mcp_default_kind);
                __mcp_arguments
                    .read(
                        &mut [
                            &mut __mcp_0,
                            &mut __mcp_1,
                            &mut __mcp_2,
                            &mut __mcp_3,
                            &mut __mcp_4,
                        ],
                    )?;
                let (__mcp_0, __mcp_1, __mcp_2, __mcp_3, __mcp_4) = (
                    __mcp_0.take(),
                    __mcp_1.take(),
                    __mcp_2.take(),
                    __mcp_3.take(),
                    __mcp_4.take(),
                );
                let __mcp_call = __mcp_arguments.bind(__mcp_call);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfTool,
                                Result<Reply<Task>, TaskError>,
                            >::new();
                            __mcp_call
                                .watch(
                                    create_task(
                                        ::mcp_runtime::__private::Provide::<
                                            Store,
                                            __McpHow0,
                                        >::provide(
                                            __mcp_call.state::<__McpState>(),
                                            __mcp_call.context(),
                                        ),
                                        ::mcp_runtime::__private::Provide::<
                                            Context,
                                            __McpHow1,
                                        >::provide(
                                            __mcp_call.state::<__McpState>(),
                                            __mcp_call.context(),
                                        ),
                                        __mcp_0,
                                        __mcp_1,
                                        __mcp_2,
                                        __mcp_3,
                                        __mcp_4,
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
