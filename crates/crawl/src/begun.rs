//! How many looks have begun in this second, so that no more do than may.

use std::time::Duration;

use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// The looks of one second after the other.
#[derive(Debug)]
pub(crate) struct Begun {
    /// When the second began that is counted.
    since: Instant,
    looks: u32,
    most: u32,
}

impl Begun {
    /// Nothing has begun by now.
    pub fn new(now: Instant) -> Self {
        Self { since: now - SECOND, looks: 0, most: 0 }
    }

    /// Whether one more may begin. `most` is asked for at the beginning of each second.
    pub fn has_room(&mut self, now: Instant, most: impl FnOnce() -> u32) -> bool {
        if now >= self.since + SECOND {
            *self = Self { since: now, looks: 0, most: most() };
        }
        self.looks < self.most
    }

    /// One has begun.
    pub fn one_more(&mut self) {
        self.looks += 1;
    }

    /// From when on there is room again, if there is none in this second.
    pub fn room_at(&self) -> Option<Instant> {
        (self.looks >= self.most).then(|| self.since + SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_too_much_for_one_second_comes_in_the_next() {
        let start = Instant::now();
        let mut begun = Begun::new(start);
        let mut try_one = |at: Duration| {
            let may = begun.has_room(start + at, || 2);
            if may {
                begun.one_more();
            }
            (may, begun.room_at())
        };
        let full = Some(start + SECOND);
        assert_eq!(try_one(Duration::ZERO), (true, None));
        assert_eq!(try_one(SECOND / 2), (true, full));
        assert_eq!(try_one(SECOND - SECOND / 10), (false, full));
        assert_eq!(try_one(SECOND), (true, None));
        assert_eq!(try_one(SECOND * 60), (true, None));
    }
}
