//! Topics: what is written on each, what is rising, who writes and works on it, and what an editor says.

use axum::http::StatusCode;
use search::{Document, Entry, Facts, Index, Meaning};
use serde_json::Value;
use store::{Matter, NewProject};
use web::{Shelf, Standing};

use crate::kit::{TestSite, post};

const A_WEEK: i64 = 7 * 24;

/// Posts on bins in each of the last months from one source, and in the last week from several.
async fn site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let mut past = Vec::new();
    for week in 1..=12 {
        past.push(post(&format!("Potholes of week {week}"), week * A_WEEK + 30));
        past.push(post(&format!("Cake of week {week}"), week * A_WEEK + 31));
    }
    past.push(post("Missed bins last month", 30 * 24));
    past.push(post("Potholes now", 5));
    past.push(post("Missed bins and apologies", 2));
    site.publish(riverton, &past).await;
    for (name, hours) in [("Dale Council", 3), ("Tarn Council", 50), ("Larkmere Labs", 70)] {
        let source = site.source(name).await;
        site.publish(source, &[post(&format!("Bin collections at {name}"), hours)]).await;
    }
    let told = model::Organisation {
        name: "Dale Council".into(),
        website: model::Address::parse("https://dale-council.example/").ok(),
        ..model::Organisation::default()
    };
    site.store.put_organisations(&[told], site.now()).await.unwrap();
    let project = |id: &str, title: &str, phase: model::Phase| {
        let told = model::Project { title: title.into(), phase: Some(phase), ..model::Project::default() };
        NewProject { known_by: format!("id:{id}"), given_id: Some(id.into()), told }
    };
    let projects = [
        project("1", "Missed bin reports", model::Phase::Alpha),
        project("2", "Bin collection data", model::Phase::Live),
        project("3", "Damp homes", model::Phase::Beta),
    ];
    site.store.put_projects(&projects, site.now()).await.unwrap();
    site.shelf.catch_up(|_| {}).await.unwrap();
    site
}

#[tokio::test]
async fn what_rises_comes_first_with_the_posts_behind_it() {
    let site = site().await;
    let page = site.get("/topics").await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Topics"));
    page.says("Rising this week").says("4 posts this week from 4 sources; usually none.");
    let rising = page.between("<ul class=\"rising\">", "All topics");
    assert!(rising.contains("Bins and recycling") && rising.contains("Missed bins and apologies"));
    assert!(!rising.contains("otholes"), "as much as every week");
    assert_eq!(page.link("Bins and recycling 5 posts"), "/topics/bins");
    assert_eq!(page.link("Potholes and roads 13 posts"), "/topics/roads");
    assert_eq!(page.link("Allotments 0 posts"), "/topics/allotments");
    assert!(page.body.len() < 60_000);
}

#[tokio::test]
async fn one_source_alone_makes_nothing_rise() {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let mut posts: Vec<_> = (1..=12).map(|week| post(&format!("Cake {week}"), week * A_WEEK)).collect();
    posts.extend((1..=20).map(|number| post(&format!("Allotment number {number}"), number)));
    site.publish(riverton, &posts).await;
    site.shelf.catch_up(|_| {}).await.unwrap();
    site.get("/topics").await.is_silent_on("Rising this week");
    site.get("/topics/allotments").await.says("20 posts this week from 1 source; usually none.");
}

#[tokio::test]
async fn a_topic_shows_its_posts_projects_and_who_is_active_in_it() {
    let site = site().await;
    let page = site.get("/topics/bins").await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Bins and recycling"));
    page.says("Rising this week").says("5 posts and 2 projects are about it.");
    page.says("Other words for it missed bin, bin collection").says("Which day the refuse is collected (524)");
    let titles = page.titles();
    let meant = [
        "Bin collection data",
        "Missed bin reports",
        "Missed bins and apologies",
        "Bin collections at Dale Council",
        "Bin collections at Tarn Council",
        "Bin collections at Larkmere Labs",
        "Missed bins last month",
    ];
    assert_eq!(titles, meant);
    assert_eq!(page.link("Dale Council 1 post"), "/organisations/dale-council");
    assert_eq!(page.link("Riverton Digital 2 posts"), "/source/riverton-digital");
    assert_eq!(page.link("Alpha 1 project"), "/projects?phase=alpha&topic=bins");
    assert_eq!(page.link("Fly-tipping"), "/topics/fly-tipping");
    let alpha = site.get("/projects?phase=alpha&topic=bins").await;
    assert_eq!(alpha.titles(), ["Missed bin reports"]);
    alpha.says("Topic: Bins and recycling");
    assert_eq!(site.get("/projects").await.link("Bins and recycling 2 projects"), "/projects?topic=bins");
    assert_eq!(site.get("/projects?topic=wheelie+bin").await.titles().len(), 2, "a synonym does as well");
    site.get("/projects?topic=unheard").await.says("There is no topic “unheard” here.");
}

#[tokio::test]
async fn many_posts_of_a_topic_are_paged_and_go_out_as_feeds() {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    // Two at each place, so that pages end between equals.
    let posts: Vec<_> = (0..60).map(|number| post(&format!("Allotment {number}"), number / 2)).collect();
    site.publish(riverton, &posts).await;
    site.shelf.catch_up(|_| {}).await.unwrap();
    let (mut seen, mut next) = (Vec::new(), Some("/topics/allotments".to_owned()));
    while let Some(address) = next.take() {
        let page = site.get(&address).await;
        seen.extend(page.titles());
        next = page.body.contains("Older posts").then(|| page.link("Older posts"));
    }
    let all: std::collections::BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), all.len()), (60, 60), "each once");
    let feed = site.get("/topics/allotments.atom").await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(feed.body.matches("<entry").count(), 40);
    assert!(feed.body.contains("<category term=\"allotments\" label=\"Allotments\"/>"));
    assert!(feed.body.contains("rel=\"next\""));
    let json: Value = serde_json::from_str(&site.get("/topics/allotments.json").await.body).unwrap();
    assert_eq!(json["items"][0]["tags"][0], "Allotments");
    assert!(site.get("/topics/allotments.rss").await.body.contains("<category>Allotments</category>"));
}

#[tokio::test]
async fn a_topic_that_is_not_there_leads_to_those_that_are() {
    let site = site().await;
    let there = site.get("/topics/flytipping").await;
    assert_eq!((there.status, there.header("location")), (StatusCode::SEE_OTHER, "/topics/fly-tipping"));
    for (asked, there) in [
        ("/api/topics/LGR", "/api/topics/local-government-reorganisation"),
        ("/topics/flytipping.atom", "/topics/fly-tipping.atom"),
    ] {
        assert_eq!(site.get(asked).await.header("location"), there);
    }
    let missing = site.get("/topics/mouldy-homes").await;
    assert_eq!((missing.status, missing.heading().as_str()), (StatusCode::NOT_FOUND, "There is no such topic"));
    assert_eq!(missing.link("Damp and mould"), "/topics/damp-and-mould");
    assert_eq!(site.get("/topics/mouldy-homes.atom").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/api/topics/mouldy-homes").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/topics/%F0%9F%91%8D?before=x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_post_and_a_project_say_what_they_are_about_and_why() {
    let site = site().await;
    let bins = site.get("/topics/bins").await;
    let page = site.get(&bins.link("Missed bins and apologies")).await;
    page.says("Bins and recycling Its title says “Missed bins”.");
    let page = site.get("/projects/damp-homes").await;
    page.says("Damp and mould Its title says “Damp homes”.");
}

#[tokio::test]
async fn an_editors_word_shows_everywhere_and_stays() {
    let site = site().await;
    let bins = site.get("/topics/bins").await;
    let address = bins.link("Missed bins and apologies");
    let id: model::PostId = address.split('/').nth(2).unwrap().parse().unwrap();
    site.store.say_topic(Matter::Post(id), "bins", false, site.now()).await.unwrap();
    site.store.say_topic(Matter::Post(id), "dogs", true, site.now()).await.unwrap();
    let project = site.store.project_by_slug("damp-homes").await.unwrap().unwrap().id;
    site.store.say_topic(Matter::Project(project), "dogs", true, site.now()).await.unwrap();
    site.shelf.catch_up(|_| {}).await.unwrap();
    site.get(&address).await.says("Dogs An editor says so.").is_silent_on("Bins and recycling");
    site.get("/topics/bins").await.is_silent_on("apologies").says("4 posts and 2 projects are about it.");
    assert_eq!(site.get("/topics/dogs").await.titles(), ["Damp homes", "Missed bins and apologies"]);
    let told: Value = serde_json::from_str(&site.get("/api/topics/dogs").await.body).unwrap();
    assert_eq!((told["posts"].as_u64(), told["projects"].as_u64()), (Some(1), Some(1)));
    assert_eq!(told["latest_projects"][0]["title"], "Damp homes");
}

#[tokio::test]
async fn what_left_the_river_is_on_no_topic() {
    let site = site().await;
    let bins = site.get("/topics/bins").await;
    let id: model::PostId = bins.link("Missed bins and apologies").split('/').nth(2).unwrap().parse().unwrap();
    site.store.set_post_state(id, model::PostState::Hidden, None, site.now()).await.unwrap();
    // The index has not followed yet.
    site.get("/topics/bins").await.is_silent_on("apologies");
    site.get("/topics").await.is_silent_on("Missed bins and apologies");
}

#[tokio::test]
async fn with_another_vocabulary_the_index_is_built_again_while_the_old_one_answers() {
    let site = site().await;
    let folder = site.folder.join("older");
    let last = site.store.revision().await.unwrap().number;
    {
        let index = Index::open(&folder, Meaning::built_in()).unwrap();
        let facts = Facts { topics: &["gone-from-the-vocabulary"], ..Facts::default() };
        index.put(&[Entry { document: Document { id: 1, title: "Potholes", text: "" }, facts }]).unwrap();
        index.commit(&format!("whole {last} topics 1")).unwrap();
    }
    let shelf = Shelf::open(site.store.clone(), &folder).unwrap();
    let mut standings = Vec::new();
    shelf.catch_up(|standing| standings.push((standing, shelf.len()))).await.unwrap();
    assert!(matches!(standings[0], (Standing::Again { .. }, 1)), "{standings:?}");
    assert_eq!((shelf.standing(), shelf.len()), (Standing::Whole, site.shelf.len()));
    // The next time all is as it should be.
    drop(shelf);
    let shelf = Shelf::open(site.store.clone(), &folder).unwrap();
    let mut steps = 0;
    shelf.catch_up(|_| steps += 1).await.unwrap();
    assert_eq!((steps, shelf.len()), (0, site.shelf.len()));
}
