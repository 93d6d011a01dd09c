//! A crawler that is killed in the middle of its work, again and again: no post is lost, and none is there twice.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Answer, Farm, says, watersmeet};
use model::Time;
use store::{Database, Page, RiverFilter, Store};

const SOURCES: u32 = 24;
const KILLS: u32 = 60;

/// A feed that has one more entry each time round, newest first; long enough to keep the crawler busy.
fn feed(source: u32, round: u32) -> String {
    let items: String = (0..=round)
        .rev()
        .map(|number| {
            let words = format!("What team {source} learnt in round {number} about queues. ").repeat(40);
            format!(
                "<item><guid>post-{source}-{number}</guid><title>Team {source}, note {number}</title>\
                 <link>http://team{source}.localhost/notes/{number}</link><description>{words}</description></item>"
            )
        })
        .collect();
    format!("<rss version='2.0'><channel><title>Team {source}</title>{items}</channel></rss>")
}

/// Which round it is, how many feeds have been given out in it, and the source that never answers.
#[derive(Default)]
struct Stage {
    round: AtomicU32,
    served: AtomicU32,
    silent: AtomicU32,
}

impl Stage {
    fn answer(&self, host: &str) -> Answer {
        let Some(number) = host.strip_prefix("team").and_then(|rest| rest.strip_suffix(".localhost")) else {
            return Answer::status(404);
        };
        let source = number.parse().unwrap();
        if source == self.silent.load(Ordering::SeqCst) {
            sleep(Duration::from_secs(30));
        }
        self.served.fetch_add(1, Ordering::SeqCst);
        Answer::feed(feed(source, self.round.load(Ordering::SeqCst)))
    }

    /// Sets the next round: one source is silent, so that no poll can end before it is killed.
    fn begin(&self, round: u32, silent: u32) {
        self.round.store(round, Ordering::SeqCst);
        self.silent.store(silent, Ordering::SeqCst);
        self.served.store(0, Ordering::SeqCst);
    }

    fn wait_until_served(&self, feeds: u32) {
        while self.served.load(Ordering::SeqCst) < feeds {
            sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn sixty_kills_lose_no_post_and_store_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Arc::new(Stage::default());
    let farm = Farm::start({
        let stage = stage.clone();
        move |host, _| stage.answer(host)
    });
    let list: String = (0..SOURCES).map(|n| format!("http://team{n}.localhost:{}/feed\n", farm.port)).collect();
    std::fs::write(folder.path().join("list.txt"), list).unwrap();
    says(watersmeet(folder.path()).args(["import", "list.txt"]), 0);

    // Each round it is two days later, so that every source is due; the moment of the kill moves through the poll.
    let then =
        |number: u32| (Time::from_millis(4_000_000_000_000) + Duration::from_secs(2 * 86_400) * number).to_string();
    for number in 0..KILLS {
        stage.begin(number, number % SOURCES);
        let mut poll = watersmeet(folder.path()).args(["poll", "--at", &then(number)]).spawn().unwrap();
        stage.wait_until_served(number * 7 % SOURCES);
        sleep(Duration::from_millis(u64::from(number) * 37 % 300));
        assert!(poll.try_wait().unwrap().is_none(), "it waits for the silent source when it is killed");
        poll.kill().unwrap();
        poll.wait().unwrap();
    }
    stage.begin(KILLS, SOURCES);
    says(watersmeet(folder.path()).args(["poll", "--at", &then(KILLS)]), 0);

    let mut seen: HashMap<String, u32> = HashMap::new();
    for link in links(&folder.path().join("data/watersmeet.db")) {
        *seen.entry(link).or_default() += 1;
    }
    for source in 0..SOURCES {
        for number in 0..=KILLS {
            let link = format!("http://team{source}.localhost/notes/{number}");
            assert_eq!(seen.remove(&link), Some(1), "{link}");
        }
    }
    assert!(seen.is_empty(), "{seen:?}");
}

/// The links of all posts in the river.
#[tokio::main(flavor = "current_thread")]
async fn links(file: &std::path::Path) -> Vec<String> {
    let store = Store::open(&Database::File(file.to_owned()), Time::from_millis(0)).await.unwrap();
    let mut links = vec![];
    let mut page = Page::Newest;
    loop {
        let river = store.river(&RiverFilter::default(), page, 100).await.unwrap();
        links.extend(river.cards.into_iter().filter_map(|card| card.link));
        match river.older {
            Some(older) => page = Page::Before(older),
            None => return links,
        }
    }
}
