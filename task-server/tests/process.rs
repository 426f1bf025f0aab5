//! The built program over real pipes, on real files: several at once, killed, ended, started by
//! hand, and on everything that is no place for tasks.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as the tests do")]

// In reading order; the empty lines keep rustfmt from sorting them.
#[path = "process/peer.rs"]
mod peer;

#[path = "process/writers.rs"]
mod writers;

#[path = "process/places.rs"]
mod places;

#[path = "process/refusals.rs"]
mod refusals;

#[path = "process/moved.rs"]
mod moved;

#[path = "process/lost_log.rs"]
mod lost_log;

#[cfg(target_os = "linux")]
#[path = "process/campaign.rs"]
mod campaign;

#[path = "process/changes.rs"]
mod changes;

#[path = "process/texts.rs"]
mod texts;

#[path = "process/end.rs"]
mod end;

#[path = "process/command_line.rs"]
mod command_line;

#[path = "process/commands.rs"]
mod commands;
