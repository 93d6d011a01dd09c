//! Groups of sources, as lists nest them.

use std::collections::{HashMap, HashSet};

use model::{GroupId, SourceId, Time};
use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::slug::{free_slug, slug};
use crate::source::{SourceRecord, source_columns};

/// A group, with the sources that stand directly in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its number.
    pub id: GroupId,
    /// Its place in our addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The group that it is in.
    pub parent: Option<GroupId>,
    /// Its place among its neighbours.
    pub position: i64,
    /// Its sources in their order, whatever state they are in.
    pub sources: Vec<SourceId>,
}

/// A group's name and address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupRef {
    /// Its number.
    pub id: GroupId,
    /// Its place in our addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// Some sources that stand directly in a group, in their order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct GroupPart {
    /// The sources; those that are not shown are left out.
    pub sources: Vec<SourceRecord>,
    /// Where the next part starts, if there is one.
    pub next: Option<(i64, SourceId)>,
}

impl GroupRef {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self { id: row.must("id")?, slug: row.must("slug")?, name: row.must("name")? })
    }
}

impl Store {
    /// Every group, in the order of the lists that they came from.
    pub fn groups(&self) -> Pending<'_, Vec<Group>> {
        Box::pin(async move {
            const SQL: &str = "SELECT id, slug, name, parent, position FROM groups ORDER BY position, id";
            const MEMBERS: &str =
                "SELECT group_id, source_id FROM group_sources ORDER BY group_id, position, source_id";
            Ok(on!(Reader, self.reader(), |c| {
                let mut members: HashMap<GroupId, Vec<SourceId>> = HashMap::new();
                for row in sqlx::query(MEMBERS).fetch_all(c).await? {
                    members.entry(row.must("group_id")?).or_default().push(row.must("source_id")?);
                }
                let rows = sqlx::query(SQL).fetch_all(c).await?;
                let read = |row| Group::read(row, &mut members);
                rows.iter().map(read).collect::<sqlx::Result<Vec<_>>>()?
            }))
        })
    }

    /// The first groups that have sources, in the order of the lists that they came from.
    pub fn group_names(&self, limit: u32) -> Pending<'_, Vec<GroupRef>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT id, slug, name FROM groups g
                WHERE EXISTS (SELECT 1 FROM group_sources m WHERE m.group_id = g.id) ORDER BY position, id LIMIT $1";
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(GroupRef::read).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// A group by its slug.
    pub fn group_by_slug<'a>(&'a self, slug: &'a str) -> Pending<'a, Option<GroupRef>> {
        Box::pin(async move {
            const SQL: &str = "SELECT id, slug, name FROM groups WHERE slug = $1";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(plain(slug))
                .fetch_optional(c)
                .await?
                .as_ref()
                .map(GroupRef::read)
                .transpose()?))
        })
    }

    /// Some of the sources that stand directly in a group, from a place on.
    pub fn group_part(&self, group: GroupId, from: Option<(i64, SourceId)>, limit: u32) -> Pending<'_, GroupPart> {
        Box::pin(async move {
            const MEMBERS: &str = "
                SELECT position, source_id FROM group_sources
                WHERE group_id = $1 AND (position, source_id) > ($2, $3) ORDER BY position, source_id LIMIT $4";
            let (position, source) = from.map_or((i64::MIN, 0), |(position, source)| (position, source.get()));
            let members: Vec<(i64, SourceId)> = on!(Reader, self.reader(), |c| {
                let select = sqlx::query(MEMBERS).bind(group.get()).bind(position).bind(source).bind(i64::from(limit));
                let rows = select.fetch_all(c).await?;
                rows.iter()
                    .map(|row| Ok((row.must("position")?, row.must("source_id")?)))
                    .collect::<sqlx::Result<_>>()?
            });
            let next = members.last().copied().filter(|_| members.len() >= limit as usize);
            let ids: Vec<SourceId> = members.iter().map(|(_, source)| *source).collect();
            let mut known: HashMap<SourceId, SourceRecord> =
                self.shown_sources(&ids).await?.into_iter().map(|source| (source.id, source)).collect();
            Ok(GroupPart { sources: ids.iter().filter_map(|id| known.remove(id)).collect(), next })
        })
    }

    /// Some of the sources that stand in no group, by number. A part may be empty and have a next one.
    pub fn ungrouped_part(&self, from: Option<SourceId>, limit: u32) -> Pending<'_, GroupPart> {
        Box::pin(async move {
            const LAST: &str = "SELECT COALESCE(MAX(id), 0) FROM sources";
            const SQL: &str = concat!(
                "SELECT ",
                source_columns!(),
                " FROM sources WHERE id > $1 AND id <= $2 AND state IN ('active', 'paused', 'gone')
                  AND NOT EXISTS (SELECT 1 FROM group_sources m WHERE m.source_id = sources.id) ORDER BY id"
            );
            let from = from.map_or(0, SourceId::get);
            let to = from + i64::from(limit);
            Ok(on!(Reader, self.reader(), |c| {
                let last: i64 = sqlx::query_scalar(LAST).fetch_one(c).await?;
                let rows = sqlx::query(SQL).bind(from).bind(to).fetch_all(c).await?;
                let sources = rows.iter().map(SourceRecord::read).collect::<sqlx::Result<_>>()?;
                GroupPart { sources, next: (to < last).then(|| (0, SourceId::new(to))) }
            }))
        })
    }

    async fn shown_sources(&self, ids: &[SourceId]) -> Result<Vec<SourceRecord>> {
        let mut sources = vec![];
        for ids in ids.chunks(ROWS_AT_ONCE) {
            on!(Reader, self.reader(), |c: Db| {
                let mut select = QueryBuilder::<Db>::new(concat!(
                    "SELECT ",
                    source_columns!(),
                    " FROM sources WHERE state IN ('active', 'paused', 'gone') AND id IN ("
                ));
                let mut list = select.separated(", ");
                ids.iter().for_each(|id| {
                    list.push_bind(id.get());
                });
                select.push(")");
                for row in select.build().persistent(false).fetch_all(c).await? {
                    sources.push(SourceRecord::read(&row)?);
                }
            });
        }
        Ok(sources)
    }

    /// Puts a source into the group at a path of names, made where it is missing.
    pub fn put_in_group<'a>(&'a self, source: SourceId, path: &'a [String], now: Time) -> Pending<'a, ()> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let mut paths = Paths::default();
            if put(&mut tx, &mut paths, source, path).await? {
                let change = NewChange::of_source(ChangeKind::Groups, source);
                changes::append(&mut tx, &[change], now).await?;
            }
            tx.commit().await
        })
    }

    /// Takes a source out of a group. The group stays, even if it is empty.
    pub fn take_from_group(&self, source: SourceId, group: GroupId, now: Time) -> Pending<'_, ()> {
        Box::pin(async move {
            const SQL: &str = "DELETE FROM group_sources WHERE group_id = $1 AND source_id = $2";
            let mut tx = self.begin().await?;
            let taken = on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(group.get())
                .bind(source.get())
                .execute(&mut **c)
                .await?
                .rows_affected());
            if taken > 0 {
                let change = NewChange::of_source(ChangeKind::Groups, source);
                changes::append(&mut tx, &[change], now).await?;
            }
            tx.commit().await
        })
    }
}

impl Group {
    fn read(row: &impl Columns, members: &mut HashMap<GroupId, Vec<SourceId>>) -> sqlx::Result<Self> {
        let id = row.must("id")?;
        Ok(Self {
            id,
            slug: row.must("slug")?,
            name: row.must("name")?,
            parent: row.maybe("parent")?,
            position: row.must("position")?,
            sources: members.remove(&id).unwrap_or_default(),
        })
    }
}

/// Groups that were found or made in this transaction, so that a long list asks for each once.
#[derive(Default)]
pub(crate) struct Paths(HashMap<(Option<i64>, String), i64>);

/// Puts a source into the group at a path; whether it was not there yet.
pub(crate) async fn put(tx: &mut Tx, paths: &mut Paths, source: SourceId, path: &[String]) -> Result<bool> {
    let mut group: Option<i64> = None;
    for name in path {
        let key = (group, plain(name));
        let found = match paths.0.get(&key) {
            Some(found) => *found,
            None => {
                let found = find_or_make(tx, group, &key.1).await?;
                paths.0.insert(key, found);
                found
            }
        };
        group = Some(found);
    }
    let Some(group) = group else { return Ok(false) };
    const SQL: &str = "
        INSERT INTO group_sources (group_id, source_id, position)
        VALUES ($1, $2, COALESCE(
            (SELECT position FROM group_sources WHERE group_id = $1 ORDER BY position DESC LIMIT 1), 0) + 1)
        ON CONFLICT (group_id, source_id) DO NOTHING";
    let put = on!(Tx, tx, |c| sqlx::query(SQL).bind(group).bind(source.get()).execute(&mut **c).await?.rows_affected());
    Ok(put > 0)
}

async fn find_or_make(tx: &mut Tx, parent: Option<i64>, name: &str) -> Result<i64> {
    const FIND: &str = "SELECT id FROM groups WHERE name = $1 AND COALESCE(parent, 0) = $2";
    const MAKE: &str = "
        INSERT INTO groups (slug, name, parent, position)
        VALUES ($1, $2, $3, COALESCE((SELECT position FROM groups ORDER BY position DESC LIMIT 1), 0) + 1)
        ON CONFLICT (slug) DO NOTHING RETURNING id";
    let found: Option<i64> =
        on!(Tx, tx, |c| sqlx::query_scalar(FIND).bind(name).bind(parent.unwrap_or(0)).fetch_optional(&mut **c).await?);
    if let Some(found) = found {
        return Ok(found);
    }
    const TAKEN: &str = "SELECT COUNT(*) FROM groups WHERE slug = $1";
    let wanted = slug(name, "group");
    let mut free = wanted.clone();
    loop {
        let made: Option<i64> = on!(Tx, tx, |c| sqlx::query_scalar(MAKE)
            .bind(free.as_str())
            .bind(name)
            .bind(parent)
            .fetch_optional(&mut **c)
            .await?);
        if let Some(made) = made {
            return Ok(made);
        }
        free = free_slug(tx, TAKEN, &wanted, &HashSet::new()).await?;
    }
}
