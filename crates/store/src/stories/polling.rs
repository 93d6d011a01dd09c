//! Sources are leased, polled, moved and retired.

use model::{Address, Outcome, SourceState, Time};

use super::world::*;
use crate::engine::on;
use crate::*;

stories! {
    async fn each_source_is_leased_once_and_those_that_waited_longest_come_first(world) {
        let store = &world.store;
        let mut sources = vec![];
        for (host, due) in [("a.example", 3), ("b.example", 1), ("c.example", 2), ("d.example", 90)] {
            let new = NewSource { next_poll: minute(due), ..new_source(host) };
            sources.extend(store.add_sources(&[new], START).await.unwrap());
        }
        assert_eq!(store.next_due().await.unwrap(), Some(minute(1)));
        assert!(store.lease_due(START, minute(10), "one", 9).await.unwrap().is_empty());
        let names = |leased: Vec<SourceRecord>| leased.into_iter().map(|source| source.name).collect::<Vec<_>>();
        assert_eq!(names(store.lease_due(minute(5), minute(10), "one", 2).await.unwrap()), ["b", "c"]);
        assert_eq!(names(store.lease_due(minute(5), minute(10), "two", 9).await.unwrap()), ["a"]);
        assert_eq!(store.next_due().await.unwrap(), Some(minute(10)));

        // Whoever renews holds on; whoever does not loses what it held.
        store.renew("two", minute(30), minute(9)).await.unwrap();
        assert_eq!(names(store.lease_due(minute(11), minute(20), "three", 9).await.unwrap()), ["b", "c"]);
        store.renew("one", minute(60), minute(12)).await.unwrap();
        store.release("three").await.unwrap();
        assert_eq!(names(store.lease_due(minute(12), minute(20), "four", 9).await.unwrap()), ["b", "c"]);
    }

    async fn what_is_planned_is_counted_by_the_second(world) {
        let store = &world.store;
        let at = |millis: i64| Time::from_millis(START.millis() + millis);
        for (host, due) in [("a", -1), ("b", 0), ("c", 999), ("d", 1_000), ("e", 5_000), ("f", 60_000), ("g", 5_500)] {
            let new = NewSource { next_poll: at(due), ..new_source(&format!("{host}.example")) };
            store.add_sources(&[new], START).await.unwrap();
        }
        let paused = store.source_by_slug("g").await.unwrap().unwrap().record.id;
        store.set_source_state(paused, SourceState::Paused, None, START).await.unwrap();
        let planned = store.planned_looks(START, at(60_000)).await.unwrap();
        assert_eq!(planned, [(at(0), 2), (at(1_000), 1), (at(5_000), 1)]);
        assert!(store.planned_looks(at(61_000), at(90_000)).await.unwrap().is_empty());
    }

    async fn a_host_is_one_crawlers_at_a_time(world) {
        let store = &world.store;
        for path in ["a.example/one", "a.example/two", "b.example/three"] {
            let address = Address::typed(path).unwrap();
            let claims = SourceClaims { said_name: path.rsplit('/').next().unwrap().to_owned(), ..Default::default() };
            store.add_sources(&[NewSource { address, claims, ..new_source("x") }], START).await.unwrap();
        }
        let names = |leased: Vec<SourceRecord>| leased.into_iter().map(|source| source.name).collect::<Vec<_>>();
        assert_eq!(names(store.lease_due(START, minute(1), "one", 1).await.unwrap()), ["one"]);
        assert_eq!(names(store.lease_due(START, minute(1), "two", 9).await.unwrap()), ["three"]);
        let two = store.source_by_slug("two").await.unwrap().unwrap().record.id;
        assert!(store.lease(&[two], START, minute(1), "two").await.unwrap().is_empty());
        assert_eq!(names(store.lease_due(START, minute(1), "one", 9).await.unwrap()), ["two"]);
        // When the leases have ended, the host is anybody's.
        assert_eq!(names(store.lease_due(minute(1), minute(2), "two", 9).await.unwrap()), ["one", "two", "three"]);
    }

    async fn hosts_that_an_earlier_release_left_out_are_filled_in(world) {
        for host in ["a.example", "b.example"] {
            world.source(host).await;
        }
        let mut tx = world.store.begin().await.unwrap();
        on!(Tx, &mut tx, |c| sqlx::query("UPDATE sources SET host = NULL").execute(&mut **c).await.unwrap().rows_affected());
        tx.commit().await.unwrap();
        Store::open(&world.database, START).await.unwrap().close().await;
        const SQL: &str = "SELECT host FROM sources ORDER BY id";
        let hosts: Vec<Option<String>> =
            on!(Reader, world.store.reader(), |c| sqlx::query_scalar(SQL).fetch_all(c).await.unwrap());
        assert_eq!(hosts, [Some("a.example:443".to_owned()), Some("b.example:443".to_owned())]);
    }

    async fn a_source_that_is_put_off_is_free_and_due_at_its_turn(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        world.store.lease_due(START, minute(1), "one", 9).await.unwrap();
        world.store.put_off(&[(a, minute(7))], "one").await.unwrap();
        world.store.put_off(&[(b, minute(9))], "two").await.unwrap();
        world.store.put_off(&[], "one").await.unwrap();
        assert!(world.store.lease_due(START, minute(1), "two", 9).await.unwrap().is_empty());
        let ids = |leased: Vec<SourceRecord>| leased.into_iter().map(|source| source.id).collect::<Vec<_>>();
        assert_eq!(ids(world.store.lease_due(minute(7), minute(8), "two", 9).await.unwrap()), [b, a]);
    }

    async fn namesakes_without_number_find_a_slug(world) {
        let claims = SourceClaims { said_name: "Blog".to_owned(), ..SourceClaims::default() };
        let address = |number: u32| Address::typed(&format!("platform.example/{number}")).unwrap();
        let new = |number| NewSource { address: address(number), claims: claims.clone(), ..new_source("x") };
        let added = world.store.add_sources(&(0..40).map(new).collect::<Vec<_>>(), START).await.unwrap();
        assert!(added.iter().all(|added| matches!(added, Added::New(_))), "{added:?}");
        let mut slugs = vec![];
        for source in world.store.sources().await.unwrap() {
            slugs.push(source.record.slug);
        }
        slugs.sort();
        // The name; with its host; and then one number after the other.
        let numbered = (2..=39).map(|number| format!("blog-{number}"));
        let mut meant: Vec<String> =
            ["blog", "blog-platform-example"].map(str::to_owned).into_iter().chain(numbered).collect();
        meant.sort();
        assert_eq!(slugs, meant);
    }

    async fn polls_are_noted_many_at_a_time(world) {
        let mut sources = vec![];
        for number in 0..75 {
            sources.push(world.source(&format!("s{number}.example")).await);
        }
        world.store.set_source_state(sources[70], SourceState::Hidden, None, START).await.unwrap();
        let polls: Vec<Intents> = (0_u32..)
            .zip(&sources)
            .map(|(number, id)| {
                let etag = (number % 2 == 0).then(|| format!("\"{number}\""));
                let last_status = u16::try_from(number).ok();
                Intents::quiet(*id, PollState { etag, last_status, failures: number, ..PollState::fresh(minute(60)) })
            })
            .collect();
        let done = world.store.carry_out(&polls, minute(1)).await.unwrap();
        assert_eq!(done.not_wanted, [sources[70]]);
        for (poll, id) in polls.iter().zip(&sources) {
            let noted = world.record(*id).await.poll;
            assert_eq!(noted == poll.poll, *id != sources[70], "{noted:?}");
        }
    }

    async fn a_named_source_is_leased_before_it_is_due_but_not_twice(world) {
        let store = &world.store;
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        store.set_source_state(b, SourceState::Removed, None, START).await.unwrap();
        assert_eq!(store.polled_sources().await.unwrap(), [a]);
        let leased = store.lease(&[b, a], START, minute(9), "one").await.unwrap();
        assert_eq!(leased.iter().map(|source| source.id).collect::<Vec<_>>(), [a]);
        assert!(store.lease(&[a], START, minute(9), "two").await.unwrap().is_empty());
        assert!(store.lease(&[], START, minute(9), "two").await.unwrap().is_empty());
        assert_eq!(store.lease(&[a], minute(9), minute(10), "two").await.unwrap().len(), 1);
    }

    async fn a_poll_ends_its_lease_and_leaves_all_that_the_next_one_needs(world) {
        let source = world.source("riverton.example").await;
        world.store.lease_due(START, minute(9), "one", 9).await.unwrap();
        let state = PollState {
            etag: Some("W/\"é\0\"".replace('\0', "")),
            last_modified: Some("yesterday".to_owned()),
            validators_for: Some("https://riverton.example/feed".to_owned()),
            body_hash: Some("abc".to_owned()),
            next_poll: minute(60),
            last_polled: Some(minute(1)),
            last_answer: Some(Outcome::SlowDown),
            last_status: Some(429),
            last_message: Some("later".to_owned()),
            last_ok: Some(minute(2)),
            last_new: Some(minute(3)),
            failing_since: Some(minute(4)),
            failures: 5,
            moved_to: Some(Address::typed("new.example").unwrap()),
            moved_since: Some(minute(6)),
            wish_until: Some(minute(7)),
            wish_reason: Some("Retry-After".to_owned()),
            next_reason: Some("it asked us to wait".to_owned()),
            document_bytes: Some(7),
            asked: Some("{}".to_owned()),
            rhythm: Some(vec![1, 0, 255]),
        };
        world.store.carry_out(&[Intents::quiet(source, state.clone())], minute(1)).await.unwrap();
        let record = world.record(source).await;
        assert_eq!(record.poll, state);
        assert_eq!(record.health().status, Some(429));
        assert_eq!(record.reference().slug, "riverton");
        assert_eq!(world.store.lease_due(minute(60), minute(70), "two", 9).await.unwrap().len(), 1);
        assert_eq!(world.changes(0).await, ["source-added 1"]);
    }

    async fn what_a_source_says_of_itself_is_taken_over(world) {
        let source = world.source("riverton.example").await;
        let claims = SourceClaims {
            title: Some("Riverton » the blog".to_owned()),
            said_name: "Riverton".to_owned(),
            site: Some("https://riverton.example/blog".to_owned()),
            about: Some("Digital\0".to_owned()),
            language: Some("cy".parse().unwrap()),
            licence: model::Licence::named("CC BY 4.0"),
            icon: Some("https://riverton.example/icon.png".to_owned()),
        };
        let poll = Intents { claims: Some(claims.clone()), ..quiet(source) };
        world.store.carry_out(std::slice::from_ref(&poll), minute(1)).await.unwrap();
        let record = world.record(source).await;
        assert_eq!(record.claims, SourceClaims { about: Some("Digital\u{FFFD}".to_owned()), ..claims });
        assert_eq!((record.name.as_str(), record.slug.as_str()), ("Riverton", "riverton"));
        assert_eq!(world.changes(1).await, ["source-changed 1"]);
    }

    async fn a_move_lasts_unless_another_source_lives_there(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        let to = |address: &str| Some(Address::typed(address).unwrap());
        let polls = [
            Intents { move_to: to("new.example/feed"), ..quiet(a) },
            Intents { move_to: to("new.example/feed"), ..quiet(b) },
        ];
        let done = world.store.carry_out(&polls, minute(1)).await.unwrap();
        assert_eq!(done.not_moved, [b]);
        assert_eq!(world.record(a).await.address.as_str(), "https://new.example/feed");
        assert_eq!(world.record(b).await.address.as_str(), "https://b.example/feed");
        let found = world.store.source_at(&to("new.example/feed").unwrap()).await.unwrap();
        assert_eq!(found.unwrap().id, a);
        assert_eq!(world.store.source_at(&to("a.example/feed").unwrap()).await.unwrap(), None);
    }

    async fn a_source_that_is_gone_keeps_its_posts_and_is_not_asked_again(world) {
        let source = world.source("a.example").await;
        world.add(source, vec![post("Open forms", START)], START).await;
        world.store.carry_out(&[Intents { retire: true, ..quiet(source) }], minute(1)).await.unwrap();
        assert_eq!(world.record(source).await.state, SourceState::Gone);
        assert_eq!(world.river().await, ["Open forms"]);
        assert_eq!(world.store.next_due().await.unwrap(), None);
    }

    async fn a_poll_of_a_source_that_was_taken_out_meanwhile_leaves_nothing(world) {
        let source = world.source("a.example").await;
        world.store.lease_due(START, minute(9), "one", 9).await.unwrap();
        world.store.set_source_state(source, SourceState::Hidden, Some("asked"), minute(1)).await.unwrap();
        let state = PollState { etag: Some("\"1\"".to_owned()), ..PollState::fresh(minute(60)) };
        let poll = Intents { add: vec![post("Open forms", START)], ..Intents::quiet(source, state) };
        let done = world.store.carry_out(&[poll], minute(2)).await.unwrap();
        assert_eq!((done.added, done.not_wanted), (0, vec![source]));
        world.store.set_source_state(source, SourceState::Active, None, minute(3)).await.unwrap();
        assert_eq!(world.record(source).await.poll.etag, None);
        assert!(world.store.known_posts(source, &[keys("Open forms")]).await.unwrap().is_empty());
    }

    async fn a_poll_of_a_source_that_never_was_leaves_nothing(world) {
        let nobody = model::SourceId::new(99);
        let done = world.add(nobody, vec![post("Open forms", START)], START).await;
        assert_eq!(done.not_wanted, [nobody]);
        assert_eq!(world.store.carry_out(&[], START).await.unwrap(), CarriedOut::default());
        assert_eq!(world.changes(0).await.len(), 0);
    }
}
