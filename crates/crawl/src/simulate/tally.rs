//! What is counted while a rule is played, and what the counts say.

use super::population::Shard;

/// Waiting times in steps of ten seconds, up to forty days.
#[derive(Clone, Debug)]
pub(super) struct Waits(Vec<u64>);

const STEP: u32 = 10;
const MOST: usize = 40 * 8_640;

impl Waits {
    pub fn new() -> Self {
        Self(vec![0; MOST + 1])
    }

    pub fn add(&mut self, seconds: u32, times: u64) {
        self.0[((seconds / STEP) as usize).min(MOST)] += times;
    }

    pub fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(all, part)| *all += part);
    }

    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The wait, in seconds, below which this part of all lies; `None` where there are none.
    pub fn quantile(&self, part: f64) -> Option<f64> {
        let wanted = part * self.count() as f64;
        let mut below = 0.0;
        for (at, count) in self.0.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = *count as f64;
            if below + count >= wanted {
                return Some((at as f64 + (wanted - below) / count) * f64::from(STEP));
            }
            below += count;
        }
        None
    }
}

/// The counts of one rule.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    pub looks: u64,
    /// Those that the one host of the crowd got.
    pub crowd_looks: u64,
    /// How many seconds lay at least between two that began at one shared host.
    pub least_pause: Option<u32>,
    /// Looks that began in each second.
    pub seconds: Vec<u32>,
    /// How long posts waited: of sources with few neighbours, and of those in the crowd on one host.
    pub posts: Waits,
    pub crowd: Waits,
    /// The median of each source's posts, of those outside the crowd.
    pub medians: Waits,
}

impl Tally {
    pub fn new(seconds: u32) -> Self {
        Self {
            looks: 0,
            crowd_looks: 0,
            least_pause: None,
            seconds: vec![0; seconds as usize],
            posts: Waits::new(),
            crowd: Waits::new(),
            medians: Waits::new(),
        }
    }

    pub fn look(&mut self, second: u32) {
        self.looks += 1;
        self.seconds[second as usize] += 1;
    }

    /// Adds how long the posts of each source waited.
    pub fn add_sources(&mut self, shard: &Shard, delays: &[u32]) {
        let mut waits = vec![];
        for member in &shard.members {
            waits.clear();
            waits.extend(delays[member.posts.clone()].iter().copied().filter(|wait| *wait != u32::MAX));
            self.add_source(&mut waits, member.is_crowded);
        }
    }

    /// Adds how long the posts of one source waited.
    pub fn add_source(&mut self, waits: &mut [u32], is_crowded: bool) {
        let all = if is_crowded { &mut self.crowd } else { &mut self.posts };
        waits.iter().for_each(|wait| all.add(*wait, 1));
        if !waits.is_empty() && !is_crowded {
            waits.sort_unstable();
            self.medians.add(waits[waits.len() / 2], 1);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.looks += other.looks;
        self.crowd_looks += other.crowd_looks;
        self.least_pause = self.least_pause.into_iter().chain(other.least_pause).min();
        self.seconds.iter_mut().zip(&other.seconds).for_each(|(all, part)| *all += part);
        self.posts.merge(&other.posts);
        self.crowd.merge(&other.crowd);
        self.medians.merge(&other.medians);
    }
}
