//! A clock that was wrong for a while must keep no source from being asked once it is right again.

use std::time::Duration;

use store::StoreError;
use tracing::warn;

use crate::poll::Crawler;

/// Further ahead than any rule of ours puts a look: a week of failures and a long weekend to skip, with time to spare.
/// `Retry-After` alone may put one further off.
const LONGEST: Duration = Duration::from_secs(14 * 86_400);

impl Crawler {
    /// Makes due what a clock that was wrong has put off beyond that.
    pub(crate) async fn mend_times(&self) -> Result<(), StoreError> {
        match self.store.make_stray_sources_due(self.clock.now(), LONGEST).await? {
            0 => {}
            count => {
                warn!(
                    count,
                    "Sources were to be asked implausibly late, {count} of them; a clock was wrong. They are due now"
                )
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pace::{self, FeedWishes, Look, Rhythm, Wishes};
    use model::{Outcome, Time};

    #[test]
    fn no_rule_puts_a_look_further_ahead() {
        let now: Time = "2026-11-23T09:00:00Z".parse().unwrap();
        let week = Duration::from_secs(7 * 86_400);
        for outcome in [Outcome::New, Outcome::ServerError] {
            for skip_days in [vec![], vec![0, 1, 2], vec![0, 1, 2, 3, 4, 5, 6]] {
                let feed = FeedWishes { period: Some(week * 52), skip_hours: vec![9], skip_days };
                let wishes = Wishes { not_before: None, fresh_for: Some(week * 520), feed };
                let look = Look {
                    outcome,
                    failures: u32::MAX,
                    is_first: true,
                    has_validators: false,
                    wishes: &wishes,
                    rhythm: &Rhythm::unknown(now),
                    pace: None,
                    is_told: false,
                    spread: u64::MAX,
                };
                assert!(pace::next_poll(now, &look).at.since(now) < LONGEST, "{look:?}");
            }
        }
    }
}
