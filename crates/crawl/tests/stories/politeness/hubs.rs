//! P23, WebSub: a hub that a feed names is asked to tell us, and what it tells is in the river within seconds.

use std::time::Duration;

use crawl::{Crawler, Settings};
use model::subscription::Stage;
use model::{Address, Dice, SourceId, SourceState};

use crate::support::farm::Page;
use crate::support::hub::{Hub, SITE, Site, signature};
use crate::support::{Story, client, days, hours};

/// An Atom feed that names a hub, with posts `(id, title)`.
fn atom(hub: &str, own: &str, posts: &[(&str, &str)]) -> String {
    let links = format!("<link rel='hub' href='{hub}'/><link rel='self' href='{own}'/>");
    let entries: String = posts
        .iter()
        .map(|(id, title)| {
            format!(
                "<entry><id>tag:riverton.example,2026:{id}</id><title>{title}</title>\
                 <link href='https://riverton.example/{id}'/><updated>2026-11-20T10:00:00Z</updated>\
                 <summary>About {title}, in some words.</summary></entry>"
            )
        })
        .collect();
    format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>Riverton</title>{links}{entries}</feed>")
}

/// A source whose feed names a hub, read once, and the hub.
struct Told {
    hub: Hub,
    site: Site,
    id: SourceId,
    own: Address,
}

impl Told {
    async fn begin(s: &Story) -> Self {
        let hub = Hub::start().await;
        let own = s.farm.address("riverton", "/feed");
        let told = Self { site: Site::over(s), id: s.list(&own).await, hub, own };
        s.farm.put("riverton", "/feed", told.page(&[("1", "Bins")]).version("\"1\""));
        s.poll().await;
        told
    }

    fn feed(&self, posts: &[(&str, &str)]) -> String {
        atom(self.hub.address().as_str(), self.own.as_str(), posts)
    }

    fn page(&self, posts: &[(&str, &str)]) -> Page {
        Page::feed(self.feed(posts))
    }

    async fn stages(&self, s: &Story) -> Vec<Stage> {
        let all = s.store.subscriptions_of(self.id).await.unwrap();
        all.into_iter().map(|one| one.standing.stage).collect()
    }

    /// When something is next to be done about the only subscription.
    async fn due(&self, s: &Story) -> Duration {
        let all = s.store.subscriptions_of(self.id).await.unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].standing.due.since(s.hands.clock().now())
    }
}

story! {
    async fn p23_a_hub_tells_of_posts_within_seconds(s) {
        let t = Told::begin(&s).await;
        s.errands().await;
        let wish = t.hub.wish();
        assert_eq!((wish.get("mode"), wish.get("topic")), ("subscribe", t.own.as_str()));
        assert_eq!(wish.get("lease_seconds"), "864000");
        assert!(wish.callback().len() >= 40 && wish.get("secret").len() >= 40, "{wish:?}");
        assert!(!wish.callback().contains(wish.get("secret")));
        assert_eq!(t.site.asks_back(&wish, "432000").await, (200, "c-1".to_owned()));
        let before = s.source(t.id).await;
        assert_eq!(before.told_until, Some(s.hands.clock().now() + days(5)));

        assert_eq!(t.site.brings(&wish, &t.feed(&[("2", "Boxes"), ("1", "Bins")])).await, 202);
        assert_eq!(s.titles().await, ["Bins"], "what comes in is taken in by the crawler alone");
        s.errands().await;
        assert_eq!(s.titles().await, ["Boxes", "Bins"]);
        let after = s.source(t.id).await;
        assert_eq!(after.poll.last_new, Some(s.hands.clock().now()));
        assert_eq!(after.poll.next_poll, before.poll.next_poll, "polling goes on as a check");
        assert_eq!(after.claims, before.claims);
        // Said again, by the hub or by the feed, it is the same.
        assert_eq!(t.site.brings(&wish, &t.feed(&[("2", "Boxes")])).await, 202);
        s.errands().await;
        s.farm.put("riverton", "/feed", t.page(&[("2", "Boxes"), ("1", "Bins")]).version("\"2\""));
        s.poll_when_due(t.id).await;
        assert_eq!(s.titles().await, ["Boxes", "Bins"]);
        assert_eq!(t.hub.asked().len(), 0, "once is enough");
    }

    async fn p23_headers_name_a_hub_too(s) {
        let hub = Hub::start().await;
        let named = format!("<{}>; rel=\"hub\", </topic>; rel=\"self\"", hub.address());
        let posts = r#"{"version":"https://jsonfeed.org/version/1.1","title":"R","items":[{"id":"1","content_text":"Bins"}]}"#;
        let page = Page::feed(posts).with("content-type", "application/feed+json").with("link", &named);
        s.list(&s.farm.put("riverton", "/feed", page)).await;
        let in_json = posts.replace("\"items\"", &format!("\"hubs\":[{{\"type\":\"WebSub\",\"url\":\"{}\"}}],\"items\"", hub.address()));
        let other = s.farm.put("otter", "/feed", Page::feed(in_json).with("content-type", "application/feed+json"));
        s.list(&other).await;
        s.poll().await;
        s.errands().await;
        let mut topics: Vec<String> = hub.asked().iter().map(|wish| wish.get("topic").to_owned()).collect();
        topics.sort();
        assert_eq!(topics, [other.as_str(), s.farm.address("riverton", "/topic").as_str()]);
    }

    async fn p23_only_what_we_asked_for_is_confirmed(s) {
        let t = Told::begin(&s).await;
        s.errands().await;
        let wish = t.hub.wish();
        let (path, topic) = (wish.callback(), wish.get("topic"));
        let fields = |mode: &'static str, topic| [("mode", mode), ("topic", topic), ("challenge", "x"), ("lease_seconds", "60")];
        for (path, fields) in [
            ("/hub/0123456789", fields("subscribe", topic)),
            (path.as_str(), fields("subscribe", "https://elsewhere.example/feed")),
            (path.as_str(), fields("unsubscribe", topic)),
            (path.as_str(), fields("publish", topic)),
        ] {
            assert_eq!(t.site.asks(path, &fields).await.0, 404, "{path} {fields:?}");
        }
        let long = "x".repeat(600);
        assert_eq!(t.site.asks(&path, &[("mode", "subscribe"), ("topic", topic), ("challenge", &long)]).await.0, 404);
        assert_eq!(t.site.asks(&path, &[("mode", "subscribe"), ("topic", topic)]).await.0, 404);
        assert_eq!(t.stages(&s).await, [Stage::Asked]);
        assert_eq!(t.site.asks_back(&wish, "864000").await.0, 200);
        // Once: a replay, with another lease, changes nothing.
        assert_eq!(t.site.asks_back(&wish, "1").await.0, 404);
        // Nobody but us ends it.
        assert_eq!(t.site.asks(&path, &fields("unsubscribe", topic)).await.0, 404);
        assert_eq!(t.stages(&s).await, [Stage::Live]);
        assert_eq!(s.source(t.id).await.told_until, Some(s.hands.clock().now() + days(10)));
    }

    async fn p23_what_is_not_signed_or_about_something_else_is_ignored(s) {
        let t = Told::begin(&s).await;
        s.errands().await;
        let wish = t.hub.wish();
        let news = t.feed(&[("2", "Boxes")]);
        assert_eq!(t.site.brings(&wish, &news).await, 410, "nothing is taken before we are subscribed");
        t.site.asks_back(&wish, "864000").await;
        // Whether a signature was right is nobody's business.
        let right = signature(&wish, &news);
        for wrong in ["", "sha256=00", "sha1=00", "md5=00", &right.replace("sha256", "sha512"), &signature(&wish, "x")] {
            assert_eq!(t.site.brings_with(&wish, &news, wrong, &[]).await, 202, "{wrong}");
        }
        let elsewhere = atom(t.hub.address().as_str(), "https://elsewhere.example/feed", &[("3", "Coins")]);
        assert_eq!(t.site.brings(&wish, &elsewhere).await, 202);
        let header = [("link", "<https://elsewhere.example/feed>; rel=self")];
        assert_eq!(t.site.brings_with(&wish, &news, &right, &header).await, 202);
        for nothing in ["", "\0\u{1}", "<html><p>Buy!", "{}"] {
            assert_eq!(t.site.brings(&wish, nothing).await, 202, "{nothing:?}");
        }
        let large = format!("{news}{}", " ".repeat(5 << 20));
        assert_eq!(t.site.brings(&wish, &large).await, 413);
        for _ in 0..5 {
            s.errands().await;
        }
        assert_eq!(s.titles().await, ["Bins"]);
        assert!(s.store.deliveries(10).await.unwrap().is_empty());
        // And after all that, what is right is taken.
        assert_eq!(t.site.brings(&wish, &news).await, 202);
        s.errands().await;
        assert_eq!(s.titles().await, ["Boxes", "Bins"]);
    }

    async fn a_flood_of_deliveries_is_bounded(s) {
        let t = Told::begin(&s).await;
        s.errands().await;
        let wish = t.hub.wish();
        t.site.asks_back(&wish, "864000").await;
        let mut answers = vec![];
        for number in 0..12 {
            answers.push(t.site.brings(&wish, &t.feed(&[(&format!("f{number}"), &format!("Flood {number}"))])).await);
        }
        assert_eq!(answers, [[202; 8].as_slice(), &[503; 4]].concat());
        // A crawler that was killed finds them.
        s.restart();
        s.errands().await;
        assert_eq!(s.titles().await.len(), 9);
        assert_eq!(t.site.brings(&wish, &t.feed(&[("g", "Again")])).await, 202);
    }

    async fn p23_leases_are_renewed_and_what_ends_is_polled_again(s) {
        let t = Told::begin(&s).await;
        s.errands().await;
        let first = t.hub.wish();
        t.site.asks_back(&first, "864000").await;
        s.hands.advance(t.due(&s).await);
        s.errands().await;
        let second = t.hub.wish();
        assert_eq!((second.callback(), second.get("secret")), (first.callback(), first.get("secret")));
        // While the answer is awaited the old lease holds.
        assert_eq!(t.site.brings(&second, &t.feed(&[("2", "Boxes")])).await, 202);
        assert_eq!(t.site.asks_back(&second, "864000").await.0, 200);
        // The hub is gone for good: we go on until the lease ends, ask less and less, and then look for ourselves.
        t.hub.answers(500, &[]);
        let mut asked = 0;
        let end = s.source(t.id).await.told_until.unwrap();
        while s.source(t.id).await.told_until.is_some() {
            s.hands.advance(t.due(&s).await);
            s.errands().await;
            asked += t.hub.asked().len();
        }
        assert!(s.hands.clock().now() >= end, "the lease holds as long as it was promised");
        assert!((3..=8).contains(&asked), "{asked}");
        assert!(s.wait(t.id).await <= hours(1));
    }

    async fn a_hub_in_trouble_is_left_in_peace(s) {
        let t = Told::begin(&s).await;
        t.hub.answers(503, &[("retry-after", "200000")]);
        s.errands().await;
        assert_eq!(t.hub.asked().len(), 1);
        assert_eq!(t.due(&s).await, Duration::from_secs(200_000));
        s.errands().await;
        assert!(t.hub.asked().is_empty());
        // One that takes the request and never asks back is asked again later.
        t.hub.answers(202, &[]);
        s.hands.advance(t.due(&s).await);
        s.errands().await;
        let wish = t.hub.wish();
        s.hands.advance(t.due(&s).await);
        s.errands().await;
        assert!(t.hub.asked().is_empty());
        assert!(t.due(&s).await >= hours(2), "{:?}", t.due(&s).await);
        assert_eq!(t.site.asks_back(&wish, "864000").await.0, 404, "too late");
        // One that says no is asked again in some days.
        s.hands.advance(t.due(&s).await);
        s.errands().await;
        let wish = t.hub.wish();
        let no = [("mode", "denied"), ("topic", wish.get("topic")), ("reason", "no\r\nmore")];
        assert_eq!(t.site.asks(&wish.callback(), &no).await.0, 200);
        assert!(t.due(&s).await >= days(1));
        assert_eq!(t.stages(&s).await, [Stage::Wanted]);
    }

    async fn p23_what_is_not_polled_is_not_told(s) {
        let t = Told::begin(&s).await;
        s.errands().await;
        let first = t.hub.wish();
        t.site.asks_back(&first, "864000").await;
        let put = async |state| s.store.set_source_state(t.id, state, None, s.hands.clock().now()).await.unwrap();
        put(SourceState::Paused).await;
        assert_eq!(s.source(t.id).await.told_until, None);
        assert_eq!(t.site.brings(&first, &t.feed(&[("2", "Boxes")])).await, 410);
        s.errands().await;
        let goodbye = t.hub.wish();
        assert_eq!((goodbye.get("mode"), goodbye.callback()), ("unsubscribe", first.callback()));
        assert_eq!(t.site.asks_back(&goodbye, "").await, (200, "c-1".to_owned()));
        assert!(t.stages(&s).await.is_empty());
        put(SourceState::Active).await;
        s.errands().await;
        let again = t.hub.wish();
        assert_ne!((again.callback(), again.get("secret")), (first.callback(), first.get("secret")));
        t.site.asks_back(&again, "864000").await;
        // Its feed names another hub, then none.
        let other = Hub::start().await;
        let moved = atom(other.address().as_str(), t.own.as_str(), &[("1", "Bins")]);
        s.farm.put("riverton", "/feed", Page::feed(moved).version("\"2\""));
        s.poll_when_due(t.id).await;
        s.errands().await;
        assert_eq!((t.hub.wish().get("mode"), other.wish().get("mode")), ("unsubscribe", "subscribe"));
        let plain = "<rss version='2.0'><channel><title>Riverton</title></channel></rss>";
        s.farm.put("riverton", "/feed", Page::feed(plain).version("\"3\""));
        s.poll_when_due(t.id).await;
        s.errands().await;
        assert_eq!(other.wish().get("mode"), "unsubscribe");
        // A source that says it is gone for good is let go as well; a hub that no longer answers does not hold us up.
        s.hands.advance(days(9));
        for _ in 0..30 {
            s.errands().await;
            s.hands.advance(hours(5));
        }
        assert!(t.stages(&s).await.is_empty(), "{:?}", t.stages(&s).await);
    }

    async fn a_delivery_for_a_source_that_left_is_forgotten(s) {
        let t = Told::begin(&s).await;
        s.errands().await;
        let wish = t.hub.wish();
        t.site.asks_back(&wish, "864000").await;
        assert_eq!(t.site.brings(&wish, &t.feed(&[("2", "Boxes")])).await, 202);
        s.store.set_source_state(t.id, SourceState::Removed, None, s.hands.clock().now()).await.unwrap();
        s.errands().await;
        assert!(s.store.deliveries(10).await.unwrap().is_empty());
        s.store.set_source_state(t.id, SourceState::Active, None, s.hands.clock().now()).await.unwrap();
        assert_eq!(s.titles().await, ["Bins"]);
    }

    async fn a_hub_inside_our_own_network_is_not_asked(s) {
        let own = s.farm.address("riverton", "/feed");
        let feed = atom("http://10.0.0.1/", own.as_str(), &[("1", "Bins")]);
        let id = s.list(&s.farm.put("riverton", "/feed", Page::feed(feed))).await;
        s.poll().await;
        s.errands().await;
        let all = s.store.subscriptions_of(id).await.unwrap();
        assert_eq!((all[0].standing.stage, all[0].standing.failures), (Stage::Wanted, 1));
    }

    async fn our_own_hub_is_told_once_of_what_is_new(s) {
        let hub = Hub::start().await;
        let settings = Settings {
            site: Some(Address::parse(SITE).unwrap()),
            hub: Some(hub.address()),
            ..Settings::default()
        };
        let crawler = Crawler::new(s.store.clone(), client(), s.hands.clock(), Dice::loaded(1), settings);
        let feed = |title: &str| atom("https://hub.example/", "https://riverton.example/feed", &[(title, title)]);
        let id = s.list(&s.farm.put("riverton", "/feed", Page::feed(feed("Old")).version("\"1\""))).await;
        s.poll().await;
        crawler.errands().await.unwrap();
        s.hands.advance(days(1));
        crawler.errands().await.unwrap();
        assert!(hub.asked().is_empty(), "what was there before is no news");
        s.farm.put("riverton", "/feed", Page::feed(feed("New")).version("\"2\""));
        s.poll_when_due(id).await;
        crawler.errands().await.unwrap();
        assert!(hub.asked().is_empty(), "it is gathered for some seconds");
        let seconds = Duration::from_secs;
        s.hands.advance(seconds(5));
        hub.answers(503, &[]);
        crawler.errands().await.unwrap();
        let mut told: Vec<String> = hub.asked().iter().map(|one| format!("{} {}", one.get("mode"), one.get("url"))).collect();
        told.sort();
        let slug = s.source(id).await.slug;
        let mut meant: Vec<String> = ["river".to_owned(), format!("source/{slug}")]
            .iter()
            .flat_map(|feed| ["atom", "json", "rss"].map(|format| format!("publish {SITE}{feed}.{format}")))
            .collect();
        meant.sort();
        assert_eq!(told, meant);
        // In trouble it is told again, by whoever is there then, and after that no more.
        crawler.errands().await.unwrap();
        assert!(hub.asked().is_empty());
        hub.answers(204, &[]);
        s.hands.advance(seconds(60));
        crawler.errands().await.unwrap();
        assert_eq!(hub.asked().len(), 6);
        s.hands.advance(days(2));
        crawler.errands().await.unwrap();
        assert!(hub.asked().is_empty());
    }

    async fn without_an_address_no_hub_is_asked(s) {
        let t = Told::begin(&s).await;
        s.without_an_address().errands().await.unwrap();
        assert!(t.hub.asked().is_empty());
        // Once there is one, it is.
        s.errands().await;
        assert_eq!(t.hub.asked().len(), 1);
    }
}
