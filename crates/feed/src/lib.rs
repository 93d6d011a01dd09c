//! Reads feeds, whatever state they are in: RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0, CDF, JSON Feed, h-feed.
//!
//! ```
//! let bytes = b"<rss version='2.0'><channel><title>Riverton & friends</title>
//!     <item><title>Bins</title><link>https://riverton.example/bins</link></item></channel></rss>";
//! let feed = feed::read(bytes, &feed::Hints::default()).unwrap();
//! assert_eq!(feed.title.unwrap().value, "Riverton & friends");
//! assert_eq!(feed.entries[0].link(), Some("https://riverton.example/bins"));
//! assert_eq!(feed.complaints[0].to_string(), "an & that should be &amp; at byte 44");
//! ```
//!
//! Bytes become text ([`Hints`] help to choose the encoding), text becomes elements, elements become one [`Feed`].
//! A bad entry never spoils the good ones: what had to be set right is told in [`Feed::complaints`]. Nothing is
//! fetched, and nothing in the texts is safe to show before it is cleaned.
//!
//! # Bounds
//!
//! Time grows with the size of the input, memory too, whatever the input is: at most [`MOST_ENTRIES`] entries are
//! kept, elements nested deeper than 256 lose their tags, entities that a document declares grow to 1 MiB at most
//! and external ones are never looked up, addresses that are made absolute add at most twice the document's length and
//! 1 MiB, and of complaints the first hundred are kept.

mod address;
mod complaint;
pub mod date;
mod dialects;
mod draft;
mod encoding;
mod envelope;
mod modules;
pub mod neutral;
pub mod opml;
mod reader;
mod shape;
mod xml;

use std::borrow::Cow;

use url::Url;

use complaint::Complaints;
pub use complaint::{Complaint, ComplaintKind};
pub use shape::{
    Attributes, Chapter, Date, Enclosure, Entry, Extension, Feed, Format, Generator, Image, Link, Media, Origin, Part,
    Person, Place, Podcast, Tag, Text, TextInput, TextKind, Weekday,
};

/// How many entries of one feed are read.
pub const MOST_ENTRIES: usize = 100_000;

/// What is known about some bytes from elsewhere.
#[derive(Clone, Copy, Default, Debug)]
pub struct Hints<'a> {
    /// What the server said of their type: `text/xml; charset=utf-8`.
    pub content_type: Option<&'a str>,
    /// Where they are from; relative addresses start here.
    pub address: Option<&'a Url>,
    /// What the server said of their language.
    pub language: Option<&'a str>,
}

/// Why some bytes are no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAFeed {
    /// There is nothing.
    #[error("there is nothing in it")]
    Empty,
    /// It is a page, and nothing in it is marked up as a feed.
    #[error("it is a web page, and none of its parts are marked up as posts")]
    Page,
    /// It is a list of feeds.
    #[error("it is a list of feeds (OPML), not a feed")]
    List,
    /// It is XML of another kind.
    #[error("it is XML, but no feed: it begins with <{root}>")]
    OtherXml {
        /// The name of the first element.
        root: String,
    },
    /// It is JSON, but no JSON Feed.
    #[error("it is JSON, but no JSON Feed")]
    OtherJson,
    /// It is neither XML nor JSON.
    #[error("it is neither XML nor JSON")]
    Neither,
}

/// Reads a feed of any format.
pub fn read(bytes: &[u8], hints: &Hints<'_>) -> Result<Feed, NotAFeed> {
    let decoded = encoding::decode(bytes, hints.content_type);
    let text = decoded.text.as_ref();
    if text.trim_start().is_empty() {
        return Err(NotAFeed::Empty);
    }
    let inside =
        |(inside, complaints): (Cow<'_, str>, Complaints)| read_text(&inside, decoded.encoding, hints, complaints);
    // Escaped quotes would be taken for damage.
    if let Some(Ok(feed)) = envelope::string(text).map(inside) {
        return Ok(feed);
    }
    // What is no feed may hold one.
    read_text(text, decoded.encoding, hints, decoded.complaints)
        .or_else(|why| envelope::opened(text).map(inside).and_then(Result::ok).ok_or(why))
}

fn read_text(text: &str, encoding: &'static str, hints: &Hints<'_>, complaints: Complaints) -> Result<Feed, NotAFeed> {
    let begin = text.trim_start();
    if begin.starts_with(['{', '[']) {
        return dialects::read_json(begin, encoding, hints, complaints);
    }
    match reader::read(text, encoding, hints, complaints) {
        Ok(feed) => Ok(feed),
        Err(reader::NoRoot::Page(complaints)) => dialects::read_page(text, encoding, hints, complaints),
        Err(reader::NoRoot::Elements(root)) if root.eq_ignore_ascii_case("opml") => Err(NotAFeed::List),
        Err(reader::NoRoot::Elements(root)) => Err(NotAFeed::OtherXml { root }),
        Err(reader::NoRoot::Nothing) => Err(NotAFeed::Neither),
    }
}
