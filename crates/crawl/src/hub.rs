//! Hubs: which one a feed names, and what we ask of it (WebSub §4 and §5).

use model::Address;
use model::subscription::{Act, Event, LEASE};
use net::{Form, Links};
use store::{Hub, HubKeys, HubNews, StoreError, SubscriptionRecord};
use tokio::task::JoinSet;
use tracing::{debug, info, warn};

use crate::poll::Crawler;
use crate::read::ReadFeed;

/// How many hubs are asked at once.
const AT_ONCE: u32 = 8;

/// The hub that a feed names, and its topic there: what headers name goes before what the document names, and a feed
/// that gives itself no name is known by its address.
pub(crate) fn named(links: &Links, feed: &ReadFeed, address: &Address) -> HubNews {
    let Some(hub) = links.hub.as_ref().or(feed.hub.as_ref()) else { return HubNews::Ended };
    let topic = links.own.as_ref().or(feed.own.as_ref()).unwrap_or(address);
    HubNews::Named(Hub { hub: hub.clone(), topic: topic.clone() })
}

impl Crawler {
    /// Asks hubs what is due to be asked: to tell us, to go on telling us, to let us go. Gives how many were asked.
    pub(crate) async fn ask_hubs(&self) -> Result<usize, StoreError> {
        let Some(site) = &self.settings.site else { return Ok(0) };
        let mut asks = JoinSet::new();
        for due in self.store.subscriptions_due(self.clock.now(), AT_ONCE).await? {
            let (crawler, site) = (self.clone(), site.clone());
            asks.spawn(async move { crawler.ask_hub(due, &site).await });
        }
        let mut asked = 0;
        while let Some(ended) = asks.join_next().await {
            match ended {
                Ok(took_step) => asked += usize::from(took_step?),
                Err(broken) => warn!("Asking a hub broke off: {broken}; please report it"),
            }
        }
        Ok(asked)
    }

    /// Takes the step that is due; `false` if somebody else has taken it.
    async fn ask_hub(&self, due: SubscriptionRecord, site: &Address) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let (standing, act) = due.standing.step(Event::Due, now, self.dice.fraction());
        let keys = due.keys.clone().unwrap_or_else(|| HubKeys { token: self.secret(), secret: self.secret() });
        // Noted before the hub is asked: it may ask back before it answers.
        let due = due.with_keys(keys.clone());
        let Some(noted) = self.store.step(&due, standing, None, now).await? else { return Ok(false) };
        let mode = match act {
            Act::Subscribe => "subscribe",
            Act::Unsubscribe => "unsubscribe",
            Act::Nothing | Act::Confirm => return Ok(true),
        };
        let Ok(callback) = site.join(&format!("/hub/{}", keys.token)) else { return Ok(true) };
        let lease = LEASE.as_secs().to_string();
        let mut fields =
            vec![("hub.callback", callback.as_str()), ("hub.mode", mode), ("hub.topic", noted.hub.topic.as_str())];
        if act == Act::Subscribe {
            fields.extend([("hub.lease_seconds", lease.as_str()), ("hub.secret", keys.secret.as_str())]);
        }
        let host = noted.hub.hub.host();
        let (why, not_before) = match self.looker.net.post(&Form { address: &noted.hub.hub, fields: &fields }).await {
            Ok(posted) if posted.is_taken() => {
                debug!(source.id = %noted.source, mode, "The hub {host} took our request");
                return Ok(true);
            }
            Ok(posted) => {
                let wait = posted.wishes.retry_after.map(|wait| wait.ends(self.clock.now()));
                (format!("the hub answers {}: {}", posted.status, in_one_line(&posted.words)), wait)
            }
            Err(error) => (error.to_string(), None),
        };
        let now = self.clock.now();
        let (failed, _) = noted.standing.step(Event::Failed { not_before }, now, self.dice.fraction());
        // Where the hub has asked back meanwhile, its answer does not matter any more.
        if self.store.step(&noted, failed, Some(&why), now).await?.is_some() && failed.failures == 1 {
            info!(source.id = %noted.source, mode, "The hub {host} did not take our request: {why}");
        }
        Ok(true)
    }

    /// A word that nobody can guess: 192 bits.
    fn secret(&self) -> String {
        format!("{:016x}{:016x}{:016x}", self.dice.throw(), self.dice.throw(), self.dice.throw())
    }
}

/// What a stranger said, for a person to read: no control characters, no lines.
fn in_one_line(words: &str) -> String {
    let plain: String = words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
