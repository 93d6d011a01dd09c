//! RSS 2.0, with Dublin Core's author, the content, media and licence modules, and Atom's `self`.

use jiff::tz::TimeZone;
use model::Time;

use super::xml::Writer;
use super::{Entry, Outgoing};

const NAMES: [(&str, &str); 6] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
    ("xmlns:creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"),
];

pub(super) fn write(feed: &Outgoing) -> String {
    let mut xml = Writer::new();
    xml.branch("rss", &NAMES, |xml| {
        xml.branch("channel", &[], |xml| {
            xml.leaf("title", &[], &feed.title)
                .leaf("link", &[], &feed.page)
                .leaf("description", &[], &feed.subtitle)
                .leaf("lastBuildDate", &[], &date(feed.updated))
                .leaf("generator", &[], "Watersmeet")
                .leaf("docs", &[], "https://www.rssboard.org/rss-specification")
                .leaf("ttl", &[], "60")
                .empty("atom:link", &[("rel", "self"), ("type", "application/rss+xml"), ("href", &feed.own)]);
            if let Some(hub) = &feed.hub {
                xml.empty("atom:link", &[("rel", "hub"), ("href", hub)]);
            }
            if let Some(older) = &feed.older {
                xml.empty("atom:link", &[("rel", "next"), ("type", "application/rss+xml"), ("href", older)]);
            }
            for entry in &feed.entries {
                write_item(xml, entry);
            }
        });
    });
    xml.done()
}

fn write_item(xml: &mut Writer, entry: &Entry) {
    xml.branch("item", &[], |xml| {
        xml.leaf("title", &[], &entry.title)
            .leaf("link", &[], &entry.link)
            .leaf("guid", &[("isPermaLink", "false")], &entry.id)
            .leaf("source", &[("url", &entry.source.feed)], &entry.source.name);
        if let Some(published) = entry.published {
            xml.leaf("pubDate", &[], &date(published));
        }
        for topic in &entry.topics {
            xml.leaf("category", &[], &topic.name);
        }
        // The module of `author` wants a mail address; `dc:creator` takes a name.
        for author in &entry.authors {
            xml.leaf("dc:creator", &[], &author.name);
        }
        if let Some(language) = &entry.language {
            xml.leaf("dc:language", &[], language.as_str());
        }
        if let Some(licence) = &entry.licence {
            xml.leaf("dc:rights", &[], licence.name());
            if let Some(address) = licence.address() {
                xml.leaf("creativeCommons:license", &[], address);
            }
        }
        if let Some(picture) = &entry.picture {
            xml.empty("media:thumbnail", &[("url", picture)]);
        }
        xml.leaf("description", &[], &super::xml::text(&entry.excerpt));
        if entry.text.is_some() {
            xml.leaf("content:encoded", &[], &entry.markup());
        }
    });
}

/// RFC 822 as RSS wants it, in Greenwich time.
fn date(time: Time) -> String {
    time.in_zone(&TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
