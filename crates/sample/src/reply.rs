//! What is asked of the sector and what it answers, without a socket.

use model::Time;

use crate::words::{http_date, mark};

/// A request, as far as the sector cares.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The `Host` header, with the port.
    pub host: &'a str,
    /// The path with its query.
    pub path: &'a str,
    /// `If-None-Match`, if it was sent.
    pub if_none_match: Option<&'a str>,
    /// `If-Modified-Since`, if it was sent.
    pub if_modified_since: Option<&'a str>,
}

/// A whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for 304.
    pub body: Vec<u8>,
}

/// How a platform lets a reader ask whether something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validators {
    /// `ETag` and `Last-Modified`.
    Both,
    /// A strong `ETag`.
    Etag,
    /// A weak `ETag`.
    WeakEtag,
    /// `Last-Modified` only.
    Date,
    /// Nothing: it sends everything each time.
    None,
}

impl Reply {
    /// A body of some type that was found.
    pub fn found(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Reply { status: 200, headers: vec![("content-type", media_type.to_owned())], body: body.into() }
    }

    /// A page.
    pub fn page(html: String) -> Self {
        Self::found("text/html; charset=utf-8", html)
    }

    /// The way to another address: 301 or 302.
    pub fn moved(status: u16, to: &str) -> Self {
        Reply { status, headers: vec![("location", to.to_owned())], body: Vec::new() }
    }

    /// The same with another status.
    pub fn with_status(self, status: u16) -> Self {
        Reply { status, ..self }
    }

    /// The same with one more header.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The same with the platform's validators, or 304 where the asker has it already.
    pub(crate) fn validated(self, by: Validators, changed: Time, asked: &Request<'_>) -> Self {
        let tag = match by {
            Validators::Both | Validators::Etag => Some(format!("\"{:016x}\"", mark(&self.body))),
            Validators::WeakEtag => Some(format!("W/\"{:x}-{:016x}\"", self.body.len(), mark(&self.body))),
            Validators::Date | Validators::None => None,
        };
        let date = matches!(by, Validators::Both | Validators::Date).then(|| http_date(changed));
        // RFC 9110 §13.1.3: If-None-Match, where both are known, makes If-Modified-Since count for nothing.
        let known = match (&tag, asked.if_none_match) {
            (Some(tag), Some(asked)) => asked.split(',').any(|one| one.trim() == tag || one.trim() == "*"),
            _ => date.is_some() && date.as_deref() == asked.if_modified_since,
        };
        let mut reply = self;
        if let Some(tag) = tag {
            reply = reply.with_header("etag", tag);
        }
        if let Some(date) = date {
            reply = reply.with_header("last-modified", date);
        }
        if known { Reply { status: 304, body: Vec::new(), ..reply } } else { reply }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_who_has_it_gets_304() {
        let changed: Time = "2026-11-03T09:30:00Z".parse().unwrap();
        for by in [Validators::Both, Validators::Etag, Validators::WeakEtag, Validators::Date] {
            let first = Reply::found("text/plain", "hello").validated(by, changed, &Request::default());
            assert_eq!(first.status, 200, "{by:?}");
            let again = Request {
                if_none_match: first.header("etag"),
                if_modified_since: first.header("last-modified"),
                ..Request::default()
            };
            assert_eq!(Reply::found("text/plain", "hello").validated(by, changed, &again).status, 304, "{by:?}");
        }
        let asked = Request { if_none_match: Some("\"other\""), ..Request::default() };
        assert_eq!(Reply::found("text/plain", "hello").validated(Validators::Both, changed, &asked).status, 200);
        let none = Reply::found("text/plain", "hello").validated(Validators::None, changed, &asked);
        assert_eq!(none.headers.len(), 1);
    }
}
