//! P18, P21 and P22: pictures and icons, fetched politely, once, and only those that a page shows.

use std::collections::BTreeSet;
use std::time::Duration;

use crawl::{Crawler, Pictures, Settings, Which};
use model::{Address, Dice, PostId, PostState, Show};

use crate::support::farm::{Farm, Page};
use crate::support::{Story, client, days, door, hours, now};

const DATE: &str = "Fri, 20 Nov 2026 10:00:00 GMT";
const MIB: u64 = 1 << 20;

/// A GIF of 300 by 100, and as many bytes more.
fn gif(more: usize) -> Page {
    Page::picture(format!("GIF89a,\u{1}d\0{}", ";".repeat(more)))
}

/// A feed with these posts `(id, markup)`, under an open licence or none.
fn feed(farm: &Farm, posts: &[(&str, &str)], is_open: bool) -> Page {
    let licence = if is_open { "<copyright>CC BY 4.0</copyright>" } else { "" };
    let items: String = posts
        .iter()
        .map(|(id, markup)| {
            let markup = markup.replace("SITE", farm.address("riverton", "").as_str().trim_end_matches('/'));
            let markup = markup.replace('<', "&lt;");
            format!("<item><guid>{id}</guid><title>Post {id}</title><pubDate>{DATE}</pubDate><description>{markup} words</description></item>")
        })
        .collect();
    Page::feed(format!("<rss version='2.0'><channel><title>Riverton</title>{licence}{items}</channel></rss>"))
}

/// A crawler that keeps pictures in a room of so many bytes.
fn keeping(s: &Story, room_bytes: u64) -> Crawler {
    keeping_through(s, client(), room_bytes)
}

/// The same through another door.
fn keeping_through(s: &Story, door: net::Client, room_bytes: u64) -> Crawler {
    let pictures = Some(Pictures { usual: Show::Excerpt, room_bytes });
    let settings = Settings { pictures, ..Settings::default() };
    Crawler::new(s.store.clone(), door, s.hands.clock(), Dice::loaded(1), settings)
}

/// The pictures that were asked for since the last call, in order of their names.
fn asked(s: &Story) -> Vec<String> {
    let mut paths = s.farm.asked_paths();
    paths.retain(|path| !path.contains("robots") && !path.contains("favicon") && path.contains('.'));
    paths.sort();
    paths
}

/// Which of these are here.
async fn here(s: &Story, paths: &[&str]) -> Vec<String> {
    let addresses: Vec<String> = paths.iter().map(|path| s.farm.address("riverton", path).to_string()).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let here = s.store.pictures(&addresses).await.unwrap();
    let mut found: Vec<String> = here
        .into_iter()
        .map(|(address, kept)| format!("{} {}x{}", address.rsplit('/').next().unwrap(), kept.width, kept.height))
        .collect();
    found.sort();
    found
}

story! {
    async fn only_pictures_that_pages_show_are_fetched_and_each_once(s) {
        for path in ["/lead.gif", "/second.gif", "/third.gif", "/fourth.gif"] {
            s.farm.put("riverton", path, gif(path.len()));
        }
        let closed = [("1", "<img src='SITE/lead.gif' alt='x'><img src='SITE/second.gif'>"), ("2", "<img src='SITE/lead.gif'>")];
        s.list(&s.farm.put("riverton", "/feed", feed(&s.farm, &closed, false))).await;
        let open = [("3", "<p>Look</p><img src='SITE/third.gif'><img src='SITE/fourth.gif'>")];
        s.list(&s.farm.put("otter", "/feed", feed(&s.farm, &open, true))).await;
        s.poll().await;
        s.farm.asked();
        keeping(&s, MIB).errands().await.unwrap();
        for one in s.farm.asked() {
            assert_eq!(one.header("referer"), None);
            assert_eq!(one.header("cookie"), None);
        }
        assert_eq!(here(&s, &["/lead.gif", "/second.gif", "/third.gif", "/fourth.gif"]).await, ["fourth.gif 300x100", "lead.gif 300x100", "third.gif 300x100"]);
        s.hands.advance(days(20));
        keeping(&s, MIB).errands().await.unwrap();
        assert_eq!(asked(&s), Vec::<String>::new(), "what is here is not asked for again");
    }

    async fn p22_robots_txt_is_asked_before_a_picture(s) {
        let robots = "User-agent: *\nDisallow: /private/\n";
        s.farm.put("riverton", "/robots.txt", Page::text(robots));
        s.farm.put("riverton", "/private/one.gif", gif(1));
        s.farm.put("riverton", "/public/two.gif", gif(2));
        let posts = [("1", "<img src='SITE/private/one.gif'>"), ("2", "<img src='SITE/public/two.gif'>")];
        s.list(&s.farm.put("riverton", "/feed", feed(&s.farm, &posts, false))).await;
        s.poll().await;
        s.farm.asked();
        keeping(&s, MIB).errands().await.unwrap();
        let paths = s.farm.asked_paths();
        assert!(!paths.contains(&"/private/one.gif".to_owned()), "{paths:?}");
        assert_eq!(paths.iter().filter(|path| *path == "/robots.txt").count(), 1, "{paths:?}");
        assert_eq!(here(&s, &["/private/one.gif", "/public/two.gif"]).await, ["two.gif 300x100"]);
    }

    async fn what_is_no_picture_is_not_kept(s) {
        s.farm.put("riverton", "/drawn.svg", Page::picture("<svg xmlns='http://www.w3.org/2000/svg'/>"));
        s.farm.put("riverton", "/page.gif", Page::html("<p>Sign in"));
        s.farm.put("riverton", "/dot.gif", Page::picture("GIF89a\u{1}\0\u{1}\0;"));
        s.farm.put("riverton", "/large.gif", gif(5 << 20));
        s.farm.put("riverton", "/later.gif", Page::status(404));
        s.farm.put("riverton", "/busy.gif", Page::status(503).with("retry-after", "7200"));
        let names = ["drawn.svg", "page.gif", "dot.gif", "large.gif", "later.gif", "busy.gif"];
        let posts: Vec<(String, String)> = names.iter().map(|name| ((*name).to_owned(), format!("<img src='SITE/{name}'>"))).collect();
        let posts: Vec<(&str, &str)> = posts.iter().map(|(id, markup)| (id.as_str(), markup.as_str())).collect();
        s.list(&s.farm.put("riverton", "/feed", feed(&s.farm, &posts, false))).await;
        s.poll().await;
        s.farm.asked();
        keeping(&s, 64 * MIB).errands().await.unwrap();
        assert_eq!(asked(&s).len(), 6);
        s.hands.advance(hours(1));
        keeping(&s, 64 * MIB).errands().await.unwrap();
        assert_eq!(asked(&s), Vec::<String>::new(), "a server's wish is kept");
        s.farm.put("riverton", "/busy.gif", gif(3));
        s.farm.put("riverton", "/later.gif", gif(4));
        s.hands.advance(days(1));
        keeping(&s, 64 * MIB).errands().await.unwrap();
        assert_eq!(asked(&s), ["/busy.gif", "/later.gif"]);
        assert_eq!(here(&s, &["/busy.gif", "/later.gif", "/large.gif", "/dot.gif"]).await.len(), 2);
    }

    async fn the_day_and_the_room_have_their_measure(s) {
        let names: Vec<String> = (0..8).map(|at| format!("/p{at}.gif")).collect();
        for (at, name) in names.iter().enumerate() {
            s.farm.put("riverton", name, gif(30_000 + at));
        }
        let posts: Vec<(String, String)> = (0..8).map(|at| (at.to_string(), format!("<img src='SITE/p{at}.gif'>"))).collect();
        let posts: Vec<(&str, &str)> = posts.iter().map(|(id, markup)| (id.as_str(), markup.as_str())).collect();
        s.list(&s.farm.put("riverton", "/feed", feed(&s.farm, &posts, false))).await;
        s.poll().await;
        s.farm.asked();
        // A quarter of the room a day: four at once are begun before it is full.
        let crawler = keeping(&s, 200_000);
        crawler.errands().await.unwrap();
        assert_eq!(asked(&s).len(), 4);
        crawler.errands().await.unwrap();
        assert_eq!(asked(&s).len(), 0);
        s.hands.advance(days(1));
        crawler.errands().await.unwrap();
        assert_eq!(asked(&s).len(), 4);
        let (files, bytes) = s.store.picture_room().await.unwrap();
        assert!(files == 6 && bytes <= 200_000, "{files} {bytes}");
    }

    async fn a_killed_crawlers_pictures_are_fetched_by_the_next(s) {
        s.farm.put("riverton", "/a.gif", gif(1));
        s.list(&s.farm.put("riverton", "/feed", feed(&s.farm, &[("1", "<img src='SITE/a.gif'>")], false))).await;
        s.poll().await;
        let crawler = keeping(&s, MIB);
        crawler.errands().await.unwrap();
        // As if it had been killed between taking and keeping: it is taken, and never kept.
        s.store.picture_posts(&[(PostId::new(1), vec![s.farm.put("riverton", "/b.gif", gif(2)).to_string()])], now()).await.unwrap();
        assert_eq!(s.store.take_pictures(now(), now() + Duration::from_secs(180), 9).await.unwrap().len(), 1);
        keeping(&s, MIB).errands().await.unwrap();
        assert!(here(&s, &["/b.gif"]).await.is_empty());
        s.hands.advance(Duration::from_secs(200));
        keeping(&s, MIB).errands().await.unwrap();
        assert_eq!(here(&s, &["/b.gif"]).await.len(), 1);
    }

    async fn what_is_taken_out_loses_its_pictures(s) {
        s.farm.put("riverton", "/a.gif", gif(1));
        s.list(&s.farm.put("riverton", "/feed", feed(&s.farm, &[("1", "<img src='SITE/a.gif'>")], false))).await;
        s.poll().await;
        let crawler = keeping(&s, MIB);
        crawler.errands().await.unwrap();
        assert_eq!(s.store.picture_room().await.unwrap().0, 1);
        s.store.set_post_state(PostId::new(1), PostState::Left, None, now()).await.unwrap();
        s.hands.advance(hours(1));
        crawler.errands().await.unwrap();
        assert_eq!(s.store.picture_room().await.unwrap(), (0, 0));
    }

    async fn without_pictures_none_is_fetched(s) {
        s.farm.put("riverton", "/a.gif", gif(1));
        s.list(&s.farm.put("riverton", "/feed", feed(&s.farm, &[("1", "<img src='SITE/a.gif'>")], false))).await;
        s.poll().await;
        s.farm.asked();
        s.errands().await;
        assert!(s.farm.asked().is_empty());
    }

    async fn p18_pictures_and_icons_are_asked_for_under_the_same_name_as_feeds(s) {
        let site = s.farm.put("riverton", "/", Page::html("<link rel=icon href=/i.gif>"));
        s.farm.put("riverton", "/i.gif", Page::picture("GIF89a \0 \0;"));
        s.farm.put("riverton", "/a.gif", gif(1));
        let item = format!("<item><guid>1</guid><title>One</title><description>&lt;img src='{site}a.gif'> words</description></item>");
        let rss = format!("<rss version='2.0'><channel><title>R</title><link>{site}</link>{item}</channel></rss>");
        s.list(&s.farm.put("riverton", "/feed", Page::feed(rss))).await;
        let about = Some(Address::parse("https://river.example/about").unwrap());
        let door = net::Client::new(net::Settings { about, readers: 12, ..door() }).unwrap();
        let crawler = keeping_through(&s, door, MIB);
        crawler.poll(Which::Due, &|_| {}).await.unwrap();
        crawler.errands().await.unwrap();
        let asked = s.farm.asked();
        let paths: BTreeSet<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
        assert_eq!(paths.into_iter().collect::<Vec<_>>(), ["/", "/a.gif", "/feed", "/i.gif", "/robots.txt"]);
        for asked in &asked {
            let agent = asked.header("user-agent").unwrap();
            assert_eq!(agent, "Watersmeet/0.1 (+https://river.example/about; 12 readers)", "{}", asked.path);
        }
    }

    async fn p21_an_icon_is_looked_for_once_a_month(s) {
        let site = s.farm.put("riverton", "/", Page::html("<link rel=icon href=/i.svg><link rel='shortcut icon' href='/i.gif'>"));
        s.farm.put("riverton", "/i.gif", Page::picture("GIF89a \0 \0;"));
        let items = "<item><guid>1</guid><title>One</title><description>words</description></item>";
        let rss = |more: &str| format!("<rss version='2.0'><channel><title>R</title><link>{site}</link>{more}{items}</channel></rss>");
        let id = s.list(&s.farm.put("riverton", "/feed", Page::feed(rss("")).version("\"1\""))).await;
        s.poll().await;
        s.farm.asked();
        let crawler = keeping(&s, MIB);
        crawler.errands().await.unwrap();
        assert_eq!(s.farm.asked_paths(), ["/robots.txt", "/", "/i.gif"]);
        assert!(s.source(id).await.icon.is_some());
        for _ in 0..29 {
            s.hands.advance(days(1));
            s.poll().await;
            s.farm.asked();
            crawler.errands().await.unwrap();
            assert_eq!(s.farm.asked_paths(), Vec::<String>::new());
        }
        // The feed names one of its own now.
        let named = s.farm.put("riverton", "/own.gif", Page::picture("GIF89a@\0@\0;"));
        let image = format!("<image><url>{named}</url></image>");
        s.farm.put("riverton", "/feed", Page::feed(rss(&image)).version("\"2\""));
        let before = s.source(id).await.icon;
        s.hands.advance(days(7));
        s.poll().await;
        s.farm.asked();
        crawler.errands().await.unwrap();
        assert_eq!(s.farm.asked_paths(), ["/robots.txt", "/own.gif"]);
        assert_ne!(s.source(id).await.icon, before);
    }

    async fn p22_an_icon_that_may_not_be_fetched_is_not(s) {
        s.farm.put("riverton", "/robots.txt", Page::text("User-agent: *\nDisallow: /\n"));
        let items = "<item><guid>1</guid><title>One</title><description>words</description></item>";
        let rss = format!("<rss version='2.0'><channel><title>R</title>{items}</channel></rss>");
        let id = s.list(&s.farm.put("riverton", "/feed", Page::feed(rss))).await;
        s.poll().await;
        s.farm.asked();
        keeping(&s, MIB).errands().await.unwrap();
        assert_eq!(s.farm.asked_paths(), ["/robots.txt"]);
        assert_eq!(s.source(id).await.icon, None);
    }
}
