//! The body of a request, whole and within its limit and time.

use std::fmt;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, Bytes};
use http::StatusCode;
use http_body::Body;
use tokio::time::sleep;

use super::answer::Refused;

/// How long a body may take in all, however steadily it comes.
const TIME: Duration = Duration::from_secs(30);

/// Reads a body to its end.
///
/// # Errors
/// If it is longer than the limit, takes too long, or breaks off.
pub(super) async fn read<B>(body: B, limit: usize) -> Result<Bytes, Refused>
where
    B: Body<Data: Buf, Error: fmt::Display>,
{
    let too_long = || {
        let what = format!(
            "invalid request: the body is longer than {limit} bytes, the server's `Limits::body`"
        );
        Refused::unread(StatusCode::PAYLOAD_TOO_LARGE, what)
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_long());
    }
    let mut body = pin!(body);
    let mut read = Read::default();
    let mut time = None;
    std::future::poll_fn(|cx| {
        loop {
            match body.as_mut().poll_frame(cx) {
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(mut data) = frame.into_data() else { continue };
                    if read.len() + data.remaining() > limit {
                        return Poll::Ready(Err(too_long()));
                    }
                    let piece = data.copy_to_bytes(data.remaining());
                    read.add(piece);
                }
                Poll::Ready(Some(Err(error))) => {
                    let what = format!("invalid request: the body broke off: {error}");
                    return Poll::Ready(Err(Refused::unread(StatusCode::BAD_REQUEST, what)));
                }
                Poll::Pending => {
                    let time = time.get_or_insert_with(|| Box::pin(sleep(TIME)));
                    return time.as_mut().poll(cx).map(|()| {
                        let seconds = TIME.as_secs();
                        let what = format!(
                            "invalid request: the body was not here after {seconds} seconds"
                        );
                        Err(Refused::unread(StatusCode::REQUEST_TIMEOUT, what))
                    });
                }
            }
        }
    })
    .await?;
    Ok(read.finish())
}

/// What was read so far. Most bodies come in one piece, which is kept as it is.
#[derive(Default)]
enum Read {
    #[default]
    Nothing,
    One(Bytes),
    Many(Vec<u8>),
}

impl Read {
    fn len(&self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::One(piece) => piece.len(),
            Self::Many(pieces) => pieces.len(),
        }
    }

    fn add(&mut self, piece: Bytes) {
        *self = match std::mem::take(self) {
            Self::Nothing => Self::One(piece),
            Self::One(first) => {
                let mut pieces = Vec::with_capacity(2 * (first.len() + piece.len()));
                pieces.extend_from_slice(&first);
                pieces.extend_from_slice(&piece);
                Self::Many(pieces)
            }
            Self::Many(mut pieces) => {
                pieces.extend_from_slice(&piece);
                Self::Many(pieces)
            }
        };
    }

    fn finish(self) -> Bytes {
        match self {
            Self::Nothing => Bytes::new(),
            Self::One(piece) => piece,
            Self::Many(pieces) => pieces.into(),
        }
    }
}
