//! When real sources published, and publications drawn from that.

use feed::Hints;
use model::Time;

use super::chance::Chance;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// What a feed's document holds of its past at most, as most of them do.
const ENTRIES: usize = 20;

/// How real sources published: nothing but instants, in whole minutes from a Monday, 00:00 UTC, on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Habits(Vec<Habit>);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Habit {
    /// Whether its dates are days without a time.
    days_only: bool,
    /// When it published, the earliest first.
    minutes: Vec<i64>,
}

/// The publications of one source that is simulated.
pub(super) struct Publications {
    /// Whether it claims days without a time.
    pub days_only: bool,
    /// Seconds from the start of the simulation on, the earliest first; what lies before is the past.
    pub seconds: Vec<i32>,
}

impl Habits {
    /// Those that come with the program; `simulate/habits.txt` says where they are from.
    pub fn bundled() -> Self {
        Self::parse(include_str!("habits.txt")).expect("a test reads the same text")
    }

    /// Those of feeds: of each that can be read and has at least five publications with dates.
    pub fn of_feeds(documents: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut habits: Vec<Habit> = documents.into_iter().filter_map(|document| Habit::of_feed(&document)).collect();
        // Nothing tells any more which is whose.
        habits.sort_unstable();
        Self(habits)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One a line: `time` or `day`, then the minutes from each publication to the next.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for habit in &self.0 {
            text.push_str(if habit.days_only { "day" } else { "time" });
            let mut before = 0;
            for minute in &habit.minutes {
                text.push_str(&format!(" {}", minute - before));
                before = *minute;
            }
            text.push('\n');
        }
        text
    }

    /// Reads what [`Habits::to_text`] wrote; lines that begin with `#` are for people. The number of a line that cannot
    /// be read comes back as an error.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        lines.map(|(at, line)| Habit::parse(line).ok_or(at + 1)).collect::<Result<_, _>>().map(Self)
    }

    /// Draws the publications of a source over so many days.
    pub(super) fn draw(&self, chance: &mut Chance, days: u32) -> Publications {
        self.0[chance.below(self.0.len() as u64) as usize].draw(chance, i64::from(days))
    }
}

impl Habit {
    fn of_feed(document: &[u8]) -> Option<Self> {
        const MOST: usize = 200;
        let feed = feed::read(document, &Hints::default()).ok()?;
        let dates = feed.entries.iter().filter_map(|entry| {
            entry.published.as_ref().or(entry.created.as_deref()).or(entry.updated.as_ref()).and_then(|date| date.at)
        });
        let mut minutes: Vec<i64> = dates.map(|at: Time| at.millis().div_euclid(60_000)).collect();
        minutes.sort_unstable();
        minutes.dedup();
        let minutes = minutes.split_off(minutes.len().saturating_sub(MOST));
        // 1970-01-01 was a Thursday.
        let monday = (minutes.first()? + 3 * DAY).div_euclid(WEEK) * WEEK - 3 * DAY;
        let midnights = minutes.iter().filter(|minute| minute.rem_euclid(DAY) == 0).count();
        Self { days_only: midnights * 2 > minutes.len(), minutes: minutes.into_iter().map(|at| at - monday).collect() }
            .checked()
    }

    fn parse(line: &str) -> Option<Self> {
        let (kind, gaps) = line.split_once(' ')?;
        let days_only = ["time", "day"].iter().position(|known| *known == kind)? == 1;
        let mut minutes = vec![];
        let mut at = 0_i64;
        for gap in gaps.split(' ') {
            at = at.checked_add(gap.parse().ok().filter(|gap| *gap >= 0)?)?;
            minutes.push(at);
        }
        Self { days_only, minutes }.checked()
    }

    /// Five publications or more, over at least three hours and at most fifty years.
    fn checked(self) -> Option<Self> {
        (self.minutes.len() >= 5 && (3 * HOUR..50 * 365 * DAY).contains(&self.span())).then_some(self)
    }

    fn span(&self) -> i64 {
        self.minutes[self.minutes.len() - 1] - self.minutes[0]
    }

    /// Long habits are laid down whole, from a week in them that chance names, and begin again when they end. Of shorter
    /// ones weeks, or days where there is not a week of them, are drawn one by one. Hours of the day stay what they
    /// are, but for half an hour that is the source's own; weekdays as well, where there are weeks.
    fn draw(&self, chance: &mut Chance, days: i64) -> Publications {
        let mut minutes = match self.span() {
            span if span >= 8 * WEEK => self.draw_whole(chance, days),
            span if span >= WEEK => self.draw_pieces(chance, days, WEEK, 8 * WEEK),
            _ => self.draw_pieces(chance, days, DAY, 4 * DAY),
        };
        // Where only days are known, the source has an hour of its own for them.
        let own_hour = if self.days_only { 8 * HOUR + chance.below(600) as i64 } else { 0 };
        let own = own_hour + chance.below(60) as i64 - 30;
        minutes.sort_unstable();
        let mut seconds: Vec<i32> = minutes
            .into_iter()
            .map(|minute| ((minute + own) * 60 + chance.below(60) as i64) as i32)
            .filter(|second| i64::from(*second) < days * 86_400)
            .collect();
        seconds.sort_unstable();
        let past = seconds.partition_point(|second| *second < 0);
        seconds.drain(..past.saturating_sub(ENTRIES));
        Publications { days_only: self.days_only, seconds }
    }

    fn draw_whole(&self, chance: &mut Chance, days: i64) -> Vec<i64> {
        const PAST: i64 = 3 * 365 * DAY;
        let gap = self.span() / (self.minutes.len() as i64 - 1);
        let period = (self.minutes[self.minutes.len() - 1] + gap).div_euclid(WEEK) + 1;
        let shift = chance.below(period as u64) as i64 * WEEK;
        let period = period * WEEK;
        let first = (-PAST + shift).div_euclid(period);
        let last = ((days + 1) * DAY + shift).div_euclid(period);
        let wanted = -PAST..(days + 1) * DAY;
        let laid =
            (first..=last).flat_map(|turn| self.minutes.iter().map(move |minute| minute + turn * period - shift));
        laid.filter(|minute| wanted.contains(minute)).collect()
    }

    fn draw_pieces(&self, chance: &mut Chance, days: i64, piece: i64, past: i64) -> Vec<i64> {
        let last = self.minutes[self.minutes.len() - 1];
        let pieces = (self.span() / piece).max(1);
        let mut drawn = vec![];
        for at in -past / piece..=days * DAY / piece {
            // Whole weeks or days, counted from its latest publication back.
            let which = chance.below(pieces as u64) as i64;
            let wanted =
                if self.span() < piece { 0..=last } else { last - (which + 1) * piece + 1..=last - which * piece };
            let of_it = self.minutes.iter().filter(|minute| wanted.contains(minute));
            drawn.extend(of_it.map(|minute| at * piece + minute.rem_euclid(piece)));
        }
        drawn
    }
}
