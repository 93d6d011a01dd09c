//! A day that somebody names, which may be meant roughly.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Time;

/// A day, and whether it is an estimate: "March 2027" is the first of that month, roughly.
///
/// ```
/// use model::Day;
/// assert_eq!(Day::heard("Mar 2027").unwrap().to_string(), "~2027-03-01");
/// assert_eq!(Day::heard("31/12/2026").unwrap().to_string(), "2026-12-31");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    /// The day itself.
    pub date: Date,
    /// Whether it is an estimate.
    pub is_estimate: bool,
}

/// What is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no day; write it like 2027-03-31, or 2027-03 where only the month is known")]
pub struct NoDay(String);

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Day {
    /// The day that somebody means: the day before the month, as in Britain, where it is not the other way for sure.
    pub fn heard(said: &str) -> Option<Self> {
        let said: String = said.trim().chars().take(60).collect::<String>().to_lowercase();
        let (said, is_rough) = match said.strip_prefix(['~', '≈']) {
            Some(rest) => (rest.trim(), true),
            None => (said.as_str(), false),
        };
        let is_rough =
            is_rough || ["est", "about", "around", "circa", "tbc", "?"].iter().any(|word| said.contains(word));
        // A time of the day after the day: `2026-03-01T10:00:00Z`.
        let said = match said.split_once('t') {
            Some((day, time)) if day.len() == 10 && time.starts_with(|c: char| c.is_ascii_digit()) => day,
            _ => said,
        };
        let mut numbers: Vec<i32> = vec![];
        let mut month = None;
        for part in said.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
            let figures: String = part.chars().take_while(char::is_ascii_digit).collect();
            match figures.parse() {
                Ok(number) => numbers.push(number),
                Err(_) => {
                    month = month.or(MONTHS.iter().position(|name| part.starts_with(name)).map(|at| at as i32 + 1))
                }
            }
        }
        let quarter = said.split(|c: char| !c.is_alphanumeric()).find_map(|part| match part {
            "q1" => Some(1),
            "q2" => Some(4),
            "q3" => Some(7),
            "q4" => Some(10),
            _ => None,
        });
        let (year, month, day) = match (numbers.as_slice(), month.or(quarter)) {
            ([year @ 1_900..=2_200, month, day, ..], None) => (*year, *month, Some(*day)),
            ([month @ 1..=12, day @ 13..=31, year @ 1_900..=2_200, ..], None) => (*year, *month, Some(*day)),
            ([day, month, year @ 1_900..=2_200, ..], None) => (*year, *month, Some(*day)),
            ([year @ 1_900..=2_200, month], None) | ([month, year @ 1_900..=2_200], None) => (*year, *month, None),
            ([year @ 1_900..=2_200], month) => (*year, month.unwrap_or(1), None),
            ([day @ 1..=31, year @ 1_900..=2_200, ..], Some(month)) => (*year, month, Some(*day)),
            ([year @ 1_900..=2_200, day @ 1..=31, ..], Some(month)) => (*year, month, Some(*day)),
            _ => return None,
        };
        let date =
            Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day.unwrap_or(1)).ok()?);
        Some(Self { date: date.ok()?, is_estimate: is_rough || day.is_none() })
    }

    /// When it begins, in UTC.
    pub fn start(self) -> Time {
        let start = self.date.to_zoned(jiff::tz::TimeZone::UTC);
        start.map_or(Time::MIN, |start| Time::from_timestamp(start.timestamp()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", if self.is_estimate { "~" } else { "" }, self.date)
    }
}

impl FromStr for Day {
    type Err = NoDay;
    fn from_str(written: &str) -> Result<Self, NoDay> {
        Self::heard(written).ok_or_else(|| NoDay(written.chars().take(60).collect()))
    }
}

impl TryFrom<String> for Day {
    type Error = NoDay;
    fn try_from(written: String) -> Result<Self, NoDay> {
        written.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, meant: &str) {
        let day = Day::heard(said).map(|day| day.to_string()).unwrap_or_default();
        assert_eq!(day, meant, "{said}");
        if !meant.is_empty() {
            assert_eq!(Day::heard(&day).unwrap().to_string(), meant, "{meant} reads as itself");
        }
    }

    #[test]
    fn days_as_people_write_them() {
        check("2026-03-01", "2026-03-01");
        check("2026-03-01T10:20:30Z", "2026-03-01");
        check("1/3/2026", "2026-03-01");
        check("3/31/2026", "2026-03-31");
        check("1st March 2026", "2026-03-01");
        check("March 1, 2026", "2026-03-01");
        check("Sept 2026", "~2026-09-01");
        check("2026-09", "~2026-09-01");
        check("2026", "~2026-01-01");
        check("Q3 2026", "~2026-07-01");
        check("2026-03-01 (estimate)", "~2026-03-01");
        check("~2026-03-01", "~2026-03-01");
        for none in ["", "soon", "31/02/2026", "99", "2026-13", "12345678901234567890", "March"] {
            check(none, "");
        }
    }
}
