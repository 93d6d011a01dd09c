//! P10 to P13 and P24: what a server asks for, and what its status means.

use std::time::Duration;

use model::Outcome;
use net::Wait;

use crate::server::{Server, answer, client, get};

#[tokio::test]
async fn statuses_mean_what_they_say() {
    let server = Server::answering(|seen| answer(&format!("{} Such", &seen.path[1..]), &[], b"no")).await;
    let client = client();
    for (status, meant) in [
        (404, Outcome::NotFound),
        (410, Outcome::Gone),
        (401, Outcome::Refused),
        (403, Outcome::Refused),
        (451, Outcome::Refused),
        (429, Outcome::SlowDown),
        (503, Outcome::SlowDown),
        (500, Outcome::ServerError),
        (502, Outcome::ServerError),
        (599, Outcome::ServerError),
        (204, Outcome::OddStatus),
        (206, Outcome::OddStatus),
        (300, Outcome::OddStatus),
        (400, Outcome::OddStatus),
        (418, Outcome::OddStatus),
        (777, Outcome::OddStatus),
    ] {
        let reply = get(&client, &server.at(&format!("/{status}"))).await.unwrap();
        assert_eq!((reply.status, reply.answer.outcome()), (status, Some(meant)));
    }
}

#[tokio::test]
async fn p11_retry_after_comes_in_full() {
    let server = Server::answering(|seen| {
        let wish = if seen.path == "/date" { "Wed, 21 Oct 2037 07:28:00 GMT" } else { "5184000" };
        answer("429 Too Many Requests", &[&format!("Retry-After: {wish}")], b"")
    })
    .await;
    let client = client();
    let wish = get(&client, &server.at("/seconds")).await.unwrap().wishes.retry_after;
    assert_eq!(wish, Some(Wait::For(Duration::from_secs(60 * 86_400))));
    let wish = get(&client, &server.at("/date")).await.unwrap().wishes.retry_after;
    assert_eq!(wish, Some(Wait::Until("2037-10-21T07:28:00Z".parse().unwrap())));
}

#[tokio::test]
async fn p10_how_long_an_answer_holds_is_told_whatever_the_status() {
    let server = Server::answering(|_| answer("404 Not Found", &["Cache-Control: max-age=7200"], b"")).await;
    let reply = get(&client(), &server.at("/")).await.unwrap();
    assert_eq!(reply.wishes.fresh, Some(Wait::For(Duration::from_secs(7_200))));
}
