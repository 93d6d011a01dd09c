//! A connection on which whoever asks for too much is told so in words: the HTTP library only says a number.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How the library answers an address or a head that is too long to be read, before anybody else sees it.
const BARE: [&[u8]; 2] = [b"HTTP/1.1 414 ", b"HTTP/1.1 431 "];

const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
     <meta name=\"viewport\" content=\"width=device-width\"><title>That is too long</title>\
     <h1>That is too long</h1><p>What was asked is longer than what can be read here. The beginning of a text is enough: \
     please shorten it to some 2,000 letters and ask again.</p><p><a href=\"/\">To the front page</a></p></html>\n";

/// The whole answer in its place.
static ANSWER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let head = "HTTP/1.1 414 URI Too Long\r\ncontent-type: text/html; charset=utf-8\r\ncache-control: no-store\r\n\
                content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n\
                x-content-type-options: nosniff\r\nconnection: close\r\n";
    format!("{head}content-length: {}\r\n\r\n{PAGE}", PAGE.len()).into_bytes()
});

/// The connection.
#[derive(Debug)]
pub(super) struct Spoken<S> {
    stream: S,
    /// How much of our answer has been written, while it is.
    written: Option<usize>,
}

impl<S> Spoken<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, written: None }
    }
}

/// Whether these bytes are an answer of the library's own: our own answers have words.
fn is_bare(bytes: &[u8]) -> bool {
    BARE.iter().any(|start| bytes.starts_with(start))
        && bytes.ends_with(b"\r\n\r\n")
        && str::from_utf8(bytes).is_ok_and(|head| head.to_ascii_lowercase().contains("\r\ncontent-length: 0\r\n"))
}

impl<S: AsyncRead + Unpin> AsyncRead for Spoken<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Spoken<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.written.is_none() && is_bare(from) {
            this.written = Some(0);
        }
        let Some(written) = &mut this.written else { return Pin::new(&mut this.stream).poll_write(context, from) };
        while *written < ANSWER.len() {
            match ready!(Pin::new(&mut this.stream).poll_write(context, &ANSWER[*written..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                some => *written += some,
            }
        }
        this.written = None;
        Poll::Ready(Ok(from.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        from: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match from.iter().find(|part| !part.is_empty()) {
            Some(first) if self.written.is_some() || is_bare(first) => self.poll_write(context, first),
            _ => Pin::new(&mut self.stream).poll_write_vectored(context, from),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
