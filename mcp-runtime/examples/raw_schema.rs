//! Tools that are known only when the server starts: their names and schemas are data.
//!
//! `cargo run -p mcp-runtime --example raw_schema`

use mcp_runtime::prelude::*;
use mcp_runtime::serde_json::Value;

/// What a configuration file might say.
const UNITS: [(&str, f64); 3] =
    [("miles", 1.609_344), ("feet", 0.000_304_8), ("furlongs", 0.201_168)];

/// One tool for each unit.
fn to_kilometres((unit, kilometres): (&'static str, f64)) -> Tool {
    let schema = json!({
        "type": "object",
        "properties": { "length": { "type": "number", "description": format!("How many {unit}.") } },
        "required": ["length"],
    });
    // A raw schema is published as it is. What arrives is not checked against it, so this is.
    Tool::raw(format!("{unit}_to_kilometres"), schema, move |call| async move {
        match call.arguments.get("length").and_then(Value::as_f64) {
            Some(length) => Ok(json!({ "kilometres": length * kilometres })),
            None => Err("`length`: expected a number"),
        }
    })
    .description(format!("Convert {unit} to kilometres."))
    .output_schema(json!({
        "type": "object",
        "properties": { "kilometres": { "type": "number" } },
        "required": ["kilometres"],
    }))
}

fn main() -> ExitCode {
    Server::new("units", "1.0.0").with(Vec::from(UNITS.map(to_kilometres))).run()
}
