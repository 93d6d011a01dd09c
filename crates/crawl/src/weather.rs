//! Whether it is the others who cannot be reached, or we who cannot reach anybody.
//!
//! When DNS is gone, a cable is cut or the clock is a year ahead, every look fails alike. Counting that against each
//! source would put them all off for days and hide the real trouble, so nothing is counted until it is known whose it
//! is. This is the judgement alone; `round` acts on it.

use std::collections::HashMap;
use std::time::Duration;

use model::{Outcome, Time};
use serde::{Deserialize, Serialize};

/// From how many different hosts in a row that all fail the trouble is taken for ours, while others are being asked.
const ENOUGH: usize = 6;

/// The same where somebody was reached a moment ago.
const ENOUGH_AFTER: usize = 20;

/// How long a moment is.
const MOMENT: Duration = Duration::from_secs(300);

/// The same when nobody is left to ask, and nobody was reached for a while: a few neighbours break down together more
/// often than all the world goes away.
const ENOUGH_AT_THE_END: usize = 3;

/// How long a while is.
const WHILE: Duration = Duration::from_secs(3 * 3_600);

/// How many looks may wait for a judgement; beyond that so many of so few hosts failed that it is theirs.
pub(crate) const MOST_HELD: usize = 64;

/// How long after one try the next source is tried while nobody can be reached: at first, and at most.
const PROBES: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(300));

/// The setting in the store under which trouble of ours is kept.
pub const KEPT_UNDER: &str = "trouble";

/// The setting in the store under which it is kept when anybody was last reached, as milliseconds.
pub const REACHED_KEPT_UNDER: &str = "reached";

/// How far what is kept of that may be behind.
pub(crate) const REACHED_KEPT_EVERY: Duration = Duration::from_secs(60);

/// Trouble of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trouble {
    /// Since when.
    pub since: Time,
    /// What fails alike.
    pub kind: Kind,
}

/// What fails alike wherever we ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// No name can be looked up.
    Names,
    /// No connection is made.
    Network,
    /// No certificate is good.
    Certificates,
}

impl Kind {
    /// What it is and what to look at, as a sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Names => "No host name can be looked up: look at the name servers of this machine (/etc/resolv.conf)",
            Self::Network => "Nobody can be reached: look at this machine's network and its firewall",
            Self::Certificates => {
                "Every certificate is refused: look at this machine's clock, and whether something between it and the \
                 internet opens safe connections"
            }
        }
    }
}

/// How one look ended, as far as it tells whether anybody can be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum End {
    /// A server answered, whatever it said.
    Reached,
    /// None did.
    Missed(Kind),
}

impl End {
    /// The end of a look that came to this, with or without a status; `None` for what never left this machine.
    pub fn of(outcome: Outcome, has_status: bool) -> Option<Self> {
        match outcome {
            _ if has_status => Some(Self::Reached),
            Outcome::UnknownHost => Some(Self::Missed(Kind::Names)),
            Outcome::Unreachable | Outcome::TimedOut => Some(Self::Missed(Kind::Network)),
            Outcome::BrokenTls => Some(Self::Missed(Kind::Certificates)),
            Outcome::TooLarge | Outcome::BadRedirect | Outcome::Unreadable => Some(Self::Reached),
            _ => None,
        }
    }
}

/// Whose the failures are that have not been judged yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Whose {
    /// Somebody was reached: each failure is its source's.
    Theirs,
    /// It cannot be told yet.
    Unknown,
    /// Ours: they count against nobody.
    Ours(Kind),
}

/// What is known of the weather.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    /// The hosts whose failure may be ours, since anybody was reached, and how the last look at each failed.
    missed: HashMap<String, Kind>,
    /// When anybody was last reached, by this crawler or the one before.
    pub reached: Option<Time>,
    /// Trouble of ours that is not over.
    pub trouble: Option<Trouble>,
    probes: u32,
}

impl Weather {
    /// Takes note of a look that ended, at a source that had been failing since then, if it had; `held` looks wait for
    /// a judgement, this one included if it failed.
    pub fn note(&mut self, host: &str, end: End, failing_since: Option<Time>, held: usize, now: Time) -> Whose {
        let kind = match end {
            End::Reached => {
                self.clear();
                self.trouble = None;
                self.reached = Some(now);
                return Whose::Theirs;
            }
            End::Missed(kind) => kind,
        };
        if self.trouble.is_some() {
            return Whose::Ours(kind);
        }
        if held > MOST_HELD {
            self.clear();
            return Whose::Theirs;
        }
        if !self.fails_by_itself(failing_since, now) {
            self.missed.insert(host.to_owned(), kind);
        }
        let enough = if self.was_reached_within(MOMENT, now) { ENOUGH_AFTER } else { ENOUGH };
        if self.missed.len() >= enough { self.ours(now) } else { Whose::Unknown }
    }

    /// The judgement when nobody is left to ask. Who failed is remembered until somebody is reached: where looks come
    /// one by one, none of them tells enough alone.
    pub fn at_the_end(&mut self, now: Time) -> Whose {
        match self.trouble {
            Some(trouble) => Whose::Ours(trouble.kind),
            None if self.missed.len() >= ENOUGH_AT_THE_END && !self.was_reached_within(WHILE, now) => self.ours(now),
            None => Whose::Theirs,
        }
    }

    /// How long to wait before one more source is tried; twice as long each time.
    pub fn until_next_probe(&mut self) -> Duration {
        let wait = PROBES.0.saturating_mul(1 << self.probes.min(8)).min(PROBES.1);
        self.probes = self.probes.saturating_add(1);
        wait
    }

    fn ours(&mut self, now: Time) -> Whose {
        let of = |wanted: Kind| self.missed.values().filter(|kind| **kind == wanted).count();
        let all = self.missed.len();
        let kind = [Kind::Names, Kind::Certificates].into_iter().find(|kind| of(*kind) * 4 > all * 3);
        let kind = kind.unwrap_or(Kind::Network);
        self.clear();
        self.trouble = Some(Trouble { since: now, kind });
        Whose::Ours(kind)
    }

    /// Whether a source went on failing while others were reached, or began to a moment after, so that its failure
    /// tells nothing about us.
    fn fails_by_itself(&self, failing_since: Option<Time>, now: Time) -> bool {
        self.reached_by(now).zip(failing_since).is_some_and(|(reached, since)| since <= reached + MOMENT)
    }

    fn was_reached_within(&self, time: Duration, now: Time) -> bool {
        self.reached_by(now).is_some_and(|reached| now.since(reached) < time)
    }

    /// When anybody was last reached; what a clock noted that was ahead is not believed.
    fn reached_by(&self, now: Time) -> Option<Time> {
        self.reached.filter(|reached| *reached <= now)
    }

    fn clear(&mut self) {
        self.missed.clear();
        self.probes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: End = End::Missed(Kind::Names);
    const NETWORK: End = End::Missed(Kind::Network);
    const TLS: End = End::Missed(Kind::Certificates);

    fn now() -> Time {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    /// The judgement after each of these looks, and when nobody is left to ask.
    #[track_caller]
    fn check(looks: &[(&str, End)], each: &[Whose], last: Whose) {
        let looks: Vec<_> = looks.iter().map(|(host, end)| (*host, *end, None)).collect();
        check_after(None, &looks, each, last);
    }

    /// The same where somebody was reached so long ago, with since when each source has been failing.
    #[track_caller]
    fn check_after(reached: Option<Duration>, looks: &[(&str, End, Option<Duration>)], each: &[Whose], last: Whose) {
        let mut weather = Weather { reached: reached.map(|ago| now() - ago), ..Weather::default() };
        let note = |(at, (host, end, failing)): (usize, &(&str, End, Option<Duration>))| {
            weather.note(host, *end, failing.map(|ago| now() - ago), at + 1, now())
        };
        let said: Vec<Whose> = looks.iter().enumerate().map(note).collect();
        assert_eq!(said, each, "{looks:?}");
        assert_eq!(weather.at_the_end(now()), last, "{looks:?}");
    }

    #[test]
    fn whose_the_trouble_is() {
        use Whose::{Ours, Theirs, Unknown};
        check(&[], &[], Theirs);
        check(&[("a", NAMES)], &[Unknown], Theirs);
        check(&[("a", NAMES), ("b", NAMES)], &[Unknown; 2], Theirs);
        // One host that fails three times is one host.
        check(&[("a", NETWORK), ("a", NETWORK), ("a", NETWORK)], &[Unknown; 3], Theirs);
        check(&[("a", NAMES), ("b", NAMES), ("c", NAMES)], &[Unknown; 3], Ours(Kind::Names));
        check(&[("a", NAMES), ("b", NETWORK), ("c", TLS)], &[Unknown; 3], Ours(Kind::Network));
        check(&[("a", TLS), ("b", TLS), ("c", TLS)], &[Unknown; 3], Ours(Kind::Certificates));
        let six = ["a", "b", "c", "d", "e", "f"].map(|host| (host, NAMES));
        check(&six, &[Unknown, Unknown, Unknown, Unknown, Unknown, Ours(Kind::Names)], Ours(Kind::Names));
        // Whoever is reached, even with an error, shows that we can reach somebody.
        check(&[("a", NAMES), ("b", NAMES), ("c", End::Reached)], &[Unknown, Unknown, Theirs], Theirs);
        check(&[("a", End::Reached), ("b", NAMES), ("c", NAMES)], &[Theirs, Unknown, Unknown], Theirs);
        // Where one of many was reached a moment ago, the others may well be in trouble by themselves.
        let mut most = vec![("z", End::Reached)];
        most.extend(["a", "b", "c", "d", "e", "f", "g", "h"].map(|host| (host, TLS)));
        let mut each = vec![Theirs];
        each.extend([Unknown; 8]);
        check(&most, &each, Theirs);
    }

    #[test]
    fn failures_of_a_few_are_theirs_where_others_were_reached() {
        use Whose::{Ours, Theirs, Unknown};
        let minutes = |count: u64| Some(Duration::from_secs(count * 60));
        let three = |failing| ["a", "b", "c"].map(|host| (host, NETWORK, failing));
        // They have just begun to fail: theirs for some hours, until nobody else has been reached for so long.
        check_after(minutes(10), &three(None), &[Unknown; 3], Theirs);
        check_after(minutes(179), &three(None), &[Unknown; 3], Theirs);
        check_after(minutes(180), &three(None), &[Unknown; 3], Ours(Kind::Network));
        // They failed while others were reached, or from a moment after on: theirs however long ago that is.
        let day = 24 * 60;
        check_after(minutes(day), &three(minutes(5 * day)), &[Unknown; 3], Theirs);
        check_after(minutes(day), &three(minutes(day)), &[Unknown; 3], Theirs);
        check_after(minutes(day), &three(minutes(day - 5)), &[Unknown; 3], Theirs);
        check_after(minutes(day), &three(minutes(day - 6)), &[Unknown; 3], Ours(Kind::Network));
        // However many they are.
        let many: Vec<String> = (0..40).map(|at| format!("{at}.example")).collect();
        let many: Vec<_> = many.iter().map(|host| (host.as_str(), NAMES, minutes(5 * day))).collect();
        check_after(minutes(day), &many, &[Unknown; 40], Theirs);
        // Among those that answered until now they add nothing.
        let five = ["d", "e", "f", "g", "h"].map(|host| (host, NETWORK, None));
        let eight = [three(minutes(5 * day)).as_slice(), &five].concat();
        check_after(minutes(10), &eight, &[Unknown; 8], Theirs);
        // Nobody was ever reached, or a clock was ahead that says so: that tells nothing.
        check_after(None, &three(minutes(day)), &[Unknown; 3], Ours(Kind::Network));
        let mut weather = Weather { reached: Some(now() + MOMENT), ..Weather::default() };
        for host in ["a", "b", "c"] {
            weather.note(host, NETWORK, Some(now()), 1, now());
        }
        assert_eq!(weather.at_the_end(now()), Ours(Kind::Network));
    }

    #[test]
    fn looks_that_come_one_by_one_are_judged_together() {
        let mut weather = Weather { reached: Some(now()), ..Weather::default() };
        let mut look = |host: &str, hours: u64, end| {
            let later = now() + Duration::from_secs(hours * 3_600);
            match weather.note(host, end, None, 1, later) {
                Whose::Unknown => weather.at_the_end(later),
                whose => whose,
            }
        };
        assert_eq!(look("a", 1, NAMES), Whose::Theirs);
        assert_eq!(look("b", 2, NAMES), Whose::Theirs);
        assert_eq!(look("a", 3, NAMES), Whose::Theirs, "one host is one host");
        assert_eq!(look("c", 3, NAMES), Whose::Ours(Kind::Names));
        assert_eq!(look("d", 4, End::Reached), Whose::Theirs);
        assert_eq!(look("c", 8, NAMES), Whose::Theirs, "whoever is reached ends it");
    }

    #[test]
    fn trouble_of_ours_lasts_until_somebody_is_reached() {
        let mut weather = Weather::default();
        for host in ["a", "b", "c"] {
            weather.note(host, NETWORK, None, 1, now());
        }
        assert_eq!(weather.at_the_end(now()), Whose::Ours(Kind::Network));
        let later = now() + Duration::from_secs(3_600);
        assert_eq!(weather.note("a", NAMES, None, 1, later), Whose::Ours(Kind::Names));
        assert_eq!(weather.at_the_end(later), Whose::Ours(Kind::Network));
        assert_eq!(weather.trouble.map(|trouble| trouble.since), Some(now()));
        let probes: Vec<u64> = (0..6).map(|_| weather.until_next_probe().as_secs()).collect();
        assert_eq!(probes, [30, 60, 120, 240, 300, 300]);
        assert_eq!(weather.note("b", End::Reached, None, 0, later), Whose::Theirs);
        assert_eq!(weather.trouble, None);
        assert_eq!(weather.until_next_probe().as_secs(), 30);
    }

    #[test]
    fn many_that_fail_in_a_row_show_that_it_began_a_moment_ago() {
        let mut weather = Weather::default();
        weather.note("z", End::Reached, None, 0, now());
        let said: Vec<Whose> =
            (1..=20).map(|at| weather.note(&format!("{at}.example"), NAMES, None, at, now())).collect();
        assert_eq!((said[18], said[19]), (Whose::Unknown, Whose::Ours(Kind::Names)));
        // After the moment six are enough again.
        let mut weather = Weather::default();
        weather.note("z", End::Reached, None, 0, now());
        let later = now() + MOMENT;
        let said: Vec<Whose> =
            (1..=6).map(|at| weather.note(&format!("{at}.example"), NAMES, None, at, later)).collect();
        assert_eq!(said[5], Whose::Ours(Kind::Names));
    }

    #[test]
    fn what_is_held_is_bounded() {
        let mut weather = Weather::default();
        for at in 1..=MOST_HELD {
            assert_eq!(weather.note("a", NETWORK, None, at, now()), Whose::Unknown);
        }
        assert_eq!(weather.note("a", NETWORK, None, MOST_HELD + 1, now()), Whose::Theirs);
    }

    #[test]
    fn what_a_look_tells() {
        assert_eq!(End::of(Outcome::ServerError, true), Some(End::Reached));
        assert_eq!(End::of(Outcome::Unchanged, true), Some(End::Reached));
        assert_eq!(End::of(Outcome::Unreadable, false), Some(End::Reached));
        assert_eq!(End::of(Outcome::UnknownHost, false), Some(NAMES));
        assert_eq!(End::of(Outcome::TimedOut, false), Some(NETWORK));
        assert_eq!(End::of(Outcome::BrokenTls, false), Some(TLS));
        // It never left this machine, so it tells nothing.
        assert_eq!(End::of(Outcome::Private, false), None);
    }
}
