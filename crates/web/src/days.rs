//! Days and times as readers of this site say them, in its zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::Time;

/// A day's heading: a word for it, and its date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct DayName {
    pub(crate) name: String,
    pub(crate) rest: String,
}

/// "Today", "Yesterday" or the day of the week; then the date, with its year where that is another one.
pub(crate) fn day_name(day: Date, today: Date) -> DayName {
    let name = if day == today {
        "Today".to_owned()
    } else if day.tomorrow().ok() == Some(today) {
        "Yesterday".to_owned()
    } else {
        day.strftime("%A").to_string()
    };
    let rest = match (name.as_str(), day.year() == today.year()) {
        ("Today" | "Yesterday", _) => day.strftime("%A %-d\u{a0}%B").to_string(),
        (_, true) => day.strftime("%-d\u{a0}%B").to_string(),
        (_, false) => day.strftime("%-d\u{a0}%B %Y").to_string(),
    };
    DayName { name, rest }
}

/// A date in full: "23 November 2026".
pub(crate) fn date(time: Time, zone: &TimeZone) -> String {
    time.in_zone(zone).strftime("%-d %B %Y").to_string()
}

/// When a post is from: the date that it claims, or that it claims none and when it was first seen; and that time.
pub(crate) fn dated(card: &store::Card, zone: &TimeZone) -> (Time, String) {
    match card.claimed_at {
        Some(_) => (card.place, date(card.place, zone)),
        None => (card.first_seen, format!("no date; first seen {}", date(card.first_seen, zone))),
    }
}

/// A time of day: "09:30".
pub(crate) fn clock(time: Time, zone: &TimeZone) -> String {
    time.in_zone(zone).strftime("%H:%M").to_string()
}

/// The day of a time.
pub(crate) fn day_of(time: Time, zone: &TimeZone) -> Date {
    time.in_zone(zone).date()
}

/// When a day begins.
pub(crate) fn start_of(day: Date, zone: &TimeZone) -> Time {
    day.to_zoned(zone.clone()).map_or(Time::MAX, |zoned| Time::from_timestamp(zoned.timestamp()))
}

/// When the day after it begins.
pub(crate) fn end_of(day: Date, zone: &TimeZone) -> Time {
    day.tomorrow().map_or(Time::MAX, |next| start_of(next, zone))
}

/// How long ago something was, as people say it.
pub(crate) fn ago(time: Time, now: Time) -> String {
    let days = (now.millis() - time.millis()).max(0) / 86_400_000;
    let many = |number: i64, one: &str| format!("{number} {one}{} ago", if number == 1 { "" } else { "s" });
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..=20 => many(days, "day"),
        21..=59 => many(days / 7, "week"),
        60..=729 => many(days / 30, "month"),
        _ => many(days / 365, "year"),
    }
}

/// A day, a month or a year as people type it, as its first and its last day.
pub(crate) fn read_period(written: &str) -> Option<(Date, Date)> {
    let parts: Vec<&str> = written.split(['-', '/', '.']).collect();
    let number = |part: &str| (part.len() <= 4).then(|| part.parse::<i16>().ok()).flatten();
    let small = |part: &str| number(part).and_then(|number| i8::try_from(number).ok());
    // Four figures first or last are the year, as in 2026-11-23 and 23/11/2026.
    let (year, month, day) = match parts.as_slice() {
        [year] if year.len() == 4 => (number(year)?, None, None),
        [year, month] if year.len() == 4 => (number(year)?, Some(small(month)?), None),
        [month, year] if year.len() == 4 => (number(year)?, Some(small(month)?), None),
        [year, month, day] if year.len() == 4 => (number(year)?, Some(small(month)?), Some(small(day)?)),
        [day, month, year] if year.len() == 4 => (number(year)?, Some(small(month)?), Some(small(day)?)),
        _ => return None,
    };
    let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok().filter(|date| date.year() > 0)?;
    let last = match (month, day) {
        (_, Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        (None, None) => first.last_of_year(),
    };
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn named(day: &str, name: &str, rest: &str) {
        let today: Date = "2026-01-02".parse().unwrap();
        let meant = DayName { name: name.into(), rest: rest.into() };
        assert_eq!(day_name(day.parse().unwrap(), today), meant, "{day}");
    }

    #[test]
    fn days_by_name() {
        named("2026-01-02", "Today", "Friday 2\u{a0}January");
        named("2026-01-01", "Yesterday", "Thursday 1\u{a0}January");
        named("2025-12-31", "Wednesday", "31\u{a0}December 2025");
        named("2026-03-04", "Wednesday", "4\u{a0}March");
    }

    #[test]
    fn what_was_ages_in_words() {
        let now = Time::from_millis(4_000_000_000_000);
        for (days, words) in [
            (-3, "today"),
            (0, "today"),
            (1, "yesterday"),
            (20, "20 days ago"),
            (30, "4 weeks ago"),
            (90, "3 months ago"),
            (729, "24 months ago"),
            (800, "2 years ago"),
        ] {
            assert_eq!(ago(Time::from_millis(now.millis() - days * 86_400_000), now), words, "{days}");
        }
    }

    #[track_caller]
    fn period(written: &str, meant: Option<(&str, &str)>) {
        let read = read_period(written).map(|(first, last)| (first.to_string(), last.to_string()));
        assert_eq!(read, meant.map(|(first, last)| (first.to_owned(), last.to_owned())), "{written}");
    }

    #[test]
    fn periods_as_people_type_them() {
        period("2026-11-23", Some(("2026-11-23", "2026-11-23")));
        period("23/11/2026", Some(("2026-11-23", "2026-11-23")));
        period("3.1.2026", Some(("2026-01-03", "2026-01-03")));
        period("2026-02", Some(("2026-02-01", "2026-02-28")));
        period("2/2024", Some(("2024-02-01", "2024-02-29")));
        period("2026", Some(("2026-01-01", "2026-12-31")));
        for written in ["", "2026-13", "2026-02-30", "0000", "yesterday", "-2026", "26", "99999-1-1", "1-1-1-2026"] {
            period(written, None);
        }
    }

    #[test]
    fn a_day_of_the_summer_time_change_is_an_hour_shorter() {
        let zone = TimeZone::get("Europe/London").unwrap();
        let day: Date = "2026-03-29".parse().unwrap();
        assert_eq!(end_of(day, &zone).since(start_of(day, &zone)).as_secs(), 23 * 3_600);
    }
}
