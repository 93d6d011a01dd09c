//! P8 to P13: how soon we come back, and who may say otherwise.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use crawl::Which;
use model::{Dice, Outcome, SourceState, Time};

use super::feed;
use crate::support::farm::{Page, rss};
use crate::support::{days, hours, now};

/// As feeds write an instant.
fn rfc_2822(time: Time) -> String {
    time.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// How long we wait after so many failures and one more: an hour, doubled each time up to a week, with a tenth by chance.
fn doubled(failures: u32) -> RangeInclusive<Duration> {
    let whole = (hours(1) * 2_u32.pow(failures.min(8))).min(days(7));
    let least = (whole - whole / 10).max(hours(1));
    least..=least + whole / 10
}

/// A quarter of an hour, with what is left to chance.
fn quarter() -> RangeInclusive<Duration> {
    Duration::from_secs(15 * 60)..=Duration::from_secs(16 * 60 + 10)
}

story! {
    async fn p08_hourly_with_validators_and_daily_without(s) {
        let with = s.list(&s.farm.address("riverton", "/feed")).await;
        let without = s.list(&s.farm.address("glanyrafon", "/feed")).await;
        // Both have something new every few minutes, and no wish of their own.
        let mut asked: HashMap<String, Vec<Time>> = HashMap::new();
        while s.hands.clock().now() < now() + days(4) {
            let date = rfc_2822(s.hands.clock().now());
            let page = |host: &str| Page::feed(rss(host, &[(&date, &date, "We move bins.", &date)]));
            s.farm.put("riverton", "/feed", page("riverton").version(&format!("\"{date}\"")));
            s.farm.put("glanyrafon", "/feed", page("glanyrafon"));
            s.poll().await;
            for request in s.farm.asked() {
                asked.entry(request.host).or_default().push(s.hands.clock().now());
            }
            let next = s.source(with).await.poll.next_poll.min(s.source(without).await.poll.next_poll);
            // A moment sooner, and nothing is due.
            s.hands.set(next - Duration::from_millis(1));
            assert_eq!(s.poll().await.looked_at, 0);
            s.hands.set(next);
        }
        for (host, least, looks) in [("riverton", hours(1), 80..=96), ("glanyrafon", days(1), 4..=4)] {
            let times = &asked[host];
            assert!(looks.contains(&times.len()), "{host}: {times:?}");
            assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) >= least), "{host}: {times:?}");
        }
    }

    async fn p08_an_editor_may_set_one_source_otherwise(s) {
        let pages = [("riverton", feed("riverton").version("\"1\"")), ("glanyrafon", feed("glanyrafon"))];
        for (host, page) in pages {
            let address = s.farm.put(host, "/feed", page);
            let id = s.list(&address).await;
            s.poll().await;
            let set = async |pace: Option<&str>| {
                let pace = pace.map(|pace| pace.parse().unwrap());
                let (source, now) = (s.source(id).await, s.hands.clock().now());
                assert!(crawl::set_pace(&s.store, &source, pace, now, &Dice::loaded(2)).await.unwrap());
            };
            // The wait that it is in is as long as it would have been.
            set(Some("15m")).await;
            assert!(quarter().contains(&s.wait(id).await), "{host}: {:?}", s.wait(id).await);
            let words = "it is set here to be asked every 15 minutes";
            assert_eq!(s.source(id).await.poll.next_reason.as_deref(), Some(words));
            for _ in 0..3 {
                assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
                assert!(quarter().contains(&s.wait(id).await), "{host}: {:?}", s.wait(id).await);
            }
            // P9: nothing makes it sooner than that.
            s.restart();
            s.farm.asked();
            s.hands.advance(Duration::from_secs(14 * 60));
            for which in [Which::All, Which::Source(id)] {
                assert_eq!(s.crawler().poll(which, &|_| {}).await.unwrap().looked_at, 0);
            }
            s.crawler().import(format!("{address}\n").as_bytes(), &|_, _| {}).await.unwrap();
            assert_eq!(s.crawler().add_source(address.as_str()).await.unwrap().source.pace, Some("15m".parse().unwrap()));
            s.poll().await;
            assert!(s.farm.asked().is_empty());
            // A longer one puts off a look that is near, and without one it is its rhythm again.
            set(Some("2d")).await;
            assert!(s.wait(id).await > days(1));
            set(None).await;
            assert!(s.wait(id).await < days(1) + hours(1));
            s.store.set_source_state(id, SourceState::Paused, None, now()).await.unwrap();
        }
    }

    async fn p08_what_a_publisher_asks_for_wins_over_an_editor(s) {
        let fresh = feed("fresh").version("\"1\"").with("cache-control", "max-age=21600");
        let period = Page::feed(rss("period", &[]).replace("<description>", "<ttl>480</ttl><description>")).version("\"1\"");
        let busy = Page::status(503).with("retry-after", "172800");
        let failing = Page::status(500);
        let cases = [
            ("fresh", fresh, hours(6)), ("period", period, hours(8)), ("busy", busy, days(2)), ("failing", failing, hours(1))
        ];
        for (host, page, least) in cases {
            let id = s.list(&s.farm.put(host, "/feed", page)).await;
            let set = async || {
                let (source, now) = (s.source(id).await, s.hands.clock().now());
                crawl::set_pace(&s.store, &source, Some("5m".parse().unwrap()), now, &Dice::loaded(2)).await.unwrap();
            };
            // Set before the first look, and again once it has said what it wants.
            set().await;
            s.poll().await;
            for _ in 0..2 {
                let wait = s.wait(id).await;
                assert!((least..least + hours(2)).contains(&wait), "{host}: {wait:?}");
                set().await;
            }
            s.farm.asked();
            s.hands.advance(least - Duration::from_secs(60));
            s.poll().await;
            assert!(s.farm.asked().is_empty(), "{host}");
            s.store.set_source_state(id, SourceState::Paused, None, now()).await.unwrap();
        }
    }

    async fn p09_nothing_shortens_the_hour(s) {
        let address = s.farm.put("riverton", "/feed", feed("riverton").version("\"1\""));
        let id = s.list(&address).await;
        s.poll().await;
        s.restart();
        s.farm.asked();
        for which in [Which::All, Which::Source(id)] {
            let summary = s.crawler().poll(which, &|_| {}).await.unwrap();
            assert_eq!((summary.looked_at, summary.too_soon), (0, 1));
        }
        let again = s.crawler().add_source(address.as_str()).await.unwrap();
        assert_eq!(again.source.id, id);
        let list = format!("{address}\n");
        s.crawler().import(list.as_bytes(), &|_, _| {}).await.unwrap();
        s.store.set_source_state(id, SourceState::Paused, None, now()).await.unwrap();
        s.store.set_source_state(id, SourceState::Active, None, now()).await.unwrap();
        s.store.set_source_state(id, SourceState::Removed, None, now()).await.unwrap();
        s.crawler().import(list.as_bytes(), &|_, _| {}).await.unwrap();
        assert_eq!(s.source(id).await.state, SourceState::Active);
        s.poll().await;
        assert!(s.farm.asked().is_empty());
        s.hands.advance(hours(1));
        assert_eq!(s.crawler().poll(Which::All, &|_| {}).await.unwrap().looked_at, 1);
    }

    async fn p10_wishes_lengthen_the_wait(s) {
        let head = |host: &str, name, value: &str| feed(host).version("\"1\"").with(name, value);
        let said = |host: &str, wish: &str| {
            let posts = rss(host, &[]).replace("<description>", &format!("{wish}<description>"));
            Page::feed(posts.replace("<rss ", "<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "))
                .version("\"1\"")
        };
        // A Monday: what asks us to skip every hour but noon, or Monday, says so in UTC.
        let not_noon: String = (0..24).filter(|hour| *hour != 12).map(|hour| format!("<hour>{hour}</hour>")).collect();
        let pages = [
            (head("fresh", "cache-control", "max-age=21600"), hours(6)),
            (head("long", "cache-control", "max-age=31536000"), days(1)),
            (head("expires", "expires", "Mon, 23 Nov 2026 17:00:00 GMT").with("date", "Mon, 23 Nov 2026 09:00:00 GMT"), hours(8)),
            (said("ttl", "<ttl>480</ttl>"), hours(8)),
            (said("hours", &format!("<skipHours>{not_noon}</skipHours>")), hours(3)),
            (said("days", "<skipDays><day>Monday</day></skipDays>"), hours(15)),
            (said("rhythm", "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"), hours(12)),
        ];
        let mut sources = vec![];
        for (at, (page, least)) in pages.into_iter().enumerate() {
            sources.push((s.list(&s.farm.put(&format!("town{at}"), "/feed", page)).await, least));
        }
        s.poll().await;
        for (at, (id, least)) in sources.iter().enumerate() {
            let wait = s.wait(*id).await;
            assert!((*least..*least + days(2)).contains(&wait), "{at}: {wait:?}");
        }
        // Also when nothing has changed; Tuesday is no day to skip any more.
        for (at, (id, least)) in sources.into_iter().enumerate().filter(|(at, _)| *at != 4 && *at != 5 && *at != 2) {
            assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
            assert!(s.wait(id).await >= least, "{at}: {:?}", s.wait(id).await);
        }
    }

    async fn p11_retry_after_is_kept_in_full(s) {
        let busy = s.list(&s.farm.put("riverton", "/feed", Page::status(429).with("retry-after", "604800"))).await;
        let until = "Sun, 06 Dec 2026 09:00:00 GMT";
        let closed = s.list(&s.farm.put("otterbank", "/feed", Page::status(503).with("retry-after", until))).await;
        s.poll().await;
        assert_eq!(s.outcome(busy).await, Outcome::SlowDown);
        assert!((days(7)..days(7) + hours(1)).contains(&s.wait(busy).await));
        assert!((days(13)..days(13) + hours(1)).contains(&s.wait(closed).await));
        // Not even an editor's wish makes it sooner.
        s.hands.advance(days(6));
        s.restart();
        let summary = s.crawler().poll(Which::Source(busy), &|_| {}).await.unwrap();
        assert_eq!((summary.looked_at, summary.too_soon), (0, 1));
    }

    async fn p11_the_host_waits_once_several_of_its_feeds_were_told_to(s) {
        let busy = || Page::status(429).with("retry-after", "21600");
        let mut feeds = vec![];
        for at in 0..6 {
            feeds.push(s.list(&s.farm.put("platform", &format!("/{at}"), busy())).await);
        }
        // A neighbour under the same platform is another host.
        let neighbour = s.list(&s.farm.put("ann-platform", "/feed", feed("ann-platform").version("\"1\""))).await;
        s.poll().await;
        let at_platform = || s.farm.asked().iter().filter(|asked| asked.host == "platform").count();
        assert_eq!(at_platform(), 3);
        assert_eq!(s.outcome(neighbour).await, Outcome::New);
        for id in &feeds {
            assert!((hours(6)..hours(8)).contains(&s.wait(*id).await), "{:?}", s.wait(*id).await);
        }
        // Whom nobody asked has no failure to its name, and an editor can see why it waits.
        let spared: Vec<_> = s.store.sources().await.unwrap().into_iter()
            .filter(|source| source.record.poll.last_polled.is_none())
            .collect();
        assert_eq!(spared.len(), 3);
        assert!(spared.iter().all(|source| source.record.poll.failures == 0));
        assert!(spared[0].record.poll.next_reason.as_deref().unwrap().contains("its host"));
        // Neither a restart nor an editor's wish makes it sooner.
        s.restart();
        s.hands.advance(hours(2));
        assert_eq!(s.crawler().poll(Which::Source(spared[0].record.id), &|_| {}).await.unwrap().looked_at, 0);
        assert_eq!(at_platform(), 0);
        // When the wait is over one is tried; while it is told the same, the others go on waiting.
        s.poll_after(hours(6)).await;
        assert_eq!(at_platform(), 1);
        // One other answer ends it for all.
        for at in 0..6 {
            s.farm.put("platform", &format!("/{at}"), feed("platform").version("\"1\""));
        }
        s.restart();
        s.poll_after(hours(9)).await;
        assert_eq!(at_platform(), 6);
        assert_eq!(s.store.host_waits().await.unwrap(), []);
    }

    async fn p11_one_feed_that_asks_us_to_wait_stops_no_other_on_its_host(s) {
        for at in 0..4 {
            let page = if at < 2 { Page::status(503).with("retry-after", "21600") } else { feed("platform") };
            s.list(&s.farm.put("platform", &format!("/{at}"), page)).await;
        }
        let summary = s.poll().await;
        assert_eq!((summary.looked_at, summary.failed, summary.too_soon), (4, 2, 0));
        assert_eq!(s.store.host_waits().await.unwrap(), []);
    }

    async fn p12_failures_double_the_wait_and_one_good_answer_ends_it(s) {
        let address = s.farm.put("riverton", "/feed", Page::status(500));
        let id = s.list(&address).await;
        let mut waits = vec![];
        s.poll().await;
        // For half a year: bounded by a week, and never given up.
        for failure in 0..36 {
            let wait = s.wait(id).await;
            assert!(doubled(failure).contains(&wait), "{failure}: {wait:?}");
            waits.push(wait);
            assert_eq!(s.poll_when_due(id).await, Outcome::ServerError);
        }
        let jittered: HashSet<_> = waits[8..].iter().collect();
        assert!(jittered.len() > 20, "{waits:?}");
        assert_eq!(s.source(id).await.poll.failing_since, Some(now()));
        assert_eq!(s.source(id).await.state, SourceState::Active);
        // It publishes again, and is asked as any source that does.
        let date = rfc_2822(s.source(id).await.poll.next_poll);
        let page = Page::feed(rss("riverton", &[("1", "Bins", "We move bins.", &date)]));
        s.farm.put("riverton", "/feed", page.version("\"1\""));
        assert_eq!(s.poll_when_due(id).await, Outcome::New);
        let poll = s.source(id).await.poll;
        assert_eq!((poll.failures, poll.failing_since), (0, None));
        assert!((hours(1)..=days(1)).contains(&s.wait(id).await), "{:?}", s.wait(id).await);
        // What fails after that is its first failure.
        s.farm.put("riverton", "/feed", Page::status(500));
        assert_eq!(s.poll_when_due(id).await, Outcome::ServerError);
        assert!(doubled(0).contains(&s.wait(id).await), "{:?}", s.wait(id).await);
    }

    async fn p12_whatever_cannot_be_read_is_a_failure(s) {
        let pages = [
            (Page::status(429), Outcome::SlowDown),
            (Page::status(503), Outcome::SlowDown),
            (Page::status(502), Outcome::ServerError),
            (feed("slow").slowly(hours(1)), Outcome::TimedOut),
            (feed("packed").with("content-encoding", "compress"), Outcome::Unreadable),
            (Page::feed("\u{1}\u{2} no feed"), Outcome::NotAFeed),
        ];
        let mut sources = vec![];
        for (at, (page, outcome)) in pages.into_iter().enumerate() {
            sources.push((s.list(&s.farm.put(&format!("town{at}"), "/feed", page)).await, outcome));
        }
        // Nothing is there that speaks TLS.
        let broken = s.farm.address("tls", "/feed").as_str().replace("http:", "https:");
        sources.push((s.list(&model::Address::parse(&broken).unwrap()).await, Outcome::BrokenTls));
        for failure in 0..3 {
            s.poll().await;
            for (id, outcome) in &sources {
                let poll = s.source(*id).await.poll;
                assert_eq!((poll.last_answer, poll.failures), (Some(*outcome), failure + 1));
                assert_eq!(poll.failing_since, Some(now()));
                assert!(doubled(failure).contains(&s.wait(*id).await), "{outcome} {failure}: {:?}", s.wait(*id).await);
            }
            let mut latest = s.hands.clock().now();
            for (id, _) in &sources {
                latest = latest.max(s.source(*id).await.poll.next_poll);
            }
            s.hands.set(latest);
        }
    }

    async fn p13_gone_stops_for_good_and_not_found_does_not(s) {
        let gone = s.farm.put("riverton", "/feed", feed("riverton"));
        let lost = s.farm.put("otterbank", "/feed", feed("otterbank"));
        let (gone, lost) = (s.list(&gone).await, s.list(&lost).await);
        s.poll().await;
        s.farm.put("riverton", "/feed", Page::status(410));
        s.farm.put("otterbank", "/feed", Page::status(404));
        s.poll_after(days(2)).await;
        assert_eq!(s.source(gone).await.state, SourceState::Gone);
        assert_eq!(s.outcome(lost).await, Outcome::NotFound);
        s.farm.asked();
        s.poll_after(days(60)).await;
        assert_eq!(s.farm.asked().iter().map(|asked| asked.host.clone()).collect::<Vec<_>>(), ["otterbank"]);
        // Their posts stay.
        assert_eq!(s.titles().await.len(), 2);
        // An editor is told what to do about it, of the lost one only after some days.
        let lost = s.source(lost).await.health();
        let since = lost.failing_since.unwrap();
        assert_eq!(lost.advice(since + days(2)), None);
        assert!(lost.advice(since + days(3)).unwrap().starts_with("The feed is not there any more"));
        assert!(lost.sentence(since + days(3), &jiff::tz::TimeZone::UTC).starts_with("answers 404 since 25 November"));
        assert!(s.source(gone).await.health().advice(since).unwrap().starts_with("Its feed was taken down for good"));
    }
}
