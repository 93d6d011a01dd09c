//! The looks that are under way: those of a moment ago have one bound, and those that wait for a slow server another, so
//! that the slow hold up nobody.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

/// How long a look is young. What a quick server takes, and no more: a slow one costs a socket, but no work.
const YOUTH: Duration = Duration::from_millis(100);

/// Looks that are under way, each at a host.
#[derive(Debug)]
pub(crate) struct UnderWay<T> {
    looks: JoinSet<T>,
    known: HashMap<Id, Known>,
    /// Those that began young, in the order in which they began; some have ended since.
    by_age: VecDeque<(Instant, Id)>,
    young: usize,
    most_young: usize,
    most: usize,
}

#[derive(Debug)]
struct Known {
    host: Arc<str>,
    is_young: bool,
}

impl<T: Send + 'static> UnderWay<T> {
    /// None yet; at most so many at once that began a moment ago, and at most so many in all.
    pub fn new(most_young: usize, most: usize) -> Self {
        Self {
            looks: JoinSet::new(),
            known: HashMap::new(),
            by_age: VecDeque::new(),
            young: 0,
            most_young: most_young.max(1),
            most: most.max(1),
        }
    }

    /// Whether none is under way.
    pub fn is_empty(&self) -> bool {
        self.looks.is_empty()
    }

    /// Whether one more may begin.
    pub fn has_room(&mut self, now: Instant) -> bool {
        while let Some((_, id)) = self.by_age.pop_front_if(|(began, _)| *began + YOUTH <= now) {
            if let Some(look) = self.known.get_mut(&id) {
                look.is_young = false;
                self.young -= 1;
            }
        }
        self.young < self.most_young && self.looks.len() < self.most
    }

    /// When there may be room although none has ended.
    pub fn room_at(&self) -> Option<Instant> {
        let is_full = self.looks.len() >= self.most;
        self.by_age.front().filter(|_| !is_full).map(|(began, _)| *began + YOUTH)
    }

    /// Begins one.
    pub fn begin(&mut self, host: Arc<str>, look: impl Future<Output = T> + Send + 'static, now: Instant) {
        let id = self.looks.spawn(look).id();
        self.known.insert(id, Known { host, is_young: true });
        self.by_age.push_back((now, id));
        self.young += 1;
    }

    /// Waits for one to end; gives its host and what came of it, or `None` if none is under way.
    pub async fn next(&mut self) -> Option<(Arc<str>, Result<T, JoinError>)> {
        let ended = self.looks.join_next_with_id().await?;
        Some(self.settle(ended))
    }

    /// One that has ended already, if any has; the same as [`UnderWay::next`] without waiting.
    pub fn ended(&mut self) -> Option<(Arc<str>, Result<T, JoinError>)> {
        let ended = self.looks.try_join_next_with_id()?;
        Some(self.settle(ended))
    }

    fn settle(&mut self, ended: Result<(Id, T), JoinError>) -> (Arc<str>, Result<T, JoinError>) {
        let (id, ended) = match ended {
            Ok((id, seen)) => (id, Ok(seen)),
            Err(broken) => (broken.id(), Err(broken)),
        };
        let look = self.known.remove(&id).expect("every look is known until it has ended");
        self.young -= usize::from(look.is_young);
        (look.host, ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn wait(seconds: u64) -> u64 {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        seconds
    }

    #[tokio::test(start_paused = true)]
    async fn the_slow_hold_up_nobody_until_there_are_too_many() {
        let mut looks = UnderWay::new(2, 5);
        let mut begun = 0;
        for _ in 0..4 {
            while looks.has_room(Instant::now()) {
                looks.begin(format!("host{begun}").into(), wait(30 + begun), Instant::now());
                begun += 1;
            }
            assert!(looks.room_at().is_none_or(|at| at > Instant::now()));
            tokio::time::advance(YOUTH).await;
        }
        assert_eq!(begun, 5);
        assert_eq!(looks.room_at(), None, "as many as there may be");
        let (host, ended) = looks.next().await.unwrap();
        assert_eq!((&*host, ended.unwrap()), ("host0", 30));
        assert!(looks.has_room(Instant::now()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_breaks_off_is_known_to_have_ended() {
        let mut looks = UnderWay::new(1, 1);
        looks.begin("a".into(), async { panic!("a mistake of ours") }, Instant::now());
        assert!(!looks.has_room(Instant::now()));
        let (host, ended): (_, Result<(), _>) = looks.next().await.unwrap();
        assert!(&*host == "a" && ended.is_err());
        assert!(looks.has_room(Instant::now()) && looks.next().await.is_none());
    }
}
