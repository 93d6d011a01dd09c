//! P25: what we ask of others we do ourselves: our own feeds answer "not modified" while nothing is new.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use model::{Address, Dice};
use tower::ServiceExt;

use crate::support::farm::{Page, rss};
use crate::support::{Story, days};

fn site(s: &Story) -> Router {
    let settings = web::Settings::at(Address::parse("https://river.example/").unwrap());
    web::site(web::Site {
        store: s.store.clone(),
        clock: s.hands.clock(),
        dice: Dice::loaded(1),
        shelf: s.shelf(),
        settings,
        metrics: None,
    })
}

async fn get(site: &Router, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = site.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    (head.status, head.headers, to_bytes(body, 1 << 20).await.unwrap().to_vec())
}

story! {
    async fn p25_our_feeds_change_only_when_something_is_new(s) {
        let post = |at: u32, title: &'static str| (["1", "2", "3"][at as usize], title, "Words.", "Fri, 20 Nov 2026 10:00:00 GMT");
        let address = s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[post(0, "Bins"), post(1, "Boxes")])).version("\"1\""));
        let id = s.list(&address).await;
        s.poll().await;
        for path in ["/river.atom", "/river.rss", "/river.json"] {
            let running = site(&s);
            let (status, head, first) = get(&running, path, &[]).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            let etag = head["etag"].to_str().unwrap().to_owned();
            assert!(head["cache-control"].to_str().unwrap().contains("max-age="), "{head:?}");
            let (_, packed, _) = get(&running, path, &[("accept-encoding", "gzip")]).await;
            assert_eq!(packed["content-encoding"], "gzip");
            assert!(String::from_utf8_lossy(&first).contains(&format!("https://river.example{path}")), "it names itself");
            // Polls that find nothing new, days, other sources' trouble and a restart change nothing.
            s.farm.put("otterbank", "/feed", Page::status(500));
            s.list(&s.farm.address("otterbank", path)).await;
            s.poll_when_due(id).await;
            s.poll_after(days(2)).await;
            for running in [running, site(&s)] {
                let (status, _, body) = get(&running, path, &[("if-none-match", &etag)]).await;
                assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
                assert_eq!(get(&running, path, &[]).await.2, first, "{path}");
            }
        }
        // Something new does, and what was there keeps its place.
        let etag = get(&site(&s), "/river.json", &[]).await.1["etag"].to_str().unwrap().to_owned();
        let more = rss("riverton", &[post(2, "Bags"), post(1, "Boxes"), post(0, "Bins")]);
        s.farm.put("riverton", "/feed", Page::feed(more).version("\"2\""));
        s.poll_when_due(id).await;
        let (status, _, body) = get(&site(&s), "/river.json", &[("if-none-match", &etag)]).await;
        assert_eq!(status, StatusCode::OK);
        let body = String::from_utf8(body).unwrap();
        let place = |title: &str| body.find(title).unwrap_or(usize::MAX);
        assert!(place("Bags") < usize::MAX && place("Bins") < place("Boxes"), "{body}");
    }
}
