//! Questions to a client in the middle of a call: what is asked, what comes back, and what a server
//! remembers between the rounds of one call.
//!
//! Nothing here waits or knows a stream. The call polls questions; a stream carries them.
//!
//! Spec: 2026-07-28, basic/patterns/mrtr; client/elicitation, client/sampling, client/roots.

mod askable;
mod digest;
mod kept;
mod question;
mod round;

pub(crate) use askable::{Askable, Unaskable};
pub(crate) use digest::{Digest, digest_of_question};
pub(crate) use kept::{Kept, random};
pub(crate) use question::Unread;
pub use question::{Answer, Question};
pub(crate) use round::{Asked, Round, State};
