//! A post as it stands in a river, and the days that posts are laid out in.

use html::Kept;
use jiff::civil::Date;
use model::{Address, Licence};
use store::{Card, SourceRecord, SourceRef};

use crate::days;
use crate::frame::Way;
use crate::gallery::{self, Gallery};
use crate::newsroom::Moment;
use crate::tongue::Tongue;

/// A post as a card.
#[derive(Debug, Clone)]
pub(crate) struct CardView {
    pub(crate) id: i64,
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) tongue: Tongue,
    pub(crate) source: Named,
    pub(crate) icon: IconView,
    pub(crate) shows_source: bool,
    pub(crate) authors: Vec<Byline>,
    pub(crate) at: String,
    pub(crate) clock: String,
    pub(crate) original: Option<Outside>,
    pub(crate) excerpt: String,
    pub(crate) picture: Option<PictureView>,
    pub(crate) lead: bool,
    day: Date,
}

/// Something of ours with its name and its page.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// An author's name, with a page where there is one.
#[derive(Debug, Clone)]
pub(crate) struct Byline {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
}

/// A way out, with the host it leads to.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    pub(crate) href: String,
    pub(crate) host: String,
}

/// The picture that a post leads with: from where it is kept, or in words with the way to it.
#[derive(Debug, Clone)]
pub(crate) struct PictureView {
    pub(crate) kept: Option<Kept>,
    pub(crate) alt: String,
    pub(crate) outside: Outside,
}

/// The mark beside a source's name: its icon, or the first letter of its name.
#[derive(Debug, Clone)]
pub(crate) struct IconView {
    pub(crate) src: Option<String>,
    pub(crate) letter: String,
}

/// A licence, with its text where it is known.
#[derive(Debug, Clone)]
pub(crate) struct LicenceView {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
}

/// The posts of one day.
#[derive(Debug, Clone)]
pub(crate) struct DayView {
    pub(crate) date: String,
    pub(crate) name: String,
    pub(crate) rest: String,
    pub(crate) cards: Vec<CardView>,
}

/// The page of a post.
pub(crate) fn post_href(card: &Card) -> String {
    format!("/post/{}/{}", card.id, store::slug(&card.title, "post"))
}

impl CardView {
    pub(crate) fn new(card: &Card, gallery: &Gallery, moment: &Moment) -> Self {
        Self {
            id: card.id.get(),
            href: post_href(card),
            title: card.title.clone(),
            tongue: Tongue::of(card.language.as_ref()),
            source: Named { name: card.source.name.clone(), href: format!("/source/{}", card.source.slug) },
            shows_source: true,
            authors: bylines(card),
            at: card.place.to_string(),
            clock: days::clock(card.place, &moment.zone),
            original: card.link.as_deref().and_then(Outside::at),
            excerpt: card.excerpt.clone(),
            icon: IconView::of(&card.source),
            picture: gallery.lead(card),
            lead: false,
            day: days::day_of(card.place, &moment.zone),
        }
    }
}

impl Outside {
    /// A way to this address, if it is one of the web.
    pub(crate) fn at(address: &str) -> Option<Self> {
        let address = Address::parse(address).ok()?;
        Some(Self { host: address.spoken_host().to_owned(), href: address.into() })
    }
}

impl LicenceView {
    pub(crate) fn new(licence: &Licence) -> Self {
        Self { name: licence.name().to_owned(), href: licence.address().map(str::to_owned) }
    }
}

impl From<Named> for Way {
    fn from(named: Named) -> Self {
        Self { href: named.href, words: named.name }
    }
}

/// Who wrote it: the authors we know, else the line that stood there.
pub(crate) fn bylines(card: &Card) -> Vec<Byline> {
    if card.authors.is_empty() {
        return card.author_line.iter().map(|name| Byline { name: name.clone(), href: None }).collect();
    }
    let known = |author: &store::AuthorRef| Byline {
        name: author.name.clone(),
        href: Some(format!("/author/{}", author.slug)),
    };
    card.authors.iter().map(known).collect()
}

/// The site that a source belongs to, as people say it.
pub(crate) fn host(source: &SourceRecord) -> String {
    let site = source.site.as_deref().and_then(|site| Address::parse(site).ok());
    site.as_ref().unwrap_or(&source.address).spoken_host().to_owned()
}

impl IconView {
    /// The mark of a source.
    pub(crate) fn of(source: &SourceRef) -> Self {
        let first = source.name.chars().find(|letter| letter.is_alphanumeric());
        Self {
            src: source.icon.as_deref().map(gallery::href),
            letter: first.map_or_else(|| "·".to_owned(), |letter| letter.to_uppercase().collect()),
        }
    }
}

/// A post in a line.
pub(crate) struct Line {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) tongue: Tongue,
    pub(crate) source: Named,
    pub(crate) at: String,
    pub(crate) date: String,
}

impl Line {
    pub(crate) fn new(card: &Card, moment: &Moment) -> Self {
        let (at, date) = days::dated(card, &moment.zone);
        Self {
            href: post_href(card),
            title: card.title.clone(),
            tongue: Tongue::of(card.language.as_ref()),
            source: Named { name: card.source.name.clone(), href: format!("/source/{}", card.source.slug) },
            at: at.to_string(),
            date,
        }
    }
}

/// Posts under their days, in the order they come in.
pub(crate) fn by_day(cards: Vec<CardView>, moment: &Moment) -> Vec<DayView> {
    let mut days: Vec<DayView> = Vec::new();
    for card in cards {
        let date = card.day.to_string();
        match days.last_mut() {
            Some(day) if day.date == date => day.cards.push(card),
            _ => {
                let named = days::day_name(card.day, moment.today);
                days.push(DayView { date, name: named.name, rest: named.rest, cards: vec![card] });
            }
        }
    }
    days
}
