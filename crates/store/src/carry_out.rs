//! Carries out what polls decided: any number of polls, one transaction, all of it or nothing.

use std::collections::BTreeMap;

use model::{PostId, SourceId, SourceState, Time};
use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::engine::{ROWS_AT_ONCE, Tx, on, plain, plain_or_none};
use crate::error::Result;
use crate::history::Moved;
use crate::insert::{self, Origin};
use crate::intents::{CarriedOut, Intents, Rekeyed};
use crate::open::Store;
use crate::post::NewPost;
use crate::source::{PollState, SourceRecord, source_columns};
use crate::words::MoveReason;
use crate::{authors, directory, history, hubs, pictures, standing};

impl Store {
    /// Carries out what polls decided, in one transaction. Doing it again changes nothing more.
    pub async fn carry_out(&self, polls: &[Intents], now: Time) -> Result<CarriedOut> {
        let mut done = CarriedOut::default();
        if polls.is_empty() {
            return Ok(done);
        }
        let mut tx = self.begin().await?;
        let mut changes = vec![];
        let mut origins: BTreeMap<SourceId, Origin> = BTreeMap::new();
        let mut in_order: Vec<&Intents> = polls.iter().collect();
        in_order.sort_by_key(|poll| poll.source);
        for poll in &in_order {
            match note_poll(&mut tx, poll, now, &mut done, &mut changes).await? {
                Some(origin) => {
                    origins.insert(poll.source, origin);
                }
                None => done.not_wanted.push(poll.source),
            }
        }
        in_order.retain(|poll| origins.contains_key(&poll.source));
        let unsettled = add_posts(&mut tx, &in_order, &origins, now, &mut done, &mut changes).await?;
        for poll in &in_order {
            revise_posts(&mut tx, poll, &origins[&poll.source], now, &mut done, &mut changes).await?;
            for rekeyed in &poll.rekey {
                rekey(&mut tx, poll.source, rekeyed, now).await?;
            }
        }
        let seen: Vec<PostId> = in_order.iter().flat_map(|poll| &poll.seen).copied().collect();
        note_seen(&mut tx, &seen, now).await?;
        changes.extend(standing::settle(&mut tx, &unsettled).await?);
        changes::append(&mut tx, &changes, now).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// Notes how polling went and what the source says of itself, and ends the lease. `None` if the source was taken out
/// meanwhile: then nothing of the poll is kept, so that the next one, should it come back, reads everything anew.
async fn note_poll(
    tx: &mut Tx,
    poll: &Intents,
    now: Time,
    done: &mut CarriedOut,
    changes: &mut Vec<NewChange>,
) -> Result<Option<Origin>> {
    const FREE: &str =
        concat!("UPDATE sources SET leased_until = NULL, leased_by = NULL WHERE id = $1 RETURNING ", source_columns!());
    let freed = on!(Tx, tx, |c| sqlx::query(FREE)
        .bind(poll.source.get())
        .fetch_optional(&mut **c)
        .await?
        .as_ref()
        .map(SourceRecord::read)
        .transpose()?);
    let Some(before) = freed.filter(|source| source.state.is_shown()) else { return Ok(None) };
    put_poll_state(tx, poll.source, &poll.poll).await?;
    history::note_turn(tx, poll.source, &before.poll, &poll.poll).await?;
    let claims = poll.claims.as_ref().unwrap_or(&before.claims);
    let mut is_changed = *claims != before.claims;
    if is_changed {
        const CLAIM: &str = "
            UPDATE sources SET claimed_title = $2, said_name = $3, site = $4, about = $5, language = $6, licence = $7,
                claimed_icon = $8
            WHERE id = $1";
        on!(Tx, tx, |c| sqlx::query(CLAIM)
            .bind(poll.source.get())
            .bind(plain_or_none(claims.title.as_deref()))
            .bind(plain(&claims.said_name))
            .bind(plain_or_none(claims.site.as_deref()))
            .bind(plain_or_none(claims.about.as_deref()))
            .bind(claims.language.as_ref().map(|language| language.as_str().to_owned()))
            .bind(plain_or_none(claims.licence.as_ref().map(|licence| licence.as_str())))
            .bind(plain_or_none(claims.icon.as_deref()))
            .execute(&mut **c)
            .await?
            .rows_affected());
    }
    if claims.licence != before.claims.licence {
        pictures::look_again(tx, poll.source).await?;
    }
    if let Some(address) = poll.move_to.as_ref().filter(|address| **address != before.address) {
        const MOVE: &str = "
            UPDATE sources SET address = $2
            WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM sources other WHERE other.address = $2)";
        let moved = on!(Tx, tx, |c| sqlx::query(MOVE)
            .bind(poll.source.get())
            .bind(address.as_str())
            .execute(&mut **c)
            .await?
            .rows_affected());
        if moved == 0 {
            done.not_moved.push(poll.source);
        } else {
            let why = match &before.poll.moved_to {
                Some(noted) if noted == address => MoveReason::Redirect,
                _ => MoveReason::Page,
            };
            let (from, to) = (before.address.as_str().to_owned(), address.as_str().to_owned());
            history::note_move(tx, poll.source, &Moved { at: now, from, to, why }).await?;
        }
        is_changed |= moved > 0;
    }
    if poll.retire && before.state == SourceState::Active {
        const RETIRE: &str = "UPDATE sources SET state = 'gone', state_since = $2, state_reason = NULL WHERE id = $1";
        on!(Tx, tx, |c| sqlx::query(RETIRE)
            .bind(poll.source.get())
            .bind(now.millis())
            .execute(&mut **c)
            .await?
            .rows_affected());
        is_changed = true;
        hubs::give_up(tx, poll.source, now).await?;
    } else if before.state == SourceState::Active {
        hubs::note_hub(tx, poll.source, before.hub.as_ref(), &poll.hub, now).await?;
    }
    if is_changed {
        directory::put(tx, poll.source).await?;
        changes.push(NewChange::of_source(ChangeKind::SourceChanged, poll.source));
    }
    Ok(Some(Origin {
        source: poll.source,
        set_language: before.set.language,
        language: claims.language.clone(),
        is_shown: true,
    }))
}

async fn put_poll_state(tx: &mut Tx, source: SourceId, poll: &PollState) -> Result<()> {
    const SQL: &str = "
        UPDATE sources SET etag = $2, last_modified = $3, validators_for = $4, body_hash = $5, next_poll = $6,
            last_polled = $7, last_answer = $8, last_status = $9, last_message = $10, last_ok = $11, last_new = $12,
            failing_since = $13, failures = $14, moved_to = $15, moved_since = $16, wish_until = $17,
            wish_reason = $18, asked = $19, next_reason = $20, document_bytes = $21
        WHERE id = $1";
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(source.get())
        .bind(plain_or_none(poll.etag.as_deref()))
        .bind(plain_or_none(poll.last_modified.as_deref()))
        .bind(plain_or_none(poll.validators_for.as_deref()))
        .bind(poll.body_hash.as_deref())
        .bind(poll.next_poll.millis())
        .bind(poll.last_polled.map(Time::millis))
        .bind(poll.last_answer.map(|answer| answer.as_str()))
        .bind(poll.last_status.map(i64::from))
        .bind(plain_or_none(poll.last_message.as_deref()))
        .bind(poll.last_ok.map(Time::millis))
        .bind(poll.last_new.map(Time::millis))
        .bind(poll.failing_since.map(Time::millis))
        .bind(i64::from(poll.failures))
        .bind(poll.moved_to.as_ref().map(|address| address.as_str().to_owned()))
        .bind(poll.moved_since.map(Time::millis))
        .bind(poll.wish_until.map(Time::millis))
        .bind(plain_or_none(poll.wish_reason.as_deref()))
        .bind(plain_or_none(poll.asked.as_deref()))
        .bind(plain_or_none(poll.next_reason.as_deref()))
        .bind(poll.document_bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)))
        .execute(&mut **c)
        .await?
        .rows_affected());
    Ok(())
}

/// Adds the new posts of all polls; gives those about which the river must be asked again.
async fn add_posts(
    tx: &mut Tx,
    polls: &[&Intents],
    origins: &BTreeMap<SourceId, Origin>,
    now: Time,
    done: &mut CarriedOut,
    changes: &mut Vec<NewChange>,
) -> Result<Vec<PostId>> {
    let posts: Vec<(&Origin, &NewPost)> =
        polls.iter().flat_map(|poll| poll.add.iter().map(|post| (&origins[&poll.source], post))).collect();
    let numbers = insert::add(tx, &posts, now).await?;
    let mut signed = vec![];
    let mut unsettled = vec![];
    for ((origin, post), number) in posts.iter().zip(&numbers) {
        let Some(number) = *number else { continue };
        done.added += 1;
        changes.push(NewChange::of_post(ChangeKind::PostNew, origin.source, number));
        signed.push((number, origin.source, post.authors.as_slice()));
        if let Some(original) = post.same_as {
            standing::join(tx, number, original).await?;
            unsettled.push(number);
        }
    }
    authors::sign(tx, &signed, false).await?;
    let mut first = 0;
    for poll in polls {
        for (copy, at) in &poll.copies {
            if let Some(original) = poll.add.get(*at).and_then(|_| numbers[first + at]) {
                standing::join(tx, *copy, original).await?;
                unsettled.push(original);
            }
        }
        first += poll.add.len();
    }
    Ok(unsettled)
}

async fn revise_posts(
    tx: &mut Tx,
    poll: &Intents,
    origin: &Origin,
    now: Time,
    done: &mut CarriedOut,
    changes: &mut Vec<NewChange>,
) -> Result<()> {
    let mut signed = vec![];
    for revised in &poll.revise {
        if insert::revise(tx, origin, revised, now).await? {
            put_keys(tx, poll.source, revised.id, &revised.post.keys).await?;
            done.revised += 1;
            changes.push(NewChange::of_post(ChangeKind::PostRevised, poll.source, revised.id));
            signed.push((revised.id, poll.source, revised.post.authors.as_slice()));
        }
    }
    authors::sign(tx, &signed, true).await
}

async fn rekey(tx: &mut Tx, source: SourceId, rekeyed: &Rekeyed, now: Time) -> Result<()> {
    const SQL: &str = "
        UPDATE posts SET text_key = $3, title_key = $4, body_key = $5, claimed_id = $6, link = $7, last_seen = $8
        WHERE id = $1 AND source_id = $2";
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(rekeyed.id.get())
        .bind(source.get())
        .bind(rekeyed.keys.text.as_deref())
        .bind(rekeyed.keys.title.as_deref())
        .bind(rekeyed.keys.body.as_str())
        .bind(plain_or_none(rekeyed.claimed_id.as_deref()))
        .bind(plain_or_none(rekeyed.link.as_deref()))
        .bind(now.millis())
        .execute(&mut **c)
        .await?
        .rows_affected());
    put_keys(tx, source, rekeyed.id, &rekeyed.keys).await
}

/// Sets the keys that name a post, unless another post of the source goes by the strongest of them.
async fn put_keys(tx: &mut Tx, source: SourceId, post: PostId, keys: &crate::PostKeys) -> Result<()> {
    const SQL: &str = "
        UPDATE posts SET known_by = $3, id_key = $4, link_key = $5
        WHERE id = $1 AND source_id = $2 AND NOT EXISTS (
            SELECT 1 FROM posts other WHERE other.source_id = $2 AND other.known_by = $3 AND other.id <> $1)";
    on!(Tx, tx, |c| sqlx::query(SQL)
        .bind(post.get())
        .bind(source.get())
        .bind(keys.known_by())
        .bind(keys.id.as_deref())
        .bind(keys.link.as_deref())
        .execute(&mut **c)
        .await?
        .rows_affected());
    Ok(())
}

async fn note_seen(tx: &mut Tx, posts: &[PostId], now: Time) -> Result<()> {
    for posts in posts.chunks(ROWS_AT_ONCE) {
        on!(Tx, tx, |c: Db| {
            let mut update = QueryBuilder::<Db>::new("UPDATE posts SET last_seen = ");
            update.push_bind(now.millis()).push(" WHERE id IN (");
            let mut list = update.separated(", ");
            posts.iter().for_each(|post| {
                list.push_bind(post.get());
            });
            update.push(")");
            update.build().persistent(false).execute(&mut **c).await?;
        });
    }
    Ok(())
}
