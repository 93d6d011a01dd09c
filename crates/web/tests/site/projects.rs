//! The pipeline and the organisations behind it: pages, filters that count, and files that `import` reads again.

use axum::http::StatusCode;
use model::{Address, Day, Offer, Organisation, Phase, PhaseStart, Project};
use store::NewProject;

use crate::kit::{Got, TestSite, post, words};

fn organisation(name: &str, code: &str) -> Organisation {
    Organisation {
        name: format!("{name} Borough Council"),
        short: Some(name.into()),
        code: Some(code.into()),
        kind: Some("Borough".into()),
        region: Some("North".into()),
        website: Some(Address::typed(&format!("https://www.{}.example/", name.to_lowercase())).unwrap()),
        ..Organisation::default()
    }
}

async fn take_in(site: &TestSite, id: &str, told: Project) {
    let new = NewProject { known_by: format!("id:{id}"), given_id: Some(id.into()), told };
    site.store.put_projects(&[new], site.now()).await.unwrap();
}

fn damp() -> Project {
    let start = |phase, from| PhaseStart { phase, from: Day::heard(from).unwrap() };
    Project {
        title: "Homes that make people ill".into(),
        problem: Some("Mould is found when people are ill already.".into()),
        summary: Some("Sensors & records.\nTwo streets first.".into()),
        organisation: Some("Riverton".into()),
        phase: Some(Phase::Alpha),
        phases: vec![start(Phase::Alpha, "2026-09-01"), start(Phase::Beta, "2027-01")],
        service: Some("Repairs".into()),
        offers: vec![Offer::Talk],
        seeks: vec![Offer::Join],
        url: Some("https://www.riverton.example/damp".into()),
        ..Project::default()
    }
}

async fn a_site() -> TestSite {
    let site = TestSite::new().await;
    let mut tarn = organisation("Tarn", "TAR");
    tarn.near = vec!["RIV".into()];
    let old = Organisation {
        name: "Old Tarn".into(),
        successors: vec!["TAR".into()],
        ended: Day::heard("2019-03-31"),
        ..Organisation::default()
    };
    site.store.put_organisations(&[organisation("Riverton", "RIV"), tarn, old], site.now()).await.unwrap();
    take_in(&site, "r/1", damp()).await;
    let bins = Project {
        title: "=Bins".into(),
        phase: Some(Phase::Stopped),
        organisation: Some("Nobody".into()),
        ..Project::default()
    };
    take_in(&site, "2", bins).await;
    site
}

fn names(page: &Got) -> Vec<String> {
    page.all("<h3 class=\"name\">", "</h3>").map(words).collect()
}

#[tokio::test]
async fn the_pipeline_is_narrowed_by_links_that_count() {
    let site = a_site().await;
    let all = site.get("/projects").await;
    assert_eq!((all.status, all.heading().as_str()), (StatusCode::OK, "Projects"));
    assert_eq!(names(&all), ["Homes that make people ill", "=Bins"], "by phase");
    all.says("2 projects, the latest sign of life first.")
        .says("Offers a talk about it")
        .says("Last sign of life today");
    for (link, address) in [
        ("Alpha 1 project", "/projects?phase=alpha"),
        ("North 1 project", "/projects?region=North"),
        ("Borough 1 project", "/projects?kind=Borough"),
        ("Riverton 1 project", "/projects?organisation=riverton"),
        ("Repairs 1 project", "/projects?service=Repairs"),
        ("a talk about it 1 project", "/projects?offers=talk"),
        ("partners to do it with 1 project", "/projects?seeks=join"),
    ] {
        assert_eq!(all.link(link), address);
        let page = site.get(address).await;
        assert_eq!(names(&page), ["Homes that make people ill"], "{address}");
        page.says("1 project fits.");
    }
    let both = site.get("/projects?phase=stopped&region=North").await;
    both.says("No project fits all of this.");
    assert_eq!(both.link("Remove the filter Phase: Stopped"), "/projects?region=North");
    site.get("/projects?phase=soon&offers=cake").await.says("“soon” is no phase.").says("“cake” is none of talk");
    let sent = site.get("/projects?title=homes&from=&to=").await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/projects?title=homes"));
    assert_eq!(names(&site.get("/projects?from=2028").await), ["Homes that make people ill", "=Bins"]);
    assert!(TestSite::new().await.get("/projects").await.says("There is no project here yet.").body.len() < 60_000);
}

#[tokio::test]
async fn a_long_pipeline_is_paged() {
    let site = TestSite::new().await;
    for n in 0..90 {
        let told = Project { title: format!("Project {n:02}"), phase: Some(Phase::Beta), ..Project::default() };
        take_in(&site, &n.to_string(), told).await;
    }
    for n in 0..7 {
        let told = Project { title: format!("Without a phase {n}"), ..Project::default() };
        take_in(&site, &format!("without-{n}"), told).await;
    }
    let all = site.get("/projects").await;
    assert_eq!(names(&all).len(), 6 + 6, "of each phase, and of those that tell none");
    assert_eq!(all.link("Not told 7 projects"), "/projects?phase=untold");
    let without = site.get(&all.link("All 7 whose phase is not told")).await;
    assert_eq!(names(&without).len(), 7);
    without.says("Phase: Not told").says("Phase not told");
    assert_eq!(site.get("/api/projects?phase=untold").await.status, StatusCode::OK);
    let mut page = site.get(&all.link("All 90 in beta")).await;
    let mut found = names(&page);
    while page.body.contains("rel=\"next\"") {
        page = site.get(&page.link("More projects")).await;
        found.extend(names(&page));
        assert!(page.body.len() < 60_000);
    }
    let mut once = found.clone();
    once.sort();
    once.dedup();
    assert_eq!((found.len(), once.len()), (90, 90));
}

#[tokio::test]
async fn a_project_says_all_that_is_told_of_it() {
    let site = a_site().await;
    let later = Project { phase: Some(Phase::Beta), ..damp() };
    take_in(&site, "r/1", later).await;
    let page = site.get("/projects/homes-that-make-people-ill").await;
    assert_eq!(page.heading(), "Homes that make people ill");
    page.says("Mould is found when people are ill already.")
        .says("Sensors & records.")
        .says("It offers a talk about it")
        .says("It seeks partners to do it with")
        .says("Phase: “alpha” became “beta”")
        .says("Alpha1 September 2026about January 2027");
    assert_eq!(page.link("Riverton Borough Council"), "/organisations/riverton");
    assert_eq!(page.link("Its own page at riverton.example"), "https://www.riverton.example/damp");
    assert_eq!(page.link("Repairs"), "/projects?service=Repairs");
    assert_eq!(page.body.matches("<rect class=\"bar-").count(), 2);
    let json: serde_json::Value =
        serde_json::from_str(&site.get(&page.link("JSON, for a program")).await.body).unwrap();
    assert_eq!(json["owner"]["region"], "North");
    assert_eq!(
        (&json["id"], &json["standing"], &json["phases"][1]["from"]),
        (&"r/1".into(), &"now".into(), &"~2027-01-01".into())
    );
    for address in ["/api/projects/r%2F1", "/api/projects/homes-that-make-people-ill"] {
        let found: serde_json::Value = serde_json::from_str(&site.get(address).await.body).unwrap();
        assert_eq!(found, json, "{address}");
    }
    assert_eq!(site.get("/projects/2").await.header("location"), "/projects/bins");
    for missing in ["/projects/nothing", "/projects/nothing.json", "/api/projects/nothing"] {
        assert_eq!(site.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn the_pipeline_goes_out_as_files() {
    let site = a_site().await;
    let csv = site.get("/projects.csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(csv.body.contains("'=Bins"), "a spreadsheet computes nothing: {}", csv.body);
    let again: Vec<_> = catalogue::projects(csv.body.as_bytes(), catalogue::Format::Csv)
        .map(|row| row.unwrap().read.unwrap())
        .collect();
    assert_eq!(again.len(), 2);
    let found = again.iter().find(|told| told.id.as_deref() == Some("r/1")).unwrap();
    assert_eq!(found.project, damp(), "what went out comes in the same");
    let json: serde_json::Value = serde_json::from_str(&site.get("/projects.json?phase=alpha").await.body).unwrap();
    assert_eq!(json["projects"].as_array().unwrap().len(), 1);
    assert_eq!(site.get("/api/projects?phase=alpha").await.body, site.get("/projects.json?phase=alpha").await.body);
    let atom = site.get("/projects.atom").await;
    let feed = feed::read(atom.body.as_bytes(), &feed::Hints::default()).unwrap();
    assert_eq!(feed.entries.len(), 2);
    assert!(feed.complaints.is_empty(), "{:?}", feed.complaints);
    assert_eq!(atom.header("access-control-allow-origin"), "*");
    assert_eq!(site.get("/projects.atom?phase=soon").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_organisation_shows_what_is_its_own() {
    let site = a_site().await;
    let source = site.source("Riverton").await;
    site.publish(source, &[post("Damp again", 1).by("Ann Example")]).await;
    let page = site.get("/organisations/riverton").await;
    assert_eq!(page.link("Ann Example"), "/author/ann-example");
    assert_eq!(page.heading(), "Riverton Borough Council");
    page.says("Borough, North. 1 project, 1 source here.").says("Homes that make people ill").says("Damp again");
    assert_eq!(page.link("Riverton"), "/source/riverton");
    assert_eq!(site.get("/source/riverton").await.link("Riverton"), "/organisations/riverton");
    assert_eq!(site.get("/organisations/tarn").await.link("Riverton"), "/organisations/riverton");
    let old = site.get("/organisations/old-tarn").await;
    old.says("It ended on 31 March 2019").says("What it did is done now by Tarn.");
    let list = site.get("/organisations").await;
    list.says("2 organisations, by name.").says("1 project, 1 source").is_silent_on("Old Tarn");
    assert_eq!(list.link("North 2 organisations"), "/organisations?region=North");
    site.get("/organisations?here=yes").await.says("1 fits, by name.");
    site.get("/organisations?name=iver").await.says("1 fits, by name.");
    site.get("/organisations?name=nobody").await.says("No organisation fits all of this.");
    let json: serde_json::Value = serde_json::from_str(&site.get("/organisations/riverton.json").await.body).unwrap();
    assert_eq!((&json["code"], &json["projects"]), (&"RIV".into(), &1.into()));
    let csv = site.get("/organisations.csv").await.body;
    let again: Vec<_> = catalogue::organisations(csv.as_bytes(), catalogue::Format::Csv)
        .map(|row| row.unwrap().read.unwrap())
        .collect();
    assert_eq!(again[0], organisation("Riverton", "RIV"));
    let ended = site.get(&list.link("Also those that are no more")).await;
    ended.says("3 fit, by name.").says("It ended on 31 March 2019").says("Also: those that are no more");
    site.get("/organisations?name=old").await.says("Old Tarn").says("It ended on 31 March 2019");
    let csv = site.get("/organisations.csv?ended=yes").await.body;
    let again: Vec<_> = catalogue::organisations(csv.as_bytes(), catalogue::Format::Csv)
        .map(|row| row.unwrap().read.unwrap())
        .collect();
    assert_eq!(
        (again.len(), again[0].ended, again[0].successors.join("")),
        (3, Day::heard("2019-03-31"), "TAR".into())
    );
    assert_eq!(site.get("/organisations/nothing").await.status, StatusCode::NOT_FOUND);
}
