//! When to look at a source again: pure functions of what is known about it.

use std::time::Duration;

use model::{Address, Outcome, Time};
use serde::{Deserialize, Serialize};

/// Never more often than this, whatever anybody wishes.
pub const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// How long a permanent redirect must hold before its target is stored as the address.
pub const MOVE_HOLDS: Duration = Duration::from_secs(3 * 86_400);

/// The longest that hours and days which a feed asks us to skip may put off a look: a long weekend.
const LONGEST_SKIP: Duration = Duration::from_secs(3 * 86_400);

/// What a source and its server asked of us.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Wishes {
    /// `Retry-After`, as an instant. Kept in full.
    pub not_before: Option<Time>,
    /// `max-age` or `Expires`.
    pub fresh_for: Option<Duration>,
    /// What the feed itself says, now or when it was last read.
    pub feed: FeedWishes,
}

/// What a feed itself asks for. It holds as well for answers without a feed in them.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedWishes {
    /// RSS's `ttl`, or the period of the syndication module.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Duration>,
    /// RSS's `skipHours`: hours of the day in UTC, 0 to 23.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_hours: Vec<u8>,
    /// RSS's `skipDays`: days of the week in UTC, 0 for Monday to 6 for Sunday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skip_days: Vec<u8>,
}

/// All that decides when to look again.
#[derive(Clone, Debug)]
pub struct Look<'a> {
    /// What came of the look that has just ended.
    pub outcome: Outcome,
    /// How many looks in a row have failed, this one included.
    pub failures: u32,
    /// Whether the next look can be conditional.
    pub has_validators: bool,
    /// What we were asked for.
    pub wishes: &'a Wishes,
    /// Spreads sources over the hour: any number that stays with the source.
    pub spread: u64,
    /// From 0 up to 1, by chance.
    pub jitter: f64,
}

/// When to look again, and why then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Next {
    /// Not before this instant.
    pub at: Time,
    /// What decided it.
    pub why: Why,
}

/// What decided when we look again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// The usual hour.
    Usual,
    /// Without validators each look costs a whole feed, so a day.
    NoValidators,
    /// It failed; each failure in a row doubles the wait, up to a week.
    Failing,
    /// The server said when (`Retry-After`).
    RetryAfter,
    /// The server or the feed said how long an answer stays fresh.
    Fresh,
    /// The feed named hours or days to skip.
    Skipped,
}

impl Why {
    /// The reason in words, as the end of "we ask again tomorrow, because …".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Usual => "an hour lies between two looks",
            Self::NoValidators => "it cannot tell us that nothing has changed",
            Self::Failing => "it has been failing",
            Self::RetryAfter => "it asked us to wait (Retry-After)",
            Self::Fresh => "it says how long its answer stays fresh",
            Self::Skipped => "it names hours or days to leave it alone",
        }
    }
}

/// When to look at a source again.
///
/// A wish can slow us down but never speed us up. `Retry-After` is kept in full; every other wish is bounded by a day.
/// Failures double the wait, bounded by a week: a source is never given up silently. Looks are spread over the hour by
/// an offset that stays with the source, and two are never less than an hour apart.
pub fn next_poll(now: Time, look: &Look<'_>) -> Next {
    let jitter = look.jitter.clamp(0.0, 1.0);
    let usual = if look.has_validators { (HOUR, Why::Usual) } else { (DAY, Why::NoValidators) };
    let wished = look.wishes.fresh_for.max(look.wishes.feed.period).unwrap_or_default().min(DAY);
    let mut next = if look.outcome.is_good() {
        let (wait, why) = if wished > usual.0 { (wished, Why::Fresh) } else { usual };
        Next { at: on_the_grid(now + wait, look.spread) + HOUR.mul_f64(jitter / 20.0), why }
    } else {
        // RFC 9110 §10.2.3 lets a server say when; without that we find out by doubling.
        let doubled = HOUR.saturating_mul(1 << look.failures.saturating_sub(1).min(8)).min(WEEK);
        Next { at: now + doubled.mul_f64(1.0 - jitter / 10.0).max(HOUR), why: Why::Failing }
    };
    if let Some(at) = look.wishes.not_before.filter(|at| *at > next.at) {
        next = Next { at: at + HOUR.mul_f64(jitter / 20.0), why: Why::RetryAfter };
    }
    match after_skips(next.at, &look.wishes.feed) {
        Some(at) if at > next.at => Next { at, why: Why::Skipped },
        _ => next,
    }
}

/// The first instant from `earliest` on that is the source's own in a grid of 66 minutes.
///
/// Wider than an hour, so that a look which ends a few minutes after its instant still finds the next one an hour away.
fn on_the_grid(earliest: Time, spread: u64) -> Time {
    const STEP_MILLIS: i64 = 66 * 60_000;
    let own = i64::try_from(spread % STEP_MILLIS.unsigned_abs()).expect("a remainder by a small number");
    let past = (earliest.millis() - own).rem_euclid(STEP_MILLIS);
    if past == 0 { earliest } else { earliest + Duration::from_millis((STEP_MILLIS - past).unsigned_abs()) }
}

/// The first instant from `at` on that lies in no hour and on no day to skip; `None` where there is none soon.
fn after_skips(at: Time, wishes: &FeedWishes) -> Option<Time> {
    const HOUR_MILLIS: i64 = 3_600_000;
    if wishes.skip_hours.is_empty() && wishes.skip_days.is_empty() {
        return Some(at);
    }
    let is_skipped = |time: Time| {
        let hours = time.millis().div_euclid(HOUR_MILLIS);
        // 1970-01-01 was a Thursday.
        let (hour, day) = (hours.rem_euclid(24), (hours.div_euclid(24) + 3).rem_euclid(7));
        wishes.skip_hours.iter().any(|skip| i64::from(*skip) % 24 == hour)
            || wishes.skip_days.iter().any(|skip| i64::from(*skip) == day)
    };
    let mut time = at;
    while is_skipped(time) {
        if time.since(at) > LONGEST_SKIP {
            return None;
        }
        // Keep the minutes, which spread sources over the hour.
        time = time + HOUR;
    }
    Some(time)
}

/// From when a person may have a source looked at out of turn; a restart or "refresh now" makes it no sooner.
///
/// An hour after the last look, or a day where each look costs a whole feed; and never before what `Retry-After` said.
/// After a failure the hour is enough, so that an editor can see at once whether a repair has helped.
pub fn earliest(last: Option<(Time, Outcome)>, has_validators: bool, not_before: Option<Time>) -> Time {
    let ours = match last {
        None => Time::MIN,
        Some((at, outcome)) if outcome.is_good() && !has_validators => at + DAY,
        Some((at, _)) => at + HOUR,
    };
    ours.max(not_before.unwrap_or(Time::MIN))
}

/// What a permanent redirect means for a source's address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Move {
    /// There is none; what was noted before is forgotten.
    Stays,
    /// It is noted, with the instant since when it has led there.
    Noted(Address, Time),
    /// It has held long enough: this is the address from now on.
    Settled(Address),
}

/// Judges a permanent redirect: `noted` from earlier looks, `seen` on this one.
pub fn judge_move(noted: Option<(&Address, Time)>, seen: Option<&Address>, now: Time) -> Move {
    match (noted, seen) {
        (_, None) => Move::Stays,
        (Some((noted, since)), Some(seen)) if noted == seen => {
            if now.since(since) >= MOVE_HOLDS {
                Move::Settled(seen.clone())
            } else {
                Move::Noted(seen.clone(), since)
            }
        }
        (_, Some(seen)) => Move::Noted(seen.clone(), now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Monday.
    fn now() -> Time {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    fn wishes() -> Wishes {
        Wishes::default()
    }

    fn good(wishes: &Wishes) -> Look<'_> {
        // A spread that puts the source's instants on 10:00 of the day above.
        let spread = (now() + HOUR).millis().unsigned_abs();
        Look { outcome: Outcome::New, failures: 0, has_validators: true, wishes, spread, jitter: 0.0 }
    }

    fn failed(outcome: Outcome, failures: u32, wishes: &Wishes) -> Look<'_> {
        Look { outcome, failures, ..good(wishes) }
    }

    #[track_caller]
    fn check(look: &Look<'_>, at: &str, why: Why) {
        let next = next_poll(now(), look);
        assert_eq!((next.at.to_string().as_str(), next.why), (at, why), "{look:?}");
    }

    #[test]
    fn an_hour_with_validators_and_a_day_without() {
        check(&good(&wishes()), "2026-11-23T10:00:00Z", Why::Usual);
        check(&Look { jitter: 1.0, ..good(&wishes()) }, "2026-11-23T10:03:00Z", Why::Usual);
        check(&Look { outcome: Outcome::Unchanged, ..good(&wishes()) }, "2026-11-23T10:00:00Z", Why::Usual);
        check(&Look { has_validators: false, ..good(&wishes()) }, "2026-11-24T09:06:00Z", Why::NoValidators);
    }

    #[test]
    fn wishes_slow_us_down_and_never_speed_us_up() {
        let fresh = |secs| Wishes { fresh_for: Some(Duration::from_secs(secs)), ..wishes() };
        check(&good(&fresh(60)), "2026-11-23T10:00:00Z", Why::Usual);
        check(&good(&fresh(6 * 3_600)), "2026-11-23T15:30:00Z", Why::Fresh);
        check(&good(&fresh(365 * 86_400)), "2026-11-24T09:06:00Z", Why::Fresh);
        let feed = FeedWishes { period: Some(Duration::from_secs(4 * 3_600)), ..FeedWishes::default() };
        let period = Wishes { feed, ..fresh(60) };
        check(&good(&period), "2026-11-23T13:18:00Z", Why::Fresh);
    }

    #[test]
    fn failures_double_the_wait_up_to_a_week() {
        check(&failed(Outcome::ServerError, 1, &wishes()), "2026-11-23T10:00:00Z", Why::Failing);
        check(&failed(Outcome::NotFound, 2, &wishes()), "2026-11-23T11:00:00Z", Why::Failing);
        check(&failed(Outcome::TimedOut, 6, &wishes()), "2026-11-24T17:00:00Z", Why::Failing);
        check(&failed(Outcome::UnknownHost, 9, &wishes()), "2026-11-30T09:00:00Z", Why::Failing);
        check(&failed(Outcome::UnknownHost, u32::MAX, &wishes()), "2026-11-30T09:00:00Z", Why::Failing);
        let nothing = wishes();
        let jittered = Look { jitter: 1.0, ..failed(Outcome::UnknownHost, 90, &nothing) };
        check(&jittered, "2026-11-29T16:12:00Z", Why::Failing);
        let first = Look { jitter: 1.0, ..failed(Outcome::ServerError, 1, &nothing) };
        check(&first, "2026-11-23T10:00:00Z", Why::Failing);
    }

    #[test]
    fn retry_after_is_kept_in_full() {
        let until = |at: &str| Wishes { not_before: Some(at.parse().unwrap()), ..wishes() };
        check(&failed(Outcome::SlowDown, 1, &until("2026-11-23T09:00:30Z")), "2026-11-23T10:00:00Z", Why::Failing);
        check(&failed(Outcome::SlowDown, 1, &until("2026-11-26T09:00:00Z")), "2026-11-26T09:00:00Z", Why::RetryAfter);
        check(&failed(Outcome::SlowDown, 1, &until("2027-11-26T09:00:00Z")), "2027-11-26T09:00:00Z", Why::RetryAfter);
    }

    #[test]
    fn hours_and_days_to_skip() {
        let skip = |hours: &[u8], days: &[u8]| Wishes {
            feed: FeedWishes { skip_hours: hours.to_vec(), skip_days: days.to_vec(), period: None },
            ..wishes()
        };
        check(&good(&skip(&[10, 11], &[])), "2026-11-23T12:00:00Z", Why::Skipped);
        check(&good(&skip(&[9], &[])), "2026-11-23T10:00:00Z", Why::Usual);
        check(&good(&skip(&[], &[0])), "2026-11-24T00:00:00Z", Why::Skipped);
        check(&good(&skip(&[0, 1, 2, 3], &[0])), "2026-11-24T04:00:00Z", Why::Skipped);
        // 24 is how RSS 0.91 wrote midnight; a wish to skip everything is no wish.
        check(&good(&skip(&[24], &[0])), "2026-11-24T01:00:00Z", Why::Skipped);
        check(&good(&skip(&(0..24).collect::<Vec<_>>(), &[])), "2026-11-23T10:00:00Z", Why::Usual);
        check(&good(&skip(&[], &[0, 1, 2, 3, 4])), "2026-11-23T10:00:00Z", Why::Usual);
    }

    #[test]
    fn two_looks_are_an_hour_apart_and_sources_spread() {
        let dice = model::Dice::loaded(7);
        let nothing = wishes();
        let mut minutes = [0_u32; 66];
        for source in 0..6_600 {
            let spread = dice.throw();
            let mut at = now();
            for _ in 0..5 {
                let next = next_poll(at, &Look { spread, jitter: dice.fraction(), ..good(&nothing) });
                assert!(next.at.since(at) >= HOUR, "{source}");
                // A fetch that takes two minutes.
                at = next.at + Duration::from_secs(120);
            }
            minutes[usize::try_from((at.millis() / 60_000) % 66).unwrap()] += 1;
        }
        assert!(minutes.iter().all(|count| (60..150).contains(count)), "{minutes:?}");
    }

    #[test]
    fn a_steady_source_is_asked_every_66_minutes() {
        let nothing = wishes();
        let look = Look { jitter: 0.99, ..good(&nothing) };
        let mut at = next_poll(now(), &look).at;
        for _ in 0..20 {
            let next = next_poll(at + Duration::from_secs(100), &look).at;
            assert_eq!(next.since(at), Duration::from_secs(66 * 60));
            at = next;
        }
    }

    #[test]
    fn nobody_makes_us_come_back_sooner() {
        let last = |outcome| Some((now(), outcome));
        assert_eq!(earliest(None, false, None), Time::MIN);
        assert_eq!(earliest(last(Outcome::New), true, None), now() + HOUR);
        assert_eq!(earliest(last(Outcome::New), false, None), now() + DAY);
        assert_eq!(earliest(last(Outcome::NotFound), false, None), now() + HOUR);
        assert_eq!(earliest(last(Outcome::SlowDown), true, Some(now() + WEEK)), now() + WEEK);
    }

    #[test]
    fn a_permanent_redirect_is_stored_once_it_has_held() {
        let (new, other) = (Address::typed("new.example").unwrap(), Address::typed("other.example").unwrap());
        let since = now() - DAY;
        assert_eq!(judge_move(None, None, now()), Move::Stays);
        assert_eq!(judge_move(None, Some(&new), now()), Move::Noted(new.clone(), now()));
        assert_eq!(judge_move(Some((&new, since)), Some(&new), now()), Move::Noted(new.clone(), since));
        assert_eq!(judge_move(Some((&new, now() - MOVE_HOLDS)), Some(&new), now()), Move::Settled(new.clone()));
        assert_eq!(judge_move(Some((&other, now() - WEEK)), Some(&new), now()), Move::Noted(new.clone(), now()));
        assert_eq!(judge_move(Some((&new, now() - WEEK)), None, now()), Move::Stays);
    }
}
