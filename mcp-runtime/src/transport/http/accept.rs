//! A listener of our own: connections are taken, bounded, and ended.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::sync::Semaphore;

use super::HttpService;
use super::answer::Refused;
use super::body::HttpBody;
use super::deadline::{State, Timed};
use super::drain::Phase;
use crate::log::{self, Level};
use crate::transport::stop::Stop;

/// The path of the endpoint; with a slash behind it is the same.
const PATH: &str = "/mcp";

/// The longest head of a request.
const HEAD: usize = 64 * 1024;

/// How long to wait when no more descriptors can be had.
const PAUSE: Duration = Duration::from_millis(100);

/// Where requests come from.
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// Listens at `HOST:PORT`, or at `unix:PATH`.
    ///
    /// # Errors
    /// If nobody can listen there.
    pub(crate) async fn bind(address: &str) -> io::Result<Self> {
        #[cfg(unix)]
        if let Some(path) = address.strip_prefix("unix:") {
            return Ok(Self::Unix(UnixListener::bind(path)?, path.into()));
        }
        // A port alone is one of this machine.
        let local = address.strip_prefix(':').map(|port| format!("127.0.0.1:{port}"));
        TcpListener::bind(local.as_deref().unwrap_or(address)).await.map(Self::Tcp)
    }

    /// Where the endpoint is.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Tcp(listener) => match listener.local_addr() {
                Ok(address) => format!("http://{address}{PATH}"),
                Err(_) => PATH.to_owned(),
            },
            #[cfg(unix)]
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Self::Unix(_, path) = self {
            // What is not there any more need not be removed.
            std::fs::remove_file(path).unwrap_or_default();
        }
    }
}

impl HttpService {
    /// Serves until it is asked to stop, and what was begun by then has ended.
    pub(crate) async fn listen(&self, listener: Listener, mut stop: Stop) -> io::Result<()> {
        self.endpoint.begin_serving();
        {
            let mut accepting = pin!(self.accept(&listener));
            std::future::poll_fn(|cx| {
                if stop.poll(cx).is_ready() {
                    return Poll::Ready(());
                }
                accepting.as_mut().poll(cx).map(|never| match never {})
            })
            .await;
        }
        drop(listener);
        self.stop().await;
        Ok(())
    }

    async fn accept(&self, listener: &Listener) -> Infallible {
        let most = self.endpoint.served.limits.connections;
        let places = Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
        let mut is_told = false;
        loop {
            let place = Arc::clone(&places).acquire_owned().await;
            let accepted = match listener {
                Listener::Tcp(listener) => listener.accept().await.map(|(stream, _)| {
                    // A small answer is not kept back for more; where it cannot be said it is.
                    stream.set_nodelay(true).unwrap_or_default();
                    let service = self.clone();
                    tokio::spawn(async move {
                        service.connection(stream).await;
                        drop(place);
                    });
                }),
                #[cfg(unix)]
                Listener::Unix(listener, _) => listener.accept().await.map(|(stream, _)| {
                    let service = self.clone();
                    tokio::spawn(async move {
                        service.connection(stream).await;
                        drop(place);
                    });
                }),
            };
            match accepted {
                Ok(()) => is_told = false,
                // A peer that has left again is no trouble; everything else is a lack of something.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    if !std::mem::replace(&mut is_told, true) {
                        log::line(
                            Level::Error,
                            format_args!("no connection can be taken at the moment: {error}"),
                        );
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn connection(self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        let state = Arc::<State>::default();
        let io = TokioIo::new(Timed::new(stream, Arc::clone(&state)));
        // Until its last byte is sent: a call that is answered may be given up by then.
        let mut held = self.endpoint.drain.hold();
        let draining = held.at(Phase::Draining);
        let endpoint = Arc::clone(&self.endpoint);
        let served = Arc::clone(&state);
        // A function, whose future has no name and need not be boxed.
        let service = service_fn(move |request| {
            let (service, served) = (self.clone(), served.serve());
            async move {
                let mut response = service.route(request).await;
                response.body_mut().tell(served);
                Ok::<_, Infallible>(response)
            }
        });
        let serving = http1::Builder::new()
            .half_close(false)
            .max_buf_size(HEAD)
            // A buffer alone bounds it too, but only roughly.
            .max_header_size(HEAD)
            .serve_connection(io, service);
        let (mut serving, mut draining) = (pin!(serving), pin!(draining));
        let (mut is_told, mut listens) = (false, false);
        std::future::poll_fn(|cx| {
            // The task has one waker: asked once, the end wakes it, and is asked for again then.
            // Asking takes a lock that all connections share.
            let asks =
                !is_told && (!std::mem::replace(&mut listens, true) || endpoint.drain.has_begun());
            if asks && draining.as_mut().poll(cx).is_ready() {
                is_told = true;
                serving.as_mut().graceful_shutdown();
            }
            // How a connection fails is its client's business.
            match serving.as_mut().poll(cx) {
                // The rest of a head would come to nothing, and might not come at all.
                Poll::Pending if is_told && state.is_in_head() => Poll::Ready(()),
                polled => polled.map(drop),
            }
        })
        .await;
    }
}

impl HttpService {
    /// What stands beside the endpoint on a listener of our own.
    async fn route(self, request: Request<Incoming>) -> Response<HttpBody> {
        match request.uri().path() {
            "/mcp" | "/mcp/" => self.answer(request).await,
            "/healthz" => plain(StatusCode::OK, "ok\n"),
            "/readyz" if self.endpoint.drain.is_serving() => plain(StatusCode::OK, "ready\n"),
            "/readyz" => plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
            _ => {
                let what = format!("invalid request: the endpoint is {PATH}");
                Refused::new(StatusCode::NOT_FOUND, what).into_response()
            }
        }
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<HttpBody> {
    let mut response = Response::new(HttpBody::full(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    response
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.url()).finish()
    }
}
