//! Instants, as the store keeps them and people read them.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Always within the years 0 to 9999, so that it prints as RFC 3339 and sums never overflow: what
/// lies outside is pulled to the nearer bound.
///
/// ```
/// use model::Time;
/// let time: Time = "2026-11-23T09:30:00Z".parse().unwrap();
/// assert_eq!(time.millis(), 1_795_426_200_000);
/// assert_eq!(time.to_string(), "2026-11-23T09:30:00Z");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// 0000-01-01T00:00:00Z.
    pub const MIN: Time = Time(-62_167_219_200_000);
    /// 9999-12-30T00:00:00Z: a day short of the last, so that every zone can show it.
    pub const MAX: Time = Time(253_402_128_000_000);

    /// The instant that many milliseconds after the epoch, pulled within [`Time::MIN`] and [`Time::MAX`].
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Time(millis)
        }
    }

    /// The instant of a `jiff` timestamp, cut to whole milliseconds.
    pub fn from_timestamp(at: Timestamp) -> Self {
        Self::from_millis(at.as_millisecond())
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The same instant for `jiff`.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).expect("MIN and MAX lie within jiff's range")
    }

    /// The instant on the calendar and the clock of a zone.
    pub fn in_zone(self, zone: &TimeZone) -> jiff::Zoned {
        self.timestamp().to_zoned(zone.clone())
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, wait: Duration) -> Time {
        Time::from_millis(self.0.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;
    fn sub(self, back: Duration) -> Time {
        Time::from_millis(self.0.saturating_sub(i64::try_from(back.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// RFC 3339 in UTC; fractions only where there are any.
impl fmt::Display for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(out)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Reads RFC 3339. The dates that feeds write are read by `feed`, which forgives far more.
impl FromStr for Time {
    type Err = jiff::Error;
    fn from_str(written: &str) -> Result<Self, Self::Err> {
        written.parse::<Timestamp>().map(Time::from_timestamp)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_stay_within_the_bounds() {
        let day = Duration::from_secs(86_400);
        assert_eq!(Time::MAX + day, Time::MAX);
        assert_eq!(Time::MIN - day, Time::MIN);
        assert_eq!(Time::from_millis(i64::MAX), Time::MAX);
        assert_eq!(Time::from_millis(0).since(Time::MAX), Duration::ZERO);
        assert_eq!(Time::from_millis(5_000).since(Time::from_millis(2_000)), Duration::from_secs(3));
    }

    #[test]
    fn every_bound_prints_and_reads_back() {
        for time in [Time::MIN, Time::from_millis(0), Time::from_millis(1_500), Time::MAX] {
            assert_eq!(time.to_string().parse::<Time>().unwrap(), time);
            time.in_zone(&TimeZone::UTC);
        }
    }
}
