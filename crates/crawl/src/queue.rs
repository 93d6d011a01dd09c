//! Whose turn it is: sources wait in order, no two of one host are asked at once, and a pause lies between.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use model::Time;
use tokio::time::Instant;

/// Sources that wait for their turn, by host.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    /// How long a host rests after it was asked.
    pause: Duration,
    hosts: HashMap<Arc<str>, Line<T>>,
    /// The hosts that may be asked and have somebody waiting, in the order of their coming.
    ready: VecDeque<Arc<str>>,
    /// The hosts that rest, and until when.
    resting: BTreeSet<(Instant, Arc<str>)>,
    waiting: usize,
}

/// Those who wait for one host.
#[derive(Debug)]
struct Line<T> {
    waiting: VecDeque<T>,
    /// Whether it is being asked or rests.
    is_taken: bool,
}

impl<T> Queue<T> {
    /// An empty one, with so long a pause between two requests to a host.
    pub fn new(pause: Duration) -> Self {
        Self { pause, hosts: HashMap::new(), ready: VecDeque::new(), resting: BTreeSet::new(), waiting: 0 }
    }

    /// Adds a source behind the others of its host.
    pub fn push(&mut self, host: &str, source: T) {
        if let Some(host) = self.stand_in_line(host, source, false) {
            self.ready.push_back(host);
        }
    }

    /// The same where somebody else may have asked the host a moment ago: unless we know better, it rests first.
    pub fn push_behind_others(&mut self, host: &str, source: T, now: Instant) {
        if let Some(host) = self.stand_in_line(host, source, true) {
            self.resting.insert((now + self.pause, host));
        }
    }

    /// Gives the host if it was not known yet.
    fn stand_in_line(&mut self, host: &str, source: T, is_taken: bool) -> Option<Arc<str>> {
        self.waiting += 1;
        if let Some(line) = self.hosts.get_mut(host) {
            line.waiting.push_back(source);
            return None;
        }
        let host: Arc<str> = host.into();
        self.hosts.insert(host.clone(), Line { waiting: VecDeque::from([source]), is_taken });
        Some(host)
    }

    /// How many wait for a host.
    pub fn line(&self, host: &str) -> usize {
        self.hosts.get(host).map_or(0, |line| line.waiting.len())
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting
    }

    /// How many could be asked at once: one at each host that does not rest.
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// The next whose host may be asked, which is then taken until [`Queue::done`] and the pause after it.
    pub fn next(&mut self, now: Instant) -> Option<(Arc<str>, T)> {
        while let Some((_, host)) = self.resting.first().filter(|(until, _)| *until <= now).cloned() {
            self.resting.pop_first();
            match self.hosts.get_mut(&host) {
                Some(line) if !line.waiting.is_empty() => {
                    line.is_taken = false;
                    self.ready.push_back(host);
                }
                _ => drop(self.hosts.remove(&host)),
            }
        }
        let host = self.ready.pop_front()?;
        let line = self.hosts.get_mut(&host).expect("a host that is ready has a line");
        let source = line.waiting.pop_front().expect("a host that is ready has somebody waiting");
        line.is_taken = true;
        self.waiting -= 1;
        Some((host, source))
    }

    /// When [`Queue::next`] gives somebody: the past if it does so now, `None` if that takes a [`Queue::done`] first.
    pub fn next_at(&self, now: Instant) -> Option<Instant> {
        if !self.ready.is_empty() {
            return Some(now);
        }
        let awaited = |host: &Arc<str>| self.line(host) > 0;
        self.resting.iter().find(|(_, host)| awaited(host)).map(|(until, _)| *until)
    }

    /// A host has been asked; now it rests.
    pub fn done(&mut self, host: &Arc<str>, now: Instant) {
        self.resting.insert((now + self.pause, host.clone()));
    }

    /// Forgets all that wait.
    pub fn clear(&mut self) {
        self.hosts.retain(|_, line| line.is_taken);
        self.hosts.values_mut().for_each(|line| line.waiting.clear());
        self.ready.clear();
        self.waiting = 0;
    }
}

/// The turns of those for whom there is no room in a host's line: each gets an instant of its own, so that the hundred
/// thousand sources of one platform come up one after the other and not again and again.
#[derive(Debug)]
pub(crate) struct Turns {
    /// How far apart two turns at a host are.
    apart: Duration,
    /// The last turn that was given at each host, while it is to come.
    last: HashMap<String, Time>,
}

impl Turns {
    /// Turns so far apart.
    pub fn new(apart: Duration) -> Self {
        Self { apart, last: HashMap::new() }
    }

    /// The next turn at a host where so many wait already.
    pub fn next(&mut self, host: &str, waiting: usize, now: Time) -> Time {
        let behind_the_line = now + self.apart.saturating_mul(u32::try_from(waiting).unwrap_or(u32::MAX));
        let turn = match self.last.get(host) {
            Some(last) if *last >= behind_the_line => *last + self.apart,
            _ => behind_the_line,
        };
        self.last.insert(host.to_owned(), turn);
        turn
    }

    /// Forgets the hosts whose last turn has come.
    pub fn forget(&mut self, now: Time) {
        self.last.retain(|_, last| *last > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn a_host_is_asked_one_thing_at_a_time_with_a_pause_and_holds_up_no_other() {
        let start = Instant::now();
        let second = |number| start + Duration::from_secs(number);
        let mut queue = Queue::new(PAUSE);
        for (host, source) in [("a", 1), ("a", 2), ("b", 3), ("a", 4)] {
            queue.push(host, source);
        }
        let next = |queue: &mut Queue<i32>, at| queue.next(second(at)).map(|(_, source)| source);
        assert_eq!((next(&mut queue, 0), next(&mut queue, 0), next(&mut queue, 0)), (Some(1), Some(3), None));
        assert_eq!((queue.next_at(second(0)), queue.len(), queue.line("a")), (None, 2, 2));
        queue.done(&"a".into(), second(1));
        assert_eq!((queue.next_at(second(1)), next(&mut queue, 2)), (Some(second(3)), None));
        assert_eq!((next(&mut queue, 3), next(&mut queue, 3)), (Some(2), None));
        queue.done(&"b".into(), second(3));
        queue.push("b", 5);
        assert_eq!((next(&mut queue, 4), next(&mut queue, 5), queue.len()), (None, Some(5), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_somebody_else_may_have_asked_rests_first() {
        let start = Instant::now();
        let mut queue = Queue::new(PAUSE);
        queue.push_behind_others("a", 1, start);
        assert!(queue.next(start).is_none());
        let (host, source) = queue.next(start + PAUSE).unwrap();
        assert_eq!(source, 1);
        queue.done(&host, start + PAUSE);
        queue.push_behind_others("a", 2, start + PAUSE);
        assert_eq!(queue.next(start + 2 * PAUSE).map(|(_, source)| source), Some(2), "it rests once, not twice");
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_that_nobody_waits_for_are_forgotten() {
        let start = Instant::now();
        let mut queue = Queue::new(PAUSE);
        for number in 0..100 {
            queue.push(&format!("host{number}"), number);
            let (host, _) = queue.next(start).unwrap();
            queue.done(&host, start);
        }
        assert!(queue.next(start + PAUSE).is_none());
        assert!(queue.hosts.is_empty() && queue.resting.is_empty() && queue.ready.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_forgotten_leaves_the_hosts_that_are_being_asked_taken() {
        let start = Instant::now();
        let mut queue = Queue::new(PAUSE);
        for (host, source) in [("a", 1), ("a", 2), ("b", 3)] {
            queue.push(host, source);
        }
        let (asked, _) = queue.next(start).unwrap();
        queue.clear();
        assert!(queue.is_empty() && queue.next(start).is_none());
        queue.push("a", 4);
        assert!(queue.next(start).is_none());
        queue.done(&asked, start);
        assert_eq!(queue.next(start + PAUSE).map(|(_, source)| source), Some(4));
    }

    #[test]
    fn turns_follow_each_other_and_those_of_one_host_move_no_other() {
        let start = Time::from_millis(1_790_000_000_000);
        let second = |number| start + Duration::from_secs(number);
        let mut turns = Turns::new(Duration::from_secs(1));
        assert_eq!(turns.next("a", 8, start), second(8));
        assert_eq!(turns.next("a", 8, start), second(9));
        assert_eq!(turns.next("b", 8, start), second(8));
        assert_eq!(turns.next("a", 8, second(5)), second(13), "never before those who wait");
        assert_eq!(turns.next("a", 8, second(5)), second(14));
        turns.forget(second(8));
        assert_eq!(turns.last.keys().collect::<Vec<_>>(), ["a"]);
    }
}
