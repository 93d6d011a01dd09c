//! The rules that are compared: ours, fixed intervals, and what others have published.

use std::time::Duration;

use model::{Outcome, Time};

use super::chance::Chance;
use crate::pace::{self, Evener, Look, Rhythm, Wishes};

/// When simulations begin: a Monday, as all habits do.
pub(super) const START: Time = Time::from_millis(1_767_571_200_000);

const MINUTE: u32 = 60;
const HOUR: u32 = 3_600;
const DAY: u32 = 86_400;
const WEEK: u32 = 7 * DAY;

/// What a look found.
pub(super) struct Looked<'a> {
    /// When it ended, in seconds from the start.
    pub now: u32,
    pub is_good: bool,
    /// How many in a row have failed, this one included.
    pub failures: u32,
    /// When the last look before it ended well.
    pub before: Option<u32>,
    /// All that the source has published, as far as it was seen: seconds from the start.
    pub published: &'a [i32],
    /// How many of them are new.
    pub new: usize,
    /// Whether it claims days without a time.
    pub days_only: bool,
    pub spread: u64,
}

/// When to look.
pub(super) trait Rule: Sync {
    /// What is remembered of each source.
    type State: Default;
    /// What is remembered of all of them together.
    type Desk;

    fn desk(&self) -> Self::Desk;

    /// When a source is looked at first, of so many that are imported at once.
    fn first(&self, number: u64, of: u64, chance: &mut Chance, desk: &mut Self::Desk) -> u32;

    /// When to look again, later than the look that has ended; `None` for never.
    fn next(
        &self,
        state: &mut Self::State,
        looked: &Looked<'_>,
        chance: &mut Chance,
        desk: &mut Self::Desk,
    ) -> Option<u32>;

    /// How many looks may begin in the second that begins, where so many were held back in those before.
    fn most_starts(&self, _now: u32, _held_back: usize, _desk: &mut Self::Desk) -> u32 {
        u32::MAX
    }
}

/// What this program does: the same functions that its crawler calls.
pub(super) struct Ours;

impl Rule for Ours {
    type State = Option<Rhythm>;
    type Desk = Evener;

    fn desk(&self) -> Evener {
        Evener::default()
    }

    fn first(&self, number: u64, of: u64, _: &mut Chance, evener: &mut Evener) -> u32 {
        let at = pace::first_look(START, number, of);
        evener.note(START, at);
        second(at)
    }

    fn next(
        &self,
        state: &mut Option<Rhythm>,
        looked: &Looked<'_>,
        chance: &mut Chance,
        evener: &mut Evener,
    ) -> Option<u32> {
        let now = time(i64::from(looked.now));
        let claimed = looked.published[looked.published.len() - looked.new..].iter().map(|at| {
            let at = i64::from(*at);
            Some(time(if looked.days_only { at.div_euclid(i64::from(DAY)) * i64::from(DAY) } else { at }))
        });
        let before = looked.before.map(|at| time(i64::from(at)));
        let rhythm = state.take().unwrap_or_else(|| Rhythm::unknown(now)).learn(claimed, before, now);
        let nothing = Wishes::default();
        let look = Look {
            outcome: if looked.is_good { Outcome::Unchanged } else { Outcome::TimedOut },
            failures: looked.failures,
            is_first: looked.before.is_none(),
            has_validators: true,
            pace: None,
            is_told: false,
            wishes: &nothing,
            rhythm: &rhythm,
            spread: looked.spread,
        };
        let at = evener.choose(now, &pace::next_poll(now, &look), chance.fraction());
        *state = Some(rhythm);
        Some(second(at))
    }

    fn most_starts(&self, now: u32, held_back: usize, evener: &mut Evener) -> u32 {
        pace::most_starts(evener.planned(time(i64::from(now))), held_back)
    }
}

fn time(seconds: i64) -> Time {
    Time::from_millis(START.millis() + seconds * 1_000)
}

fn second(at: Time) -> u32 {
    u32::try_from(at.since(START).as_secs()).unwrap_or(u32::MAX)
}

/// So many seconds after the last look, whatever it found.
pub(super) struct Fixed(pub u32);

impl Rule for Fixed {
    type State = ();
    type Desk = ();

    fn desk(&self) {}

    fn first(&self, _: u64, _: u64, chance: &mut Chance, (): &mut ()) -> u32 {
        chance.below(u64::from(self.0)) as u32
    }

    fn next(&self, (): &mut (), looked: &Looked<'_>, _: &mut Chance, (): &mut ()) -> Option<u32> {
        // Exactly so long after the last look began.
        Some(looked.now - 1 + self.0)
    }
}

/// Miniflux with `POLLING_SCHEDULER=entry_frequency` and its other defaults: a week by the number of entries that its
/// dates of the last week make for a week, between five minutes and a day; none after three errors in a row.
pub(super) struct Miniflux;

impl Rule for Miniflux {
    type State = ();
    type Desk = ();

    fn desk(&self) {}

    fn first(&self, _: u64, _: u64, chance: &mut Chance, (): &mut ()) -> u32 {
        chance.below(u64::from(HOUR)) as u32
    }

    fn next(&self, (): &mut (), looked: &Looked<'_>, _: &mut Chance, (): &mut ()) -> Option<u32> {
        const ERRORS: u32 = 3;
        if looked.failures >= ERRORS {
            return None;
        }
        let since = looked.now as i32 - WEEK as i32;
        let recent = &looked.published[looked.published.partition_point(|at| *at < since)..];
        let weekly = match recent {
            [first, .., last] if last > first => {
                let gap = f64::from(last - first) / (recent.len() - 1) as f64;
                (f64::from(WEEK) / gap).ceil()
            }
            _ => 0.0,
        };
        let wait = if weekly > 0.0 { f64::from(WEEK) / weekly } else { f64::from(DAY) };
        Some(looked.now + (wait as u32).clamp(5 * MINUTE, DAY))
    }
}

/// CommaFeed with its defaults (`interval` 5 minutes, `max-interval` 4 hours, `interval-empirical` on): half the mean
/// time between the entries of the document, up to an hour; longer once nothing has come for a week, two, a month.
pub(super) struct CommaFeed;

impl Rule for CommaFeed {
    type State = ();
    type Desk = ();

    fn desk(&self) {}

    fn first(&self, _: u64, _: u64, chance: &mut Chance, (): &mut ()) -> u32 {
        chance.below(u64::from(HOUR)) as u32
    }

    fn next(&self, (): &mut (), looked: &Looked<'_>, _: &mut Chance, (): &mut ()) -> Option<u32> {
        const LEAST: u32 = 5 * MINUTE;
        const MOST: u32 = 4 * HOUR;
        const ENTRIES: usize = 20;
        if !looked.is_good {
            let wait = if looked.failures < 3 { LEAST } else { HOUR * (looked.failures - 2) };
            return Some(looked.now + wait.min(MOST));
        }
        let document = &looked.published[looked.published.len().saturating_sub(ENTRIES)..];
        let (Some(first), Some(last)) = (document.first(), document.last()) else { return Some(looked.now + MOST) };
        let wait = match (i64::from(looked.now) - i64::from(*last)) / i64::from(DAY) {
            30.. => MOST,
            14.. => MOST / 2,
            7.. => MOST / 4,
            _ if document.len() < 2 => MOST,
            _ => ((last - first) as u32 / (document.len() as u32 - 1) / 2).clamp(LEAST, MOST / 4),
        };
        Some(looked.now + wait)
    }
}

/// Feedbin: everything again as soon as it is through, but not within a quarter of an hour; a source that fails after
/// the fourth power of the number of its errors, from 8 to 23, in seconds.
pub(super) struct Feedbin;

impl Feedbin {
    pub const INTERVAL: u32 = 15 * MINUTE;

    /// When it asks one that has failed so often again.
    pub fn after_failures(failures: u32) -> Duration {
        Duration::from_secs(u64::from(failures.clamp(8, 23)).pow(4))
    }
}

impl Rule for Feedbin {
    type State = ();
    type Desk = ();

    fn desk(&self) {}

    fn first(&self, _: u64, _: u64, chance: &mut Chance, (): &mut ()) -> u32 {
        chance.below(u64::from(Self::INTERVAL)) as u32
    }

    fn next(&self, (): &mut (), looked: &Looked<'_>, _: &mut Chance, (): &mut ()) -> Option<u32> {
        let next = looked.now - 1 + Self::INTERVAL;
        if looked.is_good {
            return Some(next);
        }
        let free = looked.now + Self::after_failures(looked.failures).as_secs() as u32;
        Some(next + free.saturating_sub(next).div_ceil(Self::INTERVAL) * Self::INTERVAL)
    }
}
