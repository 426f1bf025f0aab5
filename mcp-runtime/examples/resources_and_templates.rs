//! Resources: text, JSON, bytes, several contents; templates with typed variables, completion, and
//! their instances in the list.
//!
//! `cargo run -p mcp-runtime --example resources_and_templates`

use mcp_runtime::prelude::*;

/// The recipes of a kitchen.
struct Kitchen(Vec<Recipe>);

/// How something is cooked.
#[data]
#[derive(Clone)]
struct Recipe {
    /// The number in its address.
    number: u32,
    name: String,
    course: Course,
    minutes: u32,
}

/// When it is eaten.
#[data]
#[derive(Clone, Copy, PartialEq)]
enum Course {
    Starter,
    Main,
    Dessert,
}

/// What this is.
#[resource("recipes://about", title = "About", mime = "text/markdown", audience = "user")]
async fn about() -> &'static str {
    "# Recipes\n\nAll that we know how to cook."
}

/// Every recipe.
#[resource("recipes://all", priority = 0.9)]
async fn all(kitchen: &Kitchen) -> Vec<Recipe> {
    kitchen.0.clone()
}

/// What the kitchen looks like.
#[resource("recipes://logo", mime = "image/gif")]
async fn logo() -> Vec<u8> {
    b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec()
}

/// One recipe. With `listed` each stands in `resources/list`, under its own title.
#[resource("recipes://recipe/{number}", listed)]
async fn recipe(
    kitchen: &Kitchen,
    #[arg(complete = numbers)] number: u32,
) -> Result<Recipe, Error> {
    let found = kitchen.0.iter().find(|recipe| recipe.number == number);
    found.cloned().ok_or_else(|| Error::not_found(format!("recipes://recipe/{number}")))
}

/// The numbers that begin with what is typed, and what is cooked by them.
#[completion]
async fn numbers(kitchen: &Kitchen, typed: String) -> Vec<(u32, String)> {
    let named = kitchen.0.iter().map(|recipe| (recipe.number, recipe.name.clone()));
    named.filter(|(number, _)| number.to_string().starts_with(&typed)).collect()
}

/// The recipes of a course, one content each. An enum completes itself.
#[resource("recipes://course/{course}{?within}")]
async fn course(
    kitchen: &Kitchen,
    course: Course,
    #[arg(default = 60)] within: u32,
) -> Vec<ResourceContents> {
    let fits = |recipe: &&Recipe| recipe.course == course && recipe.minutes <= within;
    let contents = kitchen.0.iter().filter(fits).map(|recipe| {
        let uri = format!("recipes://recipe/{}", recipe.number);
        ResourceContents::text(uri, format!("{} ({} min)", recipe.name, recipe.minutes))
            .with_meta("example.com/minutes", recipe.minutes)
    });
    contents.collect()
}

fn main() -> ExitCode {
    let recipe = |number, name: &str, course, minutes| Recipe {
        number,
        name: name.to_owned(),
        course,
        minutes,
    };
    Server::new("recipes", "1.0.0")
        .with(handlers![about, all, logo, recipe, course])
        .state(Kitchen(vec![
            recipe(1, "Soup", Course::Starter, 30),
            recipe(2, "Dumplings", Course::Main, 90),
            recipe(12, "Omelette", Course::Main, 10),
            recipe(13, "Pancakes", Course::Dessert, 20),
        ]))
        .run()
}
