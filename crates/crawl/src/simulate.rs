//! Simulates polling a great many sources: the same functions that decide in the crawler, beside the rules of others.
//!
//! Nothing is asked and nothing is stored. Sources publish as real ones did ([`Habits`]); the same seed gives the same
//! result, on any number of threads.

mod chance;
mod engine;
mod fixed;
mod habits;
mod plot;
mod population;
mod report;
mod rules;
mod tally;
#[cfg(test)]
mod tests;

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use habits::Habits;
pub use report::{Report, Row};

use population::Population;
use rules::{CommaFeed, Feedbin, Miniflux, Ours};
use tally::Tally;

/// What to simulate.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// How many sources.
    pub sources: u64,
    /// Over how many days.
    pub days: u32,
    /// What decides all that is left to chance.
    pub seed: u64,
    /// How many threads work on it.
    pub threads: NonZero<usize>,
}

/// A rule that is simulated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    Ours,
    Hourly,
    SixHourly,
    Miniflux,
    CommaFeed,
    Feedbin,
}

impl Which {
    const ALL: [Which; 6] = [Self::Ours, Self::Hourly, Self::SixHourly, Self::Miniflux, Self::CommaFeed, Self::Feedbin];

    fn name(self) -> &'static str {
        match self {
            Self::Ours => "Watersmeet",
            Self::Hourly => "every hour",
            Self::SixHourly => "every six hours",
            Self::Miniflux => "Miniflux, entry frequency",
            Self::CommaFeed => "CommaFeed",
            Self::Feedbin => "Feedbin",
        }
    }
}

impl Simulation {
    /// Simulates every rule with the same sources; `watch` is told how many of how many parts are done.
    pub fn run(&self, habits: &Habits, watch: &(dyn Fn(usize, usize) + Sync)) -> Report {
        let population = Population { habits, sources: self.sources, days: self.days, seed: self.seed };
        let shards = usize::try_from(population.shards()).expect("a shard is never empty");
        let seconds = self.days * 86_400;
        let of = shards * Which::ALL.len();
        let tallies: Vec<Mutex<Tally>> = Which::ALL.iter().map(|_| Mutex::new(Tally::new(seconds))).collect();
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        watch(0, of);
        std::thread::scope(|scope| {
            for _ in 0..self.threads.get().min(shards) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= shards {
                            return;
                        }
                        let shard = population.shard(at as u64);
                        for (which, tally) in Which::ALL.iter().zip(&tallies) {
                            let part = self.play(*which, &shard, at == 0, seconds);
                            tally.lock().expect("whoever holds it only adds").merge(&part);
                            watch(done.fetch_add(1, Ordering::Relaxed) + 1, of);
                        }
                    }
                });
            }
        });
        let rows = Which::ALL.iter().zip(tallies).map(|(which, tally)| {
            let tally = tally.into_inner().expect("whoever held it only added");
            Row::new(which.name(), &tally)
        });
        Report { sources: self.sources, days: self.days, seed: self.seed, habits: habits.len(), rules: rows.collect() }
    }

    fn play(&self, which: Which, shard: &population::Shard, is_crowd: bool, seconds: u32) -> Tally {
        match (which, is_crowd) {
            (Which::Ours, _) => engine::play(&Ours, shard, self.sources, seconds),
            (Which::Hourly, false) => fixed::play(shard, 3_600, false, seconds),
            (Which::SixHourly, false) => fixed::play(shard, 21_600, false, seconds),
            (Which::Feedbin, false) => fixed::play(shard, Feedbin::INTERVAL, true, seconds),
            (Which::Hourly, true) => engine::play(&rules::Fixed(3_600), shard, self.sources, seconds),
            (Which::SixHourly, true) => engine::play(&rules::Fixed(21_600), shard, self.sources, seconds),
            (Which::Feedbin, true) => engine::play(&Feedbin, shard, self.sources, seconds),
            (Which::Miniflux, _) => engine::play(&Miniflux, shard, self.sources, seconds),
            (Which::CommaFeed, _) => engine::play(&CommaFeed, shard, self.sources, seconds),
        }
    }
}
