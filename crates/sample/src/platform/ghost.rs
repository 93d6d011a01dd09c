//! Ghost: everything in CDATA, the lead picture beside the text.

use crate::site::Site;
use crate::words::{escape, first_words, hex_id, http_date, plain};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let mut rss = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" version=\"2.0\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title><![CDATA[{}]]></title>\
         <description><![CDATA[{}]]></description><link>{root}/</link>\
         <image><url>{root}/favicon.png</url><title>{}</title><link>{root}/</link></image>\
         <generator>Ghost 5.130</generator><lastBuildDate>{}</lastBuildDate>\
         <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/><ttl>60</ttl>\n",
        source.title,
        source.tagline,
        escape(source.title),
        http_date(site.changed()),
        site.feed_address(),
        root = site.root(),
    );
    for post in site.posts() {
        let body = site.body(post);
        let tags: String = post.tags.iter().map(|tag| format!("<category><![CDATA[{tag}]]></category>")).collect();
        let picture = site
            .lead(post)
            .map_or(String::new(), |(src, _)| format!("<media:content url=\"{src}\" medium=\"image\"/>"));
        // Ghost repeats the lead picture at the top of the text, where alone its alternative text stands.
        let lead = site
            .lead(post)
            .map_or(String::new(), |(src, alternative)| format!("<img src=\"{src}\" alt=\"{}\">", escape(alternative)));
        rss += &format!(
            "<item><title><![CDATA[{}]]></title><description><![CDATA[{}]]></description><link>{}</link>\
             <guid isPermaLink=\"false\">{}</guid>{tags}<dc:creator><![CDATA[{}]]></dc:creator><pubDate>{}</pubDate>{picture}\
             <content:encoded><![CDATA[{lead}{body}]]></content:encoded></item>\n",
            site.title(post),
            first_words(&plain(&body), 40, ""),
            site.post_address(post),
            hex_id(&post.name(), 24),
            post.author,
            site.published(post).map(http_date).unwrap_or_default(),
        );
    }
    rss + "</channel></rss>\n"
}
