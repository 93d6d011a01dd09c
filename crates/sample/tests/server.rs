//! The sector behind a socket, asked as a browser would.

use std::net::SocketAddr;

use sample::Running;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn running() -> Running {
    sample::start("2026-11-23T09:00:00Z".parse().unwrap(), 0).await.unwrap()
}

async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{request}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.unwrap();
    String::from_utf8_lossy(&reply).into_owned()
}

#[tokio::test]
async fn a_host_is_a_source() {
    let running = running().await;
    assert!(running.address().ip().is_loopback());
    let host = format!("Host: blog.riverton.localhost:{}", running.port());
    let feed = ask(running.address(), &format!("GET /feed/ HTTP/1.1\r\n{host}")).await;
    assert!(feed.starts_with("HTTP/1.1 200 OK\r\n"), "{feed}");
    assert!(feed.contains("<title>Riverton Digital</title>"));
    assert!(feed.contains(&format!("<link>http://blog.riverton.localhost:{}</link>", running.port())));
    assert!(running.opml().contains(&format!("http://blog.riverton.localhost:{}/feed/", running.port())));
}

#[tokio::test]
async fn a_validator_is_understood_and_writing_is_refused() {
    let running = running().await;
    let host = format!("Host: civicloom.localhost:{}", running.port());
    let feed = ask(running.address(), &format!("HEAD /feed.xml HTTP/1.1\r\n{host}")).await;
    let tag = feed.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    assert!(feed.ends_with("\r\n\r\n"), "no body for HEAD");
    let again = ask(running.address(), &format!("GET /feed.xml HTTP/1.1\r\n{host}\r\nIf-None-Match: {tag}")).await;
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    let post = ask(running.address(), &format!("POST /feed.xml HTTP/1.1\r\n{host}\r\nContent-Length: 0")).await;
    assert!(post.starts_with("HTTP/1.1 405"), "{post}");
}

#[tokio::test]
async fn whoever_looks_without_a_host_finds_all() {
    let running = running().await;
    let page = ask(running.address(), &format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{}", running.port())).await;
    assert!(page.contains("None of these organisations exists."), "{page}");
    assert!(page.contains("Otterbank Homes"));
}

#[tokio::test]
async fn dropping_it_ends_it() {
    let address = running().await.address();
    for _ in 0..100 {
        if TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{address} still answers");
}
