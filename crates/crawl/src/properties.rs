//! What holds for anything that strangers may write.

use model::{Address, PostId, PostState, SourceId, Time};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use store::{KnownPost, PostKeys};

use crate::decide::{Decision, Old, Sighting, decide};
use crate::{keys, name, tongue};

/// Posts whose ids, links and words collide often.
fn sighting() -> impl Strategy<Value = Sighting> {
    let key = || option::of("[ab]");
    (key(), key(), "[ab]", option::of(-9_000_000_000_000_i64..9_000_000_000_000)).prop_map(
        |(id, link, text, claimed)| Sighting {
            keys: PostKeys { id, link, text: Some(text.clone()), title: None, body: text.clone() },
            title: text.clone(),
            text,
            words: 1,
            claimed_at: claimed.map(Time::from_millis),
            ..Sighting::default()
        },
    )
}

fn known(at: usize, sighting: Sighting, source: i64) -> KnownPost {
    KnownPost {
        id: PostId::new(i64::try_from(at).unwrap() + 1),
        source: SourceId::new(source),
        keys: sighting.keys,
        link: None,
        title: sighting.title,
        excerpt: sighting.text,
        words: 1,
        claimed_at: sighting.claimed_at,
        first_seen: Time::from_millis(0),
        place: Time::from_millis(0),
        same_as: None,
        state: PostState::Shown,
        revision: 1,
    }
}

proptest! {
    #[test]
    fn every_post_is_decided_upon_once(
        here in vec(sighting(), 0..6),
        elsewhere in vec(sighting(), 0..4),
        read in vec(sighting(), 0..12),
        first_read: bool,
    ) {
        let now = "2026-11-23T09:00:00Z".parse().unwrap();
        let here: Vec<_> = here.into_iter().enumerate().map(|(at, post)| known(at, post, 1)).collect();
        let elsewhere: Vec<_> = elsewhere.into_iter().enumerate().map(|(at, post)| known(at + 100, post, 2)).collect();
        let Decision { add, revise, rekey, seen, kept_out } =
            decide(&Old { first_read, here: &here, elsewhere: &elsewhere, ..Old::default() }, &read, now);
        let mut posts: Vec<PostId> = seen;
        posts.extend(revise.iter().chain(&rekey).map(|(id, ..)| *id));
        let mut sightings: Vec<usize> = add.iter().map(|add| add.at).collect();
        sightings.extend(revise.iter().chain(&rekey).map(|(_, at, _)| *at));
        for unique in [posts.len(), sightings.len()].into_iter().zip([
            posts.iter().collect::<std::collections::HashSet<_>>().len(),
            sightings.iter().collect::<std::collections::HashSet<_>>().len(),
        ]) {
            prop_assert_eq!(unique.0, unique.1);
        }
        prop_assert!(kept_out.is_empty());
        prop_assert!(add.iter().all(|add| add.place <= now));
        prop_assert!(add.is_sorted_by_key(|add| add.place));
    }

    #[test]
    fn anything_has_keys_a_name_and_a_language(text in ".{0,200}", markup in "[<>/a-c =\"'lang]{0,80}") {
        let address = Address::parse("https://riverton.example/").unwrap();
        let name = name::said_name(Some(&text), &address);
        prop_assert!(!name.is_empty() && name.chars().count() <= 81, "{}", name);
        keys::Words::of(&text, &markup).body_key([text.as_str()], [markup.as_str()]);
        keys::nearly_same(&text, &markup);
        tongue::language(None, &text, &keys::fold(&text));
    }

    #[test]
    fn a_plain_link_is_still_a_link(path in "[a-z%0-9/.?=&#]{0,40}") {
        if let Some(plain) = model::plain_link(&format!("https://www.riverton.example/{path}")) {
            let again = model::plain_link(&format!("http://{plain}"));
            prop_assert!(again.is_some());
        }
    }
}
