//! JSON Feed 1.1, with languages item by item.

use serde_json::{Value, json};

use crate::Post;
use crate::site::Site;
use crate::words::{escape, first_paragraph};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.title,
        "home_page_url": site.address("/"),
        "feed_url": site.feed_address(),
        "description": source.tagline,
        "language": source.language,
        "authors": [{ "name": source.organisation, "url": site.address("/") }],
        "items": site.posts().map(|post| item(site, post)).collect::<Vec<_>>(),
    });
    format!("{feed:#}\n")
}

fn item(site: &Site<'_>, post: &Post) -> Value {
    let address = site.post_address(post);
    let lead = site.lead(post);
    let figure = lead.as_ref().map_or(String::new(), |(src, alternative)| {
        format!("<figure><img src=\"{src}\" alt=\"{}\"></figure>\n", escape(alternative))
    });
    let body = site.body(post);
    let mut item = json!({
        "id": address,
        "url": address,
        "content_html": figure + &body,
        "summary": first_paragraph(&body),
        "authors": [{ "name": post.author }],
        "tags": post.tags,
        "language": site.language(post),
    });
    if !site.title(post).is_empty() {
        item["title"] = site.title(post).into();
    }
    if let Some((src, _)) = lead {
        item["image"] = src.into();
    }
    if let Some(at) = site.published(post) {
        item["date_published"] = at.to_string().into();
    }
    item
}
