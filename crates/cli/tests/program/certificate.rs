//! A certificate that expires: what becomes of its source, and who is told what, until it is renewed.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::{Answer, Farm, PATIENCE, Running, get, says, watersmeet};

const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/authority.pem");
const KEY: &[u8] = include_bytes!("../data/key.der");
const GOOD: &[u8] = include_bytes!("../data/good.der");
const EXPIRED: &[u8] = include_bytes!("../data/expired.der");

const FEED: &str = "<rss version='2.0'><channel><title>Riverton</title><item><guid>1</guid><title>Bins</title>\
    <description>We move bins.</description></item></channel></rss>";

/// What a server shows with this certificate.
fn showing(certificate: &'static [u8]) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(KEY));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(certificate)], key);
    Arc::new(config.unwrap())
}

/// A safe server of one feed, on loopback; gives its port.
fn start(has_expired: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (good, expired) = (showing(GOOD), showing(EXPIRED));
    thread::spawn(move || {
        for guest in listener.incoming().flatten() {
            let shown = if has_expired.load(Ordering::SeqCst) { &expired } else { &good };
            let mut stream = StreamOwned::new(ServerConnection::new(shown.clone()).unwrap(), guest);
            // A guest that does not trust us says so and leaves.
            let asked: Vec<String> =
                BufReader::new(&mut stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let Some(first) = asked.first() else { continue };
            let (status, body) = if first.contains("/feed") { ("200 OK", FEED) } else { ("404 Not Found", "") };
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nETag: \"1\"\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all((head + body).as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    port
}

/// The program, which trusts the authority as an operator's system may.
fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut program = watersmeet(folder);
    program.args(arguments).env("SSL_CERT_FILE", AUTHORITY).env("WATERSMEET_PICTURES_SHOW", "false");
    program.env("WATERSMEET_ADDRESS", "https://river.example/").env("WATERSMEET_CONTACT", "river@river.example");
    program
}

#[test]
fn a_certificate_that_expires_is_told_to_everybody_until_it_is_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let has_expired = Arc::new(AtomicBool::new(false));
    let safe = start(has_expired.clone());
    let other = Farm::start(|_, _| Answer::feed(FEED.replace("Riverton", "Harbour").replace("Bins", "Boats")));
    let list = format!("https://riverton.localhost:{safe}/feed\nhttp://harbour.localhost:{}/feed\n", other.port);
    std::fs::write(folder.path().join("list.txt"), list).unwrap();
    let run = |arguments: &[&str], code| says(&mut program(folder.path(), arguments), code);
    let has = |said: String, parts: &[&str]| {
        for part in parts {
            assert!(said.contains(part), "“{part}” is not in:\n{said}");
        }
    };
    run(&["import", "list.txt"], 0);
    has(run(&["poll", "--at", "2025-01-01T00:00:00Z"], 0), &["Looked at 2 sources: 2 new posts"]);

    has_expired.store(true, Ordering::SeqCst);
    has(run(&["poll", "--at", "2025-01-03T00:00:00Z"], 3), &["1 failed", "its certificate has expired"]);
    let shown = run(&["source", "show", "riverton-localhost"], 0);
    has(
        shown,
        &["has a broken certificate since 3 January 2025", "Tell them: whoever visits", "its certificate has expired"],
    );
    let checked = run(&["check"], 1);
    has(checked, &["LOOK  1 source: has a broken certificate.\n", "its certificate has expired\n      → Tell them"]);

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut site = program(folder.path(), &["serve"]);
    let mut site =
        Running(site.env("WATERSMEET_LISTEN", format!("127.0.0.1:{port}")).stderr(Stdio::null()).spawn().unwrap());
    let tries = PATIENCE.as_millis() / 100;
    let is_up = (0..tries).any(|_| {
        thread::sleep(std::time::Duration::from_millis(100));
        is_open(port)
    });
    assert!(is_up && site.0.try_wait().unwrap().is_none(), "the site runs");
    let page = get(port, "/source/riverton-localhost");
    has(page, &["Has a broken certificate since 3 January 2025", ">Bins<"]);
    drop(site);

    has_expired.store(false, Ordering::SeqCst);
    has(
        run(&["poll", "--at", "2041-01-01T00:00:00Z"], 0),
        &["Looked at 2 sources: 0 new posts, 0 revised; 2 unchanged"],
    );
    has(run(&["source", "show", "riverton-localhost"], 0), &["health      well", "turned      3 January 2025"]);
}

#[expect(clippy::disallowed_methods, reason = "this is a reader, not the program")]
fn is_open(port: u16) -> bool {
    std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
}
