//! Hosts that ask us to wait with everything that is on them.
//!
//! A server's `Retry-After` is about one feed, until several feeds of one host in a row say the same: then it is the
//! host that is busy, and its other feeds need not be asked to learn that. A host is a name with its port and nothing
//! wider: `ann.platform.example` and `bo.platform.example` are two, whoever runs them, so a wait can never spread from
//! one blog of a platform to another, and no list of platforms is needed to know that.

use std::collections::HashMap;
use std::time::Duration;

use model::{Outcome, SourceId, Time};

/// How many different feeds of a host must ask us to wait, with no other answer from it between.
const SEVERAL: usize = 3;

/// How long a host is left in peace that does not say how long.
const UNSAID: Duration = Duration::from_secs(3_600);

/// How many hosts are remembered; of more only each feed's own wish is kept.
const MOST: usize = 10_000;

/// What is known of hosts that asked us to wait.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    busy: HashMap<String, Busy>,
}

#[derive(Debug)]
struct Busy {
    since: Time,
    /// The feeds that asked since the host last answered otherwise, and until when each; the last few.
    asked: Vec<(SourceId, Time)>,
    /// Until when the whole host waits. It stays when that is over: one feed is tried then, and if that asks for
    /// patience again, so does the host.
    until: Option<Time>,
}

/// What changes for a host as a whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    /// It waits from now on, until then.
    Waits {
        /// Since when.
        since: Time,
        /// Until when.
        until: Time,
    },
    /// It answers again.
    Over,
}

impl Hosts {
    /// Remembers what was kept, by this crawler or another.
    pub fn remember(&mut self, host: String, since: Time, until: Time) {
        let busy = self.busy.entry(host).or_insert(Busy { since, asked: vec![], until: None });
        busy.until = busy.until.max(Some(until));
    }

    /// Takes note of how a feed of a host answered.
    pub fn note(
        &mut self,
        host: &str,
        source: SourceId,
        outcome: Outcome,
        not_before: Option<Time>,
        now: Time,
    ) -> Option<Change> {
        if outcome != Outcome::SlowDown {
            // Where nobody answered nothing is known of the host's wishes.
            let says_something = outcome.is_good()
                || matches!(outcome, Outcome::NotFound | Outcome::Gone | Outcome::Refused | Outcome::NotAFeed);
            if !says_something {
                return None;
            }
            return self.busy.remove(host).and_then(|busy| busy.until).map(|_| Change::Over);
        }
        if !self.busy.contains_key(host) && !self.has_room(now) {
            return None;
        }
        let busy = self.busy.entry(host.to_owned()).or_insert(Busy { since: now, asked: vec![], until: None });
        busy.asked.retain(|(asked, _)| *asked != source);
        busy.asked.push((source, not_before.unwrap_or(now + UNSAID)));
        if busy.asked.len() > SEVERAL {
            busy.asked.remove(0);
        }
        if busy.until.is_none() && busy.asked.len() < SEVERAL {
            return None;
        }
        // What all of them agree on; a longer wish is its own feed's.
        let until = busy.asked.iter().map(|(_, until)| *until).filter(|until| *until > now).min()?;
        busy.until = Some(until);
        Some(Change::Waits { since: busy.since, until })
    }

    /// Until when a host waits, if it does.
    pub fn wait(&self, host: &str, now: Time) -> Option<Time> {
        self.busy.get(host).and_then(|busy| busy.until).filter(|until| *until > now)
    }

    fn has_room(&mut self, now: Time) -> bool {
        if self.busy.len() >= MOST {
            self.busy.retain(|_, busy| busy.asked.iter().map(|(_, until)| *until).chain(busy.until).any(|it| it > now));
        }
        self.busy.len() < MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u64) -> Time {
        Time::from_millis(0) + Duration::from_secs(60 * minutes)
    }

    /// Feeds that answer one after the other, a minute between: which, how, and until which minute; then until which
    /// minute the host waits.
    #[track_caller]
    fn check(answers: &[(i64, Outcome, Option<u64>)], meant: Option<u64>) {
        let mut hosts = Hosts::default();
        let mut now = at(0);
        for (source, outcome, until) in answers {
            now = now + Duration::from_secs(60);
            hosts.note("riverton.example:443", SourceId::new(*source), *outcome, until.map(at), now);
        }
        assert_eq!(hosts.wait("riverton.example:443", now), meant.map(at), "{answers:?}");
        assert_eq!(hosts.wait("otterbank.example:443", now), None);
    }

    #[test]
    fn a_host_waits_once_several_of_its_feeds_ask_for_it() {
        use Outcome::{New, NotFound, SlowDown, Unchanged, Unreachable};
        check(&[(1, SlowDown, Some(600))], None);
        check(&[(1, SlowDown, Some(600)), (2, SlowDown, Some(700))], None);
        check(&[(1, SlowDown, Some(600)), (2, SlowDown, Some(700)), (3, SlowDown, Some(500))], Some(500));
        // One feed that asks three times is one feed.
        check(&[(1, SlowDown, Some(600)), (1, SlowDown, Some(700)), (1, SlowDown, Some(800))], None);
        // Any other answer between shows that the host is not busy; no answer shows nothing.
        check(&[(1, SlowDown, Some(9)), (2, SlowDown, Some(9)), (4, New, None), (3, SlowDown, Some(9))], None);
        check(&[(1, SlowDown, Some(9)), (2, SlowDown, Some(9)), (4, NotFound, None), (3, SlowDown, Some(9))], None);
        check(
            &[(1, SlowDown, Some(9)), (2, SlowDown, Some(9)), (4, Unreachable, None), (3, SlowDown, Some(9))],
            Some(9),
        );
        // Who does not say how long is left in peace for an hour.
        check(&[(1, SlowDown, None), (2, SlowDown, None), (3, SlowDown, None)], Some(61));
        // One feed's wish of a century is its own.
        check(&[(1, SlowDown, Some(60)), (2, SlowDown, Some(50_000_000)), (3, SlowDown, Some(90))], Some(60));
        check(&[(1, SlowDown, Some(9)), (2, SlowDown, Some(9)), (3, SlowDown, Some(9)), (1, Unchanged, None)], None);
    }

    #[test]
    fn after_a_wait_one_refusal_is_enough() {
        let mut hosts = Hosts::default();
        hosts.remember("riverton.example:443".to_owned(), at(0), at(60));
        let mut note = |source, outcome, until: u64, now: u64| {
            hosts.note("riverton.example:443", SourceId::new(source), outcome, Some(at(until)), at(now))
        };
        let again = Some(Change::Waits { since: at(0), until: at(120) });
        assert_eq!(note(7, Outcome::SlowDown, 120, 61), again);
        assert_eq!(note(8, Outcome::Unchanged, 0, 121), Some(Change::Over));
        assert_eq!(note(7, Outcome::SlowDown, 300, 122), None);
        assert_eq!(note(7, Outcome::Unchanged, 0, 301), None);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut hosts = Hosts::default();
        for host in 0..MOST + 50 {
            let source = SourceId::new(i64::try_from(host).unwrap());
            hosts.note(&format!("{host}.example:80"), source, Outcome::SlowDown, Some(at(1_000)), at(1));
        }
        assert_eq!(hosts.busy.len(), MOST);
        // When their waits are over there is room again.
        hosts.note("new.example:80", SourceId::new(1), Outcome::SlowDown, Some(at(3_000)), at(2_000));
        assert_eq!(hosts.busy.len(), 1);
    }
}
