//! What a source went through: its former addresses, and each time that it began to answer in another way.

use std::collections::BTreeMap;

use model::{Address, Outcome, SourceId, Time};
use sqlx::QueryBuilder;

use crate::engine::{Columns, Tx, on, plain, plain_or_none};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::source::PollState;
use crate::words::MoveReason;

/// How many turns of a source are kept.
const TURNS_KEPT: i64 = 20;

/// How many moves of a source are kept.
const MOVES_KEPT: i64 = 50;

/// What a source went through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// Its changes of address, the newest first; the last fifty.
    pub moves: Vec<Moved>,
    /// When it began to answer in another way, the newest first; the last twenty.
    pub turns: Vec<Turn>,
}

/// A change of address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// When.
    pub at: Time,
    /// The address before.
    pub from: String,
    /// The address since.
    pub to: String,
    /// Who or what moved it.
    pub why: MoveReason,
}

/// The moment from which a source answered in another way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// When it was first seen.
    pub at: Time,
    /// How it answered from then on.
    pub answer: Outcome,
    /// The status.
    pub status: Option<u16>,
    /// More about it in words.
    pub message: Option<String>,
}

impl Store {
    /// What a source went through.
    pub fn history(&self, source: SourceId) -> Pending<'_, History> {
        Box::pin(async move {
            const MOVES: &str = "
                SELECT at, left_address, new_address, why FROM source_moves WHERE source_id = $1 ORDER BY id DESC";
            const TURNS: &str = "
                SELECT at, answer, status, message FROM source_turns WHERE source_id = $1 ORDER BY id DESC";
            Ok(on!(Reader, self.reader(), |c| {
                let moves = sqlx::query(MOVES).bind(source.get()).fetch_all(c).await?;
                let turns = sqlx::query(TURNS).bind(source.get()).fetch_all(c).await?;
                History {
                    moves: moves.iter().map(Moved::read).collect::<sqlx::Result<_>>()?,
                    turns: turns.iter().map(Turn::read).collect::<sqlx::Result<_>>()?,
                }
            }))
        })
    }
}

impl Moved {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            at: row.must("at")?,
            from: row.must("left_address")?,
            to: row.must("new_address")?,
            why: row.must("why")?,
        })
    }
}

impl Turn {
    fn read(row: &impl Columns) -> sqlx::Result<Self> {
        Ok(Self {
            at: row.must("at")?,
            answer: row.must("answer")?,
            status: row.maybe("status")?,
            message: row.maybe("message")?,
        })
    }
}

/// How a source answered at a look, with the status.
pub(crate) type Answered = (Option<Outcome>, Option<u16>);

/// What was known of a source before a look.
pub(crate) struct Before {
    /// How it answered last.
    pub answered: Answered,
    /// Where its redirects lead, as far as it is noted.
    pub moved_to: Option<Address>,
}

/// What is known of these sources, as far as they are there.
pub(crate) async fn before(tx: &mut Tx, sources: &[SourceId]) -> Result<BTreeMap<SourceId, Before>> {
    Ok(on!(Tx, tx, |c: Db| {
        let mut select =
            QueryBuilder::<Db>::new("SELECT id, last_answer, last_status, moved_to FROM sources WHERE id IN (");
        let mut list = select.separated(", ");
        sources.iter().for_each(|source| {
            list.push_bind(source.get());
        });
        select.push(")");
        let rows = select.build().fetch_all(&mut **c).await?;
        rows.iter()
            .map(|row| {
                let answered = (row.maybe("last_answer")?, row.maybe("last_status")?);
                Ok((row.must("id")?, Before { answered, moved_to: row.maybe("moved_to")? }))
            })
            .collect::<sqlx::Result<_>>()?
    }))
}

/// Whether a source answers in another way than before: well or badly, or badly for another reason.
fn has_turned(before: Answered, now: Answered) -> bool {
    let kind = |(answer, status): Answered| answer.map(|answer| (answer.is_good(), answer, status));
    match (kind(before), kind(now)) {
        (_, None) | (None, Some((true, ..))) | (Some((true, ..)), Some((true, ..))) => false,
        (before, now) => before != now,
    }
}

/// Notes that a source has begun to answer in another way, if it has, and forgets the oldest turn.
pub(crate) async fn note_turn(tx: &mut Tx, source: SourceId, before: Answered, now: &PollState) -> Result<()> {
    const SQL: &str = "INSERT INTO source_turns (source_id, at, answer, status, message) VALUES ($1, $2, $3, $4, $5)";
    const FORGET: &str = "
        DELETE FROM source_turns WHERE source_id = $1 AND id <= (
            SELECT id FROM source_turns WHERE source_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)";
    let (Some(answer), Some(at)) = (now.last_answer, now.last_polled) else { return Ok(()) };
    if !has_turned(before, (now.last_answer, now.last_status)) {
        return Ok(());
    }
    on!(Tx, tx, |c| {
        sqlx::query(SQL)
            .bind(source.get())
            .bind(at.millis())
            .bind(answer.as_str())
            .bind(now.last_status.map(i64::from))
            .bind(plain_or_none(now.last_message.as_deref()))
            .execute(&mut **c)
            .await?;
        sqlx::query(FORGET).bind(source.get()).bind(TURNS_KEPT).execute(&mut **c).await?.rows_affected()
    });
    Ok(())
}

/// Notes a change of address, and forgets the oldest.
pub(crate) async fn note_move(tx: &mut Tx, source: SourceId, moved: &Moved) -> Result<()> {
    const SQL: &str = "
        INSERT INTO source_moves (source_id, at, left_address, new_address, why) VALUES ($1, $2, $3, $4, $5)";
    const FORGET: &str = "
        DELETE FROM source_moves WHERE source_id = $1 AND id <= (
            SELECT id FROM source_moves WHERE source_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)";
    on!(Tx, tx, |c| {
        sqlx::query(SQL)
            .bind(source.get())
            .bind(moved.at.millis())
            .bind(plain(&moved.from))
            .bind(plain(&moved.to))
            .bind(moved.why.as_str())
            .execute(&mut **c)
            .await?;
        sqlx::query(FORGET).bind(source.get()).bind(MOVES_KEPT).execute(&mut **c).await?.rows_affected()
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answer: Option<Outcome>, status: u16) -> Answered {
        (answer, Some(status).filter(|status| *status > 0))
    }

    #[track_caller]
    fn check(before: Option<Outcome>, status: u16, now: Outcome, status_now: u16, turned: bool) {
        assert_eq!(has_turned(answered(before, status), answered(Some(now), status_now)), turned, "{before:?} {now}");
    }

    #[test]
    fn a_turn_is_another_way_to_answer() {
        check(None, 0, Outcome::New, 200, false);
        check(None, 0, Outcome::NotFound, 404, true);
        check(Some(Outcome::New), 200, Outcome::Unchanged, 304, false);
        check(Some(Outcome::Unchanged), 304, Outcome::TimedOut, 0, true);
        check(Some(Outcome::TimedOut), 0, Outcome::TimedOut, 0, false);
        check(Some(Outcome::ServerError), 500, Outcome::ServerError, 502, true);
        check(Some(Outcome::ServerError), 500, Outcome::New, 200, true);
    }
}
