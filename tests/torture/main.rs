//! What a server survives: each test is one claim, held against the real process and over real
//! descriptors, in both eras of the protocol where both apply.
//!
//! `TORTURE_FUZZ_SECONDS=300 cargo test -p mcp-tests --test torture fuzz` lets the mutations run
//! for so long in place of a fixed number of them; `TORTURE_FUZZ_SEED=7` makes others.

// `cfg(test)` always holds here; it tells clippy that helpers are tests as well.
#[cfg(test)]
mod process;

#[cfg(test)]
mod messages;

#[cfg(test)]
mod hostile;

#[cfg(test)]
mod oracle;

#[cfg(test)]
mod descriptors;

#[cfg(test)]
mod ends;

#[cfg(test)]
mod framing;

#[cfg(test)]
mod lifecycle;

#[cfg(test)]
mod load;

#[cfg(test)]
mod long_arguments;

#[cfg(test)]
mod memory;

#[cfg(test)]
mod misbehaving;

#[cfg(test)]
mod prints;

#[cfg(test)]
mod properties;

#[cfg(test)]
mod sizes;
