// #[methods]
// impl Tasks {
//     const MANY: usize = { 100 };
//
//     /// Create a task.
//     #[tool(additive)]
//     pub async fn create(
//         &self,
//         ctx: &Context,
//         title: String,
//         #[arg(default = Self::MANY)] limit: usize,
//     ) -> Result<Self, TaskError> {
//         self.store(title, limit)
//     }
//
//     /// One task.
//     #[resource("tasks://{id}")]
//     fn one(&self, #[arg(complete = Self::ids)] id: String) -> String {
//         id
//     }
//
//     #[completion]
//     fn ids(&self, typed: String) -> Vec<String> {
//         vec![typed]
//     }
//
//     fn store(&self, title: String, limit: usize) -> Result<Self, TaskError> {
//         todo()
//     }
// }

impl Tasks {
    const MANY: usize = { 100 };
    #[allow(
        dead_code,
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::too_many_arguments,
        clippy::unused_async
    )]
    /// Create a task.
    pub async fn create(
        &self,
        ctx: &Context,
        title: String,
        limit: usize,
    ) -> Result<Self, TaskError> {
        self.store(title, limit)
    }
    #[allow(
        dead_code,
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::too_many_arguments,
        clippy::unused_async
    )]
    /// One task.
    fn one(&self, id: String) -> String {
        id
    }
    #[allow(
        dead_code,
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::too_many_arguments,
        clippy::unused_async
    )]
    fn ids(&self, typed: String) -> Vec<String> {
        vec![typed]
    }
    fn store(&self, title: String, limit: usize) -> Result<Self, TaskError> {
        todo()
    }
}
#[allow(dead_code)]
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    clippy::all,
    clippy::pedantic
)]
enum __mcp_Tasks_create {}
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
> ::mcp_runtime::__private::Declare<__McpState, (__McpHow0, __McpHow1)>
for __mcp_Tasks_create
where
    __McpState: ::mcp_runtime::__private::Provide<Tasks, __McpHow0>
        + ::mcp_runtime::__private::Provide<Context, __McpHow1> + ::core::marker::Send
        + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitTool as _, Whole as _,
        };
        fn __mcp_default_limit() -> usize {
            Tasks::MANY
        }
        ::mcp_runtime::__private::Declaration::Tool(::mcp_runtime::__private::ToolDeclaration {
            name: "create",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("Create a task."),
            annotations: ::mcp_runtime::__private::ToolAnnotations {
                destructive_hint: ::core::option::Option::Some(false),
                ..::core::default::Default::default()
            },
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            strict: false,
            input: |__mcp_inputs| {
                __mcp_inputs.argument::<String>("title", "");
                __mcp_inputs
                    .shown_argument::<usize>("limit", "")
                    .or(__mcp_default_limit);
            },
            output: |__mcp_generator| {
                (&&::mcp_runtime::__private::Returns::<
                    ::mcp_runtime::__private::OfTool,
                    Result<Tasks, TaskError>,
                >::new()
                    .split())
                    .fit()
                    .describe(__mcp_generator)
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<String>("title");
                let mut __mcp_1 = __mcp_arguments
                    .slot_or::<usize>("limit", __mcp_default_limit);
                __mcp_arguments.read(&mut [&mut __mcp_0, &mut __mcp_1])?;
                let (__mcp_0, __mcp_1) = (__mcp_0.take(), __mcp_1.take());
                let __mcp_call = __mcp_arguments.bind(__mcp_call);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfTool,
                                Result<Tasks, TaskError>,
                            >::new();
                            __mcp_call
                                .watch(
                                    <Tasks>::create(
                                        ::mcp_runtime::__private::Provide::<
                                            Tasks,
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
#[allow(dead_code)]
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    clippy::all,
    clippy::pedantic
)]
enum __mcp_Tasks_one {}
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
    __McpComplete0,
> ::mcp_runtime::__private::Declare<__McpState, (__McpHow0, __McpComplete0)>
for __mcp_Tasks_one
where
    __McpState: ::mcp_runtime::__private::Provide<Tasks, __McpHow0>
        + ::core::marker::Send + ::core::marker::Sync + 'static,
    __mcp_Tasks_ids: ::mcp_runtime::__private::Declare<__McpState, __McpComplete0>,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, InPath as _, Plain as _, UnfitResource as _,
            Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Resource(::mcp_runtime::__private::ResourceDeclaration {
            uri: "tasks://{id}",
            name: "one",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("One task."),
            mime: ::core::option::Option::None,
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
            input: |__mcp_inputs| {
                __mcp_inputs
                    .argument::<String>("id", "")
                    .in_path()
                    .complete(
                        <__mcp_Tasks_ids as ::mcp_runtime::__private::Completes>::declared::<
                            __McpState,
                            __McpComplete0,
                        >(),
                    );
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<String>("id");
                __mcp_arguments.read(&mut [&mut __mcp_0])?;
                let (__mcp_0,) = (__mcp_0.take(),);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::blocking(
                        __mcp_call,
                        move |__mcp_call| {
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfResource,
                                String,
                            >::new();
                            let __mcp_returned = <Tasks>::one(
                                ::mcp_runtime::__private::Provide::<
                                    Tasks,
                                    __McpHow0,
                                >::provide(
                                    __mcp_call.state::<__McpState>(),
                                    __mcp_call.context(),
                                ),
                                __mcp_0,
                            );
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
#[allow(dead_code)]
#[doc(hidden)]
#[allow(
    non_camel_case_types,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    clippy::all,
    clippy::pedantic
)]
enum __mcp_Tasks_ids {}
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
for __mcp_Tasks_ids
where
    __McpState: ::mcp_runtime::__private::Provide<Tasks, __McpHow0>
        + ::core::marker::Send + ::core::marker::Sync + 'static,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitCompletion as _, Whole as _,
        };
        ::mcp_runtime::__private::Declaration::Completion(::mcp_runtime::__private::CompletionDeclaration {
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            typed: "typed",
            others: &[],
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<String>("typed");
                __mcp_arguments.read(&mut [&mut __mcp_0])?;
                let (__mcp_0,) = (__mcp_0.take(),);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::blocking(
                        __mcp_call,
                        move |__mcp_call| {
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfCompletion,
                                Vec<String>,
                            >::new();
                            let __mcp_returned = <Tasks>::ids(
                                ::mcp_runtime::__private::Provide::<
                                    Tasks,
                                    __McpHow0,
                                >::provide(
                                    __mcp_call.state::<__McpState>(),
                                    __mcp_call.context(),
                                ),
                                __mcp_0,
                            );
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
#[automatically_derived]
impl ::mcp_runtime::__private::Completes for __mcp_Tasks_ids {}
impl Tasks {
    /// The annotated methods of this block, in the order they are written in.
    #[allow(unreachable_pub, private_bounds, clippy::all, clippy::pedantic)]
    pub fn handlers<__McpState, __McpHow0, __McpHow1>() -> ::mcp_runtime::__private::Handlers<
        __McpState,
    >
    where
        __mcp_Tasks_create: ::mcp_runtime::__private::Declare<__McpState, __McpHow0>,
        __mcp_Tasks_one: ::mcp_runtime::__private::Declare<__McpState, __McpHow1>,
    {
        ::mcp_runtime::__private::collect([
            ::mcp_runtime::__private::declare::<
                __mcp_Tasks_create,
                __McpState,
                __McpHow0,
            >(),
            ::mcp_runtime::__private::declare::<__mcp_Tasks_one, __McpState, __McpHow1>(),
        ])
    }
}
