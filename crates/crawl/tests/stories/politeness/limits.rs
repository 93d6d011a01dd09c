//! P16 and P17: sizes and times are bounded, whatever a server does.

use std::io::Write;
use std::time::Duration;

use model::{Address, Outcome};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::{DATE, feed};
use crate::support::farm::{Page, rss};
use crate::support::{door, hours};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &Default::default()).unwrap();
    packed
}

/// The address of a server that sends the head of a reply and then one byte after another for ever.
async fn trickle() -> Address {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut piece: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>";
                while stream.write_all(piece).await.is_ok() {
                    piece = b" ";
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
        }
    });
    Address::parse(&format!("http://trickle.localhost:{port}/feed")).unwrap()
}

story! {
    async fn p16_packed_feeds_are_asked_for_and_read(s) {
        let text = rss("riverton", &[("1", "Bins", "We move bins.", DATE)]);
        let packed = [
            ("gzip", gzip(text.as_bytes())),
            ("br", brotli(text.as_bytes())),
            ("zstd", zstd::encode_all(text.as_bytes(), 3).unwrap()),
        ];
        for (name, body) in packed {
            let page = Page::feed(body).with("content-encoding", name);
            let id = s.list(&s.farm.put(name, "/feed", page)).await;
            s.poll().await;
            assert_eq!(s.outcome(id).await, Outcome::New, "{name}");
            let asked = s.farm.asked().remove(0);
            let accepted = asked.header("accept-encoding").unwrap().to_owned();
            assert!(accepted.split(", ").any(|accepted| accepted == name), "{accepted}");
        }
    }

    async fn p16_wire_bytes_and_unpacked_bytes_are_bounded(s) {
        s.restart_with(net::Settings { largest_packed: 100_000, largest: 1_000_000, ..door() });
        let large: String = (0..9_000_u64).map(|at| format!("{:x}", at * 7_919_u64 * at)).collect::<Vec<_>>().join(" ");
        let pages = [
            ("wire", Page::feed(rss("wire", &[("1", "Large", &large, DATE)]).repeat(2))),
            ("bomb", Page::feed(gzip(&vec![b' '; 64 << 20])).with("content-encoding", "gzip")),
            ("twice", Page::feed(gzip(&gzip(&vec![b' '; 64 << 20]))).with("content-encoding", "gzip, gzip")),
        ];
        for (host, page) in pages {
            let id = s.list(&s.farm.put(host, "/feed", page)).await;
            s.poll().await;
            let said = s.outcome(id).await;
            assert!(matches!(said, Outcome::TooLarge | Outcome::Unreadable), "{host}: {said}");
            assert!(s.wait(id).await >= hours(1));
        }
        // What is just within them is read.
        let fits = s.list(&s.farm.put("fits", "/feed", feed("fits"))).await;
        s.poll().await;
        assert_eq!(s.outcome(fits).await, Outcome::New);
    }

    async fn p17_the_whole_fetch_has_a_time_and_not_only_its_silences(s) {
        s.restart_with(net::Settings { whole_time: Duration::from_millis(500), ..door() });
        let id = s.list(&trickle().await).await;
        s.poll().await;
        let poll = s.source(id).await.poll;
        assert_eq!(poll.last_answer, Some(Outcome::TimedOut));
        assert_eq!(poll.last_message.as_deref(), Some("trickle.localhost took longer than 0.5 seconds"));
    }

    async fn p17_a_slow_source_delays_no_other(s) {
        let slow = s.farm.put("slow", "/feed", feed("slow").slowly(Duration::from_secs(30)));
        let slow = s.list(&slow).await;
        let mut others = vec![];
        for n in 0..30 {
            others.push(s.list(&s.farm.put(&format!("town{n}"), "/feed", feed(&format!("town{n}")))).await);
        }
        let begun = std::time::Instant::now();
        s.poll().await;
        assert!(begun.elapsed() < Duration::from_secs(10));
        assert_eq!(s.outcome(slow).await, Outcome::TimedOut);
        for id in others {
            assert_eq!(s.outcome(id).await, Outcome::New);
        }
    }
}
