//! Streams that only a blocking call can read or write: each has a thread of its own.
//!
//! The end of the process does not wait for these threads.

use std::io;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::thread;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

/// The most that a thread reads or writes at a time.
const CHUNK: usize = 64 * 1024;

/// Chunks that wait: the thread reads ahead by this much at most.
const CHUNKS: usize = 2;

/// A stream that is read by a thread of its own.
pub(super) struct Chunks {
    waiting: mpsc::Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    taken: usize,
}

impl Chunks {
    pub(super) fn read(mut from: impl io::Read + Send + 'static) -> io::Result<Self> {
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

/// A stream that is written by a thread of its own.
///
/// A write is ready when the thread has written, so that nothing is on its way that its caller
/// does not know of. The next call of [`poll_write`](AsyncWrite::poll_write) must offer the same
/// bytes again, with others behind them or not.
pub(super) struct Handed {
    chunks: mpsc::Sender<Vec<u8>>,
    written: mpsc::Receiver<io::Result<usize>>,
    /// The thread holds a chunk.
    is_busy: bool,
}

impl Handed {
    /// `write` writes at least one byte of what it is given.
    pub(super) fn write(
        mut write: impl FnMut(&[u8]) -> io::Result<usize> + Send + 'static,
    ) -> io::Result<Self> {
        let (chunks, mut waiting) = mpsc::channel::<Vec<u8>>(1);
        let (sender, written) = mpsc::channel(1);
        thread::Builder::new().name("output".to_owned()).spawn(move || {
            while let Some(chunk) = waiting.blocking_recv() {
                if sender.blocking_send(write(&chunk)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { chunks, written, is_busy: false })
    }
}

impl AsyncWrite for Handed {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if !this.is_busy {
            let chunk = bytes[..bytes.len().min(CHUNK)].to_vec();
            this.is_busy = true;
            if this.chunks.try_send(chunk).is_err() {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
        }
        let written = ready!(this.written.poll_recv(cx));
        this.is_busy = false;
        Poll::Ready(written.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into())))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
