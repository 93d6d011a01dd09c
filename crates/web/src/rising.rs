//! Whether more is written on a topic this week than is usual for it.

/// A source that floods counts for so many posts.
const OF_ONE_SOURCE: usize = 2;
/// So many posts, from so many sources, there are at the least of what rises.
const LEAST_POSTS: usize = 3;
const LEAST_SOURCES: usize = 3;
/// So many weeks, in which anything was published at all, a past has at the least.
const LEAST_WEEKS: usize = 4;
/// How many times as much as is usual.
const TIMES: f64 = 2.0;
/// By how many times the spread of what is usual it is above that.
const SPREADS: f64 = 2.0;

/// How much was written in some weeks, one after the other: the last of them is this one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weeks<'w> {
    /// Posts on the topic.
    pub(crate) topic: &'w [usize],
    /// All posts, in the same weeks.
    pub(crate) all: &'w [usize],
    /// This week's posts on the topic, by source.
    pub(crate) by_source: &'w [usize],
}

/// How a topic stands this week.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Trend {
    /// How many posts there are on it, and from how many sources.
    pub(crate) posts: usize,
    pub(crate) sources: usize,
    /// Between which numbers half of its past weeks are; nothing where it has too short a past.
    pub(crate) usual: Option<(usize, usize)>,
    /// How far it is above what is usual, if it is rising.
    pub(crate) rises: Option<f64>,
}

impl Trend {
    /// Compares this week with the past ones. Where more is published on everything, more is usual on each topic; and what one
    /// source does alone is no trend.
    pub(crate) fn of(weeks: Weeks<'_>) -> Self {
        let Weeks { topic, all, by_source } = weeks;
        let (Some((posts, past)), Some((all_now, all_past))) = (topic.split_last(), all.split_last()) else {
            return Self::default();
        };
        // Weeks before anything was read here say nothing.
        let begun = all_past.iter().position(|all| *all > 0).unwrap_or(all_past.len());
        let (past, all_past) = (&past[begun.min(past.len())..], &all_past[begun..]);
        let mut trend = Self { posts: *posts, sources: by_source.len(), usual: None, rises: None };
        if past.len() < LEAST_WEEKS {
            return trend;
        }
        let mut sorted = past.to_vec();
        sorted.sort_unstable();
        let quarter = sorted.len() / 4;
        trend.usual = Some((sorted[quarter], sorted[sorted.len() - 1 - quarter]));
        let mean = |numbers: &[usize]| numbers.iter().sum::<usize>() as f64 / numbers.len() as f64;
        let busier = (*all_now as f64 / mean(all_past)).max(1.0);
        let expected = mean(past) * busier;
        let counted: usize = by_source.iter().map(|many| (*many).min(OF_ONE_SOURCE)).sum();
        // What comes by chance spreads as its root; what comes in bursts spreads further.
        let variance = past.iter().map(|posts| (*posts as f64 - mean(past)).powi(2)).sum::<f64>() / past.len() as f64;
        let above = (counted as f64 - expected) / expected.max(variance).max(1.0).sqrt();
        let is_rising = counted >= LEAST_POSTS
            && trend.sources >= LEAST_SOURCES
            && counted as f64 >= expected * TIMES
            && above >= SPREADS;
        trend.rises = is_rising.then_some(above);
        trend
    }

    /// "7 posts this week from 5 sources; usually 1 or 2."
    pub(crate) fn in_words(&self) -> String {
        let Self { posts, sources, .. } = *self;
        let now = match (posts, sources) {
            (0, _) => "No post this week".to_owned(),
            (1, _) => "1 post this week".to_owned(),
            (posts, 1) => format!("{posts} posts this week from 1 source"),
            (posts, sources) => format!("{posts} posts this week from {sources} sources"),
        };
        let usual = match self.usual {
            None => String::new(),
            Some((0, 0)) => "; usually none".to_owned(),
            Some((least, most)) if least == most => format!("; usually {least}"),
            Some((least, most)) if least + 1 == most => format!("; usually {least} or {most}"),
            Some((least, most)) => format!("; usually {least} to {most}"),
        };
        format!("{now}{usual}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(topic: &[usize], all: &[usize], by_source: &[usize], rises: bool, words: &str) {
        let trend = Trend::of(Weeks { topic, all, by_source });
        assert_eq!((trend.rises.is_some(), trend.in_words().as_str()), (rises, words), "{topic:?} {trend:?}");
    }

    /// Twelve weeks of the past with as many posts each, and this week.
    fn weeks(past: usize, now: usize) -> Vec<usize> {
        let mut weeks = vec![past; 12];
        weeks.push(now);
        weeks
    }

    #[test]
    fn what_rises_is_above_its_own_past() {
        let usual = weeks(100, 100);
        check(&weeks(1, 7), &usual, &[2, 2, 1, 1, 1], true, "7 posts this week from 5 sources; usually 1.");
        check(&weeks(0, 3), &usual, &[1, 1, 1], true, "3 posts this week from 3 sources; usually none.");
        check(&weeks(1, 3), &usual, &[1, 1, 1], true, "3 posts this week from 3 sources; usually 1.");
        check(&weeks(2, 4), &usual, &[1, 1, 1, 1], false, "4 posts this week from 4 sources; usually 2.");
        check(&weeks(20, 30), &usual, &[1; 30], false, "30 posts this week from 30 sources; usually 20.");
        check(&weeks(20, 45), &usual, &[1; 45], true, "45 posts this week from 45 sources; usually 20.");
        check(&weeks(7, 0), &usual, &[], false, "No post this week; usually 7.");
        check(&weeks(0, 0), &usual, &[], false, "No post this week; usually none.");
        check(&weeks(1, 1), &usual, &[1], false, "1 post this week; usually 1.");
        let uneven = [0, 4, 1, 2, 1, 0, 2, 1, 2, 1, 1, 0, 6];
        check(&uneven, &usual, &[1; 6], true, "6 posts this week from 6 sources; usually 1 or 2.");
        let wild = [0, 9, 0, 8, 1, 9, 0, 7, 0, 9, 1, 8, 9];
        check(&wild, &usual, &[1; 9], false, "9 posts this week from 9 sources; usually 0 to 8.");
    }

    #[test]
    fn one_source_that_floods_is_no_trend() {
        let usual = weeks(100, 100);
        check(&weeks(1, 40), &usual, &[40], false, "40 posts this week from 1 source; usually 1.");
        check(&weeks(1, 40), &usual, &[39, 1], false, "40 posts this week from 2 sources; usually 1.");
        check(&weeks(3, 40), &usual, &[38, 1, 1], false, "40 posts this week from 3 sources; usually 3.");
    }

    #[test]
    fn in_a_busy_week_more_of_everything_is_usual() {
        check(&weeks(2, 6), &weeks(100, 300), &[1; 6], false, "6 posts this week from 6 sources; usually 2.");
        check(&weeks(2, 20), &weeks(100, 300), &[1; 20], true, "20 posts this week from 20 sources; usually 2.");
        // A quiet week makes nothing rise.
        check(&weeks(2, 3), &weeks(100, 10), &[1; 3], false, "3 posts this week from 3 sources; usually 2.");
    }

    #[test]
    fn without_a_past_nothing_rises() {
        let mut young = vec![0; 10];
        young.extend([50, 50, 100]);
        check(&weeks(0, 9), &young, &[1; 9], false, "9 posts this week from 9 sources.");
        let mut older = vec![0; 8];
        older.extend([50, 50, 50, 50, 100]);
        check(&weeks(0, 9), &older, &[1; 9], true, "9 posts this week from 9 sources; usually none.");
        check(&[], &[], &[], false, "No post this week.");
        check(&[3], &[3], &[1, 1, 1], false, "3 posts this week from 3 sources.");
    }

    proptest::proptest! {
        #[test]
        fn whatever_was_written_there_is_a_trend_in_words(
            weeks in proptest::collection::vec((0_usize..50, 0_usize..500), 0..16),
            by_source in proptest::collection::vec(1_usize..20, 0..20),
        ) {
            let topic: Vec<usize> = weeks.iter().map(|week| week.0).collect();
            let all: Vec<usize> = weeks.iter().map(|week| week.1).collect();
            let trend = Trend::of(Weeks { topic: &topic, all: &all, by_source: &by_source });
            proptest::prop_assert!(trend.in_words().ends_with('.'));
            proptest::prop_assert!(trend.rises.is_none_or(|above| above.is_finite() && by_source.len() >= LEAST_SOURCES));
        }
    }
}
