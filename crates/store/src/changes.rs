//! What has changed, in order: indexes, caches and pings follow this list.

use model::{PostId, ProjectId, SourceId, Time};
use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;

/// One thing that has changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its number. Numbers grow in the order in which changes can be seen.
    pub number: i64,
    /// When.
    pub at: Time,
    /// What kind of thing.
    pub kind: ChangeKind,
    /// The source that it concerns.
    pub source: Option<SourceId>,
    /// The post that it concerns.
    pub post: Option<PostId>,
    /// The project that it concerns.
    pub project: Option<ProjectId>,
}

/// How far the list of changes goes. While it stays the same, so does every page of posts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Revision {
    /// The number of the last change; 0 before the first.
    pub number: i64,
    /// Its time; [`Time::MIN`] before the first.
    pub at: Time,
}

/// A change that has no number yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewChange {
    pub(crate) kind: ChangeKind,
    pub(crate) source: Option<SourceId>,
    pub(crate) post: Option<PostId>,
    pub(crate) project: Option<ProjectId>,
}

impl NewChange {
    pub(crate) fn of_source(kind: ChangeKind, source: SourceId) -> Self {
        Self { kind, source: Some(source), post: None, project: None }
    }

    pub(crate) fn of_post(kind: ChangeKind, source: SourceId, post: PostId) -> Self {
        Self { kind, source: Some(source), post: Some(post), project: None }
    }

    pub(crate) fn of_project(kind: ChangeKind, project: ProjectId) -> Self {
        Self { kind, source: None, post: None, project: Some(project) }
    }
}

impl Store {
    /// How far the list of changes goes.
    pub fn revision(&self) -> Pending<'_, Revision> {
        Box::pin(async move {
            const SQL: &str = "SELECT id, at FROM changes ORDER BY id DESC LIMIT 1";
            self.last_change(SQL).await
        })
    }

    async fn last_change(&self, sql: &'static str) -> Result<Revision> {
        Ok(on!(Reader, self.reader(), |c| match sqlx::query(sql).fetch_optional(c).await? {
            Some(row) => Revision { number: row.must("id")?, at: row.must("at")? },
            None => Revision { number: 0, at: Time::MIN },
        }))
    }

    /// How far the list goes of the changes that may show in a list of sources.
    pub fn sources_revision(&self) -> Pending<'_, Revision> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT id, at FROM changes WHERE kind IN ('source-added', 'source-changed', 'groups', 'request')
                ORDER BY id DESC LIMIT 1";
            self.last_change(SQL).await
        })
    }

    /// How far the list goes of the changes that may show among projects.
    pub fn projects_revision(&self) -> Pending<'_, Revision> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT id, at FROM changes WHERE kind IN ('project-new', 'project-changed') ORDER BY id DESC LIMIT 1";
            self.last_change(SQL).await
        })
    }

    /// The changes after a number, oldest first.
    pub fn changes_after(&self, number: i64, limit: u32) -> Pending<'_, Vec<Change>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT id, at, kind, source_id, post_id, project_id FROM changes WHERE id > $1 ORDER BY id LIMIT $2";
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(number)
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(Change::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }
}

impl Change {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            number: row.must("id")?,
            at: row.must("at")?,
            kind: row.must("kind")?,
            source: row.maybe("source_id")?,
            post: row.maybe("post_id")?,
            project: row.maybe("project_id")?,
        })
    }
}

/// Appends changes; the last thing that a transaction does, since all others that append wait for it to end.
pub(crate) async fn append(tx: &mut Tx, changes: &[NewChange], now: Time) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    // Taking this row makes the numbers grow in the order of commits, also with several writers.
    const TAKE_TURN: &str = "UPDATE settings SET value = '' WHERE key = 'changes'";
    on!(Tx, tx, |c| sqlx::query(TAKE_TURN).execute(&mut **c).await?.rows_affected());
    for changes in changes.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut insert = QueryBuilder::<Db>::new("INSERT INTO changes (at, kind, source_id, post_id, project_id) ");
            insert.push_values(changes, |mut row, change| {
                row.push_bind(now.millis())
                    .push_bind(change.kind.as_str())
                    .push_bind(change.source.map(SourceId::get))
                    .push_bind(change.post.map(PostId::get))
                    .push_bind(change.project.map(ProjectId::get));
            });
            insert.build().persistent(false).execute(&mut **c).await?;
        });
    }
    Ok(())
}
