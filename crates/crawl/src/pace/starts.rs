//! How many looks may begin in a second.

/// One more in so many may begin than are planned in the mean: room enough to make good what was held back.
const MORE: f64 = 30.0;

/// Who has more ready than are planned for so many seconds is behind.
const BEHIND_SECONDS: f64 = 5.0;

/// Who has so many ready may have any number waiting in the store: after a restart, or a long list.
const FAR_BEHIND: usize = 512;

/// How many looks may begin within a second, where so many a second are planned in the mean and so many are ready.
///
/// Looks that wait for a shared host begin later than planned, and by chance many do at once. What is too much for one
/// second comes in the next. Who is behind is not held back: what is ready beyond five seconds' worth may begin at once,
/// and whatever can where so much is ready that there may be any number more.
pub fn most_starts(planned: f64, ready: usize) -> u32 {
    if ready >= FAR_BEHIND {
        return u32::MAX;
    }
    let behind = ready as f64 - planned * BEHIND_SECONDS;
    (planned + planned / MORE + behind.max(0.0)).ceil().max(1.0) as u32
}
