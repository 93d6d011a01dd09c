//! What the headers of a reply say, read generously.

use std::time::Duration;

use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;
use model::{Address, Time};

use crate::{Links, Validators, Wait, Wishes};

/// The longest validator that is kept; a longer one is forgotten rather than cut.
const LONGEST_VALIDATOR: usize = 2_048;

/// The longest wait that can be told apart from for ever: a century.
const LONGEST_WAIT: u64 = 100 * 365 * 86_400;

/// A header as it was sent, each byte one character. `None` when it is missing or empty.
pub(crate) fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.as_bytes();
    (!value.is_empty()).then(|| value.iter().map(|byte| char::from(*byte)).collect())
}

/// A text of one byte a character as a header; `None` when no server can have sent it.
pub(crate) fn value(text: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(letter).ok()).collect();
    HeaderValue::from_bytes(&bytes?).ok()
}

/// The validators of a reply with a body: these and no others belong to it.
pub(crate) fn validators(headers: &HeaderMap, of: &Address) -> Validators {
    let kept = |name| text(headers, name).filter(|value| value.len() <= LONGEST_VALIDATOR);
    let (etag, last_modified) = (kept(header::ETAG), kept(header::LAST_MODIFIED));
    let of = (etag.is_some() || last_modified.is_some()).then(|| of.clone());
    Validators { of, etag, last_modified }
}

/// The validators after "not modified": what it names is new, the rest stays.
pub(crate) fn refreshed(old: &Validators, headers: &HeaderMap, of: &Address) -> Validators {
    let new = validators(headers, of);
    Validators {
        of: old.of.clone(),
        etag: new.etag.or_else(|| old.etag.clone()),
        last_modified: new.last_modified.or_else(|| old.last_modified.clone()),
    }
}

/// What the server would like us to do.
pub(crate) fn wishes(headers: &HeaderMap) -> Wishes {
    Wishes { retry_after: text(headers, header::RETRY_AFTER).and_then(|wish| wait(&wish)), fresh: fresh(headers) }
}

/// What the `Link` headers of a reply name.
pub(crate) fn links(headers: &HeaderMap, base: &Address) -> Links {
    Links::read(headers.get_all(header::LINK).iter().filter_map(|line| line.to_str().ok()), base)
}

/// RFC 9110 §10.2.3: seconds, or a date.
fn wait(written: &str) -> Option<Wait> {
    seconds(written).map(Wait::For).or_else(|| date(written).map(Wait::Until))
}

/// RFC 9111 §4.2.1, as a cache of one user: `max-age` beats `Expires`, and `Age` has passed already.
fn fresh(headers: &HeaderMap) -> Option<Wait> {
    let mut max_age = None;
    for line in headers.get_all(header::CACHE_CONTROL) {
        for directive in line.as_bytes().split(|byte| *byte == b',') {
            let directive = String::from_utf8_lossy(directive);
            let (name, value) = directive.split_once('=').unwrap_or((&directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                // It must be asked for anew each time, so its age says nothing about when that is worth while.
                "no-cache" | "no-store" => return None,
                "max-age" if max_age.is_none() => max_age = seconds(value.trim().trim_matches('"')),
                _ => {}
            }
        }
    }
    if let Some(max_age) = max_age {
        let age = text(headers, header::AGE).and_then(|age| seconds(&age)).unwrap_or_default();
        return Some(max_age.saturating_sub(age)).filter(|left| !left.is_zero()).map(Wait::For);
    }
    let expires = date(&text(headers, header::EXPIRES)?)?;
    match text(headers, header::DATE).and_then(|date_sent| date(&date_sent)) {
        // Both by the server's clock, so that its error falls out.
        Some(sent) => Some(expires.since(sent)).filter(|left| !left.is_zero()).map(Wait::For),
        None => Some(Wait::Until(expires)),
    }
}

fn seconds(written: &str) -> Option<Duration> {
    let written = written.trim();
    // Some servers send fractions; the whole seconds are what they mean.
    let whole = written.split_once('.').map_or(written, |(whole, _)| whole);
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // More digits than a number holds are a very long time.
    Some(Duration::from_secs(whole.parse::<u64>().unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)))
}

/// The three forms of RFC 9110 §5.6.7, and what else is written by a date of a mail.
fn date(written: &str) -> Option<Time> {
    let written = written.trim();
    let mail = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    if let Ok(at) = mail.parse_timestamp(written) {
        return Some(Time::from_timestamp(at));
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a, %d-%b-%Y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"].iter().find_map(|form| {
        let at: DateTime = strtime::parse(form, written).ok()?.to_datetime().ok()?;
        Some(Time::from_timestamp(at.to_zoned(TimeZone::UTC).ok()?.timestamp()))
    })
}

/// Where a redirect leads, as text; the bytes of other alphabets are taken for UTF-8, else for Latin-1.
pub(crate) fn location(headers: &HeaderMap) -> Option<String> {
    let bytes = headers.get(header::LOCATION)?.as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(written) => Some(written.to_owned()),
        Err(_) => text(headers, header::LOCATION),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, text)| (HeaderName::from_static(name), value(text).unwrap())).collect()
    }

    fn in_seconds(wait: Wait) -> String {
        match wait {
            Wait::For(so_long) => so_long.as_secs().to_string(),
            Wait::Until(then) => then.to_string(),
        }
    }

    #[track_caller]
    fn retry(written: &str, meant: &str) {
        let wish = wishes(&headers(&[("retry-after", written)])).retry_after;
        assert_eq!(wish.map(in_seconds).as_deref().unwrap_or("none"), meant, "{written}");
    }

    #[test]
    fn retry_after_is_kept_in_full() {
        retry("120", "120");
        retry(" 120 ", "120");
        retry("120.5", "120");
        retry("0", "0");
        retry("31536000", "31536000");
        retry("99999999999999999999999999", "3153600000");
        retry("Wed, 21 Oct 2026 07:28:00 GMT", "2026-10-21T07:28:00Z");
        retry("Wed, 21 Oct 2026 09:28:00 +0200", "2026-10-21T07:28:00Z");
        retry("Mon, 21 Oct 2026 07:28:00 GMT", "2026-10-21T07:28:00Z");
        retry("Wednesday, 21-Oct-26 07:28:00 GMT", "2026-10-21T07:28:00Z");
        retry("Wed, 21-Oct-2026 07:28:00 GMT", "2026-10-21T07:28:00Z");
        retry("Wed Oct 21 07:28:00 2026", "2026-10-21T07:28:00Z");
        retry("Thu Oct  1 07:28:00 2026", "2026-10-01T07:28:00Z");
        for nothing in ["", "-5", "soon", "1h", "2026", "Wed, 41 Oct 2026 07:28:00 GMT"] {
            if nothing != "2026" {
                retry(nothing, "none");
            }
        }
    }

    #[track_caller]
    fn holds(lines: &[(&'static str, &str)], meant: &str) {
        let wish = wishes(&headers(lines)).fresh;
        assert_eq!(wish.map(in_seconds).as_deref().unwrap_or("none"), meant, "{lines:?}");
    }

    #[test]
    fn how_long_an_answer_holds() {
        const SENT: (&str, &str) = ("date", "Wed, 21 Oct 2026 07:00:00 GMT");
        const EXPIRES: (&str, &str) = ("expires", "Wed, 21 Oct 2026 08:00:00 GMT");
        holds(&[("cache-control", "max-age=600")], "600");
        holds(&[("cache-control", "public, MAX-AGE = \"600\", s-maxage=5")], "600");
        holds(&[("cache-control", "public"), ("cache-control", "max-age=600")], "600");
        holds(&[("cache-control", "max-age=600, max-age=900")], "600");
        holds(&[("cache-control", "max-age=600"), ("age", "200")], "400");
        holds(&[("cache-control", "max-age=600"), ("age", "700")], "none");
        holds(&[("cache-control", "max-age=600"), SENT, EXPIRES], "600");
        holds(&[("cache-control", "max-age=0"), SENT, EXPIRES], "none");
        holds(&[("cache-control", "no-cache, max-age=600")], "none");
        holds(&[("cache-control", "max-age=600, no-store"), SENT, EXPIRES], "none");
        holds(&[("cache-control", "max-age=soon"), SENT, EXPIRES], "3600");
        holds(&[SENT, EXPIRES], "3600");
        holds(&[EXPIRES], "2026-10-21T08:00:00Z");
        holds(&[SENT, ("expires", "0")], "none");
        holds(&[("expires", "Wed, 21 Oct 2020 08:00:00 GMT"), SENT], "none");
        holds(&[], "none");
    }

    #[test]
    fn validators_survive_as_text() {
        let of = Address::parse("https://riverton.example/feed").unwrap();
        let map = headers(&[("etag", "W/\"caf\u{e9}\""), ("last-modified", "yesterday, about noon")]);
        let read = validators(&map, &of);
        assert_eq!(read.etag.as_deref(), Some("W/\"caf\u{e9}\""));
        assert_eq!(value(&read.etag.unwrap()).unwrap(), map["etag"]);
        assert_eq!(read.last_modified.as_deref(), Some("yesterday, about noon"));
        assert_eq!(validators(&headers(&[("etag", "")]), &of), Validators::default());
        assert_eq!(validators(&headers(&[("etag", &"x".repeat(3_000))]), &of), Validators::default());
        assert_eq!(value("caf\u{e9}\u{4e2d}"), None);
    }

    #[test]
    fn not_modified_brings_validators_up_to_date() {
        let of = Address::parse("https://riverton.example/feed").unwrap();
        let old = Validators { of: Some(of.clone()), etag: Some("\"1\"".into()), last_modified: Some("then".into()) };
        let new = refreshed(&old, &headers(&[("etag", "\"2\"")]), &of);
        assert_eq!(new, Validators { etag: Some("\"2\"".into()), ..old });
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(any) = HeaderValue::from_bytes(&bytes) {
                let of = Address::parse("https://riverton.example/").unwrap();
                let mut map = HeaderMap::new();
                for name in [header::RETRY_AFTER, header::CACHE_CONTROL, header::EXPIRES, header::DATE, header::AGE,
                    header::ETAG, header::LAST_MODIFIED, header::LOCATION] {
                    map.insert(name, any.clone());
                }
                wishes(&map);
                location(&map);
                if let Some(etag) = validators(&map, &of).etag {
                    prop_assert_eq!(value(&etag).unwrap(), any);
                }
            }
        }

        #[test]
        fn any_number_of_seconds_is_a_wait(seconds in 0..LONGEST_WAIT) {
            let wish = wishes(&headers(&[("retry-after", &seconds.to_string())])).retry_after;
            prop_assert_eq!(wish, Some(Wait::For(Duration::from_secs(seconds))));
        }
    }
}
