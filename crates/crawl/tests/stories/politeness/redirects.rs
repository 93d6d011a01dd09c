//! P14 and P15: where redirects lead, and where they end.

use model::{Address, Outcome};

use super::feed;
use crate::support::farm::Page;
use crate::support::{days, now};

story! {
    async fn p14_a_permanent_move_is_stored_once_it_has_held(s) {
        for status in [301, 308] {
            let host = format!("town{status}");
            let old = s.farm.put(&host, "/old", feed(&host).version("\"1\""));
            let new = s.farm.put(&host, "/new", feed(&host).version("\"1\""));
            let id = s.list(&old).await;
            s.poll().await;
            s.farm.put(&host, "/old", Page::moved(status, &new));
            s.poll_when_due(id).await;
            let noted = s.hands.clock().now();
            assert_eq!(s.source(id).await.address, old);
            assert_eq!(s.source(id).await.poll.moved_to, Some(new.clone()));
            let mut looks = 0;
            while s.source(id).await.address == old {
                // What is noted is not stored before it has held for three days, and at the first look after that.
                assert!(s.hands.clock().now().since(noted) < days(3));
                assert_eq!(s.source(id).await.poll.moved_since, Some(noted));
                s.poll_when_due(id).await;
                looks += 1;
            }
            assert!(looks >= 3 && s.hands.clock().now().since(noted) >= days(3), "{looks}");
            assert_eq!(s.source(id).await.address, new);
            s.farm.asked();
            s.poll_when_due(id).await;
            let paths: Vec<_> = s.farm.asked().into_iter().filter(|asked| asked.host == host).map(|asked| asked.path).collect();
            assert_eq!(paths, ["/new"]);
        }
        assert_eq!(s.titles().await.len(), 2);
    }

    async fn p14_a_passing_redirect_is_never_stored(s) {
        let mut sources = vec![];
        for status in [302, 303, 307] {
            let host = format!("town{status}");
            let new = s.farm.put(&host, "/new", feed(&host).version("\"1\""));
            let old = s.farm.put(&host, "/old", Page::moved(status, &new));
            sources.push((s.list(&old).await, old));
        }
        s.poll().await;
        for _ in 0..8 {
            s.poll_after(days(1)).await;
        }
        for (id, old) in sources {
            assert_eq!(s.outcome(id).await, Outcome::Unchanged);
            assert_eq!(s.source(id).await.address, old);
            assert_eq!(s.source(id).await.poll.moved_to, None);
        }
    }

    async fn p14_five_hops_and_no_more(s) {
        for (start, hops) in [("five", 5), ("six", 6)] {
            for hop in 0..hops {
                let next = s.farm.address(start, &format!("/{}", hop + 1));
                s.farm.put(start, &format!("/{hop}"), Page::moved(302, &next));
            }
            s.farm.put(start, &format!("/{hops}"), feed(start));
        }
        let five = s.list(&s.farm.address("five", "/0")).await;
        let six = s.list(&s.farm.address("six", "/0")).await;
        s.poll().await;
        assert_eq!(s.outcome(five).await, Outcome::New);
        assert_eq!(s.outcome(six).await, Outcome::BadRedirect);
        assert_eq!(s.farm.asked().iter().filter(|asked| asked.host == "six").count(), 6);
    }

    async fn p14_a_ring_through_three_hosts_is_left_at_the_first_repeat(s) {
        let hosts = ["riverton", "otterbank", "glanyrafon"];
        for (at, host) in hosts.iter().enumerate() {
            let next = s.farm.address(hosts[(at + 1) % 3], "/feed");
            s.farm.put(host, "/feed", Page::moved(301, &next));
        }
        let id = s.list(&s.farm.address("riverton", "/feed")).await;
        s.poll().await;
        assert_eq!(s.outcome(id).await, Outcome::BadRedirect);
        assert_eq!(s.farm.asked().iter().map(|asked| asked.host.as_str()).collect::<Vec<_>>(), hosts);
        let poll = s.source(id).await.poll;
        assert_eq!(poll.last_message.as_deref(), Some("glanyrafon.localhost redirects in a ring"));
        assert_eq!((poll.moved_to, poll.failing_since), (None, Some(now())));
    }

    async fn p15_redirects_stay_on_the_web_and_on_public_addresses(s) {
        for (at, to) in [
            "file:///etc/passwd",
            "ftp://riverton.example/feed",
            "gopher://riverton.example/",
            "data:text/xml,<rss/>",
            "javascript:alert(1)",
        ].into_iter().enumerate() {
            let start = s.farm.put("riverton", &format!("/{at}"), Page::status(301).with("location", to));
            let id = s.list(&start).await;
            s.poll().await;
            assert_eq!(s.outcome(id).await, Outcome::BadRedirect, "{to}");
        }
        // The story's door is open to 127.0.0.0/8, and to no other private address.
        for (at, to) in ["http://10.0.0.1/", "//[::1]/", "http://2852039166/", "http://0x0a000001/", "http://[::ffff:a00:1]/"]
            .into_iter().enumerate()
        {
            let second = s.farm.put("otterbank", &format!("/b{at}"), Page::status(302).with("location", to));
            let start = s.farm.put("otterbank", &format!("/a{at}"), Page::moved(301, &second));
            let id = s.list(&start).await;
            s.poll().await;
            assert_eq!(s.outcome(id).await, Outcome::Private, "{to}");
            assert_eq!(s.source(id).await.poll.moved_to, None::<Address>);
        }
    }
}
