//! Dates as feeds write them.

use model::Time;

/// The instant that a written date means, as far as it can be told.
pub fn read(raw: &str) -> Option<Time> {
    let raw = raw.trim();
    raw.parse::<Time>()
        .ok()
        .or_else(|| jiff::fmt::rfc2822::parse(raw).ok().map(|at| Time::from_timestamp(at.timestamp())))
}
