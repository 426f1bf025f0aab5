//! From a first tool to a whole server, page by page. Each page stands for itself; every piece of
//! code on it is compiled and run as a test of this crate.
//!
//! 1. [`first_tool`]: a program that a client can start
//! 2. [`arguments`]: what a client may send, and what it is told when it sends something else
//! 3. [`results`]: text, content, data
//! 4. [`errors`]: for the model, for the client, for the log
//! 5. [`state`]: what calls share; methods; functions that block
//! 6. [`resources`]: addresses, templates, lists
//! 7. [`prompts`]: messages, and completion of arguments
//! 8. [`calls`]: progress, log messages, cancellation, time
//! 9. [`asking`]: questions to the user in the middle of a call
//! 10. [`changes`]: subscriptions, lists that change, changes from elsewhere
//! 11. [`long_running`]: background functions, what they run in, the end
//! 12. [`schemas`]: what is published, and schemas that are data
//! 13. [`testing`]: a client in the same process
//!
//! With the feature `http` four more pages tell about Streamable HTTP.
//!
#![cfg_attr(
    feature = "http",
    doc = "14. [`over_http`]: the listener, what a request gets, headers of a tool's own\n\
           15. [`in_axum`]: mounted into an application, with its state and its login\n\
           16. [`behind_a_proxy`]: nginx, Caddy, and what each refusal means\n\
           17. [`instances`]: several instances, restarts, keys\n"
)]
#![cfg_attr(
    feature = "cli",
    doc = "With the feature `cli`, [`command_line`] is about the commands of every server.\n"
)]
//! The programs in `examples/` show the same in whole servers: `hello`, `state_and_methods`,
//! `resources_and_templates`, `prompts_with_completion`, `asking`, `raw_schema`, `configuration`
//! for a server whose command line decides what it offers, and `from_a_file` for one whose handlers
//! a file describes.

#[doc = include_str!("../guide/first_tool.md")]
pub mod first_tool {}

#[doc = include_str!("../guide/arguments.md")]
pub mod arguments {}

#[doc = include_str!("../guide/results.md")]
pub mod results {}

#[doc = include_str!("../guide/errors.md")]
pub mod errors {}

#[doc = include_str!("../guide/state.md")]
pub mod state {}

#[doc = include_str!("../guide/resources.md")]
pub mod resources {}

#[doc = include_str!("../guide/prompts.md")]
pub mod prompts {}

#[doc = include_str!("../guide/calls.md")]
pub mod calls {}

#[doc = include_str!("../guide/asking.md")]
pub mod asking {}
#[doc = include_str!("../guide/changes.md")]
pub mod changes {}

#[doc = include_str!("../guide/long_running.md")]
pub mod long_running {}

#[doc = include_str!("../guide/schemas.md")]
pub mod schemas {}

#[doc = include_str!("../guide/testing.md")]
pub mod testing {}

#[cfg(feature = "cli")]
#[doc = include_str!("../guide/command_line.md")]
pub mod command_line {}

#[cfg(feature = "http")]
#[doc = include_str!("../guide/over_http.md")]
pub mod over_http {}

// Its code needs axum, and is run by the tests of HTTP.
#[cfg(all(feature = "http", not(doctest)))]
#[doc = include_str!("../guide/in_axum.md")]
pub mod in_axum {}

#[cfg(feature = "http")]
#[doc = include_str!("../guide/behind_a_proxy.md")]
pub mod behind_a_proxy {}

#[cfg(feature = "http")]
#[doc = include_str!("../guide/instances.md")]
pub mod instances {}
