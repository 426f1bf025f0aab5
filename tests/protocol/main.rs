//! The protocol as others see it: the official examples, and what is said on the wire.

// `cfg(test)` always holds here; it tells clippy that helpers are tests as well.
#[cfg(test)]
mod asking;
#[cfg(test)]
mod background;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod examples;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod late;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod server;
#[cfg(test)]
mod telling;
#[cfg(test)]
mod transcripts;
