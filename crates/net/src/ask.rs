//! What one asks for, and what one knows already.

use model::Address;

/// One thing to ask for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Where it is.
    pub address: &'a Address,
    /// What the last answers said about its version; [`Validators::default`] when nothing is known.
    pub validators: &'a Validators,
    /// Which kinds of answer are of use.
    pub accept: Accept,
}

/// Which kinds of answer are of use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accept {
    /// A feed, or a page with posts marked up in it.
    Feed,
    /// A page; a feed does as well.
    Page,
    /// A picture.
    Picture,
    /// What programs may fetch from a host.
    Robots,
}

impl Accept {
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Feed => {
                "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, \
                 application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
            }
            Self::Page => {
                "text/html, application/xhtml+xml, application/atom+xml;q=0.9, application/rss+xml;q=0.9, \
                 application/feed+json;q=0.9, application/xml;q=0.8, */*;q=0.1"
            }
            Self::Picture => "image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5",
            Self::Robots => "text/plain, */*;q=0.1",
        }
    }
}

/// What a server said about the version it sent, byte for byte, to be sent back with the next request.
///
/// Each character is one byte (U+00E9 is the byte E9), so that whatever a server wrote can be kept in a column of
/// text and sent back unchanged. They belong to one address: [`Client::ask`](crate::Client::ask) sends them to that
/// address and to no other, before and after redirects. Keep [`Reply::validators`](crate::Reply::validators) of every
/// reply, whatever the answer was.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Validators {
    /// The address that gave them.
    pub of: Option<Address>,
    /// The `ETag`, quotes and `W/` included.
    pub etag: Option<String>,
    /// The `Last-Modified`, however odd.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is anything to send.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }

    /// Whether these may be sent to `address`.
    pub(crate) fn belong_to(&self, address: &Address) -> bool {
        !self.is_empty() && self.of.as_ref() == Some(address)
    }
}
