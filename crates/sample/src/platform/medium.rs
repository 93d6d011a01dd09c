//! Medium: parameters on every link, a counting pixel, and a line on where a story comes from.

use super::with_lead;
use crate::site::Site;
use crate::words::{escape, hex_id, http_date};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let publication = source.title.strip_suffix(" - Medium").unwrap_or(source.title);
    let mark = hex_id(source.key, 12);
    let mut rss = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" version=\"2.0\" \
         xmlns:cc=\"http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html\">\n<channel>\n\
         <title><![CDATA[{}]]></title>\n<description><![CDATA[{}]]></description>\n\
         <link>{}?source=rss----{mark}---4</link>\n<generator>Medium</generator>\n<lastBuildDate>{}</lastBuildDate>\n\
         <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n",
        source.title,
        source.tagline,
        site.root(),
        http_date(site.changed()),
        site.feed_address(),
    );
    for post in site.posts() {
        let (address, id) = (site.post_address(post), hex_id(&post.name(), 12));
        let figure = |src: &str, alternative: &str| {
            format!("<figure><img alt=\"{}\" src=\"{src}\" /></figure>", escape(alternative))
        };
        let body = with_lead(site, post, figure);
        let tags: String = post
            .tags
            .iter()
            .map(|tag| format!("<category><![CDATA[{}]]></category>\n", tag.to_lowercase().replace(' ', "-")))
            .collect();
        rss += &format!(
            "<item>\n<title><![CDATA[{title}]]></title>\n<link>{address}?source=rss----{mark}---4</link>\n\
             <guid isPermaLink=\"false\">{root}/p/{id}</guid>\n{tags}\
             <dc:creator><![CDATA[{author}]]></dc:creator>\n<pubDate>{at}</pubDate>\n\
             <content:encoded><![CDATA[{body}<img src=\"{root}/_/stat?event=post.clientViewed&referrerSource=full_rss&postId={id}\" \
             width=\"1\" height=\"1\" alt=\"\"><hr><p><a href=\"{address}\">{title}</a> was originally published in \
             <a href=\"{root}\">{publication}</a> on Medium, where people are continuing the conversation by highlighting and \
             responding to this story.</p>]]></content:encoded>\n</item>\n",
            title = site.title(post),
            root = site.root(),
            author = post.author,
            at = site.published(post).map(http_date).unwrap_or_default(),
        );
    }
    rss + "</channel>\n</rss>\n"
}
