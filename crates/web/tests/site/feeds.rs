//! Feeds out, read back by our own reader.

use axum::http::StatusCode;
use feed::Hints;
use model::Show;

use crate::kit::{TestSite, post};

async fn a_site() -> TestSite {
    let site = TestSite::with(|settings| settings.show = Show::Full).await;
    let riverton = site.source("Riverton & Dale").await;
    let first = post("Forms <that> work & last", 1).by("Ann Example").under("CC BY-SA 4.0");
    site.publish(riverton, &[first, post("فارم", 2).in_language("ur")]).await;
    site
}

#[track_caller]
fn read(bytes: &str, kind: &str) -> feed::Feed {
    let hints = Hints { content_type: Some(kind), ..Hints::default() };
    let feed = feed::read(bytes.as_bytes(), &hints).unwrap_or_else(|why| panic!("{why:?}: {bytes}"));
    assert!(feed.complaints.is_empty(), "{:?} in {bytes}", feed.complaints);
    feed
}

#[tokio::test]
async fn what_goes_out_comes_back_in() {
    let site = a_site().await;
    for (address, title) in [
        ("/river", "Watersmeet"),
        ("/source/riverton-and-dale", "Riverton & Dale – Watersmeet"),
        ("/author/ann-example", "Ann Example at Riverton & Dale – Watersmeet"),
    ] {
        for ending in ["atom", "rss", "json"] {
            let address = format!("{address}.{ending}");
            let got = site.get(&address).await;
            assert_eq!(got.status, StatusCode::OK, "{address}");
            let feed = read(&got.body, got.header("content-type"));
            assert_eq!(feed.title.unwrap().value, title, "{address}");
            let entry = &feed.entries[0];
            assert_eq!(entry.title.as_ref().unwrap().value, "Forms <that> work & last", "{address}");
            assert_eq!(entry.authors[0].name.as_deref(), Some("Ann Example"), "{address}");
            let text = &entry.content.last().or(entry.summary.as_ref()).unwrap().value;
            assert!(text.contains("And then at length."), "{address}: {text}");
            let published = entry.published.as_ref().and_then(|date| date.at).unwrap();
            assert_eq!(published.to_string(), "2026-11-23T13:30:00Z", "{address}");
        }
    }
}

#[tokio::test]
async fn feeds_lead_to_the_original_and_name_its_source() {
    let site = a_site().await;
    let atom = site.get("/river.atom").await;
    let feed = read(&atom.body, atom.header("content-type"));
    assert_eq!(feed.entries[0].link(), Some("https://original.example/"));
    assert_eq!(feed.entries[1].link(), Some("https://original.example/1"));
    assert!(atom.body.contains("<source>\n<id>https://riverton-dale.example/feed</id>\n<title>Riverton &amp; Dale"));
    let json = site.get("/river.json").await.body;
    assert!(json.contains("\"external_url\":\"https://original.example/1\""), "{json}");
    assert!(json.contains("\"licence_url\":\"https://creativecommons.org/licenses/by-sa/4.0/\""), "{json}");
    assert!(site.get("/river.rss").await.body.contains("<source url="));
}

#[tokio::test]
async fn a_feed_holds_still_while_nothing_changes() {
    let site = a_site().await;
    for address in ["/river.atom", "/river.rss", "/river.json", "/source/riverton-and-dale.atom", "/sources.opml", "/"]
    {
        let first = site.get(address).await;
        let (tag, date) = (first.header("etag"), first.header("last-modified"));
        assert!(tag.starts_with("W/\"") && date.ends_with("GMT"), "{address}: {tag} {date}");
        site.clock.advance(std::time::Duration::from_secs(61));
        for (name, value) in [("if-none-match", tag), ("if-modified-since", date)] {
            let again = site.ask(address, &[(name, value)]).await;
            assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{address} {name}");
            assert_eq!(again.header("etag"), tag, "{address}");
        }
    }
    let tag = site.get("/river.atom").await.header("etag").to_owned();
    let dale = site.source("Dale Council").await;
    site.publish(dale, &[post("Bins", 0)]).await;
    let again = site.ask("/river.atom", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::OK);
    assert!(again.body.contains("Bins"));
}

#[tokio::test]
async fn a_feed_without_the_new_post_is_still_not_modified() {
    let site = a_site().await;
    let first = site.get("/source/riverton-and-dale.atom").await;
    let dale = site.source("Dale Council").await;
    site.clock.advance(std::time::Duration::from_secs(90));
    site.publish(dale, &[post("Bins", 0)]).await;
    for (name, value) in [("if-none-match", "etag"), ("if-modified-since", "last-modified")] {
        let again = site.ask("/source/riverton-and-dale.atom", &[(name, first.header(value))]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{name}");
    }
}

#[tokio::test]
async fn pages_and_feeds_come_packed() {
    let site = a_site().await;
    let plain = site.get("/river.atom").await;
    for (accept, packed) in [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("identity", ""), ("br;q=0", "")] {
        let got = site.ask("/river.atom", &[("accept-encoding", accept)]).await;
        assert_eq!(got.header("content-encoding"), packed, "{accept}");
        assert_eq!(got.header("vary"), "accept-encoding");
        assert_eq!(got.header("etag"), plain.header("etag"));
        assert!(packed.is_empty() || got.body.len() < plain.body.len(), "{accept}");
    }
}

#[tokio::test]
async fn the_list_of_sources_is_opml() {
    let site = a_site().await;
    let dale = site.source("Dale Council").await;
    site.store.put_in_group(dale, &["Local government".to_owned()], site.now()).await.unwrap();
    let got = site.get("/sources.opml").await;
    let list = feed::opml::read(got.body.as_bytes()).unwrap();
    assert!(list.complaints.is_empty(), "{:?}", list.complaints);
    assert_eq!(list.title.as_deref(), Some("Sources of Watersmeet"));
    let group = list.outlines.iter().find(|one| one.text == "Local government").unwrap();
    assert_eq!(group.children[0].feed.as_deref(), Some("https://dale-council.example/feed"));
    assert_eq!(list.outlines.iter().filter(|one| one.feed.is_some()).count(), 1, "one is in no group");
}

#[tokio::test]
async fn guesses_at_a_feed_find_it() {
    let site = a_site().await;
    for (guess, there) in [("/feed", "/river.atom"), ("/rss.xml", "/river.rss"), ("/feed/", "/river.atom")] {
        let got = site.get(guess).await;
        assert_eq!((got.status.as_u16(), got.header("location")), (308, there), "{guess}");
    }
}

#[tokio::test]
async fn an_older_page_of_a_feed_is_named_in_it() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    let posts: Vec<_> = (0..60).map(|n| post(&format!("Post {n}"), n)).collect();
    site.publish(source, &posts).await;
    let feed = site.get("/river.atom").await;
    let next = feed.between("rel=\"next\" type=\"application/atom+xml\" href=\"", "\"").to_owned();
    let older = site.get(next.trim_start_matches("https://watersmeet.example")).await;
    assert!(older.body.contains("Post 40") && !older.body.contains("Post 39<"), "{}", older.body);
}

#[tokio::test]
async fn scripts_on_other_sites_may_read_feeds_and_the_list() {
    let site = a_site().await;
    for address in ["/river.atom", "/river.json?language=ur", "/source/riverton-and-dale.rss", "/sources.opml"] {
        let got = site.get(address).await;
        assert_eq!((got.status, got.header("access-control-allow-origin")), (StatusCode::OK, "*"), "{address}");
        let again = site.ask(address, &[("if-none-match", got.header("etag"))]).await;
        let open = again.header("access-control-allow-origin");
        assert_eq!((again.status, open), (StatusCode::NOT_MODIFIED, "*"), "{address}");
        // A script that sends a validator makes the browser ask first.
        let request = axum::http::Request::options(address)
            .header("origin", "https://elsewhere.example")
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "if-none-match");
        let permission = site.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(permission.status, StatusCode::NO_CONTENT, "{address}");
        assert!(permission.header("access-control-allow-headers").contains("if-none-match"), "{address}");
    }
    for address in ["/", "/sources", "/for-authors"] {
        assert_eq!(site.get(address).await.header("access-control-allow-origin"), "", "{address}");
    }
}

#[tokio::test]
async fn p25_feeds_name_the_hub_that_is_told_of_them() {
    let hub = model::Address::parse("https://hub.example/").unwrap();
    let site = TestSite::with(|settings| settings.hub = Some(hub)).await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Bins", 1)]).await;
    for path in ["/river.atom", "/river.rss", "/river.json", "/source/riverton-digital.atom"] {
        let feed = site.get(path).await;
        let own = format!("<https://hub.example/>; rel=\"hub\", <https://watersmeet.example{path}>; rel=\"self\"");
        assert_eq!(feed.header("link"), own);
        assert!(feed.body.contains("https://hub.example/"), "{path}");
        let again = site.ask(path, &[("if-none-match", feed.header("etag"))]).await;
        assert_eq!((again.status.as_u16(), again.header("link")), (304, own.as_str()));
    }
    assert_eq!(site.get("/river.atom?language=cy").await.header("link"), "");
}
