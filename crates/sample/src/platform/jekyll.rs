//! Jekyll: Atom whose text keeps relative addresses and says what they are relative to.

use crate::site::Site;
use crate::words::{escape, first_paragraph, rfc3339_offset};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let mut atom = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\
         <generator uri=\"https://jekyllrb.com/\" version=\"4.4.1\">Jekyll</generator>\
         <link href=\"{feed}\" rel=\"self\" type=\"application/atom+xml\" />\
         <link href=\"{root}/\" rel=\"alternate\" type=\"text/html\" hreflang=\"{}\" />\
         <updated>{}</updated><id>{feed}</id><title type=\"html\">{}</title><subtitle>{}</subtitle>",
        source.language,
        source.language,
        rfc3339_offset(site.changed()),
        escape(source.title),
        escape(source.tagline),
        feed = site.feed_address(),
        root = site.root(),
    );
    if let Some(licence) = source.licence {
        atom += &format!("<link href=\"{licence}\" rel=\"license\" /><rights>CC BY 4.0</rights>\n");
    }
    for post in site.posts() {
        let address = site.post_address(post);
        let at = site.published(post).map(rfc3339_offset).unwrap_or_default();
        // HTML escaped once within a title that is HTML: an ampersand is escaped twice.
        let title = escape(&escape(site.title(post)));
        let lead = site.lead(post);
        let figure = lead.as_ref().map_or(String::new(), |(src, alternative)| {
            let relative = src.strip_prefix(&site.root()).unwrap_or(src);
            format!("<p><img src=\"{relative}\" alt=\"{}\" /></p>\n", escape(alternative))
        });
        let body = escape(&(figure + &site.body_relative(post)));
        let tags: String = post.tags.iter().map(|tag| format!("<category term=\"{}\" />", escape(tag))).collect();
        let media = lead.map_or(String::new(), |(src, _)| {
            format!(
                "<media:thumbnail xmlns:media=\"http://search.yahoo.com/mrss/\" url=\"{src}\" />\
                 <media:content medium=\"image\" url=\"{src}\" xmlns:media=\"http://search.yahoo.com/mrss/\" />"
            )
        });
        atom += &format!(
            "<entry><title type=\"html\">{title}</title><link href=\"{address}\" rel=\"alternate\" type=\"text/html\" title=\"{title}\" />\
             <published>{at}</published><updated>{at}</updated><id>{}</id>\
             <content type=\"html\" xml:base=\"{address}\">{body}</content><author><name>{}</name></author>{tags}\
             <summary type=\"html\"><![CDATA[{}]]></summary>{media}</entry>\n",
            address.trim_end_matches(".html"),
            escape(post.author),
            escape(&first_paragraph(&site.body(post))),
        );
    }
    atom + "</feed>\n"
}
