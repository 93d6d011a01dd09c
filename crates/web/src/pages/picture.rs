//! `/pictures/{hash}`: a picture that a post or a source shows, as it was fetched, from here and nowhere else.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use tracing::warn;

use crate::newsroom::Newsroom;
use crate::pages::missing;

/// What is at this address never changes: it is named after its bytes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// Whatever a picture turns out to be, nothing in it runs or loads anything.
const POLICY: &str = "default-src 'none'; sandbox";
/// How long it is not noted again that somebody looks at a picture.
const WEEK: Duration = Duration::from_secs(7 * 86_400);

/// The picture, if something that is shown shows it.
pub(crate) async fn file(
    State(newsroom): State<Arc<Newsroom>>,
    hash: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Response<Body> {
    let Ok(Path(hash)) = hash else { return missing::not_found(&newsroom) };
    if !newsroom.settings().pictures || hash.len() != 32 || !hash.bytes().all(|letter| letter.is_ascii_hexdigit()) {
        return missing::not_found(&newsroom);
    }
    let file = match newsroom.store().picture_file(&hash).await {
        Ok(Some(file)) => file,
        Ok(None) => return missing::not_found(&newsroom),
        Err(why) => return newsroom.sorry(&why),
    };
    let now = newsroom.moment().now;
    if now.since(file.used) > WEEK {
        note_use(&newsroom, hash.clone());
    }
    let tag = format!("\"{hash}\"");
    let has_it = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| known.as_bytes() == tag.as_bytes());
    let mut answer = Response::new(Body::empty());
    let lines = [
        (header::CONTENT_TYPE, file.kind.media_type()),
        (header::CACHE_CONTROL, FOR_GOOD),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    for (name, value) in lines {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer.headers_mut().insert(header::ETAG, HeaderValue::from_str(&tag).expect("hex digits in quotes"));
    if has_it {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *answer.body_mut() = Body::from(file.body);
    }
    answer
}

/// Notes that somebody looks at it, so that it is not among the first to make way. Nobody waits for that.
fn note_use(newsroom: &Arc<Newsroom>, hash: String) {
    let newsroom = newsroom.clone();
    tokio::spawn(async move {
        if let Err(why) = newsroom.store().picture_used(&hash, newsroom.moment().now).await {
            warn!("Could not note that a picture was looked at: {why}");
        }
    });
}
