//! `/who-else` and its files: from a problem in somebody's own words to who works on it, in one step. The address shares the question.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};
use model::{Offer, Standing};
use search::Question;
use serde::Serialize;
use store::StoreError;
use url::form_urlencoded;

use crate::alike::{self, Alike};
use crate::api::{ProjectJson, json};
use crate::drawing::Drawing;
use crate::feeds::{Entry, Format};
use crate::files;
use crate::finding::understood_in_words;
use crate::frame::{Frame, Way};
use crate::matching::{Found, Nearest, PERHAPS, PERHAPS_FROM, SHOWN_FROM, question_of, strength_in_words};
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing::{self, Ways};
use crate::pages::{missing, project};
use crate::pipeline::ProjectRow;
use crate::tiles::Tiles;
use crate::words::counted;

/// How many matches are looked at for a page.
const MOST: usize = 60;
/// How many projects stand under each heading.
const SHOWN: usize = 8;
/// How many people to ask are named.
const PEOPLE: usize = 6;
/// How many matches programs are told of, unless they ask for another number, and the most that they may ask for.
const FOR_PROGRAMS: usize = 20;
const MOST_FOR_PROGRAMS: usize = 100;
/// The longest problem that is looked at, in characters.
const LONGEST: usize = 2_000;
/// The longest problem that a feed is called by, in characters.
const LONGEST_IN_A_TITLE: usize = 80;

#[derive(Template)]
#[template(path = "who-else.html")]
struct Page {
    frame: Frame,
    problem: String,
    standfirst: String,
    groups: Vec<Group>,
    people: Vec<Person>,
    alike: Vec<Alike>,
    tiles: Option<Tiles>,
    files: Vec<Way>,
}

/// Projects that stand to the problem in the same way.
struct Group {
    key: &'static str,
    name: &'static str,
    rows: Vec<MatchRow>,
    more: Option<String>,
}

/// A project with why it was found.
pub(crate) struct MatchRow {
    pub(crate) row: ProjectRow,
    pub(crate) strength: &'static str,
    pub(crate) reason: String,
}

/// Somebody to ask.
struct Person {
    name: String,
    href: String,
    how: String,
}

impl MatchRow {
    pub(crate) fn new(found: &Found, moment: &Moment) -> Self {
        Self {
            row: ProjectRow::new(&found.project, moment),
            strength: strength_in_words(found.strength),
            reason: found.reason.clone(),
        }
    }
}

/// The problem that an address asks about.
fn problem(uri: &Uri) -> String {
    let query = uri.query().unwrap_or_default();
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "problem");
    let written: String = found.map(|(_, value)| value.chars().take(LONGEST).collect()).unwrap_or_default();
    model::line(&written)
}

fn address(path: &str, problem: &str) -> String {
    match problem {
        "" => path.to_owned(),
        problem => {
            let value: String = form_urlencoded::byte_serialize(problem.as_bytes()).collect();
            format!("{path}?problem={value}")
        }
    }
}

/// `/who-else`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let problem = problem(&uri);
    let address = address("/who-else", &problem);
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, problem, moment)).await
}

async fn draw(newsroom: &Newsroom, problem: String, moment: Moment) -> Result<Drawing, StoreError> {
    let Nearest { found, question } = match problem.is_empty() {
        true => Nearest::default(),
        false => newsroom.known().near(newsroom, Question::of("", &problem), None, MOST).await?,
    };
    let (found, weaker): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|one| one.strength >= SHOWN_FROM);
    let nearest = match found.is_empty() {
        true => weaker.into_iter().filter(|one| one.strength >= PERHAPS_FROM).take(PERHAPS).collect(),
        false => vec![],
    };
    let alike = alike::posts(newsroom, &alike::question("", &problem), None, &[], &moment).await?;
    let frame = Frame::new(newsroom, "Who else works on this?")
        .describing("Say your problem in your own words, and see who works on it, has done so, or means to")
        .canonical(newsroom.absolute("/who-else"));
    let page = Page {
        frame: match problem.is_empty() {
            true => frame.at("/who-else"),
            false => frame.unindexed().with_atom("Who else works on this?", address("/who-else.atom", &problem)),
        },
        standfirst: standfirst(&problem, &found, !nearest.is_empty(), &question),
        groups: groups(&found, &nearest, &moment),
        people: people(&found),
        alike,
        tiles: Tiles::of(&regions(&found)),
        files: files::ways(|ending| address(&format!("/who-else.{ending}"), &problem)),
        problem,
    };
    let drawing = moment.for_today(Drawing::template(&page));
    Ok(if alike::is_unsettled(newsroom) { moment.for_this_minute(drawing) } else { drawing })
}

fn standfirst(problem: &str, found: &[Found], has_nearest: bool, question: &Question) -> String {
    if problem.is_empty() {
        return "A sentence or two, in your own words. You need not guess what others call it.".to_owned();
    }
    let owners: std::collections::BTreeSet<&str> = found.iter().filter_map(|one| one.project.owner_name()).collect();
    let owners = owners.len() as u64;
    let words = match found.len() {
        0 if has_nearest => {
            "Nobody here surely works on this. Say more of what is wrong, and for whom, to see what is closer."
                .to_owned()
        }
        0 => "Nobody here seems to work on this. Try fewer or other words: what is wrong, and for whom.".to_owned(),
        some if owners == 0 => format!("{}, the closest first.", counted(some as u64, "project")),
        some => {
            format!("{} of {}, the closest first.", counted(some as u64, "project"), counted(owners, "organisation"))
        }
    };
    let notes: String = understood_in_words(question, "project").map(|note| format!(" {note}")).collect();
    format!("{words}{notes}")
}

fn groups(found: &[Found], nearest: &[Found], moment: &Moment) -> Vec<Group> {
    let ways = [
        (Some(Standing::Now), "now", "On it now"),
        (Some(Standing::Before), "before", "Done before"),
        (Some(Standing::Planned), "planned", "Planned"),
        (None, "untold", "How far they are is not told"),
    ];
    let group = |(standing, key, name)| {
        let of = || found.iter().filter(move |one| one.project.told.phase.map(model::Phase::standing) == standing);
        let count = of().count();
        let more = (count > SHOWN).then(|| format!("and {} more that are less close", count - SHOWN));
        let rows: Vec<MatchRow> = of().take(SHOWN).map(|one| MatchRow::new(one, moment)).collect();
        (count > 0).then_some(Group { key, name, rows, more })
    };
    let perhaps = (!nearest.is_empty()).then(|| {
        let rows = nearest.iter().map(|one| MatchRow::new(one, moment)).collect();
        Group { key: "perhaps", name: "These come nearest", rows, more: None }
    });
    ways.into_iter().filter_map(group).chain(perhaps).collect()
}

/// Those who offer to talk or to share, or say how they are reached: the closest first.
fn people(found: &[Found]) -> Vec<Person> {
    let mut people: Vec<Person> = vec![];
    for one in found {
        let told = &one.project.told;
        let Some(name) = one.project.owner_name() else { continue };
        let offers: Vec<&str> = told
            .offers
            .iter()
            .filter(|offer| matches!(offer, Offer::Talk | Offer::Share | Offer::Join))
            .map(|offer| offer.offered())
            .collect();
        if offers.is_empty() && told.contact.is_none() || people.iter().any(|person| person.name == name) {
            continue;
        }
        let offers = (!offers.is_empty()).then(|| format!("offers {}", offers.join(", ")));
        let contact = told.contact.as_ref().map(|contact| format!("contact: {contact}"));
        let how: Vec<String> = [offers, contact].into_iter().flatten().collect();
        let href = crate::pipeline::href(&one.project);
        people.push(Person { name: name.to_owned(), href, how: how.join("; ") });
        if people.len() == PEOPLE {
            break;
        }
    }
    people
}

/// How many of them are in each region.
fn regions(found: &[Found]) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for one in found {
        if let Some(region) = one.project.organisation.as_ref().and_then(|owner| owner.region.clone()) {
            *counts.entry(region).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

/// `/who-else.json`, `/who-else.csv` and `/who-else.atom`: the projects that the page shows for sure. The feed follows the
/// question: the newest come first.
pub(crate) async fn file(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let (problem, path) = (problem(&uri), uri.path().to_owned());
    let draw = async |moment: Moment| {
        let mut near = newsroom.known().near(&newsroom, Question::of("", &problem), None, MOST).await?;
        near.found.retain(|one| one.strength >= SHOWN_FROM);
        let found = &near.found;
        let drawing = if path.ends_with(".json") {
            matches(&newsroom, problem.clone(), &near)
        } else if path.ends_with(".csv") {
            Drawing::file(files::CSV, sheet(&newsroom, found))
        } else {
            feed(&newsroom, &problem, found)
        };
        Ok(moment.for_today(drawing.fresh_for(300)))
    };
    newsroom.answer(&address(&path, &problem), &headers, draw).await
}

fn sheet(newsroom: &Newsroom, found: &[Found]) -> String {
    let rows = found.iter().map(|one| (&one.project, [format!("{:.3}", one.strength), one.reason.clone()]));
    files::projects_with(newsroom, &[catalogue::CLOSENESS, catalogue::WHY], rows)
}

fn feed(newsroom: &Newsroom, problem: &str, found: &[Found]) -> Drawing {
    let own = address("/who-else.atom", problem);
    let mut entries: Vec<Entry> = found
        .iter()
        .map(|one| {
            let entry = files::project_entry(newsroom, &one.project, &own);
            Entry { excerpt: format!("{} ({}.)", entry.excerpt, one.reason), ..entry }
        })
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
    let name = &newsroom.settings().name;
    let title = match problem {
        "" => format!("Who else works on this? – {name}"),
        problem => format!("Who else: {} – {name}", html::excerpt(problem, LONGEST_IN_A_TITLE)),
    };
    outgoing::feed(
        newsroom,
        title,
        Ways { page: address("/who-else", problem), own, older: None },
        entries,
        Format::Atom,
    )
}

/// Matches, for programs.
#[derive(Serialize)]
struct MatchesJson {
    /// What was asked: a project's id, or a problem.
    asked: String,
    /// How it was understood where that is not as it was written, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    matches: Vec<MatchJson>,
}

/// A match: the strongest first.
#[derive(Serialize)]
struct MatchJson {
    /// The project's id in the list that it came from, else its slug.
    id: String,
    /// From 0 to 1.
    score: f32,
    reason: String,
    project: ProjectJson,
}

fn matches(newsroom: &Newsroom, asked: String, near: &Nearest) -> Drawing {
    let matches = near.found.iter().map(|one| {
        let project = ProjectJson::new(newsroom, &one.project);
        MatchJson { id: project.id.clone(), score: one.strength, reason: one.reason.clone(), project }
    });
    let notes = understood_in_words(&near.question, "project").collect();
    json(&MatchesJson { asked, notes, matches: matches.collect() })
}

/// How many matches an address asks for.
fn limit(uri: &Uri) -> usize {
    let query = uri.query().unwrap_or_default();
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "limit");
    let asked = found.and_then(|(_, value)| value.parse::<u64>().ok());
    asked.map_or(FOR_PROGRAMS, |asked| asked.clamp(1, MOST_FOR_PROGRAMS as u64) as usize)
}

/// `/api/projects/{id}/matches`: the projects about the same problem as this one, the closest first.
pub(crate) async fn of_project(
    State(newsroom): State<Arc<Newsroom>>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(id)) = id else { return missing::not_found(&newsroom) };
    let limit = limit(&uri);
    let draw = async |moment: Moment| {
        let Some(project) = project::find(&newsroom, &id).await? else {
            return Ok(missing::nothing(&newsroom, "project"));
        };
        let question = question_of(&project);
        let found = newsroom.known().near(&newsroom, question, Some(project.id), limit).await?;
        Ok(moment.for_today(matches(&newsroom, id.clone(), &found)))
    };
    newsroom.answer(&format!("/api/projects/{id}/matches?limit={limit}"), &headers, draw).await
}

/// `/api/who-else?problem=…`: the projects about a problem in somebody's words, the closest first.
pub(crate) async fn of_problem(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let (problem, limit) = (problem(&uri), limit(&uri));
    let draw = async |moment: Moment| {
        let question = Question::of("", &problem);
        let found = newsroom.known().near(&newsroom, question, None, limit).await?;
        Ok(moment.for_today(matches(&newsroom, problem.clone(), &found)))
    };
    newsroom.answer(&format!("{}&limit={limit}", address("/api/who-else", &problem)), &headers, draw).await
}
