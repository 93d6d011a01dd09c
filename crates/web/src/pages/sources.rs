//! `/sources` and `/sources.opml`: everything that is read, in its groups, and how it is.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use feed::opml;
use model::{Address, SourceId};
use store::{Group, Source, SourceRecord, StoreError};
use url::form_urlencoded;

use crate::drawing::Drawing;
use crate::frame::{Frame, Pager, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::words::{capital, counted};

/// How many sources stand on a page, so that no page is heavier than 60 kB.
const ROWS: usize = 120;

#[derive(Template)]
#[template(path = "sources.html")]
struct Page {
    frame: Frame,
    standfirst: String,
    jumps: Vec<Way>,
    groups: Vec<GroupView>,
    pager: Pager,
}

struct GroupView {
    anchor: String,
    name: String,
    river: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    name: String,
    host: String,
    health: String,
    mark: &'static str,
}

/// `/sources`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let number = number(uri.query().unwrap_or_default());
    newsroom.answer(&href(number), &headers, |moment| draw(&newsroom, number, moment)).await
}

/// `/sources.opml`.
pub(crate) async fn opml(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    newsroom.answer("/sources.opml", &headers, |_| draw_opml(&newsroom)).await
}

/// The page that is asked for; the first is 1.
fn number(query: &str) -> usize {
    let page = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "page");
    page.and_then(|(_, value)| value.parse().ok()).unwrap_or(1).clamp(1, 100_000)
}

fn href(number: usize) -> String {
    if number == 1 { "/sources".to_owned() } else { format!("/sources?page={number}") }
}

async fn draw(newsroom: &Newsroom, number: usize, moment: Moment) -> Result<Drawing, StoreError> {
    let sources = shown(newsroom).await?;
    let groups = newsroom.store().groups().await?;
    let troubled = sources.iter().filter(|source| source.record.health().is_troubled()).count();
    let grouped = grouped(&groups, &sources);
    let rows: usize = grouped.iter().map(|(_, sources)| sources.len()).sum();
    let number = number.min(rows.div_ceil(ROWS).max(1));
    let on_page = |(place, row): (usize, Row)| (place / ROWS == number - 1).then_some(row);
    let mut place = 0;
    let mut views = Vec::new();
    let mut jumps = Vec::new();
    for (group, sources) in grouped {
        let name = group.map_or("Others", |group| &group.name);
        let anchor = format!("group-{}", group.map_or("others".to_owned(), |group| group.slug.clone()));
        let here = if place / ROWS == number - 1 { String::new() } else { href(place / ROWS + 1) };
        jumps.push(Way::to(format!("{here}#{anchor}"), name));
        let first = place;
        place += sources.len();
        let rows = sources.iter().enumerate().map(|(n, source)| (first + n, row(source, &moment)));
        let rows: Vec<Row> = rows.filter_map(on_page).collect();
        if !rows.is_empty() {
            let river = group.map(|group| format!("/?group={}", group.slug));
            views.push(GroupView { anchor, name: name.to_owned(), river, rows });
        }
    }
    let standfirst = match troubled {
        0 => format!("{}, each asked about once an hour. All are well.", counted(sources.len() as u64, "source")),
        _ => format!(
            "{}, each asked about once an hour. {troubled} {} trouble at the moment.",
            counted(sources.len() as u64, "source"),
            if troubled == 1 { "has" } else { "have" }
        ),
    };
    let page = Page {
        frame: Frame::new(newsroom, "Sources").at("/sources").canonical(newsroom.absolute(&href(number))),
        standfirst: if sources.is_empty() { "None yet.".to_owned() } else { standfirst },
        jumps,
        groups: views,
        pager: Pager {
            newer: (number > 1).then(|| href(number - 1)),
            older: (number * ROWS < rows).then(|| href(number + 1)),
        },
    };
    Ok(moment.for_this_minute(Drawing::template(&page)))
}

fn row(source: &Source, moment: &Moment) -> Row {
    Row {
        href: format!("/source/{}", source.record.slug),
        name: source.record.name.clone(),
        host: host(&source.record),
        health: capital(&source.record.health().sentence(moment.now, &moment.zone)),
        mark: if source.record.health().is_troubled() { "trouble" } else { "well" },
    }
}

/// The site that a source belongs to, as people say it.
pub(crate) fn host(source: &SourceRecord) -> String {
    let site = source.site.as_deref().and_then(|site| Address::parse(site).ok());
    site.as_ref().unwrap_or(&source.address).spoken_host().to_owned()
}

async fn shown(newsroom: &Newsroom) -> Result<Vec<Source>, StoreError> {
    let mut sources = newsroom.store().sources().await?;
    sources.retain(|source| source.record.state.is_shown());
    Ok(sources)
}

/// Sources under their groups, in the groups' order; those of none come last, under no group.
fn grouped<'a>(groups: &'a [Group], sources: &'a [Source]) -> Vec<(Option<&'a Group>, Vec<&'a Source>)> {
    let find = |id: &SourceId| sources.iter().find(|source| source.record.id == *id);
    let mut grouped: Vec<(Option<&Group>, Vec<&Source>)> =
        groups.iter().map(|group| (Some(group), group.sources.iter().filter_map(find).collect())).collect();
    let is_grouped = |source: &&Source| groups.iter().any(|group| group.sources.contains(&source.record.id));
    grouped.push((None, sources.iter().filter(|source| !is_grouped(source)).collect()));
    grouped.retain(|(_, sources)| !sources.is_empty());
    grouped
}

async fn draw_opml(newsroom: &Newsroom) -> Result<Drawing, StoreError> {
    let sources = shown(newsroom).await?;
    let groups = newsroom.store().groups().await?;
    let mut outlines = Vec::new();
    for (group, sources) in grouped(&groups, &sources) {
        let within = sources.into_iter().map(outline);
        match group {
            Some(group) => outlines.push(opml::Outline {
                text: group.name.clone(),
                title: Some(group.name.clone()),
                children: within.collect(),
                ..opml::Outline::default()
            }),
            None => outlines.extend(within),
        }
    }
    let list =
        opml::List { title: Some(format!("Sources of {}", newsroom.settings().name)), outlines, ..Default::default() };
    Ok(Drawing::file("text/x-opml; charset=utf-8", opml::write(&list)).fresh_for(300))
}

fn outline(source: &Source) -> opml::Outline {
    opml::Outline {
        text: source.record.name.clone(),
        title: Some(source.record.name.clone()),
        feed: Some(source.record.address.to_string()),
        site: source.record.site.clone(),
        kind: Some("rss".to_owned()),
        language: source.record.language.as_ref().map(ToString::to_string),
        ..opml::Outline::default()
    }
}
