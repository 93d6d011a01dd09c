//! How much is told in the log: so many lines a minute, and the rest as a number.

use std::time::Duration;

use tokio::time::Instant;

/// How many lines a minute there are of one kind.
const MOST: u32 = 60;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts the lines of one kind.
#[derive(Debug)]
pub(crate) struct Telling {
    since: Instant,
    told: u32,
    left_out: u64,
}

/// Whether to tell something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tell {
    /// Tell it.
    It,
    /// Tell it, and before it how many were left out.
    ItAfter(u64),
    /// Leave it out.
    Nothing,
}

impl Telling {
    /// Nothing told yet.
    pub fn new(now: Instant) -> Self {
        Self { since: now, told: 0, left_out: 0 }
    }

    /// Whether to tell one more thing.
    pub fn one_more(&mut self, now: Instant) -> Tell {
        let before =
            if now.duration_since(self.since) >= MINUTE { std::mem::replace(self, Self::new(now)).left_out } else { 0 };
        if self.told >= MOST {
            self.left_out += 1;
            return Tell::Nothing;
        }
        self.told += 1;
        if before > 0 { Tell::ItAfter(before) } else { Tell::It }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_told_as_a_number() {
        let start = Instant::now();
        let mut telling = Telling::new(start);
        let told = (0..1_000).filter(|_| telling.one_more(start) != Tell::Nothing).count();
        assert_eq!(told, 60);
        assert_eq!(telling.one_more(start + MINUTE), Tell::ItAfter(940));
        assert_eq!(telling.one_more(start + MINUTE), Tell::It);
        assert_eq!(telling.one_more(start + 3 * MINUTE), Tell::It);
    }
}
