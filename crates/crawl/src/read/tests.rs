use super::*;

fn read_at(feed: &str, address: &str) -> ReadFeed {
    let address = Address::parse(address).unwrap();
    let hints = feed::Hints { address: Some(address.url()), ..feed::Hints::default() };
    let feed = feed::read(feed.as_bytes(), &hints).unwrap();
    read(feed, &Found { address: &address, source_name: "Riverton" })
}

fn read_rss(channel: &str) -> ReadFeed {
    let feed =
        format!("<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{channel}</channel></rss>");
    read_at(&feed, "https://riverton.example/feed")
}

fn read_atom(inner: &str) -> ReadFeed {
    read_at(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{inner}</feed>"), "https://riverton.example/feed")
}

#[test]
fn what_a_feed_says_of_itself() {
    let read = read_rss(
        "<title>Riverton &amp;amp; friends</title><link>https://riverton.example/blog</link><language>en-gb</language>
         <description>Notes on &lt;b&gt;rivers&lt;/b&gt;</description><copyright>Open Government Licence v3.0</copyright>
         <ttl>120</ttl><skipDays><day>Saturday</day><day>Sunday</day></skipDays>",
    );
    assert_eq!(read.claims.title.as_deref(), Some("Riverton & friends"));
    assert_eq!(read.claims.site.unwrap().as_str(), "https://riverton.example/blog");
    assert_eq!(read.claims.language.unwrap().as_str(), "en-GB");
    assert!(read.claims.licence.unwrap().is_open());
    assert_eq!(read.wishes.period.unwrap().as_secs(), 7_200);
    assert_eq!(read.wishes.skip_days, [5, 6]);
    // A line that reserves all rights names no licence.
    assert_eq!(read_rss("<copyright>© 2026 Riverton Council</copyright>").claims.licence, None);
}

#[test]
fn what_a_post_says() {
    let read = read_rss(
        "<item><guid>tag:1</guid><link>/bins</link><title>Bins &amp;amp; boxes</title><dc:creator>Ann Rivers</dc:creator>
         <pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>
         <description>&lt;p&gt;We move &lt;i&gt;bins&lt;/i&gt;.&lt;/p&gt;</description></item>",
    );
    let (sighting, post) = (&read.sightings[0], &read.posts[0]);
    assert_eq!(sighting.title, "Bins & boxes");
    assert_eq!(sighting.text.trim(), "We move bins.");
    assert_eq!(sighting.words, 3);
    assert_eq!(sighting.claimed_at.unwrap().to_string(), "2026-11-20T10:00:00Z");
    assert_eq!(post.claimed_id.as_deref(), Some("tag:1"));
    assert_eq!(post.link.as_ref().unwrap().as_str(), "https://riverton.example/bins");
    assert_eq!(post.claimed_date.as_deref(), Some("Fri, 20 Nov 2026 10:00:00 GMT"));
    assert_eq!(post.authors, [NewAuthor { name: "Ann Rivers".into(), address: None, mail_key: None }]);
    assert_eq!(post.body.claimed.unpack().unwrap(), "<p>We move <i>bins</i>.</p>");
}

#[test]
fn a_post_without_a_title_gets_one() {
    let title = |item: &str| read_rss(&format!("<item>{item}</item>")).sightings.remove(0).title;
    assert_eq!(title("<description>Short and plain</description>"), "Short and plain");
    assert_eq!(title("<link>https://www.riverton.example/2026/photo/</link>"), "riverton.example/2026/photo");
    let long = "We asked forty people how they report a missed bin. ".repeat(10);
    let made = title(&format!("<description>{long}</description>"));
    assert!(made.starts_with("We asked forty people") && made.chars().count() <= 120, "{made}");
    // One that says nothing at all is no post.
    assert!(read_rss("<item></item><item><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>").posts.is_empty());
}

#[test]
fn who_wrote_it() {
    let names = |feed: ReadFeed| feed.posts[0].authors.iter().map(|author| author.name.clone()).collect::<Vec<_>>();
    let by = |people: &str| names(read_atom(&format!("<entry><title>A</title>{people}</entry>")));
    assert_eq!(by("<author><name>Ann</name></author><author><name>Bo</name></author>"), ["Ann", "Bo"]);
    assert_eq!(by("<author><name>Ann</name></author><author><name>Ann</name></author>"), ["Ann"]);
    assert_eq!(by("<author><name>admin</name></author>"), Vec::<String>::new());
    assert_eq!(by("<author><name>ann@riverton.example</name></author>"), Vec::<String>::new());
    assert_eq!(by("<author><name>Ann &amp;amp; Bo</name></author>"), ["Ann & Bo"]);
    // The feed's author wrote what names no other.
    let whole = "<author><name>Riverton</name><uri>/team</uri></author><entry><title>A</title></entry>";
    let read = read_atom(whole);
    assert_eq!(read.posts[0].authors[0].address.as_deref(), Some("https://riverton.example/team"));
}

#[test]
fn in_which_language() {
    let of = |feed: &str, entry: &str| {
        let feed = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom' {feed}><entry {entry}><title>Afon</title><id>1</id></entry></feed>"
        );
        read_at(&feed, "https://riverton.example/feed").posts[0].language.as_ref().map(ToString::to_string)
    };
    assert_eq!(of("xml:lang='en'", ""), Some("en".into()));
    assert_eq!(of("xml:lang='en'", "xml:lang='cy'"), Some("cy".into()));
    assert_eq!(of("", ""), None);
    assert_eq!(of("xml:lang='the usual'", ""), None);
}

#[test]
fn under_which_licence() {
    let of = |inner: &str| {
        let read = read_atom(&format!("<entry><title>A</title><id>1</id>{inner}</entry>"));
        read.posts[0].licence.as_ref().map(|licence| licence.as_str().to_owned())
    };
    let by = "https://creativecommons.org/licenses/by/4.0/";
    assert_eq!(of(&format!("<link rel='license' href='{by}'/>")).as_deref(), Some(by));
    assert_eq!(of("<rights>CC BY 4.0</rights>").as_deref(), Some("CC BY 4.0"));
    assert_eq!(of("<rights>All rights reserved by Riverton</rights>"), None);
}

#[test]
fn the_picture_to_lead_with() {
    let of = |inner: &str| {
        let read = read_at(
            &format!(
                "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><item><title>A</title>
                 <link>https://riverton.example/a/</link>{inner}</item></channel></rss>"
            ),
            "https://riverton.example/feed",
        );
        read.posts[0].picture.as_ref().map(|picture| picture.address.clone())
    };
    let enclosed = "<enclosure url='/e.jpg' type='image/jpeg' length='1'/>";
    assert_eq!(of(enclosed).as_deref(), Some("https://riverton.example/e.jpg"));
    assert_eq!(
        of("<media:content url='https://m.example/m.png' medium='image'/>").as_deref(),
        Some("https://m.example/m.png")
    );
    assert_eq!(of("<enclosure url='/e.mp3' type='audio/mpeg' length='1'/>"), None);
    assert_eq!(of("<enclosure url='javascript:x' type='image/png' length='1'/>"), None);
}

#[test]
fn the_same_document_read_twice_gives_the_same_keys() {
    let item = "<item><title>Bins</title><link>https://riverton.example/bins?utm_source=rss</link>
                <description>&lt;p&gt;We move &lt;a href='/x?utm_medium=rss'&gt;bins&lt;/a&gt;.&lt;/p&gt;</description></item>";
    let again = item.replace("utm_source=rss", "utm_campaign=y").replace("We move", "We  move\n");
    assert_eq!(read_rss(item).sightings[0].keys, read_rss(&again).sightings[0].keys);
}
