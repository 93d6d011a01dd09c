//! P23 from end to end: the program finds the hub that a feed names, they agree, and what the hub brings is on the page.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use ring::hmac;

use crate::support::{PATIENCE, Running, get, says, talk, watersmeet};

/// A feed that names the hub behind this port, with one post.
fn feed(port: u16, title: &str) -> String {
    format!(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title><link rel='self' href='http://news.localhost:{port}/feed'/>\
         <link rel='hub' href='http://hub.localhost:{port}/hub'/><entry><id>tag:news.example,2026:{title}</id><title>{title}</title>\
         <updated>2026-11-20T10:00:00Z</updated><summary>About {title}.</summary></entry></feed>"
    )
}

/// A request: its first line and its body.
fn read(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = vec![];
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let first = String::from_utf8_lossy(&bytes).lines().next()?.to_owned();
    Some((first, String::from_utf8(body).ok()?))
}

/// The site of the feed and its hub behind one port, which tells about every request that it gets as a hub.
fn start(told: Sender<HashMap<String, String>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut guest in listener.incoming().flatten() {
            let Some((first, body)) = read(&mut guest) else { continue };
            let (status, body) = match first.split(' ').nth(1) {
                Some("/feed") => ("200 OK", feed(port, "Bins")),
                Some("/hub") => {
                    let form = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
                    told.send(form).unwrap();
                    ("202 Accepted", String::new())
                }
                _ => ("404 Not Found", String::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = guest.write_all((head + &body).as_bytes());
        }
    });
    port
}

#[test]
fn p23_what_a_hub_brings_is_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let (told, wishes) = channel();
    let hub = start(told);
    let site = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let program = |arguments: &[&str]| {
        let mut program = watersmeet(folder.path());
        program.args(arguments).env("WATERSMEET_LISTEN", format!("127.0.0.1:{site}"));
        program.env("WATERSMEET_ADDRESS", format!("http://127.0.0.1:{site}/"));
        program
    };
    says(&mut program(&["source", "add", &format!("http://news.localhost:{hub}/feed")]), 0);
    let _running = Running(program(&["serve"]).spawn().unwrap());
    let wish = wishes.recv_timeout(PATIENCE).expect("the hub is asked");
    let topic = format!("http://news.localhost:{hub}/feed");
    assert_eq!((wish["hub.mode"].as_str(), &wish["hub.topic"]), ("subscribe", &topic));
    let path = wish["hub.callback"].strip_prefix(&format!("http://127.0.0.1:{site}")).unwrap();
    let query = format!("hub.mode=subscribe&hub.topic={topic}&hub.challenge=well-met&hub.lease_seconds=86400");
    let answer = get(site, &format!("{path}?{query}"));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("well-met"), "{answer}");

    let news = feed(hub, "Boxes");
    let key = hmac::Key::new(hmac::HMAC_SHA256, wish["hub.secret"].as_bytes());
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let signed = hex(hmac::sign(&key, news.as_bytes()).as_ref());
    let bring = |signed: &str| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/atom+xml\r\nX-Hub-Signature: sha256={signed}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            news.len()
        );
        talk(site, &(head + &news))
    };
    assert!(bring(&signed.replace(['0', '1'], "2")).starts_with("HTTP/1.1 202"));
    assert!(!get(site, "/").contains("Boxes"));
    assert!(bring(&signed).starts_with("HTTP/1.1 202"));
    let tries = PATIENCE.as_millis() / 200;
    let is_there = (0..tries).any(|_| {
        thread::sleep(Duration::from_millis(200));
        get(site, "/").contains("Boxes")
    });
    assert!(is_there, "{}", get(site, "/"));
}
