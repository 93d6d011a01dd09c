//! Whose turn it is: sources wait in order, and no two of one host are asked at once.

use std::collections::{HashSet, VecDeque};

/// Sources that wait for their turn.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    waiting: VecDeque<(String, T)>,
    busy: HashSet<String>,
}

impl<T> Queue<T> {
    /// An empty one.
    pub fn new() -> Self {
        Self { waiting: VecDeque::new(), busy: HashSet::new() }
    }

    /// Adds a source behind the others.
    pub fn push(&mut self, host: String, source: T) {
        self.waiting.push_back((host, source));
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The first whose host is free, which is then busy until [`Queue::done`].
    pub fn next(&mut self) -> Option<(String, T)> {
        let at = self.waiting.iter().position(|(host, _)| !self.busy.contains(host))?;
        let next = self.waiting.remove(at)?;
        self.busy.insert(next.0.clone());
        Some(next)
    }

    /// A host is free again.
    pub fn done(&mut self, host: &str) {
        self.busy.remove(host);
    }

    /// Forgets all that wait.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_asked_one_thing_at_a_time_and_holds_up_no_other() {
        let mut queue = Queue::new();
        for (host, source) in [("a", 1), ("a", 2), ("b", 3), ("a", 4)] {
            queue.push(host.to_owned(), source);
        }
        let next = |queue: &mut Queue<i32>| queue.next().map(|(_, source)| source);
        assert_eq!((next(&mut queue), next(&mut queue), next(&mut queue)), (Some(1), Some(3), None));
        queue.done("a");
        assert_eq!((next(&mut queue), next(&mut queue)), (Some(2), None));
        queue.done("b");
        assert_eq!((next(&mut queue), queue.len()), (None, 1));
    }
}
