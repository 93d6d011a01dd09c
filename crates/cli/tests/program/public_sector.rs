//! The first list, read from a server that answers as its platforms do: every post there, credited, clean, in order,
//! and the same after a second poll and a new start.

use std::path::Path;

use crate::support::{Answer, Farm, says, watersmeet};
use model::Time;
use store::{Card, Database, Page, RiverFilter, Store};

const POSTS: u32 = 3;

/// What each platform's software writes around a post, with its leftovers.
fn answer(host: &str, path: &str) -> Answer {
    let site = host.trim_end_matches(".localhost");
    match (site, path) {
        _ if path.ends_with("/hackit/") => Answer {
            status: 200,
            content_type: "text/html; charset=utf-8",
            body: b"<!doctype html><title>HackIT</title><link rel='alternate' type='application/rss+xml' href='feed/'>"
                .to_vec(),
            headers: vec![],
        },
        _ if site.ends_with(".blog.gov.uk") || path.ends_with("atom.xml") || path.ends_with("feed.xml") => {
            atom(site, path)
        }
        _ if site.ends_with(".blogspot.com") => atom(site, path),
        ("medium.com", _) => rss(site, path, |n| {
            format!(
                "<p>Note {n}.</p><hr><p><a href='https://medium.com/p/{n}'>Note {n}</a> was originally published in \
                     <a href='https://medium.com/team'>Team</a> on Medium, where people are continuing the conversation \
                     by highlighting and responding to this story.</p><img src='https://medium.com/_/stat?event={n}' width='1' height='1'>"
            )
        }),
        _ => rss(site, path, |n| {
            format!(
                "<h1>Why</h1><p>Note {n}.</p><div class='sharedaddy'>Share this: Facebook</div>\
                     <p>The post <a href='/{n}'>Note {n}</a> appeared first on <a href='/'>{site}</a>.</p>"
            )
        }),
    }
}

/// Posts a day apart, so that those of all sources are mixed.
fn date(n: u32) -> String {
    format!("2026-10-{:02}T0{}:00:00Z", 10 + n, n)
}

fn rss(site: &str, path: &str, body: impl Fn(u32) -> String) -> Answer {
    let items: String = (0..POSTS)
        .rev()
        .map(|n| {
            let date = date(n).parse::<Time>().unwrap().timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
            format!(
                "<item><title>Note {n} of {site}{path}</title><link>https://{site}{path}/{n}</link><guid>{path}{n}</guid>\
                 <dc:creator>Ann Example</dc:creator><pubDate>{date}</pubDate>\
                 <content:encoded><![CDATA[{}]]></content:encoded></item>",
                body(n)
            )
        })
        .collect();
    Answer::feed(format!(
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/' \
         xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>{site} &#187; a tagline</title>{items}</channel></rss>"
    ))
}

fn atom(site: &str, path: &str) -> Answer {
    let entries: String = (0..POSTS)
        .rev()
        .map(|n| {
            format!(
                "<entry><id>tag:{site},2026:{path}{n}</id><title>Note {n} of {site}{path}</title>\
                 <link rel='alternate' href='https://{site}{path}/{n}'/><updated>{date}</updated><published>{date}</published>\
                 <author><name>Ann Example</name></author><content type='html'>&lt;p&gt;Note {n}.&lt;/p&gt;</content></entry>",
                date = date(n)
            )
        })
        .collect();
    Answer {
        status: 200,
        content_type: "application/atom+xml; charset=utf-8",
        body: format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>{site}</title>{entries}</feed>").into_bytes(),
        headers: vec![],
    }
}

#[test]
fn the_first_list_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let farm = Farm::start(answer);
    let list = include_str!("../../../../sources/public-sector.opml");
    let list = at_home(list, farm.port);
    std::fs::write(folder.path().join("list.opml"), list).unwrap();
    says(watersmeet(folder.path()).args(["import", "list.opml"]), 0);
    says(watersmeet(folder.path()).args(["poll", "--at", "2040-11-23T09:00:00Z"]), 0);

    let file = folder.path().join("data/watersmeet.db");
    let first = river(&file);
    assert_eq!(first.len(), 66 * POSTS as usize);
    assert!(first.is_sorted_by(|one, next| one.place >= next.place), "newest first");
    for card in &first {
        assert!(card.title.starts_with("Note "), "{}", card.title);
        assert!(card.link.as_deref().is_some_and(|link| link.starts_with("https://")), "{}", card.title);
        assert_eq!(card.authors[0].name, "Ann Example");
        assert!(!card.source.name.contains('»'), "{}", card.source.name);
        assert!(!card.excerpt.contains("appeared first") && !card.excerpt.contains("Share this"), "{}", card.excerpt);
    }
    assert!(first.iter().any(|card| card.source.name == "Government Digital Service"), "the list's names count");

    says(watersmeet(folder.path()).args(["poll", "--at", "2040-11-25T09:00:00Z"]), 0);
    let again = river(&file);
    assert_eq!(titles(&again), titles(&first));
}

/// The list with each site on a host of this machine.
fn at_home(list: &str, port: u16) -> String {
    let mut parts = list.split("https://");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['/', '"']).unwrap_or(part.len());
        out.push_str(&format!("http://{}.localhost:{port}{}", &part[..end], &part[end..]));
    }
    out
}

fn titles(cards: &[Card]) -> Vec<(&str, Time)> {
    cards.iter().map(|card| (card.title.as_str(), card.place)).collect()
}

/// All that the river shows.
#[tokio::main(flavor = "current_thread")]
async fn river(file: &Path) -> Vec<Card> {
    let store = Store::open(&Database::File(file.to_owned()), Time::from_millis(0)).await.unwrap();
    let mut cards = vec![];
    let mut page = Page::Newest;
    loop {
        let river = store.river(&RiverFilter::default(), page, 100).await.unwrap();
        cards.extend(river.cards);
        match river.older {
            Some(older) => page = Page::Before(older),
            None => return cards,
        }
    }
}
