//! `/projects/{slug}` and its files: all that is told of a project, how it went so far, and what it said before.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use model::{Day, Offer, Phase, Project};
use store::{ProjectRecord, StoreError, UpdateReason};

use crate::alike::{self, Alike};
use crate::api::{ProjectJson, json};
use crate::card::{Named, Outside, post_href};
use crate::days;
use crate::drawing::Drawing;
use crate::feeds::{Entry, Format};
use crate::files;
use crate::frame::{Frame, Way};
use crate::matching::{SHOWN_FROM, question_of};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::pages::missing;
use crate::pages::topic::AboutView;
use crate::pages::who_else::MatchRow;
use crate::pipeline;
use crate::timeline::Timeline;
use crate::topics;

/// How many projects about the same problem are shown.
const MOST_MATCHES: usize = 8;
/// How many updates are shown.
const MOST_UPDATES: u32 = 12;
/// How many changes of what is told are shown.
const MOST_CHANGES: u32 = 20;

#[derive(Template)]
#[template(path = "project.html")]
struct Page {
    frame: Frame,
    title: String,
    owner: Option<String>,
    owner_href: Option<String>,
    phase: Option<&'static str>,
    lead: Option<String>,
    texts: Vec<(&'static str, Vec<String>)>,
    facts: Vec<Fact>,
    offers: Vec<&'static str>,
    seeks: Vec<&'static str>,
    timeline: Option<Timeline>,
    matches: Vec<MatchRow>,
    updates: Vec<UpdateView>,
    alike: Vec<Alike>,
    about: Vec<AboutView>,
    changes: Vec<ChangeView>,
    origin: Option<Outside>,
    sign: String,
    files: Vec<Way>,
}

/// A thing that is told, with ways to where that is more than words.
struct Fact {
    name: &'static str,
    said: Vec<Said>,
}

struct Said {
    words: String,
    href: Option<String>,
}

/// A post that tells how it goes.
struct UpdateView {
    href: String,
    title: String,
    source: Named,
    at: String,
    date: String,
    why: &'static str,
}

/// A time at which something else was told.
struct ChangeView {
    at: String,
    date: String,
    what: Vec<String>,
}

/// `/projects/{slug}`, or a file of it where the address ends so.
pub(crate) async fn page(
    State(newsroom): State<Arc<Newsroom>>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(name)) = name else { return missing::not_found(&newsroom) };
    let address = format!("/projects/{name}");
    if let Some((slug, ending)) = files::file(&name) {
        let draw = async |moment| match draw_file(&newsroom, slug, ending, moment).await? {
            Some(drawing) => Ok(drawing),
            None => elsewhere(&newsroom, &name).await,
        };
        return newsroom.answer(&address, &headers, draw).await;
    }
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, &name, moment)).await
}

/// Its JSON and its table say what is told of it; its feed tells how it goes: updates and changes, the newest first.
async fn draw_file(
    newsroom: &Newsroom,
    slug: &str,
    ending: &str,
    moment: Moment,
) -> Result<Option<Drawing>, StoreError> {
    let store = newsroom.store();
    let Some(project) = store.project_by_slug(slug).await? else {
        let of_list = store.project_by_given_id(&catalogue::id(slug)).await?;
        let address = of_list.map(|project| format!("{}.{ending}", pipeline::href(&project)));
        return Ok(address.map(|address| Drawing::elsewhere(StatusCode::SEE_OTHER, address)));
    };
    let drawing = match ending {
        "json" => json(&ProjectJson::new(newsroom, &project)),
        "csv" => Drawing::file(files::CSV, files::projects(newsroom, [&project])),
        _ => {
            let page = pipeline::href(&project);
            let own = format!("{page}.atom");
            let updates = store.updates_of(project.id, MOST_UPDATES).await?;
            let cards: Vec<store::Card> = updates.into_iter().map(|update| update.card).collect();
            let changes = store.project_changes(project.id, MOST_CHANGES).await?;
            let changes = changes.iter().map(|change| files::change_entry(newsroom, &project, change, &own));
            let mut entries: Vec<Entry> = changes.collect();
            // What changed since is an entry of its own.
            let first_told = files::project_entry(newsroom, &project, &own);
            entries.push(Entry { updated: project.first_seen, ..first_told });
            let entries = files::newest_first(outgoing::posts(newsroom, &cards).await?, entries);
            let title = format!("{} – {}", project.told.title, newsroom.settings().name);
            outgoing::feed(newsroom, title, outgoing::Ways { page, own, older: None }, entries, Format::Atom)
        }
    };
    Ok(Some(moment.for_today(drawing.fresh_for(300))))
}

/// Where a project is that an address calls by the id of the list that it came from.
async fn elsewhere(newsroom: &Newsroom, id: &str) -> Result<Drawing, StoreError> {
    Ok(match newsroom.store().project_by_given_id(&catalogue::id(id)).await? {
        Some(project) => Drawing::elsewhere(StatusCode::SEE_OTHER, pipeline::href(&project)),
        None => missing::nothing(newsroom, "project"),
    })
}

async fn draw(newsroom: &Newsroom, slug: &str, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let Some(project) = store.project_by_slug(slug).await? else {
        return elsewhere(newsroom, slug).await;
    };
    let changes = store.project_changes(project.id, MOST_CHANGES).await?;
    let updates = store.updates_of(project.id, MOST_UPDATES).await?;
    let found = newsroom.known().near(newsroom, question_of(&project), Some(project.id), MOST_MATCHES).await?.found;
    let mut said = store.topics_said_of_projects(&[project.id]).await?;
    let told = &project.told;
    let told_of: Vec<model::PostId> = updates.iter().map(|update| update.card.id).collect();
    let alike = alike::posts(newsroom, &alike::question(&told.title, &told.matter()), None, &told_of, &moment).await?;
    let path = pipeline::href(&project);
    let lead = told.problem.clone().or_else(|| told.summary.clone());
    let describing = pipeline::sentence(lead.as_deref().unwrap_or(&told.title));
    let page = Page {
        frame: Frame::new(newsroom, &told.title)
            .describing(describing)
            .canonical(newsroom.absolute(&path))
            .with_atom(&told.title, format!("{path}.atom")),
        title: told.title.clone(),
        owner: project.owner_name().map(str::to_owned),
        owner_href: project.organisation.as_ref().map(|owner| format!("/organisations/{}", owner.slug)),
        phase: told.phase.map(Phase::name),
        texts: texts(told, lead.as_deref()),
        facts: facts(&project, &moment),
        offers: told.offers.iter().map(|offer| Offer::offered(*offer)).collect(),
        seeks: told.seeks.iter().map(|offer| Offer::sought(*offer)).collect(),
        timeline: Timeline::of(told, moment.today),
        matches: found.iter().filter(|one| one.strength >= SHOWN_FROM).map(|one| MatchRow::new(one, &moment)).collect(),
        updates: updates
            .iter()
            .map(|update| UpdateView {
                href: post_href(&update.card),
                title: update.card.title.clone(),
                source: Named {
                    name: update.card.source.name.clone(),
                    href: format!("/source/{}", update.card.source.slug),
                },
                at: update.card.place.to_string(),
                date: days::date(update.card.place, &moment.zone),
                why: match update.why {
                    UpdateReason::Link => "linked with it",
                    UpdateReason::Name => "names it",
                    UpdateReason::Meaning => "about the same, as an editor says",
                },
            })
            .collect(),
        changes: changes
            .iter()
            .map(|change| ChangeView {
                at: change.at.to_string(),
                date: days::date(change.at, &moment.zone),
                what: change.differences.iter().map(files::changed).collect(),
            })
            .collect(),
        alike,
        about: AboutView::all(topics::of_project(told, &said.remove(&project.id).unwrap_or_default())),
        origin: told.url.as_deref().and_then(Outside::at),
        sign: format!("{}, {}", days::ago(project.sign, moment.now), days::date(project.sign, &moment.zone)),
        files: files::ways(|ending| format!("{path}.{ending}")),
        lead,
    };
    let drawing = moment.for_today(Drawing::template(&page));
    Ok(if alike::is_unsettled(newsroom) { moment.for_this_minute(drawing) } else { drawing })
}

/// The texts that are told beside the first one, each in paragraphs.
fn texts(told: &Project, lead: Option<&str>) -> Vec<(&'static str, Vec<String>)> {
    let all = [
        ("About it", &told.summary),
        ("Whose problem it is", &told.users),
        ("What is to be better", &told.outcome),
        ("Why it was stopped", &told.reason),
    ];
    all.into_iter()
        .filter_map(|(name, said)| {
            let said = said.as_deref().filter(|said| Some(*said) != lead)?;
            Some((name, said.lines().map(str::to_owned).collect()))
        })
        .collect()
}

fn facts(project: &ProjectRecord, moment: &Moment) -> Vec<Fact> {
    let told = &project.told;
    let plain = |words: &str| Said { words: words.to_owned(), href: None };
    let linked = |words: &str| {
        let outside = Outside::at(words);
        Said { words: words.to_owned(), href: outside.map(|outside| outside.href) }
    };
    let one = |said: &Option<String>| said.iter().map(|said| linked(said)).collect::<Vec<_>>();
    let day = |day: Option<Day>| day.iter().map(|day| plain(&day_in_words(*day))).collect::<Vec<_>>();
    let service = told.service.iter().map(|service| {
        let href = pipeline::Wanted::default().with("service", Some(service)).address("/projects");
        Said { words: service.clone(), href: Some(href) }
    });
    let assets = told.assets.iter().map(|asset| Said {
        words: asset.what.clone(),
        href: asset.url.as_deref().and_then(Outside::at).map(|outside| outside.href),
    });
    let facts = [
        ("Service", service.collect()),
        ("Partners", told.partners.iter().map(|partner| plain(&partner.to_string())).collect()),
        ("Made so far", assets.collect()),
        ("Learnt from", told.learnt_from.iter().map(|said| linked(said)).collect()),
        ("Contact", one(&told.contact)),
        ("Money", one(&told.budget)),
        ("Made with", told.technology.iter().map(|said| plain(said)).collect()),
        ("Supplier", one(&told.supplier)),
        ("Contract ends", day(told.contract_end)),
        ("In its own words", told.topics.iter().map(|said| plain(said)).collect()),
        ("Last confirmed", day(told.confirmed)),
        ("Here since", vec![plain(&days::date(project.first_seen, &moment.zone))]),
    ];
    let facts = facts.into_iter().map(|(name, said): (_, Vec<Said>)| Fact { name, said });
    facts.filter(|fact| !fact.said.is_empty()).collect()
}

/// A day, "about" where it is an estimate.
pub(crate) fn day_in_words(day: Day) -> String {
    let date = day.date.strftime("%-d %B %Y").to_string();
    if day.is_estimate { format!("about {}", day.date.strftime("%B %Y")) } else { date }
}

/// `/api/projects/{id}`: by the id of the list that it came from, or by its slug.
pub(crate) async fn api(
    State(newsroom): State<Arc<Newsroom>>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(id)) = id else { return missing::not_found(&newsroom) };
    let address = format!("/api/projects/{id}");
    let draw = async |moment: Moment| {
        Ok(match find(&newsroom, &id).await? {
            Some(project) => moment.for_today(json(&ProjectJson::new(&newsroom, &project))),
            None => missing::nothing(&newsroom, "project"),
        })
    };
    newsroom.answer(&address, &headers, draw).await
}

/// A project by the id of the list that it came from, or by its slug.
pub(crate) async fn find(newsroom: &Newsroom, id: &str) -> Result<Option<ProjectRecord>, StoreError> {
    match newsroom.store().project_by_given_id(&catalogue::id(id)).await? {
        Some(project) => Ok(Some(project)),
        None => newsroom.store().project_by_slug(id).await,
    }
}
