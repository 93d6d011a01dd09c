//! Substack: pictures in three wrappers, and a button between the author's words.

use super::with_lead;
use crate::site::Site;
use crate::words::{escape, first_paragraph, http_date};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let mut rss = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" version=\"2.0\" \
         xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" xmlns:googleplay=\"http://www.google.com/schemas/play-podcasts/1.0\">\
         <channel><title><![CDATA[{title}]]></title><description><![CDATA[{}]]></description><link>{root}</link>\
         <image><url>{root}/pictures/lighthouse.png</url><title>{title}</title><link>{root}</link></image>\
         <generator>Substack</generator><lastBuildDate>{}</lastBuildDate>\
         <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/><copyright><![CDATA[Oona Fairweather]]></copyright>\
         <language><![CDATA[{}]]></language>\n",
        source.tagline,
        http_date(site.changed()),
        site.feed_address(),
        source.language,
        title = source.title,
        root = site.root(),
    );
    for post in site.posts() {
        let address = site.post_address(post);
        let figure = |src: &str, alternative: &str| {
            format!(
                "<div class=\"captioned-image-container\"><figure><a class=\"image-link image2\" target=\"_blank\" href=\"{src}\">\
                 <div class=\"image2-inset\"><img src=\"{src}\" width=\"720\" height=\"405\" class=\"sizing-normal\" alt=\"{}\" \
                 loading=\"lazy\"></div></a></figure></div>",
                escape(alternative)
            )
        };
        let body = with_lead(site, post, figure);
        let button = format!(
            "<p class=\"button-wrapper\" data-component-name=\"ButtonCreateButton\"><a class=\"button primary\" \
             href=\"{}/subscribe?\"><span>Subscribe now</span></a></p>",
            site.root()
        );
        // The button goes where the editor's cursor was: after the second paragraph.
        let body = match body.match_indices("</p>").nth(1) {
            Some((at, end)) => format!("{}{button}{}", &body[..at + end.len()], &body[at + end.len()..]),
            None => body,
        };
        let enclosure = site
            .lead(post)
            .map_or(String::new(), |(src, _)| format!("<enclosure url=\"{src}\" length=\"0\" type=\"image/png\"/>"));
        rss += &format!(
            "<item><title><![CDATA[{}]]></title><description><![CDATA[{}]]></description><link>{address}</link>\
             <guid isPermaLink=\"false\">{address}</guid><dc:creator><![CDATA[{}]]></dc:creator><pubDate>{}</pubDate>{enclosure}\
             <content:encoded><![CDATA[{body}<p>Thanks for reading {}! Subscribe for free to receive new posts and support my \
             work.</p>]]></content:encoded></item>\n",
            site.title(post),
            first_paragraph(&site.body(post)),
            post.author,
            site.published(post).map(http_date).unwrap_or_default(),
            site.source.title,
        );
    }
    rss + "</channel></rss>\n"
}
