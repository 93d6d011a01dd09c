//! Finding the feed of any address, against real sites on the loopback interface.

use std::time::Duration;

use crate::support::farm::{Farm, Page, rss};
use crate::support::{client, clock};
use crawl::look::{Looker, Said};

fn bins() -> String {
    rss("riverton", &[("1", "Bins", "We move bins.", "Fri, 20 Nov 2026 10:00:00 GMT")])
}

fn page(head: &str) -> Page {
    Page::html(format!(
        "<!doctype html><html><head><title>Riverton</title>{head}</head><body><p>Hello</p></body></html>"
    ))
}

#[track_caller]
fn check(found: Result<crawl::discover::Discovery, crawl::discover::NotFound>, farm: &Farm, path: &str) {
    let found = found.unwrap();
    assert_eq!(found.address, farm.address("riverton", path));
    let Said::Feed { feed, .. } = &found.seen.said else { panic!("{:?}", found.seen) };
    assert_eq!(feed.sightings[0].title, "Bins");
}

async fn site() -> (Farm, Looker) {
    (Farm::start().await, Looker::new(client(), clock(), 2))
}

#[tokio::test]
async fn an_address_that_is_a_feed() {
    let (farm, looker) = site().await;
    let address = farm.put("riverton", "/feed", Page::feed(bins()));
    check(looker.discover(&address).await, &farm, "/feed");
    assert_eq!(farm.asked_paths(), ["/feed"]);
}

#[tokio::test]
async fn a_page_that_names_its_feeds() {
    let (farm, looker) = site().await;
    let links = "<link rel='alternate' type='application/rss+xml' title='Comments' href='/comments/feed/'>\
                 <link rel='alternate' type='application/rss+xml' title='Posts' href='/posts.rss'>";
    let address = farm.put("riverton", "/", page(links));
    farm.put("riverton", "/posts.rss", Page::feed(bins()));
    let found = looker.discover(&address).await;
    assert_eq!(found.as_ref().unwrap().found.len(), 2);
    check(found, &farm, "/posts.rss");
    assert_eq!(farm.asked_paths(), ["/robots.txt", "/", "/posts.rss"]);
}

#[tokio::test]
async fn a_named_feed_that_is_broken_is_passed_over() {
    let (farm, looker) = site().await;
    let links = "<link rel='alternate' type='application/rss+xml' href='/old'>\
                 <link rel='alternate' type='application/atom+xml' href='/new'>";
    let address = farm.put("riverton", "/", page(links));
    farm.put("riverton", "/new", Page::feed(bins()));
    check(looker.discover(&address).await, &farm, "/new");
}

#[tokio::test]
async fn a_page_without_links_whose_platform_keeps_a_feed_by_convention() {
    for place in ["/blog/feed/", "/feed/", "/rss.xml", "/feeds/posts/default", "/blog/index.xml"] {
        let (farm, looker) = site().await;
        let address = farm.put("riverton", "/blog", page(""));
        farm.put("riverton", place, Page::feed(bins()));
        check(looker.discover(&address).await, &farm, place);
        assert!(farm.asked().len() <= 22);
    }
}

#[tokio::test]
async fn a_post_whose_front_page_names_the_feed() {
    let (farm, looker) = site().await;
    let address = farm.put("riverton", "/2026/bins", page(""));
    farm.put("riverton", "/", page("<link rel='alternate' type='application/rss+xml' href='/posts.rss'>"));
    farm.put("riverton", "/posts.rss", Page::feed(bins()));
    check(looker.discover(&address).await, &farm, "/posts.rss");
}

#[tokio::test]
async fn an_address_that_has_moved_for_good() {
    let (farm, looker) = site().await;
    let address = farm.put("riverton", "/old", Page::moved(301, &farm.address("riverton", "/feed")));
    farm.put("riverton", "/feed", Page::feed(bins()));
    check(looker.discover(&address).await, &farm, "/feed");
    let passing = farm.put("riverton", "/now", Page::moved(302, &farm.address("riverton", "/feed")));
    check(looker.discover(&passing).await, &farm, "/now");
}

#[tokio::test]
async fn nothing_found_says_what_was_tried() {
    let (farm, looker) = site().await;
    let address = farm.put("riverton", "/", page(""));
    farm.put("riverton", "/rss", Page::html("<html><body>No.</body></html>"));
    let said = looker.discover(&address).await.unwrap_err().to_string();
    for expected in ["found no feed", "is a page that names no feed", "/feed/ – answers 404", "/rss – is a page"] {
        assert!(said.contains(expected), "{expected} in {said}");
    }
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_asked_once() {
    let looker = Looker::new(client(), clock(), 2);
    let address = model::Address::parse("http://127.0.0.1:9/blog").unwrap();
    let not_found = looker.discover(&address).await.unwrap_err();
    assert_eq!(not_found.tried.len(), 1, "{not_found}");
}

#[tokio::test]
async fn a_slow_site_is_given_up() {
    let (farm, looker) = site().await;
    let address = farm.put("riverton", "/", page("").slowly(Duration::from_secs(60)));
    let not_found = looker.discover(&address).await.unwrap_err();
    assert_eq!(not_found.tried.len(), 1, "{not_found}");
}

#[tokio::test]
async fn a_host_that_asks_us_to_wait_is_asked_nothing_more() {
    let (farm, looker) = site().await;
    for (host, page, asked, says) in [
        (
            "a",
            Page::status(429).with("retry-after", "600"),
            "/robots.txt /",
            "answers 429; nothing else on a.localhost was asked; try again in 10 minutes",
        ),
        (
            "b",
            Page::status(503),
            "/robots.txt /",
            "answers 503; nothing else on b.localhost was asked; try again in an hour or later",
        ),
        ("c", Page::status(403), "/robots.txt /", "answers 403; c.localhost does not want to be read by programs"),
    ] {
        let address = farm.put(host, "/", page);
        let not_found = looker.discover(&address).await.unwrap_err();
        assert_eq!(farm.asked_paths().join(" "), asked);
        assert!(not_found.to_string().contains(says), "{not_found}");
    }
    // Also where it begins to say so in the middle.
    farm.put("d", "/", page(""));
    farm.put("d", "/feed/", Page::status(429).with("retry-after", "7200"));
    let not_found = looker.discover(&farm.address("d", "/")).await.unwrap_err();
    assert_eq!(farm.asked_paths(), ["/robots.txt", "/", "/feed/"]);
    assert!(
        not_found.to_string().ends_with("nothing else on d.localhost was asked; try again in 120 minutes"),
        "{not_found}"
    );
    farm.put("e", "/robots.txt", Page::status(429).with("retry-after", "60"));
    let not_found = looker.discover(&farm.put("e", "/", page(""))).await.unwrap_err();
    assert_eq!(farm.asked_paths(), ["/robots.txt"]);
    assert!(not_found.to_string().contains("robots.txt of its site answers 429; nothing else"), "{not_found}");
}

#[tokio::test]
async fn p22_robots_txt_is_asked_before_pages_and_once() {
    let (farm, looker) = site().await;
    farm.put("riverton", "/robots.txt", Page::html("User-agent: *\nDisallow: /drafts\nDisallow: /rss"));
    let links = "<link rel='alternate' type='application/rss+xml' href='/rss'>";
    farm.put("riverton", "/blog", page(links));
    farm.put("riverton", "/rss", Page::feed(bins()));
    // A page offers its feed by name, which is more than a rule about guesses.
    check(looker.discover(&farm.address("riverton", "/blog")).await, &farm, "/rss");
    assert_eq!(farm.asked_paths(), ["/robots.txt", "/blog", "/rss"]);
    let found = looker.discover(&farm.put("riverton", "/drafts/1", page(links))).await.unwrap_err();
    assert!(
        farm.asked_paths().iter().all(|path| !path.starts_with("/drafts") && path != "/rss" && path != "/robots.txt")
    );
    let said = found.to_string();
    assert!(said.contains("/drafts/1 – is left alone, because the robots.txt of its site asks programs to"), "{said}");
    assert!(said.contains("source add --feed"), "{said}");
}

#[tokio::test]
async fn p22_a_host_that_wants_no_programs_is_left_alone_but_a_named_feed_is_read() {
    let (farm, looker) = site().await;
    farm.put("riverton", "/robots.txt", Page::html("User-agent: Watersmeet\nDisallow: /"));
    let address = farm.put("riverton", "/blog", page(""));
    farm.put("riverton", "/", page(""));
    let said = looker.discover(&address).await.unwrap_err().to_string();
    assert_eq!(farm.asked_paths(), ["/robots.txt"]);
    assert!(said.contains("more)") && said.contains("source add --feed"), "{said}");
    check(looker.discover(&farm.put("riverton", "/feed.xml", Page::feed(bins()))).await, &farm, "/feed.xml");
    check(looker.named(&farm.put("riverton", "/posts", Page::feed(bins()))).await, &farm, "/posts");
    assert_eq!(farm.asked_paths(), ["/feed.xml", "/posts"]);
}

#[tokio::test]
async fn what_was_tried_before_a_feed_was_found_is_told() {
    let (farm, looker) = site().await;
    farm.put("riverton", "/", page("<link rel='alternate' type='application/rss+xml' href='/posts.rss'>"));
    farm.put("riverton", "/posts.rss", Page::feed(bins()));
    let found = looker.discover(&farm.address("riverton", "/blgo")).await.unwrap();
    assert_eq!(found.page, Some(farm.address("riverton", "/")));
    let tried: Vec<_> =
        found.tried.iter().map(|tried| (tried.address.url().path(), tried.result.as_str(), tried.answered)).collect();
    assert_eq!(tried, [("/blgo", "answers 404", false)]);
}
