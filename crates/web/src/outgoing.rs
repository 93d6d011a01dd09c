//! From cards to a feed: what may be shown of each, and where it comes from.

use std::collections::HashMap;

use model::{PostId, Show, Time};
use store::{Card, StoreError};

use crate::card::{bylines, picture};
use crate::drawing::Drawing;
use crate::feeds::{Entry, Format, Origin, Outgoing, Person};
use crate::newsroom::Newsroom;
use crate::show::{Policy, licence_of};

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

/// The feed of these posts.
pub(crate) async fn draw(
    newsroom: &Newsroom,
    title: String,
    ways: Ways,
    cards: &[Card],
    format: Format,
) -> Result<Drawing, StoreError> {
    let usual = newsroom.settings().show;
    let is_whole = |card: &&Card| {
        let licence = licence_of(card.licence.as_ref(), &card.source);
        Policy::of(&card.source, licence.as_ref(), usual).show() == Show::Full
    };
    let whole: Vec<PostId> = cards.iter().filter(is_whole).map(|card| card.id).collect();
    let bodies = newsroom.store().bodies(&whole).await?;
    let mut texts: HashMap<PostId, String> = bodies.into_iter().collect();
    let mut room = MOST_TEXT_BYTES;
    let mut entries = Vec::with_capacity(cards.len());
    for card in cards {
        let text = texts.remove(&card.id).filter(|text| !text.is_empty() && text.len() <= room);
        room -= text.as_ref().map_or(0, |text| text.len());
        entries.push(entry(newsroom, card, text));
    }
    let feed = Outgoing {
        title,
        subtitle: newsroom.settings().about.clone(),
        page: newsroom.absolute(&ways.page),
        own: newsroom.absolute(&ways.own),
        older: ways.older.map(|older| newsroom.absolute(&older)),
        icon: newsroom.absolute("/favicon.svg"),
        updated: entries.iter().map(|entry| entry.updated).max().unwrap_or(Time::from_millis(0)),
        entries,
    };
    Ok(Drawing::file(format.content_type(), feed.write(format)).fresh_for(FRESH_SECONDS))
}

fn entry(newsroom: &Newsroom, card: &Card, text: Option<String>) -> Entry {
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
        published: card.place,
        updated: card.revised_at,
        language: card.language.clone(),
        excerpt: card.excerpt.clone(),
        text,
        licence: licence_of(card.licence.as_ref(), &card.source),
        picture: picture(card).map(|picture| picture.src),
    }
}
