// #[derive(State)]
// pub struct App {
//     store: Store,
//     clock: Box<dyn Clock>,
//     #[state(skip)]
//     name: String,
// }

#[automatically_derived]
#[allow(unused_qualifications, deprecated, clippy::all, clippy::pedantic)]
impl ::mcp_runtime::__private::Provide<Store, ::mcp_runtime::__private::FromField>
for App {
    fn provide<'__mcp>(
        &'__mcp self,
        _: &'__mcp ::mcp_runtime::__private::Context,
    ) -> &'__mcp Store {
        &self.store
    }
}
#[automatically_derived]
#[allow(unused_qualifications, deprecated, clippy::all, clippy::pedantic)]
impl ::mcp_runtime::__private::Provide<
    Box<dyn Clock>,
    ::mcp_runtime::__private::FromField,
> for App {
    fn provide<'__mcp>(
        &'__mcp self,
        _: &'__mcp ::mcp_runtime::__private::Context,
    ) -> &'__mcp Box<dyn Clock> {
        &self.clock
    }
}
