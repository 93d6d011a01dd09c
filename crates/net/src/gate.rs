//! One request at a time to a host, and a pause after each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::Instant;

/// The gates of all hosts that were asked a moment ago. Those of idle hosts are forgotten.
pub(crate) struct Gates {
    pause: Duration,
    known: Mutex<Known>,
}

struct Known {
    /// When each host may be asked again.
    gates: HashMap<Box<str>, Gate>,
    /// How many gates there may be before the idle ones are looked for.
    sweep_at: usize,
}

type Gate = Arc<tokio::sync::Mutex<Instant>>;

const FEWEST: usize = 64;

/// The right to ask a host. When it is dropped the pause begins.
pub(crate) struct Turn {
    open_at: OwnedMutexGuard<Instant>,
    pause: Duration,
}

impl Gates {
    pub(crate) fn new(pause: Duration) -> Self {
        Self { pause, known: Mutex::new(Known { gates: HashMap::new(), sweep_at: FEWEST }) }
    }

    /// Waits until it is our turn to ask this host. Those who wait are served in the order of their coming.
    pub(crate) async fn turn(&self, host: &str) -> Turn {
        let gate = self.gate(host);
        let open_at = gate.lock_owned().await;
        tokio::time::sleep_until(*open_at).await;
        Turn { open_at, pause: self.pause }
    }

    fn gate(&self, host: &str) -> Gate {
        // A panic elsewhere leaves the map whole.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = known.gates.get(host) {
            return gate.clone();
        }
        let now = Instant::now();
        if known.gates.len() >= known.sweep_at {
            known.gates.retain(|_, gate| !is_idle(gate, now));
            known.sweep_at = (2 * known.gates.len()).max(FEWEST);
        }
        let gate = Gate::new(tokio::sync::Mutex::new(now));
        known.gates.insert(host.into(), gate.clone());
        gate
    }
}

/// Nobody holds or awaits it, and its pause is over.
fn is_idle(gate: &Gate, now: Instant) -> bool {
    Arc::strong_count(gate) == 1 && gate.try_lock().is_ok_and(|open_at| *open_at <= now)
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.open_at = Instant::now() + self.pause;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(2);

    #[tokio::test(start_paused = true)]
    async fn a_host_is_asked_once_at_a_time_with_a_pause_between() {
        let gates = Arc::new(Gates::new(PAUSE));
        let started = Instant::now();
        let visits = (0..4).map(|_| {
            let gates = gates.clone();
            tokio::spawn(async move {
                let _turn = gates.turn("riverton.example:443").await;
                tokio::time::sleep(Duration::from_secs(1)).await;
                started.elapsed().as_secs()
            })
        });
        let mut ends = Vec::new();
        for visit in visits.collect::<Vec<_>>() {
            ends.push(visit.await.unwrap());
        }
        assert_eq!(ends, [1, 4, 7, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_do_not_wait_for_each_other() {
        let gates = Gates::new(PAUSE);
        let started = Instant::now();
        let _one = gates.turn("one.example:80").await;
        let _other = gates.turn("other.example:80").await;
        let _port = gates.turn("one.example:8080").await;
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_gates_of_idle_hosts_are_forgotten() {
        let gates = Gates::new(PAUSE);
        let held = gates.turn("held.example:80").await;
        for host in 0..10_000 {
            drop(gates.turn(&format!("{host}.example:80")).await);
            tokio::time::advance(Duration::from_millis(100)).await;
        }
        let known = gates.known.lock().unwrap().gates.len();
        assert!(known <= 2 * FEWEST, "{known} gates are kept");
        drop(held);
        let open_at = *gates.gate("held.example:80").lock().await;
        assert_eq!(open_at, Instant::now() + PAUSE, "a gate that was held is kept");
    }
}
