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

/// A rule of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Which {
    Hourly,
    SixHourly,
    Miniflux,
    CommaFeed,
    Feedbin,
}

impl Which {
    const OURS: &str = "Watersmeet";
    const OTHERS: [Which; 5] = [Self::Hourly, Self::SixHourly, Self::Miniflux, Self::CommaFeed, Self::Feedbin];

    fn name(self) -> &'static str {
        match self {
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
    ///
    /// Our rule is played with all sources at once, since it spreads them over the seconds together, and the others
    /// with one part of the sources after the other.
    pub fn run(&self, habits: &Habits, watch: &(dyn Fn(usize, usize) + Sync)) -> Report {
        let population = Population { habits, sources: self.sources, days: self.days, seed: self.seed };
        let shards = usize::try_from(population.shards()).expect("a shard is never empty");
        let seconds = self.days * 86_400;
        let of = self.days as usize + shards * Which::OTHERS.len();
        let ours = Mutex::new(Tally::new(seconds));
        let others = Which::OTHERS.map(|_| Mutex::new(Tally::new(seconds)));
        let add = |to: &Mutex<Tally>, part: &Tally| to.lock().expect("whoever holds it only adds").merge(part);
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let is_done = || watch(done.fetch_add(1, Ordering::Relaxed) + 1, of);
        let work = || {
            loop {
                let Some(at) = next.fetch_add(1, Ordering::Relaxed).checked_sub(1) else {
                    add(&ours, &engine::play(&Ours, &population.everybody(), self.sources, seconds, &is_done));
                    continue;
                };
                if at >= shards {
                    return;
                }
                let shard = population.shard(at as u64);
                for (which, tally) in Which::OTHERS.iter().zip(&others) {
                    add(tally, &self.play(*which, &shard, at == 0, seconds));
                    is_done();
                }
            }
        };
        watch(0, of);
        std::thread::scope(|scope| {
            for _ in 0..self.threads.get().min(1 + shards) {
                scope.spawn(work);
            }
        });
        let tallies = std::iter::once(ours).chain(others);
        let names = std::iter::once(Which::OURS).chain(Which::OTHERS.iter().map(|which| which.name()));
        let rows = names.zip(tallies).map(|(name, tally)| {
            let tally = tally.into_inner().expect("whoever held it only added");
            Row::new(name, &tally)
        });
        Report { sources: self.sources, days: self.days, seed: self.seed, habits: habits.len(), rules: rows.collect() }
    }

    /// Another's rule, with a part of the sources.
    fn play(&self, which: Which, shard: &population::Shard, is_crowd: bool, seconds: u32) -> Tally {
        let of = self.sources;
        let silently = &|| {};
        match (which, is_crowd) {
            (Which::Hourly, false) => fixed::play(shard, 3_600, false, seconds),
            (Which::SixHourly, false) => fixed::play(shard, 21_600, false, seconds),
            (Which::Feedbin, false) => fixed::play(shard, Feedbin::INTERVAL, true, seconds),
            (Which::Hourly, true) => engine::play(&rules::Fixed(3_600), shard, of, seconds, silently),
            (Which::SixHourly, true) => engine::play(&rules::Fixed(21_600), shard, of, seconds, silently),
            (Which::Feedbin, true) => engine::play(&Feedbin, shard, of, seconds, silently),
            (Which::Miniflux, _) => engine::play(&Miniflux, shard, of, seconds, silently),
            (Which::CommaFeed, _) => engine::play(&CommaFeed, shard, of, seconds, silently),
        }
    }
}
