//! The sources that are simulated: who publishes when, who is silent, who fails, and who shares a host.

use super::chance::Chance;
use super::habits::Habits;

/// Of each hundred sources so many answer and have published nothing for half a year or more.
const SILENT: u64 = 30;

/// Of each hundred so many never answer.
const FAILING: u64 = 10;

/// Of each ten sources one lives on the one host that all of these share.
const CROWD: u64 = 10;

/// Of each ten so many live on platforms with so many sources to a host.
const ON_PLATFORMS: u64 = 2;
const TO_A_PLATFORM: u64 = 1_000;

/// How a source answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Temper {
    Publishes,
    Silent,
    Fails,
}

/// A source.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Its place in the list that was imported.
    pub number: u64,
    pub temper: Temper,
    /// Whether it claims days without a time.
    pub days_only: bool,
    /// Where its publications are among those of its shard: seconds from the start, with some before it.
    pub posts: std::ops::Range<usize>,
    /// The number of its host within its shard, where others live there too.
    pub host: Option<u32>,
    /// Whether that is the one host that a tenth of all share.
    pub is_crowded: bool,
    /// A number that stays with it.
    pub spread: u64,
}

/// Sources with whole hosts among them: all, or a part that is small enough to be simulated in little memory.
pub(super) struct Shard {
    pub members: Vec<Member>,
    pub posts: Vec<i32>,
    pub hosts: usize,
    pub seed: u64,
}

/// All sources. The first shard holds the crowd of one host, the others the rest.
pub(super) struct Population<'a> {
    pub habits: &'a Habits,
    pub sources: u64,
    pub days: u32,
    pub seed: u64,
}

impl Population<'_> {
    /// How many shards there are. It depends on nothing but the size, so that the result does not depend on threads.
    pub fn shards(&self) -> u64 {
        const TO_A_SHARD: u64 = 125_000;
        1 + self.sources.div_ceil(TO_A_SHARD)
    }

    /// Draws one shard, always the same way.
    pub fn shard(&self, which: u64) -> Shard {
        let others = self.shards() - 1;
        self.those(self.seed ^ (which << 40), |number| match number % CROWD {
            0 => which == 0,
            _ => which == 1 + number / 1_000 % others,
        })
    }

    /// Draws all sources at once.
    pub fn everybody(&self) -> Shard {
        self.those(self.seed, |_| true)
    }

    fn those(&self, seed: u64, is_wanted: impl Fn(u64) -> bool) -> Shard {
        let mut shard = Shard { members: vec![], posts: vec![], hosts: 0, seed };
        // The host of the crowd, where it is among them, and the platforms after it.
        let crowd = u64::from(is_wanted(0));
        let mut on_platforms = 0;
        for number in (0..self.sources).filter(|number| is_wanted(*number)) {
            let host = if number.is_multiple_of(CROWD) {
                Some(0)
            } else if number % 10 <= ON_PLATFORMS {
                on_platforms += 1;
                Some(crowd + (on_platforms - 1) / TO_A_PLATFORM)
            } else {
                None
            };
            let host = host.map(|host| u32::try_from(host).expect("a thousand sources to a host"));
            shard.hosts = shard.hosts.max(host.map_or(0, |host| host as usize + 1));
            let member = self.member(number, host, &mut shard.posts);
            shard.members.push(member);
        }
        shard
    }

    fn member(&self, number: u64, host: Option<u32>, posts: &mut Vec<i32>) -> Member {
        let chance = &mut Chance::new(self.seed, number);
        let first = posts.len();
        let (temper, days_only) = match chance.below(100) {
            lot if lot < FAILING => (Temper::Fails, false),
            lot if lot < FAILING + SILENT => {
                // Its last publication lies half a year to ten years back.
                let days = 180.0 * 20.0_f64.powf(chance.fraction());
                posts.push(-(days * 86_400.0) as i32);
                (Temper::Silent, false)
            }
            _ => {
                let drawn = self.habits.draw(chance, self.days);
                posts.extend(drawn.seconds);
                (Temper::Publishes, drawn.days_only)
            }
        };
        let is_crowded = number.is_multiple_of(CROWD);
        Member { number, temper, days_only, posts: first..posts.len(), host, is_crowded, spread: chance.next() }
    }
}
