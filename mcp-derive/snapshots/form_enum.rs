// #[form]
// #[derive(Debug)]
// pub enum Plan {
//     /// Free of charge
//     Basic,
//     Full,
// }

#[derive(
    ::mcp_runtime::__private::serde::Serialize,
    ::mcp_runtime::__private::serde::Deserialize,
    ::mcp_runtime::__private::schemars::JsonSchema,
)]
#[serde(crate = "::mcp_runtime::__private::serde")]
#[schemars(crate = "::mcp_runtime::__private::schemars")]
#[serde(rename_all = "snake_case")]
#[derive(Debug)]
pub enum Plan {
    /// Free of charge
    Basic,
    #[schemars(title = "Full")]
    Full,
}
#[automatically_derived]
impl ::mcp_runtime::__private::FormField for Plan {
    type Itself = Self;
}
#[automatically_derived]
impl ::mcp_runtime::__private::FormChoice for Plan {}
