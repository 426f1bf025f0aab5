use mcp_runtime::prelude::*;

#[data]
struct Id(u32);

#[data]
struct Note {
    text: String,
}

#[resource("notes://all")]
async fn all() -> Vec<Note> {
    Vec::new()
}

#[resource("notes://blob", mime = "image/png", title = "Blob", name = "the-blob")]
fn blob() -> Vec<u8> {
    Vec::new()
}

#[resource("notes://note/{id}")]
async fn by_id(id: Id) -> Result<Note, Error> {
    Err(Error::not_found(format!("notes://note/{}", id.0)))
}

#[resource("file:///{+path}{?from,to}")]
async fn part(
    path: String,
    from: Option<u32>,
    #[arg(name = "to", default = 9)] end: u32,
) -> String {
    format!("{path} {from:?} {end}")
}

#[resource("notes://{list}/{id}")]
async fn with_context(ctx: &Context, list: String, id: Id) -> Vec<ResourceContents> {
    let _ = (ctx, list, id.0);
    Vec::new()
}

fn main() {
    let _: Handlers<()> = handlers![all, blob, by_id, part, with_context];
    let _ = Note { text: String::new() }.text;
}
