//! Questions to the user in the middle of a call: as results that ask from 2026-07-28 on, as
//! requests of the server before.

mod client;
mod legacy;
mod modern;
mod server;
