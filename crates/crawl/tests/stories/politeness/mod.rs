//! How a source is asked, again and again: the behaviours of a good guest, named after their rows.

use crate::support::farm::{Farm, Page, rss};
use crate::support::{days, hours};
use crawl::Which;
use model::{Outcome, SourceState};

const DATE: &str = "Fri, 20 Nov 2026 10:00:00 GMT";

fn feed(host: &str) -> Page {
    Page::feed(rss(host, &[("1", "Bins", "We move bins.", DATE)]))
}

fn one_header(farm: &Farm, name: &str) -> Option<String> {
    let asked = farm.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked[0].header(name).map(str::to_owned)
}

story! {
    async fn p1_to_p4_one_unconditional_request_in_a_sources_life(s) {
        let modified = "Fri, 20 Nov 2026 10:00:01 GMT";
        let address = s.farm.put("riverton", "/feed", feed("riverton").version("W/\"a b\"").with("last-modified", modified));
        let id = s.list(&address).await;
        assert_eq!(s.poll().await.new, 1);
        assert_eq!(one_header(&s.farm, "if-none-match"), None);
        for _ in 0..3 {
            s.restart();
            assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
            let asked = s.farm.asked();
            assert_eq!(asked[0].header("if-none-match"), Some("W/\"a b\""));
            assert_eq!(asked[0].header("if-modified-since"), Some(modified));
        }
        assert_eq!(s.titles().await, ["Bins"]);
    }

    async fn p5_the_newest_validators_replace_the_old_ones(s) {
        let address = s.farm.put("riverton", "/feed", feed("riverton").version("\"1\"").with("last-modified", "then"));
        let id = s.list(&address).await;
        s.poll().await;
        s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("2", "Boxes", "b", DATE)])).version("\"2\""));
        s.poll_when_due(id).await;
        s.farm.asked();
        s.poll_when_due(id).await;
        let asked = s.farm.asked();
        assert_eq!((asked[0].header("if-none-match"), asked[0].header("if-modified-since")), (Some("\"2\""), None));
        // An error in between loses nothing.
        s.farm.put("riverton", "/feed", Page::status(500));
        s.poll_when_due(id).await;
        s.farm.asked();
        s.poll_when_due(id).await;
        assert_eq!(one_header(&s.farm, "if-none-match").as_deref(), Some("\"2\""));
    }

    async fn p7_the_same_body_creates_and_changes_nothing(s) {
        let address = s.farm.put("riverton", "/feed", feed("riverton").with("last-modified", "1"));
        let id = s.list(&address).await;
        s.poll().await;
        let before = s.store.revision().await.unwrap();
        s.farm.put("riverton", "/feed", feed("riverton").with("last-modified", "2"));
        assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
        // Another document with the same posts in it changes nothing either.
        let again = rss("riverton", &[("1", "Bins", "We  move bins.", DATE)]);
        s.farm.put("riverton", "/feed", Page::feed(again).with("last-modified", "3"));
        assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
        assert_eq!(s.store.revision().await.unwrap(), before);
    }

    async fn p8_hourly_with_validators_and_daily_without(s) {
        let with = s.farm.put("riverton", "/feed", feed("riverton").version("\"1\""));
        let without = s.farm.put("glanyrafon", "/feed", feed("glanyrafon"));
        let (with, without) = (s.list(&with).await, s.list(&without).await);
        s.poll().await;
        assert!((hours(1)..hours(3)).contains(&s.wait(with).await));
        assert!((days(1)..days(1) + hours(2)).contains(&s.wait(without).await));
        // Nothing is due before.
        s.farm.asked();
        assert_eq!(s.poll_after(hours(1) - hours(1) / 60).await.looked_at, 0);
        assert!(s.farm.asked().is_empty());
    }

    async fn p9_nothing_shortens_the_hour(s) {
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
        assert!(s.farm.asked().is_empty());
        s.hands.advance(hours(1));
        assert_eq!(s.crawler().poll(Which::All, &|_| {}).await.unwrap().looked_at, 1);
    }

    async fn p10_wishes_lengthen_the_wait(s) {
        let fresh = feed("riverton").version("\"1\"").with("cache-control", "max-age=21600");
        let fresh = s.list(&s.farm.put("riverton", "/feed", fresh)).await;
        let long = feed("glanyrafon").version("\"1\"").with("cache-control", "max-age=31536000");
        let long = s.list(&s.farm.put("glanyrafon", "/feed", long)).await;
        let with_ttl = rss("otterbank", &[]).replace("<description>", "<ttl>480</ttl><description>");
        let ttl = s.list(&s.farm.put("otterbank", "/feed", Page::feed(with_ttl).version("\"1\""))).await;
        s.poll().await;
        assert!((hours(6)..hours(8)).contains(&s.wait(fresh).await));
        assert!((days(1)..days(1) + hours(2)).contains(&s.wait(long).await));
        assert!((hours(8)..hours(10)).contains(&s.wait(ttl).await));
        // Also when nothing has changed.
        for (id, least) in [(fresh, hours(6)), (ttl, hours(8))] {
            assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
            assert!(s.wait(id).await >= least, "{:?}", s.wait(id).await);
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
        let summary = s.crawler().poll(Which::Source(busy), &|_| {}).await.unwrap();
        assert_eq!((summary.looked_at, summary.too_soon), (0, 1));
    }

    async fn p12_failures_double_the_wait_and_one_good_answer_ends_it(s) {
        let address = s.farm.put("riverton", "/feed", Page::status(500));
        let id = s.list(&address).await;
        let mut waits = vec![];
        s.poll().await;
        for _ in 0..12 {
            waits.push(s.wait(id).await);
            assert_eq!(s.poll_when_due(id).await, Outcome::ServerError);
        }
        assert!(waits[..8].is_sorted() && waits[1] > hours(1), "{waits:?}");
        assert!(waits[8..].iter().all(|wait| (days(6)..=days(7)).contains(wait)), "{waits:?}");
        assert_eq!(s.source(id).await.poll.failing_since, Some(crate::support::now()));
        s.farm.put("riverton", "/feed", feed("riverton").version("\"1\""));
        assert_eq!(s.poll_when_due(id).await, Outcome::New);
        let poll = s.source(id).await.poll;
        assert_eq!((poll.failures, poll.failing_since), (0, None));
        assert!(s.wait(id).await < hours(3));
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
    }

    async fn p14_a_permanent_move_is_stored_once_it_has_held(s) {
        let old = s.farm.put("riverton", "/old", feed("riverton").version("\"1\""));
        let new = s.farm.put("riverton", "/new", feed("riverton").version("\"1\""));
        let id = s.list(&old).await;
        s.poll().await;
        s.farm.put("riverton", "/old", Page::moved(301, &new));
        s.poll_when_due(id).await;
        assert_eq!(s.source(id).await.address, old);
        assert_eq!(s.source(id).await.poll.moved_to, Some(new.clone()));
        while s.source(id).await.address == old {
            s.poll_when_due(id).await;
            assert!(s.hands.clock().now().since(crate::support::now()) < days(4));
        }
        assert!(s.hands.clock().now().since(crate::support::now()) >= days(3));
        assert_eq!(s.source(id).await.address, new);
        s.farm.asked();
        s.poll_when_due(id).await;
        assert_eq!(s.farm.asked_paths(), ["/new"]);
        assert_eq!(s.titles().await, ["Bins"]);
    }

    async fn p14_a_passing_redirect_is_never_stored(s) {
        let new = s.farm.put("riverton", "/new", feed("riverton").version("\"1\""));
        let old = s.farm.put("riverton", "/old", Page::moved(302, &new));
        let id = s.list(&old).await;
        s.poll().await;
        for _ in 0..80 {
            s.poll_when_due(id).await;
        }
        assert_eq!(s.source(id).await.address, old);
        assert_eq!(s.source(id).await.poll.moved_to, None);
    }

    async fn p14_a_ring_of_redirects_is_left_at_once(s) {
        let ring = s.farm.address("riverton", "/ring");
        s.farm.put("riverton", "/ring", Page::moved(301, &s.farm.address("riverton", "/gnir")));
        s.farm.put("riverton", "/gnir", Page::moved(301, &ring));
        let id = s.list(&ring).await;
        s.poll().await;
        assert_eq!(s.outcome(id).await, Outcome::BadRedirect);
        assert!(s.farm.asked().len() <= 2);
    }

    async fn p17_a_slow_source_delays_no_other(s) {
        let slow = s.farm.put("slow", "/feed", feed("slow").slowly(std::time::Duration::from_secs(30)));
        let slow = s.list(&slow).await;
        let mut others = vec![];
        for n in 0..30 {
            others.push(s.list(&s.farm.put(&format!("town{n}"), "/feed", feed(&format!("town{n}")))).await);
        }
        let begun = std::time::Instant::now();
        s.poll().await;
        assert!(begun.elapsed() < std::time::Duration::from_secs(10));
        assert_eq!(s.outcome(slow).await, Outcome::TimedOut);
        for id in others {
            assert_eq!(s.outcome(id).await, Outcome::New);
        }
    }

    async fn p24_who_does_not_want_us_is_left_in_peace(s) {
        for status in [401, 403, 451] {
            let id = s.list(&s.farm.put("riverton", &format!("/{status}"), Page::status(status))).await;
            s.poll().await;
            assert_eq!(s.outcome(id).await, Outcome::Refused, "{status}");
            assert!(s.wait(id).await >= hours(1));
        }
    }
}
