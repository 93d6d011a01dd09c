//! What a source went through, hosts that wait, and how the whole installation does.

use model::{Address, Outcome, SourceState};

use super::world::*;
use crate::*;

fn answered(answer: Outcome, status: u16, at: u64) -> PollState {
    PollState {
        last_answer: Some(answer),
        last_status: Some(status),
        last_polled: Some(minute(at)),
        failures: u32::from(!answer.is_good()),
        failing_since: (!answer.is_good()).then(|| minute(at)),
        document_bytes: Some(1_000 * u64::from(status)),
        next_reason: Some("it is so".to_owned()),
        ..PollState::fresh(minute(at + 60))
    }
}

stories! {
    async fn a_turn_is_kept_and_the_oldest_are_forgotten(world) {
        let source = world.source("a.example").await;
        let poll = async |answer, status, at| {
            let poll = Intents::quiet(source, answered(answer, status, at));
            world.store.carry_out(&[poll], minute(at)).await.unwrap();
        };
        for (at, (answer, status)) in [
            (Outcome::New, 200), (Outcome::Unchanged, 304), (Outcome::NotFound, 404), (Outcome::NotFound, 404),
            (Outcome::ServerError, 500), (Outcome::Unchanged, 304),
        ].into_iter().enumerate() {
            poll(answer, status, at as u64).await;
        }
        let turns = world.store.history(source).await.unwrap().turns;
        let said: Vec<_> = turns.iter().map(|turn| (turn.answer, turn.status, turn.at)).collect();
        assert_eq!(said, [
            (Outcome::Unchanged, Some(304), minute(5)),
            (Outcome::ServerError, Some(500), minute(4)),
            (Outcome::NotFound, Some(404), minute(2)),
        ]);
        for at in 0..30 {
            poll(Outcome::ServerError, 500 + (at % 2) as u16, 100 + at).await;
        }
        let turns = world.store.history(source).await.unwrap().turns;
        assert_eq!((turns.len(), turns[0].at), (20, minute(129)));
        let record = world.record(source).await;
        assert_eq!(record.poll.next_reason.as_deref(), Some("it is so"));
        assert_eq!(record.poll.document_bytes, Some(501_000));
    }

    async fn a_former_address_is_known(world) {
        let (source, other) = (world.source("a.example").await, world.source("b.example").await);
        let at = |host: &str| Address::typed(&format!("{host}/feed")).unwrap();
        let moved_to = Some(at("new.example"));
        let noted = PollState { moved_to: moved_to.clone(), ..PollState::fresh(minute(9)) };
        world.store.carry_out(&[Intents::quiet(source, noted)], minute(1)).await.unwrap();
        world.store.carry_out(&[Intents { move_to: moved_to, ..quiet(source) }], minute(2)).await.unwrap();
        assert!(world.store.move_source(source, &at("newest.example"), minute(3)).await.unwrap());
        // Not to where another is polled.
        assert!(!world.store.move_source(source, &at("b.example"), minute(4)).await.unwrap());
        let moves = world.store.history(source).await.unwrap().moves;
        let said: Vec<_> = moves.iter().map(|moved| (moved.from.as_str(), moved.to.as_str(), moved.why)).collect();
        assert_eq!(said, [
            ("https://new.example/feed", "https://newest.example/feed", MoveReason::Editor),
            ("https://a.example/feed", "https://new.example/feed", MoveReason::Redirect),
        ]);
        // An old list names the address that it left by itself; one that an editor took away may be anybody's.
        let added = world.store.add_sources(&[new_source("a.example")], minute(5)).await.unwrap();
        assert_eq!(added, [Added::Known(source)]);
        let added = world.store.add_sources(&[new_source("new.example")], minute(5)).await.unwrap();
        assert!(matches!(added[..], [Added::New(id)] if id != source && id != other), "{added:?}");
    }

    async fn coming_back_makes_it_no_sooner(world) {
        let source = world.source("a.example").await;
        world.store.carry_out(&[Intents::quiet(source, PollState::fresh(minute(60)))], minute(1)).await.unwrap();
        world.store.set_source_state(source, SourceState::Removed, None, minute(2)).await.unwrap();
        world.store.add_sources(&[new_source("a.example")], minute(3)).await.unwrap();
        assert_eq!(world.record(source).await.poll.next_poll, minute(60));
    }

    async fn hosts_that_wait_are_kept(world) {
        let wait = |host: &str, until| HostWait { host: host.to_owned(), since: minute(0), until: minute(until) };
        for one in [wait("a.example:443", 60), wait("b.example:443", 90), wait("a.example:443", 120)] {
            world.store.put_host_wait(&one).await.unwrap();
        }
        assert_eq!(world.store.host_waits().await.unwrap(), [wait("a.example:443", 120), wait("b.example:443", 90)]);
        world.store.end_host_wait("a.example:443").await.unwrap();
        assert_eq!(world.store.host_waits().await.unwrap(), [wait("b.example:443", 90)]);
    }

    async fn how_the_sources_stand(world) {
        let marks = Marks { overdue: minute(50), lease: minute(120), far: minute(1_000) };
        assert_eq!(world.store.facts(&marks).await.unwrap(), Facts::default());
        let ids = [
            world.source("a.example").await, world.source("b.example").await, world.source("c.example").await,
            world.source("d.example").await, world.source("e.example").await,
        ];
        let far = PollState { next_poll: minute(5_000), ..answered(Outcome::New, 200, 1) };
        let wished = PollState { wish_until: Some(minute(5_000)), ..far.clone() };
        let polls = [
            answered(Outcome::NotFound, 404, 0), answered(Outcome::NotFound, 404, 1), far, wished,
        ];
        let polls: Vec<_> = ids.iter().zip(polls).map(|(id, poll)| Intents::quiet(*id, poll)).collect();
        world.store.carry_out(&polls, minute(1)).await.unwrap();
        world.add(ids[0], vec![post("Open forms", START)], minute(2)).await;
        world.store.lease(&ids[1..2], minute(2), minute(500), "one").await.unwrap();
        world.store.set_source_state(ids[4], SourceState::Paused, None, minute(2)).await.unwrap();
        let facts = world.store.facts(&marks).await.unwrap();
        assert_eq!(facts, Facts {
            sources: 5, polled: 4, paused: 1, gone: 0, failing: 1, overdue: 0, long_leased: 1, far_off: 1,
            last_polled: Some(minute(1)), last_seen: Some(minute(2)),
        });
        let later = Marks { overdue: minute(61), ..marks };
        assert_eq!(world.store.facts(&later).await.unwrap().overdue, 1);
        assert_eq!(world.store.failing().await.unwrap(), [(Outcome::NotFound, 1)]);
        let failing = world.store.failing_so(Outcome::NotFound, 9).await.unwrap();
        assert_eq!(failing.iter().map(|source| source.id).collect::<Vec<_>>(), [ids[1]]);
        let large = world.store.large_documents(300_000, 9).await.unwrap();
        assert_eq!(large.iter().map(|source| source.id).collect::<Vec<_>>(), [ids[1]]);
    }

    async fn an_editor_accepts_what_an_address_gives(world) {
        let source = world.source("a.example").await;
        assert!(world.store.accept_source(source, minute(3)).await.unwrap());
        assert_eq!(world.record(source).await.accepted, Some(minute(3)));
        assert!(!world.store.accept_source(model::SourceId::new(99), minute(3)).await.unwrap());
    }
}
