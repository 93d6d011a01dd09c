//! Hugo as it comes: a summary a post, titles escaped once too often, and the year 1 for no date.

use crate::site::Site;
use crate::words::{escape, opening, rfc822};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let mut rss = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n\
         <rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n  <channel>\n    <title>{}</title>\n    \
         <link>{}/posts/</link>\n    <description>{}</description>\n    <generator>Hugo</generator>\n    \
         <language>{}</language>\n    <lastBuildDate>{}</lastBuildDate>\n    \
         <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\" />\n",
        escape(source.title),
        site.root(),
        escape(source.tagline),
        source.language,
        rfc822(site.changed()),
        site.feed_address(),
    );
    for post in site.posts() {
        let address = site.post_address(post);
        let at = site.published(post).map_or_else(|| "Mon, 01 Jan 0001 00:00:00 +0000".to_owned(), rfc822);
        let summary: String =
            opening(&site.body(post), 45).iter().map(|paragraph| format!("<p>{}</p>", escape(paragraph))).collect();
        rss += &format!(
            "    <item>\n      <title>{}</title>\n      <link>{address}</link>\n      <pubDate>{at}</pubDate>\n      \
             <author>{}</author>\n      <guid>{address}</guid>\n      <description>{}</description>\n    </item>\n",
            // The theme escapes, and so does the template around it.
            escape(&escape(site.title(post))),
            escape(post.author),
            escape(&summary),
        );
    }
    rss + "  </channel>\n</rss>\n"
}
