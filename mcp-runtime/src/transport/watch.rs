//! A thread that waits at descriptors: for what is printed, and for the peer to close its ends.
//!
//! It asks for nothing but errors and hang-ups of the connection, so that no message wakes it.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, OwnedFd};
use std::thread;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::peer::Peer;
use super::prints::{self, Partial};

/// How long a line without newline waits for its rest: a prompt is not held back for longer.
const PARTIAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// Errors and hang-ups are always reported; a socket can be closed for one direction too.
#[cfg(target_os = "linux")]
const HANG_UP: PollFlags = PollFlags::RDHUP;
#[cfg(not(target_os = "linux"))]
const HANG_UP: PollFlags = PollFlags::empty();

/// What is waited for. Each is forgotten when it has come to its end.
struct Watched {
    prints: Option<PipeReader>,
    input: Option<OwnedFd>,
    output: Option<OwnedFd>,
    /// Ends when the connection does.
    connection: Option<PipeReader>,
    peer: Peer,
}

/// Watches until the guard is dropped; what is printed is taken for as long as the process lives.
pub(super) fn start(
    prints: PipeReader,
    input: OwnedFd,
    output: OwnedFd,
    peer: Peer,
) -> io::Result<PipeWriter> {
    let (connection, guard) = io::pipe()?;
    let watched = Watched {
        prints: Some(prints),
        input: Some(input),
        output: Some(output),
        connection: Some(connection),
        peer,
    };
    thread::Builder::new().name("watch".to_owned()).spawn(move || watched.watch())?;
    Ok(guard)
}

impl Watched {
    fn watch(mut self) {
        let mut has_partial = false;
        while self.prints.is_some() || self.connection.is_some() {
            let patience = has_partial.then_some(&PARTIAL);
            let Ok([prints, input, output, connection]) = self.wait(patience) else { return };
            let partial =
                if has_partial && prints.is_empty() { Partial::Passes } else { Partial::Waits };
            has_partial = prints::take(partial);
            if prints.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL)
                && !prints.contains(PollFlags::IN)
            {
                self.prints = None;
            }
            if !input.is_empty() {
                self.input = None;
                self.peer.hangs_up();
            }
            if !output.is_empty() {
                self.output = None;
                self.peer.leaves();
            }
            if !connection.is_empty() {
                (self.input, self.output, self.connection) = (None, None, None);
            }
        }
    }

    /// What has come about at each descriptor.
    fn wait(&self, patience: Option<&Timespec>) -> Result<[PollFlags; 4], Errno> {
        let wanted = [
            self.prints.as_ref().map(|prints| (prints.as_fd(), PollFlags::IN)),
            self.input.as_ref().map(|input| (input.as_fd(), HANG_UP)),
            self.output.as_ref().map(|output| (output.as_fd(), PollFlags::empty())),
            self.connection.as_ref().map(|connection| (connection.as_fd(), PollFlags::empty())),
        ];
        let mut polled: Vec<PollFd<'_>> = wanted
            .iter()
            .flatten()
            .map(|(descriptor, flags)| PollFd::from_borrowed_fd(*descriptor, *flags))
            .collect();
        loop {
            match poll(&mut polled, patience) {
                Ok(_) => break,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
        let mut seen = polled.iter().map(PollFd::revents);
        Ok(wanted.map(|wanted| wanted.and_then(|_| seen.next()).unwrap_or(PollFlags::empty())))
    }
}
