//! A right to leave holds: what left for good comes back through no source.

use crate::support::Story;
use crate::support::farm::{Page, rss};
use model::{PostId, PostState, SourceId};
use store::{Asked, NewRequest, RequestKind, RequestLimits, Wishes};

const LONG: &str = "We asked forty people how they report a missed bin, and most of them said that they ring us because \
                    the form asks for things that they do not know. So we took those questions away.";
const DAY: &str = "20 Nov 2026 10:00:00 GMT";

/// Takes out a post, or the whole source, and makes it final.
async fn take_out(s: &Story, source: SourceId, post: Option<PostId>) {
    let now = s.hands.clock().now();
    let request = NewRequest {
        token: format!("token-{source}-{post:?}"),
        kind: RequestKind::TakeOut,
        source,
        post,
        wishes: Wishes::default(),
        message: None,
        asker: "somebody".to_owned(),
        network: "somewhere".to_owned(),
        proof_line: "watersmeet-proof-4711".to_owned(),
    };
    let limits = RequestLimits { since: now, household: 9, network: 9, all: 9, hides_of_source: 9, hides: 9 };
    let Asked::Made(id) = s.store.add_request(&request, &limits, now).await.unwrap() else { panic!("it is not made") };
    assert!(s.store.accept_request(id, now).await.unwrap());
}

/// The feed of another site that carries Riverton's post as it is.
fn carried(host: &str) -> String {
    rss(host, &[("x", "Bins again", LONG, DAY), ("y", "Our own", "Something of our own.", DAY)])
        .replace(&format!("<link>https://{host}.example/x"), "<link>http://www.riverton.example/1/?utm_source=planet")
}

story! {
    async fn a_post_that_left_comes_back_through_no_source_and_under_no_id(s) {
        let feed = |ids: [&str; 2]| rss("riverton", &[(ids[0], "Bins again", LONG, DAY), (ids[1], "Boxes", "b", DAY)])
            .replace(&format!("<link>https://riverton.example/{}", ids[0]), "<link>https://riverton.example/1");
        let riverton = s.list(&s.farm.put("riverton", "/feed", Page::feed(feed(["1", "2"])).version("1"))).await;
        s.poll().await;
        let post = s.river().await.into_iter().find(|card| card.title == "Bins again").unwrap().id;
        take_out(&s, riverton, Some(post)).await;
        assert_eq!(s.titles().await, ["Boxes"]);

        let planet = s.list(&s.farm.put("planet", "/feed", Page::feed(carried("planet")))).await;
        s.poll_when_due(planet).await;
        assert_eq!(s.titles().await, ["Our own", "Boxes"]);
        // Under new ids, also when the source has been removed and is added again, and from another of its feeds.
        s.farm.put("riverton", "/feed", Page::feed(feed(["9", "8"])).version("2"));
        s.poll_when_due(riverton).await;
        let now = s.hands.clock().now();
        s.store.set_source_state(riverton, model::SourceState::Removed, None, now).await.unwrap();
        s.crawler().add_source(s.farm.address("riverton", "/feed").as_str()).await.unwrap();
        let other = feed(["7", "6"]).replace("<title>Boxes", "<title>Other boxes");
        let other = s.farm.put("riverton", "/atom", Page::feed(other));
        assert_eq!(s.crawler().add_source(other.as_str()).await.unwrap().posts, 1);
        let titles = s.titles().await;
        assert!(titles.contains(&"Other boxes".to_owned()) && !titles.contains(&"Bins again".to_owned()), "{titles:?}");
    }

    async fn copies_leave_with_their_original(s) {
        let feed = rss("riverton", &[("1", "Bins again", LONG, DAY)]);
        let riverton = s.list(&s.farm.put("riverton", "/feed", Page::feed(feed))).await;
        s.poll().await;
        let planet = s.list(&s.farm.put("planet", "/feed", Page::feed(carried("planet")))).await;
        s.poll_when_due(planet).await;
        let post = s.river().await.into_iter().find(|card| card.title == "Bins again").unwrap().id;
        let copy = s.store.post(post).await.unwrap().unwrap().also_at[0].id;
        take_out(&s, riverton, Some(post)).await;
        assert_eq!(s.titles().await, ["Our own"]);
        let copy = s.store.post(copy).await.unwrap().unwrap();
        assert_eq!(copy.state, PostState::Left);
        assert!(copy.state_reason.unwrap().contains("a copy of a post whose owner asked"));
    }

    async fn a_source_that_left_takes_its_posts_along_but_silences_nobody(s) {
        // The planet carries Riverton's post and leaves; what Riverton itself publishes is its own to keep.
        let planet = s.list(&s.farm.put("planet", "/feed", Page::feed(carried("planet")))).await;
        s.poll().await;
        take_out(&s, planet, None).await;
        assert_eq!(s.titles().await, [""; 0]);
        let another = s.list(&s.farm.put("another", "/feed", Page::feed(carried("another")))).await;
        s.poll_when_due(another).await;
        assert_eq!(s.titles().await, ["Our own"]);
        let feed = rss("riverton", &[("1", "Bins again", LONG, DAY)]);
        let riverton = s.list(&s.farm.put("riverton", "/feed", Page::feed(feed))).await;
        s.poll_when_due(riverton).await;
        assert_eq!(s.titles().await, ["Bins again", "Our own"]);
        // Riverton leaves, and whoever carries it carries it no more.
        take_out(&s, riverton, None).await;
        let third = s.list(&s.farm.put("third", "/feed", Page::feed(carried("third")))).await;
        s.poll_when_due(third).await;
        assert_eq!(s.titles().await, ["Our own", "Our own"], "one of each, and no more");
    }
}
