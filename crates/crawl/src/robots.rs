//! Whether a host lets us fetch a page: its `robots.txt` is asked before the first one, and kept for a day.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::{Address, Time};
use net::{Client, FetchError, Robots};

/// How long rules are kept (RFC 9309 §2.4).
const KEPT: Duration = Duration::from_secs(86_400);

/// How many hosts' rules are kept at once.
const MOST_HOSTS: usize = 500;

/// Why a page is not fetched.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotLetIn {
    /// The rules say so.
    #[error("is left alone, because the robots.txt of its site asks programs to")]
    Forbidden,
    /// The host cannot say at the moment, which forbids everything.
    #[error("is left alone, because the robots.txt of its site answers {status}")]
    Closed {
        /// The status.
        status: u16,
        /// When the host would like to be asked again.
        until: Option<Time>,
    },
    /// The host cannot be reached.
    #[error("gives no answer: {0}")]
    Unreachable(FetchError),
}

/// What hosts' `robots.txt` said, so that each is asked once a day. Pages, pictures and icons go through it; a feed that
/// a person or a page names does not.
#[derive(Default)]
pub struct Doors {
    known: Mutex<HashMap<String, (Time, Robots)>>,
    /// Who asks a host just now: the others wait for what it says.
    asking: Mutex<HashMap<String, Turn>>,
}

type Turn = Arc<tokio::sync::Mutex<()>>;

impl Doors {
    /// Whether a page, picture or icon may be fetched `now`.
    pub async fn may(&self, net: &Client, address: &Address, now: Time) -> Result<(), NotLetIn> {
        let host = Robots::place(address).to_string();
        let robots = match self.known(&host, now) {
            Some(robots) => robots,
            None => self.ask(net, address, host, now).await.map_err(NotLetIn::Unreachable)?,
        };
        match robots {
            robots if robots.allows(address) => Ok(()),
            Robots::Closed { status, retry_after } => {
                Err(NotLetIn::Closed { status, until: retry_after.map(|wait| wait.ends(now)) })
            }
            _ => Err(NotLetIn::Forbidden),
        }
    }

    async fn ask(&self, net: &Client, address: &Address, host: String, now: Time) -> Result<Robots, FetchError> {
        let turn = self.turn(&host);
        let _mine = turn.lock().await;
        if let Some(robots) = self.known(&host, now) {
            return Ok(robots);
        }
        let robots = net.robots(address).await?;
        self.keep(host, &robots, now);
        Ok(robots)
    }

    fn turn(&self, host: &str) -> Turn {
        let mut asking = self.asking.lock().unwrap_or_else(PoisonError::into_inner);
        if asking.len() >= MOST_HOSTS {
            asking.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        asking.entry(host.to_owned()).or_default().clone()
    }

    fn known(&self, host: &str, now: Time) -> Option<Robots> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(host).filter(|(asked, _)| is_fresh(*asked, now)).map(|(_, robots)| robots.clone())
    }

    /// Keeps rules, but not that a host had none to give just now.
    fn keep(&self, host: String, robots: &Robots, now: Time) {
        if matches!(robots, Robots::Closed { .. }) {
            return;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_HOSTS {
            known.retain(|_, (asked, _)| is_fresh(*asked, now));
        }
        if known.len() >= MOST_HOSTS {
            known.clear();
        }
        known.insert(host, (now, robots.clone()));
    }
}

/// Also where a clock was set back meanwhile.
fn is_fresh(asked: Time, now: Time) -> bool {
    now.since(asked).max(asked.since(now)) < KEPT
}
