//! How often an editor wants a source asked.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The wait between two looks at a source that an editor has set: from five minutes to a week.
///
/// ```
/// use model::Pace;
/// let pace: Pace = "15m".parse().unwrap();
/// assert_eq!(pace.to_string(), "15 minutes");
/// assert_eq!("15 minutes".parse(), Ok(pace));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Pace(Duration);

/// What is no pace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPace {
    /// It names no time.
    #[error("“{0}” is no time; write it like 15 minutes, 6 hours or 2 days")]
    NoTime(String),
    /// It is too short or too long.
    #[error("a source is asked at most every 5 minutes and at least every 7 days, not every {0}")]
    OutOfBounds(String),
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

impl Pace {
    /// The shortest wait: what a source that is the editor's own may ask for.
    pub const SHORTEST: Duration = Duration::from_secs(5 * MINUTE);
    /// The longest: who is to be asked more seldom than that is better paused.
    pub const LONGEST: Duration = Duration::from_secs(7 * DAY);

    /// The wait.
    pub const fn wait(self) -> Duration {
        self.0
    }

    /// The pace with this wait, if it is within the bounds.
    pub fn of(wait: Duration) -> Option<Self> {
        (Self::SHORTEST..=Self::LONGEST).contains(&wait).then_some(Self(wait))
    }
}

impl FromStr for Pace {
    type Err = BadPace;

    /// Reads a whole number of minutes, hours or days.
    fn from_str(written: &str) -> Result<Self, BadPace> {
        let written = written.trim();
        let shown = || written.chars().take(40).collect::<String>();
        let digits = written.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = written.split_at(digits);
        let unit = match unit.trim_start() {
            "m" | "min" | "minute" | "minutes" => MINUTE,
            "h" | "hour" | "hours" => HOUR,
            "d" | "day" | "days" => DAY,
            _ => return Err(BadPace::NoTime(shown())),
        };
        let number: u64 = match number.parse() {
            Ok(number) => number,
            Err(_) if number.is_empty() => return Err(BadPace::NoTime(shown())),
            Err(_) => u64::MAX,
        };
        Self::of(Duration::from_secs(number.saturating_mul(unit))).ok_or_else(|| BadPace::OutOfBounds(shown()))
    }
}

impl fmt::Display for Pace {
    /// The wait in the largest unit that fits: “15 minutes”, “hour”, “2 days”.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")];
        let (size, unit) =
            units.into_iter().find(|(size, _)| seconds.is_multiple_of(*size)).expect("one divides everything");
        match seconds / size {
            1 => out.write_str(unit),
            number => write!(out, "{number} {unit}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, shown: &str) {
        assert_eq!(written.parse::<Pace>().map(|pace| pace.to_string()).as_deref(), Ok(shown), "{written}");
    }

    #[test]
    fn as_editors_write_it() {
        check("5m", "5 minutes");
        check(" 15 minutes ", "15 minutes");
        check("60 min", "hour");
        check("90m", "90 minutes");
        check("1 hour", "hour");
        check("6h", "6 hours");
        check("24h", "day");
        check("7 days", "7 days");
    }

    #[test]
    fn what_it_may_not_be() {
        let check = |written: &str, says: &str| {
            let said = written.parse::<Pace>().unwrap_err().to_string();
            assert!(said.contains(says), "{written}: {said}");
        };
        for written in ["", "often", "m", "15", "1.5 hours", "-3 hours", "15 fortnights", "٣ hours"] {
            check(written, "like 15 minutes, 6 hours or 2 days");
        }
        for written in ["0m", "4m", "8 days", "169h", "99999999999999999999999 days", "18446744073709551615d"] {
            check(written, "at most every 5 minutes and at least every 7 days");
        }
    }
}
