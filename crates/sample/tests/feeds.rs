//! Every feed is what its platform sends, and a reader of feeds finds every post in it.

mod common;

use common::{get, sector};
use feed::{Feed, Format, Hints};
use sample::{Platform, Reply, Request, SOURCES, Sector, Source, When};
use url::Url;

fn source(platform: Platform) -> &'static Source {
    SOURCES.iter().find(|source| source.platform == platform).unwrap()
}

fn address(source: &Source) -> String {
    format!("http://{}:8001{}", source.host, source.feed_path())
}

fn text(reply: &Reply) -> String {
    String::from_utf8(reply.body.clone()).unwrap()
}

fn read(sector: &Sector, source: &Source) -> Feed {
    let address = address(source);
    let reply = get(sector, &address);
    let at = Url::parse(&address).unwrap();
    let hints = Hints { content_type: reply.header("content-type"), address: Some(&at), ..Hints::default() };
    feed::read(&reply.body, &hints).unwrap_or_else(|error| panic!("{address}: {error}"))
}

#[track_caller]
fn check(platform: Platform, format: Format) {
    let sector = sector();
    let source = source(platform);
    let feed = read(&sector, source);
    assert_eq!(feed.format, format);
    let complaints: Vec<String> = feed.complaints.iter().map(ToString::to_string).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    assert_eq!(feed.title.as_ref().map(|title| title.value.as_str()), Some(source.title));
    let posts: Vec<_> = sector.posts().iter().filter(|post| post.source == source.key).collect();
    assert_eq!(feed.entries.len(), posts.iter().map(|post| 1 + usize::from(post.twice)).sum::<usize>());
    for post in posts {
        let address = sector.address_of(post, 8001).unwrap();
        let of_post = |link: &str| link.split_once('?').map_or(link, |(link, _)| link) == address;
        let entry = feed.entries.iter().find(|entry| entry.link().is_some_and(of_post));
        let entry = entry.unwrap_or_else(|| panic!("{address} is not in the feed"));
        assert_eq!(entry.title.is_some(), !post.title.is_empty() || post.copy_of.is_some(), "{address}");
        assert!(entry.authors.iter().any(|author| author.name.as_deref() == Some(post.author)), "{address}");
        let said = entry.published.as_ref().or(entry.updated.as_ref()).and_then(|date| date.at);
        match post.when.at(sector.anchor()) {
            // RDF gives minutes, the others seconds.
            Some(at) => assert_eq!(said.map(|said| said.millis() / 60_000), Some(at.millis() / 60_000), "{address}"),
            None => assert!(said.is_none_or(|said| said.to_string().starts_with("0001-")), "{address}"),
        }
        assert!(entry.body().is_some_and(|body| body.value.split_whitespace().count() > 20), "{address}");
        let keeps_tags = !matches!(platform, Platform::Hugo | Platform::Substack);
        assert_eq!(entry.tags.len(), if keeps_tags { post.tags.len() } else { 0 }, "{address}");
    }
}

#[test]
fn rss_as_wordpress_writes_it() {
    check(Platform::WordPress, Format::Rss20);
    let rss = text(&get(&sector(), &address(source(Platform::WordPress))));
    for habit in [
        "<wfw:commentRss>",
        "<slash:comments>",
        "appeared first on",
        "[&#8230;]",
        "?p=",
        "&#8217;",
        "&#038;",
        "pixel.gif",
    ] {
        assert!(rss.contains(habit), "{habit}");
    }
    assert!(rss.contains("<div lang=\"ar\" dir=\"rtl\""));
}

#[test]
fn atom_as_the_government_writes_it() {
    check(Platform::GovernmentBlog, Format::Atom10);
    let feed = read(&sector(), source(Platform::GovernmentBlog));
    assert!(feed.licence.is_some_and(|licence| licence.contains("open-government-licence")));
}

#[test]
fn rss_as_medium_writes_it() {
    check(Platform::Medium, Format::Rss20);
    let rss = text(&get(&sector(), &address(source(Platform::Medium))));
    for habit in ["?source=rss----", "was originally published in", "/_/stat?event=post.clientViewed", "- Medium]]>"] {
        assert!(rss.contains(habit), "{habit}");
    }
}

#[test]
fn atom_as_blogger_and_feedburner_write_it() {
    check(Platform::Blogger, Format::Atom10);
    let sector = sector();
    let atom = text(&get(&sector, &address(source(Platform::Blogger))));
    assert!(atom.contains("feedflare") && atom.contains("feedburner:origLink"));
    let counted = get(&sector, "http://blog.tidewell.localhost:8001/~r/Tidewell/~3/2/wheeze-clinic.html");
    assert_eq!(counted.status, 302);
    assert_eq!(get(&sector, counted.header("location").unwrap()).status, 200);
    let dot = get(&sector, "http://blog.tidewell.localhost:8001/~r/Tidewell/~4/2");
    assert_eq!((dot.status, dot.header("content-type")), (200, Some("image/gif")));
}

#[test]
fn rss_as_ghost_writes_it() {
    check(Platform::Ghost, Format::Rss20);
}

#[test]
fn atom_as_jekyll_writes_it() {
    check(Platform::Jekyll, Format::Atom10);
    let sector = sector();
    let feed = read(&sector, source(Platform::Jekyll));
    assert!(feed.licence.is_some_and(|licence| licence.contains("creativecommons.org/licenses/by/4.0")));
    let body =
        feed.entries.iter().filter_map(|entry| entry.body()).find(|body| body.value.contains("src=\"/pictures/"));
    let base = body.unwrap().base.as_ref().unwrap();
    assert_eq!(get(&sector, base.join("/pictures/two-rivers.png").unwrap().as_str()).status, 200);
}

#[test]
fn rss_as_hugo_writes_it() {
    check(Platform::Hugo, Format::Rss20);
    let rss = text(&get(&sector(), &address(source(Platform::Hugo))));
    assert!(!rss.contains("content:encoded"));
    assert!(rss.contains("Mon, 01 Jan 0001 00:00:00 +0000"));
    assert!(rss.contains("Names, addresses &amp;amp; other things"));
}

#[test]
fn json_feed_as_its_authors_meant_it() {
    check(Platform::JsonFeed, Format::Json11);
    let feed = read(&sector(), source(Platform::JsonFeed));
    assert_eq!(feed.language.as_deref(), Some("cy"));
    assert_eq!(feed.entries.iter().filter(|entry| entry.language.as_deref() == Some("en")).count(), 4);
}

#[test]
fn rss_as_squarespace_writes_it() {
    check(Platform::Squarespace, Format::Rss20);
    let page = text(&get(&sector(), "http://www.marrowshirefire.localhost:8001/"));
    assert!(page.contains("<link rel=\"alternate\" type=\"application/rss+xml\""), "the list has only the site");
    assert!(page.contains("href=\"/blog?format=rss\""));
}

#[test]
fn rdf_as_an_old_script_writes_it() {
    check(Platform::Rdf, Format::Rss10);
    let sector = sector();
    let feed = read(&sector, source(Platform::Rdf));
    assert!(feed.encoding.eq_ignore_ascii_case("windows-1252") || feed.encoding.eq_ignore_ascii_case("iso-8859-1"));
    let cafe = feed.entries.iter().filter_map(|entry| entry.title.as_ref()).find(|title| title.value.contains("Café"));
    assert!(cafe.is_some());
    let undated = sector.posts().iter().find(|post| post.source == "open-places" && post.when == When::Never);
    assert!(undated.is_some());
}

#[test]
fn rss_as_substack_writes_it() {
    check(Platform::Substack, Format::Rss20);
    let rss = text(&get(&sector(), &address(source(Platform::Substack))));
    for habit in ["Subscribe now", "captioned-image-container", "Thanks for reading Between Meetings!"] {
        assert!(rss.contains(habit), "{habit}");
    }
}

#[test]
fn a_page_with_microformats() {
    check(Platform::HFeed, Format::HFeed);
    let page = text(&get(&sector(), &address(source(Platform::HFeed))));
    assert!(!page.contains("rel=\"alternate\""), "there is no feed to find");
}

#[test]
fn a_source_that_moved_says_so_for_good() {
    let sector = sector();
    let source = source(Platform::Ghost);
    let former = source.former.as_ref().unwrap();
    let reply = get(&sector, &format!("http://{}:8001{}", former.host, former.path));
    assert_eq!(reply.status, 301);
    assert_eq!(reply.header("location"), Some(address(source).as_str()));
}

#[test]
fn a_source_that_has_gone_answers_404() {
    let sector = sector();
    assert_eq!(get(&sector, &address(source(Platform::Gone))).status, 404);
    assert_eq!(get(&sector, "http://nobody.localhost:8001/feed/").status, 404);
    assert_eq!(get(&sector, "http://blog.riverton.localhost:8001/no-such-page/").status, 404);
    assert_eq!(get(&sector, "http://blog.riverton.localhost:8001/pictures/none.png").status, 404);
}

#[test]
fn an_article_passed_on_names_its_original() {
    let sector = sector();
    let copy = sector.posts().iter().find(|post| post.copy_of.is_some()).unwrap();
    let original = sector.post(copy.copy_of.unwrap()).unwrap();
    assert_ne!(copy.source, original.source);
    let page = text(&get(&sector, &sector.address_of(copy, 8001).unwrap()));
    let canonical = format!("<link rel=\"canonical\" href=\"{}\">", sector.address_of(original, 8001).unwrap());
    assert!(page.contains(&canonical));
}

#[test]
fn a_second_look_costs_little_where_the_platform_helps() {
    let sector = sector();
    for source in SOURCES.iter().filter(|source| source.platform != Platform::Gone) {
        let first = get(&sector, &address(source));
        let host = format!("{}:8001", source.host);
        let again = sector.reply(&Request {
            host: &host,
            path: source.feed_path(),
            if_none_match: first.header("etag"),
            if_modified_since: first.header("last-modified"),
        });
        let wanted = if source.platform == Platform::Rdf { 200 } else { 304 };
        assert_eq!(again.status, wanted, "{}", source.key);
        assert_eq!(again.body.is_empty(), wanted == 304);
    }
}

#[test]
fn the_list_is_read_with_its_groups() {
    let list = feed::opml::read(sector().opml(8001).as_bytes()).unwrap();
    assert_eq!(list.title.as_deref(), Some("A fictional public sector"));
    let names: Vec<&str> = list.outlines.iter().map(|outline| outline.text.as_str()).collect();
    assert_eq!(
        names,
        ["Councils", "Central government", "Health, homes and safety", "Charities and communities", "Suppliers"]
    );
    let england = &list.outlines[0].children[0];
    assert_eq!(england.children.len(), 5);
    assert_eq!(england.children[0].feed.as_deref(), Some("http://blog.riverton.localhost:8001/feed/"));
}
