//! How many posts there are of what: for the archive, the filters and the lists.

use model::{PostId, Time};
use sqlx::QueryBuilder;

use crate::engine::{Columns, ROWS_AT_ONCE, on};
use crate::open::Store;
use crate::pending::Pending;
use crate::river::RiverFilter;

/// Something that posts have in common, and how many have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Count<T> {
    /// What it is.
    pub of: T,
    /// How many posts.
    pub posts: u64,
}

/// A number of posts that is not counted further than anybody reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counted {
    /// So many.
    Exactly(u64),
    /// More than so many.
    MoreThan(u64),
}

/// Where a post stands, and in which language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Placed {
    /// Its place in the river.
    pub place: Time,
    /// The primary tag of its language.
    pub language: Option<String>,
}

/// Ranges that are counted in one statement.
const RANGES_AT_ONCE: usize = 100;

impl Store {
    /// The oldest and the newest place in the river; `None` while it is empty.
    pub fn extent(&self) -> Pending<'_, Option<(Time, Time)>> {
        Box::pin(async move {
            // Two subqueries, since each end is found in the index at once and both together are not.
            const SQL: &str = "
                SELECT (SELECT MIN(place) FROM posts WHERE in_river = 1) AS oldest,
                       (SELECT MAX(place) FROM posts WHERE in_river = 1) AS newest";
            let (oldest, newest) = on!(Reader, self.reader(), |c| {
                let row = sqlx::query(SQL).fetch_one(c).await?;
                (row.maybe("oldest")?, row.maybe("newest")?)
            });
            Ok(oldest.zip(newest))
        })
    }

    /// How many posts a filter lets through between each boundary and the next: one fewer than boundaries.
    pub fn count_between<'a>(&'a self, filter: &'a RiverFilter, boundaries: &'a [Time]) -> Pending<'a, Vec<u64>> {
        Box::pin(async move {
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
        })
    }

    /// How many posts a filter lets through, if they are no more than `most`.
    pub fn count_up_to<'a>(&'a self, filter: &'a RiverFilter, most: u32) -> Pending<'a, Counted> {
        Box::pin(async move {
            let sieve = self.sieve(filter).await?;
            let count: i64 = on!(Reader, self.reader(), |c: Db| {
                let mut select =
                    QueryBuilder::<Db>::new("SELECT COUNT(*) FROM (SELECT 1 FROM posts p WHERE p.in_river = 1");
                sieve.push(&mut select);
                select.push(" LIMIT ").push_bind(i64::from(most) + 1).push(") AS found");
                select.build_query_scalar().persistent(false).fetch_one(c).await?
            });
            Ok(match u64::try_from(count).unwrap_or(0) {
                count if count > u64::from(most) => Counted::MoreThan(u64::from(most)),
                count => Counted::Exactly(count),
            })
        })
    }

    /// Where these posts stand, whether or not they are in the river.
    pub fn places<'a>(&'a self, posts: &'a [PostId]) -> Pending<'a, Vec<Placed>> {
        Box::pin(async move {
            let mut places = Vec::with_capacity(posts.len());
            for posts in posts.chunks(ROWS_AT_ONCE) {
                on!(Reader, self.reader(), |c: Db| {
                    let mut select = QueryBuilder::<Db>::new("SELECT place, primary_language FROM posts WHERE id IN (");
                    let mut list = select.separated(", ");
                    posts.iter().for_each(|id| {
                        list.push_bind(id.get());
                    });
                    select.push(")");
                    for row in select.build().persistent(false).fetch_all(c).await? {
                        places.push(Placed { place: row.must("place")?, language: row.maybe("primary_language")? });
                    }
                });
            }
            Ok(places)
        })
    }

    /// The languages of the river by their primary tag, most posts first.
    pub fn languages(&self) -> Pending<'_, Vec<Count<String>>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT primary_language AS choice, COUNT(*) AS posts FROM posts
                WHERE in_river = 1 AND primary_language IS NOT NULL GROUP BY primary_language ORDER BY 2 DESC, 1";
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).fetch_all(c).await?;
                let count = |row| Ok(Count { of: Columns::must(row, "choice")?, posts: Columns::must(row, "posts")? });
                rows.iter().map(count).collect::<sqlx::Result<_>>()?
            }))
        })
    }
}
