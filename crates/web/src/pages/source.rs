//! `/source/{slug}` and its feeds: where a source stands, and what it published.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};
use model::{Language, SourceState, Time};
use store::{History, PollState, RiverFilter, Source, StoreError};

use crate::asked::Asked;
use crate::card::{CardView, DayView, IconView, LicenceView, Named, Outside, by_day};
use crate::days;
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::filter::Filter;
use crate::frame::{Frame, Pager, Tally};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::pages::{missing, organisation, river};
use crate::show::{Policy, licence_of};
use crate::tongue::Tongue;
use crate::words::{capital, counted};

/// The most authors that stand beside the posts.
const MOST_AUTHORS: u32 = 20;

#[derive(Template)]
#[template(path = "source.html")]
struct Page {
    frame: Frame,
    name: String,
    about: Option<String>,
    tongue: Tongue,
    organisations: Vec<Named>,
    site: Option<Outside>,
    feed: String,
    health: String,
    icon: IconView,
    mark: &'static str,
    pace: Option<String>,
    looked: Option<String>,
    next: Option<String>,
    past: Vec<String>,
    shown: String,
    licence: Option<LicenceView>,
    language: Option<String>,
    groups: Vec<Named>,
    since: String,
    posts: String,
    days: Vec<DayView>,
    pager: Pager,
    authors: Vec<Tally>,
    ask_href: String,
}

/// `/source/{slug}`, or its feed where the address ends so.
pub(crate) async fn page(
    State(newsroom): State<Arc<Newsroom>>,
    slug: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(slug)) = slug else { return missing::not_found(&newsroom) };
    let asked = Asked::read(uri.query().unwrap_or_default()).only_place();
    if let Some((slug, format)) = Format::of(&slug) {
        let address = asked.address(&format!("/source/{slug}.{}", format.ending()));
        return newsroom.answer(&address, &headers, |moment| draw_feed(&newsroom, slug, asked, format, moment)).await;
    }
    let address = asked.address(&format!("/source/{slug}"));
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, &slug, asked, moment)).await
}

async fn draw(newsroom: &Newsroom, slug: &str, asked: Asked, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let Some(source) = store.source_by_slug(slug).await? else { return Ok(missing::nothing(newsroom, "source")) };
    if !source.record.state.is_shown() {
        let reason = source.record.state_reason.as_deref();
        return Ok(missing::source_out(newsroom, &source.record.reference(), reason, &moment));
    }
    let filter = Filter::of(newsroom, asked).await?;
    let path = format!("/source/{slug}");
    let part = store.river(&of(&source), filter.page, river::CARDS).await?;
    let mut cards: Vec<CardView> = newsroom.cards(&part.cards, &moment).await?;
    for card in &mut cards {
        card.shows_source = false;
    }
    let authors = store.authors_of(source.record.id, MOST_AUTHORS).await?;
    let history = store.history(source.record.id).await?;
    let organisations = store.organisations_of_source(source.record.id).await?;
    let page = view(newsroom, &source, &moment);
    let page = Page {
        organisations: organisations.iter().map(organisation::named).collect(),
        past: past(&history, &moment),
        days: by_day(cards, &moment),
        pager: river::pager(&part, &Asked::default(), &path),
        authors: authors
            .iter()
            .map(|author| Tally {
                href: format!("/author/{}", author.slug),
                words: author.name.clone(),
                count: author.posts,
            })
            .collect(),
        ..page
    };
    Ok(moment.for_this_minute(Drawing::template(&page)))
}

/// What happened to its feed, the newest first: in the words of its health, without what its server said.
fn past(history: &History, moment: &Moment) -> Vec<String> {
    let turns = history.turns.iter().map(|turn| {
        let words = turn.answer.trouble_in_words(turn.status).unwrap_or_else(|| "answered well again".to_owned());
        (turn.at, capital(&words))
    });
    let moves = history.moves.iter().map(|moved| (moved.at, format!("Moved here from {}", moved.from)));
    let mut all: Vec<(Time, String)> = turns.chain(moves).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    all.into_iter().map(|(at, words)| format!("{}: {words}", days::date(at, &moment.zone))).collect()
}

fn view(newsroom: &Newsroom, source: &Source, moment: &Moment) -> Page {
    let reference = source.record.reference();
    let licence = licence_of(None, &reference);
    let policy = Policy::of(&reference, licence.as_ref(), newsroom.settings().show);
    let frame = Frame::new(newsroom, &source.record.name)
        .describing(format!("What {} publishes, and how its feed is", source.record.name))
        .canonical(newsroom.absolute(&format!("/source/{}", source.record.slug)))
        .with_feeds(&source.record.name, |format| format!("/source/{}.{}", source.record.slug, format.ending()));
    Page {
        frame,
        name: source.record.name.clone(),
        about: source.record.about.clone(),
        tongue: Tongue::of(source.record.language.as_ref()),
        organisations: Vec::new(),
        site: source.record.site.as_deref().and_then(Outside::at),
        feed: source.record.address.to_string(),
        health: capital(&source.record.health().sentence(moment.now, &moment.zone)),
        icon: IconView::of(&reference),
        mark: if source.record.health().is_troubled() { "trouble" } else { "well" },
        pace: source.record.pace.map(|pace| format!("Every {pace}, as an editor has set it")),
        looked: source.record.poll.last_polled.map(|at| at_length(at, moment)),
        next: (source.record.state == SourceState::Active).then(|| next(&source.record.poll, moment)),
        past: Vec::new(),
        shown: capital(policy.in_words()),
        licence: licence.as_ref().map(LicenceView::new),
        language: source.record.language.as_ref().map(Language::name).map(str::to_owned),
        groups: source
            .groups
            .iter()
            .map(|group| Named { name: group.name.clone(), href: format!("/?group={}", group.slug) })
            .collect(),
        since: days::date(source.record.added, &moment.zone),
        posts: counted(source.posts, "post"),
        days: Vec::new(),
        pager: Pager::default(),
        authors: Vec::new(),
        ask_href: format!("/for-authors?source={}#correct", source.record.slug),
    }
}

fn at_length(at: Time, moment: &Moment) -> String {
    format!("{}, {}", days::date(at, &moment.zone), days::clock(at, &moment.zone))
}

/// When we ask next, and why then.
fn next(poll: &PollState, moment: &Moment) -> String {
    let at = at_length(poll.next_poll, moment);
    poll.next_reason.as_ref().map_or(at.clone(), |reason| format!("{at}, because {reason}"))
}

async fn draw_feed(
    newsroom: &Newsroom,
    slug: &str,
    asked: Asked,
    format: Format,
    moment: Moment,
) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let Some(source) = store.source_by_slug(slug).await? else { return Ok(missing::nothing(newsroom, "source")) };
    if !source.record.state.is_shown() {
        let reason = source.record.state_reason.as_deref();
        return Ok(missing::source_out(newsroom, &source.record.reference(), reason, &moment));
    }
    let filter = Filter::of(newsroom, asked).await?;
    let path = format!("/source/{slug}.{}", format.ending());
    let part = store.river(&of(&source), filter.page, outgoing::ENTRIES).await?;
    let ways = outgoing::Ways {
        page: format!("/source/{slug}"),
        own: filter.asked.address(&path),
        older: river::pager(&part, &Asked::default(), &path).older,
    };
    let title = format!("{} – {}", source.record.name, newsroom.settings().name);
    outgoing::draw(newsroom, title, ways, &part.cards, format).await
}

fn of(source: &Source) -> RiverFilter {
    RiverFilter { source: Some(source.record.id), ..RiverFilter::default() }
}
