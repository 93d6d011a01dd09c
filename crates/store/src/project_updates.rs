//! Updates: posts that tell how a project goes.

use std::collections::HashMap;

use model::{PostId, ProjectId, SourceId, Time};
use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::post::Card;
use crate::words::UpdateReason;

/// A post that tells of a project.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewUpdate {
    /// The project.
    pub project: ProjectId,
    /// The post.
    pub post: PostId,
    /// Why that is known.
    pub why: UpdateReason,
}

/// A project that a post may tell of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Its number.
    pub id: ProjectId,
    /// Its title.
    pub title: String,
}

/// An update, as a page shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Update {
    /// The post.
    pub card: Card,
    /// Why it is one.
    pub why: UpdateReason,
}

impl Store {
    /// The projects whose own page is at one of these links, each with the key of its link.
    pub fn projects_at<'a>(&'a self, link_keys: &'a [String]) -> Pending<'a, Vec<(String, ProjectId)>> {
        Box::pin(async move {
            let mut found = vec![];
            for keys in link_keys.chunks(ROWS_AT_ONCE) {
                on!(Reader, self.reader(), |c: Db| {
                    let mut select = QueryBuilder::<Db>::new("SELECT id, link_key FROM projects WHERE link_key IN (");
                    let mut list = select.separated(", ");
                    keys.iter().for_each(|key| {
                        list.push_bind(plain(key));
                    });
                    select.push(") ORDER BY id LIMIT 500");
                    for row in select.build().persistent(false).fetch_all(c).await? {
                        found.push((row.must("link_key")?, row.must("id")?));
                    }
                });
            }
            Ok(found)
        })
    }

    /// The projects of those that a source belongs to, the latest sign of life first.
    pub fn subjects_of_source(&self, source: SourceId, limit: u32) -> Pending<'_, Vec<Subject>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT p.id, p.title FROM projects p
                JOIN source_organisations b ON b.organisation_id = p.organisation_id
                WHERE b.source_id = $1 ORDER BY p.sign DESC, p.id DESC LIMIT $2";
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(source.get()).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter()
                    .map(|row| Ok(Subject { id: row.must("id")?, title: row.must("title")? }))
                    .collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// The newest posts in the river that may tell of a project: those of its owner's sources, and the one at its address.
    pub fn posts_about(&self, project: ProjectId, limit: u32) -> Pending<'_, Vec<PostId>> {
        Box::pin(async move {
            const OF_OWNER: &str = "
                SELECT s.id FROM posts s
                JOIN source_organisations b ON b.source_id = s.source_id
                JOIN projects p ON p.organisation_id = b.organisation_id
                WHERE p.id = $1 AND s.in_river = 1 ORDER BY s.place DESC, s.id DESC LIMIT $2";
            const AT_ADDRESS: &str = "
                SELECT s.id FROM posts s JOIN projects p ON p.link_key = s.link_key WHERE p.id = $1 AND s.in_river = 1";
            Ok(on!(Reader, self.reader(), |c| {
                let mut ids: Vec<i64> =
                    sqlx::query_scalar(OF_OWNER).bind(project.get()).bind(i64::from(limit)).fetch_all(c).await?;
                ids.extend(sqlx::query_scalar::<_, i64>(AT_ADDRESS).bind(project.get()).fetch_all(c).await?);
                ids.sort_unstable();
                ids.dedup();
                ids.into_iter().map(PostId::new).collect()
            }))
        })
    }

    /// Keeps that posts tell of projects, which is a sign of life of theirs; but for what an editor rejected. Gives how many
    /// were not known yet.
    pub fn put_updates<'a>(&'a self, updates: &'a [NewUpdate], now: Time) -> Pending<'a, usize> {
        Box::pin(async move {
            if updates.is_empty() {
                return Ok(0);
            }
            let mut tx = self.begin().await?;
            let mut changes = vec![];
            for update in updates {
                if put(&mut tx, update, now).await? {
                    changes.push(NewChange::of_project(ChangeKind::ProjectChanged, update.project));
                }
            }
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await?;
            Ok(changes.len())
        })
    }

    /// The updates of a project that are in the river, the newest first.
    pub fn updates_of(&self, project: ProjectId, limit: u32) -> Pending<'_, Vec<Update>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT u.post_id, u.why FROM project_updates u JOIN posts s ON s.id = u.post_id
                WHERE u.project_id = $1 AND s.in_river = 1 ORDER BY s.place DESC, s.id DESC LIMIT $2";
            let found: Vec<(PostId, UpdateReason)> = on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).bind(project.get()).bind(i64::from(limit)).fetch_all(c).await?;
                rows.iter().map(|row| Ok((row.must("post_id")?, row.must("why")?))).collect::<sqlx::Result<_>>()?
            });
            let ids: Vec<PostId> = found.iter().map(|(id, _)| *id).collect();
            let mut cards: HashMap<PostId, Card> =
                self.cards(&ids).await?.into_iter().map(|card| (card.id, card)).collect();
            let update = |(id, why)| cards.remove(&id).map(|card| Update { card, why });
            Ok(found.into_iter().filter_map(update).collect())
        })
    }
}

/// Keeps that a post tells of a project, unless an editor said that it does not. `true` if that was not known yet.
pub(crate) async fn put(tx: &mut Tx, update: &NewUpdate, now: Time) -> Result<bool> {
    const REJECTED: &str = "
        SELECT COUNT(*) FROM update_questions WHERE project_id = $1 AND post_id = $2 AND state = 'rejected'";
    const PUT: &str = "
        INSERT INTO project_updates (project_id, post_id, why) VALUES ($1, $2, $3)
        ON CONFLICT (project_id, post_id) DO NOTHING";
    // What is certain need not be asked.
    const SETTLED: &str = "DELETE FROM update_questions WHERE project_id = $1 AND post_id = $2 AND state = 'waiting'";
    const SIGN: &str = "
        UPDATE projects SET sign = COALESCE(
            (SELECT MAX(s.place) FROM posts s WHERE s.id = $2 AND s.place > projects.sign AND s.place <= $3), sign)
        WHERE id = $1";
    let (project, post) = (update.project.get(), update.post.get());
    Ok(on!(Tx, tx, |c| {
        let rejected: i64 = sqlx::query_scalar(REJECTED).bind(project).bind(post).fetch_one(&mut **c).await?;
        let mut is_new = false;
        if rejected == 0 {
            let put = sqlx::query(PUT).bind(project).bind(post).bind(update.why.as_str());
            is_new = put.execute(&mut **c).await?.rows_affected() > 0;
        }
        if is_new {
            sqlx::query(SETTLED).bind(project).bind(post).execute(&mut **c).await?;
            sqlx::query(SIGN).bind(project).bind(post).bind(now.millis()).execute(&mut **c).await?;
        }
        is_new
    }))
}
