//! Settling requests: looked for a proof, proved, agreed to, undone.

use model::{PostState, RequestId, SourceState, Time};

use crate::changes::{self, NewChange};
use crate::editor::{post_state, put_post_state, put_source_state, put_wording, source_record};
use crate::engine::{Columns, Tx, json, on};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::requests::{Before, Request, Wishes, request_columns};
use crate::source::SetSource;
use crate::words::{ChangeKind, RequestKind, RequestState};
use crate::{left, standing};

/// Why something is out of sight for good.
const PROVED: &str = "its owner asked us to take it out, and proved to be its owner";

/// The same where an editor took the owner's word.
const AGREED: &str = "its owner asked us to take it out";

impl Store {
    /// Asks that the proof of a request be looked for now. `false` if there is no such request, or it is settled.
    pub fn ask_for_proof<'a>(&'a self, token: &'a str, now: Time) -> Pending<'a, bool> {
        Box::pin(async move {
            const SQL: &str = "
                UPDATE requests SET proof_due = $2 WHERE token = $1 AND state IN ('waiting', 'in-force')";
            let mut tx = self.begin().await?;
            let found = on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(token)
                .bind(now.millis())
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await?;
            Ok(found > 0)
        })
    }

    /// The requests whose proof is to be looked for.
    pub fn proofs_due(&self, now: Time, limit: u32) -> Pending<'_, Vec<Request>> {
        Box::pin(async move {
            const SQL: &str = concat!(
                request_columns!(),
                "r.proof_due IS NOT NULL AND r.proof_due <= $1 AND r.state IN ('waiting', 'in-force')
                 ORDER BY r.proof_due, r.id LIMIT $2"
            );
            Ok(on!(Reader, self.reader(), |c| sqlx::query(SQL)
                .bind(now.millis())
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?
                .iter()
                .map(Request::read)
                .collect::<sqlx::Result<_>>()?))
        })
    }

    /// Notes that a proof was looked for and not found, and when to look again, if at all.
    pub fn proof_not_found(&self, id: RequestId, next: Option<Time>, now: Time) -> Pending<'_, ()> {
        Box::pin(async move {
            const SQL: &str = "UPDATE requests SET proof_checked = $2, proof_due = $3 WHERE id = $1";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(id.get())
                .bind(now.millis())
                .bind(next.map(Time::millis))
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await
        })
    }

    /// Does for good what a request asks, since control was proved: a source or a post has left and cannot come back; a
    /// correction is in force. `false` if there is no such request, or it is settled.
    pub fn prove_request(&self, id: RequestId, now: Time) -> Pending<'_, bool> {
        Box::pin(async move { self.fulfil(id, RequestState::Proved, PROVED, now).await })
    }

    /// The same because an editor agrees, also to what was undone before. Unlike a proof it can be undone.
    pub fn accept_request(&self, id: RequestId, now: Time) -> Pending<'_, bool> {
        Box::pin(async move { self.fulfil(id, RequestState::Done, AGREED, now).await })
    }

    /// Undoes what a request did, or declines what it asks: everything is as it was before. One step undoes all
    /// unproved requests to take out the same. `false` if there is no such request, if it is undone already, or if
    /// control was proved of what it took out, by it or by another request.
    pub fn undo_request(&self, id: RequestId, now: Time) -> Pending<'_, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let Some(found) = Found::find(&mut tx, id).await? else { return Ok(false) };
            let is_correction = found.request.kind == RequestKind::Correct;
            let undone = match found.request.state {
                RequestState::Waiting | RequestState::InForce => true,
                RequestState::Done => is_correction || !is_proved(&mut tx, &found).await?,
                // A correction leaves nothing behind that could not be taken back.
                RequestState::Proved => is_correction,
                RequestState::Undone => false,
            };
            if !undone {
                return Ok(false);
            }
            let source = found.request.source.id;
            let mut changes = vec![found.change()];
            if let Some(wording) = &found.before.wording {
                put_wording(&mut tx, source, wording).await?;
                changes.push(NewChange::of_source(ChangeKind::SourceChanged, source));
            }
            if !is_correction && matches!(found.request.state, RequestState::InForce | RequestState::Done) {
                changes.extend(bring_back(&mut tx, &found, now).await?);
            } else {
                put_state(&mut tx, id, RequestState::Undone, now).await?;
            }
            changes::append(&mut tx, &changes, now).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    async fn fulfil(&self, id: RequestId, state: RequestState, reason: &str, now: Time) -> Result<bool> {
        const KEEP: &str = "UPDATE requests SET before = $2 WHERE id = $1";
        let mut tx = self.begin().await?;
        let Some(mut found) = Found::find(&mut tx, id).await? else { return Ok(false) };
        let is_open = matches!(found.request.state, RequestState::Waiting | RequestState::InForce);
        if !is_open && (found.request.state, state) != (RequestState::Undone, RequestState::Done) {
            return Ok(false);
        }
        if found.request.kind == RequestKind::TakeOut && found.request.state != RequestState::InForce {
            // Nothing was hidden for it yet, so this is how things are before it.
            found.before.note(&mut tx, &found.request).await?;
        }
        let source = found.request.source.id;
        let mut changes = vec![found.change()];
        match (found.request.kind, &found.request.post) {
            (RequestKind::TakeOut, Some(post)) => {
                changes.extend(put_post_state(&mut tx, post.id, PostState::Left, Some(reason), now).await?);
                changes.extend(left::take_out_copies(&mut tx, &[post.id], now).await?);
            }
            (RequestKind::TakeOut, None) => {
                let originals = left::take_out_all(&mut tx, source, reason, now).await?;
                changes.extend(put_source_state(&mut tx, source, SourceState::Left, Some(reason), now).await?);
                changes.extend(left::take_out_copies(&mut tx, &originals, now).await?);
                changes.push(NewChange::of_source(ChangeKind::SourceChanged, source));
            }
            (RequestKind::Correct, _) => {
                let set = source_record(&mut tx, source).await?.map(|source| source.set).unwrap_or_default();
                put_wording(&mut tx, source, &found.request.wishes.over(&set)).await?;
                found.before.wording = Some(set);
                changes.push(NewChange::of_source(ChangeKind::SourceChanged, source));
            }
        }
        on!(Tx, &mut tx, |c| sqlx::query(KEEP)
            .bind(id.get())
            .bind(json(&found.before))
            .execute(&mut **c)
            .await?
            .rows_affected());
        put_state(&mut tx, id, state, now).await?;
        changes::append(&mut tx, &changes, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// The requests to take out the same, in the given states, oldest first.
async fn same(tx: &mut Tx, found: &Found, states: &[RequestState]) -> Result<Vec<Found>> {
    const SAME: &str = concat!(
        request_columns!(),
        "r.kind = 'take-out' AND r.source_id = $1 AND COALESCE(r.post_id, 0) = $2 ORDER BY r.id"
    );
    let mut same = on!(Tx, tx, |c| sqlx::query(SAME)
        .bind(found.request.source.id.get())
        .bind(found.request.post.as_ref().map_or(0, |post| post.id.get()))
        .fetch_all(&mut **c)
        .await?
        .iter()
        .map(Found::read)
        .collect::<sqlx::Result<Vec<_>>>()?);
    same.retain(|one| states.contains(&one.request.state));
    Ok(same)
}

/// Whether control was proved of what a request asks to take out, by any request for the same.
async fn is_proved(tx: &mut Tx, found: &Found) -> Result<bool> {
    Ok(!same(tx, found, &[RequestState::Proved]).await?.is_empty())
}

/// Brings back what a request took out, and undoes every other unproved request for the same.
async fn bring_back(tx: &mut Tx, found: &Found, now: Time) -> Result<Vec<NewChange>> {
    let same = same(tx, found, &[RequestState::InForce, RequestState::Done]).await?;
    for one in &same {
        put_state(tx, one.request.id, RequestState::Undone, now).await?;
    }
    // The first of them saw how things were before any of them.
    let before = same.first().map_or(&found.before, |first| &first.before);
    let source = found.request.source.id;
    let mut changes = vec![];
    let mut back = vec![];
    for one in &same {
        if let (RequestState::Done, Some(left)) = (one.request.state, one.request.settled) {
            let post = one.request.post.as_ref().map(|post| post.id);
            back.extend(left::bring_back(tx, source, post, left, now).await?);
        }
    }
    match &found.request.post {
        Some(post) => {
            if let Some(PostState::Hidden | PostState::Left) = post_state(tx, post.id).await?
                && let Some(state) = before.post_state
            {
                changes.extend(put_post_state(tx, post.id, state, None, now).await?);
            }
        }
        None => {
            if matches!(found.request.source.state, SourceState::Hidden | SourceState::Left)
                && let Some(state) = before.source_state
            {
                let reason = before.source_reason.as_deref();
                changes.extend(put_source_state(tx, source, state, reason, now).await?);
                changes.push(NewChange::of_source(ChangeKind::SourceChanged, source));
            }
        }
    }
    changes.extend(standing::settle(tx, &back).await?);
    Ok(changes)
}

impl Before {
    /// Notes how what a request is about stands now.
    async fn note(&mut self, tx: &mut Tx, request: &Request) -> Result<()> {
        match &request.post {
            Some(post) => self.post_state = post_state(tx, post.id).await?,
            None => {
                if let Some(source) = source_record(tx, request.source.id).await? {
                    self.source_state = Some(source.state);
                    self.source_reason = source.state_reason;
                }
            }
        }
        Ok(())
    }
}

async fn put_state(tx: &mut Tx, id: RequestId, state: RequestState, now: Time) -> Result<()> {
    const SQL: &str = "UPDATE requests SET state = $2, settled = $3, proof_due = NULL WHERE id = $1";
    const FOUND: &str = "UPDATE requests SET proof_found_at = $2, proof_checked = $2 WHERE id = $1";
    on!(Tx, tx, |c| {
        sqlx::query(SQL).bind(id.get()).bind(state.as_str()).bind(now.millis()).execute(&mut **c).await?;
        if state == RequestState::Proved {
            sqlx::query(FOUND).bind(id.get()).bind(now.millis()).execute(&mut **c).await?;
        }
    });
    Ok(())
}

/// A request with what it changed.
struct Found {
    request: Request,
    before: Before,
}

impl Found {
    async fn find(tx: &mut Tx, id: RequestId) -> Result<Option<Self>> {
        const SQL: &str = concat!(request_columns!(), "r.id = $1");
        Ok(on!(Tx, tx, |c| sqlx::query(SQL)
            .bind(id.get())
            .fetch_optional(&mut **c)
            .await?
            .as_ref()
            .map(Self::read)
            .transpose()?))
    }

    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self { request: Request::read(row)?, before: row.maybe("before")?.unwrap_or_default() })
    }

    fn change(&self) -> NewChange {
        let post = self.request.post.as_ref().map(|post| post.id);
        NewChange { kind: ChangeKind::Request, source: Some(self.request.source.id), post, project: None }
    }
}

impl Wishes {
    /// What is set once these wishes are granted: what they don't name stays.
    pub fn over(&self, set: &SetSource) -> SetSource {
        let wishes = self.clone();
        SetSource {
            name: wishes.name.or_else(|| set.name.clone()),
            site: wishes.site.or_else(|| set.site.clone()),
            about: wishes.about.or_else(|| set.about.clone()),
            language: wishes.language.or_else(|| set.language.clone()),
            licence: wishes.licence.or_else(|| set.licence.clone()),
            show: wishes.show.or(set.show),
        }
    }
}
