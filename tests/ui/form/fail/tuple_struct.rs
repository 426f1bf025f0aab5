use mcp_runtime::prelude::*;

#[form]
struct Name(String);

fn main() {
    fn is_a_form<F: Form>() {}
    is_a_form::<Name>();
}
