//! `/` and its feeds: the river by day, with filters that combine and stand in the address.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use store::{Counted, GroupRef, Page as Part, RiverPage, SourceName, StoreError};

use crate::asked::{Asked, Spot};
use crate::card::{CardView, DayView, by_day};
use crate::directory::Directory;
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::filter::{Chip, Complaint, Filter};
use crate::frame::{Frame, Pager, Tally, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::pages::archive;
use crate::pages::missing;
use crate::words::counted;

/// How many posts stand on a page.
pub(crate) const CARDS: u32 = 25;
/// The most posts that a filter's posts are counted up to.
pub(crate) const MOST_COUNTED: u32 = 10_000;
/// How many groups stand beside the river.
const GROUPS_BESIDE: usize = 20;
/// How many months stand beside the river.
const MONTHS_BESIDE: usize = 6;

#[derive(Template)]
#[template(path = "river.html")]
struct Page {
    frame: Frame,
    heading: String,
    standfirst: String,
    nothing: &'static str,
    has_sources: bool,
    complaints: Vec<Complaint>,
    chips: Vec<Chip>,
    form: Form,
    days: Vec<DayView>,
    pager: Pager,
    groups: Vec<Way>,
    months: Vec<Tally>,
}

struct Form {
    open: bool,
    source: String,
    /// Whether every source is in the list; else it only helps whoever types.
    has_all_sources: bool,
    sources: Vec<Choice>,
    groups: Vec<Choice>,
    author: String,
    languages: Vec<Choice>,
    from: String,
    to: String,
}

struct Choice {
    slug: String,
    name: String,
    chosen: bool,
}

impl Choice {
    fn new(slug: &str, name: &str, chosen: Option<&str>) -> Self {
        Self { slug: slug.to_owned(), name: name.to_owned(), chosen: chosen == Some(slug) }
    }
}

/// `/`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let asked = Asked::read(uri.query().unwrap_or_default());
    let address = asked.address("/");
    if is_spelled_otherwise(&uri, &address) {
        return missing::found_at(&address);
    }
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, asked, moment)).await
}

/// `/river.atom`, `/river.rss`, `/river.json`.
pub(crate) async fn feed(
    State(newsroom): State<Arc<Newsroom>>,
    file: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let Some(("river", format)) = file.as_ref().ok().and_then(|Path(file)| Format::of(file)) else {
        return missing::page(State(newsroom), uri).await;
    };
    let asked = Asked::read(uri.query().unwrap_or_default());
    let address = asked.address(&feed_path(format));
    newsroom.answer(&address, &headers, |moment| draw_feed(&newsroom, asked, format, moment)).await
}

/// The form sends empty fields, and people write filters in any order: one river has one address.
fn is_spelled_otherwise(uri: &Uri, address: &str) -> bool {
    let written = uri.query().unwrap_or_default();
    let known = written.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        crate::asked::NAMES.contains(&name)
    });
    known && address.split_once('?').map_or("", |(_, query)| query) != written
}

fn feed_path(format: Format) -> String {
    format!("/river.{}", format.ending())
}

async fn draw(newsroom: &Newsroom, asked: Asked, moment: Moment) -> Result<Drawing, StoreError> {
    let written = asked.address("/");
    let filter = Filter::of(newsroom, asked).await?;
    let meant = filter.asked.address("/");
    if meant != written {
        return Ok(Drawing::elsewhere(StatusCode::SEE_OTHER, meant));
    }
    let river = filter.river(&moment);
    let part = newsroom.store().river(&river, filter.page, CARDS).await?;
    let followed = filter.followed();
    if matches!(filter.page, Part::After(_)) && part.newer.is_none() {
        // The top of the river has a lasting address, and a full page.
        return Ok(Drawing::elsewhere(StatusCode::SEE_OTHER, followed.address("/")));
    }
    let is_top = matches!(filter.page, Part::Newest);
    let is_whole = !followed.is_filtered() && filter.complaints.is_empty();
    let mut cards: Vec<CardView> = newsroom.cards(&part.cards, &moment).await?;
    if is_top
        && is_whole
        && let Some(first) = cards.first_mut()
    {
        first.lead = true;
    }
    let heading = if is_whole { "The river".to_owned() } else { filter.in_words() };
    let directory = newsroom.directory(&moment).await?;
    let posts = match followed.is_filtered() {
        true => newsroom.store().count_up_to(&river, MOST_COUNTED).await?,
        false => Counted::Exactly(directory.posts()),
    };
    let page = Page {
        frame: frame(newsroom, &filter, &followed, is_top, is_whole, &heading),
        standfirst: standfirst(posts, directory.counts.shown, is_top, is_whole),
        heading,
        nothing: match (is_top, followed.is_filtered()) {
            (_, true) => "No post fits all of these filters. Take one of them away to see more.",
            (true, false) => "Nothing has been read yet. The first posts come within the hour.",
            (false, false) => "Nothing is older than this.",
        },
        has_sources: directory.counts.shown > 0,
        chips: filter.chips(),
        form: form(&filter, &directory),
        pager: pager(&part, &followed, "/"),
        groups: directory
            .groups
            .iter()
            .map(|group| {
                let chosen = Asked { group: Some(group.slug.clone()), ..Asked::default() };
                Way::to(chosen.address("/"), &group.name)
            })
            .take(GROUPS_BESIDE)
            .collect(),
        months: archive::latest_months(&directory, MONTHS_BESIDE),
        complaints: filter.complaints,
        days: by_day(cards, &moment),
    };
    Ok(moment.for_today(Drawing::template(&page)))
}

fn frame(newsroom: &Newsroom, filter: &Filter, followed: &Asked, is_top: bool, is_whole: bool, heading: &str) -> Frame {
    let frame = Frame::new(newsroom, if is_whole { "" } else { heading });
    let frame = if is_whole && is_top { frame.at("/") } else { frame };
    let frame = if filter.complaints.is_empty() && is_top {
        frame.canonical(newsroom.absolute(&followed.address("/")))
    } else {
        frame
    };
    let frame = if is_whole { frame } else { frame.unindexed() };
    frame.with_feeds(heading, |format| followed.address(&feed_path(format)))
}

/// How many posts there are, as far as they were counted.
pub(crate) fn in_figures(posts: Counted) -> String {
    match posts {
        Counted::Exactly(posts) => counted(posts, "post"),
        Counted::MoreThan(posts) => format!("More than {}", counted(posts, "post")),
    }
}

fn standfirst(posts: Counted, sources: u64, is_top: bool, is_whole: bool) -> String {
    let has_sources = sources > 0;
    let (posts, sources) = (in_figures(posts), counted(sources, "source"));
    match (is_top, is_whole) {
        _ if !has_sources => String::new(),
        (false, _) => format!("{posts} in all; these are further down the river."),
        (true, false) => format!("{posts}, newest first."),
        (true, true) => format!("{posts} from {sources}, newest first. Each belongs to its author."),
    }
}

/// The ways to the parts of a river before and after this one.
pub(crate) fn pager(part: &RiverPage, followed: &Asked, path: &str) -> Pager {
    let spot = |cursor: store::Cursor| Spot { place: cursor.place, id: cursor.id };
    Pager {
        newer: part.newer.map(|cursor| followed.newer_than(spot(cursor)).address(path)),
        older: part.older.map(|cursor| followed.older_than(spot(cursor)).address(path)),
    }
}

fn form(filter: &Filter, directory: &Directory) -> Form {
    let asked = &filter.asked;
    let choices = |all: &[(String, String)], chosen: &Option<String>| -> Vec<Choice> {
        all.iter().map(|(slug, name)| Choice::new(slug, name, chosen.as_deref())).collect()
    };
    let source = |source: &SourceName| Choice::new(&source.slug, &source.name, asked.source.as_deref());
    let group = |group: &GroupRef| Choice::new(&group.slug, &group.name, asked.group.as_deref());
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut groups: Vec<Choice> = directory.groups.iter().map(group).collect();
    if let Some(chosen) = &filter.group
        && groups.iter().all(|group| !group.chosen)
    {
        // One that is beyond what the list holds.
        groups.push(Choice::new(&chosen.slug, &chosen.name, Some(&chosen.slug)));
    }
    Form {
        open: !filter.complaints.is_empty(),
        source: text(&asked.source),
        has_all_sources: directory.has_all_sources(),
        sources: directory.sources.iter().map(source).collect(),
        groups,
        author: text(&asked.author),
        languages: choices(&directory.languages, &asked.language),
        from: text(&asked.from),
        to: text(&asked.to),
    }
}

async fn draw_feed(newsroom: &Newsroom, asked: Asked, format: Format, moment: Moment) -> Result<Drawing, StoreError> {
    let filter = Filter::of(newsroom, asked).await?;
    if let Some(complaint) = filter.complaints.first() {
        return Ok(missing::no_feed(newsroom, &complaint.words));
    }
    let followed = filter.followed();
    let part = newsroom.store().river(&filter.river(&moment), filter.page, outgoing::ENTRIES).await?;
    let title = match followed.is_filtered() {
        true => format!("{} – {}", filter.in_words(), newsroom.settings().name),
        false => newsroom.settings().name.clone(),
    };
    let ways = outgoing::Ways {
        page: followed.address("/"),
        own: filter.asked.address(&feed_path(format)),
        older: pager(&part, &followed, &feed_path(format)).older,
    };
    outgoing::draw(newsroom, title, ways, &part.cards, format).await
}
