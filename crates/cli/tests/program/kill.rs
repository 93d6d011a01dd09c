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

#[test]
fn sixty_kills_lose_no_post_and_store_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let round = Arc::new(AtomicU32::new(0));
    let farm = Farm::start({
        let round = round.clone();
        move |host, _| match host.strip_prefix("team").and_then(|rest| rest.strip_suffix(".localhost")) {
            Some(number) => Answer::feed(feed(number.parse().unwrap(), round.load(Ordering::SeqCst))),
            None => Answer::status(404),
        }
    });
    let list: String = (0..SOURCES).map(|n| format!("http://team{n}.localhost:{}/feed\n", farm.port)).collect();
    std::fs::write(folder.path().join("list.txt"), list).unwrap();
    says(watersmeet(folder.path()).args(["import", "list.txt"]), 0);

    // Each round it is a day later, so that every source is due; the moment of the kill moves through the poll.
    let day = |number: u32| (Time::from_millis(1_800_000_000_000) + Duration::from_secs(86_400) * number).to_string();
    let mut killed = 0;
    for number in 0..KILLS {
        round.store(number, Ordering::SeqCst);
        let mut poll = watersmeet(folder.path()).args(["poll", "--at", &day(number)]).spawn().unwrap();
        sleep(Duration::from_millis(20 + u64::from(number) * 37 % 400));
        killed += u32::from(poll.try_wait().unwrap().is_none());
        poll.kill().unwrap();
        poll.wait().unwrap();
    }
    assert!(killed >= KILLS * 5 / 6, "only {killed} polls were still running when they were killed");
    says(watersmeet(folder.path()).args(["poll", "--at", &day(KILLS)]), 0);

    let mut seen: HashMap<String, u32> = HashMap::new();
    for link in links(&folder.path().join("data/watersmeet.db")) {
        *seen.entry(link).or_default() += 1;
    }
    for source in 0..SOURCES {
        for number in 0..KILLS {
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
