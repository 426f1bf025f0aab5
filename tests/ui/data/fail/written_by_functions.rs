use mcp_runtime::prelude::*;

mod hex {
    pub fn serialize<S: serde::Serializer>(_: &Foreign, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str("")
    }
    pub fn deserialize<'a, D: serde::Deserializer<'a>>(_: D) -> Result<Foreign, D::Error> {
        Ok(Foreign)
    }
    use super::Foreign;
}
struct Foreign;

#[data]
struct Note {
    #[serde(with = "hex")]
    a: Foreign,
}

fn main() {}
