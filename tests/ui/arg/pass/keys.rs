use mcp_runtime::prelude::*;

#[data]
#[derive(Default, Clone, Copy)]
enum Tone {
    #[default]
    Warm,
    Cold,
}

const MANY: u32 = 100;

#[tool]
async fn greet(
    #[arg(default)] tone: Tone,
    #[arg(default = Tone::Cold)] other: Tone,
    #[arg(default = "you", name = "to")] name: String,
    #[arg(default = MANY / 2)] times: u32,
    #[arg(default = -1)] offset: i32,
    #[arg(default = Some(1.5))] speed: Option<f64>,
    #[arg(default = Vec::<String>::with_capacity(1))] lines: Vec<String>,
    #[arg(name = "shouted-aloud")] loud: bool,
    #[arg()] last: Option<bool>,
    mut counter: u8,
) -> String {
    counter += 1;
    let _ = (tone as u8, other as u8, speed, lines, loud, last);
    format!("{name} {times} {offset} {counter}")
}

fn main() {
    let _: Handlers<()> = handlers![greet];
}
