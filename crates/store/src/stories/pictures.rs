//! Pictures: wanted with the posts that show them, kept in a room of a fixed size, gone with what was taken out.

use model::{PostId, PostState, Show, SourceState};

use super::world::*;
use crate::*;

fn picture(name: u8, bytes: usize) -> NewPicture {
    let hash = format!("{name:032x}");
    NewPicture { hash, kind: PictureKind::Png, width: 40, height: 30, body: vec![name; bytes] }
}

fn address(name: &str) -> String {
    format!("https://riverton.example/{name}.png")
}

async fn unpictured(world: &World) -> Vec<i64> {
    world.store.unpictured(100).await.unwrap().into_iter().map(|post| post.id.get()).collect()
}

/// Has posts show these pictures.
async fn show(world: &World, post: i64, names: &[&str]) {
    let names = names.iter().map(|name| address(name)).collect();
    world.store.picture_posts(&[(PostId::new(post), names)], minute(1)).await.unwrap();
}

/// Takes what is due and keeps it as pictures of so many bytes each; gives their addresses.
async fn fetch(world: &World, bytes: usize, room: u64, at: u64) -> Vec<String> {
    let mut fetched = vec![];
    for wanted in world.store.take_pictures(minute(at), minute(at + 3), 50).await.unwrap() {
        let name = wanted.address.trim_start_matches("https://riverton.example/").bytes().next().unwrap();
        world.store.keep_picture(&wanted, &picture(name, bytes), room, minute(at)).await.unwrap();
        fetched.push(wanted.address);
    }
    fetched
}

async fn here(world: &World, names: &[&str]) -> Vec<String> {
    let addresses: Vec<String> = names.iter().map(|name| address(name)).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let mut here: Vec<String> = world.store.pictures(&addresses).await.unwrap().into_keys().collect();
    here.sort();
    here
}

stories! {
    async fn every_post_is_looked_through_once_and_again_when_it_changes(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", minute(1)), post("Two", minute(2))], minute(3)).await;
        assert_eq!(unpictured(world).await, [2, 1], "the newest first");
        show(world, 1, &["a"]).await;
        show(world, 2, &["a", "b"]).await;
        assert!(unpictured(world).await.is_empty());
        let revised = Revised { id: PostId::new(1), post: post("One, again", minute(1)) };
        world.store.carry_out(&[Intents { revise: vec![revised], ..quiet(source) }], minute(4)).await.unwrap();
        assert_eq!(unpictured(world).await, [1]);
        show(world, 1, &["c"]).await;
        // How much of it is shown has changed; then it is out of sight, and back.
        let set = SetSource { show: Some(Show::Full), ..SetSource::default() };
        world.store.set_source(source, &set, minute(5)).await.unwrap();
        assert_eq!(unpictured(world).await, [2, 1]);
        show(world, 1, &["c"]).await;
        show(world, 2, &["b"]).await;
        world.store.set_source_state(source, SourceState::Hidden, None, minute(6)).await.unwrap();
        let posts = world.store.unpictured(10).await.unwrap();
        assert!(posts.len() == 2 && posts.iter().all(|post| !post.is_shown && post.show_set == Some(Show::Full)));
        world.store.set_source_state(source, SourceState::Active, None, minute(7)).await.unwrap();
        assert!(world.store.unpictured(10).await.unwrap().iter().all(|post| post.is_shown));
        show(world, 1, &["c"]).await;
        show(world, 2, &["b"]).await;
        world.store.set_source_state(source, SourceState::Paused, None, minute(8)).await.unwrap();
        assert!(unpictured(world).await.is_empty(), "a paused source shows what it showed");
    }

    async fn a_picture_is_taken_by_one_crawler_at_a_time(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", minute(1))], minute(1)).await;
        show(world, 1, &["a", "b"]).await;
        let take = async |at| world.store.take_pictures(minute(at), minute(at + 3), 1).await.unwrap();
        let (first, second) = (take(2).await, take(2).await);
        assert_eq!((first.len(), second.len(), take(2).await.len()), (1, 1, 0));
        assert_ne!(first[0].address, second[0].address);
        // One is kept; the other's crawler was killed.
        world.store.keep_picture(&first[0], &picture(1, 10), 1_000, minute(3)).await.unwrap();
        let again = take(5).await;
        assert_eq!((again[0].address.as_str(), again[0].tries), (second[0].address.as_str(), 2));
        world.store.no_picture(&again[0], "its server answers 404", Some(minute(90))).await.unwrap();
        assert!(take(60).await.is_empty());
        let last = take(90).await;
        assert_eq!(last[0].tries, 3);
        world.store.no_picture(&last[0], "its server answers 404", None).await.unwrap();
        assert!(take(100_000).await.is_empty());
        assert_eq!(here(world, &["a", "b"]).await, [first[0].address.clone()]);
    }

    async fn the_longest_unseen_make_way(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", minute(1))], minute(1)).await;
        for (at, name) in ["a", "b", "c"].into_iter().enumerate() {
            show(world, 1, &["a", "b", "c", "d"][..=at]).await;
            assert_eq!(fetch(world, 400, 1_300, 10 + at as u64).await, [address(name)]);
        }
        assert_eq!(world.store.picture_room().await.unwrap(), (3, 1_200));
        world.store.picture_used(&picture(b'a', 0).hash, minute(50)).await.unwrap();
        show(world, 1, &["a", "b", "c", "d"]).await;
        fetch(world, 400, 1_300, 60).await;
        assert_eq!(here(world, &["a", "b", "c", "d"]).await, [address("a"), address("c"), address("d")]);
        assert_eq!(world.store.picture_room().await.unwrap(), (3, 1_200));
        assert!(world.store.take_pictures(minute(99_999), minute(99_999), 9).await.unwrap().is_empty(), "for good");
        // One that is larger than the room has it for itself.
        show(world, 1, &["a", "c", "d", "e"]).await;
        fetch(world, 5_000, 1_300, 70).await;
        assert_eq!(world.store.picture_room().await.unwrap(), (1, 5_000));
        assert_eq!(world.store.picture_bytes_on(minute(70)).await.unwrap(), 4 * 400 + 5_000);
        assert_eq!(world.store.picture_bytes_on(minute(70 + 1_440)).await.unwrap(), 0);
    }

    async fn what_is_taken_out_takes_its_pictures_with_it(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", minute(1)), post("Two", minute(2))], minute(3)).await;
        show(world, 1, &["a", "b"]).await;
        show(world, 2, &["b"]).await;
        fetch(world, 10, 1_000, 4).await;
        let (a, b) = (picture(b'a', 0).hash, picture(b'b', 0).hash);
        let shown = async |hash: &str| world.store.picture_file(hash).await.unwrap().is_some();
        assert!(shown(&a).await && shown(&b).await && !shown("nothing").await);
        world.store.set_post_state(PostId::new(1), PostState::Left, None, minute(5)).await.unwrap();
        assert!(!shown(&a).await && shown(&b).await, "at once");
        assert_eq!(world.store.forget_unshown_pictures(10).await.unwrap(), 0, "until it was looked through again");
        assert_eq!(unpictured(world).await, [1]);
        show(world, 1, &[]).await;
        while world.store.forget_unshown_pictures(10).await.unwrap() > 0 {}
        assert_eq!(world.store.picture_room().await.unwrap(), (1, 10));
        world.store.set_source_state(source, SourceState::Left, None, minute(6)).await.unwrap();
        assert!(!shown(&b).await);
    }

    async fn an_icon_is_looked_for_once_a_month(world) {
        let source = world.source("riverton.example").await;
        assert!(world.store.take_faceless(minute(1), minute(9), 5).await.unwrap().is_empty(), "it was never read");
        let poll = PollState { last_ok: Some(minute(1)), ..PollState::fresh(minute(60)) };
        let claims = SourceClaims { icon: Some(address("icon")), said_name: "Riverton".into(), ..SourceClaims::default() };
        let read = Intents { claims: Some(claims), ..Intents::quiet(source, poll) };
        world.store.carry_out(&[read], minute(1)).await.unwrap();
        let month = minute(30 * 1_440);
        let taken = world.store.take_faceless(minute(2), month, 5).await.unwrap();
        assert_eq!((taken.len(), taken[0].claimed_icon.clone()), (1, Some(address("icon"))));
        assert!(world.store.take_faceless(minute(3), month, 5).await.unwrap().is_empty());
        let revision = world.store.revision().await.unwrap().number;
        world.store.keep_icon(source, &picture(7, 50), 1_000, minute(3)).await.unwrap();
        world.store.keep_icon(source, &picture(7, 50), 1_000, minute(4)).await.unwrap();
        assert_eq!(world.changes(revision).await, [format!("pictures {source}")]);
        assert_eq!(world.record(source).await.icon, Some(picture(7, 0).hash));
        assert!(world.store.picture_file(&picture(7, 0).hash).await.unwrap().is_some());
        assert_eq!(world.store.forget_unshown_pictures(10).await.unwrap(), 0);
        assert_eq!(world.store.take_faceless(month, minute(99_999), 5).await.unwrap().len(), 1);
    }
}
