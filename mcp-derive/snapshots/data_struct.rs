// #[data]
// pub struct Task {
//     /// Its id.
//     pub id: TaskId,
// }

#[derive(
    ::mcp_runtime::__private::serde::Serialize,
    ::mcp_runtime::__private::serde::Deserialize,
    ::mcp_runtime::__private::schemars::JsonSchema,
)]
#[serde(crate = "::mcp_runtime::__private::serde")]
#[schemars(crate = "::mcp_runtime::__private::schemars")]
pub struct Task {
    /// Its id.
    pub id: TaskId,
}
