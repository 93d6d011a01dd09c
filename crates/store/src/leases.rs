//! Who polls which source now. A lease ends by itself, so a process that dies holds nothing up for long.

use model::{SourceId, Time};
use sqlx::QueryBuilder;

use crate::engine::{ROWS_AT_ONCE, Tx, on, plain};
use crate::error::Result;
use crate::open::Store;
use crate::pending::Pending;
use crate::source::{SourceRecord, source_columns};

/// No other crawler asks a source's host: its sources are one crawler's at a time, so that its pauses hold.
macro_rules! host_is_free {
    () => {
        "NOT EXISTS (
            SELECT 1 FROM sources held
            WHERE held.host = sources.host AND held.leased_until IS NOT NULL AND held.leased_by <> "
    };
}

/// Takes sources that are due and free, but for the end.
macro_rules! pick {
    () => {
        concat!(
            "UPDATE sources SET leased_until = $1, leased_by = $2 WHERE id IN (
                SELECT id FROM sources
                WHERE state = 'active' AND leased_until IS NULL AND next_poll <= $3 AND ",
            host_is_free!(),
            "$2) ORDER BY next_poll LIMIT $4"
        )
    };
}

impl Store {
    /// Takes up to `limit` sources that are due and free, those that have waited longest first.
    ///
    /// A source is passed over while another crawler holds a source on the same host.
    pub fn lease_due<'a>(&'a self, now: Time, until: Time, who: &'a str, limit: u32) -> Pending<'a, Vec<SourceRecord>> {
        Box::pin(async move {
            const PICK: &str = concat!(pick!(), ") RETURNING ", source_columns!());
            // Rows that an editor is just changing are passed over instead of waited for.
            const PICK_FREE: &str = concat!(pick!(), " FOR UPDATE SKIP LOCKED) RETURNING ", source_columns!());
            if self.next_due().await?.is_none_or(|due| due > now) {
                return Ok(vec![]);
            }
            let mut tx = self.begin_leasing(now).await?;
            let sql = if matches!(tx, Tx::Sqlite(_)) { PICK } else { PICK_FREE };
            let mut leased = on!(Tx, &mut tx, |c| sqlx::query(sql)
                .bind(until.millis())
                .bind(plain(who))
                .bind(now.millis())
                .bind(i64::from(limit))
                .fetch_all(&mut **c)
                .await?
                .iter()
                .map(SourceRecord::read)
                .collect::<sqlx::Result<Vec<_>>>()?);
            tx.commit().await?;
            leased.sort_by_key(|source| (source.poll.next_poll, source.id));
            Ok(leased)
        })
    }

    /// Takes those of the named sources that are polled at all and free, due or not.
    pub fn lease<'a>(
        &'a self,
        ids: &'a [SourceId],
        now: Time,
        until: Time,
        who: &'a str,
    ) -> Pending<'a, Vec<SourceRecord>> {
        Box::pin(async move {
            if ids.is_empty() {
                return Ok(vec![]);
            }
            let mut tx = self.begin_leasing(now).await?;
            let mut leased = on!(Tx, &mut tx, |c: Db| {
                let mut update = QueryBuilder::<Db>::new("UPDATE sources SET leased_until = ");
                update.push_bind(until.millis()).push(", leased_by = ").push_bind(plain(who));
                update.push(concat!(" WHERE state = 'active' AND leased_until IS NULL AND ", host_is_free!()));
                update.push_bind(plain(who)).push(") AND id IN (");
                let mut list = update.separated(", ");
                ids.iter().for_each(|id| {
                    list.push_bind(id.get());
                });
                update.push(concat!(") RETURNING ", source_columns!()));
                let rows = update.build().persistent(false).fetch_all(&mut **c).await?;
                rows.iter().map(SourceRecord::read).collect::<sqlx::Result<Vec<_>>>()?
            });
            tx.commit().await?;
            leased.sort_by_key(|source| source.id);
            Ok(leased)
        })
    }

    /// A transaction that leases: one crawler after the other, each after the leases that have ended were taken away.
    async fn begin_leasing(&self, now: Time) -> Result<Tx> {
        const END: &str = "
            UPDATE sources SET leased_until = NULL, leased_by = NULL
            WHERE leased_until IS NOT NULL AND leased_until <= $1";
        let mut tx = self.begin().await?;
        if let Tx::Postgres(c) = &mut tx {
            // Two that pick at once would not see which hosts the other has just picked. SQLite has one writer anyway.
            const TAKE_TURN: &str = "SELECT pg_advisory_xact_lock(7237128888997146478)";
            sqlx::query(TAKE_TURN).execute(&mut **c).await?;
        }
        on!(Tx, &mut tx, |c| sqlx::query(END).bind(now.millis()).execute(&mut **c).await?.rows_affected());
        Ok(tx)
    }

    /// Gives back sources that somebody holds and cannot ask soon, each until its turn.
    pub fn put_off<'a>(&'a self, turns: &'a [(SourceId, Time)], who: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            if turns.is_empty() {
                return Ok(());
            }
            let mut tx = self.begin().await?;
            for turns in turns.chunks(ROWS_AT_ONCE) {
                on!(Tx, &mut tx, |c: Db| {
                    let mut update = QueryBuilder::<Db>::new(
                        "UPDATE sources SET leased_until = NULL, leased_by = NULL, next_poll = turns.column2 FROM (",
                    );
                    update.push_values(turns, |mut row, (id, turn)| {
                        row.push_bind(id.get()).push_bind(turn.millis());
                    });
                    update.push(") AS turns WHERE sources.id = turns.column1 AND sources.leased_by = ");
                    update.push_bind(plain(who));
                    update.build().persistent(false).execute(&mut **c).await?;
                });
            }
            tx.commit().await
        })
    }

    /// Holds on for longer to what somebody still holds.
    pub fn renew<'a>(&'a self, who: &'a str, until: Time, now: Time) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "
                UPDATE sources SET leased_until = $1
                WHERE leased_until IS NOT NULL AND leased_until > $2 AND leased_by = $3";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL)
                .bind(until.millis())
                .bind(now.millis())
                .bind(plain(who))
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await
        })
    }

    /// Gives back what somebody still holds: after a stop in good order, or at the start of the only process that goes
    /// by that name.
    pub fn release<'a>(&'a self, who: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            const SQL: &str = "
                UPDATE sources SET leased_until = NULL, leased_by = NULL WHERE leased_until IS NOT NULL AND leased_by = $1";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| sqlx::query(SQL).bind(plain(who)).execute(&mut **c).await?.rows_affected());
            tx.commit().await
        })
    }

    /// When there is something to poll next, which may be a source whose lease ends: in the past if something is due,
    /// `None` if nothing ever will be.
    pub fn next_due(&self) -> Pending<'_, Option<Time>> {
        Box::pin(async move {
            const FREE: &str = "
                SELECT next_poll FROM sources WHERE state = 'active' AND leased_until IS NULL ORDER BY next_poll LIMIT 1";
            const LEASED: &str = "
                SELECT leased_until FROM sources WHERE leased_until IS NOT NULL AND state = 'active'
                ORDER BY leased_until LIMIT 1";
            let (free, leased) = on!(Reader, self.reader(), |c| {
                let free: Option<i64> = sqlx::query_scalar(FREE).fetch_optional(c).await?;
                let leased: Option<i64> = sqlx::query_scalar(LEASED).fetch_optional(c).await?;
                (free, leased)
            });
            Ok(free.into_iter().chain(leased).min().map(Time::from_millis))
        })
    }

    /// How many sources are to be looked at in each second from one instant up to another, the earliest first.
    pub fn planned_looks(&self, from: Time, to: Time) -> Pending<'_, Vec<(Time, u64)>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT next_poll / 1000 AS second, COUNT(*) AS looks FROM sources
                WHERE state = 'active' AND next_poll >= $1 AND next_poll < $2 GROUP BY next_poll / 1000 ORDER BY 1";
            let seconds: Vec<(i64, i64)> = on!(Reader, self.reader(), |c| sqlx::query_as(SQL)
                .bind(from.millis())
                .bind(to.millis())
                .fetch_all(c)
                .await?);
            Ok(seconds.into_iter().map(|(at, looks)| (Time::from_millis(at * 1_000), looks.unsigned_abs())).collect())
        })
    }

    /// Every source that is polled at all.
    pub fn polled_sources(&self) -> Pending<'_, Vec<SourceId>> {
        Box::pin(async move {
            const SQL: &str = "SELECT id FROM sources WHERE state = 'active' ORDER BY id";
            let ids: Vec<i64> = on!(Reader, self.reader(), |c| sqlx::query_scalar(SQL).fetch_all(c).await?);
            Ok(ids.into_iter().map(SourceId::new).collect())
        })
    }
}
