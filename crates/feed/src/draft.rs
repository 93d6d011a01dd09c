//! What was read of a feed, an entry or an origin so far.

use std::time::Duration;

use crate::shape::{
    Attributes, Date, Enclosure, Entry, Extension, Feed, Generator, Image, Link, Media, Origin, Person, Place, Podcast,
    Tag, Text, TextInput, Weekday, best_alternate,
};

/// How much a value is to be trusted over another for the same thing; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum Rank {
    /// The dialect's own element.
    #[default]
    Own,
    /// Dublin Core's.
    DublinCore,
    /// Another module's.
    Module,
    /// A module's, about a part of the thing only.
    Part,
}

/// A value with its rank.
#[derive(Debug)]
pub(crate) struct Slot<T>(Option<(Rank, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> {
    /// Keeps the better one; of two that are as good, the first.
    pub fn put(&mut self, rank: Rank, value: T) {
        if self.rank().is_none_or(|held| rank < held) {
            self.0 = Some((rank, value));
        }
    }

    /// Keeps the better one; of two that are as good, the last.
    pub fn put_last(&mut self, rank: Rank, value: T) {
        if self.rank().is_none_or(|held| rank <= held) {
            self.0 = Some((rank, value));
        }
    }

    pub fn rank(&self) -> Option<Rank> {
        self.0.as_ref().map(|(rank, _)| *rank)
    }

    pub fn value(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }

    pub fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

impl Slot<Date> {
    /// Keeps the better date; of two that are as good, the last one. Any that can be read is better than one that
    /// cannot.
    pub fn put_date(&mut self, rank: Rank, date: Option<Date>) {
        let Some(date) = date else { return };
        match self.value().map(|held| (held.at.is_some(), date.at.is_some())) {
            Some((true, false)) => {}
            Some((false, true)) => self.0 = Some((rank, date)),
            _ => self.put_last(rank, date),
        }
    }
}

/// Everything that a feed, an entry or an origin can say.
#[derive(Default, Debug)]
pub(crate) struct Draft {
    pub id: Slot<String>,
    /// Whether the id says that it is a link.
    pub is_permalink: bool,
    pub title: Slot<Text>,
    pub subtitle: Slot<Text>,
    pub summary: Slot<Text>,
    /// What a module has as the summary.
    pub module_summary: Slot<Text>,
    pub content: Vec<Text>,
    pub info: Option<Text>,
    pub rights: Slot<Text>,
    pub links: Vec<Link>,
    /// The address before a go-between put its own in front.
    pub original_link: Option<String>,
    pub authors: Vec<(Rank, Person)>,
    pub contributors: Vec<Person>,
    pub publisher: Slot<Person>,
    pub language: Option<String>,
    pub updated: Slot<Date>,
    pub published: Slot<Date>,
    pub created: Slot<Date>,
    pub expires: Option<Date>,
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    pub generator: Option<Generator>,
    pub licence: Slot<String>,
    pub icon: Option<String>,
    pub logo: Option<String>,
    pub image: Slot<Image>,
    pub ttl_minutes: Option<u32>,
    pub skip_hours: Vec<u8>,
    pub skip_days: Vec<Weekday>,
    pub period: Option<Duration>,
    pub frequency: Option<u32>,
    pub tags: Vec<Tag>,
    pub enclosures: Vec<Enclosure>,
    pub docs: Option<String>,
    pub comments: Option<String>,
    pub new_address: Option<String>,
    pub cloud: Attributes,
    pub text_input: Option<TextInput>,
    pub place: Option<Place>,
    /// The two halves of a point that are said one by one, in degrees.
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub media: Option<Box<Media>>,
    pub podcast: Option<Box<Podcast>>,
    pub source: Option<Box<Origin>>,
    /// The address of an origin.
    pub address: Option<String>,
    pub extensions: Vec<Extension>,
}

impl Draft {
    /// Adds a person who wrote it; who is there already gains what was not known.
    pub fn add_author(&mut self, rank: Rank, person: Person) {
        if person.is_empty() || self.authors.len() >= MOST_PARTS {
            return;
        }
        let is_same = |known: &Person| {
            let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
            let differs = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
            (same(&known.name, &person.name) && !differs(&known.email, &person.email))
                || (same(&known.email, &person.email) && !differs(&known.name, &person.name))
        };
        match self.authors.iter_mut().find(|(_, known)| is_same(known)) {
            Some((held, known)) => {
                *held = rank.min(*held);
                known.name = known.name.take().or(person.name);
                known.email = known.email.take().or(person.email);
                known.address = known.address.take().or(person.address);
                known.avatar = known.avatar.take().or(person.avatar);
            }
            None => self.authors.push((rank, person)),
        }
    }

    pub fn add_tag(&mut self, tag: Tag) {
        let says_something = tag.term.is_some() || tag.label.is_some() || tag.scheme.is_some();
        if says_something && self.tags.len() < MOST_PARTS && !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
    }

    pub fn media(&mut self) -> &mut Media {
        self.media.get_or_insert_default()
    }

    pub fn podcast(&mut self) -> &mut Podcast {
        self.podcast.get_or_insert_default()
    }

    /// Whether there are so many links, files and media that no more are kept.
    pub fn is_full(&self) -> bool {
        let media = self.media.as_ref();
        let media = media.map_or(0, |media| media.contents.len() + media.thumbnails.len() + media.credits.len());
        self.links.len() + self.enclosures.len() + media >= MOST_LISTED
    }

    /// The authors that the best source of them named.
    fn best_authors(&mut self) -> Vec<Person> {
        let authors = std::mem::take(&mut self.authors);
        let is_module = |rank: Rank| rank >= Rank::Module;
        let has_better = authors.iter().any(|(rank, _)| !is_module(*rank));
        authors.into_iter().filter(|(rank, _)| !has_better || !is_module(*rank)).map(|(_, person)| person).collect()
    }

    /// Puts a module's summary where there is no other; where it says more than the other, it is the content.
    fn settle_summaries(&mut self) {
        let Some(text) = std::mem::take(&mut self.module_summary).take() else { return };
        match self.summary.value() {
            Some(summary) if self.content.is_empty() && text.value.len() > summary.value.len() => {
                self.content.push(text)
            }
            Some(summary) if !summary.value.is_empty() => {}
            _ => self.summary.put(Rank::Own, text),
        }
    }

    pub fn into_feed(mut self, mut feed: Feed) -> Feed {
        self.settle_summaries();
        feed.authors = self.best_authors();
        feed.id = self.id.take();
        feed.title = self.title.take();
        let described = self.summary.rank();
        feed.subtitle = match self.subtitle.rank() {
            Some(rank) if described.is_none_or(|other| rank < other) => self.subtitle.take(),
            subtitled => self.summary.take().or(subtitled.and(self.subtitle.take())),
        };
        feed.info = self.info;
        feed.links = self.links;
        feed.contributors = self.contributors;
        feed.publisher = self.publisher.take();
        feed.language = self.language;
        feed.updated = self.updated.take();
        feed.published = self.published.take();
        feed.created = self.created.take();
        feed.valid_from = self.valid_from;
        feed.valid_until = self.valid_until;
        feed.generator = self.generator;
        feed.licence = self.licence.take();
        feed.rights = self.rights.take();
        feed.icon = self.icon;
        feed.logo = self.logo;
        feed.image = self.image.take();
        feed.ttl_minutes = self.ttl_minutes;
        feed.skip_hours = self.skip_hours;
        feed.skip_days = self.skip_days;
        feed.rhythm = match (self.period, self.frequency) {
            (Some(period), frequency) => Some(period / frequency.unwrap_or(1).max(1)),
            (None, _) => None,
        };
        feed.tags = self.tags;
        feed.docs = self.docs;
        feed.new_address = self.new_address;
        feed.cloud = self.cloud;
        feed.text_input = self.text_input;
        feed.place = self.place;
        feed.media = self.media;
        feed.podcast = self.podcast;
        feed.extensions = self.extensions;
        feed
    }

    pub fn into_entry(mut self) -> Entry {
        self.settle_summaries();
        let authors = fitted(self.best_authors());
        let id = self.id.take();
        let has_link = self.original_link.is_some() || best_alternate(&self.links).is_some();
        let named = id.as_ref().filter(|id| self.is_permalink && !has_link && id.starts_with("http")).cloned();
        let id_is_link = self.is_permalink && !has_link;
        Entry {
            id,
            authors,
            id_is_link,
            permalink: self.original_link.or(named),
            title: self.title.take(),
            subtitle: self.subtitle.take().map(Box::new),
            links: fitted(self.links),
            contributors: fitted(self.contributors),
            publisher: self.publisher.take().map(Box::new),
            summary: self.summary.take(),
            content: fitted(self.content),
            published: self.published.take(),
            updated: self.updated.take(),
            created: self.created.take().map(Box::new),
            expires: self.expires.map(Box::new),
            tags: fitted(self.tags),
            enclosures: fitted(self.enclosures),
            licence: self.licence.take(),
            rights: self.rights.take().map(Box::new),
            language: self.language,
            source: self.source,
            comments: self.comments,
            image: self.image.take().map(Box::new),
            place: self.place,
            media: self.media.map(|media| media.fitted()),
            podcast: self.podcast,
            extensions: fitted(self.extensions),
        }
    }

    pub fn into_origin(mut self) -> Origin {
        Origin {
            authors: self.best_authors(),
            address: self.address,
            id: self.id.take(),
            title: self.title.take(),
            subtitle: self.subtitle.take().or(self.summary.take()),
            links: self.links,
            contributors: self.contributors,
            updated: self.updated.take(),
            rights: self.rights.take(),
            licence: self.licence.take(),
            generator: self.generator,
            icon: self.icon,
            logo: self.logo,
            tags: self.tags,
        }
    }
}

/// A list without the room for more: most hold one thing, and room is made for four.
pub(crate) fn fitted<T>(mut list: Vec<T>) -> Vec<T> {
    list.shrink_to_fit();
    list
}

/// How many links, enclosures and media one thing may have in all: each takes many times the room of its tag.
pub(crate) const MOST_LISTED: usize = 10_000;

/// How many texts may be the content of one thing.
pub(crate) const MOST_CONTENTS: usize = 100;

/// How many tags, authors or links of the same kind one thing may have; each is looked for among the others.
pub(crate) const MOST_PARTS: usize = 1000;
