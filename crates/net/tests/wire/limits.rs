//! P16 and P17: sizes and times are bounded, whatever a server does.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use net::{Client, FetchError, Settings};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::server::{Server, body, client, get, ok, settings};

const SMALL: u64 = 100_000;

fn bounded() -> Client {
    let bounds = Settings { largest: 4 * SMALL, largest_packed: SMALL, ..settings() };
    Client::new(Settings { whole_time: Duration::from_millis(300), ..bounds }).unwrap()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn p16_packed_bodies_are_read() {
    let server = Server::answering(|seen| {
        let text = b"<rss>packed</rss>".repeat(100);
        match seen.path.as_str() {
            "/gzip" => ok(&["Content-Encoding: gzip"], &gzip(&text)),
            "/zstd" => ok(&["Content-Encoding: zstd"], &zstd::encode_all(&text[..], 3).unwrap()),
            "/br" => {
                let mut packed = Vec::new();
                brotli::BrotliCompress(&mut &text[..], &mut packed, &Default::default()).unwrap();
                ok(&["Content-Encoding: br"], &packed)
            }
            _ => ok(&[], &text),
        }
    })
    .await;
    let client = client();
    for path in ["/gzip", "/zstd", "/br", "/plain"] {
        assert_eq!(body(get(&client, &server.at(path)).await).len(), 1_700, "{path}");
    }
    assert_eq!(server.last().header("accept-encoding"), Some("gzip, zstd, br, deflate"));
}

#[tokio::test]
async fn p16_a_body_that_says_it_is_too_large_is_not_begun() {
    let server = Server::answering(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 209715200\r\n\r\nstart".to_vec()).await;
    assert_eq!(get(&bounded(), &server.at("/")).await, Err(FetchError::TooLarge { limit: SMALL }));
}

#[tokio::test]
async fn p16_a_body_without_end_is_left_at_the_limit() {
    let server = Server::acting(|seen, mut stream| {
        Box::pin(async move {
            let chunked = seen.path == "/chunked";
            let head = if chunked { "Transfer-Encoding: chunked" } else { "Connection: close" };
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes()).await;
            let piece = if chunked { format!("1000\r\n{}\r\n", "x".repeat(4_096)) } else { "x".repeat(4_096) };
            while stream.write_all(piece.as_bytes()).await.is_ok() {}
        })
    })
    .await;
    for path in ["/chunked", "/until-closed"] {
        assert_eq!(get(&bounded(), &server.at(path)).await, Err(FetchError::TooLarge { limit: SMALL }), "{path}");
    }
}

#[tokio::test]
async fn p16_a_bomb_is_left_at_the_limit() {
    let bomb = gzip(&vec![b' '; 50_000_000]);
    assert!(bomb.len() < SMALL as usize);
    let server = Server::answering(move |_| ok(&["Content-Encoding: gzip"], &bomb)).await;
    assert_eq!(get(&bounded(), &server.at("/")).await, Err(FetchError::TooLarge { limit: 4 * SMALL }));
}

#[tokio::test]
async fn p17_a_server_that_trickles_is_left_when_the_whole_time_is_up() {
    let server = Server::acting(|seen, mut stream| {
        Box::pin(async move {
            if seen.path == "/body" {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").await;
            }
            while seen.path != "/silence" && stream.write_all(b"H").await.is_ok() {
                sleep(Duration::from_millis(10)).await;
            }
            sleep(Duration::from_secs(5)).await;
        })
    })
    .await;
    let client = bounded();
    for path in ["/body", "/head", "/silence"] {
        let started = Instant::now();
        let got = get(&client, &server.at(path)).await;
        let limit = Duration::from_millis(300);
        let late = if path == "/head" {
            // The first byte that is no start of a reply ends it sooner.
            matches!(got, Err(FetchError::Unreadable { .. } | FetchError::TimedOut { .. }))
        } else {
            got == Err(FetchError::TimedOut { host: "riverton.example".to_owned(), limit })
        };
        assert!(late && started.elapsed() < Duration::from_secs(3), "{path}: {got:?}");
    }
}

#[tokio::test]
async fn p17_redirects_share_one_time() {
    let server = Server::acting(|seen, mut stream| {
        Box::pin(async move {
            sleep(Duration::from_millis(120)).await;
            let next = format!("HTTP/1.1 302 Found\r\nLocation: {}x\r\nContent-Length: 0\r\n\r\n", seen.path);
            let _ = stream.write_all(next.as_bytes()).await;
        })
    })
    .await;
    assert!(matches!(get(&bounded(), &server.at("/")).await, Err(FetchError::TimedOut { .. })));
    assert!(server.seen().len() <= 3);
}

#[tokio::test]
async fn broken_answers_are_said_to_be_broken() {
    let server = Server::answering(|seen| match seen.path.as_str() {
        "/short" => b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>".to_vec(),
        "/chunk" => b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rss>\r\n".to_vec(),
        "/gzip" => {
            let mut packed = gzip(b"<rss>cut</rss>");
            packed.truncate(20);
            ok(&["Content-Encoding: gzip"], &packed)
        }
        "/odd" => ok(&["Content-Encoding: compress"], b"\x1f\x9d"),
        "/ssh" => b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
        "/long-head" => format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(200_000)).into_bytes(),
        "/many-lines" => format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(5_000)).into_bytes(),
        _ => Vec::new(),
    })
    .await;
    let client = client();
    for (path, meant) in [
        ("/short", "it is cut off"),
        ("/chunk", "it is cut off"),
        ("/gzip", "it is cut off"),
        ("/odd", "it is packed as “compress”"),
        ("/ssh", "it is not the HTTP that we know"),
        ("/long-head", "it is not the HTTP that we know (message head is too large)"),
        ("/many-lines", "it is not the HTTP that we know (message head is too large)"),
        ("/nothing", "it is cut off"),
    ] {
        match get(&client, &server.at(path)).await {
            Err(FetchError::Unreadable { why, .. }) => assert!(why.starts_with(meant), "{path}: {why}"),
            other => panic!("{path}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_reply_of_an_untidy_server_is_read() {
    let server = Server::answering(|_| {
        b"HTTP/1.0 200\nX-Bad Name: y\nContent-Type : text/xml\nX-Folded: a\n  b\n\n<rss/>".to_vec()
    })
    .await;
    assert_eq!(body(get(&client(), &server.at("/")).await), "<rss/>");
}

#[tokio::test]
async fn dropping_the_future_calls_it_off() {
    let server = Server::acting(|_, stream| {
        Box::pin(async move {
            sleep(Duration::from_secs(60)).await;
            drop(stream);
        })
    })
    .await;
    let client = Client::new(Settings { at_once: 1, ..settings() }).unwrap();
    let address = server.at("/");
    assert!(tokio::time::timeout(Duration::from_millis(50), get(&client, &address)).await.is_err());
    let quick = Server::answering(|_| ok(&[], b"next")).await;
    assert_eq!(body(get(&client, &quick.at("/")).await), "next", "neither turn nor slot is lost");
}

#[tokio::test]
async fn smaller_things_have_smaller_limits_in_the_same_turns() {
    let server = Server::answering(|_| ok(&[], &[b'x'; 5_000])).await;
    let client = Client::new(Settings { pause: Duration::from_millis(80), ..settings() }).unwrap();
    let small = client.at_most(4_000);
    let started = Instant::now();
    assert_eq!(get(&small, &server.at("/")).await.unwrap_err(), FetchError::TooLarge { limit: 4_000 });
    assert_eq!(body(get(&client, &server.at("/")).await).len(), 5_000);
    assert_eq!(body(get(&client.at_most(5_000), &server.at("/")).await).len(), 5_000);
    assert!(started.elapsed() >= Duration::from_millis(160), "the host is left in peace between all of them");
}
