//! `/topics/{slug}`, its feeds and its JSON: what a topic is, how it stands, and who writes and works on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use model::{OrganisationId, PostId, SourceId, Time};
use search::{Answer, Question, Sieve, Topic, Vocabulary};
use serde::Serialize;
use store::{Card, ProjectFilter, ProjectRecord, StoreError};
use tracing::warn;

use crate::api::json;
use crate::asked::{Asked, Spot};
use crate::card::{DayView, by_day};
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::frame::{Frame, Pager, Tally, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::pages::topics::{TopicJson, held, ways};
use crate::pages::{missing, organisation, river};
use crate::pipeline::{self, ProjectRow, Wanted};
use crate::shelf::ShelfError;
use crate::topics::About;
use crate::trends::Standing;
use crate::words::{counted, thousands};

/// How many projects are shown.
const PROJECTS: u32 = 8;
/// How many projects programs are told of.
const MOST_PROJECTS: u32 = 100;
/// How many organisations and sources are named, and among how many sources organisations are looked for.
const NAMED: usize = 12;
const SOURCES: usize = 40;
/// How many other words are shown.
const WORDS: usize = 10;
/// How many topics are offered where there is none.
const OFFERED: usize = 5;
/// So many posts more are looked at, since some may have left meanwhile or have the same place.
const SPARE: usize = 15;

#[derive(Template)]
#[template(path = "topic.html")]
struct Page {
    frame: Frame,
    name: &'static str,
    about: &'static str,
    figures: String,
    is_rising: bool,
    projects: Vec<ProjectRow>,
    all_projects: Option<Way>,
    phases: Vec<Tally>,
    days: Vec<DayView>,
    nothing: &'static str,
    pager: Pager,
    words: String,
    services: Vec<String>,
    organisations: Vec<Tally>,
    sources: Vec<Tally>,
    near: Vec<Way>,
    search: String,
    json: String,
}

/// A topic with its posts and projects, for programs.
#[derive(Serialize)]
struct WholeJson {
    #[serde(flatten)]
    topic: TopicJson,
    /// The newest first.
    newest_posts: Vec<PostJson>,
    /// Those with the latest sign of life first.
    latest_projects: Vec<ProjectOnTopicJson>,
}

#[derive(Serialize)]
struct PostJson {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    page: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Time>,
}

#[derive(Serialize)]
struct ProjectOnTopicJson {
    id: String,
    title: String,
    page: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<model::Phase>,
}

/// A topic that something is about, as the page of that shows it.
#[derive(Debug, Clone)]
pub(crate) struct AboutView {
    pub(crate) href: String,
    pub(crate) name: &'static str,
    /// Why that is known, in a sentence.
    pub(crate) why: String,
}

impl AboutView {
    pub(crate) fn all(about: Vec<About>) -> Vec<Self> {
        about
            .into_iter()
            .map(|about| Self { href: href(about.topic), name: about.topic.name, why: about.why })
            .collect()
    }
}

/// The page of a topic.
pub(crate) fn href(topic: &Topic) -> String {
    format!("/topics/{}", topic.slug)
}

/// `/topics/{slug}`, or its feed where the address ends so.
pub(crate) async fn page(
    State(newsroom): State<Arc<Newsroom>>,
    slug: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(slug)) = slug else { return missing::not_found(&newsroom) };
    let asked = Asked::read(uri.query().unwrap_or_default()).only_place();
    let (slug, format) = Format::of(&slug).map_or((&*slug, None), |(slug, format)| (slug, Some(format)));
    let Some(topic) = Vocabulary::built_in().topic(slug) else {
        let ending = format.map_or(String::new(), |format| format!(".{}", format.ending()));
        return unknown(&newsroom, slug, |topic| format!("{}{ending}", href(topic)));
    };
    let before = asked.before.as_deref().and_then(|before| before.parse::<Spot>().ok());
    let path = format.map_or_else(|| href(topic), |format| feed_path(topic, format));
    let address = before.map_or_else(|| path.clone(), |before| Asked::default().older_than(before).address(&path));
    match format {
        Some(format) => {
            newsroom.answer(&address, &headers, |moment| draw_feed(&newsroom, topic, before, format, moment)).await
        }
        None => newsroom.answer(&address, &headers, |moment| draw(&newsroom, topic, before, moment)).await,
    }
}

/// Where a topic is meant that is called otherwise there, that is where it is; else those that come nearest are named.
fn unknown(newsroom: &Newsroom, slug: &str, address: impl Fn(&Topic) -> String) -> Response<Body> {
    let vocabulary = Vocabulary::built_in();
    let words = slug.replace('-', " ");
    if let Some(topic) = vocabulary.meant(&words) {
        return missing::found_at(&address(topic));
    }
    let near = vocabulary.nearest(&words, OFFERED);
    let mut offered = ways(near);
    offered.push(Way::to("/topics", "All topics"));
    missing::with_ways(
        newsroom,
        "There is no such topic",
        "There is no topic at this address. These come nearest.",
        offered,
    )
}

fn feed_path(topic: &Topic, format: Format) -> String {
    format!("{}.{}", href(topic), format.ending())
}

/// The newest posts on a topic from a time on and before a place, with where the older ones begin; and which sources
/// publish on it. None where the index cannot be read: a page is not lost for that.
pub(crate) async fn posts(
    newsroom: &Newsroom,
    topic: &Topic,
    from: Option<Time>,
    before: Option<Spot>,
    most: usize,
) -> Result<(Vec<Card>, Option<Spot>, BTreeMap<i64, usize>), StoreError> {
    let sieve = Sieve {
        topics: Some(BTreeSet::from([topic.slug.to_owned()])),
        from: from.map(Time::millis),
        until: before.map(|before| before.place.millis().saturating_add(1)),
        ..Sieve::default()
    };
    let answer = match newsroom.shelf().near(&Question::of("", ""), sieve, most + SPARE).await {
        Ok(answer) => answer,
        Err(ShelfError::Store(why)) => return Err(why),
        Err(why) => {
            warn!("Posts on a topic could not be looked for: {why}");
            Answer::default()
        }
    };
    let ids: Vec<PostId> = answer.matches.iter().map(|one| PostId::new(one.id)).collect();
    let mut cards = newsroom.store().river_cards(&ids).await?;
    let is_further = |card: &Card| before.is_none_or(|before| (card.place, card.id) < (before.place, before.id));
    cards.retain(is_further);
    let has_more = cards.len() > most;
    cards.truncate(most);
    let older = cards.last().filter(|_| has_more).map(|last| Spot { place: last.place, id: last.id });
    Ok((cards, older, answer.counts.sources))
}

async fn draw(
    newsroom: &Newsroom,
    topic: &'static Topic,
    before: Option<Spot>,
    moment: Moment,
) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let trends = newsroom.trends(&moment).await?;
    let Standing { posts: many, trend } = trends.of(topic);
    let (cards, older, by_source) = posts(newsroom, topic, None, before, river::CARDS as usize).await?;
    let among = newsroom.known().about(newsroom, topic.slug).await?;
    let filter = ProjectFilter { among: Some(among), ..ProjectFilter::default() };
    let count = store.count_projects(&filter).await?;
    let projects = match before {
        None => store.project_list(&filter, None, PROJECTS).await?,
        Some(_) => Vec::new(),
    };
    let wanted = Wanted::default().with("topic", Some(topic.slug));
    let path = href(topic);
    let frame = Frame::new(newsroom, topic.name)
        .describing(topic.about)
        .canonical(newsroom.absolute(&path))
        .with_feeds(&format!("{} in {}", topic.name, newsroom.settings().name), |format| feed_path(topic, format));
    let (organisations, sources) = publishers(newsroom, &by_source).await?;
    let on_it = format!("{} and {} are about it.", counted(many as u64, "post"), counted(count, "project"));
    let page = Page {
        frame: if before.is_some() { frame.unindexed() } else { frame },
        name: topic.name,
        about: topic.about,
        figures: format!("{on_it} {}", trend.in_words()),
        is_rising: trend.rises.is_some(),
        all_projects: (count > u64::from(PROJECTS))
            .then(|| Way::to(wanted.address("/projects"), format!("All {} projects about it", thousands(count)))),
        phases: phases(newsroom, &filter, &wanted).await?,
        projects: projects.iter().map(|project| ProjectRow::new(project, &moment)).collect(),
        nothing: if before.is_some() { "There are no older posts on it." } else { "No post here is about it yet." },
        days: by_day(newsroom.cards(&cards, &moment).await?, &moment),
        pager: Pager {
            newer: before.map(|_| path.clone()),
            older: older.map(|older| Asked::default().older_than(older).address(&path)),
        },
        words: other_words(topic),
        services: topic.services.iter().map(|service| format!("{} ({})", service.name, service.number)).collect(),
        organisations,
        sources,
        near: ways(topic.near.iter().filter_map(|near| Vocabulary::built_in().topic(near))),
        search: format!("/search?q=topic%3A{}", topic.slug),
        json: format!("/api/topics/{}", topic.slug),
    };
    Ok(held(newsroom, &moment, Drawing::template(&page)))
}

/// The first of its synonyms that are not its name again.
fn other_words(topic: &Topic) -> String {
    let others = topic.synonyms.iter().filter(|words| !words.eq_ignore_ascii_case(topic.name));
    others.take(WORDS).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// How far the projects about it are.
async fn phases(newsroom: &Newsroom, filter: &ProjectFilter, wanted: &Wanted) -> Result<Vec<Tally>, StoreError> {
    let counts = newsroom.store().project_counts(filter, store::ProjectField::Phase, 10).await?;
    let tally = |phase: &model::Phase| {
        let (_, count) = counts.iter().find(|(value, _)| value == phase.as_str())?;
        let href = wanted.with("phase", Some(phase.as_str())).address("/projects");
        Some(Tally { href, words: phase.name().to_owned(), count: *count })
    };
    Ok(model::Phase::ALL.iter().filter_map(tally).collect())
}

/// The organisations and the sources that publish most on it.
async fn publishers(
    newsroom: &Newsroom,
    by_source: &BTreeMap<i64, usize>,
) -> Result<(Vec<Tally>, Vec<Tally>), StoreError> {
    let store = newsroom.store();
    let mut most: Vec<(usize, i64)> = by_source.iter().map(|(source, many)| (*many, *source)).collect();
    most.sort_unstable_by_key(|(many, source)| (std::cmp::Reverse(*many), *source));
    let (mut sources, mut organisations): (Vec<Tally>, BTreeMap<OrganisationId, Tally>) = Default::default();
    for (many, source) in most.into_iter().take(SOURCES) {
        let id = SourceId::new(source);
        if sources.len() < NAMED
            && let Some(source) = store.source(id).await?
        {
            let href = format!("/source/{}", source.slug);
            sources.push(Tally { href, words: source.name.clone(), count: many as u64 });
        }
        for one in store.organisations_of_source(id).await? {
            let named = organisation::named(&one);
            let tally = organisations.entry(one.id).or_insert(Tally { href: named.href, words: named.name, count: 0 });
            tally.count += many as u64;
        }
    }
    let mut organisations: Vec<Tally> = organisations.into_values().collect();
    organisations.sort_by(|one, other| other.count.cmp(&one.count).then(one.words.cmp(&other.words)));
    organisations.truncate(NAMED);
    Ok((organisations, sources))
}

async fn draw_feed(
    newsroom: &Newsroom,
    topic: &'static Topic,
    before: Option<Spot>,
    format: Format,
    moment: Moment,
) -> Result<Drawing, StoreError> {
    let (cards, older, _) = posts(newsroom, topic, None, before, outgoing::ENTRIES as usize).await?;
    let path = feed_path(topic, format);
    let place = |spot: Spot| Asked::default().older_than(spot).address(&path);
    let ways =
        outgoing::Ways { page: href(topic), own: before.map_or_else(|| path.clone(), place), older: older.map(place) };
    let title = format!("{} – {}", topic.name, newsroom.settings().name);
    let drawing = outgoing::draw(newsroom, title, ways, &cards, format).await?;
    Ok(match newsroom.shelf().is_at(moment.revision) {
        true => drawing,
        false => moment.for_this_minute(drawing),
    })
}

/// `/api/topics/{slug}`.
pub(crate) async fn api(
    State(newsroom): State<Arc<Newsroom>>,
    slug: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(slug)) = slug else { return missing::not_found(&newsroom) };
    let address = |topic: &Topic| format!("/api/topics/{}", topic.slug);
    let Some(topic) = Vocabulary::built_in().topic(&slug) else { return unknown(&newsroom, &slug, address) };
    let draw = |moment| draw_json(&newsroom, topic, moment);
    newsroom.answer(&address(topic), &headers, draw).await
}

async fn draw_json(newsroom: &Newsroom, topic: &'static Topic, moment: Moment) -> Result<Drawing, StoreError> {
    let trends = newsroom.trends(&moment).await?;
    let (cards, ..) = posts(newsroom, topic, None, None, outgoing::ENTRIES as usize).await?;
    let among = newsroom.known().about(newsroom, topic.slug).await?;
    let many = among.len();
    let filter = ProjectFilter { among: Some(among), ..ProjectFilter::default() };
    let projects = newsroom.store().project_list(&filter, None, MOST_PROJECTS).await?;
    let post = |card: &Card| PostJson {
        title: card.title.clone(),
        link: card.link.clone(),
        page: newsroom.absolute(&format!("/post/{}", card.id)),
        source: card.source.name.clone(),
        published: card.claimed_at.map(|_| card.place),
    };
    let project = |project: &ProjectRecord| ProjectOnTopicJson {
        id: project.given_id.clone().unwrap_or_else(|| project.slug.clone()),
        title: project.told.title.clone(),
        page: newsroom.absolute(&pipeline::href(project)),
        phase: project.told.phase,
    };
    let whole = WholeJson {
        topic: TopicJson::new(newsroom, topic, trends.of(topic), many),
        newest_posts: cards.iter().map(post).collect(),
        latest_projects: projects.iter().map(project).collect(),
    };
    Ok(held(newsroom, &moment, json(&whole).fresh_for(300).with_status(StatusCode::OK)))
}
