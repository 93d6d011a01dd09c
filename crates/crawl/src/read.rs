//! From a feed as it was parsed to posts as they are kept: cleaned, titled, keyed.

mod signed;

use feed::{Date, Entry, Feed, Text, TextKind, Weekday};
use html::{CLEANER_VERSION, Cleaned, Context};
use model::{Address, Language, Licence, line};
use search::Sketch;
use store::{Body, BodyKind, NewAuthor, Picture, PostKeys};
use url::Url;

use crate::decide::Sighting;
use crate::pace::FeedWishes;
use crate::{keys, tongue};

/// The longest excerpt, in characters.
const LONGEST_EXCERPT: usize = 300;

/// A feed, read: what it says of itself and its posts.
#[derive(Debug)]
pub struct ReadFeed {
    /// What the feed says of itself.
    pub claims: Claims,
    /// What it asks of those who poll it.
    pub wishes: FeedWishes,
    /// The hub that tells about it.
    pub hub: Option<Address>,
    /// What it calls itself.
    pub own: Option<Address>,
    /// What decides about each post, in the feed's order.
    pub sightings: Vec<Sighting>,
    /// What is kept of each post, in the same order.
    pub posts: Vec<ReadPost>,
    /// What was wrong with it, in words; the first of them.
    pub complaint: Option<String>,
}

/// What a feed says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Claims {
    /// Its title, in plain text.
    pub title: Option<String>,
    /// Its second line, in plain text.
    pub about: Option<String>,
    /// The site that it belongs to.
    pub site: Option<Address>,
    /// Its language.
    pub language: Option<Language>,
    /// Its licence.
    pub licence: Option<Licence>,
    /// Its icon.
    pub icon: Option<Address>,
}

/// What is kept of a post besides what decides about it.
#[derive(Debug)]
pub struct ReadPost {
    /// The id as it was claimed.
    pub claimed_id: Option<String>,
    /// Where the post is on the web.
    pub link: Option<Address>,
    /// Who wrote it.
    pub authors: Vec<NewAuthor>,
    /// Its language.
    pub language: Option<Language>,
    /// Its licence, where it names one of its own.
    pub licence: Option<Licence>,
    /// The date as it was claimed.
    pub claimed_date: Option<String>,
    /// Its first sentences.
    pub excerpt: String,
    /// The picture to lead with.
    pub picture: Option<Picture>,
    /// Its text, as it came and cleaned; packed, so that what waits to be stored is small.
    pub body: Body,
}

/// Where a feed was found, for what it leaves unsaid.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The address that answered.
    pub address: &'a Address,
    /// What the source is called so far.
    pub source_name: &'a str,
}

/// Reads what a feed holds.
pub fn read(feed: Feed, found: &Found<'_>) -> ReadFeed {
    let claims = claims(&feed, found);
    let whole = Whole {
        authors: signed::authors(&feed.authors, found.address),
        language: claims.language.clone(),
        base: claims.site.as_ref().unwrap_or(found.address).url().clone(),
        site: claims.site.clone(),
        found,
    };
    let complaint = feed.complaints.first().map(ToString::to_string);
    let wishes = wishes(&feed);
    let absolute = |address: Option<&str>| address.and_then(|address| found.address.join(address).ok());
    let (hub, own) = (absolute(feed.hub()), absolute(feed.own_address()));
    let (sightings, posts) = feed.entries.into_iter().filter_map(|entry| read_post(entry, &whole)).unzip();
    ReadFeed { claims, wishes, hub, own, sightings, posts, complaint }
}

/// What holds for every post of a feed.
struct Whole<'a> {
    authors: Vec<NewAuthor>,
    language: Option<Language>,
    base: Url,
    site: Option<Address>,
    found: &'a Found<'a>,
}

fn claims(feed: &Feed, found: &Found<'_>) -> Claims {
    let plain = |text: &Option<Text>| {
        let text = text.as_ref()?;
        Some(line(&html::plain_title(&text.value, text.is_markup()))).filter(|plain| !plain.is_empty())
    };
    let languages = [&feed.title, &feed.subtitle].into_iter().flatten().filter_map(|text| text.language.as_deref());
    Claims {
        title: plain(&feed.title),
        about: plain(&feed.subtitle),
        site: feed.site().and_then(|site| found.address.join(site).ok()).filter(|site| site != found.address),
        language: feed.language.as_deref().into_iter().chain(languages).find_map(|tag| tag.parse().ok()),
        licence: licence(feed.licence.as_deref(), feed.rights.as_ref()),
        icon: icon(feed, found),
    }
}

/// The small picture that a feed names for itself, else the larger one.
fn icon(feed: &Feed, found: &Found<'_>) -> Option<Address> {
    let image = feed.image.as_ref().and_then(|image| image.address.as_deref());
    let named = [feed.icon.as_deref(), feed.logo.as_deref(), image];
    named.into_iter().flatten().find_map(|address| found.address.join(address).ok())
}

fn wishes(feed: &Feed) -> FeedWishes {
    let ttl = feed.ttl_minutes.map(|minutes| std::time::Duration::from_secs(u64::from(minutes) * 60));
    FeedWishes {
        period: ttl.max(feed.rhythm),
        skip_hours: feed.skip_hours.clone(),
        skip_days: feed.skip_days.iter().map(day_of_week).collect(),
    }
}

fn day_of_week(day: &Weekday) -> u8 {
    match day {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

/// A licence that is named as such, else a rights line that names one we know; "© 2026 Riverton" names none.
fn licence(named: Option<&str>, rights: Option<&Text>) -> Option<Licence> {
    named.and_then(Licence::named).or_else(|| {
        let rights = rights?;
        Licence::named(&html::plain_title(&rights.value, rights.is_markup())).filter(Licence::is_open)
    })
}

/// One entry as a post; `None` for one that says nothing.
fn read_post(mut entry: Entry, whole: &Whole<'_>) -> Option<(Sighting, ReadPost)> {
    let found = whole.found;
    let link = entry.link().and_then(|link| found.address.join(link).ok());
    let at_home = link.as_ref().is_some_and(|link| {
        let site = whole.site.as_ref();
        link.is_on_site_of(found.address) || site.is_some_and(|site| link.is_on_site_of(site))
    });
    let claimed_title = entry.title.as_ref().map(|title| line(&html::plain_title(&title.value, title.is_markup())));
    let claimed_title = claimed_title.unwrap_or_default();
    let claimed_language = language(&entry).or_else(|| whole.language.clone());
    let body = take_body(&mut entry);
    let own_base = body.as_ref().and_then(|body| body.base.as_deref()).or(link.as_ref().map(Address::url));
    let base = own_base.unwrap_or(&whole.base).clone();
    let cleaned = match &body {
        Some(body) if body.is_markup() => {
            let title = (!claimed_title.is_empty()).then_some(claimed_title.as_str());
            html::clean(&body.value, &Context { base: Some(&base), title, source_name: Some(found.source_name) })
        }
        Some(body) => html::clean_plain(&body.value),
        None => Cleaned::default(),
    };
    let picture = picture(&entry, &cleaned, &base);
    if claimed_title.is_empty() && cleaned.text.is_empty() && link.is_none() && picture.is_none() {
        return None;
    }
    let title = title(&claimed_title, &cleaned, picture.as_ref(), link.as_ref());
    let claimed = entry.published.as_ref().or(entry.created.as_deref()).or(entry.updated.as_ref());
    let words = keys::Words::of(&claimed_title, &cleaned.text);
    let links = cleaned.links.iter().map(String::as_str);
    let pictures = cleaned.pictures.iter().map(|picture| picture.address.as_str());
    let sighting = Sighting {
        keys: PostKeys {
            id: entry.id.as_deref().and_then(keys::id_key),
            link: link.as_ref().and_then(|link| model::link_key(link.as_str())),
            text: words.text_key(),
            title: words.title_key(),
            body: words.body_key(links, pictures),
        },
        original: cleaned.canonical_hint.as_deref().and_then(model::link_key),
        title,
        words: words_in(&cleaned.text),
        claimed_at: claimed.and_then(|date| date.at),
        updated_at: entry.updated.as_ref().and_then(|date| date.at),
        text: cleaned.text,
        at_home,
    };
    let own_language = cleaned.language.as_deref().and_then(|language| language.parse().ok());
    let language = tongue::language(own_language.or(claimed_language), &sighting.text, words.text());
    let own_authors = signed::authors(&entry.authors, found.address);
    let post = ReadPost {
        claimed_id: entry.id,
        link,
        authors: if own_authors.is_empty() { whole.authors.clone() } else { own_authors },
        language,
        licence: licence(entry.licence.as_deref(), entry.rights.as_deref()),
        claimed_date: claimed.map(|date: &Date| cut(&date.raw, 100)),
        excerpt: line(&html::excerpt(
            if cleaned.prose.is_empty() { &sighting.text } else { &cleaned.prose },
            LONGEST_EXCERPT,
        )),
        picture,
        body: match &body {
            Some(body) => Body {
                sketch: Sketch::of(words.text()).map(|sketch| sketch.to_bytes()),
                ..Body::new(&body.value, kind(body), Some(base.into()), cleaned.html.as_str(), CLEANER_VERSION)
            },
            None => Body::new("", BodyKind::Plain, None, "", CLEANER_VERSION),
        },
    };
    Some((sighting, post))
}

fn kind(body: &Text) -> BodyKind {
    match body.kind {
        TextKind::Plain => BodyKind::Plain,
        TextKind::Html => BodyKind::Html,
        TextKind::Xhtml => BodyKind::Xhtml,
    }
}

/// The fullest text of an entry, without a copy.
fn take_body(entry: &mut Entry) -> Option<Text> {
    let fullest = entry.body()?;
    match entry.content.iter().position(|text| std::ptr::eq(text, fullest)) {
        Some(at) => Some(entry.content.swap_remove(at)),
        None => entry.summary.take(),
    }
}

/// The nearest language that an entry names: on its body, its title, itself.
fn language(entry: &Entry) -> Option<Language> {
    let of_body = entry.body().and_then(|body| body.language.as_deref());
    let of_title = entry.title.as_ref().and_then(|title| title.language.as_deref());
    [of_body, of_title, entry.language.as_deref()].into_iter().flatten().find_map(|tag| tag.parse().ok())
}

/// The title that it claims, else its first words, else what its picture shows, else where it is.
fn title(claimed: &str, cleaned: &Cleaned, picture: Option<&Picture>, link: Option<&Address>) -> String {
    if !claimed.is_empty() {
        return claimed.to_owned();
    }
    let alternative = picture.map_or("", |picture| picture.alternative.as_str());
    let made = [cleaned.text.as_str(), alternative]
        .map(|text| line(&html::title_from_text(text)))
        .into_iter()
        .find(|made| !made.is_empty());
    made.unwrap_or_else(|| match link {
        Some(link) => format!("{}{}", link.spoken_host(), link.url().path().trim_end_matches('/')),
        None => "Untitled".to_owned(),
    })
}

/// The first picture of the body, else the one that the entry names beside it.
fn picture(entry: &Entry, cleaned: &Cleaned, base: &Url) -> Option<Picture> {
    let in_body = cleaned.pictures.iter().find(|picture| picture.width.is_none_or(|width| width >= 120));
    if let Some(html::Picture { address, alternative, width, height }) = in_body.cloned() {
        return Some(Picture { address, alternative, width, height });
    }
    let attribute = |attributes: &feed::Attributes, name: &str| {
        attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    };
    let media = entry.media.iter().flat_map(|media| {
        let files = media.contents.iter().filter(|file| {
            attribute(file, "medium").is_some_and(|medium| medium == "image")
                || attribute(file, "type").is_some_and(|kind| kind.starts_with("image/"))
        });
        files.chain(&media.thumbnails).filter_map(|file| attribute(file, "url"))
    });
    let enclosed = entry
        .enclosures
        .iter()
        .filter(|file| file.media_type.as_deref().is_some_and(|kind| kind.starts_with("image/")));
    let named = entry.image.iter().filter_map(|image| image.address.clone());
    let mut addresses = named.chain(media).chain(enclosed.map(|file| file.address.clone()));
    let address = addresses.find_map(|address| Address::try_from(base.join(&address).ok()?).ok())?;
    Some(Picture { address: address.into(), alternative: String::new(), width: None, height: None })
}

/// How many words a text has.
fn words_in(text: &str) -> u32 {
    let (mut words, mut in_gap) = (0, true);
    let mut tell = |is_gap: bool| {
        words += u32::from(in_gap && !is_gap);
        in_gap = is_gap;
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_ascii() {
            // A run of ASCII need not be decoded.
            let plain = rest.bytes().position(|byte| !byte.is_ascii()).unwrap_or(rest.len());
            rest[..plain].bytes().for_each(|byte| tell(matches!(byte, b'\t'..=b'\r' | b' ')));
            rest = &rest[plain..];
        } else {
            tell(c.is_whitespace());
            rest = &rest[c.len_utf8()..];
        }
    }
    words
}

fn cut(text: &str, at_most: usize) -> String {
    text.chars().take(at_most).collect()
}

#[cfg(test)]
mod tests;
