//! Bodies made small, and the tags that name them.

use std::io;

use async_compression::Level;
use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How a body is packed for the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packing {
    None,
    Brotli,
    Gzip,
}

impl Packing {
    /// The smallest that this visitor can unpack.
    pub(crate) fn asked(headers: &HeaderMap) -> Self {
        let mut best = Self::None;
        for line in headers.get_all(header::ACCEPT_ENCODING) {
            let Ok(line) = line.to_str() else { continue };
            for part in line.split(',') {
                let (name, weight) = part.split_once(';').unwrap_or((part, ""));
                // RFC 9110 §12.4.2: a weight of nought means "not acceptable".
                let refused = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()) == Some(0.0);
                match name.trim() {
                    "br" if !refused => return Self::Brotli,
                    "gzip" | "x-gzip" if !refused => best = Self::Gzip,
                    _ => {}
                }
            }
        }
        best
    }

    /// Its name in `Content-Encoding`.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }
}

/// Brotli at a level that takes about a millisecond for a page.
pub(crate) async fn brotli(body: &[u8]) -> Bytes {
    all(BrotliEncoder::with_quality(body, Level::Precise(5))).await
}

pub(crate) async fn gzip(body: &[u8]) -> Bytes {
    all(GzipEncoder::with_quality(body, Level::Precise(6))).await
}

async fn all(mut packed: impl AsyncRead + Unpin) -> Bytes {
    let mut out = Vec::new();
    let read: io::Result<usize> = packed.read_to_end(&mut out).await;
    read.expect("packing memory into memory cannot fail");
    out.into()
}

/// A tag that is the same wherever and whenever the same bytes are drawn. It is weak, because the
/// packed and the plain body share it (RFC 9110 §8.8.1).
pub(crate) fn tag(body: &[u8]) -> String {
    format!("W/\"{}\"", &model::key_of_bytes(body)[..24])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, meant: Packing) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        assert_eq!(Packing::asked(&headers), meant, "{accept}");
    }

    #[test]
    fn packings_as_visitors_ask_for_them() {
        check("gzip, deflate, br, zstd", Packing::Brotli);
        check("gzip;q=1.0, br;q=0", Packing::Gzip);
        check("gzip; q=0", Packing::None);
        check("identity", Packing::None);
        check("*", Packing::None);
        check("", Packing::None);
    }
}
