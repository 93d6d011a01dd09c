//! Which of our own feeds a hub is still to be told about, after which change.

use model::Time;

use crate::engine::{Columns, on, plain};
use crate::open::Store;
use crate::pending::Pending;

/// Where it is noted up to which change hubs were told.
const CURSOR: &str = "hub-told";

/// A feed that a hub is to be told about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ping {
    /// The address of the feed.
    pub topic: String,
    /// How often it has been tried, this time included.
    pub tries: u32,
}

impl Store {
    /// The number of the last change that hubs were told about. At first that is the last there is: what was there before
    /// a hub was named is no news.
    pub fn told_up_to(&self) -> Pending<'_, i64> {
        Box::pin(async move {
            if let Some(number) = self.setting(CURSOR).await?.and_then(|number| number.parse().ok()) {
                return Ok(number);
            }
            let last = self.revision().await?.number;
            self.put_setting(CURSOR, &last.to_string()).await?;
            Ok(last)
        })
    }

    /// Notes which feeds changed between two changes; they are told about from `due` on, together with what changes until
    /// then. `false` if somebody else has noted it.
    pub fn note_pings<'a>(&'a self, from: i64, to: i64, topics: &'a [String], due: Time) -> Pending<'a, bool> {
        Box::pin(async move {
            const MOVE: &str = "UPDATE settings SET value = $3 WHERE key = $1 AND value = $2";
            const NOTE: &str = "
                INSERT INTO pings (topic, due, tries, again) VALUES ($1, $2, 0, 0)
                ON CONFLICT (topic) DO UPDATE SET again = 1";
            let mut tx = self.begin().await?;
            let moved = on!(Tx, &mut tx, |c| sqlx::query(MOVE)
                .bind(CURSOR)
                .bind(from.to_string())
                .bind(to.to_string())
                .execute(&mut **c)
                .await?
                .rows_affected());
            if moved == 0 {
                return Ok(false);
            }
            for topic in topics {
                on!(Tx, &mut tx, |c| sqlx::query(NOTE)
                    .bind(plain(topic))
                    .bind(due.millis())
                    .execute(&mut **c)
                    .await?
                    .rows_affected());
            }
            tx.commit().await?;
            Ok(true)
        })
    }

    /// Takes feeds that are to be told about, which nobody else gets before `until`.
    pub fn take_pings(&self, now: Time, until: Time, limit: u32) -> Pending<'_, Vec<Ping>> {
        Box::pin(async move {
            const DUE: &str = "SELECT topic FROM pings WHERE due <= $1 ORDER BY due LIMIT $2";
            const TAKE: &str = "
                UPDATE pings SET due = $2, tries = tries + 1, again = 0 WHERE topic = $1 AND due <= $3
                RETURNING topic, tries";
            let due: Vec<String> = on!(Reader, self.reader(), |c| sqlx::query_scalar(DUE)
                .bind(now.millis())
                .bind(i64::from(limit))
                .fetch_all(c)
                .await?);
            let mut taken = vec![];
            if due.is_empty() {
                return Ok(taken);
            }
            let mut tx = self.begin().await?;
            for topic in due {
                on!(Tx, &mut tx, |c| {
                    let row = sqlx::query(TAKE)
                        .bind(topic.as_str())
                        .bind(until.millis())
                        .bind(now.millis())
                        .fetch_optional(&mut **c)
                        .await?;
                    if let Some(row) = row {
                        taken.push(Ping { topic: row.must("topic")?, tries: row.must("tries")? });
                    }
                });
            }
            tx.commit().await?;
            Ok(taken)
        })
    }

    /// Notes that a hub was told. What has changed since it was taken is told from `due` on.
    pub fn pinged<'a>(&'a self, ping: &'a Ping, due: Time) -> Pending<'a, ()> {
        Box::pin(async move {
            const AGAIN: &str = "UPDATE pings SET due = $2, tries = 0, again = 0 WHERE topic = $1 AND again = 1";
            const DONE: &str = "DELETE FROM pings WHERE topic = $1";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| {
                let again = sqlx::query(AGAIN).bind(plain(&ping.topic)).bind(due.millis()).execute(&mut **c).await?;
                if again.rows_affected() == 0 {
                    sqlx::query(DONE).bind(plain(&ping.topic)).execute(&mut **c).await?;
                }
            });
            tx.commit().await
        })
    }

    /// Notes that a hub could not be told: it is tried again at a time, or never.
    pub fn not_pinged<'a>(&'a self, ping: &'a Ping, again: Option<Time>) -> Pending<'a, ()> {
        Box::pin(async move {
            const LATER: &str = "UPDATE pings SET due = $2 WHERE topic = $1";
            const NEVER: &str = "DELETE FROM pings WHERE topic = $1";
            let mut tx = self.begin().await?;
            on!(Tx, &mut tx, |c| match again {
                Some(at) => sqlx::query(LATER).bind(plain(&ping.topic)).bind(at.millis()).execute(&mut **c).await?,
                None => sqlx::query(NEVER).bind(plain(&ping.topic)).execute(&mut **c).await?,
            }
            .rows_affected());
            tx.commit().await
        })
    }
}
