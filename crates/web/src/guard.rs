//! What holds for every answer: headers that keep a page to itself, and no post from elsewhere.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use metrics::counter;

use crate::newsroom::Newsroom;
use crate::pages::missing;

/// Nothing runs, nothing is framed, forms go nowhere else; pictures come from the sources' own sites.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' https: http:; media-src https: http:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// The longest address that is looked at, in bytes.
const LONGEST_ADDRESS: usize = 4_096;

/// Lets a request in, or says why not; and adds what every answer carries.
pub(crate) async fn guard(State(newsroom): State<Arc<Newsroom>>, request: Request, next: Next) -> Response<Body> {
    let uri = request.uri();
    let mut answer = if uri.path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        let words = "An address here is never that long. Perhaps two were pasted into one?";
        missing::sentence(&newsroom, StatusCode::URI_TOO_LONG, "That address is too long", words)
    } else if *request.method() == Method::POST && !is_ours(request.headers(), newsroom.origin()) {
        let words = "Forms are taken only from this site’s own pages. Please open the form here and send it again.";
        missing::sentence(&newsroom, StatusCode::FORBIDDEN, "This form came from elsewhere", words)
    } else {
        next.run(request).await
    };
    counter!("watersmeet_answers_total", "status" => answer.status().as_str().to_owned()).increment(1);
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
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
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], ours: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        assert_eq!(is_ours(&map, "https://watersmeet.example"), ours, "{headers:?}");
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
