//! Spreads looks over the seconds, so that no second is much busier than its neighbours.

use std::time::Duration;

use model::Time;

use super::Next;

/// So many seconds ahead are counted; what lies beyond is left to chance.
const AHEAD: usize = 90_000;

/// A second is full when it has as many as those of so many minutes before it have in the mean, and one in so many more:
/// with less room than that looks would be put off hour after hour, and gather.
const BEFORE: i64 = 60;
const MORE: u32 = 30;

/// Where a decision leaves less than a minute open, so many seconds are looked through for one that is not full, and no
/// more than these anywhere.
const SEARCHED: u64 = 60;

/// So many minutes tell how busy the next time is: nearly all of them, so that none of them is much busier than the rest.
const SOON: i64 = 59;

/// How many looks are planned for each second of the next day and an hour: 100 kB, whatever the number of sources.
///
/// Chance alone makes the busiest of a day's seconds nearly twice as busy as the mean of fifty looks. A look that finds
/// its second as full as those before it comes a few seconds later instead. What others have planned, or this program
/// before it was started again, [`Evener::fill`] brings in from the store.
#[derive(Clone, Debug)]
pub struct Evener {
    seconds: Vec<u8>,
    minutes: Vec<u32>,
    /// The second up to which the past is cleared.
    now: i64,
}

impl Default for Evener {
    fn default() -> Self {
        Self { seconds: vec![0; AHEAD], minutes: vec![0; AHEAD / 60], now: 0 }
    }
}

impl Evener {
    /// How far ahead it counts.
    pub const SEES: Duration = Duration::from_secs(AHEAD as u64);

    /// When to look, of all the instants that a decision made at `now` leaves open, or within the minute where it leaves
    /// less; `fraction`, from 0 up to 1, is thrown by the caller.
    pub fn choose(&mut self, now: Time, next: &Next, fraction: f64) -> Time {
        self.move_on(now);
        let wanted = next.within(fraction);
        let full = self.full(wanted);
        let mut emptiest = (u32::MAX, wanted);
        let open = next.give.max(Duration::from_secs(SEARCHED));
        for later in 0..=SEARCHED {
            let later = wanted.since(next.at) + Duration::from_secs(later);
            let at = next.at + later.checked_sub(open).filter(|past| !past.is_zero()).unwrap_or(later);
            let planned = self.at(at).map_or(0, |second| u32::from(self.seconds[second]));
            if planned < emptiest.0 {
                emptiest = (planned, at);
            }
            if planned < full {
                break;
            }
        }
        self.count(emptiest.1, 1);
        emptiest.1
    }

    /// How many looks a second are planned for the next hour, in the mean. Nearly all that is planned for it is known: a look
    /// is seldom planned for less than an hour ahead.
    pub fn planned(&mut self, now: Time) -> f64 {
        self.move_on(now);
        let minute = now.millis().div_euclid(60_000) + 1;
        let planned: u32 = (minute..minute + SOON).map(|minute| self.minutes[Self::slot(minute)]).sum();
        f64::from(planned) / (SOON * 60) as f64
    }

    /// Takes what the store has planned, so many looks at each instant, instead of what is counted here.
    pub fn fill(&mut self, now: Time, planned: impl IntoIterator<Item = (Time, u64)>) {
        self.clear();
        self.move_on(now);
        for (at, looks) in planned {
            self.count(at, looks);
        }
    }

    /// Notes a look that was planned without a choice.
    pub fn note(&mut self, now: Time, at: Time) {
        self.move_on(now);
        self.count(at, 1);
    }

    /// From how many looks on a second is full.
    fn full(&self, at: Time) -> u32 {
        let minute = at.millis().div_euclid(60_000);
        let before = (minute - BEFORE).max(self.now.div_euclid(60) + 1)..minute;
        let seconds = u32::try_from((before.end - before.start).max(1) * 60).expect("an hour at most");
        let planned: u32 = before.map(|minute| self.minutes[Self::slot(minute)]).sum();
        planned.div_ceil(seconds) + planned / seconds / MORE + 1
    }

    /// Where a minute is counted.
    fn slot(minute: i64) -> usize {
        minute.rem_euclid(AHEAD as i64 / 60) as usize
    }

    fn count(&mut self, at: Time, looks: u64) {
        if let Some(second) = self.at(at) {
            let looks = u8::try_from(looks).unwrap_or(u8::MAX).min(u8::MAX - self.seconds[second]);
            self.seconds[second] += looks;
            self.minutes[second / 60] += u32::from(looks);
        }
    }

    fn at(&self, at: Time) -> Option<usize> {
        let second = at.millis().div_euclid(1_000);
        (self.now..self.now + AHEAD as i64).contains(&second).then(|| second.rem_euclid(AHEAD as i64) as usize)
    }

    fn clear(&mut self) {
        self.seconds.fill(0);
        self.minutes.fill(0);
    }

    fn move_on(&mut self, now: Time) {
        let now = now.millis().div_euclid(1_000);
        // A clock that was set back, or a long sleep: nothing of what is planned can be told any more.
        if now < self.now - 3_600 || now >= self.now + AHEAD as i64 {
            self.clear();
            self.now = now;
        }
        while self.now < now {
            let second = self.now.rem_euclid(AHEAD as i64) as usize;
            self.minutes[second / 60] -= u32::from(std::mem::take(&mut self.seconds[second]));
            self.now += 1;
        }
    }
}
