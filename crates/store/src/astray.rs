//! Sources whose times a wrong clock has set: nobody would ask them for as long as it was wrong.

use std::time::Duration;

use model::Time;

use crate::engine::on;
use crate::open::Store;
use crate::pending::Pending;

/// Clocks of machines that share a database may differ by so much before one of them is taken to have been wrong.
const SKEW: Duration = Duration::from_secs(86_400);

/// How far a wish to skip hours and days may put a look beyond the end of a wait that a server asked for.
const SKIPS: Duration = Duration::from_secs(4 * 86_400);

impl Store {
    /// Makes due what no rule can have put off: a source that was last looked at in the future, or whose next look lies
    /// further ahead than `longest` although its server did not ask for that. Gives their number.
    ///
    /// What else such a look left in the future is brought back to `now`.
    pub fn make_stray_sources_due(&self, now: Time, longest: Duration) -> Pending<'_, u64> {
        Box::pin(async move {
            // The index of what is due leads to the few that are far ahead.
            const ASTRAY: &str = "
                SELECT COUNT(*) FROM sources WHERE state = 'active' AND leased_until IS NULL AND next_poll > $1
                    AND (last_polled > $1 OR (next_poll > $2 AND (wish_until IS NULL OR wish_until < next_poll - $3)))";
            const DUE: &str = "
                UPDATE sources SET next_poll = $4, wish_until = NULL, wish_reason = NULL,
                    last_polled = CASE WHEN last_polled > $4 THEN NULL ELSE last_polled END,
                    last_ok = CASE WHEN last_ok > $4 THEN $4 ELSE last_ok END,
                    last_new = CASE WHEN last_new > $4 THEN $4 ELSE last_new END,
                    failing_since = CASE WHEN failing_since > $4 THEN $4 ELSE failing_since END,
                    moved_since = CASE WHEN moved_since > $4 THEN $4 ELSE moved_since END
                WHERE state = 'active' AND leased_until IS NULL AND next_poll > $1
                    AND (last_polled > $1 OR (next_poll > $2 AND (wish_until IS NULL OR wish_until < next_poll - $3)))";
            let (ahead, far) = ((now + SKEW).millis(), (now + longest).millis());
            let skips = i64::try_from(SKIPS.as_millis()).expect("days are few milliseconds");
            let astray: i64 = on!(Reader, self.reader(), |c| sqlx::query_scalar(ASTRAY)
                .bind(ahead)
                .bind(far)
                .bind(skips)
                .fetch_one(c)
                .await?);
            if astray == 0 {
                return Ok(0);
            }
            let mut tx = self.begin().await?;
            let made_due = on!(Tx, &mut tx, |c| sqlx::query(DUE)
                .bind(ahead)
                .bind(far)
                .bind(skips)
                .bind(now.millis())
                .execute(&mut **c)
                .await?
                .rows_affected());
            tx.commit().await?;
            Ok(made_due)
        })
    }
}
