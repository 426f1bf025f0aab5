//! The standard streams, as descriptors of our own.
//!
//! Descriptors 1 and 2 lead into a pipe of our own afterwards, so that whatever is printed is a log
//! line, waits for no client, and the wire stays whole (`prints.rs`); descriptor 0 points to
//! nothing, so that no tool reads from the wire. Which way the moved descriptors are read and
//! written depends on what they are:
//!
//! * a pipe is opened again without blocking, so that the flag is not shared with the parent;
//! * a socket cannot be opened again: our end of it is set to non-blocking, which is ours alone;
//! * a terminal, and a pipe that cannot be opened again, because it belongs to another user or the
//!   system has no path to it, is read and written by threads that hand over whole chunks;
//! * a file is read by a thread, and written directly.
//!
//! Whether a terminal or a file blocks is not ours to say: the flag is shared with whoever else has
//! it open.
//!
//! Spec: 2026-07-28, basic/transports/stdio.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};

use super::peer::Peer;

pub(crate) use platform::Output;
#[cfg(unix)]
use unix as platform;

/// The standard streams, taken over.
pub(crate) struct Streams {
    pub(crate) input: Pin<Box<dyn AsyncRead + Send>>,
    pub(crate) output: Pin<Box<dyn AsyncWrite + Send>>,
    pub(crate) peer: Peer,
    /// Dropped at the end: what was printed and logged is still written then, and descriptors 1
    /// and 2 lead to stderr again, unless nobody reads it.
    pub(crate) taken: platform::Taken,
}

/// Moves the output away, so that whatever is printed from here on is not on the wire: code that
/// makes the state may print, and it runs before anything is served. Until the streams are taken
/// over, descriptor 1 leads where descriptor 2 does.
///
/// # Errors
/// If a descriptor cannot be moved.
pub(crate) fn reserve_output() -> io::Result<Output> {
    platform::reserve_output()
}

/// Takes the standard streams over.
///
/// # Errors
/// If a descriptor cannot be moved or opened; nothing was read then.
pub(crate) fn open(output: Output) -> io::Result<Streams> {
    platform::open(output)
}

/// Writes what was printed and logged, as long as somebody reads it: right before the process ends.
pub(crate) fn flush() {
    platform::flush();
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, IsTerminal, PipeWriter, Read, Write};
    use std::os::fd::{AsFd, AsRawFd, OwnedFd};
    use std::os::unix::net::UnixStream as StdUnixStream;
    use std::pin::Pin;
    use std::task::{Context as TaskContext, Poll};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{FileType, Mode, OFlags, fstat, open as open_path};
    use rustix::io::{Errno, fcntl_dupfd_cloexec};
    use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};
    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio::net::UnixStream;
    use tokio::net::unix::pipe;

    use super::Streams;
    use crate::log;
    use crate::transport::peer::{Pace, Peer};
    use crate::transport::threads::{Chunks, Handed};
    use crate::transport::{prints, watch};

    /// One write of the thread that writes: a pipe that has room at all has room for this much.
    const PIECE: usize = 4096;

    /// Undoes at its end what was done to the descriptors.
    pub(crate) struct Taken {
        connection: Option<PipeWriter>,
    }

    impl Drop for Taken {
        fn drop(&mut self) {
            // The thread that watches the output lets go of it: the client sees its end.
            self.connection = None;
            prints::restore();
        }
    }

    /// The output, which nothing but the server writes to.
    pub(crate) struct Output(OwnedFd);

    pub(super) fn reserve_output() -> io::Result<Output> {
        let output = fcntl_dupfd_cloexec(stdout(), 3)?;
        dup2_stdout(log(&nothing()?)?)?;
        Ok(Output(output))
    }

    fn nothing() -> io::Result<OwnedFd> {
        Ok(open_path("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?)
    }

    /// A client may have closed our stderr: then what is printed goes nowhere.
    fn log(nothing: &OwnedFd) -> io::Result<OwnedFd> {
        fcntl_dupfd_cloexec(stderr(), 3).or_else(|_| nothing.try_clone())
    }

    pub(super) fn open(Output(output): Output) -> io::Result<Streams> {
        let input = fcntl_dupfd_cloexec(stdin(), 3)?;
        let nothing = nothing()?;
        let log = log(&nothing)?;
        dup2_stdin(&nothing)?;
        let (watched_input, watched_output) = (input.try_clone()?, output.try_clone()?);
        let input = self::input(input)?;
        let (output, peer) = self::output(output)?;
        let own = Shared(File::from(log.try_clone()?));
        let printed = prints::redirect(log)?;
        log::write_to(own);
        let connection = watch::start(printed, watched_input, watched_output, peer.clone())?;
        Ok(Streams { input, output, peer, taken: Taken { connection: Some(connection) } })
    }

    pub(super) fn flush() {
        prints::flush();
    }

    fn input(descriptor: OwnedFd) -> io::Result<Pin<Box<dyn AsyncRead + Send>>> {
        match file_type(&descriptor)? {
            FileType::Fifo => match open_again(&descriptor, OFlags::RDONLY) {
                Some(own) => Ok(Box::pin(pipe::Receiver::from_owned_fd(own)?)),
                None => Ok(Box::pin(Chunks::read(Shared(File::from(descriptor)))?)),
            },
            FileType::Socket => Ok(Box::pin(socket(descriptor)?)),
            _ => Ok(Box::pin(Chunks::read(Shared(File::from(descriptor)))?)),
        }
    }

    fn output(descriptor: OwnedFd) -> io::Result<(Pin<Box<dyn AsyncWrite + Send>>, Peer)> {
        let by_thread = |descriptor| -> io::Result<(Pin<Box<dyn AsyncWrite + Send>>, Peer)> {
            let peer = Peer::new(Pace::Told);
            let output = write_pieces(Shared(File::from(descriptor)), peer.clone());
            Ok((Box::pin(Handed::write(output)?), peer))
        };
        let peer = Peer::new(Pace::Writes);
        match file_type(&descriptor)? {
            FileType::Fifo => match open_again(&descriptor, OFlags::WRONLY) {
                Some(own) => Ok((Box::pin(pipe::Sender::from_owned_fd(own)?), peer)),
                None => by_thread(descriptor),
            },
            FileType::Socket => Ok((Box::pin(socket(descriptor)?), peer)),
            FileType::CharacterDevice if descriptor.is_terminal() => by_thread(descriptor),
            _ => Ok((Box::pin(Direct(Shared(File::from(descriptor)))), peer)),
        }
    }

    /// Writes in pieces that find room at once, and tells when one had to wait for it: the peer has
    /// read then.
    fn write_pieces(
        mut output: Shared,
        peer: Peer,
    ) -> impl FnMut(&[u8]) -> io::Result<usize> + Send {
        move |bytes| {
            let mut written = 0;
            while written < bytes.len() {
                let has_room = output.is_ready(PollFlags::OUT)?;
                if !has_room {
                    output.wait(PollFlags::OUT)?;
                }
                let piece = &bytes[written..bytes.len().min(written + PIECE)];
                match output.write(piece) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Ok(0) => break,
                    length => written += length?,
                }
                if !has_room {
                    peer.reads();
                }
            }
            Ok(written)
        }
    }

    /// A stream that is written where it stands, for writing waits for no peer: a file.
    struct Direct<W>(W);

    impl<W: io::Write + Unpin> AsyncWrite for Direct<W> {
        fn poll_write(
            self: Pin<&mut Self>,
            _: &mut TaskContext<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            let this = self.get_mut();
            loop {
                match this.0.write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    written => return Poll::Ready(written),
                }
            }
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(self.get_mut().0.flush())
        }

        fn poll_shutdown(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
            self.poll_flush(cx)
        }
    }

    /// A descriptor that somebody else may have set to non-blocking: it is waited for here.
    struct Shared(File);

    impl Shared {
        fn is_ready(&self, readiness: PollFlags) -> io::Result<bool> {
            let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
            match poll(&mut [PollFd::new(&self.0, readiness)], Some(&at_once)) {
                Ok(ready) => Ok(ready > 0),
                Err(Errno::INTR) => Ok(false),
                Err(error) => Err(error.into()),
            }
        }

        fn wait(&self, readiness: PollFlags) -> io::Result<()> {
            match poll(&mut [PollFd::new(&self.0, readiness)], None) {
                Ok(_) | Err(Errno::INTR) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }
    }

    impl Read for Shared {
        fn read(&mut self, free: &mut [u8]) -> io::Result<usize> {
            loop {
                match self.0.read(free) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.wait(PollFlags::IN)?;
                    }
                    // A terminal that hung up has nothing more to say.
                    Err(error)
                        if error.raw_os_error() == Some(Errno::IO.raw_os_error())
                            && file_type(&self.0)? == FileType::CharacterDevice =>
                    {
                        return Ok(0);
                    }
                    read => return read,
                }
            }
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            loop {
                match self.0.write(bytes) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.wait(PollFlags::OUT)?;
                    }
                    written => return written,
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }

    fn file_type(descriptor: impl AsFd) -> io::Result<FileType> {
        Ok(FileType::from_raw_mode(fstat(descriptor)?.st_mode))
    }

    /// Opens the pipe behind a descriptor once more. Only Linux has a path to it; elsewhere the
    /// shared descriptor is used as it is, blocking.
    fn open_again(descriptor: &OwnedFd, access: OFlags) -> Option<OwnedFd> {
        let path = format!("/proc/self/fd/{}", descriptor.as_raw_fd());
        open_path(path, access | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).ok()
    }

    fn socket(descriptor: OwnedFd) -> io::Result<UnixStream> {
        let socket = StdUnixStream::from(descriptor);
        socket.set_nonblocking(true)?;
        UnixStream::from_std(socket)
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io::{self, Write};

    use super::Streams;
    use crate::log;
    use crate::transport::peer::{Pace, Peer};
    use crate::transport::threads::{Chunks, Handed};

    pub(crate) struct Taken;

    impl Drop for Taken {
        fn drop(&mut self) {
            flush();
        }
    }

    /// There is no descriptor to move here: nothing must print.
    pub(crate) struct Output;

    pub(super) fn reserve_output() -> io::Result<Output> {
        Ok(Output)
    }

    pub(super) fn open(_: Output) -> io::Result<Streams> {
        let peer = Peer::new(Pace::Told);
        let reader = peer.clone();
        let write = move |bytes: &[u8]| {
            let mut output = io::stdout().lock();
            output.write_all(bytes)?;
            output.flush()?;
            reader.reads();
            Ok(bytes.len())
        };
        Ok(Streams {
            input: Box::pin(Chunks::read(io::stdin())?),
            output: Box::pin(Handed::write(write)?),
            peer,
            taken: Taken,
        })
    }

    pub(super) fn flush() {
        log::flush();
    }
}
