// #[methods]
// impl Tasks<Memory> {
//     #[completion]
//     async fn titles(&self, typed: String) -> Vec<String> {
//         self.titles(typed)
//     }
//
//     /// Plans a day.
//     #[prompt]
//     async fn plan(
//         &self,
//         #[arg(complete = Self::titles, default = Self::FIRST)] title: String,
//         #[arg(range = 1..=Self::MOST)] hours: u32,
//     ) -> String {
//         self.plan(title, hours)
//     }
// }

impl Tasks<Memory> {
    #[allow(
        dead_code,
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::too_many_arguments,
        clippy::unused_async
    )]
    async fn titles(&self, typed: String) -> Vec<String> {
        self.titles(typed)
    }
    #[allow(
        dead_code,
        clippy::needless_pass_by_value,
        clippy::trivially_copy_pass_by_ref,
        clippy::too_many_arguments,
        clippy::unused_async
    )]
    /// Plans a day.
    async fn plan(&self, title: String, hours: u32) -> String {
        self.plan(title, hours)
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
enum __mcp_Tasks___Memory___titles {}
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
for __mcp_Tasks___Memory___titles
where
    __McpState: ::mcp_runtime::__private::Provide<Tasks<Memory>, __McpHow0>
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
                                    <Tasks<
                                        Memory,
                                    >>::titles(
                                        ::mcp_runtime::__private::Provide::<
                                            Tasks<Memory>,
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
#[automatically_derived]
impl ::mcp_runtime::__private::Completes for __mcp_Tasks___Memory___titles {}
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
enum __mcp_Tasks___Memory___plan {}
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
for __mcp_Tasks___Memory___plan
where
    __McpState: ::mcp_runtime::__private::Provide<Tasks<Memory>, __McpHow0>
        + ::core::marker::Send + ::core::marker::Sync + 'static,
    __mcp_Tasks___Memory___titles: ::mcp_runtime::__private::Declare<
        __McpState,
        __McpComplete0,
    >,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitPrompt as _, Whole as _,
        };
        fn __mcp_default_title() -> String {
            Tasks::<Memory>::FIRST
        }
        ::mcp_runtime::__private::Declaration::Prompt(::mcp_runtime::__private::PromptDeclaration {
            name: "plan",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("Plans a day."),
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            input: |__mcp_inputs| {
                __mcp_inputs
                    .shown_argument::<String>("title", "")
                    .or(__mcp_default_title)
                    .complete(
                        <__mcp_Tasks___Memory___titles as ::mcp_runtime::__private::Completes>::declared::<
                            __McpState,
                            __McpComplete0,
                        >(),
                    );
                __mcp_inputs
                    .argument::<u32>("hours", "")
                    .range(1..=Tasks::<Memory>::MOST);
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments
                    .slot_or::<String>("title", __mcp_default_title);
                let mut __mcp_1 = __mcp_arguments.slot::<u32>("hours");
                __mcp_arguments.read(&mut [&mut __mcp_0, &mut __mcp_1])?;
                let (__mcp_0, __mcp_1) = (__mcp_0.take(), __mcp_1.take());
                let __mcp_call = __mcp_arguments.bind(__mcp_call);
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::Running::new(
                        ::std::boxed::Box::pin(async move {
                            let _ = &__mcp_call;
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfPrompt,
                                String,
                            >::new();
                            __mcp_call
                                .watch(
                                    <Tasks<
                                        Memory,
                                    >>::plan(
                                        ::mcp_runtime::__private::Provide::<
                                            Tasks<Memory>,
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
impl Tasks<Memory> {
    /// The annotated methods of this block, in the order they are written in.
    #[allow(unreachable_pub, private_bounds, clippy::all, clippy::pedantic)]
    fn handlers<__McpState, __McpHow0>() -> ::mcp_runtime::__private::Handlers<
        __McpState,
    >
    where
        __mcp_Tasks___Memory___plan: ::mcp_runtime::__private::Declare<
            __McpState,
            __McpHow0,
        >,
    {
        ::mcp_runtime::__private::collect([
            ::mcp_runtime::__private::declare::<
                __mcp_Tasks___Memory___plan,
                __McpState,
                __McpHow0,
            >(),
        ])
    }
}
