//! Every view is also a file: Atom for feed readers, CSV for spreadsheets, JSON for programs.

use std::time::Duration;

use axum::http::StatusCode;
use model::{Address, Organisation, Phase, Project, ProjectId, Time};
use serde_json::Value;
use store::{NewProject, NewUpdate, UpdateReason};

use crate::kit::{Got, TestSite, post};

async fn a_site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton").await;
    site.publish(riverton, &[post("Damp and mould, week 3", 2).by("Ann Example"), post("Allotments", 30)]).await;
    for (name, hours) in [("Dale", 3), ("Tarn", 4)] {
        let source = site.source(name).await;
        site.publish(source, &[post(&format!("Mould in homes at {name}"), hours)]).await;
    }
    let council = Organisation {
        name: "Riverton Borough Council".into(),
        short: Some("Riverton".into()),
        website: Address::parse("https://riverton.example/").ok(),
        region: Some("Wales".into()),
        ..Organisation::default()
    };
    let other = Organisation { name: "Aldermere Council".into(), ..Organisation::default() };
    site.store.put_organisations(&[council, other], site.now()).await.unwrap();
    tell(&site, "damp", "Damp homes", "Tenants report black mould in their flats.", Phase::Alpha).await;
    tell(&site, "bins", "Missed bins", "Crews hear of a missed collection too late.", Phase::Live).await;
    site.shelf.catch_up(|_| {}).await.unwrap();
    site
}

async fn tell(site: &TestSite, id: &str, title: &str, problem: &str, phase: Phase) {
    let told = Project {
        title: title.into(),
        problem: Some(problem.into()),
        organisation: Some("Riverton".into()),
        phase: Some(phase),
        ..Project::default()
    };
    let new = NewProject { known_by: format!("id:{id}"), given_id: Some(id.into()), told };
    site.store.put_projects(&[new], site.now()).await.unwrap();
}

/// The titles in a feed that keeps every rule, in its order.
#[track_caller]
fn entries(got: &Got) -> Vec<String> {
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    assert_eq!(got.header("access-control-allow-origin"), "*");
    let feed = feed::read(got.body.as_bytes(), &feed::Hints::default()).unwrap();
    assert!(feed.complaints.is_empty(), "{:?}", feed.complaints);
    feed.entries.into_iter().map(|entry| entry.title.map(|title| title.value).unwrap_or_default()).collect()
}

/// The first cells of a table's rows, after its heading.
#[track_caller]
fn rows(got: &Got) -> Vec<String> {
    assert!(got.header("content-type").starts_with("text/csv"), "{}", got.body);
    assert_eq!(got.header("access-control-allow-origin"), "*");
    got.body.lines().skip(1).map(|row| row.split(',').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_page_leads_to_its_files() {
    let site = a_site().await;
    for (page, base, query) in [
        ("/projects?phase=alpha", "/projects", "?phase=alpha"),
        ("/projects/damp-homes", "/projects/damp-homes", ""),
        ("/organisations?name=council", "/organisations", "?name=council"),
        ("/organisations/riverton", "/organisations/riverton", ""),
        ("/who-else?problem=mould", "/who-else", "?problem=mould"),
        ("/topics", "/topics", ""),
    ] {
        let got = site.get(page).await;
        for (ending, words, kind) in [
            ("atom", "Atom, for a feed reader", "application/atom+xml"),
            ("csv", "CSV, for a spreadsheet", "text/csv"),
            ("json", "JSON, for a program", "application/json"),
        ] {
            let address = format!("{base}.{ending}{query}");
            assert_eq!(got.link(words), address);
            let file = site.get(&address).await;
            assert_eq!(file.status, StatusCode::OK, "{address}");
            assert!(file.header("content-type").starts_with(kind), "{address}: {}", file.header("content-type"));
        }
        let followed = format!("<link rel=\"alternate\" type=\"application/atom+xml\" href=\"{base}.atom{query}\"");
        assert!(got.body.contains(&followed), "{page} names its feed");
    }
    for missing in ["/projects/nothing.atom", "/projects/nothing.csv", "/organisations/nothing.atom"] {
        assert_eq!(site.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn ids_that_look_like_files_lead_to_their_projects() {
    let site = a_site().await;
    tell(&site, "x.json", "Where the bus is", "True times of buses.", Phase::Beta).await;
    for (asked, there) in [
        ("/projects/x.json", "/projects/where-the-bus-is"),
        ("/projects/x.json.csv", "/projects/where-the-bus-is.csv"),
        ("/projects/damp.atom", "/projects/damp-homes.atom"),
    ] {
        let got = site.get(asked).await;
        assert_eq!((got.status, got.header("location")), (StatusCode::SEE_OTHER, there), "{asked}");
    }
    assert_eq!(site.get("/projects/nothing").await.link("All projects"), "/projects");
}

#[tokio::test]
async fn a_project_is_followed_by_its_updates_and_by_what_changes() {
    let site = a_site().await;
    let damp: ProjectId = site.store.project_by_slug("damp-homes").await.unwrap().unwrap().id;
    let river = site.get("/").await;
    let id = river.link("Damp and mould, week 3").split('/').nth(2).unwrap().parse().unwrap();
    let update = NewUpdate { project: damp, post: id, why: UpdateReason::Name };
    site.store.put_updates(&[update], site.now()).await.unwrap();
    site.clock.advance(Duration::from_secs(3_600));
    tell(&site, "damp", "Damp homes", "Tenants report black mould in their flats.", Phase::Beta).await;
    let atom = site.get("/projects/damp-homes.atom").await;
    assert_eq!(
        entries(&atom),
        ["What is told of it changed: Damp homes", "Damp homes", "Damp and mould, week 3"],
        "the newest first"
    );
    assert!(atom.body.contains("Phase: “alpha” became “beta”."), "{}", atom.body);
    assert_eq!(rows(&site.get("/projects/damp-homes.csv").await), ["damp"]);
}

#[tokio::test]
async fn an_organisation_is_followed_by_what_it_publishes_and_works_on() {
    let site = a_site().await;
    let atom = entries(&site.get("/organisations/riverton.atom").await);
    assert_eq!(atom, ["Missed bins", "Damp homes", "Damp and mould, week 3", "Allotments"]);
    let mut portfolio = rows(&site.get("/organisations/riverton.csv").await);
    portfolio.sort_unstable();
    assert_eq!(portfolio, ["bins", "damp"]);
    let all = entries(&site.get("/organisations.atom").await);
    assert_eq!(all, ["Aldermere Council", "Riverton Borough Council"]);
    assert_eq!(rows(&site.get("/organisations/aldermere-council.csv").await), Vec::<String>::new());
    assert_eq!(entries(&site.get("/organisations/aldermere-council.atom").await), Vec::<String>::new());
}

#[tokio::test]
async fn a_question_is_followed_as_a_feed_and_answered_as_a_table() {
    let site = a_site().await;
    let question = "problem=black+mould+in+flats";
    assert_eq!(entries(&site.get(&format!("/who-else.atom?{question}")).await), ["Damp homes"]);
    let csv = site.get(&format!("/who-else.csv?{question}")).await;
    assert_eq!(rows(&csv)[0], "damp", "the closest first");
    assert!(csv.body.lines().next().unwrap().ends_with("page here,closeness,why"), "{}", csv.body);
    let again = catalogue::projects(csv.body.as_bytes(), catalogue::Format::Csv).next().unwrap().unwrap();
    assert_eq!((again.read.unwrap().project.title.as_str(), again.notes), ("Damp homes", vec![]), "import reads it");
    let json: Value = serde_json::from_str(&site.get(&format!("/who-else.json?{question}")).await.body).unwrap();
    assert_eq!(json["matches"][0]["id"], "damp");
    for (nothing, most) in [("/who-else.atom", 0), ("/who-else.atom?problem=zzzz", 0)] {
        assert_eq!(entries(&site.get(nothing).await).len(), most, "{nothing}");
    }
    assert_eq!(rows(&site.get("/who-else.csv").await), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_found_goes_into_a_spreadsheet_that_computes_nothing() {
    let site = a_site().await;
    let riverton = site.store.source_by_slug("riverton").await.unwrap().unwrap().record.id;
    site.publish(riverton, &[post("=HYPERLINK(mould)", 1)]).await;
    site.shelf.catch_up(|_| {}).await.unwrap();
    let page = site.get("/search?q=mould").await;
    let csv = site.get(&page.link("These as CSV, for a spreadsheet")).await;
    assert_eq!(csv.body.lines().count(), 5, "{}", csv.body);
    assert!(csv.body.contains("'=HYPERLINK(mould)"), "{}", csv.body);
    assert_eq!(rows(&site.get("/search.csv?q=zzzz").await), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_rising_is_told_once_a_week() {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton").await;
    let cake: Vec<_> = (1..=12).map(|week| post(&format!("Cake {week}"), week * 7 * 24)).collect();
    site.publish(riverton, &cake).await;
    for (name, hours) in [("Riverton Bins", 2), ("Dale", 3), ("Tarn", 4)] {
        let source = site.source(name).await;
        site.publish(source, &[post(&format!("Missed bins at {name}"), hours)]).await;
    }
    site.shelf.catch_up(|_| {}).await.unwrap();
    let atom = site.get("/topics.atom").await;
    assert_eq!(entries(&atom), ["Bins and recycling is rising"]);
    assert!(atom.body.contains("/topics/bins#2026-W48"), "{}", atom.body);
    assert!(atom.body.contains("Missed bins at Dale (Dale)"), "the posts behind it: {}", atom.body);
    let later: Time = "2026-11-25T09:00:00Z".parse().unwrap();
    site.clock.set(later);
    assert!(site.get("/topics.atom").await.body.contains("/topics/bins#2026-W48"), "still the same entry");
    let csv = site.get("/topics.csv").await;
    let bins = csv.body.lines().find(|row| row.starts_with("Bins and recycling,")).unwrap();
    assert!(bins.contains(",3,0,3,3,") && bins.contains(",yes,"), "{bins}");
    assert_eq!(site.get("/topics.json").await.body, site.get("/api/topics").await.body);
}
