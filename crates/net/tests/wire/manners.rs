//! P18 to P20: who we say we are, what we send, and how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use model::Address;
use net::{Accept, Ask, Client, Settings, Validators};
use tokio::io::AsyncWriteExt;
use tokio::time::sleep;

use crate::server::{Server, body, get, ok, settings};

async fn told(about: Option<&str>, readers: u64) -> String {
    let server = Server::answering(|_| ok(&[], b"")).await;
    let about = about.map(|about| Address::parse(about).unwrap());
    let client = Client::new(Settings { about, readers, ..settings() }).unwrap();
    let (address, validators) = (server.at("/"), Validators::default());
    client.ask(&Ask { address: &address, validators: &validators, accept: Accept::Feed }).await.unwrap();
    server.last().header("user-agent").unwrap().to_owned()
}

#[tokio::test]
async fn p18_we_say_who_asks_and_for_how_many() {
    let about = Some("https://river.example/about");
    assert_eq!(told(about, 12).await, "Watersmeet/0.1 (+https://river.example/about; 12 readers)");
    assert_eq!(told(about, 1).await, "Watersmeet/0.1 (+https://river.example/about; 1 reader)");
    assert_eq!(told(about, 0).await, "Watersmeet/0.1 (+https://river.example/about)");
    assert_eq!(told(None, 0).await, "Watersmeet/0.1");
}

#[tokio::test]
async fn p18_a_name_that_cannot_be_sent_is_refused_at_the_start() {
    for agent in ["", "Water\nsmeet", "Water\0smeet"] {
        assert!(Client::new(Settings { agent: agent.to_owned(), ..settings() }).is_err(), "{agent:?}");
    }
}

#[tokio::test]
async fn p19_nothing_is_sent_that_need_not_be() {
    let server = Server::answering(|seen| match seen.path.as_str() {
        "/feed?b=2&a=1" => ok(&["Set-Cookie: track=1"], b"<rss/>"),
        _ => b"HTTP/1.1 302 Found\r\nSet-Cookie: t=1\r\nLocation: /feed?b=2&a=1\r\nContent-Length: 0\r\n\r\n".to_vec(),
    })
    .await;
    let client = Client::new(settings()).unwrap();
    for _ in 0..2 {
        get(&client, &server.at("/start")).await.unwrap();
    }
    for seen in server.seen() {
        for name in ["cookie", "referer", "range", "from", "authorization", "upgrade-insecure-requests"] {
            assert_eq!(seen.header(name), None, "{name}");
        }
        assert!(seen.header("accept").unwrap().starts_with("application/atom+xml, application/rss+xml"));
        assert_eq!(seen.header("host"), Some(format!("riverton.example:{}", server.port).as_str()));
    }
    assert_eq!(server.paths(), ["/start", "/feed?b=2&a=1", "/start", "/feed?b=2&a=1"]);
}

/// A server that counts how many connections are open at once.
async fn counting() -> (Server, Arc<AtomicUsize>) {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let highest = most.clone();
    let server = Server::acting(move |_, mut stream| {
        let (now, most) = (now.clone(), most.clone());
        Box::pin(async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(Duration::from_millis(20)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            let _ = stream.write_all(&ok(&[], b"<rss/>")).await;
        })
    })
    .await;
    (server, highest)
}

async fn ask_all(client: &Client, addresses: Vec<Address>) -> Duration {
    let started = Instant::now();
    let asks: Vec<_> = addresses
        .into_iter()
        .map(|address| {
            let client = client.clone();
            tokio::spawn(async move { body(get(&client, &address).await) })
        })
        .collect();
    for ask in asks {
        ask.await.unwrap();
    }
    started.elapsed()
}

#[tokio::test]
async fn p20_a_host_is_asked_once_at_a_time_with_a_pause() {
    let (server, most) = counting().await;
    let client = Client::new(Settings { pause: Duration::from_millis(30), ..settings() }).unwrap();
    let took = ask_all(&client, (0..4).map(|one| server.at(&format!("/{one}"))).collect()).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
    assert!(took >= Duration::from_millis(4 * 20 + 3 * 30), "{took:?}");
}

#[tokio::test]
async fn p20_waiting_for_ones_turn_is_not_counted_as_slowness() {
    let (server, _) = counting().await;
    let limits = Settings { whole_time: Duration::from_millis(150), pause: Duration::from_millis(60), ..settings() };
    let client = Client::new(limits).unwrap();
    let took = ask_all(&client, (0..6).map(|one| server.at(&format!("/{one}"))).collect()).await;
    assert!(took > Duration::from_millis(300), "{took:?}");
}

#[tokio::test]
async fn hosts_are_asked_side_by_side_but_not_too_many() {
    let (server, most) = counting().await;
    let client = Client::new(Settings { at_once: 3, ..settings() }).unwrap();
    ask_all(&client, (0..12).map(|one| server.named(&format!("h{one}.example"), "/")).collect()).await;
    assert_eq!(most.load(Ordering::SeqCst), 3);
}
