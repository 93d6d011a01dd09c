//! P14 and P15: where redirects lead, and where they end.

use net::FetchError;

use crate::server::{Server, answer, body, client, get, ok};

/// A server on which `/301/302/x` redirects to `/302/x` with 301, and so on to a feed.
async fn maze() -> Server {
    Server::answering(|seen| {
        let (first, rest) = seen.path[1..].split_once('/').unwrap_or((&seen.path[1..], ""));
        match first.parse::<u16>() {
            Ok(status) => answer(&format!("{status} Go"), &[&format!("Location: /{rest}#top")], b"elsewhere"),
            Err(_) => ok(&[], b"<rss/>"),
        }
    })
    .await
}

#[track_caller]
fn why(reply: Result<net::Reply, FetchError>) -> String {
    match reply {
        Err(why @ FetchError::BadRedirect { .. }) => why.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn p14_only_what_is_permanent_from_the_start_is_a_move() {
    let server = maze().await;
    let client = client();
    for (start, moved_to, hops) in [
        ("/feed", None, 0),
        ("/301/feed", Some("/feed"), 1),
        ("/308/feed", Some("/feed"), 1),
        ("/302/feed", None, 1),
        ("/303/feed", None, 1),
        ("/307/feed", None, 1),
        ("/301/308/feed", Some("/feed"), 2),
        ("/301/302/feed", Some("/302/feed"), 2),
        ("/302/301/feed", None, 2),
        ("/301/302/301/feed", Some("/302/301/feed"), 3),
        ("/301/301/301/301/301/feed", Some("/feed"), 5),
    ] {
        let reply = get(&client, &server.at(start)).await.unwrap();
        assert_eq!(reply.moved_to, moved_to.map(|path| server.at(path)), "{start}");
        assert_eq!((reply.hops, &reply.final_address), (hops, &server.at("/feed")), "{start}");
    }
}

#[tokio::test]
async fn p14_five_hops_and_no_more() {
    let server = maze().await;
    let said = why(get(&client(), &server.at("/302/302/302/302/302/302/feed")).await);
    assert_eq!(said, "riverton.example redirects more than 5 times");
    assert_eq!(server.paths().len(), 6);
}

#[tokio::test]
async fn p14_a_ring_is_left_at_the_first_repeat() {
    let server = Server::answering(|seen| {
        let next = match seen.path.as_str() {
            "/a" => "/b",
            "/b" => "/c#again",
            _ => "/a",
        };
        answer("302 Found", &[&format!("Location: {next}")], b"")
    })
    .await;
    assert_eq!(why(get(&client(), &server.at("/a")).await), "riverton.example redirects in a ring");
    assert_eq!(server.paths(), ["/a", "/b", "/c"]);
}

#[tokio::test]
async fn p15_redirects_stay_on_the_web_and_on_public_addresses() {
    let server = Server::answering(|seen| {
        let to = seen.path[1..].replace("%20", " ");
        answer("301 Moved", &[&format!("Location: {to}")], b"")
    })
    .await;
    let client = client();
    for to in [
        "file:///etc/passwd",
        "ftp://riverton.example/",
        "gopher://x/",
        "data:text/xml,<rss/>",
        "http://",
        "javascript:1",
    ] {
        let said = why(get(&client, &server.at(&format!("/{to}"))).await);
        assert!(said.starts_with("riverton.example redirects to nowhere: "), "{said}");
    }
    for to in ["http://10.0.0.1/", "//[::1]/", "http://2852039166/", "http://[::ffff:a00:1]/", "https://[fd00::1]/"] {
        let got = get(&client, &server.at(&format!("/{to}"))).await;
        assert!(matches!(got, Err(FetchError::Private { .. })), "{to}: {got:?}");
    }
    let got = get(&client, &server.at("/http://8.8.8.8:6379/")).await;
    assert!(matches!(got, Err(FetchError::Port { port: 6379, .. })), "{got:?}");
}

#[tokio::test]
async fn a_redirect_without_a_place_is_said() {
    let server = Server::answering(|_| answer("301 Moved", &[], b"")).await;
    assert_eq!(why(get(&client(), &server.at("/")).await), "riverton.example redirects without saying where to");
}

#[tokio::test]
async fn places_are_read_as_servers_write_them() {
    let server = Server::answering(|seen| match seen.path.as_str() {
        "/utf8" => answer("302 Found", &["Location: /caf\u{c3}\u{a9}"], b""),
        "/latin1" => answer("302 Found", &["Location: /caf\u{e9}"], b""),
        "/spaces" => answer("302 Found", &["Location:   /a b  "], b""),
        "/relative" => answer("302 Found", &["Location: feed?x=1"], b""),
        path => ok(&[], path.as_bytes()),
    })
    .await;
    let client = client();
    for (start, end) in
        [("/utf8", "/caf%C3%A9"), ("/latin1", "/caf%C3%A9"), ("/spaces", "/a%20b"), ("/relative", "/feed?x=1")]
    {
        assert_eq!(body(get(&client, &server.at(start)).await), end, "{start}");
    }
}
