//! A post as its file tells it: a few named lines, a rule, then the body in HTML.

use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use model::Time;

/// One post, still without addresses: those depend on where the sector is served.
#[derive(Debug, Clone)]
pub struct Post {
    /// The key of the source it belongs to: its folder.
    pub source: &'static str,
    /// Its number within the source: the start of its file's name.
    pub number: u32,
    /// The rest of its file's name.
    pub slug: &'static str,
    /// Its title; empty where the author gave none.
    pub title: &'static str,
    /// Who signed it.
    pub author: &'static str,
    /// When it was published, seen from the anchor.
    pub when: When,
    /// The author's own tags.
    pub tags: Vec<&'static str>,
    /// Its lead picture's name and alternative text.
    pub picture: Option<(&'static str, &'static str)>,
    /// Its language, where it differs from its source's.
    pub language: Option<&'static str>,
    /// The post (`source/NN-slug`) whose text it repeats.
    pub copy_of: Option<&'static str>,
    /// Whether its source lists it twice, as if it were two.
    pub twice: bool,
    /// The text, with `{{…}}` where an address or a date goes.
    pub body: &'static str,
}

/// When a post was published, counted back from the anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// So many hours before, not counting nights and weekends: for the newest.
    Hours(u32),
    /// On the working day some so many days before (at least one), at that minute of the day in UTC.
    Days(u32, u32),
    /// So many days after: somebody typed the wrong date.
    Ahead(u32),
    /// The source does not say.
    Never,
}

impl When {
    /// The moment, or `None` where nothing is said.
    pub fn at(self, anchor: Time) -> Option<Time> {
        match self {
            When::Hours(hours) => Some(waking_hours_before(anchor, hours)),
            When::Days(days, minute) => {
                // Five working days for seven: people in offices publish at work.
                let working_days = (days * 5 + 3) / 7;
                Some(working_day(anchor, -i64::from(working_days.max(1))) + Duration::from_secs(60 * u64::from(minute)))
            }
            When::Ahead(days) => Some(day(anchor, i64::from(days)) + Duration::from_secs(9 * 3600)),
            When::Never => None,
        }
    }

    /// `4 hours`, `3 days 09:30`, `ahead 9 days` or `never`.
    fn read(written: &'static str) -> Option<Self> {
        let words: Vec<&str> = written.split_whitespace().collect();
        match words[..] {
            ["never"] => Some(When::Never),
            [hours, "hours"] => Some(When::Hours(hours.parse().ok()?)),
            ["ahead", days, "days"] => Some(When::Ahead(days.parse().ok()?)),
            [days, "day" | "days", clock] => {
                let (hour, minute) = clock.split_once(':')?;
                let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
                let days = days.parse().ok().filter(|days| *days > 0)?;
                (hour < 24 && minute < 60).then_some(When::Days(days, hour * 60 + minute))
            }
            _ => None,
        }
    }
}

/// Midnight in UTC, so many days from the anchor's.
pub(crate) fn day(anchor: Time, days: i64) -> Time {
    midnight(anchor, date_of(anchor).saturating_add(days.days()))
}

/// The same day, or the Monday after where it would be a weekend's.
pub(crate) fn day_at_work(anchor: Time, days: i64) -> Time {
    let date = date_of(anchor).saturating_add(days.days());
    let next = (0..3).map(|more| date.saturating_add(more.days())).find(|date| is_working(*date));
    midnight(anchor, next.unwrap_or(date))
}

/// Midnight in UTC of the working day that lies so many working days from the anchor's.
fn working_day(anchor: Time, working_days: i64) -> Time {
    let mut date = date_of(anchor);
    let mut left = working_days.abs();
    while left > 0 {
        date = date.saturating_add(working_days.signum().days());
        left -= i64::from(is_working(date));
    }
    midnight(anchor, date)
}

/// So many hours of day before the anchor; those of a weekend count only if the anchor is on that day.
fn waking_hours_before(anchor: Time, hours: u32) -> Time {
    let mut at = anchor;
    let mut left = hours;
    while left > 0 {
        at = at - Duration::from_secs(3600);
        let then = at.in_zone(&TimeZone::UTC);
        let counts = is_working(then.date()) || then.date() == date_of(anchor);
        left -= u32::from(counts && (7..20).contains(&then.hour()));
    }
    at
}

fn is_working(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn date_of(anchor: Time) -> Date {
    anchor.in_zone(&TimeZone::UTC).date()
}

fn midnight(anchor: Time, date: Date) -> Time {
    date.to_zoned(TimeZone::UTC).map_or(anchor, |zoned| Time::from_timestamp(zoned.timestamp()))
}

impl Post {
    /// Reads the file at `path` (`source/NN-slug.html`); an error names the line that is wrong.
    pub fn read(path: &'static str, text: &'static str) -> Result<Self, String> {
        let wrong = |what: &str| format!("{path}: {what}");
        let (source, name) = path.split_once('/').ok_or_else(|| wrong("no folder"))?;
        let name = name.strip_suffix(".html").ok_or_else(|| wrong("not .html"))?;
        let (number, slug) = name.split_once('-').ok_or_else(|| wrong("no number"))?;
        let (head, body) = text.split_once("---\n").ok_or_else(|| wrong("no rule between head and body"))?;
        let mut post = Post {
            source,
            number: number.parse().map_err(|_| wrong("no number"))?,
            slug,
            title: "",
            author: "",
            when: When::Never,
            tags: Vec::new(),
            picture: None,
            language: None,
            copy_of: None,
            twice: false,
            body: body.trim(),
        };
        let mut dated = false;
        for line in head.lines() {
            let (field, value) = line.split_once(':').ok_or_else(|| wrong(line))?;
            let value = value.trim();
            match field {
                "title" => post.title = value,
                "author" => post.author = value,
                "when" => {
                    post.when = When::read(value).ok_or_else(|| wrong(line))?;
                    dated = true;
                }
                "tags" => post.tags = value.split(", ").collect(),
                "picture" => {
                    let (name, alternative) = value.split_once(" | ").ok_or_else(|| wrong(line))?;
                    post.picture = Some((name, alternative));
                }
                "language" => post.language = Some(value),
                "copy-of" => post.copy_of = Some(value),
                "twice" => post.twice = value == "yes",
                _ => return Err(wrong(line)),
            }
        }
        if !dated || post.author.is_empty() {
            return Err(wrong("needs `when` and `author`"));
        }
        Ok(post)
    }

    /// `source/NN-slug`, as other posts refer to it.
    pub fn name(&self) -> String {
        format!("{}/{:02}-{}", self.source, self.number, self.slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read() {
        let text = "title: Bins & boxes\nauthor: Moira Tamsett\nwhen: 3 days 09:30\ntags: waste, maps\n\
                    picture: bin-lorry | A lorry\n---\n<p>Hello.</p>\n";
        let post = Post::read("riverton/07-bins.html", text).unwrap();
        assert_eq!(post.name(), "riverton/07-bins");
        assert_eq!(post.title, "Bins & boxes");
        assert_eq!(post.tags, ["waste", "maps"]);
        assert_eq!(post.picture, Some(("bin-lorry", "A lorry")));
        assert_eq!(post.body, "<p>Hello.</p>");
        assert_eq!(post.when, When::Days(3, 570));
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, word) in [
            ("author: A\nwhen: soon\n---\n", "soon"),
            ("author: A\nwhen: 0 days 09:00\n---\n", "0 days"),
            ("autor: A\n---\n", "autor"),
            ("author: A\nwhen: never\n", "rule"),
            ("when: never\n---\n", "author"),
        ] {
            assert!(Post::read("a/01-b.html", text).unwrap_err().contains(word), "{text}");
        }
    }

    #[test]
    fn dates_count_back_from_the_anchor() {
        // A Tuesday.
        let anchor: Time = "2026-03-03T08:00:00Z".parse().unwrap();
        let at = |when: When| when.at(anchor).map(|at| at.to_string());
        assert_eq!(at(When::Hours(1)).as_deref(), Some("2026-03-03T07:00:00Z"));
        assert_eq!(
            at(When::Hours(4)).as_deref(),
            Some("2026-03-02T17:00:00Z"),
            "nobody publishes at four in the morning"
        );
        assert_eq!(at(When::Hours(15)).as_deref(), Some("2026-02-27T19:00:00Z"), "nor on a Sunday");
        assert_eq!(at(When::Days(1, 570)).as_deref(), Some("2026-03-02T09:30:00Z"));
        assert_eq!(at(When::Days(3, 570)).as_deref(), Some("2026-02-27T09:30:00Z"), "over a weekend");
        assert_eq!(at(When::Days(7, 0)).as_deref(), Some("2026-02-24T00:00:00Z"));
        assert_eq!(at(When::Days(56, 0)).as_deref(), Some("2026-01-06T00:00:00Z"));
        assert_eq!(at(When::Ahead(9)).as_deref(), Some("2026-03-12T09:00:00Z"));
        assert_eq!(at(When::Never), None);
        assert_eq!(day_at_work(anchor, 4).to_string(), "2026-03-09T00:00:00Z", "a Saturday becomes a Monday");
    }
}
