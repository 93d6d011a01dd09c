//! The sector's list of sources as OPML, with its groups.

use crate::site::Site;
use crate::words::{escape, rfc822};
use crate::{SOURCES, Sector, Source};

/// The list, for the sector served at this port (`:8001`).
pub(crate) fn list(sector: &Sector, port: &str) -> String {
    let mut list = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>A fictional public sector</title>\n    \
         <dateCreated>{}</dateCreated>\n  </head>\n  <body>\n",
        rfc822(sector.anchor())
    );
    let mut open: &[&str] = &[];
    let mut listed: Vec<&Source> = SOURCES.iter().collect();
    // Sources of one group stand together, groups in the order of their first source.
    let first_of = |groups: &[&str]| SOURCES.iter().position(|source| source.groups == groups);
    listed.sort_by_key(|source| first_of(source.groups));
    for source in listed {
        let shared = open.iter().zip(source.groups).take_while(|(old, new)| old == new).count();
        for depth in (shared..open.len()).rev() {
            list += &format!("{}</outline>\n", "  ".repeat(depth + 2));
        }
        for (depth, group) in source.groups.iter().enumerate().skip(shared) {
            list += &format!("{}<outline text=\"{}\">\n", "  ".repeat(depth + 2), escape(group));
        }
        open = source.groups;
        list += &format!("{}{}\n", "  ".repeat(open.len() + 2), outline(sector, source, port));
    }
    for depth in (0..open.len()).rev() {
        list += &format!("{}</outline>\n", "  ".repeat(depth + 2));
    }
    list + "  </body>\n</opml>\n"
}

fn outline(sector: &Sector, source: &'static Source, port: &str) -> String {
    let site = Site { sector, source, port };
    let feed = match &source.former {
        Some(former) => format!("http://{}{port}{}", former.host, former.path),
        None => site.address(source.listed_path),
    };
    format!(
        "<outline type=\"rss\" text=\"{}\" xmlUrl=\"{}\" htmlUrl=\"{}\"/>",
        escape(source.listed),
        escape(&feed),
        escape(&site.address("/")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_open_once_and_close() {
        let sector = Sector::new("2026-11-23T09:00:00Z".parse().unwrap());
        let list = list(&sector, ":8001");
        for group in ["Councils", "England", "Wales", "Central government", "Suppliers"] {
            assert_eq!(list.matches(&format!("<outline text=\"{group}\">")).count(), 1, "{group}");
        }
        assert_eq!(list.matches("xmlUrl=").count(), SOURCES.len());
        assert_eq!(list.matches("<outline text=").count(), list.matches("</outline>").count());
        assert!(list.contains("xmlUrl=\"http://www.otterbank.localhost:8001/news/feed.xml\""), "{list}");
    }
}
