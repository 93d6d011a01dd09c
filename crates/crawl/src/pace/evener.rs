//! Spreads looks over the seconds that a decision leaves open, so that no second is much busier than its neighbours.

use model::Time;

use super::Next;

/// So many seconds ahead are planned; what lies beyond is left to chance.
const AHEAD: usize = 90_000;

/// How many seconds are thrown for each look; the one with the fewest looks is taken.
const THROWS: usize = 8;

/// How many looks are planned for each second of the next day and an hour: 90 kB, whatever the number of sources.
///
/// Chance alone makes the busiest of a day's seconds nearly twice as busy as the mean of fifty looks; of several
/// seconds by chance the emptiest makes them nearly even. What was planned before a restart is not known after it, and
/// grows again within a day.
#[derive(Clone, Debug)]
pub struct Evener {
    planned: Vec<u8>,
    /// The second up to which the past is cleared.
    now: i64,
}

impl Default for Evener {
    fn default() -> Self {
        Self { planned: vec![0; AHEAD], now: 0 }
    }
}

impl Evener {
    /// When to look, of all the instants that a decision made at `now` leaves open; `fraction` throws from 0 up to 1.
    pub fn choose(&mut self, now: Time, next: &Next, mut fraction: impl FnMut() -> f64) -> Time {
        self.move_on(now);
        let throws = std::iter::repeat_with(|| next.within(fraction())).take(THROWS);
        let at = throws.min_by_key(|at| self.at(*at).map_or(0, |second| self.planned[second])).unwrap_or(next.at);
        self.count(at);
        at
    }

    /// Notes a look that was planned without a choice.
    pub fn note(&mut self, now: Time, at: Time) {
        self.move_on(now);
        self.count(at);
    }

    fn count(&mut self, at: Time) {
        if let Some(second) = self.at(at) {
            self.planned[second] = self.planned[second].saturating_add(1);
        }
    }

    fn at(&self, at: Time) -> Option<usize> {
        let second = at.millis().div_euclid(1_000);
        (self.now..self.now + AHEAD as i64).contains(&second).then(|| second.rem_euclid(AHEAD as i64) as usize)
    }

    fn move_on(&mut self, now: Time) {
        let now = now.millis().div_euclid(1_000);
        // A clock that was set back, or a long sleep: nothing of what is planned can be told any more.
        if now < self.now - 3_600 || now >= self.now + AHEAD as i64 {
            self.planned.fill(0);
            self.now = now;
        }
        while self.now < now {
            self.planned[self.now.rem_euclid(AHEAD as i64) as usize] = 0;
            self.now += 1;
        }
    }
}
