//! The directory of sources: by name, in pages, by letter, by group and by health, and kept true by every change.

use model::{Outcome, SourceId, SourceState};
use sqlx::{QueryBuilder, Row};

use super::world::*;
use crate::directory::push_walk;
use crate::engine::on;
use crate::*;

/// Adds a source with a name; its host follows from it.
async fn named(world: &World, name: &str) -> SourceId {
    let mut new = new_source(&format!("{}.example", slug(name, "source")));
    new.claims.said_name = name.to_owned();
    match world.store.add_sources(&[new], START).await.unwrap()[..] {
        [Added::New(id)] => id,
        ref other => panic!("{other:?}"),
    }
}

async fn answers(world: &World, source: SourceId, outcome: Outcome) {
    let poll = PollState { last_answer: Some(outcome), ..PollState::fresh(minute(60)) };
    world.store.carry_out(&[Intents::quiet(source, poll)], minute(1)).await.unwrap();
}

/// The names of a stretch, and whether there is something before and after it.
async fn list(world: &World, filter: &SourceFilter, page: SourcePage, limit: u32) -> (Vec<String>, bool, bool) {
    let list = world.store.source_list(filter, &page, limit).await.unwrap();
    (list.sources.into_iter().map(|source| source.name).collect(), list.has_before, list.has_after)
}

fn names(sources: Vec<SourceRecord>) -> Vec<String> {
    sources.into_iter().map(|source| source.name).collect()
}

stories! {
    async fn the_directory_is_paged_by_name_in_both_directions(world) {
        for name in ["Émile", "zeta", "Alpha", "“beta”", "بلدیہ", "10 Streets", "Delta"] {
            named(world, name).await;
        }
        let all = SourceFilter::default();
        let page = async |page| list(world, &all, page, 3).await;
        let id = async |name: &str| world.store.sources_called(name, 9).await.unwrap()[0].id;
        let owned = |names: [&str; 3]| names.map(str::to_owned).to_vec();
        assert_eq!(page(SourcePage::First).await, (owned(["10 Streets", "Alpha", "“beta”"]), false, true));
        let second = (owned(["Delta", "Émile", "zeta"]), true, true);
        assert_eq!(page(SourcePage::After(id("beta").await)).await, second);
        assert_eq!(page(SourcePage::After(id("zeta").await)).await, (vec!["بلدیہ".to_owned()], true, false));
        assert_eq!(page(SourcePage::Before(id("بلدیہ").await)).await, second);
        let first = page(SourcePage::Before(id("delta").await)).await;
        assert_eq!(first, (owned(["10 Streets", "Alpha", "“beta”"]), false, true));
        assert_eq!(page(SourcePage::From("d".to_owned())).await, second);
        assert_eq!(page(SourcePage::From("0".to_owned())).await.0[0], "10 Streets");
        assert_eq!(page(SourcePage::From("{".to_owned())).await, (vec!["بلدیہ".to_owned()], true, false));
        assert_eq!(page(SourcePage::After(SourceId::new(99))).await.0[0], "10 Streets");
        let letters = world.store.letters(&["", "a", "b", "c", "d", "e", "f", "z", "{"]).await.unwrap();
        assert_eq!(letters, [true, true, true, false, true, true, false, true, true]);
    }

    async fn the_directory_is_filtered_by_name_group_and_health(world) {
        let (a, b, c) = (named(world, "Riverton Digital").await, named(world, "Dale 100%").await, named(world, "Fell").await);
        let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        world.store.put_in_group(a, &path(&["Local"]), START).await.unwrap();
        world.store.put_in_group(b, &path(&["Local", "North"]), START).await.unwrap();
        world.store.put_in_group(c, &path(&["Health"]), START).await.unwrap();
        answers(world, a, Outcome::Unchanged).await;
        answers(world, b, Outcome::NotFound).await;
        let groups = world.store.group_names(9).await.unwrap();
        assert_eq!(groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["Local", "North", "Health"]);
        assert_eq!(world.store.group_by_slug("north").await.unwrap(), Some(groups[1].clone()));
        assert_eq!(world.store.group_by_slug("south").await.unwrap(), None);
        let some = async |filter: SourceFilter| list(world, &filter, SourcePage::First, 9).await.0;
        let of = |group: &GroupRef| SourceFilter { group: Some(group.id), ..SourceFilter::default() };
        let called = |name: &str| SourceFilter { name: Some(name.to_owned()), ..SourceFilter::default() };
        let well = |is_well: bool| SourceFilter { troubled: Some(!is_well), ..SourceFilter::default() };
        assert_eq!(some(of(&groups[0])).await, ["Dale 100%", "Riverton Digital"]);
        assert_eq!(some(of(&groups[1])).await, ["Dale 100%"]);
        assert_eq!(some(called("RIVER")).await, ["Riverton Digital"]);
        assert_eq!(some(called("%")).await, ["Dale 100%"; 0], "a sign alone is no name");
        assert_eq!(some(called("0%")).await, ["Dale 100%"]);
        assert_eq!(some(called("_")).await, [""; 0]);
        assert_eq!(some(well(false)).await, ["Dale 100%"]);
        assert_eq!(some(well(true)).await, ["Fell", "Riverton Digital"]);
        assert_eq!(some(SourceFilter { troubled: Some(true), ..of(&groups[2]) }).await, [""; 0]);
        assert_eq!(world.store.count_sources().await.unwrap(), SourceCounts { shown: 3, troubled: 1 });
        world.store.set_source_state(b, SourceState::Hidden, None, minute(2)).await.unwrap();
        assert_eq!(world.store.count_sources().await.unwrap(), SourceCounts { shown: 2, troubled: 0 });
        assert_eq!(some(of(&groups[0])).await, ["Riverton Digital"]);
        assert_eq!(some(well(false)).await, [""; 0]);
    }

    async fn a_source_is_found_by_what_it_is_called_now_and_where_it_is_now(world) {
        let source = named(world, "Riverton Digital").await;
        named(world, "Riverton Libraries").await;
        let called = async |name: &str| names(world.store.sources_called(name, 9).await.unwrap());
        let on = async |host: &str| names(world.store.sources_on_host(host, 9).await.unwrap());
        assert_eq!(called("riverton DIGITAL").await, ["Riverton Digital"]);
        assert_eq!(called("riverton").await, ["Riverton Digital", "Riverton Libraries"]);
        assert_eq!(called("").await, [""; 0]);
        assert_eq!(on("riverton-digital.example").await, ["Riverton Digital"]);
        // A poll says something else, then an editor does.
        let record = world.record(source).await;
        let claims = SourceClaims {
            said_name: "Forms team".to_owned(),
            site: Some("https://www.forms.example/blog".to_owned()),
            ..record.claims
        };
        let poll = Intents { claims: Some(claims), ..quiet(source) };
        world.store.carry_out(&[poll], minute(1)).await.unwrap();
        assert_eq!((called("Forms").await, on("forms.example").await), (vec!["Forms team".to_owned()], vec!["Forms team".to_owned()]));
        assert_eq!(on("riverton-digital.example").await, [""; 0]);
        let set = SetSource { name: Some("The forms people".to_owned()), ..SetSource::default() };
        world.store.set_source(source, &set, minute(2)).await.unwrap();
        assert_eq!(called("forms people").await, ["The forms people"]);
        assert_eq!(called("Forms team").await, [""; 0]);
    }

    async fn the_active_sources_are_those_of_the_newest_posts(world) {
        let (a, b) = (named(world, "Alpha").await, named(world, "Beta").await);
        named(world, "Silent").await;
        world.add(b, vec![post("B1", START), post("B2", START)], minute(1)).await;
        world.add(a, vec![post("A1", START)], minute(1)).await;
        let names = |found: Vec<SourceName>| found.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(world.store.active_sources(9).await.unwrap()), ["Alpha", "Beta"]);
        assert_eq!(names(world.store.active_sources(1).await.unwrap()), ["Beta"]);
        assert_eq!(names(world.store.source_names(2).await.unwrap()), ["Alpha", "Beta"]);
    }

    async fn a_list_is_read_in_parts_and_has_a_revision(world) {
        assert_eq!(world.store.sources_revision().await.unwrap().number, 0);
        let mut grouped = vec![];
        for number in 0..7 {
            let source = world.source(&format!("s{number}.example")).await;
            if number % 2 == 0 {
                world.store.put_in_group(source, &["Even".to_owned()], START).await.unwrap();
                grouped.push(source);
            }
        }
        let group = world.store.group_names(9).await.unwrap()[0].id;
        let (mut found, mut from) = (vec![], None);
        loop {
            let part = world.store.group_part(group, from, 3).await.unwrap();
            found.extend(part.sources.iter().map(|source| source.id));
            from = part.next;
            if from.is_none() {
                break;
            }
        }
        assert_eq!(found, grouped);
        let (mut others, mut from) = (vec![], None);
        loop {
            let part = world.store.ungrouped_part(from, 2).await.unwrap();
            others.extend(part.sources.iter().map(|source| source.name.clone()));
            from = part.next.map(|(_, id)| id);
            if from.is_none() {
                break;
            }
        }
        assert_eq!(others, ["s1", "s3", "s5"]);
        let before = world.store.sources_revision().await.unwrap();
        world.add(grouped[0], vec![post("New", START)], minute(1)).await;
        assert_eq!(world.store.sources_revision().await.unwrap(), before, "posts change no list of sources");
        world.store.set_source_state(grouped[0], SourceState::Removed, None, minute(2)).await.unwrap();
        assert!(world.store.sources_revision().await.unwrap().number > before.number);
        assert_eq!(world.store.group_part(group, None, 9).await.unwrap().sources.len(), grouped.len() - 1);
    }

    async fn posts_are_counted_only_as_far_as_anybody_reads(world) {
        let source = world.source("riverton.example").await;
        let ids = (0..5).map(|number| post(&format!("Post {number}"), minute(number))).collect();
        world.add(source, ids, minute(9)).await;
        let all = RiverFilter::default();
        assert_eq!(world.store.count_up_to(&all, 5).await.unwrap(), Counted::Exactly(5));
        assert_eq!(world.store.count_up_to(&all, 4).await.unwrap(), Counted::MoreThan(4));
        let post = world.find(source, "Post 3").await.id;
        let placed = world.store.places(&[post, model::PostId::new(999)]).await.unwrap();
        assert_eq!(placed, [Placed { place: minute(3), language: None }]);
    }

    async fn the_directory_follows_an_index(world) {
        let new: Vec<NewSource> = (0..3_000).map(|number| new_source(&format!("s{number}.example"))).collect();
        world.store.add_sources(&new, START).await.unwrap();
        world.store.take_stock().await;
        let is_sqlite = matches!(world.database, Database::File(_));
        // PostgreSQL may find that sorting the few that it expects is less work.
        let looked_for = is_sqlite.then(|| Some("s29".to_owned()));
        for name in [Some(None), looked_for].into_iter().flatten() {
            let filter = SourceFilter { name, ..SourceFilter::default() };
            for (from, backwards) in [(None, false), (Some(("s5".to_owned(), 7)), false), (Some(("s5".to_owned(), 7)), true)] {
                let plan = on!(Reader, world.store.reader(), |c: Db| {
                    let mut explain = QueryBuilder::<Db>::new(if is_sqlite { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " });
                    push_walk(&mut explain, &filter, None, from.as_ref(), backwards, 100);
                    let rows = explain.build().persistent(false).fetch_all(c).await.unwrap();
                    let last = |row| -> String { Row::get(row, if is_sqlite { 3 } else { 0 }) };
                    rows.iter().map(last).collect::<Vec<_>>().join("\n")
                });
                assert!(plan.contains("sources_by_name"), "{filter:?} {from:?}\n{plan}");
                assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{filter:?} {from:?}\n{plan}");
            }
        }
    }
}
