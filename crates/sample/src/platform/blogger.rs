//! Blogger behind FeedBurner: links that go round a counter, and a row of buttons under every post.

use super::with_lead;
use crate::site::Site;
use crate::words::{escape, mark, rfc3339_offset};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let blog = mark(source.key.as_bytes()) >> 2;
    let mut atom = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
         xmlns:openSearch=\"http://a9.com/-/spec/opensearchrss/1.0/\" xmlns:gd=\"http://schemas.google.com/g/2005\" \
         xmlns:thr=\"http://purl.org/syndication/thread/1.0\" xmlns:media=\"http://search.yahoo.com/mrss/\" \
         xmlns:feedburner=\"http://rssnamespace.org/feedburner/ext/1.0\">\
         <id>tag:blogger.com,1999:blog-{blog}</id><updated>{}</updated>\
         <title type=\"text\">{}</title><subtitle type=\"html\">{}</subtitle>\
         <link rel=\"http://schemas.google.com/g/2005#feed\" type=\"application/atom+xml\" href=\"{feed}\" />\
         <link rel=\"alternate\" type=\"text/html\" href=\"{root}/\" />\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{feed}\" />\
         <generator version=\"7.00\" uri=\"http://www.blogger.com\">Blogger</generator>\
         <openSearch:totalResults>{}</openSearch:totalResults><openSearch:startIndex>1</openSearch:startIndex>\n",
        rfc3339_offset(site.changed()),
        escape(source.title),
        escape(source.tagline),
        site.posts().count(),
        feed = site.feed_address(),
        root = site.root(),
    );
    for post in site.posts() {
        let (address, root) = (site.post_address(post), site.root());
        let id = mark(post.name().as_bytes()) >> 2;
        let counted = format!("{root}/~r/Tidewell/~3/{}/{}.html", post.number, post.slug);
        let figure = |src: &str, alternative: &str| {
            format!(
                "<div class=\"separator\" style=\"clear: both; text-align: center;\"><a href=\"{src}\" style=\"margin-left: 1em; \
                 margin-right: 1em;\"><img alt=\"{}\" border=\"0\" height=\"225\" src=\"{src}\" width=\"400\" /></a></div><br />",
                escape(alternative)
            )
        };
        let body = with_lead(site, post, figure) + &buttons(&root, post.number);
        let at = site.published(post).map(rfc3339_offset).unwrap_or_default();
        let tags: String = post
            .tags
            .iter()
            .map(|tag| format!("<category scheme=\"http://www.blogger.com/atom/ns#\" term=\"{}\" />", escape(tag)))
            .collect();
        let thumbnail = site.lead(post).map_or(String::new(), |(src, _)| {
            format!("<media:thumbnail url=\"{}\" height=\"72\" width=\"72\" />", escape(&src))
        });
        atom += &format!(
            "<entry><id>tag:blogger.com,1999:blog-{blog}.post-{id}</id><published>{at}</published><updated>{at}</updated>{tags}\
             <title type=\"text\">{}</title><content type=\"html\">{}</content>\
             <link rel=\"replies\" type=\"text/html\" href=\"{address}#comment-form\" title=\"0 Comments\" />\
             <link rel=\"alternate\" type=\"text/html\" href=\"{counted}\" title=\"{}\" />\
             <author><name>{}</name><email>noreply@blogger.com</email></author>{thumbnail}<thr:total>0</thr:total>\
             <feedburner:origLink>{address}</feedburner:origLink></entry>\n",
            escape(site.title(post)),
            escape(&body),
            escape(site.title(post)),
            escape(post.author),
        );
    }
    atom + "</feed>\n"
}

fn buttons(root: &str, number: u32) -> String {
    let button = |kind: &str| {
        format!(
            "<a href=\"{root}/~ff/Tidewell?a={number}:{kind}\"><img src=\"{root}/~ff/Tidewell?d={kind}\" border=\"0\"></img></a> "
        )
    };
    let buttons: String = ["yIl2AUoC8zA", "qj6IDK7rITs", "I9og5sOYxJI"].into_iter().map(button).collect();
    format!(
        "<div class=\"feedflare\">\n{buttons}\n</div><img src=\"{root}/~r/Tidewell/~4/{number}\" height=\"1\" width=\"1\" alt=\"\"/>"
    )
}

/// The number of the post that a counted link leads to.
pub(crate) fn number_in_redirect(path: &str) -> Option<u32> {
    path.strip_prefix("/~r/Tidewell/~3/")?.split('/').next()?.parse().ok()
}
