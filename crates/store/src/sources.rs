//! Sources, found again: by number, slug or address, one or all.

use std::collections::HashMap;

use model::{Address, SourceId, Time};

use crate::engine::{Columns, on, plain};
use crate::groups::GroupRef;
use crate::open::Store;
use crate::pending::Pending;
use crate::source::{SourceRecord, source_columns};

/// A source with what pages say about it.
#[derive(Clone, PartialEq, Debug)]
pub struct Source {
    /// All that is known about it.
    pub record: SourceRecord,
    /// How many of its posts are in the river.
    pub posts: u64,
    /// The place of the newest of them.
    pub newest: Option<Time>,
    /// The groups that it is in, by name.
    pub groups: Vec<GroupRef>,
}

impl Store {
    /// A source by its number.
    pub fn source(&self, id: SourceId) -> Pending<'_, Option<SourceRecord>> {
        Box::pin(async move {
            const SQL: &str = concat!("SELECT ", source_columns!(), " FROM sources WHERE id = $1");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(id.get())
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(SourceRecord::read)
                .transpose()?))
        })
    }

    /// A source by the address that it is polled at.
    pub fn source_at<'a>(&'a self, address: &'a Address) -> Pending<'a, Option<SourceRecord>> {
        Box::pin(async move {
            const SQL: &str = concat!("SELECT ", source_columns!(), " FROM sources WHERE address = $1");
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(address.document().as_str())
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(SourceRecord::read)
                .transpose()?))
        })
    }

    /// A source by its slug, with what its page says.
    pub fn source_by_slug<'a>(&'a self, slug: &'a str) -> Pending<'a, Option<Source>> {
        Box::pin(async move {
            const SQL: &str = concat!("SELECT ", source_columns!(), " FROM sources WHERE slug = $1");
            const POSTS: &str = "
                SELECT COUNT(*) AS posts, MAX(place) AS newest FROM posts WHERE in_river = 1 AND source_id = $1";
            const GROUPS: &str = "
                SELECT g.id, g.slug, g.name FROM groups g JOIN group_sources m ON m.group_id = g.id
                WHERE m.source_id = $1";
            Ok(on!(Reader, self.reader(), |c| {
                let Some(row) = sqlx::query(SQL).bind(plain(slug)).fetch_optional(c).await? else {
                    return Ok(None);
                };
                let record = SourceRecord::read(&row)?;
                let posts = sqlx::query(POSTS).bind(record.id.get()).fetch_one(c).await?;
                let groups = sqlx::query(GROUPS).bind(record.id.get()).fetch_all(c).await?;
                let mut groups = groups.iter().map(GroupRef::read).collect::<sqlx::Result<Vec<_>>>()?;
                groups.sort_by_key(|group| in_order(&group.name));
                Some(Source { record, posts: posts.must("posts")?, newest: posts.maybe("newest")?, groups })
            }))
        })
    }

    /// Every source in every state, by name.
    pub fn sources(&self) -> Pending<'_, Vec<Source>> {
        Box::pin(async move {
            const SQL: &str = concat!("SELECT ", source_columns!(), " FROM sources ORDER BY id");
            const POSTS: &str = "
                SELECT source_id, COUNT(*) AS posts, MAX(place) AS newest FROM posts WHERE in_river = 1 GROUP BY source_id";
            const GROUPS: &str = "
                SELECT m.source_id, g.id, g.slug, g.name FROM groups g JOIN group_sources m ON m.group_id = g.id
                ORDER BY g.name, g.id";
            let (records, posts, groups) = on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).fetch_all(c).await?;
                let records = rows.iter().map(SourceRecord::read).collect::<sqlx::Result<Vec<_>>>()?;
                let mut posts: HashMap<SourceId, (u64, Option<Time>)> = HashMap::new();
                for row in sqlx::query(POSTS).fetch_all(c).await? {
                    posts.insert(row.must("source_id")?, (row.must("posts")?, row.maybe("newest")?));
                }
                let mut groups: HashMap<SourceId, Vec<GroupRef>> = HashMap::new();
                for row in sqlx::query(GROUPS).fetch_all(c).await? {
                    groups.entry(row.must("source_id")?).or_default().push(GroupRef::read(&row)?);
                }
                (records, posts, groups)
            });
            let mut groups = groups;
            let mut sources: Vec<Source> = records
                .into_iter()
                .map(|record| {
                    let (count, newest) = posts.get(&record.id).copied().unwrap_or_default();
                    let groups = groups.remove(&record.id).unwrap_or_default();
                    Source { record, posts: count, newest, groups }
                })
                .collect();
            sources.sort_by_cached_key(|source| in_order(&source.record.name));
            Ok(sources)
        })
    }
}

/// A name as lists sort it: the same on both engines, whatever their rules for text are.
pub(crate) fn in_order(name: &str) -> (String, String) {
    (name.to_lowercase(), name.to_owned())
}
