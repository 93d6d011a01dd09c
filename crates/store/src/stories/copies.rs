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
}
