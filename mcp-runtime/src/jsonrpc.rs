//! JSON-RPC 2.0: how a line becomes a message, and how answers are written. It knows no MCP word.

mod error;
mod id;
mod index;
mod message;
mod scan;
mod text;
mod write;

#[cfg(test)]
mod differential;

pub use error::ErrorObject;
pub(crate) use error::{code, reason};
pub(crate) use id::Id;
pub(crate) use index::{Hints, Index, Member, elements, is_crowded, members};
#[cfg(feature = "http")]
pub(crate) use message::Response;
pub(crate) use message::{Invalid, Message, Notification, Params, Request};
pub(crate) use scan::Scanner;
pub(crate) use text::unescape;
pub(crate) use write::{
    escape_separators, write_error, write_escaped_result, write_result, write_string,
};
