//! `/organisations/{slug}` and its files: what a body publishes and works on, and who is near and like it.

use std::collections::HashSet;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use model::AuthorId;
use store::{Card, OrganisationFilter, OrganisationRecord, Page as Part, ProjectFilter, RiverFilter, StoreError};

use crate::api::{OrganisationJson, json};
use crate::card::{DayView, Named, Outside, by_day};
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::files;
use crate::frame::{Frame, Pager, Way};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing::{self, ENTRIES};
use crate::pages::projects::IN_A_FILE;
use crate::pages::{missing, organisations};
use crate::pipeline::{ProjectRow, Wanted};
use crate::words::counted;

/// The most projects, sources and posts that stand on the page.
const PROJECTS: u32 = 30;
const SOURCES: u32 = 20;
const POSTS: u32 = 8;
/// How many of those who sign are named.
const PEOPLE: u32 = 12;
/// How many neighbours, and how many of the same kind and region, are named.
const NEIGHBOURS: usize = 8;

#[derive(Template)]
#[template(path = "organisation.html")]
struct Page {
    frame: Frame,
    name: String,
    standfirst: String,
    site: Option<Outside>,
    facts: Vec<(&'static str, String)>,
    ended: Option<String>,
    successors: Vec<Named>,
    projects: Vec<ProjectRow>,
    all_projects: Option<Way>,
    sources: Vec<Named>,
    people: Vec<Named>,
    days: Vec<DayView>,
    pager: Pager,
    near: Vec<Named>,
    alike: Vec<Named>,
    all_alike: Option<Way>,
    files: Vec<Way>,
}

/// `/organisations/{slug}`, or a file of it where the address ends so.
pub(crate) async fn page(
    State(newsroom): State<Arc<Newsroom>>,
    slug: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(slug)) = slug else { return missing::not_found(&newsroom) };
    let address = format!("/organisations/{slug}");
    if let Some((slug, ending)) = files::file(&slug) {
        return newsroom.answer(&address, &headers, |moment| draw_file(&newsroom, slug, ending, moment)).await;
    }
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, &slug, moment)).await
}

/// Its JSON says what it is; its table has its projects; its feed tells what it publishes and works on, the newest first.
async fn draw_file(newsroom: &Newsroom, slug: &str, ending: &str, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let Some(one) = store.organisation_by_slug(slug).await? else {
        return Ok(missing::nothing(newsroom, "organisation"));
    };
    let of_its_own = ProjectFilter { organisation: Some(one.id), ..ProjectFilter::default() };
    let drawing = match ending {
        "json" => json(&OrganisationJson::new(newsroom, &one)),
        "csv" => {
            let projects = store.project_list(&of_its_own, None, IN_A_FILE).await?;
            Drawing::file(files::CSV, files::projects(newsroom, &projects))
        }
        _ => {
            let own = format!("/organisations/{slug}.atom");
            let projects = store.project_list(&of_its_own, None, ENTRIES).await?;
            let sources = store.sources_of_organisation(one.id, SOURCES).await?;
            let posts = outgoing::posts(newsroom, &posts(newsroom, &sources, ENTRIES).await?).await?;
            let projects = projects.iter().map(|project| files::project_entry(newsroom, project, &own)).collect();
            let mut entries = files::newest_first(posts, projects);
            entries.truncate(ENTRIES as usize);
            let ways = outgoing::Ways { page: format!("/organisations/{slug}"), own, older: None };
            let title = format!("{} – {}", one.told.name, newsroom.settings().name);
            outgoing::feed(newsroom, title, ways, entries, Format::Atom)
        }
    };
    Ok(moment.for_today(drawing.fresh_for(300)))
}

/// Its name, which leads to its page.
pub(crate) fn named(one: &OrganisationRecord) -> Named {
    Named { name: one.told.said().to_owned(), href: format!("/organisations/{}", one.slug) }
}

async fn draw(newsroom: &Newsroom, slug: &str, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let Some(one) = store.organisation_by_slug(slug).await? else {
        return Ok(missing::nothing(newsroom, "organisation"));
    };
    let told = &one.told;
    let filter = ProjectFilter { organisation: Some(one.id), ..ProjectFilter::default() };
    let projects = store.project_list(&filter, None, PROJECTS).await?;
    let sources = store.sources_of_organisation(one.id, SOURCES).await?;
    let near = store.organisations_with_codes(&told.near).await?;
    let alike = match (&told.kind, &told.region) {
        (Some(kind), Some(region)) => OrganisationFilter {
            kind: Some(kind.clone()),
            region: Some(region.clone()),
            ..OrganisationFilter::default()
        },
        _ => OrganisationFilter::default(),
    };
    let has_alike = alike != OrganisationFilter::default();
    let mut others = if has_alike { store.organisation_list(&alike, None, 60).await? } else { vec![] };
    others.retain(|other| other.id != one.id);
    // Those with something here say more.
    others.sort_by_key(|other| std::cmp::Reverse((other.projects + other.sources).min(1)));
    let alike_address = || {
        let mut query = url::form_urlencoded::Serializer::new("/organisations?".to_owned());
        for (name, value) in [("kind", &told.kind), ("region", &told.region)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.finish()
    };
    let path = format!("/organisations/{slug}");
    let page = Page {
        frame: Frame::new(newsroom, &told.name)
            .describing(format!("What {} publishes and works on", told.said()))
            .canonical(newsroom.absolute(&path))
            .with_atom(told.said(), format!("{path}.atom")),
        name: told.name.clone(),
        standfirst: organisations::in_short(&one),
        site: told.website.as_ref().and_then(|site| Outside::at(site.as_str())),
        facts: facts(&one),
        ended: told.ended.map(|day| day.date.strftime("%-d %B %Y").to_string()),
        successors: store.organisations_with_codes(&told.successors).await?.iter().map(named).collect(),
        all_projects: (one.projects > u64::from(PROJECTS)).then(|| {
            let address = Wanted::default().with("organisation", Some(slug)).address("/projects");
            Way::to(address, format!("All {}", counted(one.projects, "project")))
        }),
        projects: projects.iter().map(|project| ProjectRow::new(project, &moment)).collect(),
        days: by_day(newsroom.cards(&posts(newsroom, &sources, POSTS).await?, &moment).await?, &moment),
        pager: Pager::default(),
        people: people(newsroom, &sources).await?,
        sources: sources
            .iter()
            .map(|source| Named { name: source.name.clone(), href: format!("/source/{}", source.slug) })
            .collect(),
        near: near.iter().filter(|other| other.id != one.id).take(NEIGHBOURS).map(named).collect(),
        all_alike: (has_alike && others.len() > NEIGHBOURS).then(|| Way::to(alike_address(), "All of them")),
        alike: others.iter().take(NEIGHBOURS).map(named).collect(),
        files: files::ways(|ending| format!("{path}.{ending}")),
    };
    Ok(moment.for_today(Drawing::template(&page)))
}

/// The newest posts of its sources.
async fn posts(newsroom: &Newsroom, sources: &[store::SourceRecord], most: u32) -> Result<Vec<Card>, StoreError> {
    let mut cards = vec![];
    for source in sources {
        let filter = RiverFilter { source: Some(source.id), ..RiverFilter::default() };
        cards.extend(newsroom.store().river(&filter, Part::Newest, most).await?.cards);
    }
    cards.sort_by_key(|card| std::cmp::Reverse((card.place, card.id)));
    cards.truncate(most as usize);
    Ok(cards)
}

/// Who signs most of the newest posts of its sources, each person once.
async fn people(newsroom: &Newsroom, sources: &[store::SourceRecord]) -> Result<Vec<Named>, StoreError> {
    let mut authors = vec![];
    for source in sources {
        authors.extend(newsroom.store().authors_of(source.id, PEOPLE).await?);
    }
    authors.sort_by(|one, other| other.posts.cmp(&one.posts).then_with(|| one.name.cmp(&other.name)));
    let (mut people, mut known): (Vec<Named>, HashSet<AuthorId>) = (vec![], HashSet::new());
    for author in authors {
        if people.len() == PEOPLE as usize {
            break;
        }
        if known.insert(author.id) {
            known.extend(newsroom.store().same_person(&author).await?.iter().map(|(same, _)| same.id));
            people.push(Named { href: format!("/author/{}", author.slug), name: author.name });
        }
    }
    Ok(people)
}

fn facts(one: &OrganisationRecord) -> Vec<(&'static str, String)> {
    let told = &one.told;
    let text = |said: &Option<String>| said.clone().unwrap_or_default();
    let facts = vec![
        ("Known as", text(&told.short)),
        ("Also", told.also.join(", ")),
        ("Kind of body", text(&told.kind)),
        ("Nation", text(&told.nation)),
        ("Region", text(&told.region)),
        (
            "People",
            told.population
                .map(|people| counted(people, "").trim_end_matches(['s', ' ']).to_owned())
                .unwrap_or_default(),
        ),
        ("Code", text(&told.code)),
        ("GSS code", text(&told.gss)),
    ];
    facts.into_iter().filter(|(_, said)| !said.is_empty() && *said != told.name).collect()
}
