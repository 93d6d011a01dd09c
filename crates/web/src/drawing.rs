//! What a page comes out as before it is packed and sent.

use askama::Template;
use axum::http::StatusCode;
use bytes::Bytes;
use model::Time;

/// A page, a feed or another file, drawn but not yet sent.
#[derive(Debug, Clone)]
pub struct Drawing {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// Where to go instead, for a page that is found elsewhere.
    pub(crate) elsewhere: Option<String>,
    /// Since when its words hold; before that they were others.
    pub(crate) holds_since: Time,
    /// Until when its words hold, if the river stays as it is.
    pub(crate) holds_until: Time,
    /// The `Link` header.
    pub(crate) links: Option<String>,
    /// For how long others may keep it without asking.
    pub(crate) fresh_seconds: u32,
}

pub(crate) const HTML: &str = "text/html; charset=utf-8";

impl Drawing {
    /// A file of another type than a page.
    pub(crate) fn file(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status: StatusCode::OK,
            content_type,
            body: body.into(),
            elsewhere: None,
            links: None,
            holds_since: Time::MIN,
            holds_until: Time::MAX,
            fresh_seconds: 60,
        }
    }

    /// A page as HTML.
    pub(crate) fn page(body: String) -> Self {
        Self::file(HTML, body)
    }

    /// A page from its template.
    pub(crate) fn template(template: &impl Template) -> Self {
        Self::page(template.render().expect("our templates only write to a String"))
    }

    /// Another address for what was asked: for good, or for now.
    pub(crate) fn elsewhere(status: StatusCode, address: String) -> Self {
        Self { status, elsewhere: Some(address), ..Self::page(String::new()) }
    }

    /// The same with another status.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same, true only between these times.
    pub(crate) fn holding(self, since: Time, until: Time) -> Self {
        Self { holds_since: since, holds_until: until, ..self }
    }

    /// The same, and others may keep it for so long.
    pub(crate) fn fresh_for(self, seconds: u32) -> Self {
        Self { fresh_seconds: seconds, ..self }
    }

    /// The same with a `Link` header.
    pub(crate) fn with_links(self, links: String) -> Self {
        Self { links: Some(links), ..self }
    }

    /// The same, which goes on at an address (RFC 8288), if it does.
    pub(crate) fn going_on(self, next: Option<&str>) -> Self {
        Self { links: next.map(|next| format!("<{next}>; rel=\"next\"")).or(self.links), ..self }
    }

    /// What does not exist is not kept: there is no end of it.
    pub(crate) fn may_be_kept(&self) -> bool {
        !self.status.is_client_error() && !self.status.is_server_error()
    }
}
