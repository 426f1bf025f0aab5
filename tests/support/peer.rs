//! The other end of a connection: says lines to a server and hears what it says.

use std::io;

use mcp_runtime::ReadyServer;
use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, DuplexStream,
};
use tokio::task::JoinHandle;

/// How many bytes may be under way in one direction. As much as a pipe of Linux holds, so that
/// a server that blocks on one blocks here as well.
pub const PIPE_CAPACITY: usize = 64 * 1024;

/// The longest line a server may send, in bytes; a test with a longer one is a mistake.
const LINE_LIMIT: u64 = 64 * 1024 * 1024;

/// Talks line by line over a pair of streams.
#[derive(Debug)]
pub struct Peer<R = DuplexStream, W = DuplexStream> {
    incoming: BufReader<R>,
    /// `None` once it is closed.
    outgoing: Option<W>,
    /// What became of the server, if it is ours.
    server: Option<JoinHandle<io::Result<()>>>,
}

/// Starts a server on an in-memory pipe and is its peer.
///
/// # Panics
/// Outside of a tokio runtime.
pub fn connect(server: ReadyServer) -> Peer {
    let (outgoing, input) = tokio::io::duplex(PIPE_CAPACITY);
    let (output, incoming) = tokio::io::duplex(PIPE_CAPACITY);
    let task = tokio::spawn(async move { server.serve(input, output).await });
    Peer { server: Some(task), ..Peer::new(incoming, outgoing) }
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Peer<R, W> {
    /// A peer that hears from one stream and speaks on the other.
    pub fn new(incoming: R, outgoing: W) -> Self {
        Self { incoming: BufReader::new(incoming), outgoing: Some(outgoing), server: None }
    }

    /// Sends a line, adding its newline.
    ///
    /// # Errors
    /// If the stream fails, and after [`Self::close`].
    pub async fn send(&mut self, line: &str) -> io::Result<()> {
        self.send_bytes(line.as_bytes()).await?;
        self.send_bytes(b"\n").await
    }

    /// Sends bytes as they are, adding nothing.
    ///
    /// # Errors
    /// If the stream fails, and after [`Self::close`].
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let outgoing = self.outgoing.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        outgoing.write_all(bytes).await?;
        outgoing.flush().await
    }

    /// Hears the next line, without its newline; `None` when the server closed the stream.
    ///
    /// # Errors
    /// If the stream fails, for a line that is no UTF-8 and for one that ends without a newline.
    ///
    /// # Cancellation
    /// Loses what there is of a line.
    pub async fn recv(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.incoming).take(LINE_LIMIT);
        if limited.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        if line.pop() != Some(b'\n') {
            return Err(io::Error::other("the last line has no newline, or is too long"));
        }
        String::from_utf8(line).map(Some).map_err(io::Error::other)
    }

    /// Says that nothing more will be said; what the server still says can be heard.
    pub fn close(&mut self) {
        self.outgoing = None;
    }

    /// Closes, hears the server out and waits for its end; the lines that were still to come.
    ///
    /// # Errors
    /// As [`Self::recv`], and the server's own error if it was started by [`connect`].
    pub async fn finish(mut self) -> io::Result<Vec<String>> {
        self.close();
        let mut lines = Vec::new();
        while let Some(line) = self.recv().await? {
            lines.push(line);
        }
        if let Some(server) = self.server.take() {
            server.await??;
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn lines_go_both_ways() {
        block_on(async {
            let (outgoing, mut input) = tokio::io::duplex(PIPE_CAPACITY);
            let (mut output, incoming) = tokio::io::duplex(PIPE_CAPACITY);
            let mut peer = Peer::new(incoming, outgoing);
            peer.send("one").await.unwrap();
            peer.send_bytes(b"\xfftwo").await.unwrap();
            peer.close();
            assert!(peer.send("three").await.is_err());
            let mut heard = Vec::new();
            input.read_to_end(&mut heard).await.unwrap();
            assert_eq!(heard, b"one\n\xfftwo");
            output.write_all(b"four\n\nfive\n").await.unwrap();
            drop(output);
            assert_eq!(peer.recv().await.unwrap().as_deref(), Some("four"));
            assert_eq!(peer.finish().await.unwrap(), ["", "five"]);
        });
    }

    #[test]
    fn broken_lines_are_errors() {
        for bytes in [b"half".as_slice(), b"\xff\n"] {
            block_on(async {
                let (mut output, incoming) = tokio::io::duplex(PIPE_CAPACITY);
                let mut peer = Peer::new(incoming, tokio::io::sink());
                output.write_all(bytes).await.unwrap();
                drop(output);
                assert!(peer.recv().await.is_err());
            });
        }
    }
}
