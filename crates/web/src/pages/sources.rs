//! `/sources` and `/sources.opml`: everything that is read, by name, and how it is.

mod opml;

use std::fmt::Write;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use store::{GroupRef, SourceFilter, SourceList, SourcePage, SourceRecord, StoreError};
use url::form_urlencoded;

use crate::card::host;
use crate::directory::Directory;
use crate::drawing::Drawing;
use crate::frame::{Frame, Pager, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::pages::missing;
use crate::words::{capital, counted};

pub(crate) use opml::file as opml;

/// How many sources stand on a page, so that no page is heavier than 60 kB.
const ROWS: u32 = 100;
/// The longest value that is looked at, in characters.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    frame: Frame,
    standfirst: String,
    nothing: &'static str,
    complaint: Option<String>,
    form: Form,
    letters: Vec<Way>,
    rows: Vec<Row>,
    pager: Pager,
    is_filtered: bool,
    has_sources: bool,
}

struct Form {
    name: String,
    groups: Vec<Choice>,
    group: Option<Way>,
    health: [Choice; 3],
}

struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

struct Row {
    href: String,
    name: String,
    host: String,
    health: String,
    mark: &'static str,
}

/// What an address asks of the directory, in its canonical order.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
struct Asked {
    name: Option<String>,
    group: Option<String>,
    health: Option<String>,
    from: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

/// Where the parts of the directory begin: a part ends where the next one begins.
const LETTERS: [(&str, &str); 28] = [
    ("", "0–9"),
    ("a", "A"),
    ("b", "B"),
    ("c", "C"),
    ("d", "D"),
    ("e", "E"),
    ("f", "F"),
    ("g", "G"),
    ("h", "H"),
    ("i", "I"),
    ("j", "J"),
    ("k", "K"),
    ("l", "L"),
    ("m", "M"),
    ("n", "N"),
    ("o", "O"),
    ("p", "P"),
    ("q", "Q"),
    ("r", "R"),
    ("s", "S"),
    ("t", "T"),
    ("u", "U"),
    ("v", "V"),
    ("w", "W"),
    ("x", "X"),
    ("y", "Y"),
    ("z", "Z"),
    // The sign after z: what begins with no Latin letter comes behind it.
    ("{", "Other scripts"),
];

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value: String = value.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
            let slot = match &*name {
                "name" => &mut asked.name,
                "group" => &mut asked.group,
                "health" => &mut asked.health,
                "from" => &mut asked.from,
                "after" => &mut asked.after,
                "before" => &mut asked.before,
                _ => continue,
            };
            if !value.is_empty() {
                slot.get_or_insert(value);
            }
        }
        asked
    }

    /// The address of this part of the directory, in its canonical spelling.
    fn address(&self) -> String {
        let pairs = [
            ("name", &self.name),
            ("group", &self.group),
            ("health", &self.health),
            ("from", &self.from),
            ("after", &self.after),
            ("before", &self.before),
        ];
        let mut address = String::from("/sources");
        for (place, (name, value)) in pairs.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))).enumerate()
        {
            let sign = if place == 0 { '?' } else { '&' };
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            write!(address, "{sign}{name}={value}").expect("a String takes all that is written to it");
        }
        address
    }

    /// The same filters from the beginning.
    fn topmost(&self) -> Self {
        Self { from: None, after: None, before: None, ..self.clone() }
    }
}

/// `/sources`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let asked = Asked::read(uri.query().unwrap_or_default());
    let address = asked.address();
    // The form sends empty fields: one list has one address.
    if uri.query().is_some_and(|query| query.contains('=') && !address.ends_with(query)) {
        return missing::found_at(&address);
    }
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, asked, moment)).await
}

async fn draw(newsroom: &Newsroom, asked: Asked, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let directory = newsroom.directory(&moment).await?;
    let mut complaint = None;
    let group = match &asked.group {
        Some(slug) => store.group_by_slug(slug).await?,
        None => None,
    };
    if let (Some(slug), None) = (&asked.group, &group) {
        complaint = Some(format!("There is no group called “{slug}”, so here are the sources of all groups."));
    }
    let filter = SourceFilter {
        name: asked.name.clone(),
        group: group.as_ref().map(|group| group.id),
        troubled: asked.health.as_deref().and_then(|health| match health {
            "trouble" => Some(true),
            "well" => Some(false),
            _ => None,
        }),
    };
    let page = match (&asked.from, &asked.after, &asked.before) {
        (_, Some(slug), _) => id_of(newsroom, slug).await?.map(SourcePage::After),
        (_, None, Some(slug)) => id_of(newsroom, slug).await?.map(SourcePage::Before),
        (Some(letters), None, None) => Some(SourcePage::From(letters.clone())),
        (None, None, None) => Some(SourcePage::First),
    };
    let list = store.source_list(&filter, &page.unwrap_or(SourcePage::First), ROWS).await?;
    if asked.before.is_some() && !list.has_before {
        // The beginning has a lasting address, and a full page.
        return Ok(Drawing::elsewhere(StatusCode::SEE_OTHER, asked.topmost().address()));
    }
    let is_filtered = filter != SourceFilter::default();
    let pager = pager(&asked, &list);
    let is_long = pager.newer.is_some() || pager.older.is_some();
    let frame = Frame::new(newsroom, "Sources").canonical(newsroom.absolute(&asked.topmost().address()));
    let frame = if is_filtered { frame.unindexed() } else { frame.at("/sources") };
    let page = Page {
        frame,
        standfirst: standfirst(&directory, &list, is_filtered, is_long),
        nothing: match is_filtered {
            true => "No source fits all of this. Take something away to see more.",
            false => "There is no source here yet.",
        },
        complaint,
        form: form(&asked, &filter, group, &directory),
        letters: if is_long && filter.group.is_none() { letters(newsroom, &asked).await? } else { Vec::new() },
        rows: list.sources.iter().map(|source| row(source, &moment)).collect(),
        pager,
        is_filtered,
        has_sources: directory.counts.shown > 0,
    };
    Ok(moment.for_this_minute(Drawing::template(&page)))
}

async fn id_of(newsroom: &Newsroom, slug: &str) -> Result<Option<model::SourceId>, StoreError> {
    Ok(newsroom.store().source_by_slug(slug).await?.map(|source| source.record.id))
}

fn pager(asked: &Asked, list: &SourceList) -> Pager {
    let from = |source: Option<&SourceRecord>, set: fn(&mut Asked, String)| {
        source.map(|source| {
            let mut asked = asked.topmost();
            set(&mut asked, source.slug.clone());
            asked.address()
        })
    };
    Pager {
        newer: from(list.sources.first().filter(|_| list.has_before), |asked, slug| asked.before = Some(slug)),
        older: from(list.sources.last().filter(|_| list.has_after), |asked, slug| asked.after = Some(slug)),
    }
}

/// Ways to the letters that names begin with.
async fn letters(newsroom: &Newsroom, asked: &Asked) -> Result<Vec<Way>, StoreError> {
    let starts: Vec<&str> = LETTERS.iter().map(|(start, _)| *start).collect();
    let there = newsroom.store().letters(&starts).await?;
    let way = |((start, name), _): ((&str, &str), bool)| {
        let from = (!start.is_empty()).then(|| start.to_owned());
        Way::to(Asked { from, ..asked.topmost() }.address(), name)
    };
    Ok(LETTERS.into_iter().zip(there).filter(|(_, is_there)| *is_there).map(way).collect())
}

fn standfirst(directory: &Directory, list: &SourceList, is_filtered: bool, is_long: bool) -> String {
    let all = directory.counts;
    if is_filtered {
        return match is_long {
            true => "Those that fit, by name.".to_owned(),
            false => format!("{} of {}.", counted(list.sources.len() as u64, "source"), grouped(all.shown)),
        };
    }
    let each = if all.shown == 1 { "" } else { "each " };
    let asked = format!(
        "{each}asked between once an hour and once a week, by how often it publishes or as an editor has set it"
    );
    match all.troubled {
        _ if all.shown == 0 => "None yet.".to_owned(),
        0 => format!("{}, {asked}. All are well.", counted(all.shown, "source")),
        1 => format!("{}, {asked}. One has trouble at the moment.", counted(all.shown, "source")),
        some => format!("{}, {asked}. {} have trouble at the moment.", counted(all.shown, "source"), grouped(some)),
    }
}

/// A number in groups of three figures.
fn grouped(number: u64) -> String {
    let words = counted(number, "");
    words.trim_end_matches(['s', ' ']).to_owned()
}

fn form(asked: &Asked, filter: &SourceFilter, group: Option<GroupRef>, directory: &Directory) -> Form {
    let choice = |value: &str, name: &str, chosen| Choice { value: value.to_owned(), name: name.to_owned(), chosen };
    let is_chosen = |one: &GroupRef| group.as_ref().is_some_and(|group| group.id == one.id);
    let mut groups: Vec<Choice> =
        directory.groups.iter().map(|one| choice(&one.slug, &one.name, is_chosen(one))).collect();
    if let Some(group) = group.as_ref().filter(|_| groups.iter().all(|one| !one.chosen)) {
        // One that is beyond what the list holds.
        groups.push(choice(&group.slug, &group.name, true));
    }
    Form {
        name: asked.name.clone().unwrap_or_default(),
        groups,
        group: group.map(|group| Way::to(format!("/?group={}", group.slug), group.name)),
        health: [
            choice("", "Well or not", filter.troubled.is_none()),
            choice("trouble", "Having trouble", filter.troubled == Some(true)),
            choice("well", "Well", filter.troubled == Some(false)),
        ],
    }
}

fn row(source: &SourceRecord, moment: &Moment) -> Row {
    let health = source.health();
    Row {
        href: format!("/source/{}", source.slug),
        name: source.name.clone(),
        host: host(source),
        health: capital(&health.sentence(moment.now, &moment.zone)),
        mark: if health.is_troubled() { "trouble" } else { "well" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_one_canonical_one() {
        for (query, address) in [
            ("", "/sources"),
            ("name=&group=&health=", "/sources"),
            ("health=trouble&name=+a+", "/sources?name=a&health=trouble"),
            ("page=2&after=riverton&name=a&name=b", "/sources?name=a&after=riverton"),
        ] {
            assert_eq!(Asked::read(query).address(), address, "{query}");
        }
    }

    #[test]
    fn the_letters_are_in_the_order_of_the_directory() {
        assert!(LETTERS.is_sorted_by(|(one, _), (other, _)| one < other));
    }
}
