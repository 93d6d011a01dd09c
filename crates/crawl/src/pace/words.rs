//! Why we look again then, in words.

use model::Time;

use super::{Rhythm, Why};

impl Why {
    /// The reason in words, as the end of "we ask again tomorrow, because …".
    pub fn in_words(self, rhythm: &Rhythm, now: Time) -> String {
        match self {
            Self::Usual => format!("{}, and an hour lies between two looks", publishes(rhythm, now)),
            Self::Rhythm => format!("{}{}", publishes(rhythm, now), mostly(rhythm)),
            Self::Set(pace) => format!("it is set here to be asked every {pace}"),
            Self::Told => "its hub tells us of new posts at once, and this is only a check".to_owned(),
            Self::Quiet => silent(rhythm),
            Self::NoValidators => "it cannot tell us that nothing has changed".to_owned(),
            Self::Failing => "it has been failing".to_owned(),
            Self::RetryAfter => "it asked us to wait (Retry-After)".to_owned(),
            Self::Fresh => "it says how long its answer stays fresh".to_owned(),
            Self::Skipped => "it names hours or days to leave it alone".to_owned(),
        }
    }
}

fn publishes(rhythm: &Rhythm, now: Time) -> String {
    if rhythm.gaps() < 2 {
        return "we do not know its rhythm yet".to_owned();
    }
    let times = |number: f64, period: &str| match number.round() as u32 {
        0 | 1 => format!("it publishes about once a {period}"),
        2 => format!("it publishes about twice a {period}"),
        many @ 3..24 => format!("it publishes about {many} times a {period}"),
        _ => "it publishes every hour or more often".to_owned(),
    };
    let a_day = rhythm.per_day(now);
    match a_day {
        0.85.. => times(a_day, "day"),
        0.12.. => times(a_day * 7.0, "week"),
        0.027.. => times(a_day * 30.4, "month"),
        _ => times(a_day * 365.0, "year"),
    }
}

fn silent(rhythm: &Rhythm) -> String {
    match rhythm.latest() {
        Some(latest) => {
            format!("it has published nothing since {}", latest.timestamp().strftime("%B %Y"))
        }
        None => "it has published nothing for half a year".to_owned(),
    }
}

/// The part of the day and of the week in which nearly all of it comes; nothing where it comes at any time.
fn mostly(rhythm: &Rhythm) -> String {
    /// Fewer publications show no habit.
    const FEWEST: u32 = 6;
    let (hours, days) = rhythm.habits();
    let sum = |counts: &[u8]| counts.iter().map(|count| u32::from(*count)).sum::<u32>();
    let is_most = |part: u32, whole: u32| whole >= FEWEST * 8 && part * 10 >= whole * 7;
    let part = [("mornings", 6..12), ("afternoons", 12..18), ("evenings", 18..24), ("nights", 0..6)];
    let time = part.into_iter().find(|(_, range)| is_most(sum(&hours[range.clone()]), sum(&hours)));
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let one_day = (0..7).find(|day| is_most(u32::from(days[*day]), sum(&days))).map(|day| NAMES[day]);
    // Five days of seven are 71 in a hundred, so weekdays are only a habit where hardly anything comes on the others.
    let weekdays = is_most(sum(&days[..5]), sum(&days)) && sum(&days[5..]) * 10 <= sum(&days);
    match (one_day, weekdays, time) {
        (Some(day), _, Some((time, _))) => format!(", mostly on {day} {time} (UTC)"),
        (Some(day), _, None) => format!(", mostly on {day}s"),
        (None, true, Some((time, _))) => format!(", mostly on weekday {time} (UTC)"),
        (None, true, None) => ", mostly on weekdays".to_owned(),
        (None, false, Some((time, _))) => format!(", mostly in the {} (UTC)", time),
        (None, false, None) => String::new(),
    }
}
