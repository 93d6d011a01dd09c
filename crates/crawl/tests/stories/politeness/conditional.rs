//! P1 to P7: we ask whether anything has changed, and what has not changes nothing.

use model::Outcome;

use super::{DATE, feed, one_header};
use crate::support::farm::{Page, rss};

const MODIFIED: &str = "Fri, 20 Nov 2026 10:00:01 GMT";

story! {
    async fn p01_one_unconditional_request_in_a_life(s) {
        let address = s.farm.put("riverton", "/feed", feed("riverton").version("\"1\"").with("last-modified", MODIFIED));
        let id = s.list(&address).await;
        assert_eq!(s.poll().await.new, 1);
        let mut unconditional = 0;
        for round in 0..12 {
            unconditional += s.farm.asked().iter().filter(|asked| asked.header("if-none-match").is_none()).count();
            match round {
                // Neither a new version, a restart, trouble, nor being added again makes us forget.
                2 => drop(s.farm.put("riverton", "/feed", feed("riverton").version("\"2\""))),
                4 => s.restart(),
                6 => drop(s.farm.put("riverton", "/feed", Page::status(500))),
                7 => drop(s.farm.put("riverton", "/feed", feed("riverton").version("\"2\""))),
                9 => drop(s.crawler().add_source(address.as_str()).await.unwrap()),
                _ => {}
            }
            s.poll_when_due(id).await;
        }
        assert_eq!(unconditional, 1);
        assert_eq!(s.titles().await, ["Bins"]);
    }

    async fn p02_the_etag_goes_back_byte_for_byte(s) {
        for (at, etag) in ["\"a b\"", "W/\"a\"", "unquoted", "\"a\", \"b\"", "\"caf\u{e9}-gzip\""].into_iter().enumerate() {
            let address = s.farm.put("riverton", &format!("/{at}"), feed("riverton").version(etag));
            let id = s.list(&address).await;
            s.poll().await;
            s.restart();
            s.farm.asked();
            assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged, "{etag}");
            let asked = s.farm.asked().into_iter().find(|asked| asked.path == address.url().path()).unwrap();
            assert_eq!(asked.header("if-none-match"), Some(etag));
        }
    }

    async fn p03_the_date_goes_back_byte_for_byte(s) {
        let odd = [MODIFIED, "Thu, 01 Jan 1970 00:00:00 GMT", "2015-10-21 7:28", "yesterday, about noon", "0"];
        for (at, modified) in odd.into_iter().enumerate() {
            let address = s.farm.put("riverton", &format!("/{at}"), feed("riverton").with("last-modified", modified));
            let id = s.list(&address).await;
            s.poll().await;
            s.farm.asked();
            assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged, "{modified}");
            let asked = s.farm.asked().into_iter().find(|asked| asked.path == address.url().path()).unwrap();
            assert_eq!(asked.header("if-modified-since"), Some(modified));
            assert_eq!(asked.header("if-none-match"), None);
        }
        // Where none was given we make none up.
        let id = s.list(&s.farm.put("glanyrafon", "/feed", feed("glanyrafon"))).await;
        s.poll().await;
        s.hands.set(s.source(id).await.poll.next_poll);
        s.farm.asked();
        s.poll().await;
        let asked = s.farm.asked().into_iter().find(|asked| asked.host == "glanyrafon").unwrap();
        assert_eq!((asked.header("if-modified-since"), asked.header("if-none-match")), (None, None));
    }

    async fn p04_both_are_sent_when_both_were_given(s) {
        let address = s.farm.put("riverton", "/feed", feed("riverton").version("\"1\"").with("last-modified", MODIFIED));
        let id = s.list(&address).await;
        s.poll().await;
        for _ in 0..3 {
            s.restart();
            s.farm.asked();
            assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
            let asked = s.farm.asked();
            assert_eq!(asked[0].header("if-none-match"), Some("\"1\""));
            assert_eq!(asked[0].header("if-modified-since"), Some(MODIFIED));
        }
    }

    async fn p05_the_newest_answer_brings_the_validators(s) {
        let address = s.farm.put("riverton", "/feed", feed("riverton").version("\"1\"").with("last-modified", "then"));
        let id = s.list(&address).await;
        s.poll().await;
        // A new body replaces both, also the one that is gone.
        let second = Page::feed(rss("riverton", &[("2", "Boxes", "We move boxes.", DATE)])).with("last-modified", "later");
        s.farm.put("riverton", "/feed", second.clone());
        s.poll_when_due(id).await;
        let kept = s.source(id).await.poll;
        assert_eq!((kept.etag.as_deref(), kept.last_modified.as_deref()), (None, Some("later")));
        // "Not modified" brings what it names, and keeps the rest.
        s.farm.put("riverton", "/feed", second.version("\"3\""));
        assert_eq!(s.poll_when_due(id).await, Outcome::Unchanged);
        let kept = s.source(id).await.poll;
        assert_eq!((kept.etag.as_deref(), kept.last_modified.as_deref()), (Some("\"3\""), Some("later")));
        // An error in between loses nothing.
        s.farm.put("riverton", "/feed", Page::status(500).version("\"error\""));
        s.poll_when_due(id).await;
        s.farm.asked();
        s.poll_when_due(id).await;
        assert_eq!(one_header(&s.farm, "if-none-match").as_deref(), Some("\"3\""));
        // A body without any leaves none.
        s.farm.put("riverton", "/feed", feed("riverton"));
        s.poll_when_due(id).await;
        s.farm.asked();
        s.poll_when_due(id).await;
        assert_eq!(one_header(&s.farm, "if-modified-since"), None);
    }

    async fn p06_validators_belong_to_the_address_that_gave_them(s) {
        let old = s.farm.put("riverton", "/feed", feed("riverton").version("\"old\""));
        let id = s.list(&old).await;
        s.poll().await;
        let new = s.farm.put("otterbank", "/feed", feed("riverton").version("\"new\""));
        s.farm.put("riverton", "/feed", Page::moved(302, &new));
        for _ in 0..2 {
            s.poll_when_due(id).await;
        }
        let told: Vec<_> = s.farm.asked().into_iter()
            .map(|asked| (asked.host.clone(), asked.header("if-none-match").map(str::to_owned)))
            .collect();
        let said = |host: &str, etag: Option<&str>| (host.to_owned(), etag.map(str::to_owned));
        assert_eq!(told, [
            said("riverton", None),
            said("riverton", Some("\"old\"")),
            said("otterbank", None),
            said("riverton", None),
            said("otterbank", Some("\"new\"")),
        ]);
        assert_eq!(s.titles().await, ["Bins"]);
    }

    async fn p07_the_same_body_creates_and_changes_nothing(s) {
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
}
