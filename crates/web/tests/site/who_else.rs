//! Who else is on this problem: from a project, from a sentence, for people and for programs.

use axum::http::StatusCode;
use model::{Offer, Organisation, Phase, Project};
use serde_json::Value;
use store::NewProject;

use crate::kit::{Got, TestSite, post, words};

/// Projects of which some share a problem in different words.
const PROJECTS: [(&str, &str, &str, &str, Phase); 8] = [
    (
        "damp",
        "Damp and mould reports",
        "Tenants report black mould in their flats again and again.",
        "Riverton",
        Phase::Alpha,
    ),
    (
        "ill",
        "Homes that make people ill",
        "Condensation and mould in rented homes are found too late.",
        "Larkmere",
        Phase::Live,
    ),
    ("dry", "Is it dry?", "Sensors warn landlords of damp walls before mould grows.", "Otterbank", Phase::Concept),
    (
        "bins",
        "Missed bins",
        "Crews hear of a missed collection while the lorry is in the street.",
        "Riverton",
        Phase::Beta,
    ),
    ("lorry", "Where is my lorry", "A page shows how far the bin round has come today.", "Larkmere", Phase::Live),
    (
        "tax",
        "Before the bailiff",
        "Households behind with council tax are offered a plan early.",
        "Larkmere",
        Phase::Beta,
    ),
    (
        "notes",
        "A scribe in the room",
        "Software writes social workers' case notes from recordings.",
        "Larkmere",
        Phase::Stopped,
    ),
    ("bus", "Where the bus is", "True times of buses at every stop.", "", Phase::Beta),
];

async fn a_site() -> TestSite {
    let site = TestSite::new().await;
    let organisation = |name: &str, region: &str| Organisation {
        name: format!("{name} Council"),
        region: Some(region.into()),
        ..Organisation::default()
    };
    let organisations =
        [organisation("Riverton", "Wales"), organisation("Larkmere", "London"), organisation("Otterbank", "Wales")];
    site.store.put_organisations(&organisations, site.now()).await.unwrap();
    for (id, title, summary, organisation, phase) in PROJECTS {
        let told = Project {
            title: title.into(),
            summary: Some(summary.into()),
            organisation: Some(organisation.into()).filter(|name: &String| !name.is_empty()),
            phase: Some(phase),
            offers: if id == "ill" { vec![Offer::Talk] } else { vec![] },
            contact: (id == "damp").then(|| "digital@riverton.example".into()),
            ..Project::default()
        };
        take_in(&site, id, told).await;
    }
    site
}

async fn take_in(site: &TestSite, id: &str, told: Project) {
    let new = NewProject { known_by: format!("id:{id}"), given_id: Some(id.into()), told };
    site.store.put_projects(&[new], site.now()).await.unwrap();
}

async fn ids(site: &TestSite, address: &str) -> Vec<String> {
    let found: Value = serde_json::from_str(&site.get(address).await.body).unwrap();
    found["matches"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

fn names(page: &Got) -> Vec<String> {
    page.all("<h3 class=\"name\">", "</h3>").map(words).collect()
}

#[tokio::test]
async fn a_project_shows_who_else_is_on_its_problem_and_why() {
    let site = a_site().await;
    let page = site.get("/projects/damp-and-mould-reports").await;
    page.says("Who else is on this problem").says("“mould”");
    let found = names(&page);
    assert!(found.contains(&"Homes that make people ill".to_owned()), "{found:?}");
    assert!(
        !found.contains(&"Where the bus is".to_owned()) && !found.contains(&"Damp and mould reports".to_owned()),
        "{found:?}"
    );
}

#[tokio::test]
async fn programs_are_told_of_matches_with_scores() {
    let site = a_site().await;
    let found: Value = serde_json::from_str(&site.get("/api/projects/damp/matches").await.body).unwrap();
    assert_eq!(found["asked"], "damp");
    let matches = found["matches"].as_array().unwrap();
    assert!(matches.iter().all(|one| one["id"] != "damp"));
    let scores: Vec<f64> = matches.iter().map(|one| one["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|one, next| one >= next), "{scores:?}");
    let mut first: Vec<&str> = matches[..2].iter().map(|one| one["id"].as_str().unwrap()).collect();
    first.sort_unstable();
    assert_eq!(first, ["dry", "ill"]);
    assert_eq!(ids(&site, "/api/projects/damp/matches?limit=1").await.len(), 1);
    assert_eq!(
        ids(&site, "/api/projects/damp-and-mould-reports/matches").await,
        ids(&site, "/api/projects/damp/matches").await
    );
    assert_eq!(ids(&site, "/api/who-else?problem=rubbish+truck+did+not+come").await.len().min(1), 1);
    assert_eq!(ids(&site, "/api/who-else").await, Vec::<String>::new());
    assert_eq!(site.get("/api/projects/nothing/matches").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_sentence_is_answered_in_one_step() {
    let site = a_site().await;
    let asked = site.get("/who-else").await;
    assert_eq!(asked.heading(), "Who else works on this?");
    asked.says("What problem are you working on?").says("In your own words".to_lowercase().as_str());
    let page = site.get("/who-else?problem=Mould+on+damp+walls+makes+tenants+ill").await;
    page.says("On it now").says("Done before").says("Planned").says("People to ask").says("Where it is common");
    page.says("offers a talk about it").says("contact: digital@riverton.example");
    assert!(page.body.contains(">Mould on damp walls makes tenants ill</textarea>"), "the address shares the question");
    assert_eq!(page.body.matches("<rect class=\"level-").count(), 12);
    page.says("Wales2").says("London1");
    assert_eq!(site.get("/").await.body.matches("action=\"/who-else\"").count(), 1, "the box is at the front door");
}

#[tokio::test]
async fn what_is_told_anew_is_found_at_once() {
    let site = a_site().await;
    let question = "/api/who-else?problem=lonely+people+at+lunch";
    assert!(!ids(&site, question).await.contains(&"lunch".to_owned()));
    let told = Project {
        title: "Lunch clubs".into(),
        summary: Some("Lonely people eat lunch together.".into()),
        ..Project::default()
    };
    take_in(&site, "lunch", told.clone()).await;
    assert_eq!(ids(&site, question).await.first().map(String::as_str), Some("lunch"));
    take_in(
        &site,
        "lunch",
        Project { title: "Gritting".into(), summary: Some("Salt on winter roads.".into()), ..told },
    )
    .await;
    assert_ne!(ids(&site, question).await.first().map(String::as_str), Some("lunch"));
}

#[tokio::test]
async fn whatever_is_asked_is_answered() {
    let site = a_site().await;
    for asked in ["the+of+and", "%00%ff%fe", "%D9%88%D8%A7%D8%AF%D9%8A", "%22%22%22", "-+-", "+++", "%F0%9F%8C%8A"] {
        for path in ["/who-else", "/api/who-else"] {
            let got = site.get(&format!("{path}?problem={asked}")).await;
            assert_eq!(got.status, StatusCode::OK, "{path} {asked}");
            assert!(got.body.len() < 60_000);
        }
    }
    // As long an address as the client of these tests can write: its beginning is answered.
    for path in ["/who-else", "/api/who-else"] {
        let long = site.get(&format!("{path}?problem={}", "damp+".repeat(12_000))).await;
        assert_eq!(long.status, StatusCode::OK);
        assert!(long.body.contains("Homes that make people ill") && long.body.len() < 60_000, "{path}");
    }
    let near = site.get("/who-else?problem=a+firm+that+repairs+the+roofs+of+garages").await;
    near.says("Nobody here surely works on this.").says("These come nearest");
    let empty = TestSite::new().await;
    empty.get("/who-else?problem=damp").await.says("Nobody here seems to work on this.");
}

#[tokio::test]
async fn a_word_of_english_is_no_typing_error_and_what_is_taken_for_one_is_said() {
    let site = a_site().await;
    let found = async |problem: &str| {
        let got = site.get(&format!("/api/who-else?problem={problem}")).await;
        let told: Value = serde_json::from_str(&got.body).unwrap();
        let first = told["matches"][0].clone();
        let strong = first["score"].as_f64().is_some_and(|score| score >= 0.18);
        (first["id"].as_str().filter(|_| strong).map(str::to_owned), told["notes"].to_string())
    };
    // No project says one of these, and one word of some is a letter away.
    for word in ["lifts", "bills", "seasons"] {
        assert_eq!(found(word).await, (None, "null".to_owned()), "{word}");
    }
    let (first, notes) = found("condenstaion+and+muold").await;
    assert_eq!(first.as_deref(), Some("ill"));
    assert_eq!(notes, "[\"No project says “condenstaion” or “muold”, so what is written nearly so is looked for.\"]");
    site.get("/who-else?problem=muold")
        .await
        .says("No project says “muold”, so what is written nearly so is looked for.");
}

#[tokio::test]
async fn acronyms_find_projects_that_write_them_out() {
    let site = a_site().await;
    let told = Project {
        title: "Day one".into(),
        summary: Some("What has to work on the first morning of a new council, by the bell ringers of Tarn.".into()),
        topics: vec!["Local government reorganisation".into()],
        ..Project::default()
    };
    let new = NewProject { known_by: "id:day".into(), given_id: Some("day".into()), told };
    site.store.put_projects(&[new], site.now()).await.unwrap();
    // What topics are called explains some of them, and posts explain others.
    let page = site.get("/who-else?problem=LGR").await;
    page.says("“LGR” also finds “local government reorganisation”, which it stands for.").says("Day one");
    site.get("/who-else?problem=BRT").await.says("Nobody here");
    let riverton = site.source("Riverton").await;
    site.publish(riverton, &[post("The BRT (bell ringers of Tarn) and us", 1)]).await;
    site.shelf.catch_up(|_| {}).await.unwrap();
    let page = site.get("/who-else?problem=BRT").await;
    page.says("“BRT” also finds “bell ringers of tarn”, which it stands for.").says("Day one");
}
