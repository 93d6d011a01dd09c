//! The river by any filter, in pages and in counts, against a plain list that says the same.

use std::collections::BTreeMap;

use model::{AuthorId, Dice, GroupId, Time};

use super::world::*;
use crate::*;

/// What a plain list knows of a post.
#[derive(Clone, Debug)]
struct Entry {
    cursor: Cursor,
    source: model::SourceId,
    authors: Vec<AuthorId>,
    language: Option<String>,
}

/// A few hundred posts by chance, in sources that stand in nested groups.
async fn fill(world: &World) -> (Vec<Entry>, Vec<Group>) {
    let dice = Dice::loaded(7);
    let roll = |sides: u64| dice.throw() % sides;
    for number in 0..60 {
        let source = world.source(&format!("s{number}.example")).await;
        let path: &[&str] = match number {
            0..5 => &["Wales"],
            5..8 => &["Wales", "North"],
            8..55 => &["England"],
            _ => &[],
        };
        let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        world.store.put_in_group(source, &path, START).await.unwrap();
        let mut add = vec![];
        for at in 0..roll(12) {
            let language = ["en", "en-GB", "cy", ""][roll(4) as usize].parse().ok();
            let names: Vec<&str> = ["Ann", "Bo", "Cy"].into_iter().filter(|_| roll(2) == 0).collect();
            // Many stand at the same instant.
            let place = minute(roll(40));
            add.push(NewPost { language, authors: by(&names), ..post(&format!("Post {number} {at}"), place) });
        }
        world.add(source, add, minute(100)).await;
    }
    let cards = world.store.river(&RiverFilter::default(), Page::Newest, 1_000).await.unwrap().cards;
    let entries = cards.iter().map(|card| Entry {
        cursor: card.cursor(),
        source: card.source.id,
        authors: card.authors.iter().map(|author| author.id).collect(),
        language: card.language.as_ref().map(|language| language.primary().to_owned()),
    });
    (entries.collect(), world.store.groups().await.unwrap())
}

/// Whether a post is let through, said plainly.
fn passes(entry: &Entry, filter: &RiverFilter, groups: &[Group]) -> bool {
    let in_group = |group: GroupId| {
        let whole = |one: &&Group| one.id == group || one.parent == Some(group);
        groups.iter().filter(whole).any(|one| one.sources.contains(&entry.source))
    };
    filter.source.is_none_or(|source| entry.source == source)
        && filter.group.is_none_or(in_group)
        && (filter.authors.is_empty() || filter.authors.iter().any(|author| entry.authors.contains(author)))
        && filter.language.as_ref().is_none_or(|language| entry.language.as_deref() == Some(language.primary()))
        && filter.from.is_none_or(|from| entry.cursor.place >= from)
        && filter.to.is_none_or(|to| entry.cursor.place < to)
}

stories! {
    async fn every_filter_gives_what_a_plain_list_gives_page_by_page_in_both_directions(world) {
        let (all, groups) = fill(world).await;
        assert!(all.windows(2).all(|pair| pair[0].cursor > pair[1].cursor) && all.len() > 200);
        let some_author = all.iter().find_map(|entry| entry.authors.first()).copied();
        for choice in 0..(2 * 4 * 2 * 3 * 2 * 2) {
            let pick = |divisor: usize, sides: usize| choice / divisor % sides;
            let filter = RiverFilter {
                source: (pick(1, 2) == 1).then_some(all[9].source),
                group: [None, Some("wales"), Some("north"), Some("england")][pick(2, 4)]
                    .map(|slug| groups.iter().find(|group| group.slug == slug).unwrap().id),
                authors: (pick(8, 2) == 1).then_some(some_author).flatten().into_iter().collect(),
                language: [None, Some("en-US"), Some("cy")][pick(16, 3)].map(|tag| tag.parse().unwrap()),
                from: (pick(48, 2) == 1).then_some(minute(10)),
                to: (pick(96, 2) == 1).then_some(minute(30)),
            };
            let expected: Vec<Cursor> =
                all.iter().filter(|entry| passes(entry, &filter, &groups)).map(|entry| entry.cursor).collect();
            assert_eq!(world.store.count(&filter).await.unwrap() as usize, expected.len(), "{filter:?}");

            let size = 1 + expected.len() as u32 / 3;
            let (mut down, mut page) = (vec![], Page::Newest);
            let mut last = loop {
                let found = world.store.river(&filter, page, size).await.unwrap();
                assert_eq!(found.newer.is_some(), !down.is_empty(), "{filter:?}");
                down.extend(found.cards.iter().map(Card::cursor));
                match found.older {
                    Some(older) => page = Page::Before(older),
                    None => break found.cards.first().map(Card::cursor),
                }
            };
            assert_eq!(down, expected, "{filter:?}");
            let mut up = vec![];
            while let Some(from) = last {
                let found = world.store.river(&filter, Page::After(from), size).await.unwrap();
                up.splice(0..0, found.cards.iter().map(Card::cursor));
                last = found.newer;
                assert!(found.older.is_some() || found.cards.is_empty());
            }
            assert!(expected.starts_with(&up) && (up.len() + size as usize >= expected.len()), "{filter:?}");
        }
    }

    async fn counts_agree_with_a_plain_list(world) {
        let (all, groups) = fill(world).await;
        let boundaries: Vec<Time> = (0..=40).map(minute).collect();
        let wales = RiverFilter { group: Some(groups[0].id), ..RiverFilter::default() };
        for filter in [RiverFilter::default(), wales] {
            let counted = world.store.count_between(&filter, &boundaries).await.unwrap();
            let expected: Vec<u64> = boundaries
                .windows(2)
                .map(|pair| {
                    let within = |entry: &&Entry| entry.cursor.place >= pair[0] && entry.cursor.place < pair[1];
                    all.iter().filter(within).filter(|entry| passes(entry, &filter, &groups)).count() as u64
                })
                .collect();
            assert_eq!(counted, expected);
        }
        let (oldest, newest) = world.store.extent().await.unwrap().unwrap();
        assert_eq!((newest, oldest), (all[0].cursor.place, all.last().unwrap().cursor.place));

        let mut languages: BTreeMap<String, u64> = BTreeMap::new();
        for language in all.iter().filter_map(|entry| entry.language.as_ref()) {
            *languages.entry(language.clone()).or_default() += 1;
        }
        let counted = world.store.languages().await.unwrap();
        assert!(counted.is_sorted_by(|one, next| one.posts >= next.posts), "most posts first");
        assert_eq!(counted.into_iter().map(|count| (count.of, count.posts)).collect::<BTreeMap<_, _>>(), languages);
    }

    async fn an_empty_river_is_empty_everywhere(world) {
        let filter = RiverFilter::default();
        assert_eq!(world.store.river(&filter, Page::Newest, 30).await.unwrap(), RiverPage::default());
        assert_eq!(world.store.extent().await.unwrap(), None);
        assert_eq!(world.store.count_between(&filter, &[]).await.unwrap(), [0; 0]);
        assert_eq!(world.store.count_between(&filter, &[START]).await.unwrap(), [0; 0]);
        assert_eq!(world.store.languages().await.unwrap(), []);
        assert_eq!(world.store.revision().await.unwrap(), Revision { number: 0, at: Time::MIN });
        let nowhere = RiverFilter { group: Some(GroupId::new(9)), ..filter };
        let below = Page::Before(Cursor { place: START, id: model::PostId::new(1) });
        assert_eq!(world.store.river(&nowhere, below, 30).await.unwrap(), RiverPage::default());
        assert_eq!(world.store.count(&nowhere).await.unwrap(), 0);
    }

    async fn sources_and_groups_are_listed_in_every_state_with_their_posts(world) {
        let (tern, avon) = (world.source("tern.example").await, world.source("Avon.example").await);
        let path = ["Rivers".to_owned(), "West".to_owned()];
        world.store.put_in_group(tern, &path, START).await.unwrap();
        world.store.put_in_group(tern, &path, START).await.unwrap();
        world.store.put_in_group(avon, &path[..1], START).await.unwrap();
        world.add(tern, vec![post("One", START), post("Two", minute(1))], minute(2)).await;
        world.store.set_source_state(avon, model::SourceState::Paused, None, START).await.unwrap();
        let sources = world.store.sources().await.unwrap();
        let short: Vec<_> = sources.iter().map(|source| (source.record.name.as_str(), source.posts)).collect();
        assert_eq!(short, [("Avon", 0), ("tern", 2)]);
        assert_eq!(sources[1].newest, Some(minute(1)));
        assert_eq!(sources[1].groups.iter().map(|group| group.slug.as_str()).collect::<Vec<_>>(), ["west"]);
        let one = world.store.source_by_slug("tern").await.unwrap().unwrap();
        assert_eq!(one, sources[1]);
        assert_eq!(world.store.source_by_slug("nobody").await.unwrap(), None);
        let groups = world.store.groups().await.unwrap();
        assert_eq!((groups[1].parent, groups[1].sources.as_slice()), (Some(groups[0].id), [tern].as_slice()));
        world.store.take_from_group(tern, groups[1].id, START).await.unwrap();
        world.store.take_from_group(tern, groups[1].id, START).await.unwrap();
        assert!(world.store.groups().await.unwrap()[1].sources.is_empty());
        let changes = world.changes(0).await;
        assert_eq!(changes.iter().filter(|change| change.starts_with("groups")).count(), 3);
    }
}
