//! Groups of sources, as lists nest them.

use std::collections::HashMap;

use model::{GroupId, SourceId, Time};

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::engine::{Columns, Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::slug::{free_number, is_taken, numbered, slug};

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

impl GroupRef {
    pub(crate) fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self { id: row.must("id")?, slug: row.must("slug")?, name: row.must("name")? })
    }
}

impl Store {
    /// Every group, in the order of the lists that they came from.
    pub async fn groups(&self) -> Result<Vec<Group>> {
        const SQL: &str = "SELECT id, slug, name, parent, position FROM groups ORDER BY position, id";
        const MEMBERS: &str = "SELECT group_id, source_id FROM group_sources ORDER BY group_id, position, source_id";
        Ok(on!(Reader, self.reader(), |c| {
            let mut members: HashMap<GroupId, Vec<SourceId>> = HashMap::new();
            for row in sqlx::query(MEMBERS).fetch_all(c).await? {
                members.entry(row.must("group_id")?).or_default().push(row.must("source_id")?);
            }
            let rows = sqlx::query(SQL).fetch_all(c).await?;
            let read = |row| Group::read(row, &mut members);
            rows.iter().map(read).collect::<sqlx::Result<Vec<_>>>()?
        }))
    }

    /// Puts a source into the group at a path of names, made where it is missing.
    pub async fn put_in_group(&self, source: SourceId, path: &[String], now: Time) -> Result<()> {
        let mut tx = self.begin().await?;
        let mut paths = Paths::default();
        if put(&mut tx, &mut paths, source, path).await? {
            let change = NewChange::of_source(ChangeKind::Groups, source);
            changes::append(&mut tx, &[change], now).await?;
        }
        tx.commit().await
    }

    /// Takes a source out of a group. The group stays, even if it is empty.
    pub async fn take_from_group(&self, source: SourceId, group: GroupId, now: Time) -> Result<()> {
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
    let mut number = 1;
    loop {
        let made: Option<i64> = on!(Tx, tx, |c| sqlx::query_scalar(MAKE)
            .bind(numbered(&wanted, number))
            .bind(name)
            .bind(parent)
            .fetch_optional(&mut **c)
            .await?);
        if let Some(made) = made {
            return Ok(made);
        }
        number = free_number(async |number| is_taken(tx, TAKEN, &numbered(&wanted, number)).await).await?;
    }
}
