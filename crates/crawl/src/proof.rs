//! Whether somebody who asks for something controls the source: a line that we gave them stands on it.

use std::time::Duration;

use feed::{Format, Hints};
use model::{Address, Time};
use net::{Accept, Answer, Ask, Body, Validators};
use store::{Request, StoreError};
use tracing::{info, warn};

use crate::poll::Crawler;

/// How many proofs are looked for in one go.
const AT_ONCE: u32 = 10;

/// How long a proof is looked for after a request was made.
const GIVEN: Duration = Duration::from_secs(14 * 86_400);

/// When to look for a proof again that is not there yet; `None` once the time for it is over.
///
/// Every hour for two days, when people are at it; then once a day.
pub fn next_look(made: Time, now: Time) -> Option<Time> {
    let age = now.since(made);
    if age > GIVEN {
        return None;
    }
    let hours = if age < Duration::from_secs(2 * 86_400) { 1 } else { 24 };
    Some(now + Duration::from_secs(hours * 3_600))
}

impl Crawler {
    /// Looks for the proofs that are due; gives the number of those that were found.
    pub async fn look_for_proofs(&self) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let mut found = 0;
        for request in self.store.proofs_due(now, AT_ONCE).await? {
            if self.is_proved(&request).await {
                self.store.prove_request(request.id, now).await?;
                info!(request.id = %request.id, "The proof for request {} was found: what it asks for is final", request.id);
                found += 1;
            } else {
                self.store.proof_not_found(request.id, next_look(request.made, now), now).await?;
            }
        }
        Ok(found)
    }

    /// Whether the line stands in the feed, or in the head of the site or of the page of the post that is asked for.
    async fn is_proved(&self, request: &Request) -> bool {
        let post = request.post.as_ref().and_then(|post| post.link.as_deref());
        let places = [Some(request.source.address.as_str()), request.source.site.as_deref(), post];
        for place in places.into_iter().flatten() {
            let Ok(place) = Address::parse(place) else { continue };
            if self.mentions(&place, &request.proof_line).await {
                return true;
            }
        }
        false
    }

    async fn mentions(&self, place: &Address, line: &str) -> bool {
        let ask = Ask { address: place, validators: &Validators::default(), accept: Accept::Page };
        match self.looker.net.ask(&ask).await {
            Ok(reply) => match reply.answer {
                Answer::Body(body) => proves(&body, place, line),
                _ => false,
            },
            Err(error) => {
                warn!("Could not look for a proof on {}: {error}", place.host());
                false
            }
        }
    }
}

/// Whether a line stands where only the owner writes: anywhere in a feed, which visitors don't write, but on a page only
/// in its head, since the body may hold their comments.
fn proves(body: &Body, place: &Address, line: &str) -> bool {
    let text = String::from_utf8_lossy(&body.bytes);
    let hints = Hints { content_type: body.content_type.as_deref(), address: Some(place.url()), language: None };
    match feed::read(&body.bytes, &hints) {
        Ok(feed) if feed.format != Format::HFeed => text.contains(line),
        _ => html::head_mentions(&text, line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_looked_for_by_the_hour_and_then_by_the_day() {
        let made: Time = "2026-11-23T09:00:00Z".parse().unwrap();
        let after = |hours: u64| made + Duration::from_secs(hours * 3_600);
        assert_eq!(next_look(made, after(1)), Some(after(2)));
        assert_eq!(next_look(made, after(72)), Some(after(96)));
        assert_eq!(next_look(made, after(15 * 24)), None);
    }
}
