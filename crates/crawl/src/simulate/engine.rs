//! Looks in the order of time: whose turn it is, who waits for a busy host, what each look finds.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::chance::Chance;
use super::population::{Member, Shard, Temper};
use super::rules::{Looked, Rule};
use super::tally::Tally;

/// How long a look takes, and how long a host is left in peace after it, in seconds.
const LOOK: u32 = 1;
const PAUSE: u32 = 1;

const DAY: u32 = 86_400;

/// Whose time has come: a source or a host.
const HOST: u32 = 1 << 31;

/// When something is due, whether it was held back until then, and what: what was held back comes first.
type Due = Reverse<(u32, Held, u32)>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    Back,
    Not,
}

struct Source<S> {
    state: S,
    /// How many of its publications have been seen.
    seen: usize,
    failures: u32,
    last_good: Option<u32>,
}

/// Plays a shard by a rule over so many seconds; `day_over` is called at the end of each day.
pub(super) fn play<R: Rule>(rule: &R, shard: &Shard, of: u64, seconds: u32, day_over: &dyn Fn()) -> Tally {
    let mut play = Play {
        rule,
        shard,
        chance: Chance::new(shard.seed, u64::MAX),
        desk: rule.desk(),
        due: BinaryHeap::with_capacity(shard.members.len() + shard.hosts),
        second: Second { most: u32::MAX, ..Second::default() },
        sources: shard
            .members
            .iter()
            .map(|_| Source { state: R::State::default(), seen: 0, failures: 0, last_good: None })
            .collect(),
        hosts: (0..shard.hosts).map(|_| VecDeque::new()).collect(),
        free: vec![0; shard.hosts],
        asked: vec![None; shard.hosts],
        delays: vec![u32::MAX; shard.posts.len()],
        tally: Tally::new(seconds),
    };
    for (at, member) in shard.members.iter().enumerate() {
        let first = play.rule.first(member.number, of, &mut play.chance, &mut play.desk);
        play.due.push(Reverse((first, Held::Not, at as u32)));
    }
    play.run(seconds, day_over)
}

/// The second in which looks begin now.
#[derive(Default)]
struct Second {
    now: u32,
    /// How many have begun in it, how many may, and how many have been held back.
    begun: u32,
    most: u32,
    held_back: usize,
}

struct Play<'a, R: Rule> {
    rule: &'a R,
    shard: &'a Shard,
    chance: Chance,
    desk: R::Desk,
    due: BinaryHeap<Due>,
    second: Second,
    sources: Vec<Source<R::State>>,
    /// Those that wait for each shared host, in the order in which they were due.
    hosts: Vec<VecDeque<u32>>,
    /// When each shared host may be asked again.
    free: Vec<u32>,
    /// When each was asked last.
    asked: Vec<Option<u32>>,
    /// How long each post waited.
    delays: Vec<u32>,
    tally: Tally,
}

impl<R: Rule> Play<'_, R> {
    fn run(mut self, end: u32, day_over: &dyn Fn()) -> Tally {
        let mut day_ends = DAY;
        while let Some(Reverse((now, _, who))) = self.due.pop() {
            while day_ends <= now.min(end) {
                day_over();
                day_ends += DAY;
            }
            if now < end && !self.may_begin(now) {
                self.due.push(Reverse((now + 1, Held::Back, who)));
                continue;
            }
            let at = if who & HOST == 0 {
                let host = self.shard.members[who as usize].host.map(|host| host as usize);
                match host {
                    Some(host) if self.free[host] > now || !self.hosts[host].is_empty() => {
                        if self.hosts[host].is_empty() {
                            self.due.push(Reverse((self.free[host], Held::Not, HOST | host as u32)));
                        }
                        self.hosts[host].push_back(who);
                        continue;
                    }
                    _ => who,
                }
            } else {
                let host = (who & !HOST) as usize;
                let next = self.hosts[host].pop_front().expect("a host is called only while somebody waits");
                if !self.hosts[host].is_empty() {
                    self.due.push(Reverse((now + LOOK + PAUSE, Held::Not, who)));
                }
                next
            };
            let host = self.shard.members[at as usize].host.map(|host| host as usize);
            if let Some(host) = host {
                self.free[host] = now + LOOK + PAUSE;
                let pause = self.asked[host].replace(now).map(|before| now - before);
                let pause = pause.filter(|_| now < end);
                self.tally.least_pause = self.tally.least_pause.into_iter().chain(pause).min();
            }
            if now >= end {
                // What is published by the end and not seen is seen then.
                self.find(at as usize, now, end);
                continue;
            }
            if let Some(next) = self.look(at as usize, now) {
                self.due.push(Reverse((next, Held::Not, at)));
            }
        }
        self.tally.add_sources(self.shard, &self.delays);
        self.tally
    }

    /// Whether one more look may begin in this second; counts who is held back.
    fn may_begin(&mut self, now: u32) -> bool {
        let second = &mut self.second;
        if second.now != now {
            let most = self.rule.most_starts(now, second.held_back, &mut self.desk);
            *second = Second { now, most, ..Second::default() };
        }
        second.held_back += usize::from(second.begun >= second.most);
        second.begun < second.most
    }

    /// When to look again, unless never.
    fn look(&mut self, at: usize, now: u32) -> Option<u32> {
        self.tally.look(now);
        self.second.begun += 1;
        self.tally.crowd_looks += u64::from(self.shard.members[at].is_crowded);
        let is_good = self.shard.members[at].temper != Temper::Fails;
        let new = if is_good { self.find(at, now, now) } else { 0 };
        let member: &Member = &self.shard.members[at];
        let source = &mut self.sources[at];
        source.failures = if is_good { 0 } else { source.failures + 1 };
        let looked = Looked {
            now: now + LOOK,
            is_good,
            failures: source.failures,
            before: source.last_good,
            published: &self.shard.posts[member.posts.start..member.posts.start + source.seen],
            new,
            days_only: member.days_only,
            spread: member.spread,
        };
        let next = self.rule.next(&mut source.state, &looked, &mut self.chance, &mut self.desk);
        if is_good {
            source.last_good = Some(now + LOOK);
        }
        next
    }

    /// Sees what was published up to `until`; gives how much that is.
    fn find(&mut self, at: usize, now: u32, until: u32) -> usize {
        let (member, source) = (&self.shard.members[at], &mut self.sources[at]);
        let before = source.seen;
        for post in member.posts.start + before..member.posts.end {
            let published = i64::from(self.shard.posts[post]);
            if published >= i64::from(until) && published > i64::from(now) || published > i64::from(until) {
                break;
            }
            if published >= 0 {
                self.delays[post] = (i64::from(now) - published) as u32;
            }
            source.seen += 1;
        }
        source.seen - before
    }
}
