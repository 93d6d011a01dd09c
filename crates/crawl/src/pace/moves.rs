//! When a permanent redirect changes a source's address.

use std::time::Duration;

use model::{Address, Time};

/// How long a permanent redirect must hold before its target is stored as the address.
pub const MOVE_HOLDS: Duration = Duration::from_secs(3 * 86_400);

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
