//! What came back.

use std::sync::Arc;
use std::time::Duration;

use model::{Address, Outcome, Time};
use tokio::sync::OwnedSemaphorePermit;

use crate::{Links, Validators};

/// What came back from the last server of a chain of redirects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// What it means.
    pub answer: Answer,
    /// The status that said so.
    pub status: u16,
    /// The address that answered.
    pub final_address: Address,
    /// How far the chain was permanent (301 or 308) from its start: the address to use in future, once this has held
    /// for some days. `None` when the first redirect was not permanent or there was none.
    pub moved_to: Option<Address>,
    /// How many redirects were followed.
    pub hops: u8,
    /// What to send with the next request, whatever the answer was: new after a body, brought up to date after "not
    /// modified", and as they were after anything else.
    pub validators: Validators,
    /// What the server would like us to do.
    pub wishes: Wishes,
    /// What its `Link` headers name.
    pub links: Links,
}

/// What an answer means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// 304: what we have is still right.
    Unchanged,
    /// 200 or 203, with what was asked for.
    Body(Body),
    /// 410: gone for good.
    Gone,
    /// 404.
    NotFound,
    /// 401, 403 or 451: they do not want us.
    Refused,
    /// 429 or 503: not now.
    SlowDown,
    /// Any other 5xx.
    ServerError,
    /// Any other status.
    Other,
}

impl Answer {
    /// The outcome it stands for; `None` for a body, since only its reader knows what is new in it.
    pub fn outcome(&self) -> Option<Outcome> {
        Some(match self {
            Self::Body(_) => return None,
            Self::Unchanged => Outcome::Unchanged,
            Self::Gone => Outcome::Gone,
            Self::NotFound => Outcome::NotFound,
            Self::Refused => Outcome::Refused,
            Self::SlowDown => Outcome::SlowDown,
            Self::ServerError => Outcome::ServerError,
            Self::Other => Outcome::OddStatus,
        })
    }
}

/// What was asked for, unpacked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// The bytes, after `Content-Encoding` has been undone.
    pub bytes: Vec<u8>,
    /// The `Content-Type` as it was sent, each byte one character.
    pub content_type: Option<String>,
    /// The `Content-Language` as it was sent, each byte one character.
    pub content_language: Option<String>,
    /// The room that it takes, if it came in through the door.
    pub room: Option<Room>,
}

/// The room that a body takes in memory, of which there is only so much: whoever keeps what was in the body keeps this
/// beside it. It is free again when it and its clones are gone.
#[derive(Clone, Debug)]
pub struct Room {
    _held: Arc<OwnedSemaphorePermit>,
}

impl Room {
    pub(crate) fn of(permit: OwnedSemaphorePermit) -> Self {
        Self { _held: Arc::new(permit) }
    }
}

/// All room is alike, so bodies are as equal as what is in them.
impl PartialEq for Room {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Room {}

/// What a server would like us to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wishes {
    /// `Retry-After`, in full.
    pub retry_after: Option<Wait>,
    /// How long its answer holds: `max-age` without `Age`, else `Expires`. `None` as well where caches are told to keep
    /// nothing.
    pub fresh: Option<Wait>,
}

/// A wish to wait. `net` has no clock, so a wish for a date stays a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wait {
    /// So long from now.
    For(Duration),
    /// Until then.
    Until(Time),
}

impl Wait {
    /// When the wait is over, if it begins `now`.
    pub fn ends(self, now: Time) -> Time {
        match self {
            Self::For(so_long) => now + so_long,
            Self::Until(then) => then.max(now),
        }
    }
}
