//! How the engines find the river: along an index that is in order already, never by sorting or reading all posts.

use sqlx::{QueryBuilder, Row};

use super::world::*;
use crate::engine::on;
use crate::*;

/// The plan for a stretch of the river, in the engine's own words.
async fn plan(world: &World, filter: &RiverFilter, page: Page) -> String {
    let sieve = world.store.sieve(filter).await.unwrap();
    on!(Reader, world.store.reader(), |c: Db| {
        let is_sqlite = matches!(world.database, Database::File(_));
        let mut explain = QueryBuilder::<Db>::new(if is_sqlite { "EXPLAIN QUERY PLAN " } else { "EXPLAIN " });
        sieve.push_select(&mut explain, page, 31);
        let rows = explain.build().persistent(false).fetch_all(c).await.unwrap();
        let last = |row| -> String { Row::get(row, if is_sqlite { 3 } else { 0 }) };
        rows.iter().map(last).collect::<Vec<_>>().join("\n")
    })
}

stories! {
    async fn every_filter_follows_an_index(world) {
        let mut polls = vec![];
        for number in 0..60 {
            let source = world.source(&format!("s{number}.example")).await;
            let group = if number < 3 { "Small" } else { "Large" };
            world.store.put_in_group(source, &[group.to_owned()], START).await.unwrap();
            let posts = (0..100).map(|at| {
                let language = if at % 50 == 7 { "cy" } else { "en" }.parse().ok();
                NewPost { language, authors: by(&["Ann"]), ..post(&format!("Post {at}"), minute(at * 60 + number)) }
            });
            polls.push(Intents { add: posts.collect(), ..quiet(source) });
        }
        world.store.carry_out(&polls, minute(10_000)).await.unwrap();
        world.store.take_stock().await;
        let groups = world.store.groups().await.unwrap();
        let all = RiverFilter::default();
        let welsh = RiverFilter { language: Some("cy".parse().unwrap()), ..all.clone() };
        let cases = [
            ("posts_river", all.clone()),
            ("posts_river", RiverFilter { from: Some(minute(9)), to: Some(minute(9_000)), ..all.clone() }),
            ("posts_river", RiverFilter { group: Some(groups[1].id), ..all.clone() }),
            ("posts_of_source", RiverFilter { source: Some(polls[9].source), ..all.clone() }),
            ("posts_of_source", RiverFilter { source: Some(polls[9].source), ..welsh.clone() }),
            ("posts_of_source", RiverFilter { group: Some(groups[0].id), ..all.clone() }),
            ("posts_in_language", welsh.clone()),
            ("posts_in_language", RiverFilter { group: Some(groups[1].id), ..welsh.clone() }),
        ];
        let middle = Cursor { place: minute(3_000), id: model::PostId::new(900) };
        for (index, filter) in cases {
            for page in [Page::Newest, Page::Before(middle), Page::After(middle)] {
                let plan = plan(world, &filter, page).await;
                assert!(plan.contains(index), "{filter:?}\n{plan}");
                assert!(!plan.contains("Seq Scan on posts") && !plan.contains("SCAN p\n"), "{filter:?}\n{plan}");
                // A few short lists may be merged by sorting; one list is in order already.
                let is_merged = filter.group == Some(groups[0].id);
                assert!(is_merged || !plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{filter:?}\n{plan}");
            }
        }
    }
}
