//! The table of when to look next.

use model::{Address, Dice, Pace};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;

/// A Monday.
fn now() -> Time {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn hours(hours: u64) -> Duration {
    HOUR * u32::try_from(hours).unwrap()
}

/// A source that has published at each of these times; the last of them is a first document's.
fn rhythm(published: impl IntoIterator<Item = Time>) -> Rhythm {
    Rhythm::unknown(now()).learn(published.into_iter().map(Some), None, now())
}

/// One that publishes every half hour, so that only the hour between two looks holds us back.
fn busy() -> Rhythm {
    rhythm((0..200).map(|half| now() - HOUR / 2 * half))
}

/// One that publishes in the weeks before at these hours of the week.
fn weekly(hours_of_week: &[u64]) -> Rhythm {
    let monday = now() - hours(9);
    rhythm((1..20).flat_map(|week| hours_of_week.iter().map(move |at| monday + hours(*at) - DAY * 7 * week + HOUR / 2)))
}

struct Case {
    outcome: Outcome,
    failures: u32,
    is_first: bool,
    has_validators: bool,
    pace: Option<Pace>,
    is_told: bool,
    wishes: Wishes,
    rhythm: Rhythm,
}

fn good(wishes: Wishes) -> Case {
    Case {
        outcome: Outcome::New,
        failures: 0,
        is_first: false,
        has_validators: true,
        pace: None,
        is_told: false,
        wishes,
        rhythm: busy(),
    }
}

fn failed(outcome: Outcome, failures: u32, wishes: Wishes) -> Case {
    Case { outcome, failures, ..good(wishes) }
}

fn of(rhythm: Rhythm) -> Case {
    Case { rhythm, ..good(Wishes::default()) }
}

impl Case {
    fn next(&self, now: Time) -> Next {
        let Case { outcome, failures, is_first, has_validators, pace, is_told, ref wishes, ref rhythm } = *self;
        // Its own instants are the full hours, and 09:00 on Mondays.
        let spread = self::now().millis().unsigned_abs();
        next_poll(now, &Look { outcome, failures, is_first, has_validators, pace, is_told, wishes, rhythm, spread })
    }
}

#[track_caller]
fn check(case: &Case, at: &str, why: Why) {
    let next = case.next(now());
    assert_eq!((next.at.to_string().as_str(), next.why), (at, why));
}

#[test]
fn an_hour_with_validators_and_a_day_without() {
    let nothing = Wishes::default;
    check(&good(nothing()), "2026-11-23T10:00:00Z", Why::Usual);
    check(&Case { outcome: Outcome::Unchanged, ..good(nothing()) }, "2026-11-23T10:00:00Z", Why::Usual);
    check(&Case { is_told: true, ..good(nothing()) }, "2026-11-24T09:00:00Z", Why::Told);
    check(&Case { has_validators: false, ..good(nothing()) }, "2026-11-24T09:00:00Z", Why::NoValidators);
}

#[test]
fn an_editor_may_set_one_source_otherwise() {
    let set = |pace: &str| Case { pace: Some(pace.parse().unwrap()), ..good(Wishes::default()) };
    let check = |case: &Case, at: &str, pace: &str| check(case, at, Why::Set(pace.parse().unwrap()));
    check(&set("15m"), "2026-11-23T09:15:00Z", "15m");
    check(&set("6h"), "2026-11-23T15:00:00Z", "6h");
    check(&set("7d"), "2026-11-30T09:00:00Z", "7d");
    // Whatever we know of it.
    check(&Case { has_validators: false, ..set("15m") }, "2026-11-23T09:15:00Z", "15m");
    check(&Case { is_told: true, ..set("15m") }, "2026-11-23T09:15:00Z", "15m");
    check(&Case { rhythm: rhythm([now() - DAY * 400]), ..set("2h") }, "2026-11-23T11:00:00Z", "2h");
}

#[test]
fn what_an_editor_sets_is_slowed_down_by_wishes_and_failures_all_the_same() {
    let set = |pace: &str, case: Case| Case { pace: Some(pace.parse().unwrap()), ..case };
    let fresh = |secs| Wishes { fresh_for: Some(Duration::from_secs(secs)), ..Wishes::default() };
    check(&set("15m", good(fresh(6 * 3_600))), "2026-11-23T15:00:00Z", Why::Fresh);
    check(&set("2d", good(fresh(6 * 3_600))), "2026-11-25T09:00:00Z", Why::Set("2d".parse().unwrap()));
    let feed = FeedWishes { period: Some(hours(4)), skip_hours: vec![13], skip_days: vec![] };
    check(&set("15m", good(Wishes { feed, ..Wishes::default() })), "2026-11-23T14:00:00Z", Why::Skipped);
    let until = Wishes { not_before: Some(now() + WEEK), ..Wishes::default() };
    check(&set("15m", failed(Outcome::SlowDown, 1, until)), "2026-11-30T09:00:00Z", Why::RetryAfter);
    // No failing source is asked sooner than ever, and none sooner than set.
    let failing = |pace, failures| set(pace, failed(Outcome::ServerError, failures, Wishes::default())).next(now()).at;
    assert_eq!(failing("15m", 1), now() + HOUR);
    assert_eq!(failing("15m", 2), now() + HOUR * 2 - HOUR / 5);
    assert_eq!(failing("2d", 1), now() + DAY * 2);
}

#[test]
fn the_less_it_publishes_the_later_we_look() {
    let every = |hour: u64| rhythm((0..40).map(|n| now() - hours(hour) * n));
    check(&of(every(2)), "2026-11-23T10:00:00Z", Why::Usual);
    check(&of(every(7)), "2026-11-23T10:00:00Z", Why::Rhythm);
    check(&of(every(7 * 24 + 1)), "2026-11-23T10:00:00Z", Why::Rhythm);
    check(&of(every(30 * 24 + 1)), "2026-11-23T18:00:00Z", Why::Rhythm);
    check(&of(every(90 * 24 + 1)), "2026-11-23T23:00:00Z", Why::Rhythm);
}

#[test]
fn the_hours_and_days_when_it_publishes_count() {
    // It is Monday, nine o'clock.
    check(&of(weekly(&[10, 34, 58, 82, 106])), "2026-11-23T10:00:00Z", Why::Rhythm);
    check(&of(weekly(&[21, 45, 69, 93, 117])), "2026-11-23T13:00:00Z", Why::Rhythm);
    check(&of(weekly(&[34])), "2026-11-23T10:00:00Z", Why::Rhythm);
}

#[test]
fn one_that_has_fallen_silent_is_looked_at_weekly() {
    let since = |days: u64| rhythm((0..30).map(|n| now() - DAY * u32::try_from(days).unwrap() - DAY * n));
    check(&of(since(179)), "2026-11-23T14:00:00Z", Why::Rhythm);
    check(&of(since(180)), "2026-11-30T09:00:00Z", Why::Quiet);
    check(&of(since(4_000)), "2026-11-30T09:00:00Z", Why::Quiet);
    check(&Case { has_validators: false, ..of(since(4_000)) }, "2026-11-30T09:00:00Z", Why::Quiet);
    // A new one of which we know nothing is looked at soon, and then less and less.
    let unknown = |days: u64| Rhythm::unknown(now() - DAY * u32::try_from(days).unwrap());
    check(&of(unknown(0)), "2026-11-23T10:00:00Z", Why::Rhythm);
    check(&of(unknown(3)), "2026-11-23T13:00:00Z", Why::Rhythm);
    check(&of(unknown(100)), "2026-11-24T02:00:00Z", Why::Rhythm);
    check(&of(unknown(200)), "2026-11-30T09:00:00Z", Why::Quiet);
}

#[test]
fn wishes_slow_us_down_and_never_speed_us_up() {
    let fresh = |secs| Wishes { fresh_for: Some(Duration::from_secs(secs)), ..Wishes::default() };
    check(&good(fresh(60)), "2026-11-23T10:00:00Z", Why::Usual);
    check(&good(fresh(6 * 3_600)), "2026-11-23T15:00:00Z", Why::Fresh);
    check(&good(fresh(365 * 86_400)), "2026-11-24T09:00:00Z", Why::Fresh);
    check(&Case { rhythm: weekly(&[34]), ..good(fresh(5_400)) }, "2026-11-23T11:00:00Z", Why::Fresh);
    check(&Case { rhythm: weekly(&[21]), ..good(fresh(5_400)) }, "2026-11-23T13:00:00Z", Why::Rhythm);
    let feed = FeedWishes { period: Some(hours(4)), ..FeedWishes::default() };
    check(&good(Wishes { feed, ..fresh(60) }), "2026-11-23T13:00:00Z", Why::Fresh);
}

#[test]
fn failures_double_the_wait_up_to_a_week() {
    let nothing = Wishes::default;
    let check = |case: &Case, least: &str, most: &str| {
        let next = case.next(now());
        let said = [next.at.to_string(), next.within(1.0).to_string()];
        assert_eq!((said, next.why), ([least.to_owned(), most.to_owned()], Why::Failing));
    };
    check(&failed(Outcome::ServerError, 1, nothing()), "2026-11-23T10:00:00Z", "2026-11-23T10:06:00Z");
    check(&failed(Outcome::NotFound, 2, nothing()), "2026-11-23T10:48:00Z", "2026-11-23T11:00:00Z");
    check(&failed(Outcome::TimedOut, 6, nothing()), "2026-11-24T13:48:00Z", "2026-11-24T17:00:00Z");
    check(&failed(Outcome::UnknownHost, 9, nothing()), "2026-11-29T16:12:00Z", "2026-11-30T09:00:00Z");
    check(&failed(Outcome::UnknownHost, u32::MAX, nothing()), "2026-11-29T16:12:00Z", "2026-11-30T09:00:00Z");
}

#[test]
fn retry_after_is_kept_in_full() {
    let until = |at: &str| Wishes { not_before: Some(at.parse().unwrap()), ..Wishes::default() };
    let slow_down = |at| failed(Outcome::SlowDown, 1, until(at));
    check(&slow_down("2026-11-23T09:00:30Z"), "2026-11-23T10:00:00Z", Why::Failing);
    check(&slow_down("2026-11-26T09:00:00Z"), "2026-11-26T09:00:00Z", Why::RetryAfter);
    check(&slow_down("2027-11-26T09:00:00Z"), "2027-11-26T09:00:00Z", Why::RetryAfter);
}

#[test]
fn hours_and_days_to_skip() {
    let skip = |hours: &[u8], days: &[u8]| Wishes {
        feed: FeedWishes { skip_hours: hours.to_vec(), skip_days: days.to_vec(), period: None },
        ..Wishes::default()
    };
    check(&good(skip(&[10, 11], &[])), "2026-11-23T12:00:00Z", Why::Skipped);
    check(&good(skip(&[9], &[])), "2026-11-23T10:00:00Z", Why::Usual);
    check(&good(skip(&[], &[0])), "2026-11-24T00:00:00Z", Why::Skipped);
    check(&good(skip(&[0, 1, 2, 3], &[0])), "2026-11-24T04:00:00Z", Why::Skipped);
    // 24 is how RSS 0.91 wrote midnight; a wish to skip everything is no wish.
    check(&good(skip(&[24], &[0])), "2026-11-24T01:00:00Z", Why::Skipped);
    check(&good(skip(&(0..24).collect::<Vec<_>>(), &[])), "2026-11-23T10:00:00Z", Why::Usual);
    check(&good(skip(&[], &[0, 1, 2, 3, 4])), "2026-11-23T10:00:00Z", Why::Usual);
}

#[test]
fn two_looks_are_an_hour_apart_and_sources_spread() {
    let dice = Dice::loaded(7);
    let (nothing, busy) = (Wishes::default(), busy());
    let mut minutes = [0_u32; 60];
    for source in 0..6_000 {
        let spread = dice.throw();
        let mut at = now();
        for nth in 0..5 {
            let look = Look {
                outcome: Outcome::New,
                failures: 0,
                is_first: nth == 0,
                has_validators: true,
                pace: None,
                is_told: false,
                wishes: &nothing,
                rhythm: &busy,
                spread,
            };
            let next = next_poll(at, &look).within(dice.fraction());
            assert!(next.since(at) >= HOUR, "{source}");
            at = next + Duration::from_secs(2);
        }
        minutes[usize::try_from((at.millis() / 60_000) % 60).unwrap()] += 1;
    }
    // They all began at once, and from their second look on each is where it belongs.
    assert!(minutes.iter().all(|count| (60..150).contains(count)), "{minutes:?}");
}

#[test]
fn who_slips_behind_its_own_instant_waits_for_the_next_only_once_that_is_far() {
    // Its own instants are the full hours.
    let at = |time: &str| format!("2026-11-23T{time}Z").parse::<Time>().unwrap();
    let next = |case: Case, now: &str| case.next(at(now)).at;
    let usual = || good(Wishes::default());
    assert_eq!(next(usual(), "09:06:00"), at("10:06:00"));
    assert_eq!(next(usual(), "09:30:00"), at("10:30:00"));
    assert_eq!(next(usual(), "09:30:01"), at("11:00:00"));
    assert_eq!(next(usual(), "08:59:59"), at("10:00:00"));
    // A first look came at any time, and nothing is lost right after it.
    assert_eq!(next(Case { is_first: true, ..usual() }, "09:06:00"), at("11:00:00"));
    assert_eq!(next(Case { is_first: true, ..usual() }, "09:00:00"), at("10:00:00"));
    // A longer wait ends at an instant of its own.
    let monthly = || of(rhythm((0..40).map(|n| now() - hours(30 * 24 + 1) * n)));
    assert_eq!(next(monthly(), "09:20:00").millis() % 3_600_000, 0);
}

#[test]
fn an_hour_that_may_well_bring_something_is_followed_by_a_look() {
    // Each Tuesday at half past ten: it is asked hour after hour around that, and more seldom before and after.
    let weekly = of(weekly(&[34]));
    let next = |hour: u64| {
        weekly.next(now() + DAY - hours(9) + hours(hour)).at.since(now() + DAY - hours(9)).as_secs() / 3_600
    };
    assert_eq!([7, 8, 9, 10, 11, 12].map(next), [9, 9, 10, 11, 12, 16]);
}

#[test]
fn a_busy_source_is_asked_hourly_and_keeps_to_its_minutes() {
    let nothing = Wishes::default();
    let dice = Dice::loaded(1);
    let (start, mut at, mut looks, mut rhythm) = (now(), now(), 0, busy());
    while at < start + DAY * 40 {
        let case = Case { rhythm: rhythm.clone(), ..good(nothing.clone()) };
        at = case.next(at + Duration::from_secs(2)).within(dice.fraction());
        looks += 1;
        rhythm = rhythm.learn([Some(at)], None, at);
        let minute = at.millis() / 60_000 % 60;
        assert!(minute <= 30, "{at}");
    }
    // Of 960 hours it misses one each time that it has slipped by half of one.
    assert!((956..=959).contains(&looks), "{looks}");
}

#[test]
fn nobody_makes_us_come_back_sooner() {
    let last = |outcome| Some((now(), outcome));
    assert_eq!(earliest(None, false, None, None), Time::MIN);
    assert_eq!(earliest(last(Outcome::New), true, None, None), now() + HOUR);
    assert_eq!(earliest(last(Outcome::New), false, None, None), now() + DAY);
    assert_eq!(earliest(last(Outcome::NotFound), false, None, None), now() + HOUR);
    assert_eq!(earliest(last(Outcome::SlowDown), true, None, Some(now() + WEEK)), now() + WEEK);
    // An editor may set it otherwise, for good answers and for bad ones.
    let set = |pace: &str, outcome| earliest(last(outcome), false, Some(pace.parse().unwrap()), None);
    assert_eq!((set("5m", Outcome::New), set("2d", Outcome::New)), (now() + HOUR / 12, now() + DAY * 2));
    assert_eq!((set("5m", Outcome::TimedOut), set("2d", Outcome::TimedOut)), (now() + HOUR, now() + DAY * 2));
}

#[test]
fn a_permanent_redirect_is_stored_once_it_has_held() {
    let (new, other) = (Address::typed("new.example").unwrap(), Address::typed("other.example").unwrap());
    let since = now() - DAY;
    assert_eq!(judge_move(None, None, now()), Move::Stays);
    assert_eq!(judge_move(None, Some(&new), now()), Move::Noted(new.clone(), now()));
    assert_eq!(judge_move(Some((&new, since)), Some(&new), now()), Move::Noted(new.clone(), since));
    assert_eq!(judge_move(Some((&new, now() - MOVE_HOLDS)), Some(&new), now()), Move::Settled(new.clone()));
    assert_eq!(judge_move(Some((&other, now() - WEEK)), Some(&new), now()), Move::Noted(new.clone(), now()));
    assert_eq!(judge_move(Some((&new, now() - WEEK)), None, now()), Move::Stays);
}

#[track_caller]
fn check_words(rhythm: &Rhythm, words: &str) {
    let why = if rhythm.silent_for(now()) >= QUIET { Why::Quiet } else { Why::Rhythm };
    assert_eq!(why.in_words(rhythm, now()), words);
}

#[test]
fn the_reason_in_words() {
    check_words(&Rhythm::unknown(now()), "we do not know its rhythm yet");
    check_words(&rhythm([now(), now() - DAY]), "we do not know its rhythm yet");
    check_words(&weekly(&[34]), "it publishes about once a week, mostly on Tuesday mornings (UTC)");
    check_words(&weekly(&[34, 81]), "it publishes about twice a week, mostly on weekday mornings (UTC)");
    check_words(
        &weekly(&[15, 39, 63, 87, 111]),
        "it publishes about 5 times a week, mostly on weekday afternoons (UTC)",
    );
    check_words(&weekly(&[19, 140]), "it publishes about twice a week, mostly in the evenings (UTC)");
    check_words(&rhythm((0..30).map(|n| now() - hours(30 * 24 + 5) * n)), "it publishes about once a month");
    check_words(&rhythm((0..30).map(|n| now() - hours(7) * n)), "it publishes about 3 times a day");
    check_words(&rhythm((0..5).map(|n| now() - DAY * 170 * n)), "it publishes about twice a year");
    check_words(&rhythm([now() - DAY * 400]), "it has published nothing since October 2025");
    check_words(&Rhythm::unknown(now() - DAY * 200), "it has published nothing for half a year");
    let usual = Why::Usual.in_words(&busy(), now());
    assert_eq!(usual, "it publishes every hour or more often, and an hour lies between two looks");
    let set = |pace: &str| Why::Set(pace.parse().unwrap()).in_words(&busy(), now());
    assert_eq!(set("15m"), "it is set here to be asked every 15 minutes");
    assert_eq!(set("60m"), "it is set here to be asked every hour");
}

#[test]
fn what_is_believed_about_when_a_post_was_published() {
    let before = now() - hours(6);
    let learn = |claimed: Option<Time>| Rhythm::unknown(before).learn([claimed], Some(before), now());
    let middle = before + hours(3);
    // What can be true since the last look is; all else, or nothing, means some time since.
    assert_eq!(learn(Some(now() - HOUR)).latest(), Some(now() - HOUR));
    for claimed in [None, Some(now() - DAY), Some(now() + HOUR)] {
        assert_eq!(learn(claimed).latest(), Some(middle), "{claimed:?}");
    }
    // A first document's dates are believed unless they lie ahead.
    let first = |claimed| Rhythm::unknown(now()).learn([claimed], None, now()).latest();
    assert_eq!(first(Some(now() - DAY * 3_000)), Some(now() - DAY * 3_000));
    assert_eq!((first(None), first(Some(now() + HOUR))), (None, None));
    // A date without a time says nothing about hours.
    let midnights = rhythm((1..20).map(|day| now() - hours(9) - DAY * day));
    assert_eq!(midnights.week(now()).at(3), midnights.week(now()).at(15));
}

#[test]
fn a_burst_is_one_publication() {
    let burst = rhythm((0..20).map(|second| now() - DAY * 20 + Duration::from_secs(second)));
    assert!(burst.per_day(now()) < 0.1, "{}", burst.per_day(now()));
}

fn any_rhythm() -> impl Strategy<Value = Rhythm> {
    vec(option::of(-200_000_000_i64..100_000), 0..60).prop_map(|seconds| {
        let claimed = seconds.into_iter().map(|at| at.map(|at| Time::from_millis(now().millis() + at * 1_000)));
        Rhythm::unknown(now()).learn(claimed, None, now())
    })
}

fn any_wishes() -> impl Strategy<Value = Wishes> {
    let period = || option::of((0_u64..1_000_000).prop_map(Duration::from_secs));
    (period(), period(), vec(0_u8..=24, 0..24), vec(0_u8..7, 0..7)).prop_map(
        |(fresh_for, period, skip_hours, skip_days)| Wishes {
            not_before: None,
            fresh_for,
            feed: FeedWishes { period, skip_hours, skip_days },
        },
    )
}

proptest! {
    #[test]
    fn whatever_is_known_the_bounds_hold(
        rhythm in any_rhythm(), wishes in any_wishes(), spread: u64, is_first: bool, has_validators: bool, is_told: bool,
        failures in 0_u32..20, minutes in option::of(5_u64..=7 * 24 * 60), wait in 0_u64..400_000_000, fraction in 0.0..=1.0,
    ) {
        let now = now() + Duration::from_secs(wait);
        let outcome = if failures == 0 { Outcome::Unchanged } else { Outcome::TimedOut };
        let nothing = Wishes::default();
        let pace = minutes.and_then(|minutes| Pace::of(Duration::from_secs(minutes * 60)));
        let look = |wishes| {
            Look { outcome, failures, is_first, has_validators, pace, is_told, wishes, rhythm: &rhythm, spread }
        };
        let (wished, plain) = (next_poll(now, &look(&wishes)), next_poll(now, &look(&nothing)));
        prop_assert_eq!(wished, next_poll(now, &look(&wishes)));
        let least = pace.map_or(HOUR, Pace::wait);
        prop_assert!(wished.at >= now + if failures > 0 { HOUR.max(least) } else { least }, "{:?}", wished);
        prop_assert!(wished.at >= plain.at, "a wish made {:?} of {:?}", wished, plain);
        prop_assert!(plain.within(fraction) <= now + WEEK + HOUR, "{:?}", plain);
        if failures == 0 && pace.is_none() && rhythm.silent_for(now) < QUIET {
            prop_assert!(plain.within(fraction) <= now + DAY + HOUR, "{:?}", plain);
        }
        if failures == 0 && pace.is_none() && !has_validators {
            prop_assert!(plain.at >= now + DAY);
        }
        prop_assert!(wished.within(fraction) <= now + WEEK + HOUR + LONGEST_SKIP + HOUR);
    }

    #[test]
    fn a_rhythm_is_kept_as_it_is(rhythm in any_rhythm()) {
        let bytes = rhythm.to_bytes();
        prop_assert_eq!(bytes.len(), 41);
        // The store keeps whole minutes.
        prop_assert_eq!(Rhythm::from_bytes(&bytes).map(|kept| kept.to_bytes()), Some(bytes));
    }

    #[test]
    fn any_bytes_are_a_rhythm_or_none(bytes in vec(any::<u8>(), 0..60)) {
        if let Some(rhythm) = Rhythm::from_bytes(&bytes) {
            prop_assert!(rhythm.per_day(now()).is_finite());
            Why::Rhythm.in_words(&rhythm, now());
        }
    }
}

#[test]
fn no_second_gets_much_more_than_its_share() {
    let (mut evener, dice) = (Evener::default(), Dice::loaded(3));
    let next = Next { at: now() + HOUR, give: Duration::from_secs(100), why: Why::Rhythm };
    let mut seconds = [0_u32; 101];
    for _ in 0..5_000 {
        let at = evener.choose(now(), &next, dice.fraction());
        seconds[usize::try_from(at.since(next.at).as_secs()).unwrap()] += 1;
    }
    // Chance alone would give some seconds seventy and more.
    assert!(seconds[..100].iter().all(|looks| (46..=54).contains(looks)), "{seconds:?}");
    // What is past is forgotten, and what lies beyond the next day is left to chance.
    let later = now() + DAY;
    let next = Next { at: later + WEEK, ..next };
    for _ in 0..100 {
        assert!((next.at..=next.within(1.0)).contains(&evener.choose(later, &next, dice.fraction())));
    }
    let again = Next { at: later + HOUR, give: Duration::ZERO, why: Why::Rhythm };
    assert_eq!(evener.choose(later, &again, dice.fraction()), again.at);
}

#[test]
fn what_is_planned_elsewhere_is_counted() {
    let dice = Dice::loaded(5);
    let next = Next { at: now() + HOUR, give: Duration::from_secs(2), why: Why::Rhythm };
    let at = |second: u64| next.at + Duration::from_secs(second);
    let mut evener = Evener::default();
    evener.note(now(), at(1));
    // The second that was counted here is free in the store, and its neighbours are not.
    evener.fill(now(), [(at(0), 3), (at(2), 900), (now() - HOUR, 7), (now() + WEEK, 7)]);
    let chosen = evener.choose(now(), &next, dice.fraction());
    assert_eq!(chosen.millis().div_euclid(1_000), at(1).millis() / 1_000);
}

#[test]
fn a_second_has_hardly_more_looks_than_are_planned_unless_we_are_behind() {
    let check =
        |planned: f64, ready: usize, most: u32| assert_eq!(most_starts(planned, ready), most, "{planned} {ready}");
    check(0.0, 0, 1);
    check(50.0, 0, 52);
    check(50.0, 60, 52);
    check(50.0, 250, 52);
    check(50.0, 251, 53);
    // After a restart, with all that is due before us.
    check(0.0, 500, 500);
    check(0.0, 512, u32::MAX);
    check(1_000.0, 511, 1_034);
    check(333.0, 1_024, u32::MAX);
    // A small site never notices.
    check(0.05, 200, 200);
    check(0.05, 3, 3);
}

#[test]
fn what_is_planned_for_the_next_hour_is_known() {
    let mut evener = Evener::default();
    let second = |second| now() + Duration::from_secs(second);
    evener.fill(now(), (60..3_600).map(|at| (second(at), 3)).chain([(now() + HOUR * 2, 900)]));
    assert_eq!(evener.planned(now()), 3.0);
    assert_eq!(evener.planned(second(59 * 30)), 3.0 * 30.0 / 59.0);
    assert_eq!(evener.planned(now() + DAY * 3), 0.0);
}

#[test]
fn a_long_list_is_not_looked_at_all_at_once() {
    let after = |nth, of| first_look(now(), nth, of).since(now()).as_secs();
    assert_eq!((after(0, 1), after(999, 1_000)), (0, 0));
    assert_eq!((after(0, 1_001), after(1_000, 1_001)), (0, 83));
    assert_eq!((after(0, 100_000), after(99_999, 100_000)), (0, 8_333));
    // Of a million nearly four thousand in a minute at first, half in three hours, and the last within a day.
    assert_eq!([3_700, 500_000, 900_000, 999_999].map(|nth| after(nth, 1_000_000)), [59, 11_024, 35_019, 64_338]);
    assert_eq!(after(9, 5), after(5, 5));
}
