use mcp_runtime::prelude::*;

use std::collections::BTreeMap;

#[data]
struct Point {
    x: f64,
    y: Option<f64>,
}

#[tool]
async fn everything(
    text: String,
    number: u64,
    small: i8,
    real: f32,
    flag: bool,
    letter: char,
    list: Vec<Point>,
    pair: (i32, String),
    map: BTreeMap<String, Point>,
    twice: Option<Option<bool>>,
    json: serde_json::Value,
    object: serde_json::Map<String, serde_json::Value>,
    path: std::path::PathBuf,
    boxed: Box<Point>,
) -> bool {
    let _ = (text, number, small, real, flag, letter, pair, map, twice, json, object, path);
    list.len() + boxed.y.map_or(0, |_| 1) > 1 && boxed.x > 0.0
}

fn main() {
    let _: Handlers<()> = handlers![everything];
}
