//! What an editor says of topics, and that it lasts.

use super::world::*;
use crate::*;

fn said(topic: &str, is_about: bool) -> TopicSaid {
    TopicSaid { topic: topic.to_owned(), is_about }
}

stories! {
    async fn an_editors_word_on_topics_lasts_and_can_be_taken_back(world) {
        let store = &world.store;
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", minute(1)), post("Two", minute(2))], minute(3)).await;
        let (one, two) = (world.find(source, "One").await.id, world.find(source, "Two").await.id);
        assert!(store.topics_said_of_posts(&[one, two]).await.unwrap().is_empty());
        let before = store.revision().await.unwrap().number;
        assert!(store.say_topic(Matter::Post(one), "parking", true, minute(4)).await.unwrap());
        assert!(store.say_topic(Matter::Post(one), "bins", false, minute(5)).await.unwrap());
        assert!(!store.say_topic(Matter::Post(one), "bins", false, minute(6)).await.unwrap(), "that was said already");
        assert!(!store.say_topic(Matter::Post(model::PostId::new(99)), "bins", true, minute(6)).await.unwrap());
        let all = store.topics_said_of_posts(&[one, two]).await.unwrap();
        assert_eq!(all, [(one, vec![said("bins", false), said("parking", true)])].into());
        let changes = store.changes_after(before, 9).await.unwrap();
        let told: Vec<_> = changes.iter().map(|change| (change.kind, change.source, change.post)).collect();
        assert_eq!(told, [(ChangeKind::PostRevised, Some(source), Some(one)); 2]);
        // Whatever a later poll brings.
        world.add(source, vec![post("Three", minute(7))], minute(8)).await;
        assert_eq!(store.topics_said_of_posts(&[one, two]).await.unwrap(), all);

        // Of what is about something, what is out of the river is not shown.
        let titles = |cards: Vec<Card>| cards.into_iter().map(|card| card.title).collect::<Vec<_>>();
        store.set_post_state(two, model::PostState::Hidden, None, minute(8)).await.unwrap();
        assert_eq!(titles(store.cards(&[two, one]).await.unwrap()), ["Two", "One"]);
        assert_eq!(titles(store.river_cards(&[two, one]).await.unwrap()), ["One"]);
        assert!(store.say_topic(Matter::Post(one), "bins", true, minute(9)).await.unwrap());
        assert!(store.forget_topic(Matter::Post(one), "parking", minute(10)).await.unwrap());
        assert!(!store.forget_topic(Matter::Post(one), "parking", minute(11)).await.unwrap());
        assert_eq!(store.topics_said_of_posts(&[one]).await.unwrap(), [(one, vec![said("bins", true)])].into());
    }

    async fn an_editors_word_on_a_project_outlives_the_next_import(world) {
        let store = &world.store;
        let damp = super::projects::project("1", "Damp homes", "");
        let put = store.put_projects(std::slice::from_ref(&damp), minute(1)).await.unwrap();
        let [Put::New(id)] = put[..] else { panic!("{put:?}") };
        let before = store.projects_revision().await.unwrap().number;
        assert!(store.say_topic(Matter::Project(id), "warm-homes", true, minute(2)).await.unwrap());
        assert!(store.projects_revision().await.unwrap().number > before);
        let mut other = damp;
        other.told.title = "Wet homes".to_owned();
        store.put_projects(&[other], minute(3)).await.unwrap();
        let meant = [(id, vec![said("warm-homes", true)])].into();
        assert_eq!(store.topics_said_of_projects(&[id]).await.unwrap(), meant);

        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", minute(4))], minute(5)).await;
        let one = world.find(source, "One").await.id;
        store.say_topic(Matter::Post(one), "warm-homes", false, minute(6)).await.unwrap();
        let all = store.topic_said("warm-homes", 9).await.unwrap();
        let of = |matter, title: &str, is_about, at| TopicSaidOf { matter, title: title.to_owned(), is_about, at };
        let meant = [
            of(Matter::Post(one), "One", false, minute(6)),
            of(Matter::Project(id), "Wet homes", true, minute(2)),
        ];
        assert_eq!(all, meant);
        assert_eq!(store.topic_said("warm-homes", 1).await.unwrap(), meant[..1]);
        assert!(store.forget_topic(Matter::Project(id), "warm-homes", minute(7)).await.unwrap());
        assert!(store.topics_said_of_projects(&[id]).await.unwrap().is_empty());
    }
}
