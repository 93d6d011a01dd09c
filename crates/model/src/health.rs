//! How a source answered, and how that is said to people.

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Unit, Zoned};
use serde::{Deserialize, Serialize};

use crate::state::words;
use crate::{SourceState, Time};

words! {
    /// What came of one look at a source.
    Outcome {
        /// Read, with something new or revised in it.
        New = "new",
        /// Read or answered "not modified": nothing has changed.
        Unchanged = "unchanged",
        /// 429 or 503 with or without a wish: it asks us to wait.
        SlowDown = "slow-down",
        /// 404.
        NotFound = "not-found",
        /// 410.
        Gone = "gone",
        /// 401, 403 or 451.
        Refused = "refused",
        /// Any other 5xx.
        ServerError = "server-error",
        /// Any other status that gives no feed.
        OddStatus = "odd-status",
        /// The name of its host is not known.
        UnknownHost = "unknown-host",
        /// No connection, or one that broke.
        Unreachable = "unreachable",
        /// Slower than our limit.
        TimedOut = "timed-out",
        /// Its certificate or its TLS is broken.
        BrokenTls = "broken-tls",
        /// An address that is not public.
        Private = "private",
        /// Larger than our limit, packed or unpacked.
        TooLarge = "too-large",
        /// Redirects in a ring, too many, or to somewhere that is not the web.
        BadRedirect = "bad-redirect",
        /// An answer that cannot be read: cut off, or packed wrongly.
        Unreadable = "unreadable",
        /// An answer with no feed in it.
        NotAFeed = "not-a-feed",
        /// A feed with another site's posts in it, and none of its own.
        AnotherSite = "another-site",
    }
}

impl Outcome {
    /// Whether the source answered with a feed, or said that it has not changed.
    pub fn is_good(self) -> bool {
        matches!(self, Self::New | Self::Unchanged)
    }

    /// What is wrong, in words that go on "the source …": "answers 404". `None` where nothing is.
    pub fn trouble_in_words(self, status: Option<u16>) -> Option<String> {
        trouble(self, status)
    }
}

/// What is known about how a source has been answering.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Health {
    /// Where the source stands.
    pub state: SourceState,
    /// What came of the last look; `None` before the first.
    pub outcome: Option<Outcome>,
    /// The status of the last answer, where there was one.
    pub status: Option<u16>,
    /// Since when every look has failed.
    pub failing_since: Option<Time>,
    /// When we last looked.
    pub last_polled: Option<Time>,
    /// When something new last came.
    pub last_new: Option<Time>,
    /// When we look next.
    pub next_poll: Time,
}

impl Health {
    /// Whether people should be told that something is wrong.
    pub fn is_troubled(&self) -> bool {
        self.state == SourceState::Active && self.outcome.is_some_and(|outcome| !outcome.is_good())
    }

    /// How the source is, in one sentence that starts with a small letter and has no full stop:
    /// "answers 404 since 3 March; we ask again tomorrow".
    pub fn sentence(&self, now: Time, zone: &TimeZone) -> String {
        let again = || in_words(self.next_poll, now, zone);
        match self.state {
            SourceState::Paused => return "paused by an editor; its posts stay".to_owned(),
            SourceState::Gone => return "is gone for good (410); its posts stay".to_owned(),
            SourceState::Hidden => return "hidden, because somebody asked for it".to_owned(),
            SourceState::Left => return "has left, at its owner's wish".to_owned(),
            SourceState::Removed => return "removed by an editor".to_owned(),
            SourceState::Active => {}
        }
        let Some(outcome) = self.outcome else {
            return format!("not read yet; we ask {}", again());
        };
        let Some(trouble) = trouble(outcome, self.status) else {
            return match self.last_new {
                Some(last) => format!("well; last new post found {}", on_day(last, now, zone)),
                None => "well; no post so far".to_owned(),
            };
        };
        match self.failing_since {
            Some(since) => format!("{trouble} since {}; we ask again {}", day(since, now, zone), again()),
            None => format!("{trouble}; we ask again {}", again()),
        }
    }
}

fn trouble(outcome: Outcome, status: Option<u16>) -> Option<String> {
    let status_words = || status.map_or_else(|| "an error".to_owned(), |status| status.to_string());
    Some(match outcome {
        Outcome::New | Outcome::Unchanged => return None,
        Outcome::SlowDown => format!("asks us to wait ({})", status_words()),
        Outcome::NotFound => "answers 404".to_owned(),
        Outcome::Gone => "answers 410".to_owned(),
        Outcome::Refused => format!("does not let us in ({})", status_words()),
        Outcome::ServerError | Outcome::OddStatus => format!("answers {}", status_words()),
        Outcome::UnknownHost => "has a host name that nobody knows".to_owned(),
        Outcome::Unreachable => "cannot be reached".to_owned(),
        Outcome::TimedOut => "is too slow to answer".to_owned(),
        Outcome::BrokenTls => "has a broken certificate".to_owned(),
        Outcome::Private => "is not on the public internet".to_owned(),
        Outcome::TooLarge => "sends more than we take".to_owned(),
        Outcome::BadRedirect => "redirects to nowhere".to_owned(),
        Outcome::Unreadable => "sends what cannot be unpacked".to_owned(),
        Outcome::NotAFeed => "sends something that is not a feed".to_owned(),
        Outcome::AnotherSite => "sends another site’s posts".to_owned(),
    })
}

/// A coming time as people say it: "within the hour", "in 3 hours", "tomorrow", "on 5 March".
fn in_words(then: Time, now: Time, zone: &TimeZone) -> String {
    let wait = then.since(now).as_secs();
    let days = days_between(&now.in_zone(zone), &then.in_zone(zone));
    match (wait, days) {
        (0..=3_600, _) => "within the hour".to_owned(),
        (_, 0) => format!("in {} hours", wait.div_ceil(3_600)),
        (_, 1) => "tomorrow".to_owned(),
        _ => on_day(then, now, zone),
    }
}

/// The day of something that happened or will: "today", "on 3 March".
fn on_day(then: Time, now: Time, zone: &TimeZone) -> String {
    match day(then, now, zone) {
        near if near.starts_with(char::is_alphabetic) => near,
        date => format!("on {date}"),
    }
}

/// A day as people say it: "today", "yesterday", "3 March", with the year if it is another one.
fn day(then: Time, now: Time, zone: &TimeZone) -> String {
    let (then, now) = (then.in_zone(zone), now.in_zone(zone));
    match days_between(&then, &now) {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ if then.year() == now.year() => then.strftime("%-d %B").to_string(),
        _ => then.strftime("%-d %B %Y").to_string(),
    }
}

fn days_between(from: &Zoned, to: &Zoned) -> i32 {
    from.date().until((Unit::Day, to.date())).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(outcome: Outcome, status: u16, since: &str, next: &str, sentence: &str) {
        let now: Time = "2026-03-10T12:00:00Z".parse().unwrap();
        let health = Health {
            state: SourceState::Active,
            outcome: Some(outcome),
            status: Some(status),
            failing_since: since.parse().ok(),
            last_polled: Some(now),
            last_new: "2026-03-08T12:00:00Z".parse().ok(),
            next_poll: next.parse().unwrap(),
        };
        assert_eq!(health.sentence(now, &TimeZone::UTC), sentence);
    }

    #[test]
    fn health_in_words() {
        let (hour, tomorrow, later) = ("2026-03-10T12:59:00Z", "2026-03-11T09:00:00Z", "2026-03-15T09:00:00Z");
        check(
            Outcome::NotFound,
            404,
            "2026-03-03T01:00:00Z",
            tomorrow,
            "answers 404 since 3 March; we ask again tomorrow",
        );
        check(
            Outcome::SlowDown,
            429,
            "2026-03-10T01:00:00Z",
            hour,
            "asks us to wait (429) since today; we ask again within the hour",
        );
        check(
            Outcome::Refused,
            403,
            "2025-12-24T01:00:00Z",
            later,
            "does not let us in (403) since 24 December 2025; we ask again on 15 March",
        );
        check(Outcome::TimedOut, 0, "", "2026-03-10T15:30:00Z", "is too slow to answer; we ask again in 4 hours");
        check(Outcome::Unchanged, 304, "", hour, "well; last new post found on 8 March");
    }
}
