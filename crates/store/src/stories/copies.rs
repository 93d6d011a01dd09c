//! The same article in several sources: one post in the river, "also at" the others.

use model::{PostId, PostState, SourceState};

use super::world::*;
use crate::*;

/// What a page says about where else its text is: source by source, with `*` for the one in the river.
async fn also_at(world: &World, post: PostId) -> Vec<String> {
    let also = world.page(post).await.also_at;
    also.iter().map(|also| format!("{}{}", also.source.slug, if also.in_river { "*" } else { "" })).collect()
}

fn copy_of(original: PostId, title: &str, minutes: u64) -> NewPost {
    NewPost { same_as: Some(original), ..post(title, minute(minutes)) }
}

stories! {
    async fn a_copy_is_named_beside_its_original_and_takes_its_place_when_that_is_hidden(world) {
        let (a, b, c) =
            (world.source("a.example").await, world.source("b.example").await, world.source("c.example").await);
        world.add(a, vec![post("Original", minute(1))], minute(5)).await;
        let original = world.find(a, "Original").await.id;
        world.add(b, vec![copy_of(original, "Copy B", 3)], minute(5)).await;
        let at_b = world.find(b, "Copy B").await.id;
        // A copy of a copy is a copy of the original.
        world.add(c, vec![copy_of(at_b, "Copy C", 2)], minute(5)).await;
        let at_c = world.find(c, "Copy C").await;
        assert_eq!(at_c.same_as, Some(original));
        assert_eq!(world.river().await, ["Original"]);
        assert_eq!(also_at(world, original).await, ["c", "b"]);
        assert_eq!(also_at(world, at_b).await, ["a*", "c"]);
        assert_eq!(also_at(world, at_c.id).await, ["a*", "b"]);

        let before = world.store.revision().await.unwrap().number;
        world.store.set_post_state(original, PostState::Hidden, Some("asked"), minute(6)).await.unwrap();
        assert_eq!(world.river().await, ["Copy C"]);
        assert_eq!(also_at(world, at_b).await, ["c*"]);
        let mut expected = vec![format!("post-hidden {original}"), format!("post-shown {}", at_c.id)];
        expected.sort();
        assert_eq!(world.changes(before).await, expected);
        world.store.set_source_state(c, SourceState::Hidden, None, minute(7)).await.unwrap();
        assert_eq!(world.river().await, ["Copy B"]);
        world.store.set_source_state(b, SourceState::Removed, None, minute(8)).await.unwrap();
        assert_eq!(world.river().await, [""; 0]);
        world.store.set_source_state(c, SourceState::Active, None, minute(9)).await.unwrap();
        assert_eq!(world.river().await, ["Copy C"]);
        world.store.set_source_state(b, SourceState::Paused, None, minute(9)).await.unwrap();
        world.store.set_post_state(original, PostState::Shown, None, minute(9)).await.unwrap();
        assert_eq!(world.river().await, ["Original"]);
        assert_eq!(also_at(world, original).await, ["c", "b"]);
    }

    async fn an_original_that_comes_late_goes_before_the_copies_that_were_first(world) {
        let (a, b, c) =
            (world.source("a.example").await, world.source("b.example").await, world.source("c.example").await);
        world.add(b, vec![post("Copy B", minute(2))], minute(5)).await;
        let at_b = world.find(b, "Copy B").await.id;
        world.add(c, vec![copy_of(at_b, "Copy C", 3)], minute(5)).await;
        let at_c = world.find(c, "Copy C").await.id;
        let add = vec![post("Unrelated", minute(4)), post("Original", minute(1))];
        let poll = Intents { add, copies: vec![(at_b, 1), (at_c, 1), (PostId::new(99), 1)], ..quiet(a) };
        world.store.carry_out(std::slice::from_ref(&poll), minute(6)).await.unwrap();
        assert_eq!(world.river().await, ["Unrelated", "Original"]);
        let original = world.find(a, "Original").await.id;
        assert_eq!(also_at(world, original).await, ["b", "c"]);
        // Again, after a crash that hid that it was done.
        assert_eq!(world.store.carry_out(&[poll], minute(7)).await.unwrap().added, 0);
        assert_eq!(world.find(b, "Copy B").await.same_as, Some(original));
        assert_eq!(world.find(a, "Original").await.same_as, None);
    }

    async fn a_copy_that_arrives_while_its_original_is_hidden_is_shown(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        world.add(a, vec![post("Original", minute(1))], minute(5)).await;
        let original = world.find(a, "Original").await.id;
        world.store.set_post_state(original, PostState::Hidden, None, minute(6)).await.unwrap();
        world.add(b, vec![copy_of(original, "Copy", 3)], minute(7)).await;
        assert_eq!(world.river().await, ["Copy"]);
        // A copy of something that was never there stands alone.
        world.add(b, vec![copy_of(PostId::new(99), "Orphan", 4)], minute(8)).await;
        assert_eq!(world.river().await, ["Orphan", "Copy"]);
    }

    async fn copies_that_are_found_later_are_joined_and_leave_with_what_left(world) {
        let (a, b, c) =
            (world.source("a.example").await, world.source("b.example").await, world.source("c.example").await);
        world.add(a, vec![post("Original", minute(1))], minute(5)).await;
        world.add(b, vec![post("Told again", minute(2))], minute(6)).await;
        world.add(c, vec![NewPost { link: None, ..post("Told once more", minute(3)) }], minute(7)).await;
        let original = world.find(a, "Original").await.id;
        let (at_b, at_c) = (world.find(b, "Told again").await.id, world.find(c, "Told once more").await.id);
        let before = world.store.revision().await.unwrap().number;
        world.store.join_copies(&[(at_c, at_b)], 0, 0, minute(8)).await.unwrap();
        assert_eq!(world.river().await, ["Told again", "Original"]);
        // A post brings its copies along.
        world.store.join_copies(&[(at_b, original)], 0, 0, minute(8)).await.unwrap();
        assert_eq!(world.river().await, ["Original"]);
        assert_eq!(also_at(world, original).await, ["b", "c"]);
        assert_eq!(world.changes(before).await, [format!("post-hidden {at_c}"), format!("post-hidden {at_b}")]);
        let after = world.store.revision().await.unwrap();
        world.store.join_copies(&[(at_b, original), (at_c, original), (PostId::new(99), original)], 0, 0, minute(9)).await.unwrap();
        world.store.join_copies(&[(at_b, PostId::new(99))], 0, 0, minute(9)).await.unwrap();
        assert_eq!(world.store.revision().await.unwrap(), after);

        // What left takes along what is found to be a copy of it later.
        world.add(b, vec![post("Left", minute(4))], minute(10)).await;
        world.add(c, vec![NewPost { link: None, ..post("Left as well", minute(4)) }], minute(10)).await;
        let (left, also) = (world.find(b, "Left").await.id, world.find(c, "Left as well").await.id);
        world.store.set_post_state(left, PostState::Left, Some("asked"), minute(11)).await.unwrap();
        assert_eq!(world.river().await, ["Left as well", "Original"]);
        world.store.join_copies(&[(also, left)], 0, 0, minute(12)).await.unwrap();
        assert_eq!(world.river().await, ["Original"]);
        assert_eq!(world.page(also).await.state, PostState::Left);
    }

    async fn sketches_are_kept_of_the_newest_posts(world) {
        let a = world.source("a.example").await;
        let sketched = |title: &str, sketch: &[u8]| {
            let post = post(title, minute(1));
            NewPost { body: Body { sketch: Some(sketch.to_vec()), ..post.body.clone() }, ..post }
        };
        let add = vec![sketched("One", b"1"), post("Short", minute(1)), sketched("Two", b"2"), sketched("Three", b"3")];
        world.add(a, add, minute(5)).await;
        let [one, short, two, three] = {
            let mut ids = vec![];
            for title in ["One", "Short", "Two", "Three"] {
                ids.push(world.find(a, title).await.id);
            }
            <[PostId; 4]>::try_from(ids).unwrap()
        };
        let kept = async |after: i64| -> Vec<(PostId, Vec<u8>)> {
            let sketched = world.store.sketches_after(after, 99).await.unwrap();
            let posts = sketched.into_iter().flat_map(|sketched| sketched.posts);
            posts.map(|kept| (kept.post, kept.bytes)).collect()
        };
        let mut all = vec![(one, b"1".to_vec()), (two, b"2".to_vec()), (three, b"3".to_vec())];
        assert_eq!(kept(0).await, all);
        let first = &world.store.sketches_after(0, 1).await.unwrap()[0];
        assert_eq!((first.posts[1].source, first.posts[1].place), (a, minute(1)));
        assert_eq!(world.store.posts_beside(two, 2).await.unwrap(), [three, short]);

        // A revision is sketched anew, at the post's own place.
        let revise = |id, post| Intents { revise: vec![Revised { id, post }], ..quiet(a) };
        let revised = NewPost { place: minute(6), ..sketched("One", b"9") };
        world.store.carry_out(&[revise(one, revised)], minute(6)).await.unwrap();
        world.store.carry_out(&[revise(two, post("Two", minute(1)))], minute(6)).await.unwrap();
        all.push((one, b"9".to_vec()));
        assert_eq!(kept(0).await, all);
        let second = &world.store.sketches_after(first.number, 9).await.unwrap()[0];
        assert_eq!(second.posts[0].place, minute(1));

        assert_eq!(world.store.sketches_followed().await.unwrap(), 0);
        world.store.join_copies(&[], second.number, first.number, minute(7)).await.unwrap();
        assert_eq!(world.store.sketches_followed().await.unwrap(), second.number);
        assert_eq!(kept(0).await, all[3..]);
    }
}
