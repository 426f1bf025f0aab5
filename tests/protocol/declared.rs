//! A server whose handlers say all that can be said of them, beyond arguments and results.

use std::collections::HashMap;

use mcp_runtime::prelude::*;
use mcp_runtime::{ReadyServer, Result};

/// A server of handlers with icons, `_meta` and the rest, over a state that has parts.
pub(crate) fn declared() -> ReadyServer {
    Server::new("declared", "1.0.0")
        .with(handlers![index, collect])
        .with(handlers![front, page, shelf, shelves, hidden])
        .with(handlers![summary])
        .state(Library { books: Books(3), desk: Desk("Ada") })
}

/// A server whose list of resources has more than one page.
pub(crate) fn long_list() -> ReadyServer {
    Server::new("long-list", "1.0.0")
        .with(handlers![front, numbered])
        .state(Library { books: Books(2001), desk: Desk("Ada") })
}

/// A server whose list of resources cannot be made.
pub(crate) fn broken_list() -> ReadyServer {
    Server::new("broken-list", "1.0.0").with(handlers![front, unknown]).state(())
}

/// The state: handlers borrow its parts.
#[derive(State)]
struct Library {
    books: Books,
    desk: Desk,
}

/// How many there are.
struct Books(u32);

/// Who is asked.
struct Desk(&'static str);

/// Index the books.
#[tool(
    read_only,
    icon = "https://example.com/index.png",
    tags("books", "search"),
    meta("com.example/cost" = 3)
)]
async fn index(books: &Books, desk: &Desk) -> String {
    format!("{} books, says {}", books.0, desk.0)
}

/// Collect numbers under any name.
#[tool]
async fn collect(
    /// What they are for.
    purpose: String,
    /// A number.
    #[arg(rest)]
    numbers: HashMap<String, u32>,
) -> String {
    let mut numbers: Vec<_> = numbers.into_iter().collect();
    numbers.sort();
    format!("{purpose}: {numbers:?}")
}

/// The front page.
#[resource("library://front", audience = "user", priority = 0.8)]
async fn front() -> &'static str {
    "Welcome."
}

/// One page of a book.
#[resource("library://book/{number}", title = "Book", listed, icon = "https://example.com/b.png")]
async fn page(#[arg(complete = numbers)] number: u32) -> String {
    format!("book {number}")
}

/// Which books there are.
#[completion]
async fn numbers(books: &Books, typed: String) -> Vec<(u32, String)> {
    let fits = |number: &u32| number.to_string().starts_with(&typed);
    (1..=books.0).filter(fits).map(|number| (number, format!("Book no. {number}"))).collect()
}

/// Where a shelf is.
#[data]
enum Floor {
    Ground,
    First,
}

/// What stands on a floor.
#[resource("library://shelf/{floor}{?from}", listed)]
async fn shelf(floor: Floor, from: Option<u32>) -> String {
    let floor = match floor {
        Floor::Ground => "ground",
        Floor::First => "first",
    };
    format!("{floor} from {from:?}")
}

/// Any way through the shelves.
#[resource("library://shelves/{+way}", listed)]
async fn shelves(#[arg(complete = ways)] way: String) -> String {
    way
}

#[completion]
async fn ways(_typed: String) -> Vec<&'static str> {
    vec!["left/right", "", "a b"]
}

/// Not listed.
#[resource("library://hidden/{floor}")]
async fn hidden(floor: Floor) -> String {
    let _ = floor;
    String::new()
}

/// Summarise a book.
#[prompt(icon = "https://example.com/s.png", meta(beta = true))]
async fn summary(number: u32) -> String {
    format!("Summarise book {number}.")
}

/// One of many.
#[resource("library://many/{number}", listed)]
async fn numbered(#[arg(complete = numbers)] number: u32) -> String {
    number.to_string()
}

/// One that nobody can name.
#[resource("library://unknown/{name}", listed)]
async fn unknown(#[arg(complete = no_names)] name: String) -> String {
    name
}

#[completion]
async fn no_names(_typed: String) -> Result<Vec<String>> {
    Err(Error::new("the catalogue is closed"))
}
