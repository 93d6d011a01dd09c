//! A source's rhythm: how often it publishes, and at which hours and on which days.

use std::time::Duration;

use model::Time;

/// What is remembered of when a source publishes: small, bounded, whole numbers.
///
/// Hours and days are those of UTC. Where clocks change twice a year a habit moves by one hour; looks spread over the
/// hours beside a habit as well, and the counts follow within some twenty posts, so no zone has to be guessed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rhythm {
    /// Its latest publication; before any is known, when we first looked.
    latest: Time,
    /// How many gaps between publications the mean is of.
    gaps: u8,
    /// How long these are together, in minutes.
    span: u32,
    /// How often it published in each hour of the day; each count fades as others are added.
    hours: [u8; 24],
    /// How often on each day of the week, Monday first.
    days: [u8; 7],
}

/// When something was published, as far as can be told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Published {
    /// The instant, or the middle of the time in which it must have been.
    pub at: Time,
    /// How far off it may be, either way.
    pub give: Duration,
}

const HOUR: Duration = Duration::from_secs(3_600);
const HALF_HOUR: Duration = Duration::from_secs(1_800);
const DAY: Duration = Duration::from_secs(86_400);

/// Publications nearer to each other than this are one: asking hourly, we would see them together.
const TOGETHER: Duration = HALF_HOUR;

/// Over so many gaps the mean is taken; older ones fade.
const GAPS: u8 = 16;

/// What one publication adds to a count, so that one that is known only roughly can add less.
const WHOLE: u8 = 8;

/// So many publications, evenly spread, stand beside what was seen of hours, and so many beside what was seen of days.
const DOUBT_OF_HOURS: f64 = 8.0;
const DOUBT_OF_DAYS: f64 = 16.0;

/// A source that has been silent for a while is expected no sooner than a third of that while.
const PATIENCE: f64 = 3.0;

impl Rhythm {
    /// Of a source about which nothing is known but that we look at it.
    pub fn unknown(now: Time) -> Self {
        Self { latest: now, gaps: 0, span: 0, hours: [0; 24], days: [0; 7] }
    }

    /// What is known after a look that brought posts with these claimed dates, none where a post has none.
    ///
    /// A date is believed if the post cannot have been there when we last looked (`before`) but may be there `now`;
    /// otherwise all we know is that it was published between the two. The first look, which has no `before`, believes
    /// what can be true and passes over the rest: twenty entries with dates tell a rhythm at once.
    pub fn learn(self, claimed: impl IntoIterator<Item = Option<Time>>, before: Option<Time>, now: Time) -> Self {
        let mut published: Vec<Published> = claimed.into_iter().filter_map(|at| believe(at, before, now)).collect();
        published.sort_unstable();
        published.into_iter().fold(self, Self::note)
    }

    fn note(mut self, published: Published) -> Self {
        if self.is_known() {
            if published.at.millis() - self.latest.millis() < TOGETHER.as_millis() as i64 {
                return self;
            }
            let gap = published.at.since(self.latest).as_secs() / 60;
            if self.gaps == GAPS {
                self.span -= self.span / u32::from(GAPS);
                self.gaps -= 1;
            }
            self.span = self.span.saturating_add(u32::try_from(gap).unwrap_or(u32::MAX));
            self.gaps += 1;
        }
        self.latest = published.at;
        if published.give <= HOUR * 4 {
            let first = hour_of_week(published.at - published.give);
            let last = hour_of_week(published.at + published.give);
            let hours = (last + 168 - first) % 168 + 1;
            // At most ten hours, so that each gets something of a whole.
            let part = (WHOLE / u8::try_from(hours).unwrap_or(WHOLE)).max(1);
            (first..first + hours).for_each(|hour| add(&mut self.hours, hour % 24, part));
        }
        if published.give <= HOUR * 12 {
            add(&mut self.days, hour_of_week(published.at) / 24, WHOLE);
        }
        self
    }

    /// Whether any publication of it is known.
    pub fn is_known(&self) -> bool {
        self.gaps > 0 || self.days.iter().chain(&self.hours).any(|count| *count > 0)
    }

    /// Its latest publication, where one is known.
    pub fn latest(&self) -> Option<Time> {
        self.is_known().then_some(self.latest)
    }

    /// How long it has published nothing, as far as we know.
    pub fn silent_for(&self, now: Time) -> Duration {
        now.since(self.latest)
    }

    /// How many publications a day are to be expected, taken over the week.
    pub fn per_day(&self, now: Time) -> f64 {
        let silent = self.silent_for(now).as_secs_f64() / 86_400.0;
        let span = f64::from(self.span) / 1_440.0;
        // The mean with the gap that is open, half a publication in six hours before we knew better.
        let mean = (f64::from(self.gaps) + 0.5) / (span + silent + 0.25);
        if silent > PATIENCE { mean.min(PATIENCE / silent) } else { mean }
    }

    /// How many publications an hour are to be expected in each hour of the week, Monday 00:00 UTC first.
    pub(super) fn week(&self, now: Time) -> Week {
        let hourly = self.per_day(now) / 24.0;
        let seen = self.hours.map(f64::from);
        let total: f64 = seen.iter().sum();
        let doubt = DOUBT_OF_HOURS * f64::from(WHOLE);
        // Twenty entries of one morning say nothing about evenings, nor those of one day about weekends.
        let span = f64::from(self.span) / 1_440.0;
        let met = self.days.iter().filter(|count| **count > 0).count() as f64;
        let trust = (span.max(met) / 4.0).min(1.0);
        let mut hours = [0.0; 24];
        for (at, hour) in hours.iter_mut().enumerate() {
            // Somebody who published at nine may do so at eight or at ten.
            let near = 0.5 * seen[at] + 0.25 * (seen[(at + 1) % 24] + seen[(at + 23) % 24]);
            *hour = hourly * (trust * near * 24.0 + (1.0 - trust) * total + doubt) / (total + doubt);
        }
        let total: f64 = self.days.iter().map(|count| f64::from(*count)).sum();
        let doubt = DOUBT_OF_DAYS * f64::from(WHOLE);
        let trust = (span / 14.0).max(met / 7.0).min(1.0);
        let days =
            self.days.map(|count| (trust * f64::from(count) * 7.0 + (1.0 - trust) * total + doubt) / (total + doubt));
        Week { hours, days }
    }

    /// Its counts of hours and of days, for words.
    pub(super) fn habits(&self) -> ([u8; 24], [u8; 7]) {
        (self.hours, self.days)
    }

    /// How many gaps are known, at most sixteen.
    pub(super) fn gaps(&self) -> u8 {
        self.gaps
    }

    /// As the store keeps it: 41 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend([VERSION, self.gaps]);
        let minutes = u32::try_from(self.latest.millis().max(0) / 60_000).unwrap_or(u32::MAX);
        bytes.extend(minutes.to_le_bytes());
        bytes.extend(self.span.to_le_bytes());
        bytes.extend(self.hours);
        bytes.extend(self.days);
        bytes
    }

    /// What [`Rhythm::to_bytes`] made; `None` for anything else, so that it is learnt anew.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[VERSION, gaps], rest) = bytes.split_first_chunk::<2>()? else { return None };
        let (minutes, rest) = rest.split_first_chunk::<4>()?;
        let (span, rest) = rest.split_first_chunk::<4>()?;
        let (hours, rest) = rest.split_first_chunk::<24>()?;
        let days: &[u8; 7] = rest.try_into().ok()?;
        let latest = Time::from_millis(i64::from(u32::from_le_bytes(*minutes)) * 60_000);
        let span = u32::from_le_bytes(*span);
        (gaps <= GAPS).then_some(Self { latest, gaps, span, hours: *hours, days: *days })
    }
}

const VERSION: u8 = 1;
const BYTES: usize = 2 + 4 + 4 + 24 + 7;

/// How many publications an hour are to be expected, by the hour of the day and the day of the week.
pub(super) struct Week {
    hours: [f64; 24],
    days: [f64; 7],
}

impl Week {
    /// In an hour that is counted from Monday 00:00 UTC on.
    pub fn at(&self, hour_of_week: usize) -> f64 {
        self.hours[hour_of_week % 24] * self.days[hour_of_week / 24 % 7]
    }
}

/// The hour of the week in UTC, 0 to 167, from Monday 00:00 on.
pub(super) fn hour_of_week(at: Time) -> usize {
    // 1970-01-01 was a Thursday.
    let hour = (at.millis().div_euclid(3_600_000) + 3 * 24).rem_euclid(168);
    usize::try_from(hour).expect("a remainder by 168")
}

fn believe(claimed: Option<Time>, before: Option<Time>, now: Time) -> Option<Published> {
    let claimed = claimed.filter(|at| *at <= now && before.is_none_or(|before| *at >= before));
    match (claimed, before) {
        // Midnight to the second is how a day without a time is read.
        (Some(at), _) if at.millis().rem_euclid(86_400_000) == 0 => {
            Some(Published { at: (at + DAY / 2).min(now), give: DAY / 2 })
        }
        (Some(at), _) => Some(Published { at, give: Duration::ZERO }),
        (None, Some(before)) => {
            let give = now.since(before) / 2;
            Some(Published { at: before + give, give })
        }
        (None, None) => None,
    }
}

/// Adds to one of some counts; where that is too much for a byte, all fade by half first.
fn add(counts: &mut [u8], at: usize, part: u8) {
    if counts[at] > u8::MAX - part {
        counts.iter_mut().for_each(|count| *count /= 2);
    }
    counts[at] += part;
}
