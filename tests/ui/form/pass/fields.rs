use mcp_runtime::prelude::*;

/// All types of fields.
#[form]
#[derive(Debug, Clone, PartialEq)]
pub struct Everything {
    text: String,
    flag: bool,
    small: u8,
    signed: i64,
    number: f64,
    plan: Plan,
    #[arg(default = vec![Plan::Full])]
    plans: Plans,
    maybe: Option<String>,
    #[arg(length = ..=2)]
    several: Option<Vec<Plan>>,
    #[arg(name = "type", title = "Kind", length = 1..LONGEST, default = "x", format = "uri")]
    r#kind: String,
    #[arg]
    #[schemars(range(min = 1))]
    #[serde(default)]
    count: usize,
    #[cfg(any())]
    nothing: NoSuchType,
    #[cfg(all())]
    #[arg(range = 1.., default = 5)]
    something: u32,
}

const LONGEST: usize = 20;

type Plans = Vec<Plan>;

#[form]
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    Basic,
    /// Everything.
    Full,
}

mod elsewhere {
    #[mcp_runtime::form(crate = ::mcp_runtime)]
    pub(crate) struct Inner {
        pub(crate) choice: Choice,
    }

    #[mcp_runtime::form(crate = ::mcp_runtime)]
    #[serde(rename_all = "camelCase")]
    pub(crate) enum Choice {
        TheFirst,
    }
}

macro_rules! made {
    ($name:ident, $field:ident: $ty:ty = $default:expr) => {
        #[form]
        struct $name {
            #[arg(default = $default)]
            $field: $ty,
        }
    };
}
made!(Made, count: u32 = 7);

fn main() {
    fn shape<F: Form>() -> String {
        format!("{:?}", F::shape())
    }
    assert!(shape::<Everything>().contains("something"));
    assert!(shape::<elsewhere::Inner>().contains("theFirst"));
    assert!(shape::<Made>().contains("count"));
    let read = |json| mcp_runtime::serde_json::from_str::<Made>(json).unwrap().count;
    assert_eq!((read("{}"), read(r#"{"count":1}"#)), (7, 1));
    let inner: elsewhere::Inner =
        mcp_runtime::serde_json::from_value(json!({ "choice": "theFirst" })).unwrap();
    let elsewhere::Choice::TheFirst = inner.choice;
}
