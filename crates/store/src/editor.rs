//! What an editor does to a source: its wording, which lasts, and where it stands.

use model::{Address, Pace, PostId, PostState, SourceId, SourceState, Time};

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::engine::{Columns, Tx, on, plain_or_none};
use crate::error::Result;
use crate::history::{self, Moved};
use crate::open::Store;
use crate::pending::Pending;
use crate::source::{SetSource, SourceRecord, source_columns};
use crate::words::MoveReason;
use crate::{directory, hubs, pictures, standing};

impl Store {
    /// Sets an editor's own wording; what is `None` is again as the source claims. `false` if there is no such source.
    pub fn set_source<'a>(&'a self, id: SourceId, set: &'a SetSource, now: Time) -> Pending<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let found = put_wording(&mut tx, id, set).await?;
            if found {
                changes::append(&mut tx, &[NewChange::of_source(ChangeKind::SourceChanged, id)], now).await?;
            }
            tx.commit().await?;
            Ok(found)
        })
    }

    /// Pauses, resumes, removes or hides a source. `false` if there is no such source, or if it has left for good.
    pub fn set_source_state<'a>(
        &'a self,
        id: SourceId,
        state: SourceState,
        reason: Option<&'a str>,
        now: Time,
    ) -> Pending<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if source_record(&mut tx, id).await?.is_none_or(|source| source.state == SourceState::Left) {
                return Ok(false);
            }
            let mut changes = put_source_state(&mut tx, id, state, reason, now).await?;
            changes.push(NewChange::of_source(ChangeKind::SourceChanged, id));
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    /// Polls a source at another address from now on, as if nothing had been wrong before. `false` if there is no such
    /// source, if it has left for good, or if another source is polled there.
    pub fn move_source<'a>(&'a self, id: SourceId, address: &'a Address, now: Time) -> Pending<'a, bool> {
        Box::pin(async move {
            const SQL: &str = "
                UPDATE sources SET address = $2, host = $4, next_poll = $3, next_reason = NULL, failing_since = NULL,
                    failures = 0, moved_to = NULL, moved_since = NULL, wish_until = NULL, wish_reason = NULL
                WHERE id = $1 AND state <> 'left'
                    AND NOT EXISTS (SELECT 1 FROM sources other WHERE other.address = $2 AND other.id <> $1)";
            let address = address.document();
            let mut tx = self.begin().await?;
            let Some(before) = source_record(&mut tx, id).await? else { return Ok(false) };
            if before.address == address {
                return Ok(true);
            }
            let moved = on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(id.get())
                .bind(address.as_str())
                .bind(now.millis())
                .bind(address.server())
                .execute(&mut **c)
                .await?
                .rows_affected());
            if moved == 0 {
                return Ok(false);
            }
            let (from, to) = (before.address.as_str().to_owned(), address.as_str().to_owned());
            history::note_move(&mut tx, id, &Moved { at: now, from, to, why: MoveReason::Editor }).await?;
            directory::put(&mut tx, id).await?;
            changes::append(&mut tx, &[NewChange::of_source(ChangeKind::SourceChanged, id)], now).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    /// Says that whatever a source's address gives now is its own. `false` if there is no such source.
    pub fn accept_source(&self, id: SourceId, now: Time) -> Pending<'_, bool> {
        Box::pin(async move {
            const SQL: &str = "UPDATE sources SET accepted = $2 WHERE id = $1";
            let mut tx = self.begin().await?;
            let found = on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(id.get())
                .bind(now.millis())
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await?;
            Ok(found > 0)
        })
    }

    /// Sets how often a source is asked, or leaves it to its rhythm again; `next` is when the next look follows from
    /// that, and why then, where that is not as it was. `false` if there is no such source, or if it has left for good.
    pub fn set_pace<'a>(
        &'a self,
        id: SourceId,
        pace: Option<Pace>,
        next: Option<(Time, &'a str)>,
        now: Time,
    ) -> Pending<'a, bool> {
        Box::pin(async move {
            const SQL: &str = "
                UPDATE sources SET set_pace = $2, next_poll = COALESCE($3, next_poll),
                    next_reason = COALESCE($4, next_reason)
                WHERE id = $1 AND state <> 'left'";
            let mut tx = self.begin().await?;
            let wait = pace.map(|pace| i64::try_from(pace.wait().as_millis()).expect("a week at most"));
            let found = on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(id.get())
                .bind(wait)
                .bind(next.map(|(at, _)| at.millis()))
                .bind(plain_or_none(next.map(|(_, reason)| reason)))
                .execute(&mut **c)
                .await?
                .rows_affected());
            if found > 0 {
                changes::append(&mut tx, &[NewChange::of_source(ChangeKind::SourceChanged, id)], now).await?;
            }
            tx.commit().await?;
            Ok(found > 0)
        })
    }

    /// Hides a post or shows it again. `false` if there is no such post, or if it was taken out for good.
    pub fn set_post_state<'a>(
        &'a self,
        id: PostId,
        state: PostState,
        reason: Option<&'a str>,
        now: Time,
    ) -> Pending<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if post_state(&mut tx, id).await?.is_none_or(|state| state == PostState::Left) {
                return Ok(false);
            }
            let changes = put_post_state(&mut tx, id, state, reason, now).await?;
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await?;
            Ok(true)
        })
    }
}

/// Puts the wording, and the language of all posts that follows from it.
pub(crate) async fn put_wording(tx: &mut Tx, id: SourceId, set: &SetSource) -> Result<bool> {
    const SQL: &str = "
        UPDATE sources SET set_name = $2, set_site = $3, set_about = $4, set_language = $5, set_licence = $6,
            show_set = $7
        WHERE id = $1";
    const POSTS: &str = "
        UPDATE posts SET language = $2, primary_language = $3 WHERE source_id = $1";
    const POSTS_AS_CLAIMED: &str = "
        UPDATE posts SET language = COALESCE(claimed_language, $2),
            primary_language = CASE
                WHEN claimed_language IS NULL THEN $3
                WHEN claimed_language LIKE '__-%' THEN SUBSTR(claimed_language, 1, 2)
                WHEN claimed_language LIKE '___-%' THEN SUBSTR(claimed_language, 1, 3)
                ELSE claimed_language END
        WHERE source_id = $1";
    let Some(before) = source_record(tx, id).await? else { return Ok(false) };
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(id.get())
        .bind(plain_or_none(set.name.as_deref()))
        .bind(plain_or_none(set.site.as_deref()))
        .bind(plain_or_none(set.about.as_deref()))
        .bind(set.language.as_ref().map(|language| language.as_str().to_owned()))
        .bind(plain_or_none(set.licence.as_ref().map(|licence| licence.as_str())))
        .bind(set.show.map(|show| show.as_str()))
        .execute(&mut **c)
        .await?
        .rows_affected());
    directory::put(tx, id).await?;
    if (set.show, &set.licence) != (before.set.show, &before.set.licence) {
        pictures::look_again(tx, id).await?;
    }
    if set.language != before.set.language {
        let sql = if set.language.is_some() { POSTS } else { POSTS_AS_CLAIMED };
        let language = set.language.as_ref().or(before.claims.language.as_ref());
        on!(Tx, tx, |c| sqlx::query(sql)
            .bind(id.get())
            .bind(language.map(|language| language.as_str().to_owned()))
            .bind(language.map(|language| language.primary().to_owned()))
            .execute(&mut **c)
            .await?
            .rows_affected());
    }
    Ok(true)
}

/// Puts where a source stands, and what the river shows because of it.
pub(crate) async fn put_source_state(
    tx: &mut Tx,
    id: SourceId,
    state: SourceState,
    reason: Option<&str>,
    now: Time,
) -> Result<Vec<NewChange>> {
    const SQL: &str = "
        UPDATE sources SET state = $2, state_since = $3, state_reason = $4, leased_until = NULL, leased_by = NULL
        WHERE id = $1";
    let before = source_record(tx, id).await?;
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(id.get())
        .bind(state.as_str())
        .bind(now.millis())
        .bind(plain_or_none(reason))
        .execute(&mut **c)
        .await?
        .rows_affected());
    let before_state = before.as_ref().map(|before| before.state);
    let was_polled = before_state == Some(SourceState::Active);
    match (was_polled, state == SourceState::Active) {
        (true, false) => hubs::give_up(tx, id, now).await?,
        (false, true) => {
            if let Some(hub) = before.and_then(|before| before.hub) {
                hubs::want(tx, id, &hub, now).await?;
            }
        }
        _ => {}
    }
    let was_shown = before_state.is_some_and(SourceState::is_shown);
    if was_shown != state.is_shown() {
        pictures::look_again(tx, id).await?;
    }
    standing::settle_source(tx, id).await
}

/// Puts where a post stands, and what the river shows because of it.
pub(crate) async fn put_post_state(
    tx: &mut Tx,
    id: PostId,
    state: PostState,
    reason: Option<&str>,
    now: Time,
) -> Result<Vec<NewChange>> {
    const SQL: &str = "
        UPDATE posts SET state = $2, state_since = $3, state_reason = $4, pictured = 0 WHERE id = $1";
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(id.get())
        .bind(state.as_str())
        .bind(now.millis())
        .bind(plain_or_none(reason))
        .execute(&mut **c)
        .await?
        .rows_affected());
    standing::settle(tx, &[id]).await
}

pub(crate) async fn source_record(tx: &mut Tx, id: SourceId) -> Result<Option<SourceRecord>> {
    const SQL: &str = concat!("SELECT ", source_columns!(), " FROM sources WHERE id = $1");
    Ok(on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(id.get())
        .fetch_optional(&mut **c)
        .await?
        .as_ref()
        .map(SourceRecord::read)
        .transpose()?))
}

pub(crate) async fn post_state(tx: &mut Tx, id: PostId) -> Result<Option<PostState>> {
    const SQL: &str = "SELECT state FROM posts WHERE id = $1";
    Ok(on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(id.get())
        .fetch_optional(&mut **c)
        .await?
        .map(|row| row.must("state"))
        .transpose()?))
}
