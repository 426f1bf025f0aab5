// /// Create a task.
// #[tool(titel = "Create task", read_only, destructive)]
// pub async fn create_task(
//     store: &Store,
//     /// Short, descriptive task title.
//     title: &str,
// ) -> Result<Task, TaskError> {
//     store.create(title).await
// }

#[allow(
    dead_code,
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::too_many_arguments,
    clippy::unused_async
)]
/// Create a task.
pub async fn create_task(store: &Store, title: &str) -> Result<Task, TaskError> {
    store.create(title).await
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
impl<__McpState> ::mcp_runtime::__private::Declare<__McpState, ()> for create_task {
    fn declare() -> ::mcp_runtime::__private::Declaration {
        ::core::unreachable!()
    }
}
::core::compile_error! {
    "unknown key `titel` in `#[tool]`\nhelp: did you mean `title`? the keys are `name`, `title`, `description`, `read_only`, `additive`, `destructive`, `idempotent`, `closed_world`, `strict`, `blocking`, `tags`, `timeout`, `icon`, `meta`, `crate`"
}
::core::compile_error! {
    "`destructive` contradicts `read_only`\nhelp: keep one of the two"
}
::core::compile_error! {
    "an argument comes from the client, and is owned; what is borrowed is injected\nhelp: use `String`"
}
