//! What a web page says about itself: its feeds, title, language and canonical address.
//!
//! A page is read as a row of tags, without building anything from it: what these questions ask for is said in tags,
//! and a page in any state has some.

use std::collections::HashSet;

use model::Language;
use url::Url;

use crate::lexer::{Lexer, Token};
use crate::plain::plain_title;
use crate::quick::tag_of;
use crate::reference::{Place, decode};
use crate::tag::{RAW, RAW_REFERENCES, Tag};

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFeed {
    /// Its absolute address.
    pub address: Url,
    /// What the page calls it.
    pub title: Option<String>,
    /// The type that the page claims for it.
    pub media_type: Option<String>,
    /// Whether it looks like a feed of comments.
    pub is_comments: bool,
}

/// The feeds that a page names, best first, those of comments last.
///
/// Best is what the page's head names; then links in the page that look like feeds; then the page itself, where it
/// marks its posts up as h-feed.
///
/// ```
/// use html::find_feeds;
/// use url::Url;
///
/// let page = r#"<link rel="alternate" type="application/rss+xml" title="Posts" href="/feed">
///               <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">"#;
/// let feeds = find_feeds(page, &Url::parse("https://riverton.example/blog").unwrap());
/// assert_eq!(feeds[0].address.as_str(), "https://riverton.example/feed");
/// assert!(feeds[1].is_comments);
/// ```
pub fn find_feeds(page: &str, base: &Url) -> Vec<FoundFeed> {
    let mut base = base.clone();
    let mut found: Vec<(Rank, FoundFeed)> = Vec::new();
    let mut is_feed_itself = false;
    let mut tags = Tags::new(page);
    while let Some(tag) = tags.next() {
        if let Some(class) = tags.value("class") {
            is_feed_itself |=
                class.split_ascii_whitespace().any(|word| matches!(word, "h-feed" | "h-entry" | "hentry"));
        }
        let Some(href) = tags.value("href") else { continue };
        let Some(address) = joined(&base, &href) else { continue };
        match tag {
            Tag::Base => base = address,
            Tag::Link => {
                let Some(rank) = tags.rank_of_link() else { continue };
                let media_type = tags.value("type");
                let title =
                    tags.value("title").map(|title| plain_title(&title, false)).filter(|title| !title.is_empty());
                found.push((rank, found_feed(address, title, media_type)));
            }
            Tag::A if looks_like_feed(&address) => {
                let title = Some(plain_title(&tags.text_up_to(Tag::A), false)).filter(|title| !title.is_empty());
                found.push((Rank::Link, found_feed(address, title, None)));
            }
            _ => {}
        }
    }
    if is_feed_itself {
        found.push((Rank::Itself, found_feed(base, None, Some("text/html".to_owned()))));
    }
    in_order(found)
}

/// How much a way of naming a feed is worth, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Head,
    Link,
    Itself,
}

fn in_order(mut found: Vec<(Rank, FoundFeed)>) -> Vec<FoundFeed> {
    // The sort is stable: what the page names first comes first among equals.
    found.sort_by_key(|(rank, feed)| (feed.is_comments, *rank, is_part_of_site(&feed.address)));
    let mut seen = HashSet::new();
    found.into_iter().map(|(_, feed)| feed).filter(|feed| seen.insert(feed.address.clone())).collect()
}

fn found_feed(address: Url, title: Option<String>, media_type: Option<String>) -> FoundFeed {
    let is_comments = is_about_comments(&address, title.as_deref());
    FoundFeed { address, title, media_type, is_comments }
}

fn is_about_comments(address: &Url, title: Option<&str>) -> bool {
    const WORDS: &[&str] = &["comment", "kommentar", "reacties", "comentario", "sylwadau"];
    let path = address.path().to_ascii_lowercase();
    let title = title.unwrap_or_default().to_lowercase();
    path.contains("/comments") || path.contains("/comment-") || WORDS.iter().any(|word| title.contains(word))
}

/// Whether a feed is of one tag, category or author only.
fn is_part_of_site(address: &Url) -> bool {
    const PARTS: &[&str] = &["/tag/", "/tags/", "/category/", "/categories/", "/author/", "/topic/", "/label/"];
    let path = address.path();
    PARTS.iter().any(|part| path.contains(part))
}

fn looks_like_feed(address: &Url) -> bool {
    const ENDINGS: &[&str] = &[
        "/feed",
        "/rss",
        "/atom",
        "/rss2",
        ".rss",
        ".atom",
        "/feed.xml",
        "/atom.xml",
        "/rss.xml",
        "/index.xml",
        "/index.rdf",
        "/feed.json",
        "/feeds/posts/default",
        "/rss.aspx",
    ];
    let path = address.path().trim_end_matches('/').to_ascii_lowercase();
    ENDINGS.iter().any(|ending| path.ends_with(ending))
        || address.query_pairs().any(|(key, value)| {
            (key == "feed" && matches!(&*value, "rss2" | "rss" | "atom" | "rdf")) || (key == "format" && value == "rss")
        })
        || address.host_str() == Some("feeds.feedburner.com")
}

fn joined(base: &Url, href: &str) -> Option<Url> {
    let href = href.trim();
    // "feed:https://…" and "feed://…" are addresses that ask for a feed reader.
    let href = match href.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => format!("http:{rest}"),
        Some(rest) => rest.to_owned(),
        None => href.to_owned(),
    };
    let mut address = base.join(&href).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    address.set_fragment(None);
    Some(address)
}

/// The icons that a page names for its site, in the page's order; those drawn as SVG, which can hold more than a picture,
/// are left out.
///
/// ```
/// let base = url::Url::parse("https://riverton.example/blog/").unwrap();
/// let page = "<link rel='icon' href='i.svg'><link rel='shortcut icon' href='/i.png'><link rel=stylesheet href=s.css>";
/// assert_eq!(html::find_icons(page, &base), [url::Url::parse("https://riverton.example/i.png").unwrap()]);
/// ```
pub fn find_icons(page: &str, base: &Url) -> Vec<Url> {
    const MOST: usize = 8;
    let mut base = base.clone();
    let mut icons = vec![];
    let mut tags = Tags::new(page);
    while let Some(tag) = tags.next() {
        let Some(address) = tags.value("href").and_then(|href| joined(&base, &href)) else { continue };
        match tag {
            Tag::Base => base = address,
            Tag::Link if tags.has_rel("icon") || tags.has_rel("apple-touch-icon") => {
                let is_drawn =
                    tags.value("type").is_some_and(|kind| kind.contains("svg")) || address.path().ends_with(".svg");
                if !is_drawn && !icons.contains(&address) && icons.len() < MOST {
                    icons.push(address);
                }
            }
            _ => {}
        }
    }
    icons
}

/// The page's title, in plain text.
pub fn page_title(page: &str) -> Option<String> {
    let mut tags = Tags::new(page);
    let mut second = None;
    while let Some(tag) = tags.next() {
        let title = match tag {
            Tag::PageTitle => tags.raw.take(),
            Tag::Meta if tags.is_meta("og:title") => {
                second = second.or_else(|| tags.value("content"));
                None
            }
            _ => None,
        };
        if let Some(title) = title.map(|title| plain_title(&title, false)).filter(|title| !title.is_empty()) {
            return Some(title);
        }
    }
    second.map(|title| plain_title(&title, false)).filter(|title| !title.is_empty())
}

/// What the page calls the site that it belongs to.
pub fn page_site_name(page: &str) -> Option<String> {
    let name = meta(page, &["og:site_name", "application-name"])?;
    Some(plain_title(&name, false)).filter(|name| !name.is_empty())
}

/// What the page says it is about, in plain text.
pub fn page_description(page: &str) -> Option<String> {
    let description = meta(page, &["description", "og:description"])?;
    Some(plain_title(&description, false)).filter(|said| !said.is_empty())
}

/// The language that the page claims, as a checked tag.
pub fn page_language(page: &str) -> Option<String> {
    let mut tags = Tags::new(page);
    let mut own = None;
    while let Some(tag) = tags.next() {
        if tag == Tag::Html {
            own = tags.value("lang").or_else(|| tags.value("xml:lang"));
            break;
        }
    }
    let claimed = own.into_iter().chain(meta(page, &["content-language", "og:locale"]));
    claimed.into_iter().find_map(|language| Some(language.parse::<Language>().ok()?.into()))
}

/// The address that the page names as canonical.
pub fn canonical_of(page: &str, base: &Url) -> Option<Url> {
    let mut base = base.clone();
    let mut tags = Tags::new(page);
    while let Some(tag) = tags.next() {
        let Some(address) = tags.value("href").and_then(|href| joined(&base, &href)) else { continue };
        match tag {
            Tag::Base => base = address,
            Tag::Link if tags.has_rel("canonical") => return Some(address),
            _ => {}
        }
    }
    meta(page, &["og:url"]).and_then(|url| joined(&base, &url))
}

/// Whether the token stands in the page's head: in a `meta`, in a comment there, in its title.
///
/// What stands in the body proves nothing about who runs a page: visitors may write there. The head ends where a browser
/// ends it, at the first element or text that cannot be in one.
pub fn head_mentions(page: &str, token: &str) -> bool {
    if token.is_empty() {
        return false;
    }
    let head = &page[..end_of_head(page)];
    head.contains(token) || decode(head, Place::Text).contains(token)
}

/// The elements that may stand in a head.
const IN_HEAD: [&str; 10] =
    ["html", "head", "base", "link", "meta", "noscript", "script", "style", "template", "title"];

fn end_of_head(page: &str) -> usize {
    let mut lexer = Lexer::new(page);
    let mut end = lexer.position();
    while let Some(token) = lexer.next() {
        match token {
            Token::Start { name, .. } if IN_HEAD.iter().any(|known| name.eq_ignore_ascii_case(known)) => {
                if ["script", "style", "template", "title"].iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
                    lexer.raw_text(name);
                }
            }
            Token::Start { .. } => return end,
            Token::End { name } if name.eq_ignore_ascii_case("head") => return end,
            Token::Text(text) if !text.trim().is_empty() => return end,
            Token::End { .. } | Token::Text(_) | Token::Comment => {}
        }
        end = lexer.position();
    }
    end
}

fn meta(page: &str, names: &[&str]) -> Option<String> {
    let mut tags = Tags::new(page);
    while let Some(tag) = tags.next() {
        if tag == Tag::Meta && names.iter().any(|name| tags.is_meta(name)) {
            let content = tags.value("content").filter(|content| !content.trim().is_empty());
            if content.is_some() {
                return content;
            }
        }
    }
    None
}

/// A page's start tags, one after another.
struct Tags<'p> {
    lexer: Lexer<'p>,
    /// The text of the element just read, where it holds nothing but text.
    raw: Option<String>,
}

impl<'p> Tags<'p> {
    fn new(page: &'p str) -> Self {
        Self { lexer: Lexer::new(page), raw: None }
    }

    fn next(&mut self) -> Option<Tag> {
        loop {
            if let Token::Start { name, .. } = self.lexer.next()? {
                let tag = tag_of(name);
                self.raw =
                    tag.is(RAW | RAW_REFERENCES).then(|| decode(self.lexer.raw_text(name), Place::Text).into_owned());
                return Some(tag);
            }
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        let (_, value) = self.lexer.attributes().iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(decode(value, Place::Attribute).into_owned())
    }

    fn has_rel(&self, word: &str) -> bool {
        self.value("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(word)))
    }

    fn is_meta(&self, name: &str) -> bool {
        ["property", "name", "http-equiv"]
            .iter()
            .filter_map(|attribute| self.value(attribute))
            .any(|value| value.eq_ignore_ascii_case(name))
    }

    /// What a `link` says of a feed, if it names one.
    fn rank_of_link(&self) -> Option<Rank> {
        let media_type = self.value("type").unwrap_or_default().to_ascii_lowercase();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let is_feed = matches!(
            media_type,
            "application/rss+xml"
                | "application/atom+xml"
                | "application/rdf+xml"
                | "application/feed+json"
                | "text/rss+xml"
                | "application/rss"
                | "application/atom"
                | "text/rss"
                | "text/atom"
                | "application/x.atom+xml"
                | "application/xml"
                | "text/xml"
        );
        ((self.has_rel("alternate") && is_feed) || (self.has_rel("feed") && media_type != "text/html"))
            .then_some(Rank::Head)
    }

    /// The text up to the end tag of that element.
    fn text_up_to(&mut self, end: Tag) -> String {
        let mut text = String::new();
        for _ in 0..40 {
            match self.lexer.next() {
                Some(Token::Text(raw)) => text.push_str(&decode(raw, Place::Text)),
                Some(Token::End { name }) if tag_of(name) == end => break,
                None => break,
                _ => {}
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        Url::parse("https://riverton.example/blog/").expect("a constant")
    }

    #[track_caller]
    fn check(page: &str, addresses: &[&str]) {
        let found = find_feeds(page, &base());
        assert_eq!(found.iter().map(|feed| feed.address.as_str()).collect::<Vec<_>>(), addresses, "{page}");
    }

    #[test]
    fn feeds_that_a_page_names() {
        check(
            "<head><LINK REL='alternate stylesheet' TYPE='application/atom+xml; charset=utf-8' HREF='atom.xml'>",
            &["https://riverton.example/blog/atom.xml"],
        );
        check("<link rel=alternate type='application/json+oembed' href=/oembed><link rel=stylesheet href=/a.css>", &[]);
        check("<link rel=alternate type='text/html' hreflang=cy href=/cy>", &[]);
        check(
            "<base href='https://other.example/x/'><link rel=alternate type=application/rss+xml href='f?a=1&amp;b=2'>",
            &["https://other.example/x/f?a=1&b=2"],
        );
        check("<a href='feed://riverton.example/rss'>RSS</a>", &["http://riverton.example/rss"]);
        check(
            "<a href='/news/feed/'>x</a><a href='/feeding'>y</a><a href='/?feed=rss2'>z</a>",
            &["https://riverton.example/news/feed/", "https://riverton.example/?feed=rss2"],
        );
        check("<div class='x h-feed'>", &["https://riverton.example/blog/"]);
        check("<script>'<a href=/feed>'</script><!-- <a href=/feed> -->", &[]);
    }

    #[test]
    fn the_best_feed_comes_first() {
        check(
            "<a href=/rss>RSS</a>
             <link rel=alternate type=application/rss+xml title='Riverton &raquo; Comments Feed' href=/replies/feed>
             <link rel=alternate type=application/rss+xml href=/tag/x/feed>
             <link rel=alternate type=application/rss+xml title='Riverton' href=/feed>
             <link rel=alternate type=application/rss+xml href=/feed#again>",
            &[
                "https://riverton.example/feed",
                "https://riverton.example/tag/x/feed",
                "https://riverton.example/rss",
                "https://riverton.example/replies/feed",
            ],
        );
        let found = find_feeds("<a href=/rss><img src=x> All <b>posts</b></a>", &base());
        assert_eq!(found[0].title.as_deref(), Some("All posts"));
    }

    #[test]
    fn what_a_page_says_about_itself() {
        let page = "<!doctype html><html lang=cy_GB><title>Riverton\n &amp;amp; friends</title>
                    <meta property=og:site_name content='Riverton Digital'><link rel=canonical href='/blog'>";
        assert_eq!(page_title(page).as_deref(), Some("Riverton & friends"));
        assert_eq!(page_language(page).as_deref(), Some("cy-GB"));
        assert_eq!(page_site_name(page).as_deref(), Some("Riverton Digital"));
        assert_eq!(
            page_description("<meta name=description content='We &amp;amp; they'>").as_deref(),
            Some("We & they")
        );
        assert_eq!(canonical_of(page, &base()).map(String::from).as_deref(), Some("https://riverton.example/blog"));
        let other = "<html lang='!'><meta http-equiv=Content-Language content=fr><meta property=og:title content=A>
                     <meta property=og:url content='https://riverton.example/a'>";
        assert_eq!(page_title(other).as_deref(), Some("A"));
        assert_eq!(page_language(other).as_deref(), Some("fr"));
        assert_eq!(canonical_of(other, &base()).map(String::from).as_deref(), Some("https://riverton.example/a"));
        assert_eq!((page_title(""), page_language(""), canonical_of("", &base())), (None, None, None));
        assert_eq!(page_description(""), None);
    }

    #[test]
    fn proof_stands_in_a_head_and_nowhere_else() {
        for page in [
            "<meta name=x content=ab-12>",
            "<!doctype html><html><head><!-- ab-12 --><title>A</title></head><body>",
            "<title>ab&#45;12</title><p>A",
            "<script>if (a<b) {}</script><noscript><link href=a></noscript><META content='ab-12'>",
        ] {
            assert!(head_mentions(page, "ab-12"), "{page}");
        }
        for page in [
            "<p>ab-12</p>",
            "<head></head><!-- ab-12 --><body>",
            "<title>A</title><body><meta name=x content=ab-12>",
            "<meta name=x content=ab-1>",
            "A <meta content=ab-12>",
            "<div></div><head><meta content=ab-12></head>",
        ] {
            assert!(!head_mentions(page, "ab-12"), "{page}");
        }
        assert!(!head_mentions("<meta name=anything>", ""));
    }
}
