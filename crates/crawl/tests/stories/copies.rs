//! The same article in two sources in not quite the same words: one post in the river, "also at" the other.

use model::PostState;
use store::{Asked, NewRequest, RequestKind, RequestLimits, Wishes};

use crate::support::farm::{Page, rss};
use crate::support::{Story, hours};

const DAY: &str = "20 Nov 2026 10:00:00 GMT";
const LATER: &str = "21 Nov 2026 10:00:00 GMT";
const WHOLE: &str = "We asked forty people in Riverton how they report a missed bin, and most of them said that they ring us \
    because the form asks for things that they do not know. So we took those questions away. The form now has four questions \
    instead of nineteen, and nobody has to know the name of their round. In the first eight weeks 1,900 people used it, more \
    than in the whole year before. The crews read what was sent on a tablet in the cab, at 7.30 before they set out. Maggie \
    Holt at the depot says that her phone rings half as often as it did. We would like to hear from councils that have tried \
    the same, and from those that have not and would like to, since we cannot be the only ones with nineteen questions.";

/// The article as another site tells it.
fn told_again() -> String {
    let changed = WHOLE.replace("forty people", "around 40 people").replace("councils", "other councils");
    format!("This story comes from our neighbours at Riverton. {changed} Follow us for more of their stories.")
}

/// Where else a post can be read: the titles there.
async fn also_at(s: &Story, title: &str) -> Vec<String> {
    let card = s.river().await.into_iter().find(|card| card.title == title).expect("it is in the river");
    let also_at = s.store.post(card.id).await.unwrap().unwrap().also_at;
    also_at.into_iter().map(|also| also.title).collect()
}

async fn bring(s: &Story, host: &str, posts: &[(&str, &str, &str, &str)]) -> model::SourceId {
    let source = s.list(&s.farm.put(host, "/feed", Page::feed(rss(host, posts)))).await;
    s.poll().await;
    s.errands().await;
    source
}

story! {
    async fn an_article_told_again_is_one_post_with_where_else_it_is(s) {
        let excerpt = WHOLE.split_inclusive(' ').take(55).collect::<String>() + "[…]";
        bring(&s, "riverton", &[("1", "Four questions about bins", WHOLE, DAY)]).await;
        bring(&s, "planet", &[("a", "How Riverton mended its form", &told_again(), LATER)]).await;
        bring(&s, "digest", &[("b", "Read this week: Riverton’s bins", &excerpt, LATER)]).await;
        assert_eq!(s.titles().await, ["Four questions about bins"]);
        let also = also_at(&s, "Four questions about bins").await;
        assert_eq!(also, ["How Riverton mended its form", "Read this week: Riverton’s bins"]);
        // Again, as if the program had ended before it noted that.
        s.store.put_setting("copies-followed", "0").await.unwrap();
        s.restart();
        let before = s.store.revision().await.unwrap();
        s.errands().await;
        assert_eq!(s.store.revision().await.unwrap(), before);
    }

    async fn what_came_before_a_restart_is_still_known(s) {
        bring(&s, "riverton", &[("1", "Four questions about bins", WHOLE, DAY)]).await;
        s.restart();
        bring(&s, "planet", &[("a", "How Riverton mended its form", &told_again(), LATER)]).await;
        assert_eq!(s.titles().await, ["Four questions about bins"]);
    }

    async fn all_at_once_are_told_apart_by_what_they_claim(s) {
        // The planet is read first, and the article turns up later under the earlier date.
        bring(&s, "planet", &[("a", "How Riverton mended its form", &told_again(), LATER)]).await;
        bring(&s, "riverton", &[("1", "Four questions about bins", WHOLE, DAY)]).await;
        assert_eq!(s.titles().await, ["Four questions about bins"]);
        assert_eq!(also_at(&s, "Four questions about bins").await, ["How Riverton mended its form"]);
    }

    async fn a_copy_that_readers_had_for_a_day_keeps_its_place(s) {
        bring(&s, "planet", &[("a", "How Riverton mended its form", &told_again(), LATER)]).await;
        s.hands.advance(hours(25));
        bring(&s, "riverton", &[("1", "Four questions about bins", WHOLE, DAY)]).await;
        assert_eq!(s.titles().await, ["How Riverton mended its form"]);
    }

    async fn a_revision_may_be_what_makes_it_a_copy(s) {
        bring(&s, "riverton", &[("1", "Four questions about bins", WHOLE, DAY)]).await;
        let planet = bring(&s, "planet", &[("a", "From our neighbours", "Soon here.", LATER)]).await;
        assert_eq!(s.titles().await, ["From our neighbours", "Four questions about bins"]);
        let revised = rss("planet", &[("a", "From our neighbours", &told_again(), LATER)]);
        s.farm.put("planet", "/feed", Page::feed(revised).version("2"));
        s.poll_when_due(planet).await;
        s.errands().await;
        assert_eq!(s.titles().await, ["Four questions about bins"]);
    }

    async fn what_only_resembles_stays_two(s) {
        let frame = "These are our notes of the week, written by whoever has a minute on a Friday afternoon, for everybody who would \
            like to know what we are doing and why it takes as long as it does. We leave out what is about single people, and what \
            others should say first. Write to us if something is missing, or come by: there is always tea.";
        let week = |news: &str| format!("{frame} {news}");
        let weeks = [("Eleven", "We moved the maps of the depot."), ("Twelve", "Our lawyer reads licences.")];
        for (host, weeks) in [("riverton", weeks), ("larkmere", [("One", "We have begun."), ("Two", "We have found rooms.")])] {
            let posts = weeks.map(|(title, news)| (title, week(news)));
            let posts: Vec<_> = posts.iter().map(|(title, text)| (*title, *title, text.as_str(), DAY)).collect();
            bring(&s, host, &posts).await;
        }
        assert_eq!(s.titles().await.len(), 4);
        // Nor are posts two months apart one, whatever they say.
        bring(&s, "early", &[("1", "In September", WHOLE, "20 Sep 2026 10:00:00 GMT")]).await;
        bring(&s, "late", &[("2", "In November", &told_again(), LATER)]).await;
        assert_eq!(s.titles().await.len(), 6);
    }

    async fn what_left_for_good_comes_back_in_no_other_words(s) {
        let riverton = bring(&s, "riverton", &[("1", "Four questions about bins", WHOLE, DAY)]).await;
        let post = s.river().await[0].id;
        let now = s.hands.clock().now();
        let request = NewRequest {
            token: "token".to_owned(),
            kind: RequestKind::TakeOut,
            source: riverton,
            post: Some(post),
            wishes: Wishes::default(),
            message: None,
            asker: "somebody".to_owned(),
            network: "somewhere".to_owned(),
            proof_line: "watersmeet-proof-4711".to_owned(),
        };
        let limits = RequestLimits { since: now, household: 9, network: 9, all: 9, hides_of_source: 9, hides: 9 };
        let Asked::Made(id) = s.store.add_request(&request, &limits, now).await.unwrap() else { panic!("it is not made") };
        assert!(s.store.accept_request(id, now).await.unwrap());

        let planet = rss("planet", &[("a", "How Riverton mended its form", &told_again(), LATER)])
            .replace("<link>https://planet.example/a", "<link>https://www.riverton.example/bins-again");
        let planet = s.list(&s.farm.put("planet", "/feed", Page::feed(planet))).await;
        s.poll_when_due(planet).await;
        let copy = s.river().await[0].id;
        s.errands().await;
        assert_eq!(s.titles().await, [""; 0]);
        assert_eq!(s.store.post(copy).await.unwrap().unwrap().state, PostState::Left);
    }
}
