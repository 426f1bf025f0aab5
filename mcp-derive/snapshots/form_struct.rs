// #[form]
// #[derive(Debug)]
// pub struct Contact {
//     /// Your full name.
//     #[arg(title = "Name", length = 1..=80)]
//     pub name: String,
//     #[arg(name = "months", range = 1..=12, default = 3)]
//     pub number: u32,
//     #[arg(default)]
//     pub news: bool,
//     #[cfg(feature = "plans")]
//     pub plan: Plan,
// }

#[derive(
    ::mcp_runtime::__private::serde::Serialize,
    ::mcp_runtime::__private::serde::Deserialize,
    ::mcp_runtime::__private::schemars::JsonSchema,
)]
#[serde(crate = "::mcp_runtime::__private::serde")]
#[schemars(crate = "::mcp_runtime::__private::schemars")]
#[serde(
    bound(
        serialize = "for<'__mcp> String: ::mcp_runtime::__private::serde::Serialize, for<'__mcp> u32: ::mcp_runtime::__private::serde::Serialize, for<'__mcp> bool: ::mcp_runtime::__private::serde::Serialize",
        deserialize = "for<'__mcp> String: ::mcp_runtime::__private::serde::de::DeserializeOwned, for<'__mcp> u32: ::mcp_runtime::__private::serde::de::DeserializeOwned, for<'__mcp> bool: ::mcp_runtime::__private::serde::de::DeserializeOwned"
    )
)]
#[derive(Debug)]
pub struct Contact {
    /// Your full name.
    #[schemars(title = "Name")]
    #[schemars(
        transform = ::mcp_runtime::__private::FieldKeys::<String>::new().length(1..= 80)
    )]
    #[schemars(with = "<String as ::mcp_runtime::__private::FormField>::Itself")]
    pub name: String,
    #[serde(rename = "months")]
    #[serde(default = "Contact::__mcp_default_number")]
    #[schemars(
        transform = ::mcp_runtime::__private::FieldKeys::<u32>::new().range(1..= 12)
    )]
    #[schemars(with = "<u32 as ::mcp_runtime::__private::FormField>::Itself")]
    pub number: u32,
    #[serde(default)]
    #[schemars(with = "<bool as ::mcp_runtime::__private::FormField>::Itself")]
    pub news: bool,
    #[cfg(feature = "plans")]
    #[schemars(with = "<Plan as ::mcp_runtime::__private::FormField>::Itself")]
    pub plan: Plan,
}
#[doc(hidden)]
#[allow(
    non_snake_case,
    unused_qualifications,
    deprecated,
    clippy::all,
    clippy::pedantic
)]
impl Contact {
    fn __mcp_default_number() -> u32 {
        3
    }
}
#[automatically_derived]
#[allow(unused_qualifications, deprecated, clippy::all, clippy::pedantic)]
impl ::mcp_runtime::__private::Form for Contact
where
    for<'__mcp> Self: ::mcp_runtime::__private::serde::de::DeserializeOwned
        + ::mcp_runtime::__private::schemars::JsonSchema,
{
    fn shape() -> ::mcp_runtime::__private::FormShape {
        static __MCP_SHAPE: ::mcp_runtime::__private::KeptShape = ::mcp_runtime::__private::KeptShape::new();
        __MCP_SHAPE.of::<Self>()
    }
}
