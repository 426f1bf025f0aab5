//! A tool that asks its user twice, tells how far it is, and does what it must not repeat once.
//!
//! `cargo run -p mcp-runtime --example asking`

use std::sync::atomic::{AtomicU32, Ordering};

use mcp_runtime::prelude::*;

/// The seats of a theatre.
#[derive(Debug, Default)]
struct Seats {
    /// How many were ever held.
    held: AtomicU32,
}

impl Seats {
    /// Keeps a seat for a while, and gives its number.
    fn hold(&self) -> u32 {
        self.held.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Who comes.
#[form]
struct Guest {
    /// The name on the ticket.
    name: String,
    #[arg(default)]
    price: Price,
}

/// What a guest pays.
#[form]
#[derive(Debug, Default)]
enum Price {
    /// The full price
    #[default]
    Full,
    /// Half, for students
    Reduced,
}

/// Book a seat for a play. The user says who comes, and confirms the booking.
#[tool(additive)]
async fn book(
    seats: &Seats,
    ctx: &Context,
    /// The name of the play.
    play: String,
) -> Result<String, Error> {
    // The function runs again from here after each question, and holds one seat all the same.
    let seat = ctx.once("hold", async { Ok::<_, Error>(seats.hold()) }).await?;
    ctx.progress(1).of(3).message(format!("seat {seat} is held"));
    let Answer::Accepted(guest) = ctx.ask::<Guest>(format!("Who sees {play}?")).await else {
        return Ok(format!("seat {seat} is free again"));
    };
    let Guest { name, price } = guest;
    ctx.progress(2).of(3).message(format!("the guest is {name}"));
    if !ctx.confirm(format!("Book seat {seat} for {name} ({price:?})?")).await {
        return Ok(format!("seat {seat} is free again"));
    }
    ctx.progress(3).of(3).message("booked");
    Ok(format!("{name} has seat {seat} in {play}"))
}

fn server() -> Server<Seats> {
    Server::new("theatre", "1.0.0").with(handlers![book])
}

fn main() -> ExitCode {
    server().state(Seats::default()).run()
}
