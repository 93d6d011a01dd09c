//! One look at a source: ask, and read what comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use feed::{Format, Hints};
use html::FoundFeed;
use model::{Address, Clock, Outcome, Time};
use net::{Accept, Answer, Ask, Body, Client, Links, Reply, Room, Validators};
use tokio::sync::Semaphore;

use crate::pace::Wishes;
use crate::read::{self, Found, ReadFeed};
use crate::robots::{Doors, NotLetIn};

/// What is known about a source when it is looked at.
#[derive(Clone, Debug)]
pub struct Before {
    /// Where it is.
    pub address: Address,
    /// What it is called.
    pub name: String,
    /// What its server said about the version that we have.
    pub validators: Validators,
    /// The key of the last document that could be read.
    pub document: Option<String>,
    /// Whether it has ever been read.
    pub was_read: bool,
    /// Whether a page stands there by all that is known, so that it may be fetched only where `robots.txt` allows it.
    pub is_page: bool,
}

/// What was seen at a source.
#[derive(Debug)]
pub struct Seen {
    /// What it said.
    pub said: Said,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// What to send with the next request.
    pub validators: Validators,
    /// Where permanent redirects lead.
    pub moved_to: Option<Address>,
    /// The feed that a page at its address led to.
    pub led_to: Option<Address>,
    /// What the server asked for; a feed's own wishes are in the feed.
    pub wishes: Wishes,
    /// What the headers of the answer name; they go before what the feed itself names.
    pub links: Links,
    /// The room that a document takes in memory, until it is settled what becomes of it.
    pub room: Option<Room>,
    /// How large the document was, where there was one, in bytes.
    pub bytes: Option<u64>,
}

/// What a source said.
#[derive(Debug)]
pub enum Said {
    /// That nothing has changed, or the very same document.
    Unchanged,
    /// A feed.
    Feed {
        /// What is in it.
        feed: Box<ReadFeed>,
        /// The key of the document.
        document: String,
    },
    /// Nothing that is of use.
    Nothing {
        /// What it was instead.
        outcome: Outcome,
        /// The same in words for an editor.
        message: String,
    },
}

impl Seen {
    /// What came of it, as far as that can be told before it is known which posts are new.
    pub(crate) fn outcome(&self) -> Outcome {
        match &self.said {
            Said::Unchanged => Outcome::Unchanged,
            Said::Feed { .. } => Outcome::New,
            Said::Nothing { outcome, .. } => *outcome,
        }
    }
}

/// What a document turned out to be.
pub(crate) enum Opened {
    /// A feed, or a page with posts marked up in it.
    Feed(Box<ReadFeed>),
    /// A page that names feeds, the best first; perhaps none.
    Page(Vec<FoundFeed>),
    /// Something else, in words.
    Other(String),
}

/// So many documents may wait to be opened, each in memory, before nothing more is asked for.
const MOST_UNOPENED: usize = 4;

/// Looks at sources; bounds how many documents are opened at once.
#[derive(Clone)]
pub struct Looker {
    pub(crate) net: Client,
    pub(crate) clock: Clock,
    pub(crate) doors: Arc<Doors>,
    opening: Arc<Semaphore>,
    /// How many documents have come and are not opened yet.
    unopened: Arc<AtomicUsize>,
}

impl Looker {
    /// One that asks through `net` and opens so many documents at once.
    pub fn new(net: Client, clock: Clock, opened_at_once: usize) -> Self {
        let opening = Arc::new(Semaphore::new(opened_at_once.max(1)));
        Self { net, clock, doors: Arc::default(), opening, unopened: Arc::default() }
    }

    /// Whether documents are opened about as quickly as they come: while they are not, nothing more should be asked for.
    pub(crate) fn keeps_up(&self) -> bool {
        self.unopened.load(Ordering::Relaxed) <= MOST_UNOPENED
    }

    /// Looks at a source.
    ///
    /// Where a page stands instead of a feed, the feed that it names is looked at in the same go.
    pub async fn look(&self, before: &Before) -> Seen {
        const TRIED: usize = 3;
        // Who is a source already has let us in; a page that a list names has not been asked yet.
        if before.is_page && !before.was_read {
            let now = self.clock.now();
            if let Err(why) = self.doors.may(&self.net, &before.address, now).await {
                return not_let_in(before, why);
            }
        }
        let (seen, feeds) = match self.look_once(before).await {
            Ok(seen) => return seen,
            Err(page) => *page,
        };
        for feed in feeds.into_iter().filter(|feed| !feed.is_comments).take(TRIED) {
            let Ok(address) = Address::try_from(feed.address) else { continue };
            if address == before.address {
                continue;
            }
            let validators = Validators::default();
            let there = Before { address: address.clone(), validators, is_page: false, ..before.clone() };
            if let Ok(found) = self.look_once(&there).await
                && matches!(found.said, Said::Feed { .. } | Said::Unchanged)
            {
                let led_to = found.moved_to.clone().or(Some(address));
                return Seen { led_to, moved_to: None, ..found };
            }
        }
        seen
    }

    /// How long a host is left in peace between two requests.
    pub(crate) fn pause(&self) -> Duration {
        self.net.pause()
    }

    /// One request. A page without a feed in it comes back with the feeds that it names.
    pub(crate) async fn look_once(&self, before: &Before) -> Result<Seen, Box<(Seen, Vec<FoundFeed>)>> {
        let ask = Ask { address: &before.address, validators: &before.validators, accept: Accept::Feed };
        let reply = match self.net.ask(&ask).await {
            Ok(reply) => reply,
            Err(error) => return Ok(failed(before, error.outcome(), error.to_string())),
        };
        let (answer, address, mut seen) = judge(reply, self.clock.now());
        let body = match answer {
            Answer::Body(body) => body,
            Answer::Unchanged if before.was_read => return Ok(seen),
            answer => {
                let outcome = answer.outcome().filter(|outcome| !outcome.is_good()).unwrap_or(Outcome::OddStatus);
                let message = format!("answers {}", seen.status.unwrap_or_default());
                return Ok(Seen { said: Said::Nothing { outcome, message }, ..seen });
            }
        };
        seen.bytes = Some(body.bytes.len() as u64);
        let document = model::key_of_bytes(&body.bytes);
        if before.document.as_ref() == Some(&document) {
            return Ok(seen);
        }
        let mut feeds = None;
        seen.room.clone_from(&body.room);
        seen.said = match self.open(body, address, before.name.clone(), !before.was_read).await {
            Opened::Feed(feed) => Said::Feed { feed, document },
            Opened::Page(found) => {
                let message = match found.len() {
                    0 => "answers with a page that names no feed".to_owned(),
                    _ => "answers with a page, and the feed that it names cannot be read".to_owned(),
                };
                feeds = Some(found);
                Said::Nothing { outcome: Outcome::NotAFeed, message }
            }
            Opened::Other(message) => Said::Nothing { outcome: Outcome::NotAFeed, message },
        };
        match feeds {
            Some(feeds) => Err(Box::new((seen, feeds))),
            None => Ok(seen),
        }
    }

    /// Opens a document away from the threads that wait for the network.
    pub(crate) async fn open(&self, body: Body, address: Address, name: String, links_first: bool) -> Opened {
        let _unopened = Counted::one_more(&self.unopened);
        let _turn = self.opening.acquire().await.expect("it is never closed");
        let opened = tokio::task::spawn_blocking(move || open(&body, &address, &name, links_first)).await;
        opened.unwrap_or_else(|broken| {
            tracing::error!("Reading a document broke off: {broken}; please report it");
            Opened::Other("could not be read because of a mistake of ours".to_owned())
        })
    }
}

/// One of those that are counted, until it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn one_more(counter: &Arc<AtomicUsize>) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(counter))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Splits a reply into what was answered, by which address, and what is to be remembered.
pub(crate) fn judge(reply: Reply, now: Time) -> (Answer, Address, Seen) {
    let wishes = Wishes {
        not_before: reply.wishes.retry_after.map(|wait| wait.ends(now)),
        fresh_for: reply.wishes.fresh.map(|wait| wait.ends(now).since(now)),
        ..Wishes::default()
    };
    let seen = Seen {
        said: Said::Unchanged,
        status: Some(reply.status),
        validators: reply.validators,
        moved_to: reply.moved_to,
        led_to: None,
        wishes,
        links: reply.links,
        room: None,
        bytes: None,
    };
    (reply.answer, reply.final_address, seen)
}

/// A page that is left alone, and how that counts: as a refusal, a wish to wait, or no answer.
fn not_let_in(before: &Before, why: NotLetIn) -> Seen {
    let (outcome, status, not_before) = match &why {
        NotLetIn::Forbidden => (Outcome::Refused, None, None),
        NotLetIn::Closed { status, until } => (Outcome::SlowDown, Some(*status), *until),
        NotLetIn::Unreachable(error) => (error.outcome(), None, None),
    };
    let wishes = Wishes { not_before, ..Wishes::default() };
    Seen { status, wishes, ..failed(before, outcome, why.to_string()) }
}

fn failed(before: &Before, outcome: Outcome, message: String) -> Seen {
    Seen {
        said: Said::Nothing { outcome, message },
        status: None,
        validators: before.validators.clone(),
        moved_to: None,
        led_to: None,
        wishes: Wishes::default(),
        links: Links::default(),
        room: None,
        bytes: None,
    }
}

fn open(body: &Body, address: &Address, name: &str, links_first: bool) -> Opened {
    let hints = Hints {
        content_type: body.content_type.as_deref(),
        address: Some(address.url()),
        language: body.content_language.as_deref(),
    };
    let found = Found { address, source_name: name };
    let page = || {
        let mut named = html::find_feeds(&String::from_utf8_lossy(&body.bytes), address.url());
        // A page with posts marked up in it names itself.
        named.retain(|feed| feed.media_type.as_deref() != Some("text/html"));
        named
    };
    match feed::read(&body.bytes, &hints) {
        Ok(read) if read.format == Format::HFeed => {
            // A page may mark its posts up and name a feed too; the feed says more.
            let named = if links_first || read.entries.is_empty() { page() } else { vec![] };
            if named.is_empty() && !read.entries.is_empty() {
                Opened::Feed(Box::new(read::read(read, &found)))
            } else {
                Opened::Page(named)
            }
        }
        Ok(read) => Opened::Feed(Box::new(read::read(read, &found))),
        Err(_) if is_page(body) => Opened::Page(page()),
        Err(not_a_feed) => Opened::Other(not_a_feed.to_string()),
    }
}

pub(crate) fn is_page(body: &Body) -> bool {
    let start = String::from_utf8_lossy(&body.bytes[..body.bytes.len().min(1_024)]).to_ascii_lowercase();
    body.content_type.as_deref().is_some_and(|kind| kind.contains("html"))
        || start.contains("<html")
        || start.contains("<!doctype html")
}
