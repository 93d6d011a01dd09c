//! `/hub/{token}`: where hubs find us (WebSub §5.3 and §7). They ask whether we meant it, and bring what is new.
//!
//! Nothing is fetched or parsed here. Who knows the token is the hub that was given it; what it brings is kept for the
//! crawler if it is signed with the secret that only that hub knows.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use metrics::counter;
use model::subscription::{Act, Event};
use store::{Delivery, StoreError, SubscriptionRecord};
use tracing::{debug, info};
use url::form_urlencoded;

use crate::newsroom::Newsroom;
use crate::signature;

/// The largest document that is taken from a hub, in bytes. A larger feed is polled.
const LARGEST_DELIVERY_BYTES: usize = 4 << 20;
/// The longest challenge that is said back, in bytes.
const LONGEST_CHALLENGE: usize = 512;
/// The most bytes that are kept of headers.
const LONGEST_HEADERS: usize = 4_096;

/// What a hub asks.
#[derive(Default)]
struct Asked {
    mode: String,
    topic: String,
    challenge: String,
    lease: Option<Duration>,
    reason: String,
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "hub.mode" => asked.mode = value.into_owned(),
                "hub.topic" => asked.topic = value.into_owned(),
                "hub.challenge" => asked.challenge = value.into_owned(),
                "hub.reason" => asked.reason = value.chars().filter(|letter| !letter.is_control()).take(200).collect(),
                "hub.lease_seconds" => asked.lease = value.trim().parse().ok().map(Duration::from_secs),
                _ => {}
            }
        }
        asked
    }

    fn event(&self) -> Option<Event> {
        match self.mode.as_str() {
            "subscribe" => Some(Event::AsksToBegin { lease: self.lease }),
            "unsubscribe" => Some(Event::AsksToEnd),
            "denied" => Some(Event::Denied),
            _ => None,
        }
    }
}

/// Says yes to what we asked for, and to nothing else.
pub(crate) async fn verify(
    State(newsroom): State<Arc<Newsroom>>,
    token: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Response<Body> {
    let Ok(Path(token)) = token else { return plain(StatusCode::NOT_FOUND, "") };
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    match answer(&newsroom, &token, &asked).await {
        Ok(answer) => answer,
        Err(why) => newsroom.sorry(&why),
    }
}

async fn answer(newsroom: &Newsroom, token: &str, asked: &Asked) -> Result<Response<Body>, StoreError> {
    /// Somebody else may take a step at the same time, but hardly twice.
    const TRIES: usize = 3;
    let no = || plain(StatusCode::NOT_FOUND, "We did not ask for this.\n");
    for _ in 0..TRIES {
        let Some(found) = newsroom.store().subscription(token).await? else { return Ok(no()) };
        let Some(event) = asked.event().filter(|_| is_meant(&found, asked)) else { return Ok(no()) };
        let now = newsroom.moment().now;
        let (standing, act) = found.standing.step(event, now, newsroom.chance());
        if standing == found.standing {
            return Ok(no());
        }
        let reason = (event == Event::Denied).then_some(asked.reason.as_str());
        if newsroom.store().step(&found, standing, reason, now).await?.is_none() {
            continue;
        }
        info!(source.id = %found.source, mode = asked.mode, "The hub {} and we agree", found.hub.hub.host());
        return Ok(match act {
            Act::Confirm => plain(StatusCode::OK, &asked.challenge),
            _ => plain(StatusCode::OK, ""),
        });
    }
    Ok(plain(StatusCode::SERVICE_UNAVAILABLE, ""))
}

/// Whether this is about what we asked for, and can be answered.
fn is_meant(found: &SubscriptionRecord, asked: &Asked) -> bool {
    let challenge = asked.challenge.len();
    asked.topic == found.hub.topic.as_str() && (asked.mode == "denied" || (1..=LONGEST_CHALLENGE).contains(&challenge))
}

/// Takes what a hub brings. Whoever guesses at signatures is not told whether one was right (WebSub §8).
pub(crate) async fn receive(
    State(newsroom): State<Arc<Newsroom>>,
    token: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response<Body> {
    let Ok(Path(token)) = token else { return plain(StatusCode::GONE, "") };
    let found = match newsroom.store().subscription(&token).await {
        Ok(found) => found,
        Err(why) => return newsroom.sorry(&why),
    };
    // 410 tells a hub that nobody is here any more.
    let Some(found) = found.filter(|found| found.standing.is_live()) else { return plain(StatusCode::GONE, "") };
    let Ok(body) = to_bytes(body, LARGEST_DELIVERY_BYTES).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, "That is more than we take at once; the feed is polled.\n");
    };
    let secret = found.keys.as_ref().map_or("", |keys| keys.secret.as_str());
    let signed = headers.get("x-hub-signature").and_then(|line| line.to_str().ok()).unwrap_or_default();
    if body.is_empty() || !signature::is_right(signed, secret, &body) {
        counter!("watersmeet_deliveries_total", "fate" => "unsigned").increment(1);
        debug!(source.id = %found.source, "What came in the name of a hub is not signed by it");
        return plain(StatusCode::ACCEPTED, "");
    }
    let delivery = Delivery {
        content_type: text(&headers, header::CONTENT_TYPE),
        links: text(&headers, header::LINK).unwrap_or_default(),
        body: body.into(),
    };
    match newsroom.store().deliver(found.id, &delivery, newsroom.moment().now).await {
        Ok(true) => {
            counter!("watersmeet_deliveries_total", "fate" => "kept").increment(1);
            plain(StatusCode::ACCEPTED, "")
        }
        Ok(false) => {
            counter!("watersmeet_deliveries_total", "fate" => "too many").increment(1);
            let mut later = plain(StatusCode::SERVICE_UNAVAILABLE, "Too much is waiting here already.\n");
            later.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
            later
        }
        Err(why) => newsroom.sorry(&why),
    }
}

/// The lines of a header, one below the other.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join("\n")).filter(|lines| lines.len() <= LONGEST_HEADERS)
}

/// A few words that no browser takes for a page, and that nobody keeps.
fn plain(status: StatusCode, words: &str) -> Response<Body> {
    let mut answer = Response::new(Body::from(words.to_owned()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_hub_asks_is_read_with_care() {
        let asked =
            Asked::read("hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2F&hub.challenge=x&hub.lease_seconds=9");
        assert_eq!((asked.topic.as_str(), asked.challenge.as_str()), ("https://a.example/", "x"));
        assert_eq!(asked.event(), Some(Event::AsksToBegin { lease: Some(Duration::from_secs(9)) }));
        let lease = |written: &str| Asked::read(&format!("hub.mode=subscribe&hub.lease_seconds={written}")).event();
        for odd in ["-1", "soon", "", "99999999999999999999"] {
            assert_eq!(lease(odd), Some(Event::AsksToBegin { lease: None }), "{odd}");
        }
        assert_eq!(Asked::read("").event(), None);
        assert_eq!(Asked::read("hub.mode=publish").event(), None);
    }
}
