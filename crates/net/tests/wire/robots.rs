//! P22: what a host says about programs that fetch its pages.

use std::time::Duration;

use net::{Robots, Wait};

use crate::server::{Server, answer, client};

#[tokio::test]
async fn p22_rules_are_asked_at_the_root_and_hold() {
    let server = Server::answering(|_| answer("200 OK", &[], b"User-agent: Watersmeet\nDisallow: /drafts")).await;
    let robots = client().robots(&server.at("/blog/2026?page=2#top")).await.unwrap();
    assert!(robots.allows(&server.at("/blog")) && !robots.allows(&server.at("/drafts/1")));
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert_eq!(server.last().header("accept"), Some("text/plain, */*;q=0.1"));
}

#[tokio::test]
async fn p22_no_rules_allow_everything_and_a_server_in_trouble_nothing() {
    for (status, is_open) in [
        ("404 Not Found", true),
        ("410 Gone", true),
        ("401 Unauthorized", true),
        ("403 Forbidden", true),
        ("400 Bad Request", true),
        ("204 No Content", true),
        ("429 Too Many Requests", false),
        ("500 Internal Server Error", false),
        ("503 Service Unavailable", false),
    ] {
        let server = Server::answering(move |_| answer(status, &["Retry-After: 120"], b"")).await;
        let robots = client().robots(&server.at("/")).await.unwrap();
        assert_eq!(robots.allows(&server.at("/a")), is_open, "{status}");
        if let Robots::Closed { retry_after, .. } = robots {
            assert_eq!(retry_after, Some(Wait::For(Duration::from_secs(120))));
        }
    }
}

#[tokio::test]
async fn p22_redirects_are_followed_and_rings_are_no_rules() {
    let server = Server::answering(|seen| match seen.path.as_str() {
        "/robots.txt" => answer("302 Found", &["Location: /elsewhere.txt"], b""),
        "/elsewhere.txt" => answer("200 OK", &[], b"User-agent: *\nDisallow: /"),
        other => answer("302 Found", &[&format!("Location: {other}")], b""),
    })
    .await;
    assert!(!client().robots(&server.at("/")).await.unwrap().allows(&server.at("/a")));
    let ring = Server::answering(|_| answer("302 Found", &["Location: /robots.txt"], b"")).await;
    assert_eq!(client().robots(&ring.at("/")).await.unwrap(), Robots::Open);
}
