//! `/projects` and its files: the pipeline by phase, with filters that combine, stand in the address, and count.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};
use model::{Offer, Phase};
use search::{Topic, Vocabulary};
use store::{ProjectField, ProjectFilter, ProjectRecord, StoreError};

use crate::api::{ProjectJson, ProjectsJson, json};
use crate::drawing::Drawing;
use crate::feeds::Format;
use crate::files;
use crate::filter::Chip;
use crate::frame::{Frame, Tally, Way};
use crate::matching::TopicsOf;
use crate::newsroom::{Moment, Newsroom};
use crate::outgoing;
use crate::pages::missing;
use crate::pipeline::{Followed, NAMES, NOT_TOLD, ProjectRow, TURNS, UNTOLD, Wanted, spot, turn_name, turning};
use crate::words::counted;

/// How many projects of each phase stand on the whole pipeline's page.
const OF_EACH_PHASE: u32 = 6;
/// How many stand on a page of one phase, or of any other filter.
const ON_A_PAGE: u32 = 40;
/// How many stand in a file for programs; the next ones are at the address that it names.
pub(crate) const IN_A_FILE: u32 = 500;
/// How many values of a filter stand beside the list.
const VALUES: u32 = 12;
/// The most projects that are counted by topic.
const MOST_COUNTED: u32 = 50_000;

#[derive(Template)]
#[template(path = "projects.html")]
struct Page {
    frame: Frame,
    standfirst: String,
    complaints: Vec<String>,
    chips: Vec<Chip>,
    form: Form,
    phases: Vec<PhaseView>,
    facets: Vec<Facet>,
    nothing: &'static str,
    more: Option<String>,
    files: Vec<Way>,
}

struct Form {
    title: String,
    from: String,
    to: String,
    /// The filters that the form leaves as they are.
    kept: Vec<(&'static str, String)>,
}

/// The projects of a phase.
struct PhaseView {
    key: &'static str,
    name: String,
    rows: Vec<ProjectRow>,
    all: Option<Way>,
}

/// A filter with its values, each with the number of projects that have it.
struct Facet {
    name: &'static str,
    values: Vec<Tally>,
}

/// `/projects`.
pub(crate) async fn page(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let wanted = Wanted::read(uri.query().unwrap_or_default());
    let address = wanted.address("/projects");
    // The form sends empty fields: one list has one address.
    if uri.query().is_some_and(|query| is_ours(query) && !address.ends_with(query)) {
        return missing::found_at(&address);
    }
    newsroom.answer(&address, &headers, |moment| draw(&newsroom, wanted, moment)).await
}

fn is_ours(query: &str) -> bool {
    query.split('&').any(|pair| NAMES.iter().any(|(name, _)| pair.split('=').next() == Some(*name)))
}

async fn draw(newsroom: &Newsroom, wanted: Wanted, moment: Moment) -> Result<Drawing, StoreError> {
    let store = newsroom.store();
    let followed = Followed::of(newsroom, wanted, &moment).await?;
    let count = store.count_projects(&followed.filter).await?;
    let has_phase = followed.filter.phase.is_some() || followed.filter.without_phase;
    let by_phase = !has_phase && followed.after.is_none() && count > u64::from(ON_A_PAGE);
    let (mut phases, mut more) = (vec![], None);
    if by_phase {
        for phase in Phase::ALL.iter().map(|phase| Some(*phase)).chain([None]) {
            let filter = ProjectFilter { phase, without_phase: phase.is_none(), ..followed.filter.clone() };
            let list = store.project_list(&filter, None, OF_EACH_PHASE + 1).await?;
            if let Some(mut view) = PhaseView::of(phase, &list, &moment) {
                if view.rows.len() > OF_EACH_PHASE as usize {
                    view.rows.truncate(OF_EACH_PHASE as usize);
                    let many = store.count_projects(&filter).await?;
                    let address = followed.wanted.with("phase", Some(view.key)).address("/projects");
                    let of_these = phase.map_or("whose phase is not told".to_owned(), |phase| format!("in {phase}"));
                    view.all = Some(Way::to(address, format!("All {many} {of_these}")));
                }
                phases.push(view);
            }
        }
    } else {
        let mut list = store.project_list(&followed.filter, followed.after, ON_A_PAGE + 1).await?;
        if list.len() > ON_A_PAGE as usize {
            list.truncate(ON_A_PAGE as usize);
            more = list.last().map(|last| followed.wanted.with("after", Some(&spot(last))).address("/projects"));
        }
        phases = grouped(&list, &moment);
    }
    let filtered = followed.wanted.is_filtered();
    let frame = Frame::new(newsroom, "Projects")
        .describing("Who works on which problem in the public sector: planned, running, finished and stopped")
        .canonical(newsroom.absolute(&followed.wanted.topmost().address("/projects")));
    let frame = if filtered || followed.after.is_some() { frame.unindexed() } else { frame.at("/projects") };
    let page = Page {
        frame: frame.with_atom("Projects", followed.wanted.topmost().address("/projects.atom")),
        standfirst: match (count, filtered) {
            (0, false) => String::new(),
            (_, false) => format!("{}, the latest sign of life first.", counted(count, "project")),
            (1, true) => "1 project fits.".to_owned(),
            (_, true) => format!("{} fit.", counted(count, "project")),
        },
        chips: followed.chips("/projects"),
        form: form(&followed.wanted),
        facets: facets(newsroom, &followed, &moment).await?,
        nothing: match filtered {
            true => "No project fits all of this. Take something away to see more.",
            false => "There is no project here yet.",
        },
        complaints: followed.complaints,
        phases,
        more,
        files: files::ways(|ending| followed.wanted.topmost().address(&format!("/projects.{ending}"))),
    };
    Ok(moment.for_today(Drawing::template(&page)))
}

/// A list under the phases that are in it, in the order of the phases.
fn grouped(list: &[ProjectRecord], moment: &Moment) -> Vec<PhaseView> {
    let phases = Phase::ALL.iter().map(|phase| Some(*phase)).chain([None]);
    phases.filter_map(|phase| PhaseView::of(phase, list, moment)).collect()
}

impl PhaseView {
    /// Those of a list that are in a phase; nothing where none is.
    fn of(phase: Option<Phase>, list: &[ProjectRecord], moment: &Moment) -> Option<Self> {
        let of_phase = list.iter().filter(|project| project.told.phase == phase);
        let rows: Vec<ProjectRow> = of_phase.map(|project| ProjectRow::new(project, moment)).collect();
        let name = phase.map_or("Phase not told", Phase::name).to_owned();
        (!rows.is_empty()).then_some(Self { key: phase.map_or(UNTOLD, Phase::as_str), name, rows, all: None })
    }
}

fn form(wanted: &Wanted) -> Form {
    let text = |name| wanted.get(name).unwrap_or_default().to_owned();
    let is_kept = |name: &&str| !matches!(*name, "title" | "from" | "to" | "after");
    let names = NAMES.iter().map(|(name, _)| *name).filter(is_kept);
    Form {
        title: text("title"),
        from: text("from"),
        to: text("to"),
        kept: names.filter_map(|name| Some((name, wanted.get(name)?.to_owned()))).collect(),
    }
}

/// Every filter that is not in use, with the values that are there.
async fn facets(newsroom: &Newsroom, followed: &Followed, moment: &Moment) -> Result<Vec<Facet>, StoreError> {
    let store = newsroom.store();
    let fields = [
        ("phase", ProjectField::Phase),
        ("region", ProjectField::Region),
        ("kind", ProjectField::Kind),
        ("organisation", ProjectField::Organisation),
        ("service", ProjectField::Service),
        ("offers", ProjectField::Offers),
        ("seeks", ProjectField::Seeks),
    ];
    let tally = |name: &str, value: &str, words: String, count| Tally {
        href: followed.wanted.with(name, Some(value)).address("/projects"),
        words,
        count,
    };
    let mut facets = vec![];
    let mut turns = vec![];
    for turn in TURNS.into_iter().filter(|_| followed.filter.turn.is_none()) {
        let filter = ProjectFilter { turn: turning(turn, moment), ..followed.filter.clone() };
        let count = store.count_projects(&filter).await?;
        if count > 0 {
            turns.push(tally("turn", turn, turn_name(turn).to_owned(), count));
        }
    }
    facets.push(Facet { name: "Now", values: turns });
    for (name, field) in fields.into_iter().filter(|(name, _)| followed.wanted.get(name).is_none()) {
        let mut counts = store.project_counts(&followed.filter, field, VALUES).await?;
        if field == ProjectField::Phase {
            counts.sort_by_key(|(value, _)| Phase::ALL.iter().position(|phase| phase.as_str() == value));
        }
        let mut values = vec![];
        for (value, count) in counts {
            let words = match field {
                ProjectField::Phase => Phase::heard(&value).map_or(value.clone(), |phase| phase.name().to_owned()),
                ProjectField::Organisation => {
                    let found = store.organisation_by_slug(&value).await?;
                    found.map_or(value.clone(), |one| one.told.said().to_owned())
                }
                ProjectField::Offers => value.parse().map_or(value.clone(), |one: Offer| one.offered().to_owned()),
                ProjectField::Seeks => value.parse().map_or(value.clone(), |one: Offer| one.sought().to_owned()),
                _ => value.clone(),
            };
            values.push(tally(name, &value, words, count));
        }
        if field == ProjectField::Phase {
            let filter = ProjectFilter { without_phase: true, ..followed.filter.clone() };
            let untold = store.count_projects(&filter).await?;
            if untold > 0 && !values.is_empty() {
                values.push(tally(name, UNTOLD, NOT_TOLD.to_owned(), untold));
            }
        }
        let words = NAMES.iter().find(|(one, _)| *one == name).map_or("", |(_, words)| words);
        facets.push(Facet { name: words, values });
    }
    if followed.topic.is_none() {
        facets.push(Facet { name: "Topic", values: topic_counts(newsroom, followed).await? });
    }
    facets.retain(|facet| !facet.values.is_empty());
    Ok(facets)
}

/// The topics that most of the projects that fit are about.
async fn topic_counts(newsroom: &Newsroom, followed: &Followed) -> Result<Vec<Tally>, StoreError> {
    let fitting = newsroom.store().project_ids(&followed.filter, MOST_COUNTED).await?;
    let mut counts: HashMap<&str, u64> = HashMap::new();
    let count = |topics: &TopicsOf| {
        let of_those = fitting.iter().filter_map(|id| topics.get(id)).flatten();
        of_those.for_each(|topic| *counts.entry(topic).or_default() += 1);
    };
    newsroom.known().read_topics(newsroom, count).await?;
    let known = |(slug, count)| Some((count, Vocabulary::built_in().topic(slug)?));
    let mut most: Vec<(u64, &Topic)> = counts.into_iter().filter_map(known).collect();
    most.sort_by_key(|(count, topic)| (std::cmp::Reverse(*count), topic.name));
    let tally = |(count, topic): (u64, &Topic)| Tally {
        href: followed.wanted.with("topic", Some(topic.slug)).address("/projects"),
        words: topic.name.to_owned(),
        count,
    };
    Ok(most.into_iter().take(VALUES as usize).map(tally).collect())
}

/// `/projects.json`, `/projects.csv` and `/projects.atom`.
pub(crate) async fn file(State(newsroom): State<Arc<Newsroom>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let wanted = Wanted::read(uri.query().unwrap_or_default());
    let path = uri.path().to_owned();
    let address = wanted.address(&path);
    newsroom.answer(&address, &headers, |moment| draw_file(&newsroom, wanted, path, moment)).await
}

async fn draw_file(newsroom: &Newsroom, wanted: Wanted, path: String, moment: Moment) -> Result<Drawing, StoreError> {
    let followed = Followed::of(newsroom, wanted, &moment).await?;
    if let Some(complaint) = followed.complaints.first() {
        return Ok(missing::no_feed(newsroom, complaint));
    }
    let mut list = newsroom.store().project_list(&followed.filter, followed.after, IN_A_FILE + 1).await?;
    let mut next = None;
    if list.len() > IN_A_FILE as usize {
        list.truncate(IN_A_FILE as usize);
        next = list.last().map(|last| followed.wanted.with("after", Some(&spot(last))).address(&path));
    }
    let next_address = next.as_deref().map(|next| newsroom.absolute(next));
    let drawing = if path.ends_with(".json") || path == "/api/projects" {
        let projects = list.iter().map(|project| ProjectJson::new(newsroom, project)).collect();
        json(&ProjectsJson { projects, next: next_address.clone() })
    } else if path.ends_with(".csv") {
        Drawing::file(files::CSV, files::projects(newsroom, &list))
    } else {
        let own = followed.wanted.address("/projects.atom");
        let entries = list.iter().map(|project| files::project_entry(newsroom, project, &own)).collect();
        let title = format!("Projects – {}", newsroom.settings().name);
        let page = followed.wanted.topmost().address("/projects");
        outgoing::feed(newsroom, title, outgoing::Ways { page, own, older: next }, entries, Format::Atom)
    };
    Ok(moment.for_today(drawing.fresh_for(300)).going_on(next_address.as_deref()))
}
