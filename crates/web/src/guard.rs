//! What holds for every answer: headers that keep a page to itself, and no post from elsewhere.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use futures_util::FutureExt;
use metrics::counter;

use crate::feeds::Format;
use crate::newsroom::Newsroom;
use crate::pages::missing;

/// Nothing runs, nothing is framed, forms go nowhere else, and nothing is loaded from anywhere but here.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// The longest address of a page that is looked at, in bytes.
const LONGEST_ADDRESS: usize = 4_096;

/// Whether somebody's own words are in the address. Who pastes a page of text is answered from its beginning; and a letter of
/// most scripts takes six bytes or nine there.
fn takes_a_question(path: &str) -> bool {
    let path = path.strip_prefix("/api").unwrap_or(path);
    ["/search", "/who-else"].iter().any(|start| path.starts_with(start))
}

/// Lets a request in, or says why not; and adds what every answer carries.
pub(crate) async fn guard(State(newsroom): State<Arc<Newsroom>>, request: Request, next: Next) -> Response<Body> {
    let uri = request.uri();
    let is_open = is_for_scripts_elsewhere(uri.path());
    let longest = if takes_a_question(uri.path()) { usize::MAX } else { LONGEST_ADDRESS };
    let mut answer = if uri.path_and_query().is_some_and(|address| address.as_str().len() > longest) {
        let words = "An address here is never that long. Perhaps two were pasted into one?";
        missing::sentence(&newsroom, StatusCode::URI_TOO_LONG, "That address is too long", words)
    } else if *request.method() == Method::POST && !is_ours(request.headers(), newsroom.origin()) {
        let words = "Forms are taken only from this site’s own pages. Please open the form here and send it again.";
        missing::sentence(&newsroom, StatusCode::FORBIDDEN, "This form came from elsewhere", words)
    } else if is_open && *request.method() == Method::OPTIONS {
        permission()
    } else {
        answer_in_time(&newsroom, request, next).await
    };
    counter!("watersmeet_answers_total", "status" => answer.status().as_str().to_owned()).increment(1);
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        // A picture brings a stricter policy of its own.
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if is_open {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag, last-modified, link"));
    }
    answer
}

/// The answer, if it comes in time and nothing breaks on the way.
async fn answer_in_time(newsroom: &Newsroom, request: Request, next: Next) -> Response<Body> {
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(newsroom.settings().answer_within, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panic)) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            newsroom.broken(text.as_deref().unwrap_or("a panic without words"))
        }
        Err(_) => {
            let words = "It took too long until all of it was here. Please try again.";
            let mut answer = missing::sentence(newsroom, StatusCode::REQUEST_TIMEOUT, "That took too long", words);
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            answer
        }
    }
}

/// Feeds and lists of sources are for programs, also for scripts on others' pages. Nothing here
/// depends on who asks, so they learn what everybody may.
fn is_for_scripts_elsewhere(path: &str) -> bool {
    Format::of(path).is_some() || path.ends_with(".opml") || path.ends_with(".csv") || path.starts_with("/api/")
}

/// What a browser wants to know before it lets a script send validators (Fetch standard, "CORS-preflight").
fn permission() -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in [
        (header::ALLOW, "GET, HEAD, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "if-none-match, if-modified-since"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

/// Whether a form was sent from one of our own pages. Browsers say where it came from; whatever
/// says nothing is no browser, so no visitor was tricked into it.
fn is_ours(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(sent_from) = text(header::ORIGIN.as_str()) else { return true };
    // A proxy may have changed the host that we see; the site's own address is the other truth.
    let host = sent_from.split_once("://").map(|(_, host)| host);
    sent_from == origin || (host.is_some() && host == text(header::HOST.as_str()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Router;
    use axum::routing::get;
    use model::{Address, Dice, HandClock, Time};
    use store::{Database, Store};
    use tower::ServiceExt;

    use super::*;
    use crate::{Settings, Shelf, Site};

    #[tokio::test]
    async fn what_breaks_or_never_ends_gets_an_answer() {
        let folder = std::env::temp_dir().join(format!("watersmeet-guard-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = HandClock::at(Time::from_millis(0)).clock();
        let store = Store::open(&Database::File(folder.join("site.db")), clock.now()).await.unwrap();
        let mut settings = Settings::at(Address::parse("https://watersmeet.example/").unwrap());
        settings.answer_within = Duration::from_millis(50);
        let shelf = Shelf::open(store.clone(), &folder.join("index")).unwrap();
        let newsroom = Newsroom::open(Site { store, clock, dice: Dice::loaded(1), shelf, settings, metrics: None });
        let site: Router = Router::new()
            .route(
                "/broken",
                get(|| async {
                    if true {
                        panic!("not as thought")
                    }
                }),
            )
            .route("/endless", get(std::future::pending::<()>))
            .layer(axum::middleware::from_fn_with_state(newsroom, guard));
        for (address, status, said) in
            [("/broken", 500, "Something is wrong with this page"), ("/endless", 408, "That took too long")]
        {
            let answer = site.clone().oneshot(Request::get(address).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status().as_u16(), status, "{address}");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff", "{address}");
            let body = axum::body::to_bytes(answer.into_body(), 100_000).await.unwrap();
            assert!(String::from_utf8_lossy(&body).contains(said), "{address}");
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], ours: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        assert_eq!(is_ours(&map, "https://watersmeet.example"), ours, "{headers:?}");
    }

    #[test]
    fn feeds_and_lists_are_open_to_scripts_elsewhere() {
        for path in ["/river.atom", "/river.rss", "/river.json", "/source/riverton.atom", "/sources.opml"] {
            assert!(is_for_scripts_elsewhere(path), "{path}");
        }
        for path in ["/", "/sources", "/for-authors", "/request/0123", "/atom", "/source/riverton.atom/x"] {
            assert!(!is_for_scripts_elsewhere(path), "{path}");
        }
    }

    #[test]
    fn forms_from_elsewhere_are_told_apart() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "same-site"), ("origin", "https://watersmeet.example")], false);
        check(&[("origin", "https://watersmeet.example")], true);
        check(&[("origin", "http://127.0.0.1:8000"), ("host", "127.0.0.1:8000")], true);
        check(&[("origin", "https://elsewhere.example"), ("host", "watersmeet.example")], false);
        check(&[("origin", "null")], false);
        check(&[("origin", "null"), ("host", "null")], false);
        check(&[], true);
    }
}
