//! Where a subscription at a hub stands, and what follows from what happens to it: one pure function (WebSub §5).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Time;
use crate::state::words;

/// How long a lease we ask for. The hub has the last word, within our bounds.
pub const LEASE: Duration = Duration::from_secs(10 * 86_400);
/// The longest lease that is believed, so that a hub which forgets us is asked again some day.
const LONGEST_LEASE: Duration = Duration::from_secs(30 * 86_400);
/// How long a hub has to ask back whether we meant it.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// Never more often than this does a hub hear from us about one subscription.
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);
const WEEK: Duration = Duration::from_secs(7 * 86_400);
/// How often we ask a hub to let us go; after that its lease ends by itself, and its posts are turned away.
const MOST_GOODBYES: u32 = 4;

words! {
    /// Where a subscription stands.
    Stage {
        /// We want it; the hub is asked when it is due.
        Wanted = "wanted",
        /// The hub was asked, and is to ask back whether we meant it.
        Asked = "asked",
        /// The hub tells us what is new, until its lease ends.
        Live = "live",
        /// The same, and the hub was asked for another lease.
        Renewing = "renewing",
        /// We no longer want it; the hub is told when it is due.
        Leaving = "leaving",
        /// The hub was told, and is to ask back whether we meant it.
        Parting = "parting",
        /// Over: there is nothing left to be done.
        Over = "over",
    }
}

/// Where a subscription stands, as far as the next step depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Subscription {
    /// Where it stands.
    pub stage: Stage,
    /// When something is to be done about it, if nothing happens before.
    pub due: Time,
    /// Until when the hub has promised to tell us.
    pub live_until: Option<Time>,
    /// How many requests in a row have come to nothing.
    pub failures: u32,
}

/// What happens to a subscription.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Its time has come.
    Due,
    /// The hub could not be reached or refused the request. It may have said from when on to ask again.
    Failed {
        /// Not before this instant.
        not_before: Option<Time>,
    },
    /// The hub asks whether we asked to be subscribed, and says for how long it would be.
    AsksToBegin {
        /// The lease; a hub that names none takes the one we asked for.
        lease: Option<Duration>,
    },
    /// The hub asks whether we asked to be let go.
    AsksToEnd,
    /// The hub says that it does not, or no longer, want us.
    Denied,
    /// Nobody here wants it any more.
    Unwanted,
}

/// What is to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Nothing.
    Nothing,
    /// Ask the hub to subscribe us.
    Subscribe,
    /// Ask the hub to let us go.
    Unsubscribe,
    /// Tell the hub that we meant it.
    Confirm,
}

impl Subscription {
    /// One that is wanted from `now` on.
    pub fn wanted(now: Time) -> Self {
        Self { stage: Stage::Wanted, due: now, live_until: None, failures: 0 }
    }

    /// Whether what the hub sends is taken.
    pub fn is_live(&self) -> bool {
        matches!(self.stage, Stage::Live | Stage::Renewing)
    }

    /// What follows from what happens. `chance` is from 0 up to 1, and keeps those who failed together apart.
    ///
    /// Only what was asked for is confirmed, and only once: a hub that asks out of turn, or a stranger who plays one,
    /// changes nothing.
    pub fn step(self, event: Event, now: Time, chance: f64) -> (Self, Act) {
        use Stage::{Asked, Leaving, Live, Over, Parting, Renewing, Wanted};
        let is_over_by_now = self.live_until.is_none_or(|until| until <= now);
        match (self.stage, event) {
            (Over, _) => (self, Act::Nothing),
            (Wanted, Event::Due) => (Self { stage: Asked, due: now + PATIENCE, ..self }, Act::Subscribe),
            (Live, Event::Due) if is_over_by_now => Self::wanted(now).step(Event::Due, now, chance),
            (Live, Event::Due) => (Self { stage: Renewing, due: now + PATIENCE, ..self }, Act::Subscribe),
            (Leaving, Event::Due) => (Self { stage: Parting, due: now + PATIENCE, ..self }, Act::Unsubscribe),
            (Asked | Renewing, Event::AsksToBegin { lease }) => (Self::begun(lease, now, chance), Act::Confirm),
            (Parting, Event::AsksToEnd) => (self.over(), Act::Confirm),
            (Asked, Event::Due | Event::Failed { .. }) => (self.again(Wanted, event, now, chance), Act::Nothing),
            (Renewing, Event::Due | Event::Failed { .. }) => {
                let stage = if is_over_by_now { Wanted } else { Live };
                (self.again(stage, event, now, chance), Act::Nothing)
            }
            (Parting, Event::Due | Event::Failed { .. }) if self.failures + 1 >= MOST_GOODBYES => {
                (self.over(), Act::Nothing)
            }
            (Parting, Event::Due | Event::Failed { .. }) => (self.again(Leaving, event, now, chance), Act::Nothing),
            (Asked | Live | Renewing, Event::Denied) => {
                let refused = self.again(Wanted, event, now, chance);
                (Self { due: refused.due.max(now + DAY), ..refused }, Act::Nothing)
            }
            (Leaving | Parting, Event::Denied) | (Wanted, Event::Unwanted) => (self.over(), Act::Nothing),
            (Asked | Live | Renewing, Event::Unwanted) => {
                (Self { stage: Leaving, due: now, failures: 0, ..self }, Act::Nothing)
            }
            (_, Event::AsksToBegin { .. } | Event::AsksToEnd | Event::Failed { .. })
            | (Wanted, Event::Denied)
            | (Leaving | Parting, Event::Unwanted) => (self, Act::Nothing),
        }
    }

    fn begun(lease: Option<Duration>, now: Time, chance: f64) -> Self {
        let lease = lease.unwrap_or(LEASE).min(LONGEST_LEASE);
        // Early enough for several tries, and not all those of one hub at once.
        let renewed_after = lease.mul_f64(0.7 + chance.clamp(0.0, 1.0) / 10.0).max(HOUR);
        Self { stage: Stage::Live, due: now + renewed_after, live_until: Some(now + lease), failures: 0 }
    }

    fn over(self) -> Self {
        Self { stage: Stage::Over, due: Time::MAX, live_until: None, ..self }
    }

    /// To be tried again: each failure in a row doubles the wait, up to a week.
    fn again(self, stage: Stage, event: Event, now: Time, chance: f64) -> Self {
        let wait = HOUR.saturating_mul(1 << self.failures.min(8)).min(WEEK);
        let ours = now + wait.mul_f64(1.0 + chance.clamp(0.0, 1.0) / 10.0);
        let theirs = match event {
            Event::Failed { not_before } => not_before.unwrap_or(Time::MIN),
            _ => Time::MIN,
        };
        let live_until = self.live_until.filter(|_| stage == Stage::Live);
        // While the lease lasts there is one more try just when it ends.
        let due = ours.max(theirs).min(live_until.unwrap_or(Time::MAX).max(now + HOUR).max(theirs));
        Self { stage, due, live_until, failures: self.failures.saturating_add(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Time {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    fn hours(count: u64) -> Time {
        now() + HOUR * u32::try_from(count).unwrap()
    }

    fn at(stage: Stage, live_hours: Option<u64>, failures: u32) -> Subscription {
        Subscription { stage, due: now(), live_until: live_hours.map(hours), failures }
    }

    /// A subscription in short: where it stands, when it is due, until when it is live, how often it failed.
    fn shown(one: &Subscription) -> String {
        let in_hours = |time: Time| format!("{:.2}", time.since(now()).as_secs_f64() / 3_600.0);
        let live = one.live_until.map_or("-".to_owned(), in_hours);
        format!("{} due {} live {live} failed {}", one.stage, in_hours(one.due), one.failures)
    }

    #[track_caller]
    fn check(before: Subscription, event: Event, act: Act, after: &str) {
        let (stepped, done) = before.step(event, now(), 0.0);
        assert_eq!((done, shown(&stepped).as_str()), (act, after), "{before:?} {event:?}");
    }

    const FAILED: Event = Event::Failed { not_before: None };
    const BEGIN: Event = Event::AsksToBegin { lease: None };

    #[test]
    fn a_subscription_begins_once_the_hub_has_asked_back() {
        check(at(Stage::Wanted, None, 2), Event::Due, Act::Subscribe, "asked due 0.25 live - failed 2");
        check(at(Stage::Asked, None, 2), BEGIN, Act::Confirm, "live due 168.00 live 240.00 failed 0");
        let lease = |seconds| Event::AsksToBegin { lease: Some(Duration::from_secs(seconds)) };
        check(at(Stage::Asked, None, 0), lease(86_400), Act::Confirm, "live due 16.80 live 24.00 failed 0");
        check(at(Stage::Asked, None, 0), lease(60), Act::Confirm, "live due 1.00 live 0.02 failed 0");
        check(at(Stage::Asked, None, 0), lease(0), Act::Confirm, "live due 1.00 live 0.00 failed 0");
        check(at(Stage::Asked, None, 0), lease(u64::MAX), Act::Confirm, "live due 504.00 live 720.00 failed 0");
    }

    #[test]
    fn a_lease_is_renewed_before_its_end() {
        check(at(Stage::Live, Some(50), 0), Event::Due, Act::Subscribe, "renewing due 0.25 live 50.00 failed 0");
        check(at(Stage::Renewing, Some(50), 3), BEGIN, Act::Confirm, "live due 168.00 live 240.00 failed 0");
        check(at(Stage::Renewing, Some(50), 0), FAILED, Act::Nothing, "live due 1.00 live 50.00 failed 1");
        check(at(Stage::Renewing, Some(50), 7), FAILED, Act::Nothing, "live due 50.00 live 50.00 failed 8");
        check(at(Stage::Renewing, Some(50), 1), Event::Due, Act::Nothing, "live due 2.00 live 50.00 failed 2");
    }

    #[test]
    fn a_lease_that_was_not_renewed_ends() {
        check(at(Stage::Live, Some(0), 4), Event::Due, Act::Subscribe, "asked due 0.25 live - failed 0");
        check(at(Stage::Renewing, Some(0), 4), Event::Due, Act::Nothing, "wanted due 16.00 live - failed 5");
        check(at(Stage::Renewing, Some(0), 4), FAILED, Act::Nothing, "wanted due 16.00 live - failed 5");
    }

    #[test]
    fn a_hub_in_trouble_is_asked_less_and_less() {
        check(at(Stage::Asked, None, 0), Event::Due, Act::Nothing, "wanted due 1.00 live - failed 1");
        check(at(Stage::Asked, None, 3), FAILED, Act::Nothing, "wanted due 8.00 live - failed 4");
        check(at(Stage::Asked, None, u32::MAX), FAILED, Act::Nothing, "wanted due 168.00 live - failed 4294967295");
        let later = Event::Failed { not_before: Some(hours(1_000)) };
        check(at(Stage::Asked, None, 0), later, Act::Nothing, "wanted due 1000.00 live - failed 1");
        check(at(Stage::Renewing, Some(9), 0), later, Act::Nothing, "live due 1000.00 live 9.00 failed 1");
        let (apart, _) = at(Stage::Asked, None, 0).step(FAILED, now(), 1.0);
        assert_eq!(shown(&apart), "wanted due 1.10 live - failed 1");
    }

    #[test]
    fn a_hub_that_says_no_is_left_alone_for_a_day_or_more() {
        check(at(Stage::Asked, None, 0), Event::Denied, Act::Nothing, "wanted due 24.00 live - failed 1");
        check(at(Stage::Live, Some(50), 0), Event::Denied, Act::Nothing, "wanted due 24.00 live - failed 1");
        check(at(Stage::Renewing, Some(50), 6), Event::Denied, Act::Nothing, "wanted due 64.00 live - failed 7");
        check(at(Stage::Wanted, None, 0), Event::Denied, Act::Nothing, "wanted due 0.00 live - failed 0");
    }

    #[test]
    fn what_is_no_longer_wanted_is_given_up_in_good_order() {
        let over = |failures: u32| {
            format!("over due {:.2} live - failed {failures}", Time::MAX.since(now()).as_secs_f64() / 3_600.0)
        };
        check(at(Stage::Wanted, None, 1), Event::Unwanted, Act::Nothing, &over(1));
        for stage in [Stage::Asked, Stage::Live, Stage::Renewing] {
            check(at(stage, None, 1), Event::Unwanted, Act::Nothing, "leaving due 0.00 live - failed 0");
        }
        check(at(Stage::Leaving, None, 0), Event::Due, Act::Unsubscribe, "parting due 0.25 live - failed 0");
        check(at(Stage::Parting, None, 0), Event::AsksToEnd, Act::Confirm, &over(0));
        check(at(Stage::Parting, None, 0), Event::Denied, Act::Nothing, &over(0));
        check(at(Stage::Parting, None, 0), FAILED, Act::Nothing, "leaving due 1.00 live - failed 1");
        check(at(Stage::Parting, None, 3), Event::Due, Act::Nothing, &over(3));
        check(at(Stage::Over, None, 3), Event::Due, Act::Nothing, "over due 0.00 live - failed 3");
    }

    #[test]
    fn only_what_we_asked_for_is_confirmed() {
        for stage in [Stage::Wanted, Stage::Live, Stage::Leaving, Stage::Parting, Stage::Over] {
            let before = at(stage, Some(5), 1);
            assert_eq!(before.step(BEGIN, now(), 0.5), (before, Act::Nothing), "{stage}");
        }
        for stage in [Stage::Wanted, Stage::Asked, Stage::Live, Stage::Renewing, Stage::Leaving, Stage::Over] {
            let before = at(stage, Some(5), 1);
            assert_eq!(before.step(Event::AsksToEnd, now(), 0.5), (before, Act::Nothing), "{stage}");
        }
    }

    #[test]
    fn whatever_happens_a_hub_is_asked_once_an_hour_at_most_for_long() {
        let events = [Event::Due, FAILED, BEGIN, Event::AsksToEnd, Event::Denied];
        let dice = crate::Dice::loaded(3);
        let (mut one, mut at, mut asked) = (Subscription::wanted(now()), now(), 0_u32);
        for _ in 0..5_000 {
            at = at.max(one.due);
            let (next, act) = one.step(Event::Due, at, dice.fraction());
            asked += u32::from(act == Act::Subscribe);
            let event = events[usize::try_from(dice.throw() % 5).unwrap()];
            one = next.step(event, at, dice.fraction()).0;
            assert!(one.stage == Stage::Asked || one.stage == Stage::Renewing || one.due >= at + HOUR, "{one:?}");
        }
        assert!(u64::from(asked) <= at.since(now()).as_secs() / 3_600 + 1, "{asked}");
    }
}
