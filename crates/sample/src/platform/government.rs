//! The government's own blogs: Atom with everything in CDATA, and an open licence.

use super::with_lead;
use crate::site::Site;
use crate::words::{escape, first_paragraph, rfc3339_offset};

pub(super) fn feed(site: &Site<'_>) -> String {
    let source = site.source;
    let mut atom = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feed\n  xmlns=\"http://www.w3.org/2005/Atom\"\n  \
         xmlns:thr=\"http://purl.org/syndication/thread/1.0\"\n  xml:lang=\"{}\"\n  xml:base=\"{}\"\n   >\n\
         \t<title type=\"text\">{}</title>\n\t<subtitle type=\"text\">{}</subtitle>\n\n\t<updated>{}</updated>\n\n\
         \t<link rel=\"alternate\" type=\"text/html\" href=\"{}\" />\n\t<id>{}</id>\n\
         \t<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\" />\n",
        source.language,
        site.address("/wp-atom.php"),
        escape(source.title),
        escape(source.tagline),
        rfc3339_offset(site.changed()),
        site.root(),
        site.feed_address(),
        site.feed_address(),
    );
    if let Some(licence) = source.licence {
        atom += &format!(
            "\t<link rel=\"license\" type=\"text/html\" href=\"{licence}\" />\n\
             \t<rights>All content is available under the Open Government Licence v3.0, except where otherwise stated</rights>\n"
        );
    }
    for post in site.posts() {
        let address = site.post_address(post);
        let figure = |src: &str, alternative: &str| {
            format!(
                "<p><img class=\"alignnone\" src=\"{src}\" alt=\"{}\" width=\"720\" height=\"405\" /></p>\n",
                escape(alternative)
            )
        };
        let body = with_lead(site, post, figure);
        let at = site.published(post).map(rfc3339_offset).unwrap_or_default();
        let tags: String = post
            .tags
            .iter()
            .map(|tag| format!("\t\t<category scheme=\"{}\" term=\"{}\" />\n", site.root(), escape(tag)))
            .collect();
        let language = post.language.map_or(String::new(), |language| format!(" xml:lang=\"{language}\""));
        atom += &format!(
            "\t<entry{language}>\n\t\t<author>\n\t\t\t<name>{}</name>\n\t\t</author>\n\
             \t\t<title type=\"html\"><![CDATA[{}]]></title>\n\
             \t\t<link rel=\"alternate\" type=\"text/html\" href=\"{address}\" />\n\
             \t\t<id>{}/?p={}</id>\n\t\t<updated>{at}</updated>\n\t\t<published>{at}</published>\n{tags}\
             \t\t<summary type=\"html\"><![CDATA[{}]]></summary>\n\
             \t\t<content type=\"html\" xml:base=\"{address}\"><![CDATA[{body}]]></content>\n\
             \t\t<link rel=\"replies\" type=\"text/html\" href=\"{address}#comments\" thr:count=\"0\" />\n\
             \t\t<thr:total>0</thr:total>\n\t</entry>\n",
            escape(post.author),
            escape(site.title(post)),
            site.root(),
            300 + post.number,
            escape(&first_paragraph(&body)),
        );
    }
    atom + "</feed>\n"
}
