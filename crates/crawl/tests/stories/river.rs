//! From what sites publish to what stands in the river.

use crate::support::farm::{Page, rss};
use crate::support::{days, hours};
use model::Outcome;
use store::{Page as Stretch, RiverFilter};

const LONG: &str = "We asked forty people how they report a missed bin, and most of them said that they ring us because \
                    the form asks for things that they do not know. So we took those questions away, and now half as \
                    many people ring us about it.";

fn day(day: u32) -> String {
    format!("{day:02} Nov 2026 10:00:00 GMT")
}

story! {
    async fn new_posts_are_credited_and_in_order(s) {
        let posts = [("2", "Boxes", "b", day(21)), ("1", "Bins", "a", day(20))];
        let posts: Vec<_> = posts.iter().map(|(id, title, text, day)| (*id, *title, *text, day.as_str())).collect();
        let id = s.list(&s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &posts)))).await;
        let summary = s.poll().await;
        assert_eq!((summary.looked_at, summary.new, summary.failed), (1, 2, 0));
        assert_eq!(s.titles().await, ["Boxes", "Bins"]);
        let card = s.river().await.remove(0);
        assert_eq!(card.source.name, "riverton");
        assert_eq!(card.link.as_deref(), Some("https://riverton.example/2"));
        assert_eq!(s.source(id).await.site.as_deref(), Some("https://riverton.example/"));
        let body = s.store.post(card.id).await.unwrap().unwrap().cleaned.unwrap();
        assert!(body.contains('b'), "{body}");
    }

    async fn a_revision_keeps_its_place(s) {
        let text = |title: &'static str, text: &'static str| {
            Page::feed(rss("riverton", &[("2", "Boxes", "b", &day(21)), ("1", title, text, &day(20))])).version(title)
        };
        let id = s.list(&s.farm.put("riverton", "/feed", text("Bins", "a"))).await;
        s.poll().await;
        s.farm.put("riverton", "/feed", text("Bins, again", "a and more"));
        assert_eq!(s.poll_when_due(id).await, Outcome::New);
        assert_eq!(s.titles().await, ["Boxes", "Bins, again"]);
        let card = s.river().await.remove(1);
        assert_eq!(s.store.post(card.id).await.unwrap().unwrap().revisions, 2);
    }

    async fn ids_that_all_change_bring_nothing_twice(s) {
        let numbered = |prefix: &str| {
            let (one, two) = (format!("{prefix}1"), format!("{prefix}2"));
            let feed = rss("riverton", &[(&two, "Boxes", "b", &day(21)), (&one, "Bins", "a", &day(20))]);
            // The links stay as they are.
            Page::feed(feed.replace(&format!("example/{prefix}"), "example/")).version(prefix)
        };
        let id = s.list(&s.farm.put("riverton", "/feed", numbered("old-"))).await;
        s.poll().await;
        for prefix in ["new-", "newer-"] {
            s.farm.put("riverton", "/feed", numbered(prefix));
            assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
        }
        assert_eq!(s.titles().await, ["Boxes", "Bins"]);
    }

    async fn the_same_article_from_two_sources_is_one_post(s) {
        // Both come in one batch, and the copy is listed first.
        let copy = rss("planet", &[("p-9", "How we mended bins", LONG, &day(21)), ("p-8", "Other", "x", &day(19))]);
        s.list(&s.farm.put("planet", "/feed", Page::feed(copy))).await;
        let original = rss("riverton", &[("1", "How we mended bins", LONG, &day(20))]);
        let riverton = s.list(&s.farm.put("riverton", "/feed", Page::feed(original))).await;
        s.poll().await;
        assert_eq!(s.titles().await, ["How we mended bins", "Other"]);
        let card = s.river().await.remove(0);
        assert_eq!(card.source.id, riverton);
        let post = s.store.post(card.id).await.unwrap().unwrap();
        assert_eq!(post.also_at.len(), 1);
        // Looked at again, they are the same.
        s.poll_after(days(2)).await;
        assert_eq!(s.titles().await, ["How we mended bins", "Other"]);
    }

    async fn an_old_article_from_two_sources_is_one_post_too(s) {
        let at = |host: &str, id: &str| {
            let feed = rss(host, &[(id, "How we mended bins", LONG, "20 May 2024 10:00:00 GMT")]);
            s.farm.put(host, "/feed", Page::feed(feed))
        };
        s.list(&at("planet", "p-9")).await;
        s.list(&at("riverton", "1")).await;
        s.poll().await;
        assert_eq!(s.titles().await, ["How we mended bins"]);
    }

    async fn a_backlog_does_not_bury_today(s) {
        let today = rss("riverton", &[("1", "Today", "a", &day(23))]);
        s.list(&s.farm.put("riverton", "/feed", Page::feed(today))).await;
        let posts: Vec<(String, String)> = (0..500).map(|n| (format!("u{n}"), format!("Undated post {n}"))).collect();
        let posts: Vec<_> = posts.iter().map(|(id, title)| (id.as_str(), title.as_str(), "x", "")).collect();
        s.list(&s.farm.put("otterbank", "/feed", Page::feed(rss("otterbank", &posts)))).await;
        assert_eq!(s.poll().await.new, 501);
        let week = RiverFilter { from: Some(crate::support::now() - days(7)), ..RiverFilter::default() };
        let recent = s.store.river(&week, Stretch::Newest, 100).await.unwrap().cards;
        assert!(recent.len() <= 9, "{}", recent.len());
        let undated: Vec<String> = s.titles().await.into_iter().filter(|title| title.starts_with("Undated")).collect();
        assert_eq!(undated[..3], ["Undated post 0", "Undated post 1", "Undated post 2"]);
    }

    async fn the_address_of_a_site_leads_to_its_feed(s) {
        let head = "<link rel='alternate' type='application/rss+xml' href='/posts.rss'>";
        let page = Page::html(format!("<!doctype html><html><head><title>R</title>{head}</head><body>Hi</body></html>"));
        let id = s.list(&s.farm.put("riverton", "/", page)).await;
        let feed = rss("riverton", &[("1", "Bins", "a", &day(20))]).replace("<link>https://riverton.example/</link>", "");
        let feed = s.farm.put("riverton", "/posts.rss", Page::feed(feed));
        s.poll().await;
        let source = s.source(id).await;
        assert_eq!(source.address, feed);
        assert_eq!(source.site, Some(s.farm.address("riverton", "/").to_string()));
        assert_eq!(s.titles().await, ["Bins"]);
        s.farm.asked();
        s.poll_when_due(id).await;
        assert_eq!(s.farm.asked_paths(), ["/posts.rss"]);
    }

    async fn a_page_with_posts_marked_up_in_it_is_a_source(s) {
        let page = "<!doctype html><html><body><div class='h-feed'><h1 class='p-name'>Notes</h1>\
            <article class='h-entry'><h2 class='p-name'>Bins</h2><a class='u-url' href='/notes/1'>link</a>\
            <time class='dt-published' datetime='2026-11-20T10:00:00Z'>Friday</time>\
            <div class='e-content'><p>We move bins.</p></div></article></div></body></html>";
        let id = s.list(&s.farm.put("county", "/notes/", Page::html(page))).await;
        s.poll().await;
        assert_eq!(s.outcome(id).await, Outcome::New);
        let card = s.river().await.remove(0);
        assert_eq!(card.title, "Bins");
        assert_eq!(card.link, Some(s.farm.address("county", "/notes/1").to_string()));
    }

    async fn what_is_not_a_feed_is_said_so_and_loses_nothing(s) {
        let address = s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("1", "Bins", "a", &day(20))])));
        let id = s.list(&address).await;
        s.poll().await;
        for body in ["", "Sorry, we are down.", "<html><body>Sorry</body></html>", "{\"a\":1}"] {
            s.farm.put("riverton", "/feed", Page::html(body));
            assert_eq!(s.poll_when_due(id).await, Outcome::NotAFeed, "{body}");
        }
        assert_eq!(s.titles().await, ["Bins"]);
        let poll = s.source(id).await.poll;
        assert!(poll.last_message.is_some() && poll.failures == 4);
        // The same document as before all that is still known to be the same.
        s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("1", "Bins", "a", &day(20))])));
        assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
    }

    async fn a_feed_that_becomes_empty_takes_nothing_away(s) {
        let id = s.list(&s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("1", "Bins", "a", &day(20))])))).await;
        s.poll().await;
        s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[])));
        assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
        assert_eq!(s.titles().await, ["Bins"]);
    }

    async fn a_crawler_that_was_killed_leaves_nothing_behind(s) {
        let id = s.list(&s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("1", "Bins", "a", &day(20))])))).await;
        // It leased the source, and was killed.
        let now = s.hands.clock().now();
        assert_eq!(s.store.lease_due(now, now + hours(1), "killed", 10).await.unwrap().len(), 1);
        assert_eq!(s.poll().await.looked_at, 0);
        s.hands.advance(hours(1));
        assert_eq!(s.poll().await.new, 1);
        assert_eq!(s.titles().await, ["Bins"]);
        assert_eq!(s.outcome(id).await, Outcome::New);
    }

    async fn the_crawler_runs_until_it_is_told_to_stop(s) {
        let address = s.farm.put("riverton", "/feed", Page::feed(rss("riverton", &[("1", "Bins", "a", &day(20))])));
        s.list(&address).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let crawler = s.crawler();
        let running = tokio::spawn(async move { crawler.run(async { drop(stopped.await) }).await });
        while s.titles().await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        stop.send(()).unwrap();
        running.await.unwrap();
        assert_eq!(s.titles().await, ["Bins"]);
    }
}
