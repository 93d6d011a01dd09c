//! The site on a socket, with visitors who are slow, many, or never done.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::kit::{TestSite, post};

/// A patience that no test ends in, unless it fails.
const AT_MOST: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_millis(200);
const LATER: Duration = Duration::from_secs(600);

/// Limits that nobody meets but where a test sets one.
fn limits() -> web::Limits {
    web::Limits { head: LATER, stall: LATER, ..web::Limits::default() }
}

struct Served {
    at: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<std::io::Result<()>>,
    _site: TestSite,
}

async fn served(limits: web::Limits, choose: impl FnOnce(&mut web::Settings)) -> Served {
    let site = TestSite::with(choose).await;
    let source = site.source("Riverton Digital").await;
    site.publish(source, &(0..30).map(|n| post(&format!("Post {n}"), n)).collect::<Vec<_>>()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let until = async {
        let _ = stopped.await;
    };
    let ended = tokio::spawn(web::serve(listener, site.router(), limits, until));
    Served { at, stop, ended, _site: site }
}

async fn in_time<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(AT_MOST, work).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

#[expect(clippy::disallowed_methods, reason = "a visitor of a site of our own")]
async fn visit(at: SocketAddr) -> std::io::Result<TcpStream> {
    TcpStream::connect(at).await
}

/// One question and its whole answer.
async fn ask(at: SocketAddr, path: &str) -> String {
    let mut stream = visit(at).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: watersmeet.example\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    rest(&mut stream).await
}

/// What still comes until the other side ends it, however it does.
async fn rest(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let mut part = [0; 4_096];
    while let Ok(some @ 1..) = stream.read(&mut part).await {
        said.extend_from_slice(&part[..some]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// Sends a text byte by byte, for as long as anybody listens.
async fn trickle(stream: &mut TcpStream, text: &str) {
    for byte in text.bytes() {
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_head_that_trickles_is_given_up_and_keeps_nobody_waiting() {
    let served = served(web::Limits { head: SOON, connections: 2, ..limits() }, |_| {}).await;
    let mut slow = visit(served.at).await.unwrap();
    let endless = format!("GET / HTTP/1.1\r\nx: {}", "a".repeat(100_000));
    in_time("the end of the slow head", trickle(&mut slow, &endless)).await;
    assert_eq!(rest(&mut slow).await, "", "there is nothing to answer");
    // Two who say nothing at all hold every place, until they are sent away.
    let _silent = [visit(served.at).await.unwrap(), visit(served.at).await.unwrap()];
    let page = in_time("an answer for somebody else", ask(served.at, "/")).await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
}

#[tokio::test]
async fn whoever_asks_for_too_much_is_told_so_in_words() {
    let served = served(limits(), |_| {}).await;
    for (length, said) in [(50_000, "HTTP/1.1 200"), (100_000, "HTTP/1.1 414"), (150_000, "HTTP/1.1 414")] {
        for path in ["/search?q=", "/who-else?problem=", "/api/who-else?problem="] {
            let asked = format!("{path}{}", "damp+".repeat(length / 5));
            let answer = in_time("an answer", ask(served.at, &asked)).await;
            assert!(answer.starts_with(said), "{path} {length}: {}", answer.lines().next().unwrap_or_default());
            let is_told = answer.contains("please shorten it to some 2,000 letters");
            assert_eq!(is_told, length > 50_000, "{path} {length}");
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{path} {length}");
        }
    }
    let mut many = visit(served.at).await.unwrap();
    let heads = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(200_000));
    let _ = many.write_all(heads.as_bytes()).await;
    let answer = in_time("an answer to a long head", rest(&mut many)).await;
    assert!(answer.is_empty() || answer.contains("That is too long"), "{answer}");
    assert!(in_time("another's answer", ask(served.at, "/")).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_connection_may_rest_only_so_long() {
    let served = served(web::Limits { head: SOON, ..limits() }, |_| {}).await;
    let mut visitor = visit(served.at).await.unwrap();
    visitor.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let said = in_time("the end of the resting connection", rest(&mut visitor)).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("well\n"), "{said}");
}

#[tokio::test]
async fn a_form_that_trickles_is_given_up() {
    let served = served(limits(), |settings| settings.answer_within = SOON).await;
    let mut slow = visit(served.at).await.unwrap();
    let head = "POST /for-authors HTTP/1.1\r\nhost: a\r\ncontent-length: 20000\r\n\r\n";
    slow.write_all(head.as_bytes()).await.unwrap();
    let (mut reads, mut writes) = slow.into_split();
    let writing = tokio::spawn(async move {
        while writes.write_all(b"a").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let mut said = vec![0; 64_000];
    let some = in_time("an answer", reads.read(&mut said)).await.unwrap();
    let said = String::from_utf8_lossy(&said[..some]).into_owned();
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("connection: close"), "{said}");
    in_time("the end of the slow form", writing).await.unwrap();
}

#[tokio::test]
async fn one_who_asks_and_never_reads_is_given_up() {
    let served = served(web::Limits { stall: SOON, connections: 1, ..limits() }, |_| {}).await;
    let mut deaf = visit(served.at).await.unwrap();
    let question = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(10_000);
    // Sooner or later it is not even read any more.
    let asking = tokio::spawn(async move {
        let _ = deaf.write_all(&question).await;
        deaf
    });
    let page = in_time("an answer for somebody else", ask(served.at, "/healthz")).await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    drop(in_time("the end of the deaf one", asking).await.unwrap());
}

#[tokio::test]
async fn one_household_has_only_so_many_connections() {
    let served = served(web::Limits { from_one: 2, ..limits() }, |_| {}).await;
    let mut first = visit(served.at).await.unwrap();
    let mut second = visit(served.at).await.unwrap();
    // Both are let in once they are answered.
    for visitor in [&mut first, &mut second] {
        visitor.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let mut said = [0; 4_096];
        assert!(in_time("an answer", visitor.read(&mut said)).await.unwrap() > 0);
    }
    assert_eq!(in_time("the end of the third", ask(served.at, "/healthz")).await, "");
    drop(first);
    let again = async {
        loop {
            let said = ask(served.at, "/healthz").await;
            if !said.is_empty() {
                return said;
            }
        }
    };
    assert!(in_time("a place that is free again", again).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_proxy_may_have_more() {
    let proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let served = served(web::Limits { from_one: 1, proxies, ..limits() }, |_| {}).await;
    let _first = visit(served.at).await.unwrap();
    let said = in_time("an answer", ask(served.at, "/healthz")).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
}

#[tokio::test]
async fn whoever_is_slow_does_not_keep_the_site_from_stopping() {
    let served = served(web::Limits { farewell: SOON, ..limits() }, |_| {}).await;
    let mut slow = visit(served.at).await.unwrap();
    slow.write_all(b"POST /for-authors HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n").await.unwrap();
    let said = in_time("an answer", ask(served.at, "/healthz")).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    served.stop.send(()).unwrap();
    in_time("the end", served.ended).await.unwrap().unwrap();
    assert_eq!(rest(&mut slow).await, "");
    assert!(visit(served.at).await.is_err(), "nobody is let in any more");
}

#[tokio::test]
async fn whoever_is_being_answered_gets_the_answer() {
    let served = served(limits(), |_| {}).await;
    let mut visitor = visit(served.at).await.unwrap();
    let form = "what=take-out";
    let head = format!("POST /for-authors HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", form.len());
    visitor.write_all(head.as_bytes()).await.unwrap();
    // This one is answered after that one was let in.
    in_time("an answer", ask(served.at, "/healthz")).await;
    served.stop.send(()).unwrap();
    visitor.write_all(form.as_bytes()).await.unwrap();
    let said = in_time("the answer", rest(&mut visitor)).await;
    assert!(said.starts_with("HTTP/1.1 422"), "{said}");
    in_time("the end", served.ended).await.unwrap().unwrap();
}
