//! JSON Feed 1.1; source and licence in an extension, which starts with an underscore.

use serde::Serialize;

use super::{Entry, Outgoing};

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    description: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<&'a str>,
    favicon: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Hub<'a> {
    r#type: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    /// Our page; `external_url` is the original.
    url: &'a str,
    external_url: &'a str,
    title: &'a str,
    content_html: String,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    date_modified: String,
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    _watersmeet: Extension<'a>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Extension<'a> {
    about: &'static str,
    source: Source<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    licence_url: Option<&'a str>,
}

#[derive(Serialize)]
struct Source<'a> {
    title: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<&'a str>,
}

pub(super) fn write(feed: &Outgoing) -> String {
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        description: &feed.subtitle,
        home_page_url: &feed.page,
        feed_url: &feed.own,
        next_url: feed.older.as_deref(),
        favicon: &feed.icon,
        hubs: feed.hub.iter().map(|url| Hub { r#type: "WebSub", url }).collect(),
        items: feed.entries.iter().map(item).collect(),
    };
    serde_json::to_string(&feed).expect("a feed is plain text and lists, which JSON can always hold")
}

fn item(entry: &Entry) -> Item<'_> {
    let mut authors: Vec<Author<'_>> =
        entry.authors.iter().map(|author| Author { name: &author.name, url: author.address.as_deref() }).collect();
    if authors.is_empty() {
        authors.push(Author { name: &entry.source.name, url: entry.source.site.as_deref() });
    }
    Item {
        id: &entry.id,
        url: &entry.id,
        external_url: &entry.link,
        title: &entry.title,
        content_html: entry.markup(),
        summary: &entry.excerpt,
        image: entry.picture.as_deref(),
        date_published: entry.published.map(|at| at.to_string()),
        date_modified: entry.updated.to_string(),
        authors,
        tags: entry.topics.iter().map(|topic| topic.name.as_str()).collect(),
        language: entry.language.as_ref().map(|language| language.as_str()),
        _watersmeet: Extension {
            about: "Where the post was read, and the licence that its author names",
            source: Source {
                title: &entry.source.name,
                feed_url: &entry.source.feed,
                home_page_url: entry.source.site.as_deref(),
            },
            licence: entry.licence.as_ref().map(|licence| licence.name()),
            licence_url: entry.licence.as_ref().and_then(|licence| licence.address()),
        },
    }
}
