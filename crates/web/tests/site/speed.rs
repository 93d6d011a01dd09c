//! Pages are drawn once and then only handed out, and what others write is seen.

use std::time::Duration;

use axum::http::StatusCode;

use crate::kit::{TestSite, post};

#[tokio::test]
async fn the_river_is_looked_at_again_after_a_while() {
    let site = TestSite::with(|settings| settings.look_again_after = Duration::from_secs(1)).await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Forms", 1)]).await;
    let first = site.get("/").await;
    site.publish(source, &[post("Bins", 0)]).await;
    assert_eq!(site.get("/").await.titles(), first.titles(), "within the second the page is handed out as it was");
    site.clock.advance(Duration::from_secs(1));
    assert_eq!(site.get("/").await.titles(), ["Bins", "Forms"]);
}

#[tokio::test]
async fn a_page_is_there_for_many_at_once() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Forms", 1)]).await;
    let all = futures_util::future::join_all((0..50).map(|_| site.get("/"))).await;
    assert!(all.iter().all(|page| page.status == StatusCode::OK && page.body == all[0].body));
}
