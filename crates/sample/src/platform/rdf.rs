//! RSS 1.0 as a script from 2004 writes it: RDF in Latin-1, a paragraph a post, no date where none was typed.

use crate::site::Site;
use crate::words::{escape, first_paragraph};

pub(super) fn feed(site: &Site<'_>) -> Vec<u8> {
    let source = site.source;
    let items: String =
        site.posts().map(|post| format!("     <rdf:li rdf:resource=\"{}\"/>\n", site.post_address(post))).collect();
    let mut rdf = format!(
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<rdf:RDF\n  xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"\n  \
         xmlns=\"http://purl.org/rss/1.0/\"\n  xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n  \
         xmlns:cc=\"http://web.resource.org/cc/\"\n>\n <channel rdf:about=\"{}\">\n  <title>{}</title>\n  <link>{}</link>\n  \
         <description>{}</description>\n  <dc:language>{}</dc:language>\n",
        site.feed_address(),
        escape(source.title),
        site.address("/"),
        escape(source.tagline),
        source.language,
    );
    if let Some(licence) = source.licence {
        rdf += &format!("  <cc:license rdf:resource=\"{licence}\"/>\n");
    }
    rdf += &format!("  <items>\n   <rdf:Seq>\n{items}   </rdf:Seq>\n  </items>\n </channel>\n");
    for post in site.posts() {
        let address = site.post_address(post);
        let date = site.published(post).map_or(String::new(), |at| {
            format!("  <dc:date>{}</dc:date>\n", at.timestamp().strftime("%Y-%m-%dT%H:%M+00:00"))
        });
        let subjects: String =
            post.tags.iter().map(|tag| format!("  <dc:subject>{}</dc:subject>\n", escape(tag))).collect();
        rdf += &format!(
            " <item rdf:about=\"{address}\">\n  <title>{}</title>\n  <link>{address}</link>\n  <description>{}</description>\n  \
             <dc:creator>{}</dc:creator>\n{date}{subjects} </item>\n",
            escape(&escape(site.title(post))),
            escape(&first_paragraph(&site.body(post))),
            escape(post.author),
        );
    }
    latin1(&(rdf + "</rdf:RDF>\n"))
}

/// Latin-1 bytes; what it cannot say is said by number.
fn latin1(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match u8::try_from(u32::from(letter)) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend_from_slice(format!("&#{};", u32::from(letter)).as_bytes()),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_beyond_latin_1_are_numbered() {
        assert_eq!(super::latin1("é ’"), b"\xe9 &#8217;");
    }
}
