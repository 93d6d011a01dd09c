//! What programs are told of projects, organisations and searches: a promise to strangers, so each has a shape of its own.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use model::{Address, Organisation, Project, Time};
use serde::Serialize;
use store::{OrganisationRecord, ProjectRecord};

use crate::card::bylines;
use crate::drawing::Drawing;
use crate::finding::{Findings, FoundPost};
use crate::newsroom::Newsroom;
use crate::pipeline;

/// A list of projects.
#[derive(Debug, Serialize)]
pub(crate) struct ProjectsJson {
    pub(crate) projects: Vec<ProjectJson>,
    /// The address of the next ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// A project. Days that are estimates begin with `~`.
#[derive(Debug, Serialize)]
pub(crate) struct ProjectJson {
    /// Its id in the list that it came from, else its slug; the API finds it by either.
    pub(crate) id: String,
    slug: String,
    page: String,
    #[serde(flatten)]
    told: Project,
    /// What it is to somebody with the same problem: now, planned or before.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    /// Its organisation in the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<OwnerJson>,
    last_sign_of_life: Time,
    first_seen: Time,
    changed: Time,
}

#[derive(Debug, Serialize)]
struct OwnerJson {
    slug: String,
    name: String,
    page: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

impl ProjectJson {
    pub(crate) fn new(newsroom: &Newsroom, project: &ProjectRecord) -> Self {
        Self {
            id: project.given_id.clone().unwrap_or_else(|| project.slug.clone()),
            slug: project.slug.clone(),
            page: newsroom.absolute(&pipeline::href(project)),
            told: project.told.clone(),
            standing: project.told.phase.map(|phase| phase.standing().as_str()),
            owner: project.organisation.as_ref().map(|owner| OwnerJson {
                slug: owner.slug.clone(),
                name: owner.name.clone(),
                page: newsroom.absolute(&format!("/organisations/{}", owner.slug)),
                region: owner.region.clone(),
            }),
            last_sign_of_life: project.sign,
            first_seen: project.first_seen,
            changed: project.changed_at,
        }
    }
}

/// A list of organisations.
#[derive(Debug, Serialize)]
pub(crate) struct OrganisationsJson {
    pub(crate) organisations: Vec<OrganisationJson>,
    /// The address of the next ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// An organisation.
#[derive(Debug, Serialize)]
pub(crate) struct OrganisationJson {
    slug: String,
    page: String,
    #[serde(flatten)]
    told: Organisation,
    /// How many projects and sources of its own are here.
    projects: u64,
    sources: u64,
}

impl OrganisationJson {
    pub(crate) fn new(newsroom: &Newsroom, organisation: &OrganisationRecord) -> Self {
        Self {
            slug: organisation.slug.clone(),
            page: newsroom.absolute(&format!("/organisations/{}", organisation.slug)),
            told: organisation.told.clone(),
            projects: organisation.projects,
            sources: organisation.sources,
        }
    }
}

/// What a search found.
#[derive(Debug, Serialize)]
pub struct SearchJson {
    /// What was typed.
    query: String,
    /// How many posts answer it, and among how many was looked.
    answering: usize,
    among: usize,
    /// Whether none really fits, and these only come nearest.
    is_near_only: bool,
    /// What could not be followed of it, and what to do, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unfollowed: Vec<String>,
    /// How it was understood where that is not as it was typed, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    /// The best first; without words, the newest first.
    posts: Vec<FoundJson>,
}

/// A post that was found. The original source comes first: `link` is its own address.
#[derive(Debug, Serialize)]
struct FoundJson {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    page: String,
    source: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<String>,
    /// Unknown where it claims no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    excerpt: String,
    /// From 0 to 1; nothing where no words were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<f32>,
    reason: String,
}

impl SearchJson {
    /// What was found for what was typed, on the site at this address.
    pub fn new(typed: &str, findings: &Findings, site: &Address) -> Self {
        let found = |found: &FoundPost| {
            let card = &found.post.card;
            FoundJson {
                title: card.title.clone(),
                link: card.link.clone(),
                page: format!("{}/post/{}", site.url().origin().ascii_serialization(), card.id),
                source: card.source.name.clone(),
                authors: bylines(card).into_iter().map(|author| author.name).collect(),
                published: card.claimed_at.map(|_| card.place),
                language: card.language.as_ref().map(|language| language.as_str().to_owned()),
                excerpt: card.excerpt.clone(),
                strength: (found.strength > 0.0).then_some(found.strength),
                reason: found.in_words(),
            }
        };
        Self {
            query: typed.to_owned(),
            answering: findings.counts.texts,
            among: findings.among,
            is_near_only: findings.is_near_only,
            unfollowed: findings.unfollowed.clone(),
            notes: findings.understood_in_words().collect(),
            posts: findings.posts.iter().map(found).collect(),
        }
    }

    /// The same as a table.
    pub(crate) fn sheet(&self) -> String {
        let names =
            ["title", "link", "source", "authors", "published", "language", "excerpt", catalogue::WHY, catalogue::PAGE];
        let mut sheet = catalogue::Sheet::new(&names);
        for post in &self.posts {
            let cells = [
                post.title.clone(),
                post.link.clone().unwrap_or_default(),
                post.source.clone(),
                post.authors.join("; "),
                post.published.map(|at| at.to_string()).unwrap_or_default(),
                post.language.clone().unwrap_or_default(),
                post.excerpt.clone(),
                post.reason.clone(),
                post.page.clone(),
            ];
            sheet.row(cells.iter().map(String::as_str));
        }
        sheet.done()
    }
}

/// What programs may ask, as OpenAPI 3.1.
const DESCRIPTION: &str = include_str!("../assets/openapi.json");

/// `/api/openapi.json`.
pub(crate) async fn description(State(newsroom): State<Arc<Newsroom>>, headers: HeaderMap) -> Response<Body> {
    let draw = |_| async { Ok(Drawing::file(JSON, DESCRIPTION).fresh_for(3_600)) };
    newsroom.answer("/api/openapi.json", &headers, draw).await
}

const JSON: &str = "application/json; charset=utf-8";

/// A value as a file for programs.
pub(crate) fn json(value: &impl Serialize) -> Drawing {
    let body = serde_json::to_vec(value).expect("our own types are always JSON");
    Drawing::file(JSON, body)
}
