//! The parts that feeds and entries are made of.

use std::sync::Arc;

use model::Time;
use url::Url;

/// A text, as it was claimed: nothing in it is safe to show before it is cleaned.
#[derive(Clone, PartialEq, Debug)]
pub struct Text {
    /// How to read the value.
    pub kind: TextKind,
    /// The text itself; markup where the kind says so.
    pub value: String,
    /// The language that holds for it.
    pub language: Option<Arc<str>>,
    /// The address that relative addresses in it start from.
    pub base: Option<Arc<Url>>,
    /// The media type, where it is none of the three kinds.
    pub media_type: Option<Box<str>>,
    /// Where the content is, when it is not here.
    pub address: Option<Box<str>>,
}

impl Text {
    /// A plain text without language or base.
    pub fn plain(value: impl Into<String>) -> Self {
        Self { kind: TextKind::Plain, value: value.into(), language: None, base: None, media_type: None, address: None }
    }

    /// The media type of the value.
    pub fn media_type(&self) -> &str {
        self.media_type.as_deref().unwrap_or(match self.kind {
            TextKind::Plain => "text/plain",
            TextKind::Html => "text/html",
            TextKind::Xhtml => "application/xhtml+xml",
        })
    }

    /// Whether the value is markup.
    pub fn is_markup(&self) -> bool {
        self.kind != TextKind::Plain
    }
}

/// How to read the value of a [`Text`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextKind {
    /// As it stands.
    Plain,
    /// As HTML.
    Html,
    /// As HTML too; it was written as XML inside the feed.
    Xhtml,
}

/// A date as it was written, and the instant that we take it for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Date {
    /// As it was written.
    pub raw: String,
    /// The instant, where the words make sense.
    pub at: Option<Time>,
}

impl Date {
    /// Reads a date.
    pub fn read(raw: &str) -> Self {
        Self { raw: raw.to_owned(), at: crate::date::read(raw) }
    }
}

/// A link with its circumstances.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Link {
    /// Where it leads: absolute if that can be known.
    pub href: String,
    /// What the target is to this thing: `alternate`, `self`, `hub`, `enclosure`, `replies`, `next`, …
    pub rel: String,
    /// The media type that was named or that is usual for the relation.
    pub media_type: Option<String>,
    /// The target's language.
    pub hreflang: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its size as it was written.
    pub length: Option<String>,
}

/// Somebody.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Person {
    /// The name.
    pub name: Option<String>,
    /// The mail address.
    pub email: Option<String>,
    /// The address of a page about them.
    pub address: Option<String>,
    /// The address of a picture of them.
    pub avatar: Option<String>,
}

impl Person {
    pub(crate) fn is_empty(&self) -> bool {
        self.name.is_none() && self.email.is_none() && self.address.is_none()
    }
}

/// What something is about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tag {
    /// The word.
    pub term: Option<String>,
    /// The address of the list of words that it is from.
    pub scheme: Option<String>,
    /// The word for people.
    pub label: Option<String>,
}

/// A file that comes with an entry.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Enclosure {
    /// Where it is: absolute if that can be known.
    pub address: String,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its size as it was written.
    pub length: Option<String>,
    /// Its title.
    pub title: Option<String>,
}

/// The program that made a feed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Generator {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Where it is described.
    pub address: Option<String>,
}

/// A picture.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Image {
    /// Where it is.
    pub address: Option<String>,
    /// What it shows.
    pub title: Option<String>,
    /// Where a click on it leads.
    pub link: Option<String>,
    /// More about it.
    pub description: Option<String>,
    /// Pixels across.
    pub width: Option<u32>,
    /// Pixels down.
    pub height: Option<u32>,
}

/// A form that a feed offers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TextInput {
    /// The button's label.
    pub title: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The field's name.
    pub name: Option<String>,
    /// Where it is sent.
    pub link: Option<String>,
}

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weekday {
    /// The first of the working week.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The first of the weekend.
    Saturday,
    /// The second.
    Sunday,
}

/// Where something is about, longitude before latitude.
#[derive(Clone, PartialEq, Debug)]
pub enum Place {
    /// One place.
    Point(Vec<f64>),
    /// A way.
    Line(Vec<Vec<f64>>),
    /// An area: its outer ring.
    Polygon(Vec<Vec<f64>>),
    /// A box: its lower and its upper corner.
    Box(Vec<Vec<f64>>),
    /// A place was named, but its coordinates make no sense.
    Unreadable,
}

/// What Media RSS says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Media {
    /// Small pictures: `url`, `width`, `height`, `time` as they were written.
    pub thumbnails: Vec<Attributes>,
    /// Files: `url`, `type`, `medium`, … as they were written.
    pub contents: Vec<Attributes>,
    /// Who took part: `role`, `scheme`, and the name as `content`.
    pub credits: Vec<Attributes>,
    /// The licence: `href`, `type`, and its words as `content`.
    pub licence: Attributes,
    /// Where it plays: `url`, …
    pub player: Attributes,
    /// For whom it is: `scheme`, and the rating as `content`.
    pub rating: Attributes,
    /// Where it may be shown: `relationship`, `type`.
    pub restriction: Attributes,
    /// The countries of the restriction.
    pub countries: Vec<String>,
}

impl Media {
    /// The same without the room for more.
    pub(crate) fn fitted(mut self: Box<Self>) -> Box<Self> {
        for list in [&mut self.thumbnails, &mut self.contents, &mut self.credits] {
            list.shrink_to_fit();
        }
        self
    }
}

/// Attributes as they were written, in their order.
pub type Attributes = Vec<(String, String)>;

/// What the podcast modules (iTunes, Podcasting 2.0, simple chapters) say.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Podcast {
    /// Whether it asks to be left out of directories, in the one word for it (`Yes`) and nothing around it.
    pub block: Option<bool>,
    /// Whether it says that it is explicit, as it was written: a word with white space around it is none that a directory
    /// knows.
    pub explicit: Option<String>,
    /// How long it lasts, as it was written.
    pub duration: Option<String>,
    /// `full`, `trailer` or `bonus`; `episodic` or `serial` of a show.
    pub kind: Option<String>,
    /// Its season.
    pub season: Option<String>,
    /// Its number.
    pub episode: Option<String>,
    /// The show's lasting identifier (`podcast:guid`).
    pub guid: Option<String>,
    /// Words spoken: where they can be read (`podcast:transcript`), with type and language.
    pub transcripts: Vec<Link>,
    /// Where the list of chapters can be fetched (`podcast:chapters`).
    pub chapters_address: Option<String>,
    /// Who takes part, with their roles (`podcast:person`).
    pub people: Vec<Part>,
    /// Where listeners can give money (`podcast:funding`), with the words of the link.
    pub funding: Vec<Link>,
    /// The name of the place that it is about (`podcast:location`); where that is, is in `place`.
    pub location: Option<String>,
    /// The version of the chapters' format.
    pub chapters_version: Option<String>,
    /// The chapters themselves.
    pub chapters: Vec<Chapter>,
}

/// Somebody who takes part in a recording.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Part {
    /// Who it is.
    pub person: Person,
    /// As what: `host`, `guest`, …; a host where nothing is said.
    pub role: Option<String>,
    /// The group of roles: `cast`, `writing`, …
    pub group: Option<String>,
}

/// A chapter of a recording.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Chapter {
    /// Seconds from the beginning.
    pub start: Option<f64>,
    /// Its title.
    pub title: Option<String>,
    /// A page about it.
    pub link: Option<String>,
    /// A picture for it.
    pub image: Option<String>,
}

/// An element that we know no better place for.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Extension {
    /// The usual prefix of its namespace, or the one that the feed gave it; empty without one.
    pub prefix: String,
    /// Its name without the prefix.
    pub name: String,
    /// Its attributes.
    pub attributes: Attributes,
    /// Its text.
    pub text: String,
    /// The elements inside it.
    pub children: Vec<Extension>,
}
