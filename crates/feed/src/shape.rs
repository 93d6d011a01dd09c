//! The one shape that every dialect is read into.

mod parts;

use serde::Serialize;

use crate::complaint::Complaint;
pub use parts::{
    Attributes, Chapter, Date, Enclosure, Extension, Generator, Image, Link, Media, Part, Person, Place, Podcast, Tag,
    Text, TextInput, TextKind, Weekday,
};

/// Which dialect a feed is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Format {
    /// RSS 0.90, Netscape's first, in RDF.
    #[serde(rename = "rss090")]
    Rss090,
    /// RSS 0.91 with Netscape's document type.
    #[serde(rename = "rss091n")]
    Rss091Netscape,
    /// RSS 0.91 as UserLand wrote it.
    #[serde(rename = "rss091u")]
    Rss091UserLand,
    /// RSS 0.92.
    #[serde(rename = "rss092")]
    Rss092,
    /// RSS 0.93.
    #[serde(rename = "rss093")]
    Rss093,
    /// RSS 0.94.
    #[serde(rename = "rss094")]
    Rss094,
    /// RSS 1.0, in RDF.
    #[serde(rename = "rss10")]
    Rss10,
    /// RSS 2.0 and its minor versions.
    #[serde(rename = "rss20")]
    Rss20,
    /// RSS of no or an unknown version.
    #[serde(rename = "rss")]
    Rss,
    /// Atom 0.3 and its drafts.
    #[serde(rename = "atom03")]
    Atom03,
    /// Atom 1.0, RFC 4287.
    #[serde(rename = "atom10")]
    Atom10,
    /// Atom of no or an unknown version.
    #[serde(rename = "atom")]
    Atom,
    /// Microsoft's Channel Definition Format.
    #[serde(rename = "cdf")]
    Cdf,
    /// JSON Feed 1.
    #[serde(rename = "json1")]
    Json10,
    /// JSON Feed 1.1.
    #[serde(rename = "json11")]
    Json11,
    /// Marked-up HTML: h-feed and h-entry.
    #[serde(rename = "hfeed")]
    HFeed,
}

impl Format {
    /// Whether it is one of the Atoms.
    pub fn is_atom(self) -> bool {
        matches!(self, Self::Atom | Self::Atom03 | Self::Atom10)
    }
}

/// A feed: what it says of itself, and its entries.
#[derive(Clone, PartialEq, Debug)]
pub struct Feed {
    /// Which dialect it is written in.
    pub format: Format,
    /// The encoding that it was read with.
    pub encoding: &'static str,
    /// What was wrong with it and how it was read nevertheless; the first ones, where there are very many.
    pub complaints: Vec<Complaint>,
    /// Its lasting name.
    pub id: Option<String>,
    /// What it calls itself.
    pub title: Option<Text>,
    /// Its second line, or description.
    pub subtitle: Option<Text>,
    /// A note to people who open the feed in a browser.
    pub info: Option<Text>,
    /// Its links, in order: the site (`alternate`), itself (`self`), its hub (`hub`), pages of it (`next`).
    pub links: Vec<Link>,
    /// Who writes it.
    pub authors: Vec<Person>,
    /// Who helps to write it.
    pub contributors: Vec<Person>,
    /// Who publishes it.
    pub publisher: Option<Person>,
    /// Its language, as it names it.
    pub language: Option<String>,
    /// When it last changed.
    pub updated: Option<Date>,
    /// When it was published.
    pub published: Option<Date>,
    /// When it was made.
    pub created: Option<Date>,
    /// From when it holds.
    pub valid_from: Option<Date>,
    /// Until when it holds.
    pub valid_until: Option<Date>,
    /// What made it.
    pub generator: Option<Generator>,
    /// The address or the name of its licence.
    pub licence: Option<String>,
    /// Its rights line.
    pub rights: Option<Text>,
    /// The address of a small square picture.
    pub icon: Option<String>,
    /// The address of a larger picture.
    pub logo: Option<String>,
    /// A picture with its circumstances.
    pub image: Option<Image>,
    /// For how many minutes it asks not to be looked at again.
    pub ttl_minutes: Option<u32>,
    /// Hours of the day (UTC, 0 to 23) in which it asks not to be looked at.
    pub skip_hours: Vec<u8>,
    /// Days on which it asks not to be looked at.
    pub skip_days: Vec<Weekday>,
    /// How often it says that it changes, as a time between two changes (`sy:updatePeriod`, `sy:updateFrequency`).
    pub rhythm: Option<std::time::Duration>,
    /// What it is about.
    pub tags: Vec<Tag>,
    /// The address of the format's documentation.
    pub docs: Option<String>,
    /// Where it has moved to.
    pub new_address: Option<String>,
    /// An address for its readers' software to register with (RSS `cloud`), as its attributes.
    pub cloud: Vec<(String, String)>,
    /// A form that it offers (RSS `textInput`).
    pub text_input: Option<TextInput>,
    /// Where it is about.
    pub place: Option<Place>,
    /// What Media RSS says.
    pub media: Option<Box<Media>>,
    /// What the podcast modules say.
    pub podcast: Option<Box<Podcast>>,
    /// Its entries, in their order.
    pub entries: Vec<Entry>,
    /// Elements that we know no better place for.
    pub extensions: Vec<Extension>,
}

/// One entry of a feed.
///
/// What few entries have stands in a box: a feed of short entries would be mostly room for what they don't say.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Entry {
    /// Its lasting name.
    pub id: Option<String>,
    /// Whether the id is the entry's link too, and the entry has no other.
    pub id_is_link: bool,
    /// Its title.
    pub title: Option<Text>,
    /// Its second line.
    pub subtitle: Option<Box<Text>>,
    /// Its links, in order.
    pub links: Vec<Link>,
    /// Where the entry is, as far as other elements than its links say it: see [`Entry::link`].
    pub permalink: Option<String>,
    /// Who wrote it.
    pub authors: Vec<Person>,
    /// Who helped.
    pub contributors: Vec<Person>,
    /// Who published it.
    pub publisher: Option<Box<Person>>,
    /// A short text, or the only one.
    pub summary: Option<Text>,
    /// The full text, in one or more forms.
    pub content: Vec<Text>,
    /// When it was published.
    pub published: Option<Date>,
    /// When it last changed.
    pub updated: Option<Date>,
    /// When it was made.
    pub created: Option<Box<Date>>,
    /// When it ceases to hold.
    pub expires: Option<Box<Date>>,
    /// What it is about.
    pub tags: Vec<Tag>,
    /// Files that come with it.
    pub enclosures: Vec<Enclosure>,
    /// The address or the name of its licence.
    pub licence: Option<String>,
    /// Its rights line.
    pub rights: Option<Box<Text>>,
    /// Its language, where it names one itself.
    pub language: Option<String>,
    /// The feed that it came from, where this feed passes it on.
    pub source: Option<Box<Origin>>,
    /// The address of its comments page.
    pub comments: Option<String>,
    /// Its picture.
    pub image: Option<Box<Image>>,
    /// Where it is about.
    pub place: Option<Place>,
    /// What Media RSS says.
    pub media: Option<Box<Media>>,
    /// What the podcast modules say.
    pub podcast: Option<Box<Podcast>>,
    /// Elements that we know no better place for.
    pub extensions: Vec<Extension>,
}

/// The feed that an entry came from (`atom:source`, RSS `source`).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Origin {
    /// The feed's address.
    pub address: Option<String>,
    /// Its lasting name.
    pub id: Option<String>,
    /// What it calls itself.
    pub title: Option<Text>,
    /// Its second line.
    pub subtitle: Option<Text>,
    /// Its links.
    pub links: Vec<Link>,
    /// Who writes it.
    pub authors: Vec<Person>,
    /// Who helps to write it.
    pub contributors: Vec<Person>,
    /// When it last changed.
    pub updated: Option<Date>,
    /// Its rights line.
    pub rights: Option<Text>,
    /// Its licence.
    pub licence: Option<String>,
    /// What made it.
    pub generator: Option<Generator>,
    /// The address of a small square picture.
    pub icon: Option<String>,
    /// The address of a larger picture.
    pub logo: Option<String>,
    /// What it is about.
    pub tags: Vec<Tag>,
}

impl Feed {
    /// A feed that says nothing yet.
    pub(crate) fn empty(format: Format, encoding: &'static str) -> Self {
        Self {
            format,
            encoding,
            complaints: Vec::new(),
            id: None,
            title: None,
            subtitle: None,
            info: None,
            links: Vec::new(),
            authors: Vec::new(),
            contributors: Vec::new(),
            publisher: None,
            language: None,
            updated: None,
            published: None,
            created: None,
            valid_from: None,
            valid_until: None,
            generator: None,
            licence: None,
            rights: None,
            icon: None,
            logo: None,
            image: None,
            ttl_minutes: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            rhythm: None,
            tags: Vec::new(),
            docs: None,
            new_address: None,
            cloud: Vec::new(),
            text_input: None,
            place: None,
            media: None,
            podcast: None,
            entries: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// Whether its bytes were damaged: it was no well-formed XML or JSON, or not in the encoding that it claims.
    pub fn is_malformed(&self) -> bool {
        self.complaints.iter().any(|complaint| complaint.kind.is_damage())
    }

    /// The site that the feed belongs to: its first `alternate` link, a page rather than another form of the feed.
    pub fn site(&self) -> Option<&str> {
        best_alternate(&self.links)
    }

    /// The feed's own address, as it names it.
    pub fn own_address(&self) -> Option<&str> {
        by_relation(&self.links, "self")
    }

    /// The WebSub hub that tells about changes.
    pub fn hub(&self) -> Option<&str> {
        by_relation(&self.links, "hub")
    }
}

impl Entry {
    /// Where the entry is; the original address where a go-between such as FeedBurner put its own in front.
    pub fn link(&self) -> Option<&str> {
        self.permalink.as_deref().or_else(|| best_alternate(&self.links))
    }

    /// The fullest text: the longest of the contents and the summary.
    pub fn body(&self) -> Option<&Text> {
        let texts = self.content.iter().chain(&self.summary);
        texts.filter(|text| !text.value.trim().is_empty()).max_by_key(|text| (text.value.len(), text.is_markup()))
    }
}

fn by_relation<'a>(links: &'a [Link], relation: &str) -> Option<&'a str> {
    links.iter().find(|link| link.rel == relation && !link.href.is_empty()).map(|link| link.href.as_str())
}

/// The first alternate that is a page, else the first alternate.
pub(crate) fn best_alternate(links: &[Link]) -> Option<&str> {
    let is_page =
        |link: &&Link| link.media_type.as_deref().is_none_or(|media| media.contains("html") || media.is_empty());
    let mut alternates = links.iter().filter(|link| link.rel == "alternate" && !link.href.is_empty());
    let first = alternates.clone().next();
    alternates.find(is_page).or(first).map(|link| link.href.as_str())
}
