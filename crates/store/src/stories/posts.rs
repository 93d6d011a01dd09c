//! Posts are added once, known again, revised and renamed.

use model::Time;

use super::world::*;
use crate::*;

stories! {
    async fn a_post_comes_out_as_it_went_in(world) {
        let source = world.source("riverton.example").await;
        let new = NewPost {
            authors: by(&["Ann Lee", "Bo"]),
            author_line: Some("Ann Lee and Bo, with help".to_owned()),
            language: Some("en-GB".parse().unwrap()),
            picture: Some(Picture {
                address: "https://riverton.example/a.png".to_owned(),
                alternative: "A bridge".to_owned(),
                width: Some(640),
                height: None,
            }),
            licence: model::Licence::named("CC BY 4.0"),
            updated_at: Some(minute(2)),
            link: Some("https://riverton.example/open-forms?utm_source=rss".to_owned()),
            keys: PostKeys { link: model::link_key("https://riverton.example/open-forms"), ..keys("Open forms") },
            ..post("Open forms", minute(1))
        };
        world.add(source, vec![new.clone()], minute(5)).await;
        let id = world.find(source, "Open forms").await.id;
        let page = world.page(id).await;
        let names: Vec<_> = page.card.authors.iter().map(|author| author.name.as_str()).collect();
        assert_eq!(names, ["Ann Lee", "Bo"]);
        assert_eq!(page.card.author_line, new.author_line);
        assert_eq!(page.card.picture, new.picture);
        assert_eq!(page.card.language, new.language);
        assert_eq!(page.card.licence, new.licence);
        assert_eq!((page.card.place, page.card.first_seen), (minute(1), minute(5)));
        assert_eq!(page.cleaned.as_deref(), Some("<p>About Open forms.</p>"));
        assert_eq!(page.claimed_date, new.claimed_date);
        assert_eq!((page.revisions, page.in_river), (1, true));
        assert_eq!(world.store.bodies(&[id]).await.unwrap(), [(id, "<p>About Open forms.</p>".to_owned())]);
        // What only tracks is kept and not shown; a link finds its post however it is spelled.
        assert_eq!(page.card.link.as_deref(), Some("https://riverton.example/open-forms"));
        assert_eq!(world.find(source, "Open forms").await.link, new.link);
        for link in ["https://riverton.example/open-forms", "http://www.riverton.example/open-forms/?utm_medium=x"] {
            assert_eq!(world.store.post_by_link(link).await.unwrap(), Some(id), "{link}");
        }
        assert_eq!(world.store.post_by_link("https://riverton.example/other").await.unwrap(), None);
        assert_eq!(world.store.post(model::PostId::new(99)).await.unwrap(), None);
        assert_eq!(world.changes(1).await, [format!("post-new {id}")]);
    }

    async fn a_post_is_stored_once_however_often_it_comes(world) {
        let source = world.source("riverton.example").await;
        let twice = vec![post("Open forms", START), post("Open forms", START)];
        assert_eq!(world.add(source, twice, minute(1)).await.added, 1);
        assert_eq!(world.add(source, vec![post("Open forms", START)], minute(2)).await.added, 0);
        assert_eq!(world.river().await, ["Open forms"]);
        // The same keys in another source are another post.
        let other = world.source("tern.example").await;
        assert_eq!(world.add(other, vec![post("Open forms", START)], minute(2)).await.added, 1);
    }

    async fn a_place_is_never_later_than_the_first_sight_and_never_changes(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("Tomorrow", minute(900)), post("Today", minute(3))], minute(5)).await;
        let tomorrow = world.find(source, "Tomorrow").await;
        assert_eq!(tomorrow.place, minute(5));
        let revised = Revised { id: tomorrow.id, post: NewPost { words: 99, ..post("Tomorrow", Time::MIN) } };
        world.store.carry_out(&[Intents { revise: vec![revised], ..quiet(source) }], minute(9)).await.unwrap();
        let known = world.find(source, "Tomorrow").await;
        assert_eq!((known.place, known.first_seen, known.words), (minute(5), minute(5), 99));
        assert_eq!(world.river().await, ["Tomorrow", "Today"]);
    }

    async fn a_revision_replaces_what_is_shown_and_keeps_what_was(world) {
        let source = world.source("riverton.example").await;
        let first = NewPost { authors: by(&["Ann"]), ..post("Open forms", START) };
        world.add(source, vec![first], minute(1)).await;
        let id = world.find(source, "Open forms").await.id;
        for version in 2..30_u64 {
            let text = format!("<p>Version {version}</p>");
            let mut post = NewPost { authors: by(&["Bo"]), body: body(&text), ..post("Open forms", START) };
            post.title = format!("Forms {version}");
            post.keys.body = format!("{version}");
            let poll = Intents { revise: vec![Revised { id, post }], ..quiet(source) };
            let done = world.store.carry_out(&[poll], minute(version)).await.unwrap();
            assert_eq!(done.revised, 1);
        }
        let page = world.page(id).await;
        assert_eq!((page.card.title.as_str(), page.revisions), ("Forms 29", 29));
        assert_eq!((page.card.revised_at, page.card.first_seen), (minute(29), minute(1)));
        assert_eq!(page.card.authors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(), ["Bo"]);
        assert_eq!(page.cleaned.as_deref(), Some("<p>Version 29</p>"));
        // Only the latest are kept, so that a counter in a text does not fill the disk.
        let kept = world.store.versions(id).await.unwrap();
        assert_eq!((kept.len(), kept[0].number, kept[19].number), (20, 9, 28));
        assert_eq!((kept[0].title.as_str(), kept[0].seen_at), ("Forms 9", minute(9)));
        assert_eq!(kept[0].claimed.unpack().as_deref(), Some("<p>Version 9</p><img src=pixel.gif>"));
        assert_eq!(world.store.revision().await.unwrap().at, minute(29));
    }

    async fn nobody_revises_the_posts_of_another_source(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        world.add(a, vec![post("Mine", START)], START).await;
        let id = world.find(a, "Mine").await.id;
        let revised = Revised { id, post: NewPost { title: "Yours".to_owned(), ..post("Mine", START) } };
        let rekeyed = Rekeyed { id, keys: keys("Yours"), claimed_id: None, link: None };
        let poll = Intents { revise: vec![revised], rekey: vec![rekeyed], ..quiet(b) };
        assert_eq!(world.store.carry_out(&[poll], minute(1)).await.unwrap().revised, 0);
        let page = world.page(id).await;
        assert_eq!((page.card.title.as_str(), page.revisions), ("Mine", 1));
        assert!(page.card.link.is_some());
    }

    async fn ids_that_all_change_at_once_leave_the_same_posts(world) {
        let source = world.source("riverton.example").await;
        world.add(source, vec![post("One", START), post("Two", minute(1))], minute(2)).await;
        let (one, two) = (world.find(source, "One").await, world.find(source, "Two").await);
        let renamed = |known: &KnownPost, id: &str| Rekeyed {
            id: known.id,
            keys: PostKeys { id: Some(id.to_owned()), ..known.keys.clone() },
            claimed_id: Some(id.to_owned()),
            link: known.link.clone(),
        };
        // The second wants a name that the first has taken: it keeps its own, and nothing fails.
        let poll = Intents { rekey: vec![renamed(&one, "new"), renamed(&two, "new")], ..quiet(source) };
        world.store.carry_out(&[poll], minute(3)).await.unwrap();
        assert_eq!(world.find(source, "One").await.keys.id.as_deref(), Some("new"));
        assert_eq!(world.find(source, "Two").await.keys.id, two.keys.id);
        let again = NewPost { keys: PostKeys { id: Some("new".to_owned()), ..keys("One") }, ..post("One", START) };
        assert_eq!(world.add(source, vec![again], minute(4)).await.added, 0);
    }

    async fn posts_are_known_by_any_key_here_and_elsewhere(world) {
        let (a, b) = (world.source("a.example").await, world.source("b.example").await);
        world.add(a, vec![post("Open forms", minute(1)), post("Other", minute(2))], minute(5)).await;
        let only = |id: Option<&str>, link: Option<&str>, text: Option<&str>, title: Option<&str>| PostKeys {
            id: id.map(|it| format!("id:{it}")),
            link: link.map(|it| format!("link:{it}")),
            text: text.map(|it| format!("text:{it}")),
            title: title.map(|it| format!("title:{it}")),
            body: String::new(),
        };
        let here = async |keys: PostKeys| world.store.known_posts(a, &[keys]).await.unwrap().len();
        assert_eq!(here(only(Some("Open forms"), None, None, None)).await, 1);
        assert_eq!(here(only(None, Some("Open forms"), None, None)).await, 1);
        assert_eq!(here(only(None, None, Some("Open forms"), None)).await, 1);
        assert_eq!(here(only(None, None, None, Some("Open forms"))).await, 0);
        assert_eq!(here(only(Some("Other"), Some("Open forms"), None, None)).await, 2);
        let elsewhere = async |source, keys: PostKeys, since| {
            world.store.posts_elsewhere(source, &[keys], since).await.unwrap().len()
        };
        assert_eq!(elsewhere(b, only(Some("Open forms"), None, None, None), START).await, 0);
        assert_eq!(elsewhere(b, only(None, Some("Open forms"), None, None), START).await, 1);
        assert_eq!(elsewhere(b, only(None, None, Some("Open forms"), None), START).await, 1);
        assert_eq!(elsewhere(b, only(None, None, None, Some("Open forms")), START).await, 1);
        assert_eq!(elsewhere(b, only(None, None, None, Some("Open forms")), minute(2)).await, 0);
        assert_eq!(elsewhere(a, keys("Open forms"), START).await, 0);
    }

    async fn a_batch_of_polls_is_all_or_nothing_and_may_be_large(world) {
        let mut polls = vec![];
        for number in 0..7 {
            let source = world.source(&format!("s{number}.example")).await;
            let add = (0..100).map(|at| post(&format!("Post {at}"), minute(at))).collect();
            polls.push(Intents { add, ..quiet(source) });
        }
        let done = world.store.carry_out(&polls, minute(200)).await.unwrap();
        assert_eq!(done.added, 700);
        assert_eq!(world.store.count(&RiverFilter::default()).await.unwrap(), 700);
        assert_eq!(world.store.carry_out(&polls, minute(201)).await.unwrap().added, 0);
        let seen = world.store.known_posts(polls[0].source, &[keys("Post 5")]).await.unwrap()[0].id;
        let poll = Intents { seen: vec![seen], ..quiet(polls[0].source) };
        let before = world.store.revision().await.unwrap();
        world.store.carry_out(&[poll], minute(300)).await.unwrap();
        assert_eq!(world.store.revision().await.unwrap(), before);
    }

    async fn text_is_kept_whatever_is_in_it(world) {
        let source = world.source("riverton.example").await;
        let odd = "a\0b \u{202E}'; DROP TABLE posts; -- % _ \\ 測試 \u{1F30A}";
        let new = NewPost {
            excerpt: odd.to_owned(),
            claimed_id: Some(odd.to_owned()),
            authors: by(&[odd, " \t ", &"x".repeat(5_000)]),
            body: body(odd),
            ..post(odd, START)
        };
        let mut new = new;
        new.keys = keys("odd");
        new.link = Some(format!("https://riverton.example/{}", "long/".repeat(3_000)));
        world.add(source, vec![new], START).await;
        let card = &world.store.river(&RiverFilter::default(), Page::Newest, 9).await.unwrap().cards[0];
        assert_eq!(card.title, odd.replace('\0', "\u{FFFD}"));
        assert_eq!(card.authors.len(), 2);
        assert_eq!(world.page(card.id).await.cleaned.as_deref(), Some(odd));
    }

    async fn authors_are_told_apart_by_source_and_known_again_however_they_are_spaced(world) {
        let (a, b) = (world.source("riverton.example").await, world.source("tern.example").await);
        let signed = |title: &str, names: &[&str]| NewPost { authors: by(names), ..post(title, START) };
        world.add(a, vec![signed("One", &["Ann Lee", "ann  lee"]), signed("Two", &["ANN LEE", "Bo"])], START).await;
        world.add(b, vec![signed("Three", &["Ann Lee"]), signed("Four", &["مريم"]), signed("Five", &["2026"])], START).await;
        let names = |authors: Vec<Author>| {
            authors.into_iter().map(|author| (author.slug, author.posts)).collect::<Vec<_>>()
        };
        let of = async |source| names(world.store.authors_of(source, 9).await.unwrap());
        assert_eq!(of(a).await, [("ann-lee".to_owned(), 2), ("bo".to_owned(), 1)]);
        assert_eq!(of(b).await, [
            ("author-2026".to_owned(), 1),
            ("ann-lee-tern".to_owned(), 1),
            ("author".to_owned(), 1),
        ]);
        let named = world.store.authors_named("ann LEE", 9).await.unwrap();
        assert_eq!(named.iter().map(|author| author.source.slug.as_str()).collect::<Vec<_>>(), ["riverton", "tern"]);
        let like = async |words: &str, of| {
            let found = world.store.authors_like(words, of, 5).await.unwrap();
            found.into_iter().map(|author| author.slug).collect::<Vec<_>>()
        };
        assert_eq!(like(" LEE ", None).await, ["ann-lee", "ann-lee-tern"]);
        assert_eq!(like("n l", Some(b)).await, ["ann-lee-tern"]);
        for nobody in ["%", "_", "a%e", "\\", "lee\\", "nobody"] {
            assert!(like(nobody, None).await.is_empty(), "{nobody}");
        }
        let ann = world.store.author_by_slug("ann-lee").await.unwrap().unwrap();
        assert_eq!((ann.name.as_str(), ann.source.id), ("Ann Lee", a));
        assert_eq!(world.store.author_by_slug("nobody").await.unwrap(), None);
        let filter = RiverFilter { authors: vec![ann.id], ..RiverFilter::default() };
        assert_eq!(world.filtered(&filter).await, ["Two", "One"]);
        world.store.set_source_state(a, model::SourceState::Removed, None, START).await.unwrap();
        assert_eq!(world.store.author_by_slug("ann-lee").await.unwrap(), None);
    }

    async fn one_person_in_several_sources_is_known_by_evidence_and_never_by_name(world) {
        let given = |name: &str, page: Option<&str>, mail: Option<&str>| NewAuthor {
            name: name.to_owned(),
            address: page.map(str::to_owned),
            mail_key: mail.map(str::to_owned),
        };
        let signed = |title: &str, authors: &[NewAuthor]| NewPost { authors: authors.to_vec(), ..post(title, START) };
        let page = Some("https://ann.example/");
        let team = Some("https://riverton.example/team");
        let mut sources = vec![];
        for (host, authors) in [
            ("riverton.example", vec![given("Ann Lee", page, Some("ann")), given("Bo", team, None), given("Cy", None, None)]),
            ("tern.example", vec![given("ann  LEE", Some("http://www.ann.example"), None), given("Di", team, None)]),
            ("dale.example", vec![given("Ann Lee", None, Some("ann")), given("Bo", team, None), given("Cy", None, None)]),
            ("far.example", vec![given("Ann Lee", Some("https://another.example/"), Some("other"))]),
            ("odd.example", vec![given("Em", None, Some("ann2")), given("Cy", Some(" not an address "), None)]),
        ] {
            let source = world.source(host).await;
            sources.push(source);
            world.add(source, vec![signed(host, &authors)], START).await;
        }
        let same = async |slug: &str| {
            let author = world.store.author_by_slug(slug).await.unwrap().unwrap();
            let same = world.store.same_person(&author).await.unwrap();
            same.into_iter().map(|(author, evidence)| (author.source.slug, evidence)).collect::<Vec<_>>()
        };
        let known = |source: &str, evidence| (source.to_owned(), evidence);
        let ann = same("ann-lee").await;
        assert_eq!(ann, [known("tern", Evidence::Page), known("dale", Evidence::Mail)]);
        assert_eq!(same("ann-lee-tern").await, [known("riverton", Evidence::Page)]);
        assert_eq!(same("ann-lee-far").await, []);
        // Two of other names share the page, and some give nothing.
        assert_eq!((same("bo").await, same("di").await, same("cy").await), (vec![], vec![], vec![]));
        // What comes with a later post counts too, and nothing that was given before is forgotten.
        world.add(sources[3], vec![signed("Later", &[given("Ann Lee", page, None)])], START).await;
        world.add(sources[0], vec![signed("Later still", &[given("Ann Lee", None, None)])], START).await;
        assert_eq!(same("ann-lee-far").await.len(), 2);
        world.store.set_source_state(sources[1], model::SourceState::Removed, None, START).await.unwrap();
        assert_eq!(same("ann-lee").await, [known("dale", Evidence::Mail), known("far", Evidence::Page)]);
        let filter = RiverFilter { authors: vec![], ..RiverFilter::default() };
        assert_eq!(world.filtered(&filter).await.len(), 6);
    }
}
