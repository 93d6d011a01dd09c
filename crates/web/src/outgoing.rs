//! From cards to a feed: what may be shown of each, and where it comes from; and what stands around the entries of a feed.

use std::collections::HashMap;

use html::SafeHtml;
use model::{PostId, Show, Time};
use search::{Topic, Vocabulary};
use store::{Card, StoreError};

use crate::card::bylines;
use crate::drawing::Drawing;
use crate::feeds::{Category, Entry, Format, Origin, Outgoing, Person};
use crate::gallery::Gallery;
use crate::newsroom::Newsroom;
use crate::shelf::words_of;
use crate::show::{Policy, licence_of};
use crate::topics;

/// How many posts stand in a feed.
pub(crate) const ENTRIES: u32 = 40;
/// The most bytes of whole texts in a feed; posts after that show their excerpts.
const MOST_TEXT_BYTES: usize = 1 << 20;
/// For how long a reader program may rest.
const FRESH_SECONDS: u32 = 300;

/// The addresses of a feed, as paths.
pub(crate) struct Ways {
    pub(crate) page: String,
    pub(crate) own: String,
    pub(crate) older: Option<String>,
}

impl Entry {
    /// An entry about what has a page here and is no post, in the feed at a path; the rest of it is still to be told.
    pub(crate) fn of_ours(newsroom: &Newsroom, page: &str, at: Time, feed: &str) -> Self {
        let page = newsroom.absolute(page);
        Self {
            id: page.clone(),
            link: page,
            title: String::new(),
            authors: Vec::new(),
            source: Origin { name: newsroom.settings().name.clone(), feed: newsroom.absolute(feed), site: None },
            published: None,
            updated: at,
            language: None,
            excerpt: String::new(),
            text: None,
            licence: None,
            picture: None,
            topics: Vec::new(),
        }
    }
}

/// The feed of these posts.
pub(crate) async fn draw(
    newsroom: &Newsroom,
    title: String,
    ways: Ways,
    cards: &[Card],
    format: Format,
) -> Result<Drawing, StoreError> {
    Ok(feed(newsroom, title, ways, posts(newsroom, cards).await?, format))
}

/// These posts as a feed has them.
pub(crate) async fn posts(newsroom: &Newsroom, cards: &[Card]) -> Result<Vec<Entry>, StoreError> {
    let usual = newsroom.settings().show;
    let is_whole = |card: &&Card| {
        let licence = licence_of(card.licence.as_ref(), &card.source);
        Policy::of(&card.source, licence.as_ref(), usual).show() == Show::Full
    };
    let whole: Vec<PostId> = cards.iter().filter(is_whole).map(|card| card.id).collect();
    let bodies = newsroom.store().bodies(&whole).await?;
    let texts: HashMap<PostId, SafeHtml> =
        bodies.into_iter().map(|(id, text)| (id, SafeHtml::from_store(text))).collect();
    let gallery = gallery(newsroom, cards, &texts).await?;
    let mut texts: HashMap<PostId, String> =
        texts.into_iter().map(|(id, text)| (id, gallery.hang(&text).as_str().to_owned())).collect();
    let mut room = MOST_TEXT_BYTES;
    let mut entries = Vec::with_capacity(cards.len());
    for (card, topics) in cards.iter().zip(topics(newsroom, cards).await?) {
        let text = texts.remove(&card.id).filter(|text| !text.is_empty() && text.len() <= room);
        room -= text.as_ref().map_or(0, |text| text.len());
        entries.push(Entry { topics, ..entry(newsroom, card, &gallery, text) });
    }
    Ok(entries)
}

/// The feed of these entries.
pub(crate) fn feed(newsroom: &Newsroom, title: String, ways: Ways, entries: Vec<Entry>, format: Format) -> Drawing {
    let own = newsroom.absolute(&ways.own);
    let hub = newsroom.settings().hub.as_ref().filter(|_| is_told(&ways.own)).map(ToString::to_string);
    // WebSub §4: headers are found in every format alike.
    let links = hub.as_ref().map(|hub| format!("<{hub}>; rel=\"hub\", <{own}>; rel=\"self\""));
    let feed = Outgoing {
        title,
        subtitle: newsroom.settings().about.clone(),
        page: newsroom.absolute(&ways.page),
        own,
        older: ways.older.map(|older| newsroom.absolute(&older)),
        hub,
        icon: newsroom.absolute("/favicon.svg"),
        updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(Time::from_millis(0)),
        entries,
    };
    let drawing = Drawing::file(format.content_type(), feed.write(format)).fresh_for(FRESH_SECONDS);
    match links {
        Some(links) => drawing.with_links(links),
        None => drawing,
    }
}

/// Whether a hub is told when the feed at this path changes: the whole river's, a group's, a source's. There is no end of
/// other filters, and what is older does not change.
fn is_told(own: &str) -> bool {
    let (path, query) = own.split_once('?').unwrap_or((own, ""));
    let is_group = query.starts_with("group=") && !query.contains('&');
    path.starts_with("/river.") && (query.is_empty() || is_group) || path.starts_with("/source/") && query.is_empty()
}

/// The pictures that these posts lead with, and those in their texts.
async fn gallery(
    newsroom: &Newsroom,
    cards: &[Card],
    texts: &HashMap<PostId, SafeHtml>,
) -> Result<Gallery, StoreError> {
    let leads = cards.iter().filter_map(|card| card.picture.as_ref()).map(|picture| picture.address.clone());
    let within = texts.values().flat_map(SafeHtml::pictures).map(|picture| picture.address);
    let addresses: Vec<String> = leads.chain(within).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    Ok(Gallery::of(newsroom, &addresses).await?.for_feeds(newsroom))
}

fn entry(newsroom: &Newsroom, card: &Card, gallery: &Gallery, text: Option<String>) -> Entry {
    let id = newsroom.absolute(&format!("/post/{}", card.id));
    Entry {
        link: card.link.clone().unwrap_or_else(|| id.clone()),
        id,
        title: card.title.clone(),
        authors: bylines(card)
            .into_iter()
            .map(|author| Person { name: author.name, address: author.href.map(|href| newsroom.absolute(&href)) })
            .collect(),
        source: Origin {
            name: card.source.name.clone(),
            feed: card.source.address.clone(),
            site: card.source.site.clone(),
        },
        published: card.claimed_at.map(|_| card.place),
        updated: card.revised_at,
        language: card.language.clone(),
        excerpt: card.excerpt.clone(),
        text,
        licence: licence_of(card.licence.as_ref(), &card.source),
        picture: gallery.lead(card).and_then(|picture| picture.kept).map(|kept| kept.address),
        topics: Vec::new(),
    }
}

/// What each of these posts is about: as the index has it; what is not in it yet, or where it cannot be read, is read here.
async fn topics(newsroom: &Newsroom, cards: &[Card]) -> Result<Vec<Vec<Category>>, StoreError> {
    let ids: Vec<PostId> = cards.iter().map(|card| card.id).collect();
    let known = newsroom.shelf().topics_of(&ids).await.unwrap_or_else(|_| vec![None; ids.len()]);
    let category = |topic: &Topic| Category { term: topic.slug.to_owned(), name: topic.name.to_owned() };
    let named =
        |slugs: Vec<String>| slugs.iter().filter_map(|slug| Vocabulary::built_in().topic(slug)).map(category).collect();
    let mut all: Vec<Option<Vec<Category>>> = known.into_iter().map(|known| known.map(named)).collect();
    let unread: Vec<PostId> = ids.iter().zip(&all).filter(|(_, known)| known.is_none()).map(|(id, _)| *id).collect();
    let bodies: HashMap<PostId, String> = newsroom.store().bodies(&unread).await?.into_iter().collect();
    let said = newsroom.store().topics_said_of_posts(&unread).await?;
    for (card, topics) in cards.iter().zip(&mut all).filter(|(_, topics)| topics.is_none()) {
        let text = words_of(bodies.get(&card.id).map_or("", String::as_str));
        let about = topics::of_post(card, &text, said.get(&card.id).map_or(&[][..], Vec::as_slice));
        *topics = Some(about.iter().map(|about| category(about.topic)).collect());
    }
    Ok(all.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hubs_are_told_of_feeds_that_are_followed() {
        for told in ["/river.atom", "/river.json?group=councils", "/source/riverton.rss"] {
            assert!(is_told(told), "{told}");
        }
        for not in [
            "/river.atom?language=cy",
            "/river.atom?group=a&language=cy",
            "/river.rss?before=1-2",
            "/source/riverton.rss?before=1-2",
            "/author/ann.atom",
        ] {
            assert!(!is_told(not), "{not}");
        }
    }
}
