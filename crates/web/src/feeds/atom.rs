//! Atom (RFC 4287), with the licence link of RFC 4946 and the paging of RFC 5005.

use super::xml::Writer;
use super::{Entry, Outgoing, Person};

pub(super) fn write(feed: &Outgoing) -> String {
    let mut xml = Writer::new();
    let names = [("xmlns", "http://www.w3.org/2005/Atom"), ("xmlns:media", "http://search.yahoo.com/mrss/")];
    xml.branch("feed", &names, |xml| {
        xml.leaf("id", &[], &feed.own)
            .leaf("title", &[], &feed.title)
            .leaf("subtitle", &[], &feed.subtitle)
            .leaf("updated", &[], &feed.updated.to_string())
            .empty("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.own)])
            .empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)])
            .leaf("icon", &[], &feed.icon)
            .leaf("generator", &[], "Watersmeet");
        if let Some(hub) = &feed.hub {
            xml.empty("link", &[("rel", "hub"), ("href", hub)]);
        }
        if let Some(older) = &feed.older {
            xml.empty("link", &[("rel", "next"), ("type", "application/atom+xml"), ("href", older)]);
        }
        for entry in &feed.entries {
            write_entry(xml, entry);
        }
    });
    xml.done()
}

fn write_entry(xml: &mut Writer, entry: &Entry) {
    let language = entry.language.as_ref().map(|language| ("xml:lang", language.as_str()));
    xml.branch("entry", language.as_slice(), |xml| {
        xml.leaf("id", &[], &entry.id)
            .leaf("title", &[], &entry.title)
            .empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.link)])
            .leaf("updated", &[], &entry.updated.to_string());
        if let Some(published) = entry.published {
            xml.leaf("published", &[], &published.to_string());
        }
        if entry.authors.is_empty() {
            // §4.1.2: an entry has an author, its own or its source's.
            write_author(xml, &Person { name: entry.source.name.clone(), address: entry.source.site.clone() });
        }
        for author in &entry.authors {
            write_author(xml, author);
        }
        if let Some(licence) = &entry.licence {
            if let Some(address) = licence.address() {
                xml.empty("link", &[("rel", "license"), ("href", address)]);
            }
            xml.leaf("rights", &[], licence.name());
        }
        for topic in &entry.topics {
            xml.empty("category", &[("term", &topic.term), ("label", &topic.name)]);
        }
        if let Some(picture) = &entry.picture {
            xml.empty("media:thumbnail", &[("url", picture)]);
        }
        xml.leaf("summary", &[], &entry.excerpt);
        if let Some(text) = &entry.text {
            xml.leaf("content", &[("type", "html")], text);
        }
        xml.branch("source", &[], |xml| {
            xml.leaf("id", &[], &entry.source.feed).leaf("title", &[], &entry.source.name);
            xml.leaf("updated", &[], &entry.updated.to_string());
            xml.empty("link", &[("rel", "self"), ("href", &entry.source.feed)]);
            if let Some(site) = &entry.source.site {
                xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", site)]);
            }
        });
    });
}

fn write_author(xml: &mut Writer, author: &Person) {
    xml.branch("author", &[], |xml| {
        xml.leaf("name", &[], &author.name);
        if let Some(address) = &author.address {
            xml.leaf("uri", &[], address);
        }
    });
}
