//! Pictures come from here or not at all; where there is none, its words and the way to it stand in its place.

use model::{PostId, PostState, Show};
use store::{NewPicture, PictureKind};

use crate::kit::{TestSite, choose, post, words};

const LEAD: &str = "https://riverton.example/lead.jpg?w=1&h=2";
const WITHIN: &str = "https://riverton.example/within.png";

/// A source that shows its posts whole, with one that has two pictures.
async fn with_pictures(site: &TestSite) -> PostId {
    let source = site.source("Riverton Digital").await;
    choose(site, source, Show::Full).await;
    let mut written = post("Our bin lorry", 1).saying(&format!(
        "<p>Look:</p><figure><img src=\"{WITHIN}\" alt=\"Three bins\" width=\"300\" loading=\"lazy\"></figure>"
    ));
    written.picture = Some(LEAD.to_owned());
    site.publish(source, &[written]).await;
    let id = PostId::new(1);
    site.store.picture_posts(&[(id, vec![LEAD.to_owned(), WITHIN.to_owned()])], site.now()).await.unwrap();
    id
}

/// As if the crawler had fetched them: the names of their bytes.
async fn fetch(site: &TestSite) -> Vec<String> {
    let mut hashes = vec![];
    for wanted in site.store.take_pictures(site.now(), site.now(), 10).await.unwrap() {
        let hash = format!("{:032x}", wanted.address.len());
        let body = [b"GIF89a".as_slice(), wanted.address.as_bytes()].concat();
        let new = NewPicture { hash: hash.clone(), kind: PictureKind::Gif, width: 600, height: 400, body };
        site.store.keep_picture(&wanted, &new, 1 << 20, site.now()).await.unwrap();
        hashes.push(hash);
    }
    hashes
}

/// The addresses that a browser would load pictures from.
fn loaded(markup: &str) -> Vec<String> {
    let tags = markup.split("<img ").skip(1);
    tags.map(|tag| tag.split_once("src=\"").unwrap().1.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_picture_that_is_not_here_has_its_words_in_its_place() {
    let site = TestSite::new().await;
    with_pictures(&site).await;
    for address in ["/", "/post/1/our-bin-lorry", "/source/riverton-digital", "/archive/2026/11"] {
        let page = site.get(address).await;
        assert_eq!(page.status, 200, "{address}");
        assert_eq!(loaded(&page.body), Vec::<String>::new(), "{address}");
        assert!(page.header("content-security-policy").contains("img-src 'self';"), "{address}");
    }
    let page = site.get("/").await;
    page.says("A bend in a river Picture at riverton.example");
    assert_eq!(page.link("Picture at riverton.example"), LEAD);
    let page = site.get("/post/1/our-bin-lorry").await;
    page.says("Three bins Picture at riverton.example");
    assert_eq!(page.link("Picture at riverton.example"), WITHIN);
    let feed = site.get("/river.atom").await;
    feed.is_silent_on("&lt;img").is_silent_on("media:thumbnail");
}

#[tokio::test]
async fn a_picture_that_is_here_is_shown_from_here() {
    let site = TestSite::new().await;
    with_pictures(&site).await;
    site.get("/").await;
    let hashes = fetch(&site).await;
    let ours: Vec<String> = hashes.iter().map(|hash| format!("/pictures/{hash}")).collect();
    let page = site.get("/").await;
    assert_eq!(loaded(&page.body), [ours[0].clone()]);
    assert!(page.body.contains("alt=\"A bend in a river\" width=\"600\" height=\"400\""), "{}", page.body);
    let page = site.get("/post/1/our-bin-lorry").await;
    assert_eq!(loaded(&page.body), [ours[1].clone()]);
    assert!(page.body.contains("alt=\"Three bins\" width=\"300\" height=\"200\""), "{}", page.body);
    for feed in ["/river.atom", "/river.rss", "/river.json"] {
        let feed = site.get(feed).await;
        let ours = format!("https://watersmeet.example{}", ours[1]);
        assert!(feed.body.contains(&ours), "{}", feed.body);
        feed.is_silent_on("riverton.example/within.png").is_silent_on("riverton.example/lead.jpg");
    }
}

#[tokio::test]
async fn pictures_are_sent_as_what_they_are_and_kept_for_good() {
    let site = TestSite::new().await;
    let post = with_pictures(&site).await;
    let hash = fetch(&site).await.remove(0);
    let address = format!("/pictures/{hash}");
    let got = site.get(&address).await;
    assert_eq!((got.status.as_u16(), got.header("content-type")), (200, "image/gif"));
    assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(got.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert!(got.body.starts_with("GIF89a"));
    let again = site.ask(&address, &[("if-none-match", got.header("etag"))]).await;
    assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
    for nothing in
        ["/pictures", "/pictures/1", "/pictures/..", &format!("{address}0"), &format!("/pictures/{:032x}", 7)]
    {
        assert_eq!(site.get(nothing).await.status, 404, "{nothing}");
    }
    // What is taken out takes its pictures with it, and what comes back brings them.
    site.store.set_post_state(post, PostState::Hidden, None, site.now()).await.unwrap();
    assert_eq!(site.get(&address).await.status, 404);
    site.store.set_post_state(post, PostState::Shown, None, site.now()).await.unwrap();
    assert_eq!(site.get(&address).await.status, 200);
}

#[tokio::test]
async fn a_site_without_pictures_shows_none() {
    let site = TestSite::with(|settings| settings.pictures = false).await;
    with_pictures(&site).await;
    let hash = fetch(&site).await.remove(0);
    for address in ["/", "/post/1/our-bin-lorry"] {
        let page = site.get(address).await;
        assert_eq!(loaded(&page.body), Vec::<String>::new(), "{address}");
        page.says("Picture at riverton.example");
    }
    assert_eq!(site.get(&format!("/pictures/{hash}")).await.status, 404);
}

#[tokio::test]
async fn a_source_has_its_icon_or_a_letter() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Bins", 1)]).await;
    let page = site.get("/").await;
    assert!(page.body.contains("data-letter=\"R\" aria-hidden=\"true\""), "{}", page.body);
    assert!(words(&page.body).contains("Riverton Digital"));
    let body = b"GIF89a an icon".to_vec();
    let new = NewPicture { hash: format!("{:032x}", 9), kind: PictureKind::Gif, width: 32, height: 32, body };
    site.store.keep_icon(source, &new, 1 << 20, site.now()).await.unwrap();
    for address in ["/", "/post/1/bins", "/source/riverton-digital"] {
        let page = site.get(address).await;
        assert!(page.body.contains(&format!("src=\"/pictures/{}\" alt=\"\"", new.hash)), "{address}: {}", page.body);
    }
    assert_eq!(site.get(&format!("/pictures/{}", new.hash)).await.header("content-type"), "image/gif");
}
