//! P18 to P21 and P24: who we say we are, what we send, how many of us come, and whom we leave in peace.

use std::time::Duration;

use jiff::tz::TimeZone;
use model::{Address, Outcome};

use super::{DATE, feed};
use crate::support::door;
use crate::support::farm::{Page, rss};
use crate::support::{days, hours};

story! {
    async fn p18_we_say_who_asks_and_for_how_many(s) {
        let about = Some(Address::parse("https://river.example/about").unwrap());
        let agent = "Watersmeet/0.1.0".to_owned();
        s.restart_with(net::Settings { agent, about, readers: 12, ..door() });
        let address = s.farm.put("riverton", "/feed", feed("riverton").version("\"1\""));
        let id = s.list(&address).await;
        s.poll().await;
        s.poll_when_due(id).await;
        // Also where a redirect leads, and when a source is added.
        s.farm.put("riverton", "/feed", Page::moved(302, &s.farm.put("riverton", "/new", feed("riverton"))));
        s.poll_when_due(id).await;
        let site = "<title>Town</title><link rel=alternate type=application/rss+xml href=/feed>";
        let site = s.farm.put("otterbank", "/", Page::html(site));
        s.farm.put("otterbank", "/feed", feed("otterbank"));
        s.crawler().add_source(site.as_str()).await.unwrap();
        let asked = s.farm.asked();
        assert!(asked.len() >= 6, "{asked:?}");
        for asked in asked {
            let agent = asked.header("user-agent").unwrap();
            assert_eq!(agent, "Watersmeet/0.1.0 (+https://river.example/about; 12 readers)", "{}", asked.path);
        }
    }

    async fn p19_nothing_is_sent_that_need_not_be(s) {
        let start = s.farm.address("riverton", "/start?b=2&a=1");
        let feed = s.farm.put("riverton", "/feed?b=2&a=1", feed("riverton").with("set-cookie", "track=1"));
        s.farm.put("riverton", "/start?b=2&a=1", Page::moved(302, &feed).with("set-cookie", "track=2; Path=/"));
        let id = s.list(&start).await;
        s.poll().await;
        s.poll_when_due(id).await;
        let asked = s.farm.asked();
        let paths: Vec<_> = asked.iter().map(|asked| asked.path.as_str()).collect();
        assert_eq!(paths, ["/start?b=2&a=1", "/feed?b=2&a=1", "/start?b=2&a=1", "/feed?b=2&a=1"]);
        for asked in &asked {
            let mut sent: Vec<_> = asked.headers.keys().map(|name| name.as_str()).collect();
            sent.sort_unstable();
            assert_eq!(sent, ["accept", "accept-encoding", "connection", "host", "user-agent"]);
            let accept = asked.header("accept").unwrap();
            assert!(accept.starts_with("application/atom+xml, application/rss+xml"), "{accept}");
        }
    }

    async fn p20_one_connection_to_a_host_and_a_pause_between(s) {
        let pause = Duration::from_millis(40);
        s.restart_with(net::Settings { pause, ..door() });
        for at in 0..6 {
            for host in ["riverton", "otterbank"] {
                let page = feed(host).slowly(Duration::from_millis(20));
                s.list(&s.farm.put(host, &format!("/{at}"), page)).await;
            }
        }
        s.poll().await;
        let asked = s.farm.asked();
        assert_eq!(asked.len(), 12);
        for host in ["riverton", "otterbank"] {
            let here: Vec<_> = asked.iter().filter(|asked| asked.host == host).collect();
            for pair in here.windows(2) {
                let (before, after) = (pair[0].answered.expect("answered"), pair[1].came);
                assert!(after >= before + pause - Duration::from_millis(5), "{:?}", after.checked_duration_since(before));
            }
        }
    }

    async fn p20_sources_are_spread_over_the_hour(s) {
        // However busy this machine is, none is too slow for it.
        s.restart_with(net::Settings { whole_time: Duration::from_secs(60), ..door() });
        let mut sources = vec![];
        for at in 0..120 {
            let host = format!("town{at}");
            sources.push(s.list(&s.farm.put(&host, "/feed", feed(&host).version("\"1\""))).await);
        }
        s.poll().await;
        let mut minutes = [0; 60];
        for id in &sources {
            let at = s.source(*id).await.poll.next_poll.millis() / 60_000;
            minutes[usize::try_from(at % 60).unwrap()] += 1;
        }
        let (used, most) = (minutes.iter().filter(|count| **count > 0).count(), minutes.iter().max().unwrap());
        assert!(used > 35 && *most < 12, "{minutes:?}");
    }

    async fn p21_a_poll_asks_for_the_feed_and_nothing_else(s) {
        let post = [("1", "Bins", "We move bins. &lt;img src='https://riverton.example/bin.png'&gt;", DATE)];
        let icons = "<image><url>/icon.png</url></image><description>";
        let address = s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &post).replace("<description>", icons)));
        let id = s.list(&address).await;
        s.poll().await;
        for _ in 0..5 {
            s.poll_when_due(id).await;
        }
        assert_eq!(s.farm.asked_paths(), ["/feed"; 6]);
    }

    async fn p24_who_does_not_want_us_is_shown_as_such_and_left_in_peace(s) {
        for status in [401, 403, 451] {
            let id = s.list(&s.farm.put("riverton", &format!("/{status}"), Page::status(status))).await;
            s.poll().await;
            assert_eq!(s.outcome(id).await, Outcome::Refused, "{status}");
            assert!(s.wait(id).await >= hours(1));
            let said = s.source(id).await.health().sentence(s.hands.clock().now(), &TimeZone::UTC);
            assert!(said.starts_with(&format!("does not let us in ({status}) since today")), "{said}");
            let advice = s.source(id).await.health().advice(s.hands.clock().now() + days(1)).unwrap();
            assert!(advice.starts_with("They may not want us. Ask them"), "{advice}");
            // We come under the same name and from nowhere else, ever more seldom.
            let mut agents = std::collections::HashSet::new();
            for _ in 0..10 {
                s.poll_when_due(id).await;
                agents.extend(s.farm.asked().iter().map(|asked| asked.header("user-agent").unwrap().to_owned()));
            }
            assert_eq!(agents.len(), 1);
            assert!(s.wait(id).await > days(6));
        }
    }
}
