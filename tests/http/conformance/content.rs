//! Content of every kind, as small as it can be.

use mcp_runtime::ResourceContents;
use mcp_runtime::prelude::*;

/// A picture with one pixel.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\
    \x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0\
    IEND\xaeB`\x82";

/// A sound without a sample.
const WAV: &[u8] =
    b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0D\xac\0\0\x88X\x01\0\x02\0\x10\0data\0\0\0\0";

pub(crate) fn picture() -> Content {
    Content::image(PNG, "image/png")
}

pub(crate) fn sound() -> Content {
    Content::audio(WAV, "audio/wav")
}

pub(crate) fn embedded(uri: &str, mime: &str, text: &str) -> Content {
    Content::resource(ResourceContents::text(uri, text).with_mime_type(mime))
}
