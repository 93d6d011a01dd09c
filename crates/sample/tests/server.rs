//! The sector behind its socket, asked through the one door that the real world is asked through.

use std::time::Duration;

use model::Address;
use net::{Accept, Answer, Ask, Client, FetchError, Reply, Settings, Validators};
use sample::Running;

struct Visit {
    running: Running,
    door: Client,
}

impl Visit {
    async fn new() -> Self {
        let running = sample::start("2026-11-23T09:00:00Z".parse().unwrap(), 0).await.unwrap();
        let settings =
            Settings { allow: vec!["127.0.0.0/8".parse().unwrap()], pause: Duration::ZERO, ..Settings::default() };
        Visit { running, door: Client::new(settings).unwrap() }
    }

    fn address(&self, host: &str, path: &str) -> Address {
        format!("http://{host}:{}{path}", self.running.port()).parse().unwrap()
    }

    async fn ask(&self, address: &Address, validators: &Validators) -> Result<Reply, FetchError> {
        self.door.ask(&Ask { address, validators, accept: Accept::Feed }).await
    }
}

#[tokio::test]
async fn a_host_is_a_source() {
    let visit = Visit::new().await;
    assert!(visit.running.address().ip().is_loopback());
    let address = visit.address("blog.riverton.localhost", "/feed/");
    assert!(visit.running.opml().contains(address.as_str()));
    let reply = visit.ask(&address, &Validators::default()).await.unwrap();
    let Answer::Body(body) = reply.answer else { panic!("{:?}", reply.answer) };
    assert_eq!(body.content_type.as_deref(), Some("application/rss+xml; charset=UTF-8"));
    let feed = String::from_utf8(body.bytes).unwrap();
    assert!(feed.contains("<title>Riverton Digital</title>"));
    let link = format!("<link>{}</link>", visit.address("blog.riverton.localhost", "").as_str().trim_end_matches('/'));
    assert!(feed.contains(&link), "{link}");

    let again = visit.ask(&address, &reply.validators).await.unwrap();
    assert_eq!((again.answer, again.status), (Answer::Unchanged, 304));
}

#[tokio::test]
async fn one_has_moved_and_one_has_gone() {
    let visit = Visit::new().await;
    let former = visit.address("www.otterbank.localhost", "/news/feed.xml");
    let moved = visit.ask(&former, &Validators::default()).await.unwrap();
    assert_eq!(moved.moved_to, Some(visit.address("stories.otterbank.localhost", "/rss/")));
    assert!(matches!(moved.answer, Answer::Body(_)));
    let gone = visit.address("news.ternandbrook.localhost", "/feed/");
    assert_eq!(visit.ask(&gone, &Validators::default()).await.unwrap().answer, Answer::NotFound);
}

#[tokio::test]
async fn dropping_it_ends_it() {
    let Visit { running, door } = Visit::new().await;
    let address: Address = format!("http://127.0.0.1:{}/", running.port()).parse().unwrap();
    let validators = Validators::default();
    let ask = Ask { address: &address, validators: &validators, accept: Accept::Page };
    assert!(door.ask(&ask).await.is_ok());
    drop(running);
    for _ in 0..100 {
        if door.ask(&ask).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{address} still answers");
}
