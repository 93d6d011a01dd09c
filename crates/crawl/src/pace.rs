//! When to look at a source again: pure functions of what is known about it.

mod evener;
mod moves;
mod rhythm;
mod starts;
#[cfg(test)]
mod tests;
mod words;

use std::time::Duration;

use model::{Outcome, Pace, Time};
use serde::{Deserialize, Serialize};

pub use evener::Evener;
pub use moves::{MOVE_HOLDS, Move, judge_move};
pub use rhythm::Rhythm;
pub use starts::most_starts;

/// Never more often than this, whatever a source wishes; an editor may set one source otherwise.
pub const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// A source that has published nothing for so long is looked at weekly, until it does.
pub const QUIET: Duration = Duration::from_secs(180 * 86_400);

/// We look again once the posts that we expect to have missed have waited so long, all together: two minutes, in hours.
///
/// This is the price of a look. Looks then come as the square root of how much is published, which for a given number
/// of looks leaves posts waiting the least (Sia, Cho and Cho: Efficient Monitoring Algorithm for Fast News Alerts, 2007).
/// `watersmeet simulate` shows what a price costs and brings.
const WORTH_A_LOOK: f64 = 1.0 / 30.0;

/// We look as well where a post came in the hour before with such a chance, so that few wait longer than an hour: every
/// look saves those of one hour from that, and these are the hours in which it saves the most.
const LIKELY: f64 = 1.0 / 100.0;

/// What a look costs more or less than that by the hour of the day in UTC: more when much of the world publishes and
/// looks crowd, less when few do, so that all hours of a day are equally busy, or nearly.
const PRICES: [f64; 24] = [
    0.95, 0.85, 0.8, 0.75, 0.8, 0.8, 0.85, 0.95, 0.95, 0.9, 0.9, 0.95, 1.05, 1.05, 1.1, 1.2, 1.3, 1.35, 1.35, 1.35,
    1.2, 1.1, 1.1, 1.05,
];

/// A source that publishes so often in a day is one for which only the hour between two looks holds us back.
const BUSY: f64 = 8.0;

/// How far a source may slip behind its own instant in the hour before it waits for the next one.
///
/// A look ends some seconds after it was due, and the next may begin no sooner than an hour later. Half an hour is
/// some hundreds of looks.
const SLACK: Duration = Duration::from_secs(30 * 60);

/// The same after a wait of more than an hour, where an hour more or less changes little.
const LITTLE_SLACK: Duration = Duration::from_secs(6 * 60);

/// How much later than decided a look may be.
const GIVE: Duration = Duration::from_secs(180);

/// The same where it comes an hour after the last: what is added there slips behind the source's own instant.
const LITTLE_GIVE: Duration = Duration::from_secs(6);

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
    /// Whether none before has ended well.
    pub is_first: bool,
    /// Whether the next look can be conditional.
    pub has_validators: bool,
    /// What we were asked for.
    pub wishes: &'a Wishes,
    /// How often an editor wants it asked.
    pub pace: Option<Pace>,
    /// Whether a hub tells us of its posts at once (WebSub), so that a look is only a check.
    pub is_told: bool,
    /// When it publishes.
    pub rhythm: &'a Rhythm,
    /// Spreads sources over the hour, the day and the week: any number that stays with the source.
    pub spread: u64,
}

/// When to look again, and why then.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Next {
    /// Not before this instant.
    pub at: Time,
    /// But so much later it may be as well, so that looks do not crowd.
    pub give: Duration,
    /// What decided it.
    pub why: Why,
}

impl Next {
    /// The instant at this fraction of what may be chosen freely, from 0 to 1.
    pub fn within(&self, fraction: f64) -> Time {
        self.at + self.give.mul_f64(fraction.clamp(0.0, 1.0))
    }
}

/// What decided when we look again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// It publishes so much that only the hour between two looks holds us back.
    Usual,
    /// How often it publishes, and at which hours and on which days.
    Rhythm,
    /// An editor has set how often.
    Set(Pace),
    /// A hub tells us of its posts.
    Told,
    /// It has published nothing for half a year.
    Quiet,
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

/// When to look at a source again.
///
/// After a good answer its rhythm decides, between an hour and a day, or a week where it has been silent for half a
/// year; once a day where a hub tells us of its posts, and no sooner than a day without validators. A wish can slow us
/// down but never speed us up. `Retry-After` is kept in full; every other wish is bounded by a day. Failures double the
/// wait, bounded by a week: a source is never given up silently. Looks are spread over the hour by an offset that stays
/// with the source, from its first look on, and two are never less than an hour apart.
///
/// Where an editor has set how often, that stands in the place of the rhythm, the hub, and the day without validators;
/// wishes slow us down all the same, and after failures we come back no sooner than without it.
pub fn next_poll(now: Time, look: &Look<'_>) -> Next {
    let mut next = if look.outcome.is_good() {
        after_good(now, look)
    } else {
        // RFC 9110 §10.2.3 lets a server say when; without that we find out by doubling.
        let doubled = HOUR.saturating_mul(1 << look.failures.saturating_sub(1).min(8)).min(WEEK);
        let (wait, give) = ((doubled - doubled / 10).max(HOUR), doubled / 10);
        match look.pace.map(Pace::wait).filter(|set| *set > wait) {
            Some(set) => Next { at: now + set, give: GIVE, why: Why::Failing },
            None => Next { at: now + wait, give, why: Why::Failing },
        }
    };
    if let Some(at) = look.wishes.not_before.filter(|at| *at > next.at) {
        next = Next { at, give: GIVE, why: Why::RetryAfter };
    }
    match after_skips(next.at, &look.wishes.feed) {
        Some(at) if at > next.at => Next { at, why: Why::Skipped, ..next },
        _ => next,
    }
}

fn after_good(now: Time, look: &Look<'_>) -> Next {
    let (mut at, mut why) = look.pace.map_or_else(|| of_our_own(now, look), |pace| as_set(now, pace, look.spread));
    let wished = look.wishes.fresh_for.max(look.wishes.feed.period).unwrap_or_default().min(DAY);
    if at < now + wished {
        (at, why) = (near_the_grid(now + wished, look.spread, LITTLE_SLACK), Why::Fresh);
    }
    let is_hourly = at < now + HOUR + LITTLE_GIVE;
    Next { at, give: if is_hourly { LITTLE_GIVE } else { GIVE }, why }
}

/// At the pace that an editor has set.
fn as_set(now: Time, pace: Pace, spread: u64) -> (Time, Why) {
    let at = now + pace.wait();
    (if pace.wait() < HOUR { at } else { near_the_grid(at, spread, SLACK) }, Why::Set(pace))
}

/// When we would look if nobody wished anything.
fn of_our_own(now: Time, look: &Look<'_>) -> (Time, Why) {
    let (mut at, mut why) = by_rhythm(now, look);
    if look.is_told && at < now + DAY {
        let soonest = near_the_grid(now + HOUR, look.spread, SLACK);
        (at, why) = (own_instant(now + DAY, look.spread, DAY).max(soonest), Why::Told);
    }
    if !look.has_validators && at < now + DAY {
        (at, why) = (near_the_grid(now + DAY, look.spread, LITTLE_SLACK), Why::NoValidators);
    }
    (at, why)
}

/// When what we expect to have missed by then is worth a look; at least an hour, at most a day or a week from `now`.
fn by_rhythm(now: Time, look: &Look<'_>) -> (Time, Why) {
    let (rhythm, spread) = (look.rhythm, look.spread);
    if rhythm.silent_for(now) >= QUIET {
        return (own_instant(now + WEEK, spread, WEEK), Why::Quiet);
    }
    let week = rhythm.week(now);
    // A first look came when a person, a list or chance wanted it, and little is lost right after it.
    let slack = if look.is_first { Duration::ZERO } else { SLACK };
    let first = near_the_grid(now + HOUR, spread, slack);
    let latest = own_instant(now + DAY, spread, DAY).max(first);
    let is_busy = rhythm.per_day(now) >= BUSY;
    let (mut at, mut slot) = (now, first);
    // Posts that we expect to wait by then, and the hours that these have waited, all together.
    let (mut waiting, mut waited) = (0.0, 0.0);
    while slot < latest {
        let waiting_before = waiting;
        while at < slot {
            let hour_ends = Time::from_millis((at.millis().div_euclid(3_600_000) + 1) * 3_600_000);
            let until = hour_ends.min(slot);
            let hours = until.since(at).as_secs_f64() / 3_600.0;
            let new = week.at(rhythm::hour_of_week(at)) * hours;
            waited += (waiting + new / 2.0) * hours;
            waiting += new;
            at = until;
        }
        let price = PRICES[rhythm::hour_of_week(slot) % 24];
        if waited >= WORTH_A_LOOK * price || waiting - waiting_before >= LIKELY * price {
            return (slot, if slot == first && is_busy { Why::Usual } else { Why::Rhythm });
        }
        slot = own_instant(slot + HOUR, spread, HOUR);
    }
    (latest, Why::Rhythm)
}

/// The first instant from `earliest` on that is the source's own in the hour, or `earliest` if it follows on such an
/// instant so soon that waiting for the next would cost more than it evens out.
fn near_the_grid(earliest: Time, spread: u64, slack: Duration) -> Time {
    let last = own_instant(earliest, spread, HOUR);
    if earliest.since(last) <= slack { earliest } else { last + HOUR }
}

/// The last instant up to `latest` that is the source's own in the hour, the day or the week.
fn own_instant(latest: Time, spread: u64, period: Duration) -> Time {
    let period_millis = i64::try_from(period.as_millis()).expect("a week at most");
    let past = (latest.millis() - offset(spread, period)).rem_euclid(period_millis);
    latest - Duration::from_millis(past.unsigned_abs())
}

/// Where in an hour, a day or a week a source has its place; its place in the longer ones is at that in the hour.
fn offset(spread: u64, period: Duration) -> i64 {
    let within = u128::from(spread) % WEEK.as_millis() % period.as_millis();
    i64::try_from(within).expect("less than a week")
}

/// The first instant from `at` on that lies in no hour and on no day to skip; `None` where there is none soon.
fn after_skips(at: Time, wishes: &FeedWishes) -> Option<Time> {
    if wishes.skip_hours.is_empty() && wishes.skip_days.is_empty() {
        return Some(at);
    }
    let is_skipped = |time: Time| {
        let hour_of_week = rhythm::hour_of_week(time);
        let (hour, day) = (hour_of_week % 24, hour_of_week / 24);
        wishes.skip_hours.iter().any(|skip| usize::from(*skip) % 24 == hour)
            || wishes.skip_days.iter().any(|skip| usize::from(*skip) == day)
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

/// When the `nth` of so many sources that are taken in at once is looked at first, counted from 0.
///
/// A list of up to a thousand at once; of a longer one twelve a second, or more where that would take hours: quickly at
/// first, and ever slower as the looks that follow on the first ones come on top. A million take most of a day, and
/// half of them three hours.
pub fn first_look(now: Time, nth: u64, of: u64) -> Time {
    const AT_ONCE: u64 = 1_000;
    const EACH: f64 = 1.0 / 12.0;
    // What is still to be looked at halves about every three hours, down to where a little more than all are done.
    const ALL: f64 = 1.02;
    const LASTS: f64 = 3_600.0 / 0.22;
    if of <= AT_ONCE {
        return now;
    }
    let steadily = nth as f64 * EACH;
    let ever_slower = -(1.0 - nth.min(of) as f64 / of as f64 / ALL).ln() * LASTS;
    now + Duration::from_secs_f64(steadily.min(ever_slower))
}

/// From when a person may have a source looked at out of turn; a restart or "refresh now" makes it no sooner.
///
/// An hour after the last look, or a day where each look costs a whole feed, or what an editor has set; and never before
/// what `Retry-After` said. After a failure the hour is enough, so that an editor can see at once whether a repair has
/// helped, unless a longer one is set.
pub fn earliest(
    last: Option<(Time, Outcome)>,
    has_validators: bool,
    pace: Option<Pace>,
    not_before: Option<Time>,
) -> Time {
    let ours = last.map_or(Time::MIN, |(at, outcome)| {
        at + match pace.map(Pace::wait) {
            Some(set) if outcome.is_good() => set,
            None if outcome.is_good() && !has_validators => DAY,
            set => HOUR.max(set.unwrap_or_default()),
        }
    });
    ours.max(not_before.unwrap_or(Time::MIN))
}
