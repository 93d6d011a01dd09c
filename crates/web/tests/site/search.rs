//! Searching posts: what is found, why, and what no search can break.

use axum::http::StatusCode;
use store::SetSource;

use crate::kit::{Got, TestSite, post};

async fn site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let dale = site.source("Dale Council").await;
    site.publish(
        riverton,
        &[
            post("Healthy homes", 1).saying(
                "<p>We put sensors in flats.</p><p>They warn of damp before black mould grows on the walls.</p>",
            ),
            post("Missed bins", 30)
                .by("Ann Example")
                .saying("<p>Residents report that their rubbish was not collected.</p>"),
        ],
    )
    .await;
    site.publish(dale, &[post("Street trees", 24 * 400).saying("<p>Every tree is on a map, as are the bins.</p>")])
        .await;
    site
}

async fn search(site: &TestSite, typed: &str) -> Got {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
    let page = site.get(&format!("/search?{query}")).await;
    assert_eq!((page.status, page.heading().as_str()), (StatusCode::OK, "Search"));
    page
}

#[track_caller]
fn found(page: &Got, titles: &[&str]) {
    assert_eq!(page.titles(), titles, "{}", crate::kit::words(&page.body));
}

#[tokio::test]
async fn posts_are_found_by_words_and_say_which() {
    let site = site().await;
    let page = search(&site, "mold").await;
    found(&page, &["Healthy homes"]);
    page.says("Riverton Digital").says("23 November 2026").says("1 of 3 posts.");
    assert_eq!(page.between("<mark>", "</mark>"), "mould");
    assert!(page.link("Original at original.example").starts_with("https://original.example/"));
    found(&search(&site, "ann example").await, &["Missed bins"]);
}

#[tokio::test]
async fn posts_are_found_by_meaning_with_the_sentence_that_comes_closest() {
    let site = site().await;
    let page = search(&site, "mouldy housing").await;
    assert_eq!(page.titles()[0], "Healthy homes");
    page.says(": They warn of damp before black mould grows on the walls.");
}

#[tokio::test]
async fn phrases_words_to_do_without_sources_and_days_narrow_a_search() {
    let site = site().await;
    found(&search(&site, "\"black mould\"").await, &["Healthy homes"]);
    found(&search(&site, "\"mould black\"").await, &[]);
    found(&search(&site, "bins -tree").await, &["Missed bins"]);
    found(&search(&site, "bins source:dale").await, &["Street trees"]);
    found(&search(&site, "bins after:2026").await, &["Missed bins"]);
    found(&search(&site, "source:riverton").await, &["Healthy homes", "Missed bins"]);
}

#[tokio::test]
async fn search_follows_what_changes() {
    let site = site().await;
    found(&search(&site, "bollards").await, &[]);
    let dale = site.source("Dale Roads").await;
    site.publish(dale, &[post("Cycle lanes", 2).saying("<p>Bollards keep cars out.</p>")]).await;
    let page = search(&site, "bollards").await;
    assert_eq!(page.titles()[0], "Cycle lanes");
    let set = SetSource { name: Some("Dale Streets".into()), ..SetSource::default() };
    site.store.set_source(dale, &set, site.now()).await.unwrap();
    search(&site, "bollards").await.says("Dale Streets");
    site.store.set_source_state(dale, model::SourceState::Hidden, Some("asked to"), site.now()).await.unwrap();
    search(&site, "bollards").await.is_silent_on("Cycle lanes");
}

#[tokio::test]
async fn where_nothing_is_found_it_says_what_to_try() {
    let site = site().await;
    search(&site, "xylophone \"nowhere at all\"")
        .await
        .says("Nothing like this is in 3 posts.")
        .says("Try fewer words");
    search(&site, "the of and").await.says("These words stand in every post.");
    search(&site, "").await.says("In 3 posts, by words and by meaning.").is_silent_on("Try fewer words");
}

#[tokio::test]
async fn nothing_that_is_typed_breaks_the_page() {
    let site = site().await;
    let typed = [
        "\"",
        "-",
        "source:",
        "after:never",
        "<script>alert(1)</script>",
        "今日は",
        "\u{1F9E9}",
        "' OR 1=1 --",
        "\u{0}\u{202E}",
    ];
    for typed in typed {
        search(&site, typed).await.is_silent_on("<script>alert");
    }
    let page = search(&site, &"damp ".repeat(12_000)).await;
    assert!(page.body.len() < 60_000, "{}", page.body.len());
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(site.get("/search?q=%FF%FE&q=2&x").await.status, StatusCode::OK);
}
