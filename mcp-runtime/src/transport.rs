//! Carrying messages: everything that touches bytes from outside.

mod peer;
#[cfg(unix)]
mod prints;
pub(crate) mod stdio;
pub(crate) mod stop;
mod stream;
mod threads;
#[cfg(unix)]
mod watch;

pub(crate) use peer::Peer;
pub(crate) use stream::serve;
