//! Forms: sent as forms, in turn, to public addresses, and never turned into something else.

use net::{Client, FetchError, Form, Posted, Settings};

use crate::server::{Server, settings};

async fn send(settings: Settings, server: &Server, path: &str) -> Result<Posted, FetchError> {
    let address = server.at(path);
    let fields = [("hub.mode", "subscribe"), ("hub.topic", "https://riverton.example/feed?a=1&b=2")];
    Client::new(settings).unwrap().post(&Form { address: &address, fields: &fields }).await
}

#[tokio::test]
async fn a_form_is_sent_as_one() {
    let server = Server::answering(|_| b"HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nthank".to_vec()).await;
    let posted = send(settings(), &server, "/hub").await.unwrap();
    assert_eq!((posted.status, posted.is_taken(), posted.words.as_str()), (202, true, "thank"));
    let seen = server.last();
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    let body = "hub.mode=subscribe&hub.topic=https%3A%2F%2Friverton.example%2Ffeed%3Fa%3D1%26b%3D2";
    assert_eq!(seen.body, body);
    assert_eq!(seen.header("content-length"), Some(body.len().to_string().as_str()));
    for name in ["cookie", "referer", "origin", "accept", "if-none-match"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn only_redirects_that_keep_the_form_are_followed() {
    let server = Server::answering(|seen| match seen.path.as_str() {
        "/kept" => b"HTTP/1.1 307 Moved\r\nLocation: /hub\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/lost" => b"HTTP/1.1 302 Found\r\nLocation: /hub\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/ring" => b"HTTP/1.1 308 Moved\r\nLocation: /ring\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/out" => b"HTTP/1.1 307 Moved\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n".to_vec(),
        _ => b"HTTP/1.1 204 Good\r\n\r\n".to_vec(),
    })
    .await;
    assert_eq!(send(settings(), &server, "/kept").await.unwrap().status, 204);
    assert!(server.last().body.starts_with("hub.mode=subscribe"));
    assert_eq!(send(settings(), &server, "/lost").await.unwrap().status, 302);
    assert!(matches!(send(settings(), &server, "/ring").await, Err(FetchError::BadRedirect { .. })));
    assert!(matches!(send(settings(), &server, "/out").await, Err(FetchError::Private { .. })));
}

#[tokio::test]
async fn forms_go_to_public_addresses_only() {
    let server = Server::answering(|_| b"HTTP/1.1 202 Accepted\r\n\r\n".to_vec()).await;
    let closed = Settings { allow: vec![], ..settings() };
    assert!(matches!(send(closed, &server, "/hub").await, Err(FetchError::Private { .. })));
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_long_answer_is_cut() {
    let server = Server::answering(|_| [b"HTTP/1.1 400 Bad\r\n\r\n".to_vec(), vec![b'x'; 1 << 20]].concat()).await;
    let posted = send(settings(), &server, "/hub").await.unwrap();
    assert_eq!((posted.status, posted.words.len()), (400, 400));
}
