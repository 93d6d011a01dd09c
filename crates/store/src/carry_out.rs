//! Carries out what polls decided: any number of polls, one transaction, all of it or nothing.

use std::collections::{BTreeMap, BTreeSet};

use model::{Address, PostId, SourceId, SourceState, Time};
use sqlx::QueryBuilder;

use crate::ChangeKind;
use crate::changes::{self, NewChange};
use crate::editor::source_record;
use crate::engine::{ROWS_AT_ONCE, Tx, on, plain, plain_or_none};
use crate::error::Result;
use crate::history::{Before, Moved};
use crate::insert::{self, Origin};
use crate::intents::{CarriedOut, Intents, Rekeyed};
use crate::open::Store;
use crate::pending::Pending;
use crate::post::NewPost;
use crate::sketches::{self, KeptSketch};
use crate::words::MoveReason;
use crate::{authors, directory, history, hubs, pictures, standing};

impl Store {
    /// Carries out what polls decided, in one transaction. Doing it again changes nothing more.
    pub fn carry_out<'a>(&'a self, polls: &'a [Intents], now: Time) -> Pending<'a, CarriedOut> {
        Box::pin(async move {
            let mut done = CarriedOut::default();
            if polls.is_empty() {
                return Ok(done);
            }
            let mut tx = self.begin().await?;
            let mut changes = vec![];
            let mut origins: BTreeMap<SourceId, Origin> = BTreeMap::new();
            let mut in_order: Vec<&Intents> = polls.iter().collect();
            in_order.sort_by_key(|poll| poll.source);
            let mut redirects = BTreeMap::new();
            done.not_wanted = note_polls(&mut tx, &in_order, &mut redirects).await?;
            in_order.retain(|poll| !poll.is_quiet() && !done.not_wanted.contains(&poll.source));
            for poll in &in_order {
                if let Some(origin) =
                    take_over(&mut tx, poll, redirects.get(&poll.source), now, &mut done, &mut changes).await?
                {
                    origins.insert(poll.source, origin);
                }
            }
            in_order.retain(|poll| origins.contains_key(&poll.source));
            let mut sketched = vec![];
            let unsettled =
                add_posts(&mut tx, &in_order, &origins, now, &mut done, &mut changes, &mut sketched).await?;
            for poll in &in_order {
                let origin = &origins[&poll.source];
                revise_posts(&mut tx, poll, origin, now, &mut done, &mut changes, &mut sketched).await?;
                for rekeyed in &poll.rekey {
                    rekey(&mut tx, poll.source, rekeyed, now).await?;
                }
            }
            let seen: Vec<PostId> = in_order.iter().flat_map(|poll| &poll.seen).copied().collect();
            note_seen(&mut tx, &seen, now).await?;
            changes.extend(standing::settle(&mut tx, &unsettled).await?);
            changes::append(&mut tx, &changes, now).await?;
            sketches::add(&mut tx, &sketched).await?;
            tx.commit().await?;
            Ok(done)
        })
    }
}

/// Notes how polling went, and ends the leases. Gives the sources that were taken out meanwhile: nothing of their polls is
/// kept, so that the next one, should it come back, reads everything anew. Adds to `redirects` where those of a source led
/// before.
async fn note_polls(
    tx: &mut Tx,
    polls: &[&Intents],
    redirects: &mut BTreeMap<SourceId, Address>,
) -> Result<Vec<SourceId>> {
    // Most of what a large site does is to note that nothing has changed. Statements of three sizes serve batches of
    // every size, so that each is prepared once.
    const SIZES: [usize; 3] = [ROWS_AT_ONCE, 8, 1];
    let mut missing: BTreeSet<SourceId> = polls.iter().map(|poll| poll.source).collect();
    let mut rest = polls;
    while !rest.is_empty() {
        let size = SIZES.into_iter().find(|size| *size <= rest.len()).expect("one is the smallest");
        let (these, others) = rest.split_at(size);
        let sources: Vec<SourceId> = these.iter().map(|poll| poll.source).collect();
        let mut before = history::before(tx, &sources).await?;
        for id in put_poll_states(tx, these).await? {
            missing.remove(&SourceId::new(id));
        }
        for poll in these {
            if missing.contains(&poll.source) {
                continue;
            }
            let Some(Before { answered, moved_to }) = before.remove(&poll.source) else { continue };
            history::note_turn(tx, poll.source, answered, &poll.poll).await?;
            redirects.extend(moved_to.map(|to| (poll.source, to)));
        }
        rest = others;
    }
    const FREE: &str = "UPDATE sources SET leased_until = NULL, leased_by = NULL WHERE id = $1";
    for source in &missing {
        on!(Tx, tx, |c| sqlx::query(FREE).bind(source.get()).execute(&mut **c).await?.rows_affected());
    }
    Ok(missing.into_iter().collect())
}

/// The columns that a poll always brings anew.
const POLL_STATE: [&str; 21] = [
    "etag",
    "last_modified",
    "validators_for",
    "body_hash",
    "next_poll",
    "last_polled",
    "last_answer",
    "last_status",
    "last_message",
    "last_ok",
    "last_new",
    "failing_since",
    "failures",
    "moved_to",
    "moved_since",
    "wish_until",
    "wish_reason",
    "asked",
    "rhythm",
    "next_reason",
    "document_bytes",
];

/// Puts the state of several sources in one statement, and ends their leases; gives those that are there.
async fn put_poll_states(tx: &mut Tx, polls: &[&Intents]) -> Result<Vec<i64>> {
    Ok(on!(Tx, tx, |c: Db| {
        let mut update = QueryBuilder::<Db>::new("UPDATE sources SET leased_until = NULL, leased_by = NULL");
        for (at, column) in POLL_STATE.iter().enumerate() {
            // Both engines number the columns of VALUES from one; the first is the source.
            update.push(format_args!(", {column} = polls.column{}", at + 2));
        }
        update.push(" FROM (");
        update.push_values(polls, |mut row, Intents { source, poll, .. }| {
            row.push_bind(source.get())
                .push_bind(plain_or_none(poll.etag.as_deref()))
                .push_bind(plain_or_none(poll.last_modified.as_deref()))
                .push_bind(plain_or_none(poll.validators_for.as_deref()))
                .push_bind(poll.body_hash.clone())
                .push_bind(poll.next_poll.millis())
                .push_bind(poll.last_polled.map(Time::millis))
                .push_bind(poll.last_answer.map(|answer| answer.as_str()))
                .push_bind(poll.last_status.map(i64::from))
                .push_bind(plain_or_none(poll.last_message.as_deref()))
                .push_bind(poll.last_ok.map(Time::millis))
                .push_bind(poll.last_new.map(Time::millis))
                .push_bind(poll.failing_since.map(Time::millis))
                .push_bind(i64::from(poll.failures))
                .push_bind(poll.moved_to.as_ref().map(|address| address.as_str().to_owned()))
                .push_bind(poll.moved_since.map(Time::millis))
                .push_bind(poll.wish_until.map(Time::millis))
                .push_bind(plain_or_none(poll.wish_reason.as_deref()))
                .push_bind(plain_or_none(poll.asked.as_deref()))
                .push_bind(poll.rhythm.clone())
                .push_bind(plain_or_none(poll.next_reason.as_deref()))
                .push_bind(poll.document_bytes.map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)));
        });
        // The states in which a source is shown.
        update
            .push(") AS polls WHERE sources.id = polls.column1 AND state IN ('active', 'paused', 'gone') RETURNING id");
        update.build_query_scalar().fetch_all(&mut **c).await?
    }))
}

/// Takes over what the source says of itself, a move, and that it is gone. `None` if there is no such source.
async fn take_over(
    tx: &mut Tx,
    poll: &Intents,
    redirect: Option<&Address>,
    now: Time,
    done: &mut CarriedOut,
    changes: &mut Vec<NewChange>,
) -> Result<Option<Origin>> {
    let Some(before) = source_record(tx, poll.source).await? else { return Ok(None) };
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
            UPDATE sources SET address = $2, host = $3
            WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM sources other WHERE other.address = $2)";
        let moved = on!(Tx, tx, |c| sqlx::query(MOVE)
            .bind(poll.source.get())
            .bind(address.as_str())
            .bind(address.server())
            .execute(&mut **c)
            .await?
            .rows_affected());
        if moved == 0 {
            done.not_moved.push(poll.source);
        } else {
            let why = match redirect {
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

/// Adds the new posts of all polls; gives those about which the river must be asked again.
async fn add_posts(
    tx: &mut Tx,
    polls: &[&Intents],
    origins: &BTreeMap<SourceId, Origin>,
    now: Time,
    done: &mut CarriedOut,
    changes: &mut Vec<NewChange>,
    sketched: &mut Vec<KeptSketch>,
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
        sketched.extend(sketch(number, origin.source, post, post.place.min(now)));
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

fn sketch(post: PostId, source: SourceId, new: &NewPost, place: Time) -> Option<KeptSketch> {
    Some(KeptSketch { post, source, place, bytes: new.body.sketch.clone()? })
}

async fn revise_posts(
    tx: &mut Tx,
    poll: &Intents,
    origin: &Origin,
    now: Time,
    done: &mut CarriedOut,
    changes: &mut Vec<NewChange>,
    sketched: &mut Vec<KeptSketch>,
) -> Result<()> {
    let mut signed = vec![];
    for revised in &poll.revise {
        if let Some(place) = insert::revise(tx, origin, revised, now).await? {
            sketched.extend(sketch(revised.id, poll.source, &revised.post, place));
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
