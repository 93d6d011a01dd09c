//! Anything in addresses, filters and fields gets a sentence and the right status, and never breaks a page.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use model::Show;

use crate::kit::{TestSite, post};

const WORDS: [&str; 14] = [
    "%00",
    "%ff%fe",
    "..%2f..%2fetc%2fpasswd",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%27%20OR%201=1--",
    "%F0%9F%8C%8A",
    "99999999999999999999",
    "-1",
    "0",
    "%25%25%25",
    "%E2%80%AE",
    "a%0d%0aSet-Cookie:%20b",
    "\\",
    "%5B%5D",
];

#[tokio::test]
async fn any_address_gets_a_sentence() {
    let site = TestSite::new().await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &[post("Forms", 1)]).await;
    let mut addresses =
        vec!["/".to_owned() + &"a".repeat(5_000), "//".to_owned(), "/post/".to_owned(), "/post//".to_owned()];
    for word in WORDS {
        for place in
            ["/WORD", "/post/WORD", "/post/1/WORD", "/post/WORD/x", "/source/WORD", "/source/WORD.atom", "/author/WORD"]
        {
            addresses.push(place.replace("WORD", word));
        }
        for place in ["/archive/WORD/11", "/archive/2026/WORD", "/request/WORD", "/assets/WORD", "/river.WORD"] {
            addresses.push(place.replace("WORD", word));
        }
        for name in ["source", "group", "author", "language", "from", "to", "before", "after", "page", "WORD"] {
            let name = name.replace("WORD", word);
            addresses.push(format!("/?{name}={word}"));
            addresses.push(format!("/river.json?{name}={word}"));
            addresses.push(format!("/sources?{name}={word}"));
            addresses.push(format!("/source/riverton-digital?{name}={word}"));
            addresses.push(format!("/for-authors?{name}={word}&thing={word}"));
        }
    }
    for address in addresses {
        let Ok(request) = Request::get(&address).body(Body::empty()) else { continue };
        let page = site.send(request).await;
        let status = page.status;
        assert!(status.is_success() || status.is_redirection() || status.is_client_error(), "{status}: {address}");
        assert!(!page.headers.contains_key("set-cookie"), "{address}");
        if status.is_client_error() {
            assert!(!page.heading().is_empty(), "{address}");
        }
        if page.header("content-type").starts_with("text/html") {
            page.is_silent_on("<script");
        }
    }
    assert_eq!(site.get(&format!("/?source={}", "a".repeat(5_000))).await.status, StatusCode::URI_TOO_LONG);
}

#[tokio::test]
async fn any_form_gets_a_sentence() {
    let site = TestSite::new().await;
    site.source("Riverton Digital").await;
    for word in WORDS {
        for what in ["correct", "take-out", word] {
            let fields =
                ["source", "thing", "name", "site", "show", "licence", "language", "message", "contact", "reach"];
            let fields: String = fields.iter().map(|field| format!("&{field}={word}")).collect();
            let page = site.post("/for-authors", &[], Body::from(format!("what={what}{fields}"))).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {word}");
            page.is_silent_on("<script");
        }
    }
    let page = site.post("/for-authors", &[], Body::from(vec![0xff; 1_000])).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = site.post("/for-authors", &[], Body::from("a".repeat(100_000))).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    page.says("Please say it in fewer words.");
    let page = site.post("/for-authors", &[], Body::from(format!("what=take-out&reason={}", "a".repeat(5_000)))).await;
    page.says("Use at most 4000 characters here.");
}

#[tokio::test]
async fn a_store_that_does_not_answer_is_our_fault_and_said_so() {
    let site = TestSite::new().await;
    site.store.close().await;
    let page = site.get("/").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "30"));
    page.says("We cannot show this just now").says("tell us this number:");
    assert_eq!(site.get("/healthz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn other_methods_get_a_sentence() {
    let site = TestSite::new().await;
    for (method, address) in [("PUT", "/"), ("DELETE", "/post/1/x"), ("POST", "/sources"), ("PATCH", "/request/x")] {
        let request = Request::builder().method(method).uri(address).body(Body::empty()).unwrap();
        let page = site.send(request).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {address}");
        page.says("That does not work here");
    }
    let head = Request::head("/").body(Body::empty()).unwrap();
    let page = site.send(head).await;
    assert_eq!((page.status, page.body.len()), (StatusCode::OK, 0));
}

#[tokio::test]
async fn what_sources_say_never_becomes_markup() {
    let site = TestSite::with(|settings| settings.show = Show::Excerpt).await;
    let source = site.source("Riverton Digital").await;
    let bad = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let mut written = post(bad, 1).by(bad).under(bad);
    written.excerpt = bad.to_owned();
    written.picture = Some("javascript:alert(1)".to_owned());
    site.publish(source, &[written]).await;
    let set = store::SetSource { name: Some(bad.to_owned()), about: Some(bad.to_owned()), ..Default::default() };
    site.store.set_source(source, &set, site.now()).await.unwrap();
    let river = site.get("/").await;
    let author = river.between("href=\"/author/", "\"").to_owned();
    let post = river.between("id=\"p1\"", "</h3>").split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    let source = river.between("href=\"/source/", "\"").to_owned();
    for address in
        ["/", "/sources", post, &format!("/source/{source}"), &format!("/author/{author}"), "/archive/2026/11"]
    {
        let page = site.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        page.is_silent_on("<script").is_silent_on("<img src=x").is_silent_on("javascript:");
    }
    for ending in ["atom", "rss"] {
        site.get(&format!("/river.{ending}")).await.is_silent_on("<script");
    }
}
