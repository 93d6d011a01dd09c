//! Bad days: what happens to a source, to the others and on the editor's page when something outside goes wrong.
//!
//! Each is written down in `docs/bad-days.md`. A host that hangs is P17, a ring of redirects P14 in [`politeness`].
//!
//! [`politeness`]: crate::politeness

use std::collections::HashMap;
use std::time::Duration;

use crawl::weather::{KEPT_UNDER, Kind, Trouble};
use model::{Outcome, SourceId, SourceState, Time};
use net::Names;
use sqlx::Connection;
use store::{Database, Page as Part, RiverFilter};

use crate::support::farm::{Page, rss};
use crate::support::{Story, days, door, hours, now};

const DATE: &str = "Fri, 20 Nov 2026 10:00:00 GMT";

fn feed(host: &str) -> Page {
    Page::feed(rss(host, &[("1", host, "We move bins.", DATE)])).version("\"1\"")
}

/// So many sources, each on a host of its own.
async fn towns(s: &Story, count: usize) -> Vec<SourceId> {
    let mut towns = vec![];
    for at in 0..count {
        let host = format!("town{at}");
        towns.push(s.list(&s.farm.put(&host, "/feed", feed(&host))).await);
    }
    towns
}

async fn trouble(s: &Story) -> Option<Kind> {
    let kept = s.store.setting(KEPT_UNDER).await.unwrap()?;
    serde_json::from_str::<Trouble>(&kept).ok().map(|trouble| trouble.kind)
}

/// Moves the clock to when all of these are due.
async fn wait_for(s: &Story, sources: &[SourceId]) {
    let mut latest = s.hands.clock().now();
    for id in sources {
        latest = latest.max(s.source(*id).await.poll.next_poll);
    }
    s.hands.set(latest);
}

fn without_names() -> net::Settings {
    net::Settings { names: Names::new(|_| Some(vec![])), ..door() }
}

story! {
    async fn dns_gone_counts_against_nobody_and_is_tried_gently(s) {
        let towns = towns(&s, 40).await;
        s.poll().await;
        s.farm.asked();
        wait_for(&s, &towns).await;
        s.restart_with(without_names());
        let failed = s.poll().await;
        assert!((6..40).contains(&failed.failed), "{failed:?}");
        assert_eq!(failed.failed, failed.looked_at);
        assert_eq!(trouble(&s).await, Some(Kind::Names));
        for id in &towns {
            let poll = s.source(*id).await.poll;
            assert_eq!((poll.failures, poll.failing_since, poll.last_answer), (0, None, Some(Outcome::New)));
            assert!(s.wait(*id).await <= hours(2));
            assert!(!s.source(*id).await.health().is_troubled());
        }
        // As long as it lasts, also after a restart, one source is tried at a time.
        for _ in 0..3 {
            s.restart_with(without_names());
            assert_eq!(s.poll_after(hours(2)).await.looked_at, 1);
        }
        assert!(s.farm.asked().is_empty());
        // The first that answers ends it, and all that are due are read.
        s.restart();
        let well = s.poll_after(hours(2)).await;
        assert_eq!((well.looked_at, well.unchanged), (40, 40));
        assert_eq!(trouble(&s).await, None);
        assert_eq!(s.store.history(towns[0]).await.unwrap().turns, []);
    }

    async fn a_single_host_that_is_gone_is_its_own_trouble(s) {
        let towns = towns(&s, 5).await;
        s.poll().await;
        wait_for(&s, &towns).await;
        let gone = |host: &str| (host == "town3.localhost").then(Vec::new);
        s.restart_with(net::Settings { names: Names::new(gone), ..door() });
        s.poll().await;
        assert_eq!(s.outcome(towns[3]).await, Outcome::UnknownHost);
        assert_eq!(s.source(towns[3]).await.poll.failures, 1);
        assert_eq!(s.outcome(towns[4]).await, Outcome::Unchanged);
        assert_eq!(trouble(&s).await, None);
        let turns = s.store.history(towns[3]).await.unwrap().turns;
        assert_eq!((turns.len(), turns[0].answer), (1, Outcome::UnknownHost));
    }

    async fn a_few_that_fail_by_themselves_are_not_taken_for_our_trouble(s) {
        let town = s.list(&s.farm.put("riverton", "/feed", feed("riverton"))).await;
        // A port on which nothing listens any more.
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let mut failing = vec![];
        for at in 0..3 {
            let address = format!("http://gone{at}.localhost:{closed}/feed");
            failing.push(s.list(&model::Address::parse(&address).unwrap()).await);
        }
        s.poll().await;
        // For weeks nobody else is due when they are, each time in a new process.
        s.store.set_source_state(town, SourceState::Paused, None, now()).await.unwrap();
        for failures in 2..10 {
            wait_for(&s, &failing).await;
            s.restart();
            assert_eq!(s.poll().await.failed, 3);
            assert_eq!(trouble(&s).await, None);
            for id in &failing {
                assert_eq!(s.source(*id).await.poll.failures, failures);
            }
        }
        // Nor are a few that begin to fail together some time after others were reached; but when nobody has been
        // reached for hours, it is ours.
        s.store.set_source_state(town, SourceState::Active, None, s.hands.clock().now()).await.unwrap();
        s.poll().await;
        assert_eq!(s.outcome(town).await, Outcome::Unchanged);
        s.store.set_source_state(town, SourceState::Paused, None, s.hands.clock().now()).await.unwrap();
        let towns = towns(&s, 3).await;
        s.restart_with(without_names());
        s.poll_after(hours(2)).await;
        assert_eq!(trouble(&s).await, None);
        assert_eq!(s.source(towns[0]).await.poll.failures, 1);
        wait_for(&s, &towns).await;
        s.restart_with(without_names());
        s.poll().await;
        assert_eq!(trouble(&s).await, Some(Kind::Names));
        assert_eq!(s.source(towns[0]).await.poll.failures, 1);
    }

    async fn half_the_farm_refusing_stops_only_that_half(s) {
        let towns = towns(&s, 16).await;
        s.poll().await;
        wait_for(&s, &towns).await;
        for at in 0..8 {
            s.farm.put(&format!("town{at}"), "/feed", Page::status([403, 500, 429, 503][at % 4]));
        }
        let summary = s.poll().await;
        assert_eq!((summary.failed, summary.unchanged), (8, 8));
        for (at, id) in towns.iter().enumerate() {
            assert_eq!(s.source(*id).await.poll.failures, u32::from(at < 8));
        }
        assert_eq!(trouble(&s).await, None);
        assert_eq!(s.titles().await.len(), 16, "what they published stays");
    }

    async fn nobody_who_accepts_connections_is_our_trouble(s) {
        // A port on which nothing listens any more.
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        for at in 0..8 {
            let address = format!("http://town{at}.localhost:{closed}/feed");
            s.list(&model::Address::parse(&address).unwrap()).await;
        }
        s.poll().await;
        assert_eq!(trouble(&s).await, Some(Kind::Network));
    }

    async fn every_certificate_refused_is_our_clock_and_one_is_its_owners(s) {
        let mut towns = vec![];
        for at in 0..8 {
            // The farm speaks no TLS, which breaks as a certificate does.
            let address = s.farm.address(&format!("safe{at}"), "/feed").as_str().replacen("http:", "https:", 1);
            towns.push(s.list(&model::Address::parse(&address).unwrap()).await);
        }
        s.poll().await;
        assert_eq!(trouble(&s).await, Some(Kind::Certificates));
        assert_eq!(s.source(towns[0]).await.poll.failures, 0);
        // With somebody else who answers, each is its owner's.
        for at in 0..12 {
            let host = format!("riverton{at}");
            s.list(&s.farm.put(&host, "/feed", feed(&host))).await;
            s.poll_after(hours(3)).await;
        }
        assert_eq!(trouble(&s).await, None);
        assert!(s.source(towns[0]).await.poll.failures > 0);
        let said = s.source(towns[0]).await.poll.last_message.unwrap();
        assert!(said.starts_with("no safe connection to safe0.localhost: it does not speak TLS"), "{said}");
    }

    async fn a_locked_database_holds_the_poll_up_and_loses_nothing(s) {
        let towns = towns(&s, 6).await;
        let release = s.lock().await;
        let polling = tokio::spawn({
            let crawler = s.crawler();
            async move { crawler.poll(crawl::Which::Due, &|_| {}).await.unwrap() }
        });
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        // Readers are not held up meanwhile.
        assert_eq!(s.store.river(&RiverFilter::default(), Part::Newest, 9).await.unwrap().cards.len(), 0);
        assert!(!polling.is_finished());
        release.await;
        let summary = polling.await.unwrap();
        assert_eq!((summary.looked_at, summary.new), (6, 6));
        assert_eq!(s.titles().await.len(), towns.len());
    }

    async fn a_feed_that_grows_at_every_poll_is_read_until_it_is_too_large(s) {
        let other = s.list(&s.farm.put("riverton", "/feed", feed("riverton"))).await;
        let mut posts: Vec<(String, String)> = vec![];
        let mut grow = |version: u32| {
            for at in 0..10 {
                let words = (0..2_500_u64).map(|word| format!("{:x}", word * 7_919 + at + u64::from(version)));
                posts.push((format!("{version}-{at}"), words.collect::<Vec<_>>().join(" ")));
            }
            let posts: Vec<_> = posts.iter().rev().map(|(id, text)| (id.as_str(), id.as_str(), text.as_str(), DATE)).collect();
            Page::feed(rss("growing", &posts)).version(&format!("\"{version}\""))
        };
        let id = s.list(&s.farm.put("growing", "/feed", grow(0))).await;
        s.restart_with(net::Settings { largest: 700_000, ..door() });
        s.poll().await;
        let first = s.source(id).await.poll.document_bytes.unwrap();
        let mut read = 0;
        for version in 1..8 {
            s.farm.put("growing", "/feed", grow(version));
            match s.poll_when_due(id).await {
                Outcome::New => read += 1,
                outcome => assert_eq!(outcome, Outcome::TooLarge),
            }
        }
        assert!((2..6).contains(&read), "{read}");
        let source = s.source(id).await;
        // It is seen coming: the size is kept, and the largest are found.
        assert!(source.poll.document_bytes.unwrap() > 2 * first);
        assert_eq!(s.store.large_documents(350_000, 9).await.unwrap()[0].id, id);
        assert_eq!(source.poll.last_message.as_deref(), Some("the reply grew past 700000 bytes"));
        s.hands.advance(days(1));
        assert!(source.health().advice(s.hands.clock().now()).unwrap().starts_with("Tell them"));
        // What was read stays, and the others are read as ever.
        assert_eq!(s.titles().await.len(), 10 * (read + 1) + 1);
        assert_eq!(s.poll_when_due(other).await, Outcome::Unchanged);
    }

    async fn anothers_content_floods_nothing_and_is_credited_to_nobody(s) {
        let own = |host: &str| {
            let posts = ["1", "2", "3", "4"].map(|id| (id, format!("{host} {id}")));
            let posts: Vec<_> = posts.iter().map(|(id, title)| (*id, title.as_str(), title.as_str(), DATE)).collect();
            rss(host, &posts)
        };
        let (riverton, otterbank) = (
            s.list(&s.farm.put("riverton", "/feed", Page::feed(own("riverton")).version("\"1\""))).await,
            s.list(&s.farm.put("otterbank", "/feed", Page::feed(own("otterbank")).version("\"1\""))).await,
        );
        s.poll().await;
        let (titles, before) = (s.titles().await, s.source(riverton).await);
        // The domain lapsed, and whoever has it now sends what they like; or the server mixes up its sites.
        for (page, whose) in [(own("casino"), "posts of casino.example"), (own("otterbank"), "the posts of otterbank")] {
            s.farm.put("riverton", "/feed", Page::feed(page).version("\"x\""));
            for _ in 0..2 {
                assert_eq!(s.poll_when_due(riverton).await, Outcome::AnotherSite, "{whose}");
            }
            let source = s.source(riverton).await;
            let said = source.poll.last_message.clone().unwrap();
            assert_eq!(said, format!("answers with {whose}, and with none of its own"));
            assert_eq!((&source.name, &source.site), (&before.name, &before.site));
            assert_eq!(source.poll.etag.as_deref(), Some("\"1\""), "it must not be able to say “not modified” to us");
            assert!(source.health().advice(s.hands.clock().now()).unwrap().contains("source accept"));
        }
        assert_eq!(s.titles().await, titles);
        assert_eq!(s.outcome(otterbank).await, Outcome::Unchanged);
        // Its own posts again, and all is well; or an editor says that it has become what it is.
        s.farm.put("riverton", "/feed", Page::feed(own("riverton")).version("\"2\""));
        assert_eq!(s.poll_when_due(riverton).await, Outcome::Unchanged);
        s.farm.put("riverton", "/feed", Page::feed(own("casino")).version("\"3\""));
        assert_eq!(s.poll_when_due(riverton).await, Outcome::AnotherSite);
        s.store.accept_source(riverton, s.hands.clock().now()).await.unwrap();
        assert_eq!(s.poll_when_due(riverton).await, Outcome::New);
        assert_eq!(s.titles().await.len(), titles.len() + 4);
    }

    async fn a_clock_set_back_an_hour_and_forward_a_year_asks_nobody_twice(s) {
        let towns = towns(&s, 4).await;
        s.poll().await;
        let titles = s.titles().await;
        s.farm.asked();
        // Back an hour: nothing is due, and nothing is asked out of turn.
        s.hands.set(now() - hours(1));
        s.restart();
        assert_eq!(s.poll().await.looked_at, 0);
        assert_eq!(s.crawler().poll(crawl::Which::All, &|_| {}).await.unwrap().looked_at, 0);
        // Forward a year: everything is due, and asked once.
        s.hands.set(now() + days(365));
        assert_eq!(s.poll().await.looked_at, 4);
        assert_eq!(s.poll().await.looked_at, 0);
        assert_eq!(s.farm.asked().len(), 4);
        // And right again: nobody waits for a year, and nobody is asked more often than once an hour.
        let mut asked: HashMap<String, Vec<Time>> = HashMap::new();
        for step in 0..96 {
            s.hands.set(now() + hours(3) + step * hours(1) / 2);
            s.poll().await;
            for request in s.farm.asked() {
                asked.entry(request.host).or_default().push(s.hands.clock().now());
            }
        }
        assert_eq!(asked.len(), towns.len());
        for times in asked.values() {
            assert!(times.len() >= 2 && times[0] == now() + hours(3), "{times:?}");
            assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) >= hours(1)), "{times:?}");
        }
        for id in towns {
            assert!(s.wait(id).await <= days(1));
        }
        assert_eq!(s.titles().await, titles);
    }
}

impl Story {
    /// Locks the database for writing, as another process may; it is free again when what this gives is awaited.
    async fn lock(&self) -> impl Future<Output = ()> {
        let (free, freed) = tokio::sync::oneshot::channel::<()>();
        let (locked, is_locked) = tokio::sync::oneshot::channel();
        let database = self.database();
        let holder = tokio::spawn(async move {
            match database {
                Database::File(path) => {
                    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                    let mut other = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
                    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
                    locked.send(()).unwrap();
                    freed.await.unwrap();
                    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
                }
                Database::Postgres(address) => {
                    let mut other = sqlx::PgConnection::connect(&address).await.unwrap();
                    sqlx::raw_sql("BEGIN; LOCK TABLE sources IN EXCLUSIVE MODE").execute(&mut other).await.unwrap();
                    locked.send(()).unwrap();
                    freed.await.unwrap();
                    sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
                    other.close().await.unwrap();
                }
            }
        });
        is_locked.await.unwrap();
        async move {
            free.send(()).unwrap();
            holder.await.unwrap();
        }
    }
}
