//! P1 to P6: requests are conditional, and validators go back as they came.

use net::{Answer, Validators};

use crate::server::{Server, again, answer, body, client, get, ok};

#[track_caller]
fn both(validators: &Validators) -> (Option<&str>, Option<&str>) {
    (validators.etag.as_deref(), validators.last_modified.as_deref())
}

/// What the second request says after a first answer with these headers.
async fn check(headers: &'static [&'static str], if_none_match: Option<&str>, if_modified_since: Option<&str>) {
    let server = Server::answering(|_| ok(headers, b"<rss/>")).await;
    let (client, address) = (client(), server.at("/feed"));
    let first = get(&client, &address).await.unwrap();
    assert_eq!(server.last().header("if-none-match"), None, "P1: the first is unconditional");
    again(&client, &address, &first.validators).await.unwrap();
    let second = server.last();
    assert_eq!(second.header("if-none-match"), if_none_match, "{headers:?}");
    assert_eq!(second.header("if-modified-since"), if_modified_since, "{headers:?}");
}

#[tokio::test]
async fn p02_p03_p04_validators_go_back_byte_for_byte() {
    check(&["ETag: \"abc\""], Some("\"abc\""), None).await;
    check(&["ETag: W/\"abc\""], Some("W/\"abc\""), None).await;
    check(&["ETag: abc"], Some("abc"), None).await;
    check(&["ETag: \"abc-gzip\""], Some("\"abc-gzip\""), None).await;
    check(&["ETag: \"caf\u{e9}\""], Some("\"caf\u{e9}\""), None).await;
    check(&["ETag: \"a\", \"b\""], Some("\"a\", \"b\""), None).await;
    check(&["Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT"], None, Some("Wed, 21 Oct 2015 07:28:00 GMT")).await;
    check(&["Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT"], None, Some("Thu, 01 Jan 1970 00:00:00 GMT")).await;
    check(&["Last-Modified: 2015-10-21 7:28"], None, Some("2015-10-21 7:28")).await;
    check(&["ETag: \"1\"", "Last-Modified: then"], Some("\"1\""), Some("then")).await;
    check(&[], None, None).await;
    check(&["ETag:"], None, None).await;
}

#[tokio::test]
async fn p05_the_newest_answer_decides() {
    let server = Server::answering(|seen| match seen.path.as_str() {
        "/changed" => ok(&["ETag: \"2\""], b"<rss/>"),
        "/bare" => ok(&[], b"<rss/>"),
        "/same" => answer("304 Not Modified", &["ETag: \"3\""], b""),
        "/quiet" => answer("304 Not Modified", &[], b""),
        _ => answer("500 Oh", &["ETag: \"error\""], b""),
    })
    .await;
    let client = client();
    for (path, meant, is_unchanged) in [
        ("/changed", (Some("\"2\""), None), false),
        ("/bare", (None, None), false),
        ("/same", (Some("\"3\""), Some("then")), true),
        ("/quiet", (Some("\"1\""), Some("then")), true),
        ("/error", (Some("\"1\""), Some("then")), false),
    ] {
        let address = server.at(path);
        let old = Validators {
            of: Some(address.clone()),
            etag: Some("\"1\"".to_owned()),
            last_modified: Some("then".to_owned()),
        };
        let reply = again(&client, &address, &old).await.unwrap();
        assert_eq!(both(&reply.validators), meant, "{path}");
        assert_eq!(reply.validators.of.is_some(), !reply.validators.is_empty(), "{path}");
        assert_eq!(reply.answer == Answer::Unchanged, is_unchanged, "{path}");
    }
}

#[tokio::test]
async fn p06_validators_belong_to_the_address_that_gave_them() {
    let server = Server::answering(|seen| match (seen.path.as_str(), seen.header("if-none-match")) {
        ("/old", _) => answer("302 Found", &["Location: /new"], b""),
        ("/new", Some("\"new\"")) => answer("304 Not Modified", &[], b""),
        _ => ok(&["ETag: \"new\""], b"<rss/>"),
    })
    .await;
    let (client, address) = (client(), server.at("/old"));
    let of_old = Validators { of: Some(address.clone()), etag: Some("\"old\"".to_owned()), last_modified: None };
    let first = again(&client, &address, &of_old).await.unwrap();
    assert_eq!(first.validators.of, Some(server.at("/new")));
    let second = again(&client, &address, &first.validators).await.unwrap();
    assert_eq!(second.answer, Answer::Unchanged, "a feed behind a redirect stays conditional");
    let told: Vec<_> = server.seen().iter().map(|seen| seen.header("if-none-match").map(str::to_owned)).collect();
    assert_eq!(told, [Some("\"old\"".to_owned()), None, None, Some("\"new\"".to_owned())]);
}

#[tokio::test]
async fn not_modified_to_an_unconditional_request_is_odd() {
    let server = Server::answering(|_| answer("304 Not Modified", &[], b"")).await;
    assert_eq!(get(&client(), &server.at("/")).await.unwrap().answer, Answer::Other);
}

#[tokio::test]
async fn a_body_comes_with_what_was_said_about_it() {
    let server =
        Server::answering(|_| ok(&["Content-Type: text/xml; charset=latin1", "Content-Language: cy"], b"<rss/>")).await;
    let reply = get(&client(), &server.at("/")).await;
    let Answer::Body(got) = reply.clone().unwrap().answer else { panic!("{reply:?}") };
    assert_eq!(got.content_type.as_deref(), Some("text/xml; charset=latin1"));
    assert_eq!(got.content_language.as_deref(), Some("cy"));
    assert_eq!(body(reply), "<rss/>");
}
