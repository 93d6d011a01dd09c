//! What a simulation found, for people and for programs.

use std::fmt;

use serde::Serialize;

use super::plot::grouped;
use super::tally::{Tally, Waits};

/// What a simulation found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// How many sources there were.
    pub sources: u64,
    /// Over how many days.
    pub days: u32,
    /// What decided all that was left to chance.
    pub seed: u64,
    /// From how many real habits the sources were drawn.
    pub habits: usize,
    /// What each rule gave, ours first.
    pub rules: Vec<Row>,
}

/// What one rule gave.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Row {
    /// The rule.
    pub name: &'static str,
    /// How many requests it made.
    pub requests: u64,
    /// How many posts sources outside the crowd on one host published.
    pub posts: u64,
    /// From publication to sight, each post counting once: the median, in minutes.
    pub median_minutes: Option<f64>,
    /// The same below which 95 in a hundred lie.
    pub p95_minutes: Option<f64>,
    /// Of the medians of all sources that published: the median, in minutes.
    pub source_median_minutes: Option<f64>,
    /// And where 95 in a hundred of them lie below.
    pub source_p95_minutes: Option<f64>,
    /// Requests in the busiest second.
    pub busiest_second: u32,
    /// And in the mean of all.
    pub mean_second: f64,
    /// Posts of the sources that all share one host: the median, in minutes.
    pub crowd_median_minutes: Option<f64>,
    /// And below which 95 in a hundred lie.
    pub crowd_p95_minutes: Option<f64>,
    /// How many requests that host got.
    pub crowd_requests: u64,
    /// How many seconds lay at least between two requests that began at one shared host; nothing where a rule was
    /// reckoned without hosts.
    pub least_pause_seconds: Option<u32>,
    /// How many requests in each hour.
    pub hours: Vec<u64>,
    /// What part of all posts was seen within so many minutes.
    pub seen: Vec<(f64, f64)>,
}

/// The parts of all posts whose waits are told.
const PARTS: [f64; 23] = [
    0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93,
    0.95, 0.97, 0.99,
];

impl Row {
    pub(super) fn new(name: &'static str, tally: &Tally) -> Self {
        let minutes = |waits: &Waits, part| waits.quantile(part).map(|seconds| (seconds / 6.0).round() / 10.0);
        Self {
            name,
            requests: tally.looks,
            posts: tally.posts.count(),
            median_minutes: minutes(&tally.posts, 0.5),
            p95_minutes: minutes(&tally.posts, 0.95),
            source_median_minutes: minutes(&tally.medians, 0.5),
            source_p95_minutes: minutes(&tally.medians, 0.95),
            busiest_second: tally.seconds.iter().copied().max().unwrap_or_default(),
            mean_second: tally.looks as f64 / tally.seconds.len().max(1) as f64,
            crowd_median_minutes: minutes(&tally.crowd, 0.5),
            crowd_p95_minutes: minutes(&tally.crowd, 0.95),
            crowd_requests: tally.crowd_looks,
            least_pause_seconds: tally.least_pause,
            hours: tally.seconds.chunks(3_600).map(|hour| hour.iter().map(|looks| u64::from(*looks)).sum()).collect(),
            seen: PARTS.iter().filter_map(|part| Some((minutes(&tally.posts, *part)?, *part))).collect(),
        }
    }
}

impl Report {
    /// A rule's requests as a share of those of hourly polling, as "16.9%".
    pub(super) fn of_hourly(&self, row: &Row) -> String {
        let hourly = self.rules.iter().find(|row| row.name == super::Which::Hourly.name());
        let share = hourly.map_or(f64::NAN, |hourly| 100.0 * row.requests as f64 / hourly.requests.max(1) as f64);
        format!("{share:.1}%")
    }
}

/// The table for people.
impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sources, days, habits, seed, .. } = self;
        let sources = grouped(*sources);
        writeln!(
            out,
            "{sources} sources over {days} days, drawn from the dates of {habits} real feeds (seed {seed})."
        )?;
        writeln!(out, "From publication to sight: the median and where 95 in a hundred lie below.\n")?;
        let wait = |minutes: Option<f64>| match minutes {
            None => "–".to_owned(),
            Some(minutes) if minutes < 600.0 => format!("{minutes:.1} min"),
            Some(minutes) => format!("{:.1} h", minutes / 60.0),
        };
        let head = ["", "requests", "of hourly", "posts", "", "sources", "", "one host", "", "busiest s", "of mean"];
        let cells = self.rules.iter().map(|row| {
            [
                row.name.to_owned(),
                grouped(row.requests),
                self.of_hourly(row),
                wait(row.median_minutes),
                wait(row.p95_minutes),
                wait(row.source_median_minutes),
                wait(row.source_p95_minutes),
                wait(row.crowd_median_minutes),
                wait(row.crowd_p95_minutes),
                row.busiest_second.to_string(),
                format!("{:.2}", f64::from(row.busiest_second) / row.mean_second),
            ]
        });
        let rows: Vec<[String; 11]> = std::iter::once(head.map(str::to_owned)).chain(cells).collect();
        for row in &rows {
            for (at, cell) in row.iter().enumerate() {
                let width = rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default();
                match at {
                    0 => write!(out, "{cell:<width$}")?,
                    _ => write!(out, "  {cell:>width$}")?,
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}
