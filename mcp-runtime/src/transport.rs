//! Carrying messages: everything that touches bytes from outside.

#[cfg(feature = "http")]
pub(crate) mod http;
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
