//! What a web page says about itself: its feeds, title, language and canonical address.

use scraper::{Html, Selector};
use url::Url;

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
pub fn find_feeds(page: &str, base: &Url) -> Vec<FoundFeed> {
    let alternates = Selector::parse("link[rel~=alternate][href]").expect("a constant selector");
    let page = Html::parse_document(page);
    page.select(&alternates)
        .filter_map(|link| {
            let media_type = link.attr("type").map(str::to_owned);
            let address = base.join(link.attr("href")?).ok()?;
            Some(FoundFeed { address, title: link.attr("title").map(str::to_owned), media_type, is_comments: false })
        })
        .collect()
}

/// The page's title, in plain text.
pub fn page_title(page: &str) -> Option<String> {
    let title = Selector::parse("title").expect("a constant selector");
    Html::parse_document(page).select(&title).next().map(|title| title.text().collect())
}

/// The language that the page claims.
pub fn page_language(page: &str) -> Option<String> {
    Html::parse_document(page).root_element().attr("lang").map(str::to_owned)
}

/// The address that the page names as canonical.
pub fn canonical_of(page: &str, base: &Url) -> Option<Url> {
    let canonical = Selector::parse("link[rel~=canonical][href]").expect("a constant selector");
    let page = Html::parse_document(page);
    page.select(&canonical).next().and_then(|link| base.join(link.attr("href")?).ok())
}

/// Whether the token stands anywhere in the page: its text, a comment or an attribute.
pub fn page_mentions(page: &str, token: &str) -> bool {
    !token.is_empty() && page.contains(token)
}
