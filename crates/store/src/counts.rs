//! How many posts there are of what: for the archive, the filters and the lists.

use model::{AuthorId, GroupId, SourceId, Time};
use sqlx::QueryBuilder;

use crate::engine::{Columns, Kept, on};
use crate::error::Result;
use crate::open::Store;
use crate::river::{RiverFilter, Sieve};

/// One choice of a filter and how many posts it would let through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Count<T> {
    /// The choice.
    pub of: T,
    /// How many posts, with everything else in the filter as it is.
    pub posts: u64,
}

/// What could be chosen next, most posts first. Each list leaves its own part of the filter out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facets {
    /// Sources.
    pub sources: Vec<Count<SourceId>>,
    /// Groups, with the groups in them.
    pub groups: Vec<Count<GroupId>>,
    /// The authors with the most posts; at most a hundred.
    pub authors: Vec<Count<AuthorId>>,
    /// Languages by their primary tag.
    pub languages: Vec<Count<String>>,
}

/// Ranges that are counted in one statement.
const RANGES_AT_ONCE: usize = 100;

impl Store {
    /// The oldest and the newest place in the river; `None` while it is empty.
    pub async fn extent(&self) -> Result<Option<(Time, Time)>> {
        // Two subqueries, since each end is found in the index at once and both together are not.
        const SQL: &str = "
            SELECT (SELECT MIN(place) FROM posts WHERE in_river = 1) AS oldest,
                   (SELECT MAX(place) FROM posts WHERE in_river = 1) AS newest";
        let (oldest, newest) = on!(Reader, self.reader(), |c| {
            let row = sqlx::query(SQL).fetch_one(c).await?;
            (row.maybe("oldest")?, row.maybe("newest")?)
        });
        Ok(oldest.zip(newest))
    }

    /// How many posts a filter lets through between each boundary and the next: one fewer than boundaries.
    pub async fn count_between(&self, filter: &RiverFilter, boundaries: &[Time]) -> Result<Vec<u64>> {
        let sieve = self.sieve(filter).await?;
        let ranges: Vec<(Time, Time)> = boundaries.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let mut counts = vec![];
        for ranges in ranges.chunks(RANGES_AT_ONCE) {
            on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new("SELECT ");
                for (at, (from, to)) in ranges.iter().enumerate() {
                    select.push(if at == 0 { "" } else { ", " });
                    select.push("(SELECT COUNT(*) FROM posts p WHERE p.in_river = 1 AND p.place >= ");
                    select.push_bind(from.millis()).push(" AND p.place < ").push_bind(to.millis());
                    sieve.push(&mut select);
                    select.push(") AS n").push(at);
                }
                let row = select.build().persistent(false).fetch_one(c).await?;
                for at in 0..ranges.len() {
                    counts.push(row.must(&format!("n{at}"))?);
                }
            });
        }
        Ok(counts)
    }

    /// The languages of the river by their primary tag, most posts first.
    pub async fn languages(&self) -> Result<Vec<Count<String>>> {
        self.languages_in(&RiverFilter::default()).await
    }

    /// What could be chosen beside a filter, with counts.
    pub async fn facets(&self, filter: &RiverFilter) -> Result<Facets> {
        let without_source = RiverFilter { source: None, author: None, ..filter.clone() };
        let without_group = RiverFilter { group: None, ..filter.clone() };
        let without_author = RiverFilter { author: None, ..filter.clone() };
        let without_language = RiverFilter { language: None, ..filter.clone() };
        Ok(Facets {
            sources: self.sources_in(&without_source).await?,
            groups: self.groups_in(&without_group).await?,
            authors: self.authors_in(&without_author).await?,
            languages: self.languages_in(&without_language).await?,
        })
    }

    async fn sources_in(&self, filter: &RiverFilter) -> Result<Vec<Count<SourceId>>> {
        let sieve = self.sieve(filter).await?;
        Ok(on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(
                "SELECT p.source_id AS choice, COUNT(*) AS posts FROM posts p WHERE p.in_river = 1",
            );
            sieve.push(&mut select);
            select.push(" GROUP BY p.source_id ORDER BY 2 DESC, 1");
            let rows = select.build().persistent(false).fetch_all(c).await?;
            rows.iter().map(count).collect::<sqlx::Result<_>>()?
        }))
    }

    /// A post counts once for a group, however many of the groups in that group its source is in.
    async fn groups_in(&self, filter: &RiverFilter) -> Result<Vec<Count<GroupId>>> {
        const INSIDE: &str = "
            WITH RECURSIVE inside (whole, part) AS (
                SELECT id, id FROM groups
                UNION SELECT inside.whole, g.id FROM groups g JOIN inside ON g.parent = inside.part),
            members (whole, source_id) AS (
                SELECT DISTINCT inside.whole, m.source_id
                FROM inside JOIN group_sources m ON m.group_id = inside.part),
            counts (source_id, posts) AS (
                SELECT p.source_id, COUNT(*) FROM posts p WHERE p.in_river = 1";
        let sieve = self.sieve(filter).await?;
        Ok(on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(INSIDE);
            sieve.push(&mut select);
            select.push(
                " GROUP BY p.source_id)
                SELECT members.whole AS choice, CAST(SUM(counts.posts) AS BIGINT) AS posts
                FROM members JOIN counts ON counts.source_id = members.source_id
                GROUP BY members.whole ORDER BY 2 DESC, 1",
            );
            let rows = select.build().persistent(false).fetch_all(c).await?;
            rows.iter().map(count).collect::<sqlx::Result<_>>()?
        }))
    }

    async fn authors_in(&self, filter: &RiverFilter) -> Result<Vec<Count<AuthorId>>> {
        let sieve = self.sieve(filter).await?;
        Ok(on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(
                "SELECT w.author_id AS choice, COUNT(*) AS posts FROM posts p JOIN post_authors w ON w.post_id = p.id
                 WHERE p.in_river = 1",
            );
            sieve.push(&mut select);
            select.push(" GROUP BY w.author_id ORDER BY 2 DESC, 1 LIMIT 100");
            let rows = select.build().persistent(false).fetch_all(c).await?;
            rows.iter().map(count).collect::<sqlx::Result<_>>()?
        }))
    }

    async fn languages_in(&self, filter: &RiverFilter) -> Result<Vec<Count<String>>> {
        let sieve: Sieve<'_> = self.sieve(filter).await?;
        Ok(on!(Reader, self.reader(), |c: Db| {
            let mut select = QueryBuilder::<Db>::new(
                "SELECT p.primary_language AS choice, COUNT(*) AS posts FROM posts p
                 WHERE p.in_river = 1 AND p.primary_language IS NOT NULL",
            );
            sieve.push(&mut select);
            select.push(" GROUP BY p.primary_language ORDER BY 2 DESC, 1");
            let rows = select.build().persistent(false).fetch_all(c).await?;
            rows.iter().map(count).collect::<sqlx::Result<_>>()?
        }))
    }
}

fn count<T: Kept>(row: &impl Columns) -> sqlx::Result<Count<T>> {
    Ok(Count { of: row.must("choice")?, posts: row.must("posts")? })
}
