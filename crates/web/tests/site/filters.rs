//! Filters of the river: they combine, stand in the address, and are taken away one by one.

use axum::http::StatusCode;

use crate::kit::{TestSite, post};

async fn a_site() -> TestSite {
    let site = TestSite::new().await;
    let riverton = site.source("Riverton Digital").await;
    let dale = site.source("Dale Council").await;
    site.publish(riverton, &[post("Forms", 1).by("Ann Example"), post("Ffurflenni", 30).in_language("cy")]).await;
    site.publish(dale, &[post("Bins", 2).by("Ann Example"), post("Maps", 24 * 40).by("Bo Riverside")]).await;
    let local = ["Local government".to_owned()];
    site.store.put_in_group(riverton, &local, site.now()).await.unwrap();
    site
}

#[tokio::test]
async fn each_filter_narrows_the_river() {
    let site = a_site().await;
    for (address, titles) in [
        ("/?source=riverton-digital", vec!["Forms", "Ffurflenni"]),
        ("/?group=local-government", vec!["Forms", "Ffurflenni"]),
        ("/?author=bo-riverside", vec!["Maps"]),
        ("/?language=cy", vec!["Ffurflenni"]),
        ("/?from=2026-11-23", vec!["Forms", "Bins"]),
        ("/?to=2026-11-22", vec!["Ffurflenni", "Maps"]),
        ("/?source=riverton-digital&language=en&from=2026-11-01&to=2026-11-30", vec!["Forms"]),
        ("/?source=dale-council&language=cy", vec![]),
    ] {
        let page = site.get(address).await;
        assert_eq!(
            (page.status, page.titles()),
            (StatusCode::OK, titles.iter().map(|one| one.to_string()).collect()),
            "{address}"
        );
    }
    site.get("/?source=dale-council&language=cy").await.says("No post fits all of these filters.");
}

#[tokio::test]
async fn filters_stand_in_the_heading_and_as_chips() {
    let site = a_site().await;
    let page = site.get("/?source=riverton-digital&language=cy&from=2026-11-01").await;
    assert_eq!(page.heading(), "Posts from Riverton Digital in Welsh since 1 November 2026");
    assert_eq!(page.link("Remove the filter Language: Welsh"), "/?source=riverton-digital&from=2026-11-01");
    assert_eq!(page.link("Remove all filters"), "/");
    assert_eq!(page.between("name=\"robots\" content=\"", "\""), "noindex, follow");
    let month = site.get("/?from=2026-11-01&to=2026-11-30").await;
    assert_eq!(month.heading(), "Posts of November 2026");
}

#[tokio::test]
async fn one_river_has_one_address() {
    let site = a_site().await;
    for (written, address) in [
        ("/?source=&group=&author=&language=cy&from=&to=", "/?language=cy"),
        ("/?language=cy&source=riverton-digital", "/?source=riverton-digital&language=cy"),
        ("/?source=Riverton+Digital", "/?source=riverton-digital"),
        ("/?source=riverton", "/?source=riverton-digital"),
        ("/?author=bo+riverside", "/?author=bo-riverside"),
        ("/?language=cy-GB", "/?language=cy"),
        ("/?from=1/11/2026", "/?from=2026-11-01"),
        ("/?from=2026-11", "/?from=2026-11-01"),
        ("/?from=2026-11-30&to=2026-11-01", "/?from=2026-11-01&to=2026-11-30"),
        ("/?group=", "/"),
    ] {
        let mut page = site.get(written).await;
        let mut last = written.to_owned();
        for _ in 0..3 {
            if page.status == StatusCode::SEE_OTHER {
                last = page.header("location").to_owned();
                page = site.get(&last).await;
            }
        }
        assert_eq!((page.status, last.as_str()), (StatusCode::OK, address), "{written}");
    }
}

#[tokio::test]
async fn what_cannot_be_followed_is_said_on_a_page_that_helps() {
    let site = a_site().await;
    for (address, said) in [
        ("/?source=nobody", "There is no source called “nobody”."),
        ("/?source=i", "Several sources are called something like “i”: Dale Council Riverton Digital"),
        ("/?group=nothing", "There is no group called “nothing”."),
        ("/?author=nobody", "There is no author called “nobody”."),
        ("/?author=Ann+Example", "Several authors are called “Ann Example”:"),
        ("/?language=no+such+one", "is not the code of a language"),
        ("/?from=soon", "“soon” is not a day, such as 2026-03-23."),
        ("/?before=the-flood", "That place in the river cannot be read, so here is its top."),
    ] {
        let page = site.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        page.says(said).says("Narrow the river");
        let feed = site.get(&address.replace('/', "/river.atom")).await;
        assert_eq!(feed.status, StatusCode::NOT_FOUND, "a reader program must not take it for an empty river");
    }
    let page = site.get("/?source=nobody&language=cy").await;
    assert_eq!(page.titles(), ["Ffurflenni"], "the rest of the filters still holds");
    let part = site.get("/?author=Riverside").await;
    part.says("There is no author called “Riverside”. Perhaps you mean: Bo Riverside (Dale Council)");
    assert_eq!(site.get(&part.link("Bo Riverside (Dale Council)")).await.titles(), ["Maps"]);
    let elsewhere = site.get("/?source=riverton-digital&author=Riverside").await;
    elsewhere.says("There is no author called “Riverside”.").is_silent_on("Perhaps you mean");
    let several = site.get("/?author=Ann+Example").await;
    assert_eq!(site.get(&several.link("Ann Example (Dale Council)")).await.titles(), ["Bins"]);
}

#[tokio::test]
async fn every_filtered_river_is_a_feed_too() {
    let site = a_site().await;
    let page = site.get("/?source=riverton-digital&language=cy").await;
    for (ending, kind) in [("atom", "atom+xml"), ("rss", "rss+xml"), ("json", "feed+json")] {
        let address = format!("/river.{ending}?source=riverton-digital&language=cy");
        let escaped = address.replace('&', "&#38;");
        assert!(page.body.contains(&format!("type=\"application/{kind}\" href=\"{escaped}\"")), "{}", page.body);
        let feed = site.get(&address).await;
        assert_eq!(feed.status, StatusCode::OK, "{address}");
        assert!(feed.body.contains("Ffurflenni") && !feed.body.contains("Bins"), "{address}");
    }
}
