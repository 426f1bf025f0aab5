//! The standard streams, as descriptors of our own.
//!
//! Descriptor 1 is moved away and points to stderr afterwards, so that whatever a tool prints is a
//! log line and the wire stays whole; descriptor 0 points to nothing, so that no tool reads from
//! the wire. Which way the moved descriptors are read and written depends on what they are:
//!
//! * a pipe is opened again without blocking, so that the flag is not shared with the parent;
//! * a socket cannot be opened again: our end of it is set to non-blocking, which is ours alone;
//! * a file or a terminal is read by a thread that hands over whole chunks, and written directly;
//!   whether it blocks is not ours to say, for the flag is shared with whoever else has it open.
//!
//! Spec: 2026-07-28, basic/transports/stdio.

use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::thread;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

#[cfg(unix)]
use unix as platform;

/// One read of the thread that reads files and terminals.
const CHUNK: usize = 64 * 1024;

/// Chunks that wait: the thread reads ahead by this much at most.
const CHUNKS: usize = 2;

/// Takes the standard streams over.
///
/// # Errors
/// If a descriptor cannot be moved or opened; nothing was read then.
pub(crate) fn open() -> io::Result<(Input, Output)> {
    platform::open()
}

/// Where messages come from.
pub(crate) type Input = Pin<Box<dyn AsyncRead + Send>>;

/// Where messages go to.
pub(crate) type Output = Pin<Box<dyn AsyncWrite + Send>>;

/// A stream that is read by a thread of its own. The end of the process does not wait for the
/// thread.
struct Chunks {
    waiting: mpsc::Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    taken: usize,
}

impl Chunks {
    fn read(mut from: impl io::Read + Send + 'static) -> io::Result<Self> {
        let (sender, waiting) = mpsc::channel(CHUNKS);
        thread::Builder::new().name("input".to_owned()).spawn(move || {
            loop {
                let mut chunk = vec![0; CHUNK];
                let read = match from.read(&mut chunk) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Ok(0) => return,
                    Ok(length) => {
                        chunk.truncate(length);
                        Ok(chunk)
                    }
                    Err(error) => Err(error),
                };
                let failed = read.is_err();
                if sender.blocking_send(read).is_err() || failed {
                    return;
                }
            }
        })?;
        Ok(Self { waiting, chunk: Vec::new(), taken: 0 })
    }
}

impl AsyncRead for Chunks {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        free: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.taken == this.chunk.len() {
            let Some(chunk) = ready!(this.waiting.poll_recv(cx)) else {
                return Poll::Ready(Ok(()));
            };
            (this.chunk, this.taken) = (chunk?, 0);
        }
        let left = &this.chunk[this.taken..];
        let fits = left.len().min(free.remaining());
        free.put_slice(&left[..fits]);
        this.taken += fits;
        Poll::Ready(Ok(()))
    }
}

/// A stream that is written where it stands, for writing waits for no peer: a file, a terminal.
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

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, AsRawFd, OwnedFd};
    use std::os::unix::net::UnixStream as StdUnixStream;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::fs::{FileType, Mode, OFlags, fstat, open as open_path};
    use rustix::io::{Errno, dup, fcntl_dupfd_cloexec};
    use rustix::stdio::{dup2_stdin, dup2_stdout, stderr, stdin, stdout};
    use tokio::net::UnixStream;
    use tokio::net::unix::pipe;

    use super::{Chunks, Direct, Input, Output};

    pub(super) fn open() -> io::Result<(Input, Output)> {
        let input = fcntl_dupfd_cloexec(stdin(), 3)?;
        let output = fcntl_dupfd_cloexec(stdout(), 3)?;
        let nothing = open_path("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
        dup2_stdin(&nothing)?;
        // A client may have closed our stderr: then what is printed goes nowhere.
        match dup(stderr()) {
            Ok(log) => dup2_stdout(&log)?,
            Err(_) => dup2_stdout(&nothing)?,
        }
        Ok((self::input(input)?, self::output(output)?))
    }

    fn input(descriptor: OwnedFd) -> io::Result<Input> {
        match file_type(&descriptor)? {
            FileType::Fifo => match open_again(&descriptor, OFlags::RDONLY) {
                Some(own) => Ok(Box::pin(pipe::Receiver::from_owned_fd(own)?)),
                None => Ok(Box::pin(Chunks::read(Shared(File::from(descriptor)))?)),
            },
            FileType::Socket => Ok(Box::pin(socket(descriptor)?)),
            _ => Ok(Box::pin(Chunks::read(Shared(File::from(descriptor)))?)),
        }
    }

    fn output(descriptor: OwnedFd) -> io::Result<Output> {
        match file_type(&descriptor)? {
            FileType::Fifo => match open_again(&descriptor, OFlags::WRONLY) {
                Some(own) => Ok(Box::pin(pipe::Sender::from_owned_fd(own)?)),
                None => Ok(Box::pin(Direct(Shared(File::from(descriptor))))),
            },
            FileType::Socket => Ok(Box::pin(socket(descriptor)?)),
            _ => Ok(Box::pin(Direct(Shared(File::from(descriptor))))),
        }
    }

    /// A descriptor that somebody else may have set to non-blocking: it is waited for here.
    struct Shared(File);

    impl Shared {
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
    use std::io;

    use super::{Chunks, Direct, Input, Output};

    /// There is no descriptor to move here: a tool must not print.
    pub(super) fn open() -> io::Result<(Input, Output)> {
        Ok((Box::pin(Chunks::read(io::stdin())?), Box::pin(Direct(io::stdout()))))
    }
}
