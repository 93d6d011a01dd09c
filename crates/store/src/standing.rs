//! What the river shows: of each post that is shown and comes from a source that is shown, the one that stands first
//! among those that say the same.

use std::collections::BTreeSet;

use model::{PostId, SourceId};
use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::changes::NewChange;
use crate::engine::{Columns, ROWS_AT_ONCE, Tx, on};
use crate::error::Result;

/// Turns round whatever stands wrongly among these posts. The original goes before its copies, then who came first.
const SETTLE: &str = "
    UPDATE posts SET in_river = 1 - in_river
    WHERE in_river <> CASE
        WHEN posts.state = 'shown'
            AND (SELECT s.state FROM sources s WHERE s.id = posts.source_id) IN ('active', 'paused', 'gone')
            AND (posts.same_as IS NULL OR NOT EXISTS (
                SELECT 1 FROM posts p JOIN sources s ON s.id = p.source_id
                WHERE p.id = posts.same_as
                    AND p.state = 'shown' AND s.state IN ('active', 'paused', 'gone')))
            AND (posts.same_as IS NULL OR NOT EXISTS (
                SELECT 1 FROM posts p JOIN sources s ON s.id = p.source_id
                WHERE p.same_as = posts.same_as AND (p.place, p.id) < (posts.place, posts.id)
                    AND p.state = 'shown' AND s.state IN ('active', 'paused', 'gone')))
        THEN 1 ELSE 0 END
    AND id IN (";

/// Makes right what the river shows of these posts and of all that say the same, and tells what that changed.
pub(crate) async fn settle(tx: &mut Tx, posts: &[PostId]) -> Result<Vec<NewChange>> {
    let mut all: BTreeSet<i64> = BTreeSet::new();
    for posts in posts.chunks(ROWS_AT_ONCE) {
        all.extend(family(tx, posts).await?);
    }
    let all: Vec<i64> = all.into_iter().collect();
    let mut changes = vec![];
    for posts in all.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut update = QueryBuilder::<Db>::new(SETTLE);
            let mut list = update.separated(", ");
            posts.iter().for_each(|id| {
                list.push_bind(*id);
            });
            update.push(") RETURNING id, source_id, in_river");
            for row in update.build().persistent(false).fetch_all(&mut **c).await? {
                let shown = row.must::<i64>("in_river")? == 1;
                let kind = if shown { ChangeKind::PostShown } else { ChangeKind::PostHidden };
                changes.push(NewChange::of_post(kind, row.must("source_id")?, row.must("id")?));
            }
        });
    }
    changes.sort_by_key(|change| change.post);
    Ok(changes)
}

/// The same for every post of a source.
pub(crate) async fn settle_source(tx: &mut Tx, source: SourceId) -> Result<Vec<NewChange>> {
    const SQL: &str = "SELECT id FROM posts WHERE source_id = $1 ORDER BY id";
    let posts: Vec<i64> = on!(Tx, tx, |c| sqlx::query_scalar(SQL).bind(source.get()).fetch_all(&mut **c).await?);
    let posts: Vec<PostId> = posts.into_iter().map(PostId::new).collect();
    settle(tx, &posts).await
}

/// Makes a post and all its copies copies of another.
pub(crate) async fn join(tx: &mut Tx, copy: PostId, original: PostId) -> Result<()> {
    const FIRST: &str = "SELECT COALESCE(same_as, id) FROM posts WHERE id = $1";
    const JOIN: &str = "
        UPDATE posts SET same_as = $1 WHERE id = $2 OR same_as = $2";
    let (copy, original) = on!(Tx, tx, |c| {
        let copy: Option<i64> = sqlx::query_scalar(FIRST).bind(copy.get()).fetch_optional(&mut **c).await?;
        let original: Option<i64> = sqlx::query_scalar(FIRST).bind(original.get()).fetch_optional(&mut **c).await?;
        (copy, original)
    });
    let (Some(copy), Some(original)) = (copy, original) else { return Ok(()) };
    if copy != original {
        on!(Tx, tx, |c| sqlx::query(JOIN).bind(original).bind(copy).execute(&mut **c).await?.rows_affected());
    }
    Ok(())
}

/// Those posts and all that say the same.
async fn family(tx: &mut Tx, posts: &[PostId]) -> Result<Vec<i64>> {
    Ok(on!(Tx, tx, |c: Db| {
        let mut select = QueryBuilder::<Db>::new(
            "WITH firsts (id) AS (SELECT DISTINCT COALESCE(same_as, id) FROM posts WHERE id IN (",
        );
        let mut list = select.separated(", ");
        posts.iter().for_each(|id| {
            list.push_bind(id.get());
        });
        select.push(
            ")) SELECT id FROM firsts
            UNION ALL SELECT p.id FROM posts p JOIN firsts ON p.same_as = firsts.id",
        );
        select.build_query_scalar().persistent(false).fetch_all(&mut **c).await?
    }))
}
