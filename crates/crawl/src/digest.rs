//! How much is said in the log about sources that fail: each once when it begins and once when it ends, never more than
//! so many lines an hour, and once a day how many there are of which kind.

use std::time::Duration;

use model::{Outcome, Time};

/// At which failure in a row a line is written: one failure alone is no news.
const BEGINS_AT: u32 = 2;

/// How many such lines are written in an hour.
const LINES_AN_HOUR: u32 = 60;

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// What there is to say of one look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum News {
    /// It has begun to fail.
    Begins,
    /// It answers again.
    Ends,
    /// Nothing worth a line.
    Nothing,
}

/// What there is to say of a look that ended so, after so many failures in a row, this one included and not.
pub(crate) fn news(outcome: Outcome, failures: u32, before: u32) -> News {
    if outcome.is_good() {
        if before >= BEGINS_AT { News::Ends } else { News::Nothing }
    } else if outcome == Outcome::Gone || failures == BEGINS_AT && before < BEGINS_AT {
        News::Begins
    } else {
        News::Nothing
    }
}

/// Keeps count of the lines.
#[derive(Debug)]
pub(crate) struct Digest {
    hour: Time,
    lines: u32,
    unsaid: u64,
    next: Time,
}

impl Digest {
    /// Begins to count.
    pub fn begin(now: Time) -> Self {
        Self { hour: now, lines: 0, unsaid: 0, next: now + DAY }
    }

    /// Whether there is room for one more line in this hour; what there is none for is counted.
    pub fn has_room(&mut self, now: Time) -> bool {
        if now.since(self.hour) >= HOUR || now < self.hour {
            (self.hour, self.lines) = (now, 0);
        }
        let has_room = self.lines < LINES_AN_HOUR;
        if has_room {
            self.lines += 1;
        } else {
            self.unsaid += 1;
        }
        has_room
    }

    /// Once a day: how many lines there was no room for since the last time.
    pub fn due(&mut self, now: Time) -> Option<u64> {
        // A clock that was set back must not silence it for longer than a day.
        if now < self.next && self.next.since(now) <= DAY {
            return None;
        }
        self.next = now + DAY;
        Some(std::mem::take(&mut self.unsaid))
    }
}

/// The sources that fail, by how, as one line: "17 sources fail: 9 not-found, 8 timed-out".
pub(crate) fn line(failing: &[(Outcome, u64)], unsaid: u64) -> String {
    let all: u64 = failing.iter().map(|(_, count)| count).sum();
    if all == 0 {
        return "No source fails".to_owned();
    }
    let kinds: Vec<String> = failing.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let more =
        if unsaid > 0 { format!("; {unsaid} beginnings and ends had no line of their own") } else { String::new() };
    let (sources, fail) = if all == 1 { ("source", "fails") } else { ("sources", "fail") };
    format!("{all} {sources} {fail}: {}{more}. “watersmeet check” says what to do", kinds.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_stays_broken_is_said_to_be_once() {
        use Outcome::{Gone, New, NotFound, Unchanged};
        for (outcome, failures, before, meant) in [
            (New, 0, 0, News::Nothing),
            (NotFound, 1, 0, News::Nothing),
            (NotFound, 2, 1, News::Begins),
            (NotFound, 3, 2, News::Nothing),
            (NotFound, 900, 899, News::Nothing),
            (Unchanged, 0, 1, News::Nothing),
            (Unchanged, 0, 2, News::Ends),
            (New, 0, 40, News::Ends),
            (Gone, 1, 0, News::Begins),
        ] {
            assert_eq!(news(outcome, failures, before), meant, "{outcome} {failures} {before}");
        }
    }

    #[test]
    fn lines_are_bounded_by_the_hour() {
        let start = Time::from_millis(1_790_000_000_000);
        let mut digest = Digest::begin(start);
        let written = (0..1_000_u64).filter(|second| digest.has_room(start + Duration::from_secs(*second))).count();
        assert_eq!(written, 60);
        assert!(digest.has_room(start + HOUR));
        assert_eq!(digest.due(start + HOUR), None);
        assert_eq!(digest.due(start + DAY), Some(940));
        assert_eq!(digest.due(start + DAY), None);
        // A clock set back by a year says it at once, and then daily again.
        let back = start - DAY * 365;
        assert_eq!(digest.due(back), Some(0));
        assert_eq!(digest.due(back + HOUR), None);
        assert!(digest.has_room(back));
    }

    #[test]
    fn the_failing_in_one_line() {
        assert_eq!(line(&[], 0), "No source fails");
        let said = line(&[(Outcome::NotFound, 9), (Outcome::TimedOut, 8)], 3);
        assert!(said.starts_with("17 sources fail: 9 not-found, 8 timed-out; 3 beginnings"), "{said}");
        assert!(line(&[(Outcome::Gone, 1)], 0).starts_with("1 source fails: 1 gone. "));
    }
}
