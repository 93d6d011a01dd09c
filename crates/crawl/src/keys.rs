//! What tells whether two posts are the same one: keys made of a post's id, link, title, text and body.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use sha2::{Digest, Sha256};
use url::Url;

/// The key of an id as a feed claims it; `None` for an empty one.
pub fn id_key(claimed: &str) -> Option<String> {
    let id = claimed.trim();
    (!id.is_empty()).then(|| key([id]))
}

/// The key of a link; equal for addresses that differ only in what leads to the same page.
pub fn link_key(link: &str) -> Option<String> {
    plain_link(link).map(|plain| key([plain]))
}

/// The words of a post, from which the keys of what it says are made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    title: String,
    text: String,
}

impl Words {
    /// The words of a claimed title and of a visible text.
    pub fn of(title: &str, text: &str) -> Self {
        Self { title: fold(title), text: fold(text) }
    }

    /// The key of a title that is long enough to mean something; `None` for "Weeknotes".
    pub fn title_key(&self) -> Option<String> {
        (self.title.len() >= 12).then(|| key([&self.title]))
    }

    /// The key of what a post says. A short text counts with its title: many posts say "See the attached minutes".
    pub fn text_key(&self) -> Option<String> {
        const SHORT_WORDS: usize = 40;
        if self.text.split(' ').nth(SHORT_WORDS - 1).is_some() {
            return Some(key([&self.text]));
        }
        (!self.text.is_empty() || !self.title.is_empty()).then(|| key([&self.title, &self.text]))
    }

    /// The mark of everything that a reader would notice: title, words, where links lead, which pictures are shown.
    ///
    /// White space, markup, tracking parameters and view counters leave it as it is.
    pub fn body_key<'a>(
        &self,
        links: impl IntoIterator<Item = &'a str>,
        pictures: impl IntoIterator<Item = &'a str>,
    ) -> String {
        let links = links.into_iter().filter_map(plain_link);
        // The query of a picture's address is often a signature that changes by the hour.
        let pictures = pictures.into_iter().filter_map(|picture| plain_link(picture.split('?').next()?));
        let words = [self.title.clone(), self.text.clone()].into_iter();
        key(words.chain(links).chain(["pictures".to_owned()]).chain(pictures))
    }
}

/// The key of a whole document, to see at once that nothing at all has changed.
pub fn document_key(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..16])
}

fn key(parts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_ref());
        hash.update([0]);
    }
    hex(&hash.finalize()[..16])
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
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
    let mut query: Vec<String> = url
        .query_pairs()
        .filter(|(name, value)| !is_tracking(&name.to_ascii_lowercase(), &value.to_ascii_lowercase()))
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

fn is_tracking(name: &str, value: &str) -> bool {
    const STARTS: [&str; 10] = ["utm_", "at_", "pk_", "piwik_", "mtm_", "matomo_", "ns_", "wt.", "hsa_", "__hs"];
    const NAMES: [&str; 36] = [
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
    const BY_VALUE: [&str; 8] = ["source", "src", "ref", "from", "via", "feed", "f", "medium"];
    STARTS.iter().any(|start| name.starts_with(start))
        || NAMES.contains(&name)
        || (BY_VALUE.contains(&name)
            && ["rss", "atom", "feed", "newsletter"].iter().any(|word| value.starts_with(word)))
        || matches!((name, value), ("amp" | "rss", "" | "1" | "true") | ("outputtype", "amp"))
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
    const STARTS: [&str; 8] = ["comment-", "more-", "utm_", "xtor=", "echobox=", "ref=", ":~:text=", "replies"];
    let fragment = fragment.to_ascii_lowercase();
    PLACES.contains(&fragment.as_str()) || STARTS.iter().any(|start| fragment.starts_with(start))
}

/// The words of a text in lower case with one space between, without marks, apostrophes and counters such as
/// "1,204 views" or "Comments (3)".
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let (mut at_gap, mut has_number) = (false, false);
    for c in text.chars() {
        if c.is_alphanumeric() {
            if at_gap && !folded.is_empty() {
                folded.push(' ');
            }
            at_gap = false;
            has_number |= c.is_ascii_digit();
            if c.is_ascii() {
                folded.push(c.to_ascii_lowercase());
            } else {
                folded.extend(c.to_lowercase());
            }
        } else if !matches!(c, '\'' | '’' | '‘' | 'ʼ' | '\u{ad}' | '\u{200b}') {
            at_gap = true;
        }
    }
    if has_number && folded.split(' ').any(is_counted) {
        folded = without_counters(&folded.split(' ').collect::<Vec<_>>()).join(" ");
    }
    folded
}

fn without_counters<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let mut next = at + 1;
        if is_counted(words[at]) {
            let before = kept.len();
            while kept.last().is_some_and(|last| is_number(last)) {
                kept.pop();
            }
            if before == kept.len() {
                while words.get(next).is_some_and(|word| is_number(word)) {
                    next += 1;
                }
                if next == at + 1 {
                    kept.push(words[at]);
                }
            }
        } else {
            kept.push(words[at]);
        }
        at = next;
    }
    kept
}

fn is_counted(word: &str) -> bool {
    const COUNTED: [&str; 16] = [
        "view",
        "views",
        "comment",
        "comments",
        "like",
        "likes",
        "share",
        "shares",
        "read",
        "reads",
        "reply",
        "replies",
        "response",
        "responses",
        "claps",
        "kudos",
    ];
    COUNTED.contains(&word)
}

/// `12`, and the `2k` that is left of "1.2k".
fn is_number(word: &str) -> bool {
    let digits = word.strip_suffix(['k', 'm']).unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two texts say nearly the same, also where one is only the beginning or an excerpt of the other.
///
/// Eight in ten of the shorter one's runs of three words must be in the longer one. Texts too short to tell by that
/// must be equal.
pub fn nearly_same(one: &str, other: &str) -> bool {
    const FEWEST_RUNS: usize = 10;
    let (one, other) = (fold(one), fold(other));
    let (runs, other_runs) = (runs_of_three(&one), runs_of_three(&other));
    let fewer = runs.len().min(other_runs.len());
    if fewer < FEWEST_RUNS {
        return !one.is_empty() && one == other;
    }
    runs.intersection(&other_runs).count() * 10 >= fewer * 8
}

fn runs_of_three(folded: &str) -> HashSet<u64> {
    let words: Vec<&str> = folded.split(' ').collect();
    words
        .windows(3)
        .map(|run| {
            let mut hash = DefaultHasher::new();
            run.hash(&mut hash);
            hash.finish()
        })
        .collect()
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
    fn check_fold(text: &str, folded: &str) {
        assert_eq!(fold(text), folded, "{text}");
    }

    #[test]
    fn texts_that_say_the_same() {
        check_fold("  What we’ve\n learned — so far! ", "what weve learned so far");
        check_fold("What we've learned so far", "what weve learned so far");
        check_fold("Bins. 1,204 views", "bins");
        check_fold("Bins. Views: 1.2k", "bins");
        check_fold("Bins, Comments (3) and more", "bins and more");
        check_fold("Our views on bins", "our views on bins");
        check_fold("We saved £3m in 2026", "we saved 3m in 2026");
        check_fold("Ÿ ŴEL", "ÿ ŵel");
        check_fold("…", "");
    }

    #[test]
    fn a_body_key_moves_with_what_a_reader_notices_and_with_nothing_else() {
        let key = |title, text, link, picture| Words::of(title, text).body_key([link], [picture]);
        let first = key("Bins", "We move bins.", "https://a.example/x?utm_source=rss", "https://a.example/p.jpg?sig=1");
        assert_eq!(first, key("Bins ", "We  move\nbins", "http://a.example/x/", "https://a.example/p.jpg?sig=2"));
        assert_ne!(first, key("Bins!", "We moved bins.", "https://a.example/x", "https://a.example/p.jpg"));
        assert_ne!(first, key("Bins", "We move bins.", "https://a.example/y", "https://a.example/p.jpg"));
        assert_ne!(first, key("Bins", "We move bins.", "https://a.example/x", "https://a.example/q.jpg"));
        assert_eq!(first.len(), 32);
    }

    #[test]
    fn a_short_text_counts_with_its_title_and_a_long_one_without() {
        let long = "word ".repeat(30) + &"thing ".repeat(30);
        let text_key = |title, text| Words::of(title, text).text_key();
        assert_eq!(text_key("One", &long), text_key("Two", &long));
        assert_ne!(text_key("May", "See the minutes"), text_key("June", "See the minutes"));
        assert_eq!(text_key("", " "), None);
        let title_key = |title| Words::of(title, "").title_key();
        assert!(title_key("Weeknotes").is_none() && title_key("How we mended bins").is_some());
        assert!(id_key(" ").is_none());
    }

    #[test]
    fn an_excerpt_is_nearly_the_same_as_the_whole() {
        let whole = "We asked forty people how they report a missed bin, and most of them said that they ring us \
                     because the form asks for things that they do not know. So we took those questions away.";
        let excerpt = "We asked forty people how they report a missed bin, and most of them said that they ring us…";
        let edited = whole.replace("forty", "some forty").replace("took", "have taken");
        assert!(nearly_same(whole, excerpt) && nearly_same(whole, &edited));
        let other = "We asked nobody how they pay for parking, and so the page that we made did not help a single \
                     driver in the town, which is a lesson that we should have learned long ago.";
        assert!(!nearly_same(whole, other));
        assert!(nearly_same("Good morning!", "good morning") && !nearly_same("Good morning", "Good evening"));
        assert!(!nearly_same("", ""));
    }
}
