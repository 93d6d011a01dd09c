//! The directory of sources: by name, in pages, by letter, and as a list for other programs.

use std::io::Read;

use axum::http::StatusCode;

use crate::kit::{Got, TestSite, post};

/// 230 sources, of which 30 are in a group.
async fn a_site() -> TestSite {
    let site = TestSite::new().await;
    for n in 0..230 {
        let start = ["Alder", "Beck", "Camber", "Émigré", "10 Streets", "وادی"][n % 6];
        let source = site.source(&format!("{start} example {n:03}")).await;
        if n % 8 == 1 {
            site.store.put_in_group(source, &["Local government".to_owned()], site.now()).await.unwrap();
        }
    }
    site
}

fn names(page: &Got) -> Vec<String> {
    page.all("<span class=\"name\">", "</span>").map(crate::kit::words).collect()
}

#[tokio::test]
async fn many_sources_are_paged_by_name() {
    let site = a_site().await;
    let first = site.get("/sources").await;
    first.says("230 sources, each asked between once an hour and once a week, by how often it publishes or as an editor has set it.");
    let mut found = names(&first);
    assert_eq!((found.len(), found[0].as_str()), (100, "10 Streets example 004"));
    let second = site.get(&first.link("More sources")).await;
    found.extend(names(&second));
    let third = site.get(&second.link("More sources")).await;
    found.extend(names(&third));
    assert!(!third.body.contains("rel=\"next\""));
    let mut once = found.clone();
    once.sort();
    once.dedup();
    assert_eq!((found.len(), once.len()), (230, 230), "each is there once");
    assert!(found.last().unwrap().starts_with("وادی"));
    assert_eq!(names(&site.get(&third.link("Sources before these")).await), names(&second));
    let back = site.get(&second.link("Sources before these")).await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/sources"));
}

#[tokio::test]
async fn letters_lead_into_a_long_list() {
    let site = a_site().await;
    let page = site.get("/sources").await;
    let letters: Vec<String> = page.all("class=\"unseen\">From </span>", "</a>").map(str::to_owned).collect();
    assert_eq!(letters, ["0–9", "A", "B", "C", "E", "Other scripts"]);
    assert!(names(&site.get(&page.link("From C")).await)[0].starts_with("Camber"));
    assert!(names(&site.get(&page.link("From E")).await)[0].starts_with("Émigré"));
    assert!(names(&site.get(&page.link("From Other scripts")).await)[0].starts_with("وادی"));
    let few = TestSite::new().await;
    few.source("Riverton Digital").await;
    few.get("/sources").await.is_silent_on("From </span>");
}

#[tokio::test]
async fn sources_are_found_by_name_group_and_health() {
    let site = a_site().await;
    for (address, said, many) in [
        ("/sources?name=example+00", "10 sources of 230.", 10),
        ("/sources?name=emigre+example+003", "1 source of 230.", 1),
        ("/sources?group=local-government", "29 sources of 230.", 29),
        ("/sources?health=trouble", "No source fits all of this.", 0),
        ("/sources?name=nobody", "No source fits all of this. Take something away to see more.", 0),
        ("/sources?name=example&group=local-government&health=well", "29 sources of 230.", 29),
        ("/sources?group=nothing", "There is no group called “nothing”", 100),
    ] {
        let page = site.get(address).await;
        assert_eq!((page.status, names(&page).len()), (StatusCode::OK, many), "{address}");
        page.says(said);
        assert_eq!(page.heading(), "Sources", "{address}");
    }
    let sent = site.get("/sources?health=&name=+Beck+&group=").await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/sources?name=Beck"));
    let kept = site.get("/sources?name=Beck&group=local-government&health=well").await;
    assert!(kept.body.contains("value=\"Beck\""));
    assert!(kept.body.contains("<option value=\"local-government\" selected>"));
    assert!(kept.body.contains("<option value=\"well\" selected>"));
    assert_eq!(kept.link("All sources"), "/sources");
    assert_eq!(kept.link("Posts of the group Local government"), "/?group=local-government");
}

#[tokio::test]
async fn a_long_list_of_sources_is_typed_into_the_filter() {
    let site = a_site().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Forms", 1)]).await;
    let river = site.get("/").await;
    assert!(river.body.contains("<input type=\"text\" id=\"source\""), "{}", river.body);
    let offered = river.between("<datalist id=\"active-sources\">", "</datalist>");
    assert_eq!(offered, "<option value=\"riverton-digital\">Riverton Digital</option>");
    assert_eq!(site.get("/?source=riverton").await.header("location"), "/?source=riverton-digital");
    site.get("/?source=example").await.says("Several sources are called something like “example”");
}

#[tokio::test]
async fn the_list_goes_out_while_it_is_read() {
    let site = a_site().await;
    let plain = site.get("/sources.opml").await;
    let list = feed::opml::read(plain.body.as_bytes()).unwrap();
    assert!(list.complaints.is_empty(), "{:?}", list.complaints);
    assert_eq!((list.feeds().len(), list.outlines.len()), (230, 230 - 29 + 1));
    assert_eq!(plain.header("cache-control"), "public, max-age=300");
    let etag = plain.header("etag").to_owned();
    let again = site.ask("/sources.opml", &[("if-none-match", &etag)]).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let packed = site.bytes("/sources.opml", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(packed.0["content-encoding"], "gzip");
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(packed.1.as_slice()).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert!(packed.1.len() * 4 < unpacked.len());
    let new = site.source("Zeta").await;
    let changed = site.ask("/sources.opml", &[("if-none-match", &etag)]).await;
    assert_eq!(changed.status, StatusCode::OK, "a source was added");
    assert!(changed.body.contains("Zeta"));
    let etag = changed.header("etag").to_owned();
    site.publish(new, &[post("Forms", 1)]).await;
    let same = site.ask("/sources.opml", &[("if-none-match", &etag)]).await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED, "a post changes no list of sources");
}

#[tokio::test]
async fn a_source_that_an_editor_has_set_otherwise_says_so() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.get("/source/riverton-digital").await.is_silent_on("as an editor has set it");
    let (pace, why) = ("15m".parse().unwrap(), "it is set here to be asked every 15 minutes");
    site.store.set_pace(source, Some(pace), Some((site.now(), why)), site.now()).await.unwrap();
    let page = site.get("/source/riverton-digital").await;
    page.says("Every 15 minutes, as an editor has set it");
    page.says("because it is set here to be asked every 15 minutes");
}
