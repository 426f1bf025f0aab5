use std::collections::HashMap;

use mcp_runtime::prelude::*;

#[data]
struct Page {
    /// How many at most.
    #[serde(default = "ten")]
    limit: u32,
    cursor: Option<String>,
}

fn ten() -> u32 {
    10
}

#[data]
struct Filter {
    text: String,
}

struct Notes;

#[tool]
async fn list(
    notes: &Notes,
    #[arg(flatten)] page: Page,
    #[arg(flatten)] filter: Filter,
    #[arg(default)] reverse: bool,
    #[arg(rest)] labels: HashMap<String, String>,
) -> String {
    let Notes = notes;
    format!("{} {:?} {} {reverse} {}", page.limit, page.cursor, filter.text, labels.len())
}

#[prompt]
async fn sum_up(#[arg(flatten)] filter: Filter) -> String {
    filter.text
}

#[methods]
impl Notes {
    #[tool]
    fn count(&self, #[arg(flatten)] filter: Filter) -> usize {
        filter.text.len()
    }
}

fn main() {
    let handlers: Handlers<Notes> = handlers![list, sum_up];
    Server::new("notes", "1.0.0")
        .with(handlers)
        .with(Notes::handlers())
        .state(Notes)
        .check()
        .unwrap();
}
