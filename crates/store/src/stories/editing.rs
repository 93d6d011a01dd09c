//! What an editor does, and that it lasts.

use model::{Language, Licence, Pace, Show, SourceState};

use super::world::*;
use crate::*;

stories! {
    async fn an_editors_wording_outlives_every_poll(world) {
        let source = world.source("riverton.example").await;
        let set = SetSource {
            name: Some("Riverton".to_owned()),
            site: Some("https://riverton.example/news".to_owned()),
            about: Some("What Riverton does".to_owned()),
            language: Some("cy".parse().unwrap()),
            licence: Licence::named("OGL"),
            show: Some(Show::Full),
        };
        assert!(world.store.set_source(source, &set, START).await.unwrap());
        assert!(!world.store.set_source(model::SourceId::new(99), &set, START).await.unwrap());
        let claims = SourceClaims {
            title: Some("X".to_owned()),
            said_name: "X".to_owned(),
            site: Some("https://x.example/".to_owned()),
            about: Some("X".to_owned()),
            language: Some("de".parse().unwrap()),
            licence: Licence::named("X"),
            icon: Some("https://riverton.example/icon.png".to_owned()),
        };
        let add = vec![NewPost { language: Some("fr".parse().unwrap()), ..post("One", START) }, post("Two", START)];
        let poll = Intents { claims: Some(claims.clone()), add, ..quiet(source) };
        world.store.carry_out(&[poll], minute(1)).await.unwrap();
        let record = world.record(source).await;
        assert_eq!(record.set, set);
        assert_eq!((record.name.as_str(), record.site), ("Riverton", set.site.clone()));
        assert_eq!((record.about, record.language, record.licence), (set.about, set.language, set.licence));
        let languages = async || {
            let page = world.store.river(&RiverFilter::default(), Page::Newest, 9).await.unwrap();
            page.cards.iter().rev().map(|card| card.language.clone()).collect::<Vec<Option<Language>>>()
        };
        assert_eq!(languages().await, [Some("cy".parse().unwrap()), Some("cy".parse().unwrap())]);
        // Taken back, everything is as the source claims.
        world.store.set_source(source, &SetSource::default(), minute(2)).await.unwrap();
        let record = world.record(source).await;
        assert_eq!((record.name.as_str(), record.claims), ("X", claims));
        assert_eq!(languages().await, [Some("fr".parse().unwrap()), Some("de".parse().unwrap())]);
        let french = RiverFilter { language: Some("fr".parse().unwrap()), ..RiverFilter::default() };
        assert_eq!(world.filtered(&french).await, ["One"]);
    }

    async fn an_editors_pace_outlives_every_poll_and_list(world) {
        let source = world.source("riverton.example").await;
        let pace: Pace = "15 minutes".parse().unwrap();
        let before = world.record(source).await.poll;
        assert!(world.store.set_pace(source, Some(pace), None, START).await.unwrap());
        assert!(!world.store.set_pace(model::SourceId::new(99), Some(pace), None, START).await.unwrap());
        assert_eq!((world.record(source).await.pace, world.record(source).await.poll), (Some(pace), before));
        let poll = Intents { add: vec![post("One", START)], ..quiet(source) };
        world.store.carry_out(&[poll], minute(1)).await.unwrap();
        world.store.set_source_state(source, SourceState::Removed, None, minute(2)).await.unwrap();
        world.store.add_sources(&[new_source("riverton.example")], minute(3)).await.unwrap();
        assert_eq!(world.record(source).await.pace, Some(pace));
        // Taken back, with what follows for the next look.
        world.store.set_pace(source, None, Some((minute(70), "it is quiet")), minute(4)).await.unwrap();
        let record = world.record(source).await;
        assert_eq!((record.pace, record.poll.next_poll), (None, minute(70)));
        assert_eq!(record.poll.next_reason.as_deref(), Some("it is quiet"));
        world.store.set_source_state(source, SourceState::Left, None, minute(5)).await.unwrap();
        assert!(!world.store.set_pace(source, Some(pace), None, minute(6)).await.unwrap());
    }

    async fn a_list_comes_in_whole_and_a_second_time_changes_nothing(world) {
        let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let list = vec![
            NewSource {
                listed_name: Some("Riverton Council".to_owned()),
                listed_attributes: vec![("category".to_owned(), "/a,/b".to_owned())],
                groups: vec![path(&["Councils", "South West"]), path(&["Weeknotes"])],
                ..new_source("riverton.example")
            },
            NewSource { groups: vec![path(&["Charities", "South West"])], ..new_source("tern.example") },
            new_source("riverton.example"),
            new_source("www.riverton.example"),
            new_source("riverton.test"),
        ];
        let added = world.store.add_sources(&list, START).await.unwrap();
        let [Added::New(one), Added::New(_), Added::Known(again), Added::New(third), Added::New(fourth)] = added[..]
        else {
            panic!("{added:?}");
        };
        assert_eq!(one, again);
        let record = world.record(one).await;
        assert_eq!(record.listed_attributes, list[0].listed_attributes);
        assert_eq!(record.listed_name.as_deref(), Some("Riverton Council"));
        assert_eq!(world.record(third).await.slug, "www");
        assert_eq!(world.record(fourth).await.slug, "riverton-riverton-test");
        let groups = world.store.groups().await.unwrap();
        let slugs: Vec<_> = groups.iter().map(|group| group.slug.as_str()).collect();
        assert_eq!(slugs, ["councils", "south-west", "weeknotes", "charities", "south-west-2"]);
        let before = world.store.revision().await.unwrap();
        let again = world.store.add_sources(&list, minute(1)).await.unwrap();
        assert!(again.iter().all(|one| matches!(one, Added::Known(_))));
        assert_eq!(world.store.revision().await.unwrap(), before);
        assert_eq!(world.store.add_sources(&[], minute(1)).await.unwrap(), []);
    }

    async fn a_removed_source_comes_back_with_its_posts_and_a_hidden_one_does_not(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        world.add(a, vec![post("A", START)], START).await;
        world.add(b, vec![post("B", START)], START).await;
        world.store.set_source_state(a, SourceState::Removed, Some("dead"), minute(1)).await.unwrap();
        world.store.set_source_state(b, SourceState::Hidden, None, minute(1)).await.unwrap();
        assert_eq!(world.river().await, [""; 0]);
        let list = [new_source("a.example"), new_source("b.example")];
        let added = world.store.add_sources(&list, minute(2)).await.unwrap();
        assert_eq!(added, [Added::Back(a), Added::Known(b)]);
        assert_eq!(world.river().await, ["A"]);
        let record = world.record(a).await;
        assert_eq!((record.state, record.state_since, record.state_reason), (SourceState::Active, minute(2), None));
        assert!(!world.store.set_source_state(model::SourceId::new(99), SourceState::Paused, None, START).await.unwrap());
    }

    async fn whoever_has_left_stays_away_under_any_address_of_the_same_site(world) {
        let leave = async |host: &str, site: Option<&str>| {
            let mut new = new_source(host);
            new.claims.site = site.map(str::to_owned);
            let added = world.store.add_sources(&[new], START).await.unwrap();
            let [Added::New(id)] = added[..] else { panic!("{added:?}") };
            let request = NewRequest {
                token: host.to_owned(),
                kind: RequestKind::TakeOut,
                source: id,
                post: None,
                wishes: Wishes::default(),
                message: None,
                asker: String::new(),
                network: String::new(),
                proof_line: String::new(),
            };
            let request = ask(world, &request, START).await;
            assert!(world.store.prove_request(request, START).await.unwrap());
        };
        leave("own.example", Some("https://www.own.example/")).await;
        leave("platform.example/feed/@ann", Some("https://platform.example/@ann")).await;
        world.source("shared.example/bo").await;
        leave("shared.example/ann", Some("https://shared.example/")).await;

        let is_refused = async |address: &str, site: Option<&str>| {
            let mut new = new_source("x.example");
            new.address = model::Address::typed(address).unwrap();
            new.claims.site = site.map(str::to_owned);
            matches!(world.store.add_sources(&[new], START).await.unwrap()[..], [Added::Left { .. }])
        };
        assert!(is_refused("http://www.own.example/feed/", None).await);
        assert!(is_refused("https://own.example/other.xml", None).await);
        assert!(is_refused("https://feeds.example/own", Some("https://own.example")).await);
        assert!(!is_refused("https://own.example.org/feed", None).await);
        assert!(is_refused("https://platform.example/@ann/rss", None).await);
        assert!(is_refused("https://platform.example./feed/@ann/feed?&#top", None).await);
        assert!(!is_refused("https://platform.example/feed/@anna", Some("https://platform.example/@anna")).await);
        assert!(!is_refused("https://platform.example/feed/@bo", Some("https://platform.example/@bo")).await);
        // The whole of a host that others live on is nobody's own.
        assert!(is_refused("http://shared.example/ann/feed", None).await);
        assert!(!is_refused("https://shared.example/cy/feed", Some("https://shared.example/cy")).await);
    }

    async fn settings_are_kept_by_name(world) {
        assert_eq!(world.store.setting("sample.port").await.unwrap(), None);
        world.store.put_setting("sample.port", "8001").await.unwrap();
        world.store.put_setting("sample.port", "8002").await.unwrap();
        assert_eq!(world.store.setting("sample.port").await.unwrap().as_deref(), Some("8002"));
    }
}
