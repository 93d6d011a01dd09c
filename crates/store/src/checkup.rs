//! What there is to know about how the whole installation does: for its log and for `watersmeet check`.

use model::{Outcome, Time};

use crate::engine::{Columns, on};
use crate::open::Store;
use crate::pending::Pending;
use crate::source::{SourceRecord, source_columns};

/// How the sources stand, counted in one go.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// All sources that are shown.
    pub sources: u64,
    /// Those that are polled.
    pub polled: u64,
    /// Those that an editor paused.
    pub paused: u64,
    /// Those that are gone for good.
    pub gone: u64,
    /// Those of the polled ones whose last look failed.
    pub failing: u64,
    /// Those of the polled ones whose time had come before the instant that was asked about.
    pub overdue: u64,
    /// Those that are leased until later than any lease lasts.
    pub long_leased: u64,
    /// Those that are to be polled only after the instant that was asked about, though nobody asked for that.
    pub far_off: u64,
    /// The last time that any was polled.
    pub last_polled: Option<Time>,
    /// When the newest post was first seen.
    pub last_seen: Option<Time>,
}

/// Against which instants sources are counted.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// What should have been polled before this is overdue.
    pub overdue: Time,
    /// No lease lasts longer than this.
    pub lease: Time,
    /// Nothing is put off further than this unless it asked for it.
    pub far: Time,
}

/// The statement that finds polled sources of which something is true.
macro_rules! polled {
    ($true:literal) => {
        concat!("SELECT ", source_columns!(), " FROM sources WHERE state = 'active' AND ", $true)
    };
}

/// The sources that a statement finds with these values.
macro_rules! found {
    ($store:expr, $sql:expr, $($value:expr),+) => {
        Box::pin(async move {
            Ok(on!(Reader, $store.reader(), |c| {
                let rows = sqlx::query($sql)$(.bind($value))+.fetch_all(c).await?;
                rows.iter().map(SourceRecord::read).collect::<sqlx::Result<_>>()?
            }))
        })
    };
}

impl Store {
    /// How the sources stand.
    pub fn facts<'a>(&'a self, marks: &'a Marks) -> Pending<'a, Facts> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT COALESCE(SUM(CASE WHEN state IN ('active', 'paused', 'gone') THEN 1 ELSE 0 END), 0) AS sources,
                    COALESCE(SUM(CASE WHEN state = 'active' THEN 1 ELSE 0 END), 0) AS polled,
                    COALESCE(SUM(CASE WHEN state = 'paused' THEN 1 ELSE 0 END), 0) AS paused,
                    COALESCE(SUM(CASE WHEN state = 'gone' THEN 1 ELSE 0 END), 0) AS gone,
                    COALESCE(SUM(CASE WHEN state = 'active' AND failures > 0 THEN 1 ELSE 0 END), 0) AS failing,
                    COALESCE(SUM(CASE WHEN state = 'active' AND next_poll < $1 THEN 1 ELSE 0 END), 0) AS overdue,
                    COALESCE(SUM(CASE WHEN leased_until > $2 THEN 1 ELSE 0 END), 0) AS long_leased,
                    COALESCE(SUM(CASE WHEN state = 'active' AND next_poll > $3
                        AND (wish_until IS NULL OR wish_until < $3) THEN 1 ELSE 0 END), 0) AS far_off,
                    MAX(last_polled) AS last_polled
                FROM sources";
            const SEEN: &str = "SELECT first_seen FROM posts ORDER BY id DESC LIMIT 1";
            Ok(on!(Reader, self.reader(), |c| {
                let row = sqlx::query(SQL)
                    .bind(marks.overdue.millis())
                    .bind(marks.lease.millis())
                    .bind(marks.far.millis())
                    .fetch_one(c)
                    .await?;
                let seen: Option<i64> = sqlx::query_scalar(SEEN).fetch_optional(c).await?;
                Facts {
                    sources: row.must("sources")?,
                    polled: row.must("polled")?,
                    paused: row.must("paused")?,
                    gone: row.must("gone")?,
                    failing: row.must("failing")?,
                    overdue: row.must("overdue")?,
                    long_leased: row.must("long_leased")?,
                    far_off: row.must("far_off")?,
                    last_polled: row.maybe("last_polled")?,
                    last_seen: seen.map(Time::from_millis),
                }
            }))
        })
    }

    /// How many of the polled sources fail in which way, the most frequent first.
    pub fn failing(&self) -> Pending<'_, Vec<(Outcome, u64)>> {
        Box::pin(async move {
            const SQL: &str = "
                SELECT last_answer AS answer, COUNT(*) AS sources FROM sources
                WHERE state = 'active' AND failures > 0 AND last_answer IS NOT NULL
                GROUP BY last_answer ORDER BY 2 DESC, 1";
            Ok(on!(Reader, self.reader(), |c| {
                let rows = sqlx::query(SQL).fetch_all(c).await?;
                rows.iter().map(|row| Ok((row.must("answer")?, row.must("sources")?))).collect::<sqlx::Result<_>>()?
            }))
        })
    }

    /// The polled sources that fail in one way, those first that have done so for longest.
    pub fn failing_so(&self, answer: Outcome, limit: u32) -> Pending<'_, Vec<SourceRecord>> {
        const SQL: &str = polled!("failures > 0 AND last_answer = $1 ORDER BY failing_since, id LIMIT $2");
        found!(self, SQL, answer.as_str(), i64::from(limit))
    }

    /// The polled sources whose documents were at least so large when they were last read, the largest first.
    pub fn large_documents(&self, at_least: u64, limit: u32) -> Pending<'_, Vec<SourceRecord>> {
        const SQL: &str = polled!("document_bytes >= $1 ORDER BY document_bytes DESC, id LIMIT $2");
        found!(self, SQL, i64::try_from(at_least).unwrap_or(i64::MAX), i64::from(limit))
    }

    /// The polled sources that say that they have moved for good to where another source is polled.
    pub fn stuck_moves(&self, limit: u32) -> Pending<'_, Vec<SourceRecord>> {
        const SQL: &str = polled!(
            "moved_to IS NOT NULL AND EXISTS (SELECT 1 FROM sources there WHERE there.address = sources.moved_to)
            ORDER BY moved_since, id LIMIT $1"
        );
        found!(self, SQL, i64::from(limit))
    }
}
