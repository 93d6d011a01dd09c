//! What authors ask of us: hidden at once, undone in one step, final with a proof.

use model::{Licence, PostState, Show, SourceState};

use super::world::*;
use crate::*;

fn take_out(source: model::SourceId, token: &str) -> NewRequest {
    NewRequest {
        token: token.to_owned(),
        kind: RequestKind::TakeOut,
        source,
        post: None,
        wishes: Wishes::default(),
        message: Some("Please".to_owned()),
        asker: "mark-1".to_owned(),
        network: "net-1".to_owned(),
        proof_line: format!("watersmeet-proof={token}"),
    }
}

async fn state(world: &World, token: &str) -> RequestState {
    world.store.request(token).await.unwrap().unwrap().state
}

stories! {
    async fn a_source_is_out_of_sight_at_once_and_an_editor_undoes_that_in_one_step(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("Open forms", START)], START).await;
        world.store.set_source_state(source, SourceState::Paused, Some("holidays"), START).await.unwrap();
        let first = ask(world, &take_out(source, "one"), minute(1)).await;
        assert_eq!(state(world, "one").await, RequestState::InForce);
        assert_eq!(world.record(source).await.state, SourceState::Hidden);
        assert!(world.record(source).await.state_reason.unwrap().contains("asked us"));
        assert_eq!(world.river().await, [""; 0]);
        let second = ask(world, &take_out(source, "two"), minute(2)).await;

        assert!(world.store.undo_request(second, minute(3)).await.unwrap());
        assert_eq!((state(world, "one").await, state(world, "two").await), (RequestState::Undone, RequestState::Undone));
        let record = world.record(source).await;
        assert_eq!((record.state, record.state_reason.as_deref()), (SourceState::Paused, Some("holidays")));
        assert_eq!(world.river().await, ["Open forms"]);
        assert!(!world.store.undo_request(first, minute(4)).await.unwrap());

        // Asked again, it waits for a proof: who leaves must not be able to silence others.
        let third = ask(world, &take_out(source, "three"), minute(5)).await;
        assert_eq!(state(world, "three").await, RequestState::Waiting);
        assert_eq!(world.river().await, ["Open forms"]);
        assert!(world.store.undo_request(third, minute(6)).await.unwrap());
        assert_eq!(world.river().await, ["Open forms"]);
    }

    async fn a_proof_makes_it_final(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("Open forms", START)], START).await;
        let id = ask(world, &take_out(source, "one"), minute(1)).await;
        assert!(world.store.proofs_due(minute(9), 9).await.unwrap().is_empty());
        assert!(world.store.ask_for_proof("one", minute(2)).await.unwrap());
        assert!(!world.store.ask_for_proof("nobody's", minute(2)).await.unwrap());
        assert_eq!(world.store.proofs_due(minute(2), 9).await.unwrap()[0].id, id);
        world.store.proof_not_found(id, Some(minute(30)), minute(3)).await.unwrap();
        assert!(world.store.proofs_due(minute(29), 9).await.unwrap().is_empty());
        assert_eq!(world.store.request("one").await.unwrap().unwrap().proof_checked, Some(minute(3)));
        assert_eq!(world.store.proofs_due(minute(30), 9).await.unwrap().len(), 1);

        assert!(world.store.prove_request(id, minute(31)).await.unwrap());
        let request = world.store.request("one").await.unwrap().unwrap();
        assert_eq!((request.state, request.proof_found_at), (RequestState::Proved, Some(minute(31))));
        assert_eq!(request.settled, Some(minute(31)));
        assert!(world.store.proofs_due(minute(999), 9).await.unwrap().is_empty());
        // Nothing brings it back: no editor's step, no list, no poll.
        assert!(!world.store.prove_request(id, minute(32)).await.unwrap());
        assert!(!world.store.undo_request(id, minute(32)).await.unwrap());
        assert!(!world.store.set_source_state(source, SourceState::Active, None, minute(32)).await.unwrap());
        assert!(!world.store.ask_for_proof("one", minute(32)).await.unwrap());
        let done = world.add(source, vec![post("New", START)], minute(32)).await;
        assert_eq!(done.not_wanted, [source]);
        let refused = world.store.add_sources(&[new_source("riverton.example")], minute(33)).await.unwrap();
        assert_eq!(refused, [Added::Left { source, name: "riverton".to_owned(), since: minute(31) }]);
        assert_eq!(world.record(source).await.state, SourceState::Left);
    }

    async fn a_single_post_is_taken_out_in_the_same_way(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", START), post("Two", minute(1))], minute(2)).await;
        let post_id = world.find(source, "One").await.id;
        let new = |token| NewRequest { post: Some(post_id), ..take_out(source, token) };
        let id = ask(world, &new("one"), minute(3)).await;
        assert_eq!(world.river().await, ["Two"]);
        assert_eq!(world.record(source).await.state, SourceState::Active);
        let request = world.store.request("one").await.unwrap().unwrap();
        assert_eq!(request.post.map(|post| (post.id, post.title)), Some((post_id, "One".to_owned())));
        assert!(world.store.undo_request(id, minute(4)).await.unwrap());
        assert_eq!(world.river().await, ["Two", "One"]);
        let id = ask(world, &new("two"), minute(5)).await;
        assert_eq!(state(world, "two").await, RequestState::Waiting);
        assert!(world.store.prove_request(id, minute(6)).await.unwrap());
        let page = world.page(post_id).await;
        assert_eq!((page.state, page.in_river, page.state_since), (PostState::Left, false, minute(6)));
        assert!(page.state_reason.unwrap().contains("proved"));
        assert!(!world.store.set_post_state(post_id, PostState::Shown, None, minute(7)).await.unwrap());
        assert_eq!(world.river().await, ["Two"]);
        // It comes in every poll, and stays out.
        world.add(source, vec![post("One", START)], minute(8)).await;
        assert_eq!(world.river().await, ["Two"]);
    }

    async fn a_correction_waits_and_is_granted_by_an_editor_or_by_a_proof_and_can_be_taken_back(world) {
        let source = world.source("riverton.example").await;
        let set = SetSource { about: Some("Ours".to_owned()), ..SetSource::default() };
        world.store.set_source(source, &set, START).await.unwrap();
        let wishes = Wishes {
            name: Some("Riverton Digital".to_owned()),
            licence: Licence::named("CC BY 4.0"),
            show: Some(Show::Full),
            contact: Some("ann@riverton.example".to_owned()),
            ..Wishes::default()
        };
        let new = |token| NewRequest { kind: RequestKind::Correct, wishes: wishes.clone(), ..take_out(source, token) };
        let id = ask(world, &new("one"), minute(1)).await;
        assert_eq!(state(world, "one").await, RequestState::Waiting);
        assert_eq!(world.store.request("one").await.unwrap().unwrap().wishes, wishes);
        assert_eq!(world.record(source).await.name, "riverton");
        assert!(world.store.accept_request(id, minute(2)).await.unwrap());
        let record = world.record(source).await;
        assert_eq!((record.name.as_str(), record.about.as_deref()), ("Riverton Digital", Some("Ours")));
        assert_eq!((record.reference().licence_set, record.set.show), (true, Some(Show::Full)));
        assert!(!world.store.accept_request(id, minute(3)).await.unwrap());
        assert!(world.store.undo_request(id, minute(4)).await.unwrap());
        assert_eq!(world.record(source).await.set, set);

        let id = ask(world, &new("two"), minute(5)).await;
        assert!(world.store.prove_request(id, minute(6)).await.unwrap());
        assert_eq!(world.record(source).await.name, "Riverton Digital");
        assert_eq!(world.record(source).await.state, SourceState::Active);
    }

    async fn requests_are_listed_with_the_open_ones_first(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        let done = ask(world, &take_out(a, "one"), minute(1)).await;
        let open = NewRequest { asker: "mark-2".to_owned(), ..take_out(b, "two") };
        ask(world, &open, minute(2)).await;
        ask(world, &take_out(a, "three"), minute(3)).await;
        assert!(world.store.accept_request(done, minute(4)).await.unwrap());
        assert_eq!(world.record(a).await.state, SourceState::Left);
        let listed = world.store.requests(9).await.unwrap();
        assert_eq!(listed.iter().map(|request| request.token.as_str()).collect::<Vec<_>>(), ["three", "two", "one"]);
        let by_id = world.store.request_by_id(done).await.unwrap().unwrap();
        assert_eq!((by_id.state, by_id.source.id), (RequestState::Done, a));
        assert_eq!(world.store.request("nobody's").await.unwrap(), None);
        let nobody = model::RequestId::new(99);
        assert!(!world.store.undo_request(nobody, minute(9)).await.unwrap());
        assert!(!world.store.accept_request(nobody, minute(9)).await.unwrap());
    }

    async fn what_an_editor_settled_can_be_settled_otherwise_in_one_step(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("Open forms", START)], START).await;
        world.store.set_source_state(source, SourceState::Paused, Some("holidays"), START).await.unwrap();
        let id = ask(world, &take_out(source, "one"), minute(1)).await;
        assert!(world.store.accept_request(id, minute(2)).await.unwrap());
        assert_eq!((world.record(source).await.state, world.river().await.len()), (SourceState::Left, 0));
        assert!(world.store.undo_request(id, minute(3)).await.unwrap());
        let record = world.record(source).await;
        assert_eq!((record.state, record.state_reason.as_deref()), (SourceState::Paused, Some("holidays")));
        assert_eq!((state(world, "one").await, world.river().await), (RequestState::Undone, vec!["Open forms".to_owned()]));
        // Undoing was a mistake, and then it was not.
        assert!(world.store.accept_request(id, minute(4)).await.unwrap());
        assert_eq!((state(world, "one").await, world.record(source).await.state), (RequestState::Done, SourceState::Left));
        assert!(world.store.undo_request(id, minute(5)).await.unwrap());
        assert_eq!(world.record(source).await.state, SourceState::Paused);
        // A proof is never looked for after an editor's word.
        assert!(!world.store.prove_request(id, minute(6)).await.unwrap());

        // The same for a post, and for a request that had to wait.
        let post = world.find(source, "Open forms").await.id;
        let new = |token| NewRequest { post: Some(post), ..take_out(source, token) };
        let first = ask(world, &new("two"), minute(7)).await;
        assert!(world.store.undo_request(first, minute(8)).await.unwrap());
        let second = ask(world, &new("three"), minute(9)).await;
        assert_eq!(world.store.request("three").await.unwrap().unwrap().waits, Some(Waits::BroughtBack));
        assert!(world.store.accept_request(second, minute(10)).await.unwrap());
        assert_eq!((world.page(post).await.state, world.river().await.len()), (PostState::Left, 0));
        assert!(world.store.undo_request(second, minute(11)).await.unwrap());
        assert_eq!((world.page(post).await.state, world.river().await), (PostState::Shown, vec!["Open forms".to_owned()]));
        // A correction that was undone.
        let wishes = Wishes { name: Some("Riverton Digital".to_owned()), ..Wishes::default() };
        let new = NewRequest { kind: RequestKind::Correct, wishes, ..take_out(source, "four") };
        let id = ask(world, &new, minute(12)).await;
        assert!(world.store.undo_request(id, minute(13)).await.unwrap());
        assert!(world.store.accept_request(id, minute(14)).await.unwrap());
        assert_eq!(world.record(source).await.name, "Riverton Digital");
        assert!(world.store.undo_request(id, minute(15)).await.unwrap());
        assert_eq!(world.record(source).await.name, "riverton");
    }

    async fn an_editors_word_is_not_undone_where_another_request_was_proved(world) {
        let source = world.source("riverton.example").await;
        let accepted = ask(world, &take_out(source, "one"), minute(1)).await;
        let proved = ask(world, &take_out(source, "two"), minute(2)).await;
        assert!(world.store.accept_request(accepted, minute(3)).await.unwrap());
        assert!(world.store.prove_request(proved, minute(4)).await.unwrap());
        assert!(!world.store.undo_request(accepted, minute(5)).await.unwrap());
        assert_eq!(world.record(source).await.state, SourceState::Left);
    }

    async fn nobody_makes_too_many_requests(world) {
        let source = world.source("riverton.example").await;
        let limits = RequestLimits { since: minute(10), household: 2, network: 3, all: 5, ..LIMITS };
        let ask = async |token: &str, network: &str, asker: &str, at| {
            let wishes = Wishes { name: Some("Riverton".to_owned()), ..Wishes::default() };
            let new = NewRequest {
                kind: RequestKind::Correct,
                wishes,
                asker: asker.to_owned(),
                network: network.to_owned(),
                ..take_out(source, token)
            };
            world.store.add_request(&new, &limits, at).await.unwrap()
        };
        let is_made = |asked| matches!(asked, Asked::Made(_));
        assert!(is_made(ask("early", "n1", "a", minute(9)).await));
        assert!(is_made(ask("a1", "n1", "a", minute(10)).await));
        assert!(is_made(ask("a2", "n1", "a", minute(11)).await));
        assert_eq!(ask("a3", "n1", "a", minute(11)).await, Asked::TooManyFromOne);
        assert!(is_made(ask("b1", "n1", "b", minute(11)).await));
        assert_eq!(ask("b2", "n1", "b", minute(11)).await, Asked::TooManyFromOne);
        // A network whose mark begins like that one is another.
        assert!(is_made(ask("c1", "n11", "a", minute(12)).await));
        assert!(is_made(ask("d1", "n2", "d", minute(12)).await));
        assert_eq!(ask("e1", "n3", "e", minute(12)).await, Asked::TooManyFromAll);
        assert_eq!(world.store.request("e1").await.unwrap(), None);
    }

    async fn in_a_crowd_nothing_is_hidden_without_a_proof_and_nobody_is_sent_away(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        world.add(a, vec![post("A1", START), post("A2", START), post("A3", START)], START).await;
        world.add(b, vec![post("B1", START), post("B2", START)], START).await;
        let limits = RequestLimits { hides_of_source: 2, hides: 3, ..LIMITS };
        let ask = async |source, title: &str| {
            let new = NewRequest { post: Some(world.find(source, title).await.id), ..take_out(source, title) };
            let asked = world.store.add_request(&new, &limits, minute(1)).await.unwrap();
            assert!(matches!(asked, Asked::Made(_)), "{title}");
            let request = world.store.request(title).await.unwrap().unwrap();
            (request.state, request.waits)
        };
        let in_force = (RequestState::InForce, None);
        let crowd = (RequestState::Waiting, Some(Waits::Crowd));
        assert_eq!((ask(a, "A1").await, ask(a, "A2").await), (in_force, in_force));
        assert_eq!(ask(a, "A3").await, crowd, "one source");
        assert_eq!(ask(b, "B1").await, in_force);
        assert_eq!(ask(b, "B2").await, crowd, "all sources");
        assert_eq!(world.river().await.len(), 2);
        let id = world.store.request("B2").await.unwrap().unwrap().id;
        assert!(world.store.prove_request(id, minute(2)).await.unwrap());
        assert_eq!(world.river().await, ["A3"], "who proves it is never kept waiting");
    }
}
