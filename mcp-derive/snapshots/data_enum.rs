// /// How urgent a task is.
// #[data]
// #[derive(Debug, Default)]
// pub enum Priority {
//     Low,
//     #[default]
//     NotSoUrgent,
//     High,
// }

#[derive(
    ::mcp_runtime::__private::serde::Serialize,
    ::mcp_runtime::__private::serde::Deserialize,
    ::mcp_runtime::__private::schemars::JsonSchema,
)]
#[serde(crate = "::mcp_runtime::__private::serde")]
#[schemars(crate = "::mcp_runtime::__private::schemars")]
#[serde(rename_all = "snake_case")]
/// How urgent a task is.
#[derive(Debug, Default)]
pub enum Priority {
    Low,
    #[default]
    NotSoUrgent,
    High,
}
