//! What programs are told of projects and organisations: a promise to strangers, so each has a shape of its own.

use model::{Organisation, Project, Time};
use serde::Serialize;
use store::{OrganisationRecord, ProjectRecord};

use crate::drawing::Drawing;
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

/// A value as a file for programs.
pub(crate) fn json(value: &impl Serialize) -> Drawing {
    let body = serde_json::to_vec(value).expect("our own types are always JSON");
    Drawing::file("application/json; charset=utf-8", body)
}
