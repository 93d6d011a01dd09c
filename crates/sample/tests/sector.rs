//! The bundled sector is complete: its posts, pictures and links are there, and the same for the same anchor.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use common::{get, sector};
use sample::{Platform, Post, Request, SOURCES, Sector, When};

fn originals(sector: &Sector) -> impl Iterator<Item = &Post> {
    sector.posts().iter().filter(|post| post.copy_of.is_none())
}

#[test]
fn twelve_sources_write_and_one_has_gone() {
    let sector = sector();
    let (gone, writing): (Vec<_>, Vec<_>) = SOURCES.iter().partition(|source| source.platform == Platform::Gone);
    assert_eq!((gone.len(), writing.len()), (1, 12));
    let platforms: BTreeSet<String> = writing.iter().map(|source| format!("{:?}", source.platform)).collect();
    assert_eq!(platforms.len(), 12, "each source has a platform of its own");
    let organisations: BTreeSet<&str> = SOURCES.iter().map(|source| source.organisation).collect();
    assert_eq!(organisations.len(), 13);
    for source in writing {
        assert!(sector.posts().iter().filter(|post| post.source == source.key).count() >= 8, "{}", source.key);
    }
    for post in sector.posts() {
        assert!(SOURCES.iter().any(|source| source.key == post.source), "{}", post.name());
    }
}

#[test]
fn a_hundred_and_twenty_posts_over_two_months() {
    let sector = sector();
    assert_eq!(originals(&sector).count(), 120);
    assert_eq!(sector.posts().len(), 121, "and one that another source passes on");
    let at: Vec<_> = sector.posts().iter().filter_map(|post| post.when.at(sector.anchor())).collect();
    let past: Vec<_> = at.iter().filter(|at| **at <= sector.anchor()).collect();
    let hours = |time| sector.anchor().since(time).as_secs() / 3600;
    assert!(hours(**past.iter().max().unwrap()) < 12);
    assert!((55 * 24..61 * 24).contains(&hours(**past.iter().min().unwrap())));
    assert_eq!(at.len() - past.len(), 1, "one is from the future");
    assert_eq!(sector.posts().iter().filter(|post| post.when == When::Never).count(), 2, "two are undated");
}

#[test]
fn posts_are_written_as_people_write() {
    let sector = sector();
    let speaking = |language| sector.posts().iter().filter(|post| post.language == Some(language)).count();
    assert_eq!(speaking("ar"), 1);
    let welsh = sector.posts().iter().filter(|post| post.source == "dyffryn-arian" && post.language.is_none());
    assert_eq!(welsh.count(), 8);
    assert_eq!(originals(&sector).filter(|post| post.title.is_empty()).count(), 3);
    let authors: BTreeSet<&str> = sector.posts().iter().map(|post| post.author).collect();
    assert!(authors.len() >= 30, "{}", authors.len());
    let titles: BTreeSet<&str> = originals(&sector).map(|post| post.title).collect();
    assert_eq!(titles.len(), 118, "no two posts have one title, but the three without");
    for kind in ["<h2>", "<ul>", "<ol>", "<table>", "<blockquote>", "<pre><code>", "<figure>", "<dl>"] {
        assert!(originals(&sector).any(|post| post.body.contains(kind)), "{kind}");
    }
}

#[test]
fn the_list_of_files_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("posts");
    let mut there = BTreeSet::new();
    for source in fs::read_dir(&folder).unwrap() {
        let source = source.unwrap().path();
        for file in fs::read_dir(&source).unwrap() {
            let file = file.unwrap().path();
            let part = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
            there.insert(format!("{}/{}", part(&source), part(&file)));
        }
    }
    let listed: BTreeSet<String> = sector().posts().iter().map(Post::name).collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    assert!(missing.is_empty(), "add to src/posts.rs: {missing:?}");
}

#[test]
fn every_post_has_its_page_and_every_link_leads_somewhere() {
    let sector = sector();
    for post in sector.posts() {
        let address = sector.address_of(post, 8001).unwrap();
        let page = get(&sector, &address);
        assert_eq!(page.status, 200, "{address}");
        let page = String::from_utf8(page.body).unwrap();
        assert!(!page.contains("{{"), "{address}");
        for link in attributes(&page, "href") {
            let link = if link.starts_with('/') { format!("{}{link}", root(&address)) } else { link };
            if link.contains(".localhost") {
                assert_eq!(get(&sector, &link).status, 200, "{link} in {address}");
            } else {
                assert!(link == "data:," || link.starts_with("https://"), "{link} in {address}");
            }
        }
    }
}

#[test]
fn every_picture_is_there_and_is_described() {
    let sector = sector();
    let mut used = BTreeSet::new();
    for post in sector.posts() {
        let address = sector.address_of(post, 8001).unwrap();
        let page = String::from_utf8(get(&sector, &address).body).unwrap();
        for picture in page.split("<img ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let alternative = attributes(picture, "alt").remove(0);
            assert!(alternative.len() > 15, "{address}: {picture}");
            let reply = get(&sector, &attributes(picture, "src").remove(0));
            if picture.contains("/whiteboard.png") {
                // One is gone, as some always are.
                assert_eq!(reply.status, 404);
                continue;
            }
            assert_eq!((reply.status, reply.header("content-type")), (200, Some("image/png")), "{picture}");
            used.insert(attributes(picture, "src").remove(0).rsplit('/').next().unwrap().to_owned());
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    let drawn: BTreeSet<String> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(used, drawn);
    assert!(used.len() >= 15);
}

#[test]
fn one_anchor_one_sector() {
    let feed = |sector: &Sector, host: &str| {
        let asked = Request { host, path: "/feed/", ..Request::default() };
        sector.reply(&asked).body
    };
    let host = "blog.riverton.localhost:8001";
    assert_eq!(feed(&sector(), host), feed(&sector(), host));
    let later = Sector::new("2026-11-24T09:00:00Z".parse().unwrap());
    assert_ne!(feed(&sector(), host), feed(&later, host));
    assert_ne!(feed(&sector(), host), feed(&sector(), "blog.riverton.localhost:8002"));
}

#[test]
fn nobody_links_to_what_is_not_written_yet() {
    let sector = sector();
    let at = |post: &Post| post.when.at(sector.anchor());
    let mut early = Vec::new();
    for post in sector.posts() {
        for name in post.body.split("{{post ").skip(1).map(|rest| rest.split("}}").next().unwrap()) {
            if at(sector.post(name).unwrap()) >= at(post) {
                early.push(format!("{} links to {name}", post.name()));
            }
        }
    }
    assert!(early.is_empty(), "{early:#?}");
}

#[test]
fn people_in_offices_publish_at_work() {
    // Whatever the weekday of the anchor, only the newest posts can fall on a weekend.
    for day in 16..23 {
        let sector = Sector::new(format!("2026-11-{day}T00:30:00Z").parse().unwrap());
        for post in sector.posts().iter().filter(|post| matches!(post.when, When::Days(..))) {
            let at = post.when.at(sector.anchor()).unwrap();
            assert!(at < sector.anchor(), "{}", post.name());
            let weekday = at.timestamp().strftime("%a").to_string();
            assert!(!weekday.starts_with('S'), "{} on {weekday}", post.name());
        }
    }
}

/// The values of an attribute, in order. Enough for markup of our own.
fn attributes(markup: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let markup = format!(" {markup}");
    let values = markup.split(start.as_str()).skip(1);
    values.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
}

fn root(address: &str) -> String {
    address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}
