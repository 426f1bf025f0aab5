// /// Summarise a task.
// #[prompt]
// fn task_summary(
//     #[arg(complete = lists)] list: String,
//     /// The task.
//     #[arg(complete = tasks::ids, length = 1..=20, pattern = "^T-", example = "T-1")]
//     task: String,
//     #[arg(default = 3, range = 1..=9)] lines: u8,
// ) -> String {
//     format!("Summarise {task} of {list} in {lines} lines.")
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// Summarise a task.
fn task_summary(list: String, task: String, lines: u8) -> String {
    format!("Summarise {task} of {list} in {lines} lines.")
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
impl<
    __McpState,
    __McpComplete0,
    __McpComplete1,
> ::mcp_runtime::__private::Declare<__McpState, (__McpComplete0, __McpComplete1)>
for task_summary
where
    __McpState: ::core::marker::Send + ::core::marker::Sync + 'static,
    lists: ::mcp_runtime::__private::Declare<__McpState, __McpComplete0>,
    tasks::ids: ::mcp_runtime::__private::Declare<__McpState, __McpComplete1>,
{
    fn declare() -> ::mcp_runtime::__private::Declaration {
        use ::mcp_runtime::__private::{
            Causes as _, Fit as _, Plain as _, UnfitPrompt as _, Whole as _,
        };
        fn __mcp_example_task() -> String {
            ::mcp_runtime::__private::from_text("T-1")
        }
        fn __mcp_default_lines() -> u8 {
            3
        }
        ::mcp_runtime::__private::Declaration::Prompt(::mcp_runtime::__private::PromptDeclaration {
            name: "task_summary",
            title: ::core::option::Option::None,
            description: ::core::option::Option::Some("Summarise a task."),
            at: ::core::concat!(::core::file!(), ":", ::core::line!()),
            about: |_| {},
            input: |__mcp_inputs| {
                __mcp_inputs
                    .argument::<String>("list", "")
                    .complete(
                        <lists as ::mcp_runtime::__private::Completes>::declared::<
                            __McpState,
                            __McpComplete0,
                        >(),
                    );
                __mcp_inputs
                    .shown_argument::<String>("task", "The task.")
                    .length(1..=20)
                    .pattern("^T-")
                    .example(__mcp_example_task())
                    .complete(
                        <tasks::ids as ::mcp_runtime::__private::Completes>::declared::<
                            __McpState,
                            __McpComplete1,
                        >(),
                    );
                __mcp_inputs
                    .shown_argument::<u8>("lines", "")
                    .or(__mcp_default_lines)
                    .range(1..=9);
            },
            call: |__mcp_arguments, __mcp_call| {
                let mut __mcp_0 = __mcp_arguments.slot::<String>("list");
                let mut __mcp_1 = __mcp_arguments.slot::<String>("task");
                let mut __mcp_2 = __mcp_arguments
                    .slot_or::<u8>("lines", __mcp_default_lines);
                __mcp_arguments.read(&mut [&mut __mcp_0, &mut __mcp_1, &mut __mcp_2])?;
                let (__mcp_0, __mcp_1, __mcp_2) = (
                    __mcp_0.take(),
                    __mcp_1.take(),
                    __mcp_2.take(),
                );
                ::core::result::Result::Ok(
                    ::mcp_runtime::__private::blocking(
                        __mcp_call,
                        move |__mcp_call| {
                            let __mcp_returns = ::mcp_runtime::__private::Returns::<
                                ::mcp_runtime::__private::OfPrompt,
                                String,
                            >::new();
                            let __mcp_returned = task_summary(__mcp_0, __mcp_1, __mcp_2);
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
