//! Fixed intervals, reckoned instead of played: there is nothing to learn and nobody waits.

use super::chance::Chance;
use super::population::{Shard, Temper};
use super::rules::Feedbin;
use super::tally::Tally;

/// Looks at each source every so many seconds from an instant by chance on; `backs_off` as Feedbin does where it fails.
pub(super) fn play(shard: &Shard, interval: u32, backs_off: bool, seconds: u32) -> Tally {
    let mut tally = Tally::new(seconds);
    let mut chance = Chance::new(shard.seed, u64::from(interval));
    let mut phases = vec![0_u32; interval as usize];
    let mut waits = vec![];
    for member in &shard.members {
        let phase = chance.below(u64::from(interval)) as u32;
        if backs_off && member.temper == Temper::Fails {
            let (mut at, mut failures) = (phase, 0);
            while at < seconds {
                tally.look(at);
                failures += 1;
                let wait = Feedbin::after_failures(failures).as_secs() as u32;
                at += wait.div_ceil(interval) * interval;
            }
            continue;
        }
        phases[phase as usize] += 1;
        waits.clear();
        let published = shard.posts[member.posts.clone()].iter().filter_map(|at| u32::try_from(*at).ok());
        waits.extend(published.map(|at| (phase + interval - at % interval) % interval));
        tally.add_source(&mut waits, false);
    }
    for (second, looks) in tally.seconds.iter_mut().enumerate() {
        let steady = phases[second % interval as usize];
        *looks += steady;
        tally.looks += u64::from(steady);
    }
    tally
}
