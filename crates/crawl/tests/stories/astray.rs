//! Clocks that were wrong for a while, and lists that were taken in only in part.

use crate::support::farm::{Page, rss};
use crate::support::{days, hours, now};
use crawl::{CouldNotImport, Fate, Which};
use model::Outcome;

const DATE: &str = "Fri, 20 Nov 2026 10:00:00 GMT";

story! {
    async fn a_clock_that_was_a_year_ahead_keeps_no_source_from_being_asked(s) {
        let feed = Page::feed(rss("riverton", &[("1", "Bins", "We move bins.", DATE)])).version("\"1\"");
        let well = s.list(&s.farm.put("riverton", "/feed", feed)).await;
        let waits = s.list(&s.farm.put("waits", "/feed", Page::status(429).with("retry-after", "864000"))).await;
        s.hands.advance(days(366));
        s.poll().await;
        assert!(s.source(well).await.poll.next_poll > now() + days(366));
        // Nobody has asked it yet, and it was added by the wrong clock.
        let later = s.list(&s.farm.put("later", "/feed", Page::feed(rss("later", &[])))).await;
        s.hands.set(now() + hours(1));
        s.farm.asked();
        s.poll().await;
        let mut asked: Vec<String> = s.farm.asked().into_iter().map(|asked| asked.host).collect();
        asked.sort();
        assert_eq!(asked, ["later", "riverton", "waits"]);
        for id in [well, waits, later] {
            let poll = s.source(id).await.poll;
            assert_eq!(poll.last_polled, Some(now() + hours(1)));
            assert!(poll.next_poll < now() + days(12), "{poll:?}");
            assert!(poll.last_ok.max(poll.last_new).max(poll.failing_since) <= Some(now() + hours(1)), "{poll:?}");
        }
    }

    async fn a_wait_that_a_server_asked_for_is_kept_however_long(s) {
        let id = s.list(&s.farm.put("riverton", "/feed", Page::status(503).with("retry-after", "31536000"))).await;
        s.poll().await;
        s.farm.asked();
        assert_eq!(s.poll_after(days(300)).await.looked_at, 0);
        assert_eq!(s.crawler().poll(Which::Source(id), &|_| {}).await.unwrap().too_soon, 1);
        assert!(s.farm.asked().is_empty());
        assert_eq!(s.outcome(id).await, Outcome::SlowDown);
    }
}

/// A disk that is full in the middle of a list: what was said is true, and importing again carries on.
#[tokio::test]
async fn a_list_that_was_cut_off_by_a_full_disk_is_taken_in_by_importing_it_again() {
    let s = crate::support::Story::on_sqlite().await;
    let mut other = s.open_file().await;
    let full = "CREATE TRIGGER full BEFORE INSERT ON sources WHEN (SELECT COUNT(*) FROM sources) >= 700
                BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
    sqlx::query(full).execute(&mut other).await.unwrap();
    let list: String = (0..1_200)
        .map(|n| {
            format!(
                "<outline text='Town {}'><outline text='S{n}' xmlUrl='https://s{n}.example/feed'/></outline>",
                n / 100
            )
        })
        .collect();
    let list = format!("<opml><body>{list}</body></opml>");
    let import = async || s.crawler().import(list.as_bytes(), &|_, _| {}).await;
    assert!(matches!(import().await, Err(CouldNotImport::Store(_))));
    assert_eq!(s.store.sources().await.unwrap().len(), 500, "the first chunk is there, the second is not");

    sqlx::query("DROP TRIGGER full").execute(&mut other).await.unwrap();
    let report = import().await.unwrap();
    assert_eq!(report.count(|fate| *fate == Fate::AlreadyThere), 500);
    assert_eq!(report.count(|fate| *fate == Fate::Added), 700);
    assert_eq!(import().await.unwrap().count(|fate| *fate == Fate::AlreadyThere), 1_200);
    let groups = s.store.groups().await.unwrap();
    assert_eq!(groups.len(), 12);
    assert!(groups.iter().all(|group| group.sources.len() == 100));
    drop(other);
    s.end().await;
}
