//! Prompts: typed arguments, messages of both sides, and completion that knows what was chosen
//! already.
//!
//! `cargo run -p mcp-runtime --example prompts_with_completion`

use mcp_runtime::prelude::*;

/// Countries and their cities.
const PLACES: [(&str, &[&str]); 2] =
    [("France", &["Lyon", "Paris"]), ("Japan", &["Kyoto", "Osaka", "Tokyo"])];

/// How one travels.
#[data]
#[derive(Clone, Copy, Default)]
enum Pace {
    #[default]
    Slow,
    Fast,
}

/// Plan a journey.
#[prompt(title = "Plan a journey")]
async fn journey(
    /// Where to.
    #[arg(complete = countries)]
    country: String,
    /// Where to begin.
    #[arg(complete = cities)]
    city: String,
    /// How many days there are. A prompt's arguments arrive as texts, and are read as their types.
    #[arg(range = 1..=30, default = 3)]
    days: u32,
    /// How much one wants to see.
    #[arg(default)]
    pace: Pace,
) -> Vec<Message> {
    let pace = match pace {
        Pace::Slow => "one place a day is enough",
        Pace::Fast => "as much as possible",
    };
    vec![
        Message::user(format!("I have {days} days for {country}, beginning in {city}; {pace}.")),
        Message::assistant("What interests you most: food, museums, or walking?"),
        Message::user("Walking."),
    ]
}

/// Countries that begin with what is typed.
#[completion]
async fn countries(typed: String) -> Vec<&'static str> {
    PLACES.iter().map(|(country, _)| *country).filter(|it| it.starts_with(&typed)).collect()
}

/// Cities that begin with what is typed: of the country, if one was chosen already.
#[completion]
async fn cities(typed: String, country: Option<String>) -> Vec<&'static str> {
    let places = PLACES.iter().filter(|(name, _)| country.as_deref().is_none_or(|it| it == *name));
    let cities = places.flat_map(|(_, cities)| cities.iter().copied());
    cities.filter(|city| city.starts_with(&typed)).collect()
}

fn main() -> ExitCode {
    Server::new("journeys", "1.0.0").with(handlers![journey]).run()
}
