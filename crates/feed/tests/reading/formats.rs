//! Each dialect, sound.

use feed::{Format, Hints, NotAFeed, TextKind};
use url::Url;

use crate::{read, titles};

#[track_caller]
fn check(text: &str, format: Format) {
    let feed = read(text);
    assert_eq!(feed.format, format, "{text}");
    assert_eq!(feed.complaints, [], "{text}");
    assert_eq!(feed.title.as_ref().map(|title| title.value.as_str()), Some("Riverton"), "{text}");
    assert_eq!(titles(&feed), ["One", "Two"], "{text}");
    let links: Vec<_> = feed.entries.iter().map(|entry| entry.link()).collect();
    assert_eq!(links, [Some("https://riverton.example/1"), Some("https://riverton.example/2")], "{text}");
}

#[test]
fn every_rss() {
    let items = "<title>Riverton</title><item><title>One</title><link>https://riverton.example/1</link></item>
        <item><title>Two</title><guid>https://riverton.example/2</guid></item>";
    let rss = |root: &str| format!("<?xml version='1.0'?>{root}<channel>{items}</channel></rss>");
    check(&rss("<rss version='2.0'>"), Format::Rss20);
    check(&rss("<rss version='2.0' xmlns='http://backend.userland.com/rss2'>"), Format::Rss20);
    check(&rss("<rss version='2.1'>"), Format::Rss20);
    check(&rss("<rss version='0.91'>"), Format::Rss091UserLand);
    check(
        &rss("<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' ''><rss version='0.91'>"),
        Format::Rss091Netscape,
    );
    check(&rss("<rss version='0.92'>"), Format::Rss092);
    check(&rss("<rss>"), Format::Rss);
    check(&rss("<RSS>").replace("</rss>", "</RSS>"), Format::Rss);
    check(&format!("<channel>{items}</channel>"), Format::Rss);
    let items_outside = items.replacen("<item>", "</channel><item>", 1);
    check(&format!("<rss version='2.0'><channel>{items_outside}</rss>"), Format::Rss20);
}

#[test]
fn every_rdf() {
    let rdf = |address: &str| {
        format!(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{address}'>
             <channel rdf:about='https://riverton.example/'><title>Riverton</title>
             <items><rdf:Seq><rdf:li rdf:resource='https://riverton.example/1'/></rdf:Seq></items></channel>
             <item rdf:about='https://riverton.example/1'><title>One</title><link>https://riverton.example/1</link></item>
             <item><title>Two</title><link>https://riverton.example/2</link></item></rdf:RDF>"
        )
    };
    check(&rdf("http://purl.org/rss/1.0/"), Format::Rss10);
    check(&rdf("http://my.netscape.com/rdf/simple/0.9/"), Format::Rss090);
    assert_eq!(read(&rdf("http://purl.org/rss/1.0/")).entries[0].id.as_deref(), Some("https://riverton.example/1"));
}

#[test]
fn every_atom() {
    let atom = |root: &str, prefix: &str| {
        let text = format!(
            "<feed {root}><title>Riverton</title><entry><title>One</title><link href='https://riverton.example/1'/></entry>
             <entry><title>Two</title><link rel='alternate' href='https://riverton.example/2'/></entry></feed>"
        );
        if prefix.is_empty() {
            text
        } else {
            text.replace("</", &format!("<|{prefix}:"))
                .replace('<', &format!("<{prefix}:"))
                .replace(&format!("<{prefix}:|"), "</")
        }
    };
    check(&atom("xmlns='http://www.w3.org/2005/Atom'", ""), Format::Atom10);
    check(&atom("xmlns:a='http://www.w3.org/2005/Atom'", "a"), Format::Atom10);
    check(&atom("version='0.3' xmlns='http://purl.org/atom/ns#'", ""), Format::Atom03);
    check(&atom("", ""), Format::Atom);
}

#[test]
fn channels_of_microsoft() {
    check(
        "<CHANNEL HREF='https://riverton.example/'><TITLE>Riverton</TITLE>
         <ITEM HREF='https://riverton.example/1' LASTMOD='2026-11-02'><TITLE>One</TITLE></ITEM>
         <ITEM HREF='https://riverton.example/2'><TITLE>Two</TITLE><ABSTRACT>More</ABSTRACT></ITEM></CHANNEL>",
        Format::Cdf,
    );
}

#[test]
fn every_json_feed() {
    let json = |version: &str| {
        format!(
            r#"{{"version":"{version}","title":"Riverton","home_page_url":"https://riverton.example/",
            "items":[{{"id":"1","url":"https://riverton.example/1","title":"One","content_html":"<p>Hi</p>",
            "date_published":"2026-11-02T10:00:00Z","authors":[{{"name":"Ann"}}],"tags":["bins"],
            "attachments":[{{"url":"https://riverton.example/1.mp3","mime_type":"audio/mpeg","size_in_bytes":12}}]}},
            {{"id":2,"url":"https://riverton.example/2","title":"Two"}}]}}"#
        )
    };
    check(&json("https://jsonfeed.org/version/1"), Format::Json10);
    check(&json("https://jsonfeed.org/version/1.1"), Format::Json11);
    let feed = read(&json("https://jsonfeed.org/version/1.1"));
    let entry = &feed.entries[0];
    assert_eq!((entry.body().unwrap().kind, entry.authors[0].name.as_deref()), (TextKind::Html, Some("Ann")));
    assert_eq!(entry.enclosures[0].length.as_deref(), Some("12"));
    assert_eq!(feed.entries[1].id.as_deref(), Some("2"));
    assert_eq!(feed.site(), Some("https://riverton.example/"));
}

#[test]
fn what_is_no_feed_is_told_in_a_sentence() {
    let check = |text: &str, sentence: &str| {
        let why = feed::read(text.as_bytes(), &Hints::default()).unwrap_err();
        assert_eq!(why.to_string(), sentence, "{text}");
    };
    check("", "there is nothing in it");
    check(" \n", "there is nothing in it");
    check("hello", "it is neither XML nor JSON");
    check("<html><p>Hello", "it is a web page, and none of its parts are marked up as posts");
    check("<!doctype html><title>x</title><p>Hello", "it is a web page, and none of its parts are marked up as posts");
    check("<opml version='2.0'/>", "it is a list of feeds (OPML), not a feed");
    check("<sitemap/>", "it is XML, but no feed: it begins with <sitemap>");
    check("{\"a\":1}", "it is JSON, but no JSON Feed");
    assert_eq!(feed::read(b"\x89PNG\r\n", &Hints::default()), Err(NotAFeed::Neither));
}

#[test]
fn addresses_start_from_their_base() {
    let address = Url::parse("https://riverton.example/feed/atom").unwrap();
    let text = "<feed xmlns='http://www.w3.org/2005/Atom'><link href='/'/><link rel='self' href=''/>
        <entry xml:base='/blog/'><link href='1'/><content type='html'>&lt;a href='x'></content></entry>
        <entry><link href='2'/><content type='xhtml'><div xml:base='/c/'><a href='y'>y</a></div></content></entry></feed>";
    let feed = feed::read(text.as_bytes(), &Hints { address: Some(&address), ..Hints::default() }).unwrap();
    assert_eq!(feed.site(), Some("https://riverton.example/"));
    assert_eq!(feed.own_address(), Some("https://riverton.example/feed/atom"));
    assert_eq!(feed.entries[0].link(), Some("https://riverton.example/blog/1"));
    assert_eq!(feed.entries[0].body().unwrap().base.as_deref().unwrap().as_str(), "https://riverton.example/blog/");
    assert_eq!(feed.entries[1].link(), Some("https://riverton.example/feed/2"));
    assert_eq!(feed.entries[1].body().unwrap().value, "<a href=\"https://riverton.example/c/y\">y</a>");
}

#[test]
fn languages_are_inherited() {
    let feed = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='cy'><title>A</title><title xml:lang=''>B</title>
         <entry xml:lang='en_GB'><title>C</title><summary xml:lang='fr'>D</summary></entry><entry><title>E</title></entry></feed>",
    );
    let language = |text: &Option<feed::Text>| text.as_ref().unwrap().language.as_deref().map(str::to_owned);
    assert_eq!(feed.language.as_deref(), Some("cy"));
    assert_eq!(language(&feed.entries[0].title).as_deref(), Some("en-GB"));
    assert_eq!(language(&feed.entries[0].summary).as_deref(), Some("fr"));
    assert_eq!(language(&feed.entries[1].title).as_deref(), Some("cy"));
}

#[test]
fn texts_of_every_type() {
    let check = |element: &str, kind: TextKind, value: &str| {
        let text = format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry>{element}</entry></feed>");
        let feed = read(&text);
        let text = feed.entries[0].body().unwrap();
        assert_eq!((text.kind, text.value.as_str()), (kind, value), "{element}");
    };
    check("<content>1 &lt; 2</content>", TextKind::Plain, "1 < 2");
    check("<content type='html'>&lt;b>x&lt;/b></content>", TextKind::Html, "<b>x</b>");
    check("<content type='text/html'><![CDATA[<b>x</b>]]></content>", TextKind::Html, "<b>x</b>");
    check(
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a<br/><i>b &amp; c</i></div></content>",
        TextKind::Xhtml,
        "a<br><i>b &amp; c</i>",
    );
    check(
        "<content type='xhtml'><h:div xmlns:h='http://www.w3.org/1999/xhtml'><h:a name='x'/>y</h:div></content>",
        TextKind::Xhtml,
        "<a name=\"x\"></a>y",
    );
    check("<content mode='base64' type='text/html'>PGI+eDwvYj4=</content>", TextKind::Html, "<b>x</b>");
    check("<summary><p>naked</p></summary>", TextKind::Xhtml, "<p>naked</p>");
    check("<content type='html'><div>&lt;b>x&lt;/b></div></content>", TextKind::Html, "<b>x</b>");
}

#[test]
fn json_leaves_out_what_says_nothing() {
    let feed = read(
        "<rss xmlns:podcast='https://podcastindex.org/namespace/1.0' xmlns:georss='http://www.georss.org/georss'
         xmlns:media='http://search.yahoo.com/mrss/' xmlns:psc='http://podlove.org/simple-chapters'><channel><item>
         <category>bins</category><pubDate>soon</pubDate><podcast:person>Ann</podcast:person>
         <georss:point>45.256 -71.92</georss:point><media:restriction relationship='deny'/>
         <psc:chapters><psc:chapter start='1' title='One'/></psc:chapters></item></channel></rss>",
    );
    let json = serde_json::to_value(feed::neutral::document(&feed, |text| text.value.clone())).unwrap();
    let expected = serde_json::json!({
        "id_is_link": false,
        "tags": [{ "term": "bins" }],
        "published": { "raw": "soon" },
        "itunes": { "people": [{ "name": "Ann" }] },
        "geo": { "type": "Point", "coordinates": [-71.92, 45.256] },
        "media": { "restriction": { "relationship": "deny" } },
        "chapters": { "items": [{ "start": 1.0, "title": "One" }] },
    });
    assert_eq!(json["entries"][0], expected);
}

#[test]
fn json_feeds_as_people_write_them() {
    let check = |json: &str, ids: &[&str]| {
        let feed = read(json);
        let read: Vec<&str> = feed.entries.iter().filter_map(|entry| entry.id.as_deref()).collect();
        assert_eq!(read, ids, "{json}");
        feed
    };
    check(r#"{"version":"https://jsonfeed.org/version/1","items":{"id":"1","title":"One"}}"#, &["1"]);
    check(r#"{"items":[{"id":"1"},{"id":"2"}],"items":[]}"#, &["1", "2"]);
    check(r#"{"items":[],"items":[{"id":"1"},{"id":"2"}]}"#, &["1", "2"]);
    check(r#"{"items":[{"id":"1"},{"id":"2"}],"items":[],}"#, &["1", "2"]);
    for around in ["feed", "data"] {
        let json = format!(r#"{{"{around}":{{"version":"https://jsonfeed.org/version/1","items":[{{"id":"1"}}]}}}}"#);
        assert_eq!(&*check(&json, &["1"]).complaints[0].word, around);
    }
    assert!(feed::read(br#"{"data":{"items":3}}"#, &Hints::default()).is_err());
    let one = check(
        r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","authors":"Bob","tags":"one, two",
            "_a":{"b":[1,2.5,"c",null,true,{}],"d":[]},"_e":"f"}]}"#,
        &["1"],
    );
    let one = &one.entries[0];
    assert_eq!(one.authors[0].name.as_deref(), Some("Bob"));
    assert_eq!(one.tags.iter().filter_map(|tag| tag.term.as_deref()).collect::<Vec<_>>(), ["one", "two"]);
    assert!(!one.id_is_link);
    let kept: Vec<&str> = one.extensions.iter().map(|extension| extension.text.as_str()).collect();
    assert_eq!(kept, [r#"{"b":[1,2.5,"c",null,true,{}],"d":[]}"#, "f"]);
    let link = check(r#"{"items":[{"id":"https://riverton.example/1"}]}"#, &["https://riverton.example/1"]);
    assert!(link.entries[0].id_is_link);
}

#[test]
fn an_address_in_two_lines_is_one() {
    for inside in [
        "<link>http://a.e\n\txample/x\ny/z</link>",
        "<link><![CDATA[http://a.example/x\ny/z]]></link>",
        "<guid>http://a.example/x\ny/z</guid>",
        "<a:link xmlns:a='http://www.w3.org/2005/Atom' href='http://a.example/x\ny/z'/>",
        "<link>http://a.example/xy/z\nhttp://b.example/</link>",
        "<link>http://a.example/xy/z\n<x>One</x></link>",
        "<link>http://a.example/xy/z\n<x:y>1</x:y><title>Two</title>",
        "<link>http://a.example/xy/z\nWords that are no address</link>",
    ] {
        let feed = read(&format!("<rss><channel><item><title>One</title>{inside}</item>"));
        assert_eq!(feed.entries[0].link(), Some("http://a.example/xy/z"), "{inside}");
    }
}
