//! What hubs have delivered: taken in as if it had been polled, within seconds.

use model::{Address, Outcome};
use net::{Body, Links, Validators};
use store::{Intents, SourceRecord, StoreError, Waiting};
use tracing::{debug, info};

use crate::look::{Opened, Said, Seen};
use crate::pace::Wishes;
use crate::poll::Crawler;
use crate::read::ReadFeed;
use crate::round::LEASE;
use crate::settle;

/// How many deliveries are taken in one after the other before we look for more.
const AT_ONCE: u32 = 8;

impl Crawler {
    /// Takes in what hubs have delivered; gives how much of it is done with.
    ///
    /// What belongs to a source that is being looked at just now waits for the end of that look.
    pub(crate) async fn take_in_deliveries(&self) -> Result<usize, StoreError> {
        let mut done = 0;
        for waiting in self.store.deliveries(AT_ONCE).await? {
            let now = self.clock.now();
            let leased = self.store.lease(&[waiting.source], now, now + LEASE, &self.who).await?;
            match leased.into_iter().next() {
                Some(source) => {
                    let intents = self.open_delivery(&source, &waiting).await?;
                    let carried_out = self.store.carry_out(&[intents], self.clock.now()).await?;
                    let (new, revised) = (carried_out.added, carried_out.revised);
                    info!(source.id = %source.id, new, revised, "The hub told of {}: {new} new posts", source.name);
                    metrics::counter!("watersmeet_posts_new_total").increment(new as u64);
                }
                // It is being looked at; or it is not polled any more, and its subscription on the way out.
                None if self.is_polled(&waiting).await? => continue,
                None => {}
            }
            self.store.delivered(&waiting).await?;
            done += 1;
        }
        Ok(done)
    }

    async fn is_polled(&self, waiting: &Waiting) -> Result<bool, StoreError> {
        let source = self.store.source(waiting.source).await?;
        Ok(source.is_some_and(|source| source.state == model::SourceState::Active))
    }

    /// What a delivery means: its posts, and nothing about the polling but when something new came.
    async fn open_delivery(&self, source: &SourceRecord, waiting: &Waiting) -> Result<Intents, StoreError> {
        let now = self.clock.now();
        let mut intents = Intents::quiet(source.id, source.poll.clone());
        let Some(feed) = self.read_delivery(source, waiting).await else { return Ok(intents) };
        let seen = Seen {
            said: Said::Feed { feed, document: String::new() },
            status: None,
            validators: Validators::default(),
            moved_to: None,
            led_to: None,
            wishes: Wishes::default(),
            links: Links::default(),
            room: None,
            bytes: None,
        };
        let known = settle::knowledge(&self.store, source, &seen, now).await?;
        if known.are_its_own()
            && let Said::Feed { feed, .. } = seen.said
            && settle::add_posts(&mut intents, source, *feed, &known, None, now)
        {
            intents.poll.last_new = Some(now);
            intents.poll.rhythm = Some(settle::rhythm(source, &[], &intents, now).to_bytes());
        }
        // A delivery may hold the new posts only, with less about the source than its feed says.
        intents.claims = None;
        Ok(intents)
    }

    /// The feed in a delivery, if it is about what it should be.
    async fn read_delivery(&self, source: &SourceRecord, waiting: &Waiting) -> Option<Box<ReadFeed>> {
        let Waiting { topic, delivery, .. } = waiting;
        let links = Links::read(delivery.links.lines(), topic);
        let bytes = delivery.body.clone();
        let body = Body { bytes, content_type: delivery.content_type.clone(), content_language: None, room: None };
        let opened = self.looker.open(body, topic.clone(), source.name.clone(), false).await;
        let why = match opened {
            Opened::Feed(feed) if is_about(topic, links.own.as_ref().or(feed.own.as_ref())) => return Some(feed),
            Opened::Feed(_) => "it is about something else",
            Opened::Page(_) | Opened::Other(_) => "it holds no feed",
        };
        debug!(source.id = %source.id, outcome = Outcome::NotAFeed.as_str(), "What a hub delivered is left: {why}");
        None
    }
}

/// Whether something that calls itself this is what we asked for. What gives itself no name may be; and one feed is often
/// named with both schemes.
fn is_about(topic: &Address, own: Option<&Address>) -> bool {
    let rest = |address: &Address| address.as_str().split_once("://").map(|(_, rest)| rest.to_owned());
    own.is_none_or(|own| rest(own) == rest(topic))
}
