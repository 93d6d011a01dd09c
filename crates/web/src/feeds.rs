//! Rivers as feeds: one plain value, written as Atom, RSS 2.0 or JSON Feed.

mod atom;
mod json;
mod rss;
mod xml;

#[cfg(test)]
mod back;
#[cfg(test)]
mod rules;

use bytes::Bytes;
use model::{Language, Licence, Time};

/// The formats that every river is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Atom,
    Rss,
    Json,
}

impl Format {
    pub(crate) const ALL: [Format; 3] = [Format::Atom, Format::Rss, Format::Json];

    /// The end of an address that asks for it.
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// Its name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Atom => "Atom",
            Self::Rss => "RSS",
            Self::Json => "JSON Feed",
        }
    }

    /// The type that `link` elements name it by.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }

    /// The type that it is sent as.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml; charset=utf-8",
            Self::Rss => "application/rss+xml; charset=utf-8",
            Self::Json => "application/feed+json; charset=utf-8",
        }
    }

    /// The name before a feed's ending and the format: `riverton.atom` is `riverton` as Atom.
    pub(crate) fn of(name: &str) -> Option<(&str, Self)> {
        Self::ALL.into_iter().find_map(|format| Some((name.strip_suffix(format.ending())?.strip_suffix('.')?, format)))
    }
}

/// A river as a feed.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// The page that shows the same.
    pub(crate) page: String,
    /// Its own address.
    pub(crate) own: String,
    /// The next older part of it.
    pub(crate) older: Option<String>,
    /// The hub that tells when it changes.
    pub(crate) hub: Option<String>,
    pub(crate) icon: String,
    pub(crate) updated: Time,
    pub(crate) entries: Vec<Entry>,
}

/// A post in a feed.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Our lasting address for it: what readers know it by.
    pub(crate) id: String,
    /// The original, or our page where it has no address.
    pub(crate) link: String,
    pub(crate) title: String,
    pub(crate) authors: Vec<Person>,
    pub(crate) source: Origin,
    /// When it was published; unknown where it claims no date.
    pub(crate) published: Option<Time>,
    pub(crate) updated: Time,
    pub(crate) language: Option<Language>,
    pub(crate) excerpt: String,
    /// The whole text as markup, where it may be shown.
    pub(crate) text: Option<String>,
    pub(crate) licence: Option<Licence>,
    pub(crate) picture: Option<String>,
    pub(crate) topics: Vec<Category>,
}

/// A topic that it is about.
#[derive(Debug, Clone)]
pub(crate) struct Category {
    /// The word that its address has.
    pub(crate) term: String,
    pub(crate) name: String,
}

/// Who wrote it.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) address: Option<String>,
}

/// Where it was read.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) name: String,
    pub(crate) feed: String,
    pub(crate) site: Option<String>,
}

impl Outgoing {
    /// The feed in that format.
    pub(crate) fn write(&self, format: Format) -> Bytes {
        match format {
            Format::Atom => atom::write(self).into(),
            Format::Rss => rss::write(self).into(),
            Format::Json => json::write(self).into(),
        }
    }
}

impl Entry {
    /// The whole text where it may be shown, else the excerpt as markup.
    fn markup(&self) -> String {
        self.text.clone().unwrap_or_else(|| format!("<p>{}</p>", xml::text(&self.excerpt)))
    }
}
