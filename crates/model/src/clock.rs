//! Time and chance as arguments: made once in `main`, stopped or scripted in tests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::Time;

/// What tells the time. Only `main` makes one that runs; everything else is handed one.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

impl Clock {
    /// A clock that asks `tell` each time it is looked at.
    pub fn new(tell: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The time by this clock.
    pub fn now(&self) -> Time {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Clock({})", self.now())
    }
}

/// A clock that stands still until it is set.
///
/// ```
/// use model::{HandClock, Time};
/// let hands = HandClock::at(Time::from_millis(0));
/// let clock = hands.clock();
/// hands.set(Time::from_millis(1_000));
/// assert_eq!(clock.now(), Time::from_millis(1_000));
/// ```
#[derive(Clone, Debug)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    /// A stopped clock that shows `time`.
    pub fn at(time: Time) -> Self {
        Self(Arc::new(AtomicI64::new(time.millis())))
    }

    /// Moves the hands, forwards or back.
    pub fn set(&self, time: Time) {
        self.0.store(time.millis(), Ordering::SeqCst);
    }

    /// Moves the hands forwards.
    pub fn advance(&self, by: std::time::Duration) {
        self.set(self.clock().now() + by);
    }

    /// The clock whose hands these are.
    pub fn clock(&self) -> Clock {
        let hands = self.0.clone();
        Clock::new(move || Time::from_millis(hands.load(Ordering::SeqCst)))
    }
}

/// Where chance comes from. Only `main` makes one that is truly random.
#[derive(Clone)]
pub struct Dice(Arc<dyn Fn() -> u64 + Send + Sync>);

impl Dice {
    /// Dice that ask `roll` for 64 evenly spread bits at each throw.
    pub fn new(roll: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(roll))
    }

    /// Dice that always fall the same way round: a fixed sequence that starts from `seed`.
    pub fn loaded(seed: u64) -> Self {
        let state = AtomicI64::new(seed as i64);
        Self::new(move || {
            // SplitMix64 (Steele, Lea, Flood 2014): one addition a step, so it can be shared.
            let step = state.fetch_add(0x9E37_79B9_7F4A_7C15_u64 as i64, Ordering::SeqCst);
            let mut bits = (step as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            bits ^ (bits >> 31)
        })
    }

    /// 64 evenly spread bits.
    pub fn throw(&self) -> u64 {
        (self.0)()
    }

    /// A number from 0 up to, not including, 1.
    pub fn fraction(&self) -> f64 {
        (self.throw() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

impl fmt::Debug for Dice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Dice")
    }
}
