//! Many sources, shared hosts and several crawlers: nobody is held up, and nobody is asked twice.

use std::collections::HashMap;
use std::time::Duration;

use crate::support::farm::{Page, rss};
use crate::support::{Story, client};
use crawl::{Crawler, Settings, Which};
use model::{Address, Dice, SourceId};
use store::{Added, NewSource, SourceClaims, SourceKind};

/// Makes addresses sources that are due so many milliseconds before now.
async fn list(s: &Story, addresses: &[Address], waiting: u64) -> Vec<SourceId> {
    let now = s.hands.clock().now();
    let new: Vec<NewSource> = addresses
        .iter()
        .map(|address| NewSource {
            address: address.clone(),
            kind: SourceKind::Feed,
            claims: SourceClaims {
                said_name: format!("{} {}", address.spoken_host(), address.url().path()),
                ..SourceClaims::default()
            },
            listed_name: None,
            listed_attributes: vec![],
            groups: vec![],
            next_poll: now - Duration::from_millis(waiting),
        })
        .collect();
    let added = s.store.add_sources(&new, now).await.unwrap();
    added.into_iter().map(|added| if let Added::New(id) = added { id } else { panic!("{added:?}") }).collect()
}

fn feed(host: &str) -> Page {
    Page::feed(rss(host, &[("1", "Bins", host, "Fri, 20 Nov 2026 10:00:00 GMT")]))
}

story! {
    async fn a_crowd_on_one_host_holds_up_no_other(s) {
        // More than may wait at once, due before the others, on a host that takes its time.
        let crowd: Vec<Address> = (0..1_500)
            .map(|n| s.farm.put("platform", &format!("/{n}"), feed("platform").slowly(Duration::from_millis(500))))
            .collect();
        let others: Vec<Address> = (0..5).map(|n| s.farm.put(&format!("h{n}"), "/feed", feed(&format!("h{n}")))).collect();
        let crowd = list(&s, &crowd, 1_000).await;
        let others = list(&s, &others, 0).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let crawler = s.crawler();
        let running = tokio::spawn(async move { crawler.run(async { drop(stopped.await) }).await });
        for other in others {
            while s.source(other).await.poll.last_polled.is_none() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        stop.send(()).unwrap();
        running.await.unwrap();
        let now = s.hands.clock().now();
        let asked = s.farm.asked().into_iter().filter(|asked| asked.host == "platform").count();
        let mut turns: HashMap<i64, usize> = HashMap::new();
        for id in &crowd {
            let poll = s.source(*id).await.poll;
            if poll.last_polled.is_none() && poll.next_poll > now {
                *turns.entry(poll.next_poll.millis()).or_default() += 1;
            }
        }
        assert!(asked < 100, "the crowd was asked {asked} times before the others");
        assert!(turns.len() > 1_300 && turns.values().all(|sources| *sources == 1), "{} turns", turns.len());
    }

    async fn two_crawlers_ask_each_source_once(s) {
        let addresses: Vec<Address> = (0..40)
            .map(|n| {
                let (host, path) = (format!("h{}", n / 2), format!("/{n}"));
                s.farm.put(&host, &path, feed(&host).slowly(Duration::from_millis(50)))
            })
            .collect();
        list(&s, &addresses, 0).await;
        let other = Crawler::new(s.store.clone(), client(), s.hands.clock(), Dice::loaded(2), Settings::default());
        let one = s.crawler();
        let (one, other) = tokio::join!(one.poll(Which::Due, &|_| {}), other.poll(Which::Due, &|_| {}));
        assert_eq!(one.unwrap().looked_at + other.unwrap().looked_at, 40);
        let mut asked = s.farm.asked_paths();
        asked.sort();
        asked.dedup();
        assert_eq!(asked.len(), 40);
    }

    async fn a_slow_source_delays_no_other(s) {
        let mut addresses = vec![];
        for n in 0..80 {
            // The first ones take longer than the story would last if anybody waited for them.
            let page = feed(&format!("h{n}"));
            let page = if n < 60 { page.slowly(Duration::from_millis(1_900)) } else { page };
            addresses.push(s.farm.put(&format!("h{n}"), "/feed", page));
        }
        let sources = list(&s, &addresses, 0).await;
        let crawler = s.crawler();
        let polling = tokio::spawn(async move { crawler.poll(Which::Due, &|_| {}).await });
        while s.source(sources[79]).await.poll.last_polled.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(s.source(sources[0]).await.poll.last_polled.is_none(), "the slow ones are still under way");
        assert_eq!(polling.await.unwrap().unwrap().looked_at, 80);
    }
}
