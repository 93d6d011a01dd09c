//! What an editor may do about a source that does not answer well, in one sentence.

use std::time::Duration;

use crate::{Health, Outcome, SourceState, Time};

const DAY: Duration = Duration::from_secs(86_400);

impl Health {
    /// What an editor may do about it, as a whole sentence; `None` while it is best left alone.
    ///
    /// Most trouble is over by the next day, so nothing is asked of anybody before that, or before three days where a
    /// site may well be mending itself. What only a person can decide is said at once.
    pub fn advice(&self, now: Time) -> Option<&'static str> {
        match self.state {
            SourceState::Gone => {
                return Some(
                    "Its feed was taken down for good. Its posts stay; remove it if they should go as well, or give \
                     its new address with “source move”.",
                );
            }
            SourceState::Active => {}
            _ => return None,
        }
        let lasted = self.failing_since.map_or(Duration::ZERO, |since| now.since(since));
        let patience = match self.outcome? {
            Outcome::Private | Outcome::AnotherSite => Duration::ZERO,
            Outcome::Refused | Outcome::BrokenTls | Outcome::TooLarge => DAY,
            Outcome::SlowDown => DAY * 7,
            _ => DAY * 3,
        };
        if lasted < patience {
            return None;
        }
        Some(match self.outcome? {
            Outcome::New | Outcome::Unchanged => return None,
            Outcome::Refused => {
                "They may not want us. Ask them, by the contact on their site; or pause it. We do not work around it."
            }
            Outcome::SlowDown => {
                "It has asked us to wait for a week now, so they may not want us. Ask them, or pause it."
            }
            Outcome::NotFound => {
                "The feed is not there any more. Look at the site for a new one and give its address with “source \
                 move”; or remove the source."
            }
            Outcome::UnknownHost => {
                "Its domain may have lapsed, and whoever takes it next publishes under its name. Find where it went \
                 and give the address with “source move”; or remove it."
            }
            Outcome::Unreachable | Outcome::TimedOut | Outcome::ServerError | Outcome::OddStatus => {
                "Its server has been in trouble for days. Look at its site; if that works, tell them that the feed \
                 does not."
            }
            Outcome::BrokenTls => "Tell them: whoever visits their site is warned as well.",
            Outcome::Private => {
                "If it is on your own network, open its range with the setting net.allow; otherwise remove it."
            }
            Outcome::TooLarge => "Tell them: a feed of their newest posts is enough for everybody who reads it.",
            Outcome::BadRedirect | Outcome::Unreadable | Outcome::NotAFeed => {
                "Look at its address in a browser: if the feed has gone elsewhere, give its new address with “source \
                 move”; if it is broken, tell them."
            }
            Outcome::AnotherSite => {
                "What it sends is held back. If these posts are its own after all, say so with “source accept”; \
                 otherwise give its right address with “source move”, or pause it."
            }
            Outcome::Gone => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Advice about an active source that has failed so for so many hours, by its first words.
    #[track_caller]
    fn check(outcome: Outcome, hours: u32, meant: Option<&str>) {
        let now: Time = "2026-03-10T12:00:00Z".parse().unwrap();
        let health = Health {
            state: SourceState::Active,
            outcome: Some(outcome),
            status: None,
            failing_since: Some(now - DAY / 24 * hours),
            last_polled: Some(now),
            last_new: None,
            next_poll: now,
        };
        let said = health.advice(now);
        match meant {
            Some(start) => assert!(said.is_some_and(|said| said.starts_with(start)), "{outcome}: {said:?}"),
            None => assert_eq!(said, None, "{outcome} for {hours} hours"),
        }
    }

    #[test]
    fn what_to_do_about_it_and_from_when_on() {
        check(Outcome::Unchanged, 0, None);
        check(Outcome::NotFound, 71, None);
        check(Outcome::NotFound, 72, Some("The feed is not there any more."));
        check(Outcome::Refused, 23, None);
        check(Outcome::Refused, 24, Some("They may not want us."));
        check(Outcome::SlowDown, 167, None);
        check(Outcome::SlowDown, 168, Some("It has asked us to wait for a week"));
        check(Outcome::UnknownHost, 73, Some("Its domain may have lapsed"));
        check(Outcome::TimedOut, 73, Some("Its server has been in trouble"));
        check(Outcome::BrokenTls, 25, Some("Tell them: whoever visits"));
        check(Outcome::TooLarge, 25, Some("Tell them: a feed"));
        check(Outcome::Private, 0, Some("If it is on your own network"));
        check(Outcome::AnotherSite, 0, Some("What it sends is held back."));
        check(Outcome::NotAFeed, 80, Some("Look at its address"));
    }
}
