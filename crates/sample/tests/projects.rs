//! The sector's organisations and projects are whole: every row is read, and what each names is there.

use std::collections::{BTreeMap, BTreeSet};

use catalogue::{Format, Told};
use model::{Organisation, OrganisationKeys};
use sample::{SOURCES, Sector};

/// The sector as it stood on a Monday morning.
fn sector() -> Sector {
    Sector::new("2026-11-23T09:00:00Z".parse().unwrap())
}

fn organisations() -> Vec<Organisation> {
    let list = sector().organisations(8001);
    let rows = catalogue::organisations(list.as_bytes(), Format::Csv).map(Result::unwrap);
    rows.map(|row| row.read.unwrap_or_else(|why| panic!("line {}: {why}", row.line))).collect()
}

fn projects() -> Vec<Told> {
    let list = sector().projects(8001);
    let rows = catalogue::projects(list.as_bytes(), Format::JsonLines).map(Result::unwrap);
    rows.map(|row| {
        assert_eq!(row.notes, Vec::<String>::new(), "line {}", row.line);
        row.read.unwrap_or_else(|why| panic!("line {}: {why}", row.line))
    })
    .collect()
}

#[test]
fn every_source_has_its_organisation_and_one_has_none() {
    let organisations = organisations();
    assert_eq!(organisations.len(), 14);
    let names: BTreeSet<&str> = organisations.iter().map(|one| one.name.as_str()).collect();
    for source in &SOURCES {
        assert!(names.contains(source.organisation), "{}", source.organisation);
    }
    let codes: BTreeSet<&str> = organisations.iter().filter_map(|one| one.code.as_deref()).collect();
    assert_eq!(codes.len(), organisations.len());
    for one in &organisations {
        assert!(one.near.iter().all(|near| codes.contains(near.as_str())), "{}", one.name);
    }
}

#[test]
fn every_project_is_somebodys_and_has_a_problem_that_others_share() {
    let (organisations, projects) = (organisations(), projects());
    assert!(projects.len() >= 25, "{} projects", projects.len());
    let known: BTreeSet<OrganisationKeys> = organisations.iter().flat_map(Organisation::keys).collect();
    let ids: BTreeSet<_> = projects.iter().filter_map(|told| told.id.as_deref()).collect();
    assert_eq!(ids.len(), projects.len(), "each has an id of its own");
    let mut phases = BTreeMap::new();
    for told in &projects {
        let project = &told.project;
        let owner = project.organisation.as_deref().unwrap();
        assert!(known.contains(&OrganisationKeys::of(owner)), "{owner}");
        assert!(project.summary.is_some(), "{}", project.title);
        *phases.entry(project.phase.unwrap()).or_insert(0) += 1;
    }
    assert!(phases.len() >= 6, "{phases:?}");
    // The problems that several share are called something else by each.
    for topic in ["damp", "waste", "council tax", "artificial intelligence"] {
        let sharing = projects.iter().filter(|told| told.project.topics.iter().any(|one| one.contains(topic)));
        let owners: BTreeSet<_> = sharing.filter_map(|told| told.project.organisation.as_deref()).collect();
        assert!(owners.len() >= 2, "{topic}: {owners:?}");
    }
}

#[test]
fn the_same_sector_gives_the_same_lists() {
    assert_eq!(sector().projects(8001), sector().projects(8001));
    assert!(sector().projects(8001).contains(":8001/") && !sector().projects(8001).contains("{{"));
}
