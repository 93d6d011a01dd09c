//! From a drawing to an answer: only what the visitor does not have yet.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use jiff::fmt::rfc2822::DateTimePrinter;
use model::Time;

use crate::cache::Drawn;
use crate::packing::Packing;

/// The answer to one visitor: 304 where they have it already, else the body as they can unpack it.
pub(crate) async fn answer(drawn: &Drawn, asked: &HeaderMap) -> Response<Body> {
    let drawing = &drawn.drawing;
    let mut answer = Response::new(Body::empty());
    let headers = answer.headers_mut();
    if drawing.fresh_seconds > 0 {
        set(headers, header::CACHE_CONTROL, &format!("public, max-age={}", drawing.fresh_seconds));
    } else {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(elsewhere) = &drawing.elsewhere {
        set(headers, header::LOCATION, elsewhere);
        *answer.status_mut() = drawing.status;
        return answer;
    }
    if let Some(links) = &drawing.links {
        set(headers, header::LINK, links);
    }
    if drawing.status == StatusCode::OK && drawing.fresh_seconds > 0 {
        set(headers, header::ETAG, &drawn.etag);
        set_date(headers, drawn.changed);
        if has_it(asked, &drawn.etag, drawn.changed) {
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            return answer;
        }
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(drawing.content_type));
    let packing = Packing::asked(asked);
    if let Some(name) = packing.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    *answer.status_mut() = drawing.status;
    *answer.body_mut() = Body::from(drawn.packed(packing).await);
    answer
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // An address with a line break in it is no header; such a one is never made here.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// Says since when it is as it is.
pub(crate) fn set_date(headers: &mut HeaderMap, changed: Time) {
    if let Some(date) = http_date(changed) {
        set(headers, header::LAST_MODIFIED, &date);
    }
}

/// RFC 9110 §13.2.2: `If-None-Match` decides where it is given; only else `If-Modified-Since` does.
pub(crate) fn has_it(asked: &HeaderMap, etag: &str, changed: Time) -> bool {
    let mut tags = asked.get_all(header::IF_NONE_MATCH).iter().peekable();
    if tags.peek().is_some() {
        let ours = opaque(etag);
        return tags
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .any(|tag| tag.trim() == "*" || opaque(tag.trim()) == ours);
    }
    let since = asked.get(header::IF_MODIFIED_SINCE).and_then(|line| line.to_str().ok()).and_then(read_http_date);
    since.is_some_and(|since| changed.millis().div_euclid(1_000) <= since.millis().div_euclid(1_000))
}

/// A tag without its mark of weakness: validators are compared weakly here (RFC 9110 §13.1.2).
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// A time as HTTP writes it; `None` before the year 1, which it cannot write.
pub(crate) fn http_date(time: Time) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time.timestamp()).ok()
}

fn read_http_date(written: &str) -> Option<Time> {
    jiff::fmt::rfc2822::parse(written).ok().map(|zoned| Time::from_timestamp(zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawing::Drawing;

    #[track_caller]
    fn check(name: &'static str, value: &str, has: bool) {
        let changed: Time = "2026-11-23T09:30:00.700Z".parse().unwrap();
        let drawn = Drawn::new(Drawing::page("Welcome".into()), 1, changed);
        let mut asked = HeaderMap::new();
        asked.insert(name, value.replace("TAG", opaque(&drawn.etag)).parse().unwrap());
        assert_eq!(has_it(&asked, &drawn.etag, drawn.changed), has, "{name}: {value}");
    }

    #[test]
    fn who_has_it_is_told_so() {
        check("if-none-match", "TAG", true);
        check("if-none-match", "\"other\", W/TAG", true);
        check("if-none-match", "*", true);
        check("if-none-match", "\"other\"", false);
        check("if-modified-since", "Mon, 23 Nov 2026 09:30:00 GMT", true);
        check("if-modified-since", "Mon, 23 Nov 2026 09:29:59 GMT", false);
        check("if-modified-since", "yesterday", false);
    }
}
