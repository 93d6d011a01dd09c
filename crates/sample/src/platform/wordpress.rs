//! WordPress: cut descriptions, whole posts in `content:encoded`, comments' feeds, its own name at the end.

use super::with_lead;
use crate::Post;
use crate::page::is_right_to_left;
use crate::site::Site;
use crate::words::{escape, first_words, plain, rfc822};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let mut rss = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"\n\
         \txmlns:content=\"http://purl.org/rss/1.0/modules/content/\"\n\
         \txmlns:wfw=\"http://wellformedweb.org/CommentAPI/\"\n\
         \txmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n\
         \txmlns:atom=\"http://www.w3.org/2005/Atom\"\n\
         \txmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"\n\
         \txmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\"\n\
         \t>\n\n<channel>\n\t<title>{}</title>\n\
         \t<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\" />\n\
         \t<link>{}</link>\n\t<description>{}</description>\n\t<lastBuildDate>{}</lastBuildDate>\n\
         \t<language>{}</language>\n\
         \t<sy:updatePeriod>\n\thourly\t</sy:updatePeriod>\n\t<sy:updateFrequency>\n\t1\t</sy:updateFrequency>\n\
         \t<generator>https://wordpress.org/?v=6.8.3</generator>\n",
        escape(source.title),
        site.feed_address(),
        site.root(),
        escape(source.tagline),
        rfc822(site.changed()),
        source.language,
    );
    for post in site.posts() {
        rss += &item(site, post, 100 + post.number * 7);
        if post.twice {
            // Moved to another category and published anew: another number, the same address.
            rss += &item(site, post, 101 + post.number * 7);
        }
    }
    rss + "\t</channel>\n</rss>\n"
}

fn item(site: &Site<'_>, post: &Post, id: u32) -> String {
    let (address, root) = (site.post_address(post), site.root());
    let title = numbered(&escape(site.title(post)));
    let figure = |src: &str, alternative: &str| {
        format!(
            "<figure class=\"wp-block-image size-large\"><img loading=\"lazy\" decoding=\"async\" width=\"720\" height=\"405\" \
             src=\"{src}\" alt=\"{}\" class=\"wp-image-88\" sizes=\"auto, (max-width: 720px) 100vw, 720px\" /></figure>\n\n",
            escape(alternative)
        )
    };
    let mut body = with_lead(site, post, figure);
    if let Some(language) = post.language {
        let direction = if is_right_to_left(language) { "rtl" } else { "ltr" };
        body = format!("<div lang=\"{language}\" dir=\"{direction}\" class=\"wp-block-group\">\n{body}\n</div>");
    }
    let appeared = format!(
        "<p>The post <a href=\"{address}\">{title}</a> appeared first on <a href=\"{root}\">{}</a>.</p>",
        escape(site.source.title)
    );
    let cut = first_words(&plain(&body), 55, " [&#8230;]");
    let categories: String =
        post.tags.iter().map(|tag| format!("\t\t<category><![CDATA[{tag}]]></category>\n")).collect();
    format!(
        "\n\t<item>\n\t\t<title>{title}</title>\n\t\t<link>{address}</link>\n\
         \t\t<comments>{address}#respond</comments>\n\n\
         \t\t<dc:creator><![CDATA[{}]]></dc:creator>\n\t\t<pubDate>{}</pubDate>\n{categories}\
         \t\t<guid isPermaLink=\"false\">{root}/?p={id}</guid>\n\n\
         \t\t<description><![CDATA[<p>{cut}</p>\n{appeared}\n]]></description>\n\
         \t\t<content:encoded><![CDATA[\n{body}\n<img src=\"{root}/stats/pixel.gif?p={id}\" alt=\"\" width=\"1\" height=\"1\" />\n\
         {appeared}\n]]></content:encoded>\n\n\
         \t\t<wfw:commentRss>{address}feed/</wfw:commentRss>\n\t\t<slash:comments>0</slash:comments>\n\t</item>\n",
        post.author,
        site.published(post).map(rfc822).unwrap_or_default(),
    )
}

/// As WordPress writes its typographic letters: by number.
fn numbered(text: &str) -> String {
    [("’", "&#8217;"), ("‘", "&#8216;"), ("“", "&#8220;"), ("”", "&#8221;"), ("–", "&#8211;"), ("&amp;", "&#038;")]
        .iter()
        .fold(text.to_owned(), |text, (letter, number)| text.replace(letter, number))
}
