//! Where links lead: what does not matter to it, and what only tells others who came from where.
//!
//! The one list of tracking parameters is here, for what is shown and for what tells posts apart.

use std::borrow::Cow;

use url::Url;

use crate::key::key;

/// The key of a link; equal for addresses that differ only in what leads to the same page.
pub fn link_key(link: &str) -> Option<String> {
    plain_link(link).map(|plain| key([plain]))
}

/// A link as it is shown and named as the original: without the parameters that only tell who came from where. Nothing
/// else of it changes, not a character.
///
/// ```
/// let link = "https://riverton.example/bins?id=7&utm_source=rss#more";
/// assert_eq!(model::shown_link(link), "https://riverton.example/bins?id=7#more");
/// ```
pub fn shown_link(link: &str) -> Cow<'_, str> {
    let (start, fragment) = link.split_once('#').map_or((link, None), |(start, fragment)| (start, Some(fragment)));
    let (page, query) = start.split_once('?').map_or((start, None), |(page, query)| (page, Some(query)));
    let is_front = Url::parse(page).is_ok_and(|url| url.path() == "/");
    let is_kept = |parameter: &&str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match burden(name, value) {
            Burden::Tracking => false,
            Burden::Named => is_front,
            Burden::Variant | Burden::None => true,
        }
    };
    let kept: Option<Vec<&str>> = query.map(|query| query.split('&').filter(is_kept).collect());
    let fragment = fragment.filter(|fragment| !starts_any(&fragment.to_ascii_lowercase(), &TRACKING_FRAGMENTS));
    let mut shown = page.to_owned();
    if let Some(kept) = kept.filter(|kept| !kept.is_empty()) {
        shown.push('?');
        shown.push_str(&kept.join("&"));
    }
    if let Some(fragment) = fragment {
        shown.push('#');
        shown.push_str(fragment);
    }
    if shown == link { Cow::Borrowed(link) } else { Cow::Owned(shown) }
}

/// What a parameter does besides leading somewhere.
enum Burden {
    /// Nothing is known: it may lead to another page.
    None,
    /// It tells who came from where, and nothing else.
    Tracking,
    /// It does so by its value: `source=rss` does, `source=council` does not.
    Named,
    /// It leads to the same page in another dress.
    Variant,
}

/// How names of tracking parameters begin.
const TRACKING_STARTS: [&str; 10] = ["utm_", "at_", "pk_", "piwik_", "mtm_", "matomo_", "ns_", "wt.", "hsa_", "__hs"];

/// Names of tracking parameters.
const TRACKING: [&str; 36] = [
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "hsctatracking",
    "hss_channel",
    "vero_id",
    "oly_anon_id",
    "oly_enc_id",
    "cmpid",
    "cmp",
    "ocid",
    "ncid",
    "smid",
    "s_cid",
    "ito",
    "spm",
    "guccounter",
    "guce_referrer",
    "__twitter_impression",
    "sr_share",
    "rss_id",
];

/// How fragments begin that only track.
const TRACKING_FRAGMENTS: [&str; 3] = ["utm_", "xtor=", "echobox="];

fn burden(name: &str, value: &str) -> Burden {
    const BY_VALUE: [&str; 7] = ["source", "src", "ref", "from", "via", "f", "medium"];
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    if starts_any(&name, &TRACKING_STARTS) || TRACKING.contains(&name.as_str()) {
        return Burden::Tracking;
    }
    let by_feed = ["rss", "atom", "feed", "newsletter"].iter().any(|word| value.starts_with(word));
    match (name.as_str(), value.as_str()) {
        (name, _) if by_feed && BY_VALUE.contains(&name) => Burden::Named,
        ("feed", _) if by_feed => Burden::Variant,
        ("amp" | "rss", "" | "1" | "true") | ("outputtype", "amp") => Burden::Variant,
        _ => Burden::None,
    }
}

fn starts_any(text: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| text.starts_with(start))
}

/// A link without what does not matter to where it leads: scheme, `www.`, default port, closing slash, index page,
/// AMP variant, tracking parameters, the order of the others, and fragments that only scroll.
///
/// Other fragments stay: a diary on one page tells its posts apart by nothing else.
pub fn plain_link(link: &str) -> Option<String> {
    let url = Url::parse(link.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("amp.")).unwrap_or(host);
    let mut plain = host.to_owned();
    if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
        plain.push_str(&format!(":{port}"));
    }
    let path = unescape_plain(url.path());
    let mut path = path.trim_end_matches('/');
    for ending in ["/amp", "/index.html", "/index.htm", "/index.php", "/default.aspx"] {
        path = path.strip_suffix(ending).unwrap_or(path);
    }
    plain.push_str(path.trim_end_matches('/'));
    let is_front = path.trim_end_matches('/').is_empty();
    let mut query: Vec<String> = url
        .query_pairs()
        .filter(|(name, value)| match burden(name, value) {
            Burden::None => true,
            // On a front page it may be all that tells one post from the next.
            Burden::Named => is_front,
            Burden::Tracking | Burden::Variant => false,
        })
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    query.sort_unstable();
    if !query.is_empty() {
        plain.push('?');
        plain.push_str(&query.join("&"));
    }
    if let Some(fragment) = url.fragment().filter(|fragment| !only_scrolls(fragment)) {
        plain.push('#');
        plain.push_str(fragment);
    }
    Some(plain)
}

/// `%7E` and `~` are the same character in a path (RFC 3986 §6.2.2.2), and so are `%c3` and `%C3`.
fn unescape_plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3).and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => plain.push(char::from(byte)),
            Some(byte) => plain.push_str(&format!("%{byte:02X}")),
            None => {
                plain.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 3..];
    }
    plain.push_str(rest);
    plain
}

fn only_scrolls(fragment: &str) -> bool {
    const PLACES: [&str; 12] = [
        "",
        "respond",
        "comments",
        "comment",
        "comment-form",
        "disqus_thread",
        "content",
        "main",
        "top",
        "rss",
        "atom",
        "more",
    ];
    const STARTS: [&str; 5] = ["comment-", "more-", "ref=", ":~:text=", "replies"];
    let fragment = fragment.to_ascii_lowercase();
    PLACES.contains(&fragment.as_str()) || starts_any(&fragment, &STARTS) || starts_any(&fragment, &TRACKING_FRAGMENTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(link: &str, plain: &str) {
        assert_eq!(plain_link(link).as_deref(), Some(plain), "{link}");
    }

    #[test]
    fn links_that_lead_to_the_same_page() {
        check("http://riverton.example/a", "riverton.example/a");
        check("https://www.riverton.example/a/", "riverton.example/a");
        check("HTTPS://Riverton.Example:443/a", "riverton.example/a");
        check("http://riverton.example:8001/a", "riverton.example:8001/a");
        check("https://riverton.example", "riverton.example");
        check("https://riverton.example/", "riverton.example");
        check("https://riverton.example/a/index.html", "riverton.example/a");
        check("https://riverton.example/index.php?p=12", "riverton.example?p=12");
        check("https://riverton.example/a/amp/", "riverton.example/a");
        check("https://amp.riverton.example/a?amp=1", "riverton.example/a");
        check("https://riverton.example/a?utm_source=rss&utm_medium=rss", "riverton.example/a");
        check("https://riverton.example/a?id=7&fbclid=x&b=2", "riverton.example/a?b=2&id=7");
        check("https://riverton.example/a?source=rss----1f2e---4", "riverton.example/a");
        check("https://riverton.example/?source=rss-1", "riverton.example?source=rss-1");
        check("https://riverton.example/?utm_source=rss", "riverton.example");
        check("https://riverton.example/a?source=council", "riverton.example/a?source=council");
        check("https://riverton.example/a#comments", "riverton.example/a");
        check("https://riverton.example/a#comment-12", "riverton.example/a");
        check("https://riverton.example/a#Echobox=17", "riverton.example/a");
        check("https://riverton.example/diary#2026-03-04", "riverton.example/diary#2026-03-04");
        check("https://riverton.example/%7Eann/caf%c3%a9", "riverton.example/~ann/caf%C3%A9");
        check("https://riverton.example/100%", "riverton.example/100%");
        check("https://riverton.example/A", "riverton.example/A");
        assert_eq!(plain_link("mailto:ann@riverton.example"), None);
        assert_eq!(plain_link("/a"), None);
        assert_eq!(link_key(""), None);
    }

    #[track_caller]
    fn shown(link: &str, meant: &str) {
        assert_eq!(shown_link(link), meant, "{link}");
    }

    #[test]
    fn what_only_tracks_is_not_shown() {
        shown("https://medium.example/@ann/bins-1f2e?source=rss-4711----2", "https://medium.example/@ann/bins-1f2e");
        shown("https://a.example/b?utm_source=rss&utm_medium=rss&utm_campaign=bins", "https://a.example/b");
        shown("https://a.example/b?UTM_Source=x&id=7&fbclid=y&b=%c3%a9", "https://a.example/b?id=7&b=%c3%a9");
        shown("https://a.example/b?mc_cid=1&mc_eid=2#part", "https://a.example/b#part");
        shown("https://a.example/b#xtor=RSS-1", "https://a.example/b");
        shown("https://a.example/?utm_source=rss", "https://a.example/");
        shown("https://a.example?p=12&utm_source=rss", "https://a.example?p=12");
    }

    #[test]
    fn what_leads_somewhere_stays_as_it_is() {
        for link in [
            "https://a.example/?p=12",
            "https://a.example/?source=rss-12",
            "https://a.example/b?source=council&ref=12",
            "https://a.example/?feed=rss2",
            "https://a.example/b?amp=1",
            "https://a.example/b?",
            "https://a.example/b?a&&b=#",
            "https://a.example/b#comment-7",
            "https://A.example/%7eann?q=utm_source",
            "mailto:ann@a.example?subject=utm_x",
            "?",
            "",
        ] {
            shown(link, link);
        }
    }
}
